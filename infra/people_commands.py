"""The commands about people: forget, export-person."""

import argparse
import json
import os
from pathlib import Path

from chalicelib.json_types import Json
from infra import commands
from infra.confirming import require_typed
from infra.errors import InfraError
from infra.output import answer, say
from infra.people.exporting import Exporting
from infra.people.files import Files
from infra.people.finding import Tables
from infra.people.forgetting import Forgetting, forgotten
from infra.people.person import Person
from infra.stages import configured_stage
from infra.tables import with_recorded_tables


def forget(arguments: argparse.Namespace) -> None:
    """Forget a person by address or account; with ``again`` everybody who was forgotten before a restoration."""
    tables, files = _places(arguments)
    if arguments.again:
        ids = [one["user_id"] for one in forgotten(files.s3, files.bucket)]
        # Who registered after the moment of a restoration is not in its tables.
        people = [tables.find("", one) for one in ids if tables.item("accounts", f"USER#{one}", "USER")]
    else:
        people = [_asked_for(arguments, tables)]
    for person in people:
        one = Forgetting(tables, files, person, arguments.rate, arguments.dry_run)
        one.require_possible()
        if not arguments.dry_run and not arguments.again:
            word = arguments.email or str(person.user_id)
            require_typed(word, f"{_described(person)} will be forgotten on {arguments.stage}, which cannot be undone")
        one.run()
        word = "would change" if arguments.dry_run else "changed"
        counts = ", ".join(f"{count:,} {why}" for why, count in sorted(one.counts.items()))
        say(f"{_described(person)}: {word} {counts or 'nothing'}")


def export_person(arguments: argparse.Namespace) -> None:
    """Write all that is stored about a person to a file that only its owner can read; print its name."""
    tables, files = _places(arguments)
    person = _asked_for(arguments, tables)
    document = Exporting(tables, files, person, arguments.rate).document()
    # Not named after the address: names of files are seen by others.
    path = Path(arguments.out or f"person-{person.user_id}-{arguments.stage}.json")
    if arguments.dry_run:
        lists = {name: len(value) for name, value in document.items() if isinstance(value, list)}
        say(f"{_described(person)}: {', '.join(f'{count:,} {name}' for name, count in lists.items())}")
        return
    if not person.user_id:
        say(f"no account on {arguments.stage} has this address: the file holds what else names it")
    _write_private(path, document)
    answer(str(path))


def _places(arguments: argparse.Namespace) -> tuple[Tables, Files]:
    stack = commands.stage_stack(arguments.stage)
    stage = with_recorded_tables(stack, configured_stage(arguments.stage))
    return Tables(stack.client("dynamodb"), stage), Files(stack.client("s3"), stage.bucket)


def _asked_for(arguments: argparse.Namespace, tables: Tables) -> Person:
    if bool(arguments.email) == bool(arguments.user):
        raise InfraError("name either an address (EMAIL=…) or an account (USER_ID=…)")
    return tables.find(arguments.email, arguments.user)


def _described(person: Person) -> str:
    if not person.user_id:
        return "an address without an account"
    return f"account {person.user_id} ({person.role}, {len(person.order_ids)} orders)"


def _write_private(path: Path, document: dict[str, Json]) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as exc:
        raise InfraError(f"{path} exists; move it or choose another file with OUT=…") from exc
    except OSError as exc:
        raise InfraError(f"{path} cannot be written: {exc.strerror}") from exc
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(document, file, ensure_ascii=False, indent=2)
        file.write("\n")
