"""Commands about stored data, as an operator runs them.

NIGHTLY=1 adds the drill of docs/operations.md: a stage is switched to tables of one moment, and back.
"""

import io
import json
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra import commands
from infra.__main__ import main
from infra.tables import TABLES
from tests.e2e.conftest import RunningStack
from tests.e2e.service import CONTACT, PASSWORD, Service, good

#: Runs a command.
Run = Callable[..., "Done"]
NIGHTLY = bool(os.environ.get("NIGHTLY"))


@pytest.fixture
def service(stack: RunningStack) -> Iterator[Service]:
    before = set(tables(stack))
    yield Service(stack)
    for table in set(tables(stack)) - before:
        stack.client("dynamodb").delete_table(TableName=table)


def tables(stack: RunningStack) -> list[str]:
    return list(stack.client("dynamodb").list_tables()["TableNames"])


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said."""

    code: int
    said: str


@pytest.fixture
def run(stack: RunningStack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`python -m infra …` as an operator runs it, who types ``typed``."""
    monkeypatch.setenv("STACK_DIR", str(stack.stack.state_dir))

    def run(*arguments: str, typed: str = "") -> Done:
        monkeypatch.setattr("sys.argv", ["infra", *arguments])
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        capsys.readouterr()
        return Done(main(), capsys.readouterr().err)

    return run


def place_order(service: Service, token: str, contact: int, offer: int) -> Any:
    service.ok("POST", "/basket", token, json={"items": [{"product_info": offer, "quantity": 1}]})
    basket = service.ok("GET", "/basket", token)[0]["id"]
    return service.ok("POST", "/order", token, json={"id": basket, "contact": contact})


@pytest.mark.needs("point-in-time recovery")
def test_a_table_is_restored_beside_the_one_in_use_and_whole(service: Service, run: Run) -> None:
    dynamodb, used = service.stack.client("dynamodb"), service.stack.stage.table("accounts")
    kept, ended = ({"pk": {"S": f"USER#{secrets.randbits(48)}"}, "sk": {"S": sk}} for sk in ("USER", "SESSION#1"))
    for key in (kept, ended):
        dynamodb.put_item(TableName=used, Item=key)
    moment, name = "2026-11-29T12:00:00+03:00", "retail-orders-local-accounts-20261129T090000Z"
    planned = run("restore", "--table", "accounts", "--at", moment, "--dry-run")
    assert (planned.code, name in planned.said) == (0, True), planned.said
    assert name not in tables(service.stack)
    done = run("restore", "--table", "accounts", "--at", moment)
    assert done.code == 0, done.said
    assert "sessions and tokens ended" in done.said
    assert f"AT={moment} TABLE=accounts SWITCH=1" in done.said
    found = {key["sk"]["S"]: "Item" in dynamodb.get_item(TableName=name, Key=key) for key in (kept, ended)}
    assert found == {"USER": True, "SESSION#1": False}
    assert dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]["TimeToLiveStatus"] == "ENABLED"
    # The one in use is as it was.
    for key in (kept, ended):
        assert dynamodb.get_item(TableName=used, Key=key)["Item"] == key
        dynamodb.delete_item(TableName=used, Key=key)


def test_a_person_is_exported_and_forgotten_by_commands(service: Service, run: Run, tmp_path: Path) -> None:
    email, token = service.account()
    service.ok("POST", "/user/contact", token, json=CONTACT)
    file = tmp_path / "person.json"
    assert "the stage has had every migration" in run("migrate", "--dry-run").said
    done = run("export-person", "--email", email, "--out", str(file))
    assert done.code == 0, done.said
    assert json.loads(file.read_text("utf-8"))["contacts"][0]["street"] == CONTACT["street"]
    assert run("forget", "--email", email, typed="no\n").code == 1
    assert service.call("GET", "/user/details", token).status_code == 200
    done = run("forget", "--email", email, typed=f"{email}\n")
    assert (done.code, "1 contacts" in done.said) == (0, True), done.said
    assert service.call("GET", "/user/details", token).status_code in (401, 403)


@pytest.mark.skipif(not NIGHTLY, reason="deploys twice: NIGHTLY=1")
@pytest.mark.needs("point-in-time recovery")
@pytest.mark.needs("direct calls")
def test_a_stage_is_switched_to_tables_of_one_moment_and_back(service: Service, run: Run) -> None:
    _, [offer] = service.shop_with(good(1))
    email, token = service.account()
    contact = int(service.ok("POST", "/user/contact", token, json=CONTACT)["id"])
    first = place_order(service, token, contact, offer["id"])
    number = service.ok("GET", f"/order/{first['id']}", token)["number"]
    done = run("restore", "--at", "latest", "--switch")
    assert done.code == 0, done.said
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
        back = run("restore", "--back")
        commands.up(stack)
    assert back.code == 0, back.said
    assert len(TABLES) == back.said.count("stays; delete it")
    found = [one["id"] for one in service.ok("GET", "/order", token)]
    assert found == [late["id"], first["id"]]
