"""Fills every list in the tables of a running stack, in a process with its settings; prints sessions and ids as JSON.

``python -m tests.benchmarks.console_full``, with the environment of the stack and of its stage.
"""

import json
import sys

from chalice.test import Client

import app
from chalicelib.pricelists.records import require
from chalicelib.pricelists.states import FINAL, Status
from infra.demo import wait_for
from tests.integration.console.full import filled
from tests.integration.world import World


def _settle(import_id: int) -> None:
    ended = FINAL | {Status.NEEDS_REVIEW}
    wait_for(f"import {import_id}", lambda: Status(require(import_id).status) in ended or None)


def main() -> None:
    """Fill the lists."""
    with Client(app.app) as client:
        full = filled(World(client), _settle)
    tokens = {role: person.token for role, person in full.people.items()}
    sys.stdout.write(json.dumps({"tokens": tokens, "ids": full.ids}))


if __name__ == "__main__":
    main()
