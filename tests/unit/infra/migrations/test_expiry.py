"""What has no end gets one; the periods are those that the service writes now."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib import retention
from infra.migrations import m0001_expiry

NOW = datetime(2026, 12, 1, tzinfo=UTC)
RULE = m0001_expiry.rule(NOW)


def stamp(days_ago: int) -> dict[str, str]:
    return {"S": (NOW - timedelta(days=days_ago)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")}


def item(pk: str, sk: str, **more: Any) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}, **more}


@pytest.mark.parametrize(
    ("old", "period"),
    [
        (item("MAIL#1", "MAIL", created_at=stamp(3)), retention.MAILS),
        (item("IMPORT#1", "IMPORT", finished_at=stamp(3)), retention.IMPORTS),
        (item("QUIET#a@b.example", "QUIET", decided_at=stamp(3), quiet={"BOOL": True}), retention.QUIET_ADDRESSES),
        (item("QUIET#a@b.example", "QUIET", decided_at=stamp(3), quiet={"BOOL": False}), retention.ALLOWED_ADDRESSES),
        (item("USER#1", "BASKET", changed_at=stamp(3)), retention.BASKETS),
    ],
)
def test_an_item_expires_as_if_it_had_been_written_today(old: dict[str, Any], period: timedelta) -> None:
    change = RULE(old)
    assert change is not None
    assert change.set == {"expires_at": {"N": str(int((NOW - timedelta(days=3) + period).timestamp()))}}
    assert RULE({**old, **change.set}) is None


def test_nothing_expires_within_a_week_of_the_migration() -> None:
    change = RULE(item("MAIL#1", "MAIL", created_at=stamp(4000)))
    assert change is not None
    assert change.set == {"expires_at": {"N": str(int((NOW + timedelta(days=7)).timestamp()))}}


@pytest.mark.parametrize(
    "kept",
    [
        item("IMPORT#1", "IMPORT", created_at=stamp(900)),
        item("IMPORT#1", "PROGRESS", expires_at={"N": "1"}),
        item("ORDER_JOB#placing#1#2", "ORDER_JOB"),
        item("CATEGORY_MOVE#1", "MOVE"),
        item("COUNTER#orders", "COUNTER"),
        item("MAIL#1", "MAIL", created_at={"S": "yesterday"}),
    ],
)
def test_what_is_under_way_or_kept_gets_no_end(kept: dict[str, Any]) -> None:
    assert RULE(kept) is None
