"""Faults are what AWS would answer, come from the seed alone, and lose nothing that they put off."""

import json
from collections import Counter
from typing import Any

import pytest

from tests.engines.calls import CANCELED, outcome_of
from tests.engines.faults import Faults, Rates, shortened, split
from tests.engines.proxy import Answer, Request

NEVER = Rates(0, 0, 0, 0, 0, 0)
ITEMS = {"a": [{"PutRequest": {"Item": {"n": n}}} for n in range(5)], "b": [{"DeleteRequest": {"Key": {"n": 9}}}]}
KEYS = {"a": {"Keys": [{"n": n} for n in range(5)], "ConsistentRead": True}, "b": {"Keys": [{"n": 9}]}}


def request(operation: str, **body: Any) -> Request:
    return Request(operation, json.dumps(body).encode(), {})


class Engine:
    """Answers everything and remembers it."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def __call__(self, one: Request) -> Answer:
        self.asked.append(json.loads(one.body))
        return Answer(200, b"{}")


def answers(rates: Rates, one: Request, count: int = 200, seed: int = 7) -> list[tuple[str, list[str]]]:
    faults = Faults(Engine(), seed, rates)
    found = [faults(one) for _ in range(count)]
    return [outcome_of(answer.status, answer.content) if answer else ("lost", []) for answer in found]


def test_without_faults_the_engine_answers() -> None:
    engine = Engine()
    assert Faults(engine, 1, NEVER)(request("PutItem", x=1)) == Answer(200, b"{}")
    assert engine.asked == [{"x": 1}]


@pytest.mark.parametrize(
    ("fault", "operation", "codes"),
    [
        ("write_conflict", "UpdateItem", {"TransactionConflictException"}),
        ("throttling", "GetItem", {"ThrottlingException", "ProvisionedThroughputExceededException"}),
        ("lost_answer", "PutItem", {"InternalServerError", "lost"}),
        ("transaction_conflict", "TransactWriteItems", {CANCELED}),
    ],
)
def test_a_fault_comes_as_often_as_its_rate_says(fault: str, operation: str, codes: set[str]) -> None:
    one = request(operation, TransactItems=[{}] * 3)
    found = Counter(code for code, _ in answers(Rates(**{**vars(NEVER), fault: 0.3}), one, 1_000))
    assert found.keys() == {"OK", *codes}
    assert 600 < found["OK"] < 800


def test_the_same_seed_repeats_the_same_faults() -> None:
    one = request("TransactWriteItems", TransactItems=[{}] * 3)
    assert answers(Rates(), one) == answers(Rates(), one) != answers(Rates(), one, seed=8)


def test_a_canceled_transaction_has_a_reason_for_each_operation() -> None:
    one = request("TransactWriteItems", TransactItems=[{}] * 3)
    for code, reasons in answers(Rates(**{**vars(NEVER), "transaction_conflict": 1}), one):
        assert (code, sorted(reasons)) == (CANCELED, ["None", "None", "TransactionConflict"])


def test_what_is_refused_does_not_reach_the_engine_and_what_is_lost_does() -> None:
    for fault, reached in (("write_conflict", 0), ("throttling", 0), ("lost_answer", 1)):
        engine = Engine()
        Faults(engine, 1, Rates(**{**vars(NEVER), fault: 1}))(request("PutItem", x=1))
        assert len(engine.asked) == reached, fault


@pytest.mark.parametrize(
    ("operation", "asked", "left"),
    [("BatchWriteItem", ITEMS, "UnprocessedItems"), ("BatchGetItem", KEYS, "UnprocessedKeys")],
)
def test_what_a_batch_leaves_is_returned_as_it_was_asked_for(operation: str, asked: dict[str, Any], left: str) -> None:
    for seed in range(30):
        engine = Engine()
        answer = Faults(engine, seed, Rates(**{**vars(NEVER), "unprocessed": 1}))(
            request(operation, RequestItems=asked)
        )
        assert answer is not None
        sent, later = engine.asked[0]["RequestItems"], json.loads(answer.content)[left]
        assert sent
        assert later
        assert united(sent, later) == united(asked, {})


def united(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    found = []
    for part in (one, other):
        for table, wanted in part.items():
            options = {key: value for key, value in wanted.items() if key != "Keys"} if isinstance(wanted, dict) else {}
            requests = wanted["Keys"] if isinstance(wanted, dict) else wanted
            found += [json.dumps([table, options, each], sort_keys=True) for each in requests]
    return sorted(found)


def test_a_batch_of_one_item_is_never_left_undone() -> None:
    engine = Engine()
    Faults(engine, 1, Rates(**{**vars(NEVER), "unprocessed": 1}))(
        request("BatchGetItem", RequestItems={"b": KEYS["b"]})
    )
    assert engine.asked == [{"RequestItems": {"b": KEYS["b"]}}]


def test_a_short_page_is_never_longer_than_the_one_asked_for() -> None:
    assert json.loads(shortened(request("Query", Limit=3), 9).body) == {"Limit": 3}
    assert json.loads(shortened(request("Query", IndexName="i"), 9).body) == {"IndexName": "i", "Limit": 9}


def test_splitting_at_no_place_leaves_everything() -> None:
    assert split(KEYS, set()) == ({}, KEYS)
