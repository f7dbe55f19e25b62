"""Commands about stored data, as an operator runs them.

NIGHTLY=1 adds the drill of docs/operations.md: a stage is switched to tables of one moment and back, with a deployment each.
"""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra import commands
from infra.settings import PROJECT_ROOT
from infra.tables import TABLES
from tests.e2e.conftest import RunningStack
from tests.e2e.service import CONTACT, PASSWORD, Service, good

NIGHTLY = bool(os.environ.get("NIGHTLY"))


@pytest.fixture
def service(stack: RunningStack) -> Iterator[Service]:
    before = set(tables(stack))
    yield Service(stack)
    for table in set(tables(stack)) - before:
        stack.client("dynamodb").delete_table(TableName=table)


def tables(stack: RunningStack) -> list[str]:
    return list(stack.client("dynamodb").list_tables()["TableNames"])


def run(service: Service, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """`python -m infra …` as an operator runs it."""
    environment = {**os.environ, "STACK_DIR": str(service.stack.stack.state_dir)}
    return subprocess.run(
        [sys.executable, "-m", "infra", *arguments],
        cwd=PROJECT_ROOT,
        env=environment,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def place_order(service: Service, token: str, contact: int, offer: int) -> Any:
    service.ok("POST", "/basket", token, json={"items": [{"product_info": offer, "quantity": 1}]})
    basket = service.ok("GET", "/basket", token)[0]["id"]
    return service.ok("POST", "/order", token, json={"id": basket, "contact": contact})


def test_a_table_is_restored_beside_the_one_in_use_and_whole(service: Service) -> None:
    dynamodb, used = service.stack.client("dynamodb"), service.stack.stage.table("accounts")
    kept, ended = ({"pk": {"S": f"USER#{secrets.randbits(48)}"}, "sk": {"S": sk}} for sk in ("USER", "SESSION#1"))
    for key in (kept, ended):
        dynamodb.put_item(TableName=used, Item=key)
    moment, name = "2026-11-29T12:00:00+03:00", "retail-orders-local-accounts-20261129T090000Z"
    planned = run(service, "restore", "--table", "accounts", "--at", moment, "--dry-run")
    assert (planned.returncode, name in planned.stderr) == (0, True), planned.stderr
    assert name not in tables(service.stack)
    done = run(service, "restore", "--table", "accounts", "--at", moment)
    assert done.returncode == 0, done.stderr
    assert "sessions and tokens ended" in done.stderr
    assert f"AT={moment} TABLE=accounts SWITCH=1" in done.stderr
    found = {key["sk"]["S"]: "Item" in dynamodb.get_item(TableName=name, Key=key) for key in (kept, ended)}
    assert found == {"USER": True, "SESSION#1": False}
    assert dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]["TimeToLiveStatus"] == "ENABLED"
    # The one in use is as it was.
    for key in (kept, ended):
        assert dynamodb.get_item(TableName=used, Key=key)["Item"] == key
        dynamodb.delete_item(TableName=used, Key=key)


def test_what_a_person_has_stored_is_exported_and_forgotten_by_commands(service: Service, tmp_path: Path) -> None:
    email, token = service.account()
    service.ok("POST", "/user/contact", token, json=CONTACT)
    file = tmp_path / "person.json"
    done = run(service, "export-person", "--email", email, "--out", str(file))
    assert done.returncode == 0, done.stderr
    assert json.loads(file.read_text("utf-8"))["contacts"][0]["street"] == CONTACT["street"]
    assert run(service, "forget", "--email", email, typed="no\n").returncode == 1
    assert service.call("GET", "/user/details", token).status_code == 200
    done = run(service, "forget", "--email", email, typed=f"{email}\n")
    assert (done.returncode, "1 contacts" in done.stderr) == (0, True), done.stderr
    assert service.call("GET", "/user/details", token).status_code in (401, 403)


def test_a_stage_that_was_deployed_has_had_every_migration(service: Service) -> None:
    done = run(service, "migrate", "--dry-run")
    assert (done.returncode, "the stage has had every migration" in done.stderr) == (0, True), done.stderr


@pytest.mark.skipif(not NIGHTLY, reason="deploys twice: NIGHTLY=1")
def test_a_stage_is_switched_to_tables_of_one_moment_and_back(service: Service) -> None:
    _, [offer] = service.shop_with(good(1))
    email, token = service.account()
    contact = int(service.ok("POST", "/user/contact", token, json=CONTACT)["id"])
    first = place_order(service, token, contact, offer["id"])
    number = service.ok("GET", f"/order/{first['id']}", token)["number"]
    done = run(service, "restore", "--at", "latest", "--switch")
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
        back = run(service, "restore", "--back")
        commands.up(stack)
    assert back.returncode == 0, back.stderr
    assert len(TABLES) == back.stderr.count("stays; delete it")
    found = [one["id"] for one in service.ok("GET", "/order", token)]
    assert found == [late["id"], first["id"]]
