"""A transaction is replayed as single writes that change what it changed and nothing else."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from infra.settings import PROJECT_ROOT
from tests.engines.audit import audit_file
from tests.engines.calls import CANCELED, CONDITION, DENIED, OK, RESET, VALIDATION, Call, Recording, recorded
from tests.engines.packages import ToolsMissing, dynoxide, install
from tests.engines.races import raced
from tests.engines.replay import Replay, as_single_writes, opposite

NAME = "retail-orders-test-orders"
KEY = {"pk": {"S": "ORDER#1"}, "sk": {"S": "ORDER"}}
PUT = {"Put": {"TableName": NAME, "Item": KEY, "ConditionExpression": "attribute_not_exists(pk)"}}
CHECK = {"ConditionCheck": {"TableName": NAME, "Key": KEY, "ConditionExpression": "a = :a"}}
DELETE = {"Delete": {"TableName": NAME, "Key": KEY}}


def transaction(*operations: Any, outcome: str = OK, reasons: tuple[str, ...] = ()) -> Call:
    return Call("TransactWriteItems", {"TransactItems": list(operations)}, outcome, list(reasons))


def condition_of(single: Call) -> str | None:
    return single.request.get("ConditionExpression")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("a = :a", "NOT (a = :a)"),
        ("(a = :a AND b = :b)", "NOT (a = :a AND b = :b)"),
        ("(a = :a) OR (b = :b)", "NOT ((a = :a) OR (b = :b))"),
        ("attribute_exists(a)", "NOT (attribute_exists(a))"),
    ],
)
def test_the_opposite_of_a_condition_has_no_doubled_brackets(condition: str, expected: str) -> None:
    assert opposite(condition) == expected


def test_what_happened_is_written_and_what_was_checked_is_not() -> None:
    put, check, delete = as_single_writes(transaction(PUT, CHECK, DELETE))
    assert (put.operation, put.outcome, condition_of(put)) == ("PutItem", OK, "attribute_not_exists(pk)")
    assert (check.operation, check.outcome, condition_of(check)) == ("DeleteItem", CONDITION, "NOT (a = :a)")
    assert (delete.operation, delete.outcome, condition_of(delete)) == ("DeleteItem", OK, None)


def test_nothing_of_a_canceled_transaction_is_written() -> None:
    canceled = transaction(PUT, CHECK, DELETE, outcome=CANCELED, reasons=("None", "ConditionalCheckFailed", "None"))
    singles = as_single_writes(canceled)
    assert {single.outcome for single in singles} == {CONDITION}
    assert [condition_of(single) for single in singles] == [
        "NOT (attribute_not_exists(pk))",
        "a = :a",
        "(attribute_exists(pk) AND attribute_not_exists(pk))",
    ]


class Engine:
    """Answers every call alike and remembers what it was asked."""

    def __init__(self, answer: str = OK) -> None:
        self.answer, self.asked = answer, list[tuple[str, Any]]()

    def send(self, operation: str, request: Any) -> tuple[str, Any]:
        self.asked.append((operation, request))
        return self.answer, {}


def test_an_engine_with_transactions_gets_them_whole() -> None:
    engine = Engine()
    Replay(engine, transactions=True).take(transaction(PUT, CHECK))  # type: ignore[arg-type]
    ((operation, asked),) = engine.asked
    assert operation == "TransactWriteItems"
    assert asked["TransactItems"][1]["ConditionCheck"]["TableName"] == "replay-orders"


def test_an_answer_of_another_class_is_a_difference() -> None:
    replay = Replay(Engine(VALIDATION))  # type: ignore[arg-type]
    replay.take(Call("GetItem", {"TableName": NAME, "Key": KEY}))
    replay.take(Call("GetItem", {"TableName": NAME, "Key": KEY}, VALIDATION))
    assert replay.found.differences == {f"GetItem: OK was recorded, {VALIDATION} answered": 1}
    assert replay.found.sent == {"GetItem": 2}


def test_what_is_not_sent_is_counted() -> None:
    engine = Engine()
    replay = Replay(engine)  # type: ignore[arg-type]
    replay.take(Call("PutItem", {"TableName": "somebody-else", "Item": KEY}))
    replay.take(Call("DescribeTable", {"TableName": NAME}))
    assert replay.found.left_out == {"PutItem of other tables": 1, "DescribeTable: OK": 1}
    assert engine.asked == []


def test_tables_are_emptied_where_the_record_says_so() -> None:
    engine = Engine()
    replay = Replay(engine)  # type: ignore[arg-type]
    replay.take(Call("PutItem", {"TableName": NAME, "Item": KEY}))
    replay.take(Call(RESET, {}))
    replay.take(Call(RESET, {}))
    assert engine.asked[1:] == [("DeleteItem", {"TableName": "replay-orders", "Key": KEY})]


def test_a_recording_has_the_calls_and_nothing_of_who_made_them(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "a.jsonl.gz")
    canceled = {"__type": f"com.amazonaws.dynamodb.v20120810#{CANCELED}", "CancellationReasons": [{"Code": "None"}]}
    recording.add("GetItem", json.dumps({"TableName": NAME, "Key": KEY}).encode(), 200, b"{}", 0.0)
    recording.reset()
    recording.add("TransactWriteItems", '{"TransactItems": []}', 400, json.dumps(canceled), 0.0)
    recording.close()
    got, reset, transacted = recorded(recording.path)
    assert (got.operation, got.request, got.outcome) == ("GetItem", {"TableName": NAME, "Key": KEY}, OK)
    assert reset.operation == RESET
    assert (transacted.outcome, transacted.reasons) == (CANCELED, ["None"])


def test_a_record_cut_off_by_a_kill_is_read_up_to_there(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "a.jsonl.gz")
    for number in range(2_000):
        recording.add("GetItem", json.dumps({"TableName": NAME, "n": number}), 200, "{}", 0.0)
    recording.close()
    recording.path.write_bytes(recording.path.read_bytes()[:-500])
    assert 0 < len(list(recorded(recording.path))) < 2_000


def test_calls_that_the_emulator_refused_are_not_audited(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "a.jsonl.gz")
    bad = json.dumps({"TableName": NAME, "IndexName": "by_shop", "ConsistentRead": True})
    refused = json.dumps({"__type": f"com.amazon.coral.validate#{VALIDATION}"})
    recording.add("Query", bad, 200, "{}", 0.0)
    recording.add("Query", bad, 400, refused, 0.0)
    recording.close()
    found = audit_file(recording.path)
    assert found.calls == {"Query": 1}
    assert found.hits == {"Query: consistent_reads_of_an_index: ConsistentRead of by_shop": 1}


def test_without_node_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolsMissing, match="engines need node and npm: install node 20 or newer"):
        install(tmp_path / "engines")


def test_the_dynoxide_that_is_named_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DYNOXIDE", str(tmp_path / "own"))
    assert dynoxide(tmp_path / "engines") == str(tmp_path / "own")


def test_installed_engines_are_not_installed_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(PROJECT_ROOT / "tests" / "engines" / name, tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("DYNOXIDE", raising=False)
    assert install(tmp_path) == tmp_path
    with pytest.raises(ToolsMissing, match="x86-64 only: `cargo install dynoxide-rs`"):
        dynoxide(tmp_path)


def call(operation: str, began: float, ended: float, outcome: str = OK) -> Call:
    request = {"TableName": NAME, "Item": KEY} if operation == "PutItem" else {"TableName": NAME, "Key": KEY}
    return Call(operation, request, outcome, began=began, ended=ended)


def test_calls_race_that_were_under_way_at_once_if_one_of_them_writes() -> None:
    assert raced([call("PutItem", 0, 2), call("PutItem", 1, 3), call("PutItem", 3, 4)]) == {0, 1}
    assert raced([call("PutItem", 0, 2), call("GetItem", 1, 3)]) == {0, 1}
    assert raced([call("GetItem", 0, 2), call("GetItem", 1, 3)]) == set()
    assert raced([call("PutItem", 0, 2), Call(RESET, {}), call("PutItem", 1, 3)]) == set()


def test_the_outcome_of_a_race_is_not_a_difference_and_what_is_invalid_always_is() -> None:
    replay = Replay(Engine(CONDITION))  # type: ignore[arg-type]
    replay.take(call("PutItem", 0, 2), was_raced=True)
    # Of the same item, which is now another one than was recorded.
    replay.take(call("PutItem", 5, 6))
    assert (replay.found.undecided, replay.found.differences.total()) == (2, 0)
    replay.take(Call(RESET, {}))
    replay.take(call("PutItem", 7, 8))
    assert (replay.found.undecided, replay.found.differences.total()) == (2, 1)
    invalid = Replay(Engine(VALIDATION))  # type: ignore[arg-type]
    invalid.take(call("PutItem", 0, 2), was_raced=True)
    assert invalid.found.differences.total() == 1


def test_what_a_role_may_not_do_is_not_sent() -> None:
    engine = Engine()
    Replay(engine).take(call("GetItem", 0, 1, DENIED))  # type: ignore[arg-type]
    assert engine.asked == []
