"""Accounts, closed shops and imports get the places that they would be written with today."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.models.accounts import User, company_words
from chalicelib.models.catalogue import CLOSED_SHOPS
from chalicelib.models.imports import Import
from infra.migrations import m0003_register

NOW = datetime.now(UTC)


def wire(pk: str, sk: str, **texts: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}, **{name: {"S": text} for name, text in texts.items()}}


def changed(rule: Any, item: dict[str, Any]) -> dict[str, str]:
    change = rule(NOW)(item)
    assert change is None or rule(NOW)({**item, **change.set}) is None
    return {name: value["S"] for name, value in change.set.items()} if change else {}


@pytest.mark.parametrize("company", ["", "ООО", "ООО «Ёлка-2»", "ПАО ООО Лента_и дочери", "Ип Иванов", "x" * 300])
def test_an_account_is_placed_as_it_is_written_today(company: str) -> None:
    user = User.at(7)
    user.user_id, user.role, user.email, user.company = 7, "buyer", "a@b.example", company
    user.place()
    keys = {"role_key": user.role_key, "email_key": user.email_key, "company_key": user.company_key}
    old = {**wire("USER#7", "USER", role="buyer", email="a@b.example", company=company), "user_id": {"N": "7"}}
    assert changed(m0003_register.accounts, old) == {name: key for name, key in keys.items() if key}
    assert (user.company_key is None) == (company_words(company) == "")


def test_a_closed_shop_is_placed_by_its_name_and_an_open_one_left_alone() -> None:
    shop = {**wire("SHOP#5", "SHOP", name="Ромашка"), "entity_id": {"N": "5"}}
    placed = changed(m0003_register.catalogue, shop)
    assert placed == {"directory_key": CLOSED_SHOPS, "directory_sort": "ромашка#5"}
    assert changed(m0003_register.catalogue, {**shop, "directory_key": {"S": "SHOPS"}}) == {}


def test_an_import_is_placed_by_its_status() -> None:
    record = wire("IMPORT#5", "IMPORT", status="failed")
    assert changed(m0003_register.jobs, record) == {"status_key": Import.status_partition("failed")}
    moved = {**record, "status_key": {"S": Import.status_partition("queued")}}
    assert changed(m0003_register.jobs, moved) == {"status_key": Import.status_partition("failed")}


@pytest.mark.parametrize("sk", ["SESSION#1", "PROGRESS", "CATEGORY", "EMAIL"])
def test_nothing_else_is_changed(sk: str) -> None:
    for rule in (m0003_register.accounts, m0003_register.catalogue, m0003_register.jobs):
        assert changed(rule, wire("USER#7", sk)) == {}
