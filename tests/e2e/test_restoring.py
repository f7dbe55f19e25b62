"""The drill of docs/operations.md: tables restored beside those in use, and a stage that is switched to them and back.

NIGHTLY=1 deploys in between, twice.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from infra import commands
from infra.settings import PROJECT_ROOT
from infra.tables import TABLES
from tests.e2e.conftest import RunningStack
from tests.e2e.service import PASSWORD, Service, good

NIGHTLY = bool(os.environ.get("NIGHTLY"))


@pytest.fixture
def service(stack: RunningStack) -> Iterator[Service]:
    before = set(tables(stack))
    yield Service(stack)
    for table in set(tables(stack)) - before:
        stack.client("dynamodb").delete_table(TableName=table)


def tables(stack: RunningStack) -> list[str]:
    return list(stack.client("dynamodb").list_tables()["TableNames"])


def restore(service: Service, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`python -m infra restore` as an operator runs it."""
    stack = service.stack.stack
    command = [sys.executable, "-m", "infra", "restore", *arguments]
    environment = {**os.environ, "STACK_DIR": str(stack.state_dir)}
    return subprocess.run(
        command, cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


def place_order(service: Service, token: str, contact: int, offer: int) -> Any:
    service.ok("POST", "/basket", token, json={"items": [{"product_info": offer, "quantity": 1}]})
    basket = service.ok("GET", "/basket", token)[0]["id"]
    return service.ok("POST", "/order", token, json={"id": basket, "contact": contact})


def test_a_table_is_restored_beside_the_one_in_use_and_whole(service: Service) -> None:
    email, token = service.account()
    moment, name = "2026-11-29T12:00:00+03:00", "retail-orders-local-accounts-20261129T090000Z"
    planned = restore(service, "--table", "accounts", "--at", moment, "--dry-run")
    assert (planned.returncode, name in planned.stderr) == (0, True), planned.stderr
    assert name not in tables(service.stack)
    done = restore(service, "--table", "accounts", "--at", moment)
    assert done.returncode == 0, done.stderr
    assert "sessions and tokens ended" in done.stderr
    assert f"AT={moment} TABLE=accounts SWITCH=1" in done.stderr
    dynamodb = service.stack.client("dynamodb")
    key = {"pk": {"S": f"EMAIL#{email}"}, "sk": {"S": "EMAIL"}}
    assert dynamodb.get_item(TableName=name, Key=key)["Item"]
    assert dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]["TimeToLiveStatus"] == "ENABLED"
    # The one in use is as it was.
    assert service.call("GET", "/user/details", token).status_code == 200


@pytest.mark.skipif(not NIGHTLY, reason="deploys twice: NIGHTLY=1")
def test_a_stage_is_switched_to_tables_of_one_moment_and_back(service: Service) -> None:
    _, [offer] = service.shop_with(good(1))
    email, token = service.account()
    contact = int(service.ok("POST", "/user/contact", token, json={"city": "Тверь", "phone": "+7 900 000-00-00"})["id"])
    first = place_order(service, token, contact, offer["id"])
    number = service.ok("GET", f"/order/{first['id']}", token)["number"]
    done = restore(service, "--at", "latest", "--switch")
    assert done.returncode == 0, done.stderr
    # What is written now is written after the moment.
    late = place_order(service, token, contact, offer["id"])
    stack = service.stack.stack
    try:
        commands.up(stack)
        assert service.call("GET", "/order", token).status_code in (401, 403)
        again = str(service.ok("POST", "/user/login", json={"email": email, "password": PASSWORD})["Token"])
        assert [one["id"] for one in service.ok("GET", "/order", again)] == [first["id"]]
        second = place_order(service, again, contact, offer["id"])
        assert service.ok("GET", f"/order/{second['id']}", again)["number"] > number + 1000
        assert service.mailed(email, "Заказ")
    finally:
        back = restore(service, "--back")
        commands.up(stack)
    assert back.returncode == 0, back.stderr
    assert len(TABLES) == back.stderr.count("stays; delete it")
    found = [one["id"] for one in service.ok("GET", "/order", token)]
    assert found == [late["id"], first["id"]]
