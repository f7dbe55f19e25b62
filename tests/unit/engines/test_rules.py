"""Each rule of the audit finds a call that breaks it, and leaves its nearest lawful neighbour alone."""

from typing import Any

import pytest

from tests.engines import rules
from tests.engines.calls import Call
from tests.engines.rules import Rule

CATALOGUE, JOBS = "retail-orders-test-catalogue", "retail-orders-test-jobs"
KEY = {"pk": {"S": "OFFER#1"}, "sk": {"S": "OFFER"}}
LONG = "я" * 513


def query(index: str | None = "shop_list", **more: Any) -> Call:
    usual = {
        "TableName": CATALOGUE,
        "KeyConditionExpression": "#h = :h AND begins_with(#s, :s)",
        "ExpressionAttributeNames": {"#h": "shop_key", "#s": "list_key", "#c": "digest", "#d": "description"},
        "ExpressionAttributeValues": {":h": {"S": "SHOP#1"}, ":s": {"S": "b"}, ":v": {"N": "1"}, ":w": {"N": "2"}},
    }
    return Call("Query", {**usual, **({"IndexName": index} if index else {}), **more})


def start(**more: Any) -> dict[str, Any]:
    return {**KEY, "shop_key": {"S": "SHOP#1"}, "list_key": {"S": "bread"}, **more}


def put(table: str = CATALOGUE, **attributes: Any) -> Call:
    return Call("PutItem", {"TableName": table, "Item": {**KEY, **attributes}})


def update(expression: str, **values: Any) -> Call:
    named = {f":{name}": value for name, value in values.items()}
    asked = {"UpdateExpression": expression, "ExpressionAttributeValues": named}
    return Call("UpdateItem", {"TableName": CATALOGUE, "Key": KEY, **asked})


def offers(count: int, first: int = 1) -> list[dict[str, Any]]:
    return [{"pk": {"S": f"OFFER#{number}"}, "sk": {"S": "OFFER"}} for number in range(first, first + count)]


def transaction(*keys: dict[str, Any], token: int = 1, **more: Any) -> Call:
    operations = [{"Update": {"TableName": CATALOGUE, "Key": key, **more}} for key in keys]
    return Call("TransactWriteItems", {"TransactItems": operations, "ClientRequestToken": "t" * token})


def batch_get(*keys: dict[str, Any]) -> Call:
    return Call("BatchGetItem", {"RequestItems": {CATALOGUE: {"Keys": list(keys)}}})


def batch_write(*keys: dict[str, Any]) -> Call:
    return Call("BatchWriteItem", {"RequestItems": {CATALOGUE: [{"PutRequest": {"Item": key}} for key in keys]}})


def nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {"S": "x"}
    for _ in range(levels):
        value = {"L": [value]}
    return value


def in_filter(count: int) -> str:
    return f"#c IN ({', '.join([':v'] * count)})"


def adding(count: int) -> str:
    return "SET x = " + " + ".join([":v"] * count)


BROKEN: list[tuple[Rule, Call, Call]] = [
    (rules.filters_on_keys, query(FilterExpression="#s > :v"), query(FilterExpression="#c > :v")),
    (
        rules.filters_on_keys,
        query(None, FilterExpression="attribute_exists(sk)"),
        query(None, FilterExpression="attribute_exists(#s)"),
    ),
    (rules.reads_beside_the_index, query(FilterExpression="#d = :v"), query(FilterExpression="#c = :v")),
    (rules.reads_beside_the_index, query(ProjectionExpression="pk, #d"), query(ProjectionExpression="pk, #c.inner")),
    (rules.reads_beside_the_index, query(Select="ALL_ATTRIBUTES"), query(None, Select="ALL_ATTRIBUTES")),
    (
        rules.reads_beside_the_index,
        query(Select="ALL_ATTRIBUTES"),
        query("by_owner", TableName=JOBS, Select="ALL_ATTRIBUTES"),
    ),
    (rules.consistent_reads_of_an_index, query(ConsistentRead=True), query(None, ConsistentRead=True)),
    (
        rules.reversed_between,
        query(FilterExpression="#c BETWEEN :w AND :v"),
        query(FilterExpression="#c BETWEEN :v AND :w"),
    ),
    (
        rules.reversed_between,
        query(FilterExpression="#c BETWEEN :v AND :s"),
        query(FilterExpression="#c BETWEEN :v AND :v"),
    ),
    (
        rules.starts_outside_the_condition,
        query(ExclusiveStartKey=start(list_key={"S": "cake"})),
        query(ExclusiveStartKey=start()),
    ),
    (
        rules.starts_outside_the_condition,
        query(ExclusiveStartKey=start(shop_key={"S": "SHOP#2"})),
        query(ExclusiveStartKey=start()),
    ),
    (rules.starts_outside_the_condition, query(ExclusiveStartKey=KEY), query(None)),
    (rules.too_long_expressions, query(FilterExpression=in_filter(101)), query(FilterExpression=in_filter(100))),
    (rules.too_long_expressions, update(f"SET {'x' * 4_090} = :v"), update(f"SET {'x' * 4_080} = :v")),
    (rules.too_long_expressions, update(adding(301)), update(adding(300))),
    (rules.too_large_transactions, transaction(*offers(101)), transaction(*offers(100))),
    (rules.too_large_transactions, transaction(KEY, token=37), transaction(KEY, token=36)),
    (
        rules.too_large_transactions,
        transaction(*offers(11), ExpressionAttributeValues={":v": {"S": "x" * 390_000}}),
        transaction(*offers(10), ExpressionAttributeValues={":v": {"S": "x" * 390_000}}),
    ),
    (rules.same_item_twice, transaction(*offers(2), *offers(1)), transaction(*offers(2))),
    (rules.same_item_twice, batch_get(KEY, KEY), batch_get(*offers(2))),
    (rules.same_item_twice, batch_write(KEY, KEY), batch_write(*offers(2))),
    (rules.too_large_batches, batch_get(*offers(101)), batch_get(*offers(100))),
    (rules.too_large_batches, batch_write(*offers(26)), batch_write(*offers(25))),
    (rules.too_large_batches, batch_write(), batch_write(KEY)),
    (rules.too_large_items, put(text={"S": "x" * 409_600}), put(text={"S": "x" * 409_000})),
    (rules.too_large_items, put(text={"L": [{"S": "x" * 1_000}] * 410}), put(text={"L": [{"S": "x" * 1_000}] * 400})),
    (rules.odd_keys, put(sk={"S": LONG}), put(sk={"S": LONG[:512]})),
    (rules.odd_keys, put(pk={"S": LONG * 2}), put(pk={"S": LONG})),
    (rules.odd_keys, put(list_key={"S": ""}), put(digest={"S": ""})),
    (rules.odd_keys, put(list_key={"N": "1"}), put(digest={"N": "1"})),
    (rules.odd_keys, update("SET price_key = :v", v={"S": LONG}), update("SET digest = :v", v={"S": LONG})),
    (rules.odd_numbers, put(price={"N": "1" * 39}), put(price={"N": "1" * 38})),
    (rules.odd_numbers, put(rows={"L": [{"N": "1E126"}]}), put(rows={"L": [{"N": "1E125"}]})),
    (rules.odd_numbers, put(prices={"NS": ["0", "1E-131"]}), put(prices={"NS": ["0", "1E-130"]})),
    (rules.empty_sets, put(tags={"SS": []}), put(tags={"SS": ["a"]})),
    (rules.empty_sets, put(rows={"M": {"tags": {"SS": ["a", "a"]}}}), put(rows={"M": {"tags": {"L": []}}})),
    (rules.too_deep, put(rows=nested(33)), put(rows=nested(32))),
]


@pytest.mark.parametrize(
    ("rule", "bad", "good"), BROKEN, ids=[f"{place}-{one[0].__name__}" for place, one in enumerate(BROKEN)]
)
def test_a_rule_finds_what_breaks_it_and_nothing_else(rule: Rule, bad: Call, good: Call) -> None:
    assert list(rule(bad))
    assert rules.broken_rules(good) == []


def test_every_rule_is_shown_to_find_something() -> None:
    assert {rule for rule, *_ in BROKEN} == set(rules.RULES)


def test_every_rule_names_its_source() -> None:
    for rule in rules.RULES:
        said = str(rule.__doc__)
        assert "https://docs.aws.amazon.com/amazondynamodb/" in said or "Constraints.html#" in said, rule.__name__
