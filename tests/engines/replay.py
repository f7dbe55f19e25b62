"""Sends a recording to other engines: `python -m tests.engines.replay DIRECTORY`; the exit code is 1 for differences.

What our emulators accept, and another engine refuses as invalid, would be refused by AWS. dynalite has no transactions,
so the operations of one are sent as single writes (``as_single_writes``); dynoxide gets everything as it was recorded.
ENGINE_PORT names the port of another engine instead, empty and running on this machine, that has transactions.
"""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tests.engines import packages, second_engines
from tests.engines.calls import CANCELED, CONDITION, DENIED, OK, RESET, VALIDATION, Call, files_of, recorded
from tests.engines.parts import parts_of
from tests.engines.races import Key, keys_of, raced
from tests.engines.schema import table_of, tables
from tests.engines.second_engines import Engine

_DATA = {"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem", "BatchWriteItem"}
_CONDITIONAL = {OK, CONDITION, CANCELED}
_PREFIX = "replay"
_NEVER = "(attribute_exists(pk) AND attribute_not_exists(pk))"
_KINDS = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "DeleteItem"}


@dataclass
class Replayed:
    """How many calls were sent and left out, and the differences: what our emulator and what the engine answered.

    ``undecided`` are conditions whose outcome hangs on the order of calls that were under way at once.
    """

    sent: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    undecided: int = 0
    differences: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def add(self, other: "Replayed") -> None:
        """Take in what another file had."""
        self.sent += other.sent
        self.left_out += other.left_out
        self.undecided += other.undecided
        self.differences += other.differences
        self.examples = {**other.examples, **self.examples}


def as_single_writes(call: Call) -> list[Call]:
    """Return the operations of a transaction as single writes, with the outcome that each must have.

    One that happened is sent as it was. A check, which writes nothing, becomes a deletion on the opposite condition,
    which must fail. Of a canceled transaction nothing may happen: an operation whose condition held gets the opposite
    one, one without a condition gets one that never holds.
    """
    singles = []
    for place, operation in enumerate(call.request["TransactItems"]):
        ((kind, asked),) = operation.items()
        single = {key: value for key, value in asked.items() if key != "ReturnValuesOnConditionCheckFailure"}
        condition = single.get("ConditionExpression")
        happened = call.outcome == OK and kind != "ConditionCheck"
        held = call.outcome == OK or call.reasons[place : place + 1] != ["ConditionalCheckFailed"]
        if not happened and held:
            single["ConditionExpression"] = opposite(condition) if condition else _NEVER
        singles.append(Call(_KINDS[kind], single, OK if happened else CONDITION))
    return singles


def opposite(condition: str) -> str:
    """Return the condition that holds where this one does not; DynamoDB refuses doubled brackets."""
    depth = 0
    for place, letter in enumerate(condition):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return f"NOT {condition}" if place == len(condition) - 1 and place else f"NOT ({condition})"
    return f"NOT ({condition})"


class Replay:
    """The calls of one file, in order, on an engine that has the project's tables, and perhaps transactions."""

    def __init__(self, engine: Engine, *, transactions: bool = False) -> None:
        self._engine, self._transactions = engine, transactions
        self._stored: set[Key] = set()
        # Items that are not as they were after an undecided call.
        self._diverged: set[Key] = set()
        self.found = Replayed()

    def create_tables(self) -> None:
        """Create the tables of the template, with their indexes."""
        for table in tables().values():
            outcome, told = self._engine.send(
                "CreateTable", {"TableName": f"{_PREFIX}-{table.name}", **table.definition}
            )
            assert outcome == OK, told
            while self._status(table.name) != "ACTIVE":
                time.sleep(0.01)

    def take(self, call: Call, *, was_raced: bool = False) -> None:
        """Send the next call of the file and compare the answers."""
        if was_raced:
            self._diverged |= keys_of(call)
        if call.operation in (RESET, "CreateTable"):
            self._empty()
        elif not self._is_ours(call):
            self.found.left_out[f"{call.operation} of other tables"] += 1
        elif call.outcome == DENIED:
            self.found.left_out[f"{call.operation} without permission"] += 1
        elif call.operation == "TransactWriteItems" and call.outcome in (OK, CANCELED):
            self.found.sent[call.operation] += 1
            for single in [call] if self._transactions else as_single_writes(call):
                self._compare(single, call)
        elif call.operation in _DATA:
            self.found.sent[call.operation] += 1
            self._compare(call, call)
        else:
            self.found.left_out[f"{call.operation}: {call.outcome}"] += 1

    def _compare(self, single: Call, whole: Call) -> None:
        outcome, told = self._engine.send(single.operation, renamed(single.request))
        for part in parts_of(single):
            if part.kind in ("Put", "Update") and outcome == OK:
                self._stored.add((part.table.rpartition("-")[2], part.key["pk"]["S"], part.key["sk"]["S"]))
        if outcome != single.outcome and {outcome, single.outcome} <= _CONDITIONAL and keys_of(whole) & self._diverged:
            self.found.undecided += 1
        elif outcome != single.outcome:
            difference = f"{whole.operation}: {single.outcome} was recorded, {outcome} answered"
            self.found.differences[difference] += 1
            example = {"request": single.request, "answer": told}
            self.found.examples.setdefault(difference, json.dumps(example, ensure_ascii=False)[:1_500])

    def _status(self, table: str) -> str:
        return str(self._engine.send("DescribeTable", {"TableName": f"{_PREFIX}-{table}"})[1]["Table"]["TableStatus"])

    def _empty(self) -> None:
        for table, pk, sk in self._stored:
            key = {"pk": {"S": pk}, "sk": {"S": sk}}
            self._engine.send("DeleteItem", {"TableName": f"{_PREFIX}-{table}", "Key": key})
        self._stored.clear()
        self._diverged.clear()

    @staticmethod
    def _is_ours(call: Call) -> bool:
        names = {call.request["TableName"]} if "TableName" in call.request else {part.table for part in parts_of(call)}
        return all(table_of(name) is not None for name in names)


def renamed(request: dict[str, Any]) -> dict[str, Any]:
    """Return the request for the tables of the replay."""
    changed = dict(request)
    if "TableName" in request:
        changed["TableName"] = _renamed(request["TableName"])
    if "RequestItems" in request:
        changed["RequestItems"] = {_renamed(name): wanted for name, wanted in request["RequestItems"].items()}
    if "TransactItems" in request:
        changed["TransactItems"] = [
            {kind: renamed(asked) for kind, asked in operation.items()} for operation in request["TransactItems"]
        ]
    return changed


def _renamed(name: str) -> str:
    return f"{_PREFIX}-{name.rpartition('-')[2]}"


@dataclass(frozen=True)
class Kind:
    """An engine that can be started as often as there are cores."""

    name: str
    start: Callable[[], AbstractContextManager[Engine]]
    transactions: bool


def replay_share(kind: Kind, shares: int, path: Path, share: int) -> Replayed:
    """Return how a share of a file fares on an engine of its own: every so many parts between two resets."""
    with kind.start() as engine:
        replay, part = Replay(engine, transactions=kind.transactions), 0
        replay.create_tables()
        unordered = raced(recorded(path))
        for place, call in enumerate(recorded(path)):
            part += call.operation == RESET
            if part % shares == share:
                replay.take(call, was_raced=place in unordered)
        return replay.found


def replay_on(engine: Engine, files: list[Path]) -> Replayed:
    """Return how the files fare, one after the other, on an engine with transactions."""
    replay = Replay(engine, transactions=True)
    replay.create_tables()
    for path in files:
        replay.take(Call(RESET, {}))
        unordered = raced(recorded(path))
        for place, call in enumerate(recorded(path)):
            replay.take(call, was_raced=place in unordered)
    return replay.found


def _in_parallel(kind: Kind, files: list[Path]) -> Replayed:
    """Return how the files fare, a process per core."""
    whole, shares = Replayed(), os.cpu_count() or 1
    work = [(path, share) for path in files for share in range(shares)]
    with ProcessPoolExecutor(shares) as pool:
        for found in pool.map(partial(replay_share, kind, shares), *zip(*work, strict=True)):
            whole.add(found)
    return whole


def main() -> int:
    """Print the figures and the differences of each engine; return the exit code: 2 if one was not replayed on."""
    files, port = files_of(Path(sys.argv[1])), os.environ.get("ENGINE_PORT")
    if not files:
        print(f"replay: NOT RUN, {sys.argv[1]} has no recording", file=sys.stderr)
        return 2
    if port:
        return _print(f"the engine on port {port}", partial(replay_on, Engine(int(port)), files))
    try:
        kinds = [
            Kind("dynalite", partial(second_engines.dynalite, packages.install()), transactions=False),
            Kind("dynoxide", partial(second_engines.dynoxide, packages.dynoxide()), transactions=True),
        ]
    except packages.ToolsMissing as missing:
        print(f"replay: NOT RUN, {missing}", file=sys.stderr)
        return 2
    return max([_print(kind.name, partial(_in_parallel, kind, files)) for kind in kinds])


def _print(name: str, replay: Callable[[], Replayed]) -> int:
    began = time.monotonic()
    whole = replay()
    refused = sum(count for what, count in whole.differences.items() if f"{VALIDATION} answered" in what)
    print(
        f"replay on {name}: {whole.sent.total():,} calls, {refused} refused as invalid, "
        f"{whole.differences.total()} answered otherwise, {whole.undecided} undecided, {time.monotonic() - began:.1f} s"
    )
    for what, count in whole.differences.most_common(40):
        print(f"  {count} × {what}\n    {whole.examples[what]}")
    for what, count in whole.left_out.most_common():
        print(f"  not sent: {count} × {what}")
    return 1 if whole.differences else 0


if __name__ == "__main__":
    sys.exit(main())
