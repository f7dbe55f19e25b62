"""Runs under the interpreter of `.venv-stack`: random calls to ministack's DynamoDB, unpatched and patched.

Prints, as JSON, how many queries there were, how many of them were answered from a part of the table, and those
requests whose answers differ: `python -m tests.integration.infra.compare_queries QUERIES SEED…`.
"""

import asyncio
import base64
import json
import random
import sys
import time
from importlib.util import find_spec, module_from_spec
from types import SimpleNamespace
from typing import Any

from ministack.services import dynamodb

from infra.local import quick_dynamodb, sorted_partitions

TABLE = "words"
SORT_KINDS = ("S", "N", "B")
#: Few, so that many items have the same.
WORDS = ["", "а", "ab", "ab#1", "abc", "b", "я", "\U0001f600"]
NUMBERS = ["-12.5", "-1", "0", "0.5", "2", "10", "1E+3"]

_spec = find_spec("ministack.services.dynamodb")
assert _spec is not None
assert _spec.loader is not None
plain = module_from_spec(_spec)
_spec.loader.exec_module(plain)
MODULES = (plain, dynamodb)

different: list[Any] = []


def call(operation: str, **request: Any) -> Any:
    """Return the answer of the patched service, after comparing it with that of the unpatched one."""
    headers = {"x-amz-target": f"DynamoDB_20120810.{operation}"}
    body = json.dumps(request).encode()
    answers = []
    for module in MODULES:
        status, _, answer = asyncio.run(module.handle_request("POST", "/", headers, body, {}))
        answers.append((status, json.loads(answer)))
    # Tables and backups have times and ids.
    if answers[0] != answers[1] and not operation.endswith(("Table", "Backup")):
        different.append([operation, request, *map(str, answers)])
    return answers[1][1]


class Writer:
    """A table with every kind of index, and random writes to it by all the ways that there are."""

    def __init__(self, chance: random.Random, kind: str) -> None:
        self.chance = chance
        self.kind = kind
        self.indexes = {
            "by_word": ("gh", "word"),
            "by_number": ("gh", "number"),
            "by_hash": ("gh", None),
            "local": ("pk", "word"),
        }
        projections = [{"ProjectionType": "ALL"}, {"ProjectionType": "KEYS_ONLY"}]
        projections.append({"ProjectionType": "INCLUDE", "NonKeyAttributes": ["more"]})
        described = [
            {
                "IndexName": name,
                "KeySchema": schema(*keys),
                "Projection": projections[place % 3],
            }
            for place, (name, keys) in enumerate(self.indexes.items())
        ]
        kinds = {"pk": "S", "sk": kind, "gh": "S", "word": "S", "number": "N"}
        call(
            "CreateTable",
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": of} for name, of in kinds.items()],
            KeySchema=schema("pk", "sk"),
            GlobalSecondaryIndexes=described[:3],
            LocalSecondaryIndexes=described[3:],
        )
        call("UpdateTimeToLive", TableName=TABLE, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ends"})

    def key(self) -> dict[str, Any]:
        return {"pk": {"S": self.chance.choice("pq")}, "sk": self.sort_value(self.chance.randrange(90))}

    def sort_value(self, number: int) -> dict[str, str]:
        if self.kind == "N":
            return {"N": str(number - 40) if number % 3 else f"{number - 40}.5"}
        text = f"{self.chance.choice(('ab', 'b')) if number % 2 else 'я'}#{number}"
        return {"S": text} if self.kind == "S" else {"B": base64.b64encode(text.encode()).decode()}

    def attributes(self) -> dict[str, Any]:
        chance, found = self.chance, {"more": {"S": "x" * self.chance.choice((1, 1, 1, 40_000))}}
        if chance.random() < 0.9:
            found["gh"] = {"S": chance.choice("gh")}
        if chance.random() < 0.9:
            found["word"] = {"S": chance.choice(WORDS[1:])}
        if chance.random() < 0.9:
            found["number"] = {"N": chance.choice(NUMBERS)}
        if chance.random() < 0.01:
            found["number"] = {"N": chance.choice(("1E+999", "one", " 1", "1" * 39))}
        if chance.random() < 0.1:
            found["ends"] = {"N": "1"}
        return found

    def write(self) -> None:
        """Change something, in a way chosen at random."""
        self.chance.choices(
            (
                self.put,
                self.update,
                self.delete,
                self.batch,
                self.transact,
                self.expire,
                self.restore,
                self.restart,
                self.roll_back,
            ),
            (9, 9, 6, 9, 6, 0.6, 0.4, 0.4, 0.6),
        )[0]()

    def put(self) -> None:
        call("PutItem", TableName=TABLE, Item={**self.key(), **self.attributes()})

    def _update(self) -> dict[str, Any]:
        changed = {name: value for name, value in self.attributes().items() if self.chance.random() < 0.7}
        changed["more"] = {"S": "y"}
        gone = [name for name in ("gh", "word", "number") if name not in changed]
        return {
            "TableName": TABLE,
            "Key": self.key(),
            "UpdateExpression": "SET "
            + ", ".join(f"#{name} = :{name}" for name in changed)
            + (" REMOVE " + ", ".join(f"#{name}" for name in gone) if gone else ""),
            "ExpressionAttributeNames": {f"#{name}": name for name in [*changed, *gone]},
            "ExpressionAttributeValues": {f":{name}": value for name, value in changed.items()},
        }

    def update(self) -> None:
        call("UpdateItem", **self._update(), ReturnValues=self.chance.choice(("ALL_OLD", "UPDATED_NEW")))

    def delete(self) -> None:
        call("DeleteItem", TableName=TABLE, Key=self.key())

    def _keys(self, count: int) -> list[dict[str, Any]]:
        return list({json.dumps(key): key for key in (self.key() for _ in range(count))}.values())

    def batch(self) -> None:
        requests = [
            {"PutRequest": {"Item": {**key, **self.attributes()}}}
            if self.chance.random() < 0.8
            else {"DeleteRequest": {"Key": key}}
            for key in self._keys(12)
        ]
        counted = {"ReturnConsumedCapacity": "INDEXES"} if self.chance.random() < 0.3 else {}
        call("BatchWriteItem", RequestItems={TABLE: requests}, **counted)

    def transact(self) -> None:
        first, second, third = (self._keys(40) * 3)[:3]
        items: list[Any] = [{"Put": {"TableName": TABLE, "Item": {**first, **self.attributes()}}}]
        items.append({"Update": {**self._update(), "Key": second}})
        items.append({"Delete": {"TableName": TABLE, "Key": third}})
        call("TransactWriteItems", TransactItems=items[: len({json.dumps(key) for key in (first, second, third)})])

    def expire(self) -> None:
        """One round of the thread that deletes expired items."""
        for module in MODULES:
            rounds = iter((None,))

            def sleep(_: float, rounds: Any = rounds) -> None:
                if next(rounds, self) is self:
                    raise SystemExit

            usual, module.time = module.time, SimpleNamespace(sleep=sleep, time=time.time)
            try:
                module._ttl_reaper()
            except SystemExit:
                pass
            finally:
                module.time = usual

    def restore(self) -> None:
        """The table again, from a backup, after more writes."""
        for module in MODULES:
            state = module.get_state()["tables"]
            module._tables[TABLE]["items"] = state[TABLE]["items"]
            module._items_replaced(module._tables[TABLE])
        self.batch()

    def restart(self) -> None:
        """The state as a restart finds it."""
        for module in MODULES:
            state = module.get_state()
            module.reset()
            module.load_persisted_state(state)

    def roll_back(self) -> None:
        """A transaction of PartiQL whose second statement fails: it puts the items of before back."""
        first, second = (self.key(), self.key())
        put = "INSERT INTO words VALUE {'pk': ?, 'sk': ?, 'gh': ?}"
        statements = [
            {"Statement": put, "Parameters": [key["pk"], key["sk"], {"S": "g"}]} for key in (first, second, second)
        ]
        call("ExecuteTransaction", TransactStatements=statements)

    def query(self) -> dict[str, Any]:
        """A query of any form; some are wrong."""
        chance = self.chance
        name = chance.choice([None, None, *self.indexes])
        partition, sort = self.indexes[name] if name else ("pk", "sk")
        request: dict[str, Any] = {"TableName": TABLE, "ExpressionAttributeNames": {"#h": partition}}
        request["ExpressionAttributeValues"] = {":h": {"S": chance.choice("pq" if partition == "pk" else "gh")}}
        condition = "#h = :h"
        if sort and chance.random() < 0.7:
            form = chance.choice(("{} = {}", "{} < {}", "{} <= {}", "{} > {}", "{} >= {}", "{} BETWEEN {} AND {}",
                                  "begins_with({}, {})", "{} between {} and {}", "({} > {})", "{} <> {}"))  # fmt: skip
            request["ExpressionAttributeNames"]["#s"] = sort
            request["ExpressionAttributeValues"] |= {
                name: self.operand(sort) for name in (":s", ":t")[: form.count("{}") - 1]
            }
            clause = form.format("#s", *(":s", ":t"))
            condition = f"{clause} AND {condition}" if chance.random() < 0.2 else f"{condition} AND {clause}"
        request["KeyConditionExpression"] = condition
        if name:
            request["IndexName"] = name
        if chance.random() < 0.6:
            request["Limit"] = chance.choice((1, 2, 7, 50, 1000))
        if chance.random() < 0.5:
            request["ScanIndexForward"] = False
        if chance.random() < 0.3:
            request["FilterExpression"] = chance.choice(
                ("attribute_exists(ends)", "begins_with(more, :h)", "size(more) > pk")
            )
        if chance.random() < 0.1:
            request["Select"] = "COUNT"
        if chance.random() < 0.1:
            request["ReturnConsumedCapacity"] = "INDEXES"
        return request

    def operand(self, sort: str) -> dict[str, str]:
        if self.chance.random() < 0.05:
            return {"BOOL": True}  # type: ignore[dict-item]
        if sort == "number":
            return {"N": self.chance.choice(NUMBERS)}
        return {"S": self.chance.choice(WORDS)} if sort == "word" else self.sort_value(self.chance.randrange(90))


def schema(partition: str, sort: str | None) -> list[dict[str, str]]:
    keys = [{"AttributeName": partition, "KeyType": "HASH"}]
    return keys + ([{"AttributeName": sort, "KeyType": "RANGE"}] if sort else [])


def compare(seed: int, queries: int) -> dict[str, Any]:
    """Play one story; each query is read through to its last page, forward or backward."""
    chance = random.Random(seed)
    narrowed = 0
    part = sorted_partitions._part

    def counted(*arguments: Any) -> Any:
        nonlocal narrowed
        found = part(*arguments)
        narrowed += found is not None
        return found

    sorted_partitions._part = counted
    sorted_partitions._WORTHWHILE = chance.choice((1, 20, 48))
    writer, asked = Writer(chance, SORT_KINDS[seed % 3]), 0
    for _ in range(30):
        writer.batch()
    while asked < queries:
        for _ in range(chance.randrange(4)):
            writer.write()
        request = writer.query()
        for _ in range(4):
            after = call("Query", **request).get("LastEvaluatedKey")
            asked += 1
            if after is None:
                break
            request["ExclusiveStartKey"] = after
            writer.write()
    sorted_partitions._part = part
    for module in MODULES:
        module.reset()
    return {"asked": asked, "narrowed": narrowed}


if __name__ == "__main__":
    quick_dynamodb.apply(dynamodb)
    sorted_partitions.apply(dynamodb)
    stories = [compare(int(seed), int(sys.argv[1])) for seed in sys.argv[2:]]
    sys.stdout.write(json.dumps({"stories": stories, "different": different[:3]}))
