"""The description of the API held against the running service: requests made from it, and checked by it.

``SCHEMATHESIS_EXAMPLES`` says how many random requests each call gets beside those that cover its
schema; ``make nightly`` asks for many, of every call and in every encoding. By day a seventh of the calls is tried,
another one each day of the week. The same description leads to the same requests on the same day.
"""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from secrets import randbelow
from typing import Any

import pytest

from tests.e2e.conftest import RunningStack
from tests.e2e.service import Service, good

NIGHTLY = os.environ.get("NIGHTLY") == "1"
TURNS = 7
EXAMPLES = os.environ.get("SCHEMATHESIS_EXAMPLES", "100" if NIGHTLY else "1")
ROOT = Path(__file__).parents[2]
# Calls that end the session they are made with, or that change the account: each is made by an account of its own.
ALONE = {"user_logout", "user_logout_all", "user_details_change"}


@pytest.fixture(scope="module")
def tokens(stack: RunningStack) -> dict[str, str]:
    """A session of each role, and one for each call that no other call may share."""
    service = Service(stack)
    shop, goods = service.shop_with(good(1), good(2, price=250))
    buyer, contact = service.buyer()
    service.ok("POST", "/basket", buyer, json={"items": [{"product_info": goods[0]["id"], "quantity": 1}]})
    service.ok("POST", "/order", buyer, json={"id": service.ok("GET", "/basket", buyer)[0]["id"], "contact": contact})
    return {
        "buyer": buyer,
        "shop": shop,
        "administrator": service.administrator()[1],
        **{name: service.account()[1] for name in ALONE},
    }


# By day one method that a path has not is enough: what refuses it is the same for all.
_UNEXPECTED = ["GET", "POST", "PUT", "DELETE", "PATCH"] if NIGHTLY else ["PATCH"]
# Off for a reason each:
# - positive_data_acceptance is replaced by schemathesis_hooks.valid_requests_are_accepted, which is the same but for
#   what no schema can express;
# - negative_data_rejection is replaced by schemathesis_hooks.invalid_requests_are_refused, which is the same but for
#   the forms of values that the description leaves to published clients;
# - TRACE and QUERY are refused by API Gateway itself, which knows no such methods and never asks the service.
_CHECKS = f"""
[checks]
positive_data_acceptance.enabled = false
negative_data_rejection.enabled = false

[phases.coverage]
unexpected-methods = {json.dumps(_UNEXPECTED)}

[auth]
auto-signup = false
"""


def _config(description: dict[str, Any], tokens: dict[str, str]) -> str:
    lines = [_CHECKS]
    for path in description["paths"].values():
        for call in path.values():
            name = call["operationId"]
            if roles := call.get("x-roles"):
                who = name if name in ALONE else "buyer" if "buyer" in roles else roles[0]
                lines += ["[[operations]]", f'include-operation-id = "{name}"']
                lines += [f'headers = {{ Authorization = "Token {tokens[who]}" }}', ""]
    return "\n".join(lines)


def test_the_service_does_what_its_description_says(
    stack: RunningStack, tokens: dict[str, str], tmp_path: Path
) -> None:
    description = _turn(Service(stack).ok("GET", "/openapi.json"))
    config = tmp_path / "schemathesis.toml"
    config.write_text(_config(description, tokens), encoding="utf-8")
    schema = tmp_path / "openapi.json"
    schema.write_text(json.dumps(_in_forms(description)), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(config), "run", str(schema)]
    command += ["--url", stack.base_url, "--max-examples", EXAMPLES, "--generation-deterministic"]
    # Limits count networks: what is registered here must not stop others of this machine.
    command += ["--header", f"X-Forwarded-For: 2001:db8:{randbelow(1 << 16):x}:{randbelow(1 << 16):x}::1"]
    command += ["--no-color", "--continue-on-failure", "--warnings", "off"]
    # As long as API Gateway waits: a plain list that hardly anything passes looks at thousands of goods.
    command += ["--request-timeout", "29"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": "tests.e2e.schemathesis_hooks"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environ)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    # A run that tested nothing would be green as well.
    calls = sum(len(path) for path in description["paths"].values())
    assert f"Tested: {calls}\n" in done.stdout, done.stdout[-2_000:]


def _turn(description: dict[str, Any]) -> dict[str, Any]:
    """By day, without the calls whose turn it is on other days."""
    calls = [(path, method) for path in description["paths"].values() for method in path]
    for place, (path, method) in enumerate(calls):
        if not NIGHTLY and place % TURNS != date.today().toordinal() % TURNS:  # noqa: DTZ011 - any clock will do
            del path[method]
    return description


def _in_forms(description: dict[str, Any]) -> dict[str, Any]:
    """With forms as further encodings of each body without a list; by day as the only one of every second call.

    The service accepts every body in three encodings and treats them alike; the description has one. Most requests try
    one field in one encoding, so by day each call gets one of them.
    """
    calls = [call for path in description["paths"].values() for call in path.values() if "requestBody" in call]
    for turn, call in enumerate(calls):
        content = call["requestBody"]["content"]
        media = content.get("application/json")
        if media is None or any(isinstance(value, list) for value in media["example"].values()):
            continue
        forms = dict.fromkeys(("multipart/form-data", "application/x-www-form-urlencoded"), media)
        if NIGHTLY:
            content |= forms
        elif turn % 2:
            call["requestBody"]["content"] = dict([[*forms.items()][turn // 2 % 2]])
    _without_condition(description["components"]["schemas"]["Source"])
    return description


def _without_condition(schema: dict[str, Any]) -> None:
    """State the condition as alternatives: schemathesis 4.32 cannot judge a file against a condition."""
    schema["anyOf"] = [schema.pop("if"), schema.pop("else")]
