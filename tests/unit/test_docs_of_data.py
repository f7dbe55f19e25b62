"""docs/data.md says of every kind of stored item and object how long it is kept, and says so truly."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from chalicelib import retention
from infra.migrations import MIGRATIONS, m0001_expiry
from infra.template import load_template, ttl_attributes
from tests.unit.models.golden import models

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/data.md").read_text("utf-8")
KEPT, REMOVED_BY = 1, 2
#: Written by infra, which no function may read.
OF_DEPLOYMENT = "deployment"


def rows(section: str) -> dict[str, list[str]]:
    """The rows of a section by what they begin with, in backticks."""
    text = PAGE.split(f"\n## {section}\n")[1].split("\n## ")[0]
    cells = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in text.splitlines() if "| `" in line]
    return {row[0].strip("`/"): row[1:] for row in cells}


ITEMS, OBJECTS = rows("Items"), rows("Objects")


def rules() -> dict[str, Any]:
    bucket = load_template()["Resources"]["FilesBucket"]["Properties"]
    lifecycle: Any = bucket["LifecycleConfiguration"]
    return {rule["Prefix"].rstrip("/"): rule for rule in lifecycle["Rules"]}


def test_every_kind_of_item_has_a_row() -> None:
    assert ITEMS.keys() == models().keys()


def test_items_expire_by_ttl_where_the_page_says_so_and_nowhere_else() -> None:
    said = {name for name, row in ITEMS.items() if "TTL" in row[REMOVED_BY]}
    assert said == {name for name, model in models().items() if "expires_at" in model.get_attributes()}
    tables = {models()[name].Meta.table_name for name in said}
    assert {f"{name.rpartition('-')[0]}" for name in tables} == {"retail-orders-test"}
    assert tables <= ttl_attributes("retail-orders-test").keys()


@pytest.mark.parametrize(
    ("kind", "periods"),
    [
        ("Mail", [retention.MAILS]),
        ("Import", [retention.IMPORTS]),
        ("QuietAddress", [retention.QUIET_ADDRESSES, retention.ALLOWED_ADDRESSES]),
        ("Basket", [retention.BASKETS]),
    ],
)
def test_periods_of_items_are_those_of_the_code(kind: str, periods: list[Any]) -> None:
    assert re.findall(r"(\d+) days", ITEMS[kind][KEPT]) == [str(period.days) for period in periods]


def test_every_prefix_that_a_function_may_use_or_that_has_a_rule_has_a_row() -> None:
    allowed = set()
    for policy in sorted((ROOT / ".chalice").glob("policy-*.json")):
        for statement in json.loads(policy.read_text("utf-8"))["Statement"]:
            allowed |= {arn.split("/", 1)[1].split("/")[0] for arn in statement["Resource"] if "-files/" in arn}
    assert OBJECTS.keys() == allowed | {prefix for prefix in rules() if prefix} | {OF_DEPLOYMENT}


def test_objects_are_kept_as_long_as_the_bucket_does() -> None:
    for prefix, row in OBJECTS.items():
        rule = rules().get(prefix)
        expires = rule is not None and "ExpirationInDays" in rule
        assert ("lifecycle" in row[REMOVED_BY]) == expires, prefix
        if rule is not None and expires:
            assert row[KEPT].startswith(f"{rule['ExpirationInDays']} days"), prefix
    everything = rules()[""]
    assert everything["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert everything["ExpiredObjectDeleteMarker"] is True


def test_stored_items_get_the_periods_of_new_ones() -> None:
    assert MIGRATIONS[0] is m0001_expiry.EXPIRY
    migrated = {"Mail", "Import", "QuietAddress", "Basket"}
    assert {"MAIL", "IMPORT", "QUIET", "BASKET"} == {kind for _, kind in m0001_expiry._KINDS}
    assert migrated <= {name for name, row in ITEMS.items() if "TTL" in row[REMOVED_BY]}


def test_every_kind_with_personal_data_says_what_removes_it() -> None:
    for name, row in [*ITEMS.items(), *OBJECTS.items()]:
        assert len(row) == 3, name
        assert all(row), name
