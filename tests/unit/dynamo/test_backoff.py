"""What DynamoDB has no room for is asked for again after longer and longer pauses, and not without end."""

from typing import Any

import pytest

from chalicelib.dynamo import backoff, batch_writing, reading
from chalicelib.dynamo.backoff import PAUSES, Backoff
from chalicelib.dynamo.transaction import Contended
from chalicelib.models.accounts import User

KEYS = [User.at(number) for number in range(1, 4)]


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The longest that each pause could have been, in seconds; nothing is waited for."""
    found: list[float] = []
    monkeypatch.setattr(backoff.random, "uniform", lambda _, longest: longest)
    monkeypatch.setattr(backoff.time, "sleep", found.append)
    return found


class Busy:
    """A client that processes the first key of each call, or deletes it, and none once ``calls`` have been made."""

    def __init__(self, calls: int) -> None:
        self.left, self.asked = calls, list[int]()

    def batch_get_item(self, *, RequestItems: dict[str, Any]) -> Any:  # noqa: N803 - a parameter of boto3
        ((table, wanted),) = RequestItems.items()
        done = 1 if self.left > 0 else 0
        self.left -= 1
        self.asked.append(len(wanted["Keys"]))
        items, later = wanted["Keys"][:done], wanted["Keys"][done:]
        unprocessed = {table: {**wanted, "Keys": later}} if later else {}
        return {"Responses": {table: items}, "UnprocessedKeys": unprocessed}

    def batch_write_item(self, *, RequestItems: dict[str, Any]) -> Any:  # noqa: N803 - a parameter of boto3
        ((table, wanted),) = RequestItems.items()
        self.asked.append(len(wanted))
        later = wanted[1 if self.left > 0 else 0 :]
        self.left -= 1
        return {"UnprocessedItems": {table: later} if later else {}}


def read_by(client: Busy, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(reading, "client", lambda: client)
    return len(list(reading.read(*KEYS).all(User)))


def test_each_pause_may_be_twice_as_long_up_to_a_second(pauses: list[float]) -> None:
    one = Backoff()
    for _ in range(PAUSES):
        one.wait()
    assert pauses == [0.05, 0.1, 0.2, 0.4, 0.8, *[1.0] * 5]


def test_after_the_last_pause_it_is_given_up(pauses: list[float]) -> None:
    one = Backoff()
    for _ in range(PAUSES):
        one.wait()
    with pytest.raises(Contended):
        one.wait()
    assert len(pauses) == PAUSES


def test_an_answer_that_leaves_nothing_begins_the_pauses_again(pauses: list[float]) -> None:
    one = Backoff()
    for _ in range(PAUSES):
        one.wait()
    one.reset()
    one.wait()
    assert pauses[-1] == 0.05


def test_only_unprocessed_keys_are_asked_for_again(monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    client = Busy(calls=3)
    assert read_by(client, monkeypatch) == 3
    assert client.asked == [3, 2, 1]
    assert pauses == [0.05, 0.1]


def test_a_table_that_never_has_room_is_busy(monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    client = Busy(calls=1)
    with pytest.raises(Contended):
        read_by(client, monkeypatch)
    assert client.asked == [3] + [2] * PAUSES


def delete_by(client: Busy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_writing, "client", lambda: client)
    batch_writing.delete_items("accounts", (key.primary_key for key in KEYS))


def test_only_unprocessed_items_are_deleted_again(monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    client = Busy(calls=3)
    delete_by(client, monkeypatch)
    assert client.asked == [3, 2, 1]
    assert pauses == [0.05, 0.1]


def test_a_table_that_never_deletes_the_rest_is_busy(monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    client = Busy(calls=1)
    with pytest.raises(Contended):
        delete_by(client, monkeypatch)
    assert client.asked == [3] + [2] * PAUSES
