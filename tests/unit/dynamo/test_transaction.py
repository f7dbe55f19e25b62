"""How a transaction interprets DynamoDB's refusals: who lost, when to retry, and what must not be retried."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.dynamo import transaction as module
from chalicelib.dynamo.transaction import Contended, Lost, Transaction

TRIES = 6


class Table:
    """Refuses with these in turn, then takes everything; keeps how often it was asked, and the pauses in between."""

    def __init__(self, *refusals: ClientError) -> None:
        self.refusals = list(refusals)
        self.asked = 0
        self.pauses: list[float] = []

    def transact_write_items(self, **_: Any) -> None:
        self.asked += 1
        if self.refusals:
            raise self.refusals.pop(0)


def canceled(*codes: str) -> ClientError:
    reasons = [{"Code": code} for code in codes]
    error = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
    return ClientError(error, "TransactWriteItems")  # type: ignore[arg-type]


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}}, "TransactWriteItems")


def commit(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "client", lambda: table)
    monkeypatch.setattr(module.time, "sleep", table.pauses.append)
    transaction = Transaction()
    for label in ("first", "second"):
        transaction.add(label, {})
    transaction.commit()


def test_a_transaction_that_succeeds_at_once_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table()
    commit(table, monkeypatch)
    assert (table.asked, table.pauses) == (1, [])


@pytest.mark.parametrize(
    "codes",
    [
        ("None", "TransactionConflict"),
        ("ThrottlingError", "None"),
        ("ProvisionedThroughputExceeded", "TransactionConflict"),
    ],
)
def test_conflicts_and_throttling_are_tried_again_after_a_pause(
    codes: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    table = Table(canceled(*codes), canceled(*codes))
    commit(table, monkeypatch)
    assert (table.asked, len(table.pauses)) == (3, 2)


@pytest.mark.parametrize("code", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
def test_what_never_passes_is_given_up_within_a_second_and_a_half(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.random, "uniform", lambda _, most: most)
    table = Table(*[canceled("None", code)] * TRIES)
    with pytest.raises(Contended):
        commit(table, monkeypatch)
    assert table.asked == TRIES
    assert table.pauses == sorted(table.pauses)
    assert 1 < sum(table.pauses) < 1.5


def test_two_that_collided_wait_for_different_times(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = [Table(canceled("None", "TransactionConflict")) for _ in range(20)]
    for table in tables:
        commit(table, monkeypatch)
    assert len({table.pauses[0] for table in tables}) > 1


@pytest.mark.parametrize("code", ["ThrottlingException", "ProvisionedThroughputExceededException"])
def test_a_call_that_botocore_gave_up_for_throttling_is_contended(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table(refused(code))
    with pytest.raises(Contended):
        commit(table, monkeypatch)
    assert table.asked == 1


def test_a_condition_that_failed_is_lost_whatever_else_stood_in_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table(canceled("ConditionalCheckFailed", "TransactionConflict"))
    with pytest.raises(Lost) as lost:
        commit(table, monkeypatch)
    assert (lost.value.losers, table.asked) == ({"first": None}, 1)


@pytest.mark.parametrize(
    "refusal", [canceled("None", "ValidationError"), canceled("TransactionConflict", "ValidationError"), refused("X")]
)
def test_any_other_refusal_is_passed_on(refusal: ClientError, monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table(refusal)
    with pytest.raises(ClientError):
        commit(table, monkeypatch)
    assert (table.asked, table.pauses) == (1, [])
