"""Rules of DynamoDB that the emulators do not check, each on one call.

A rule yields what is wrong with a call, and names the page of AWS that it is from. ``Constraints.html`` stands for
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html.
"""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from tests.engines.calls import Call
from tests.engines.expressions import Expression, rank
from tests.engines.parts import expressions_of, items_written, parts_of, values_of
from tests.engines.schema import table_of

Rule = Callable[[Call], Iterator[str]]
_READS = {"Query", "Scan"}
_EXPRESSION_BYTES, _OPERATORS, _IN = 4_096, 300, 100
_ITEM_BYTES, _TRANSACTION_BYTES = 400 * 1024, 4 * 1024 * 1024
_KEY_BYTES = (2_048, 1_024)
_DIGITS, _SMALLEST, _LARGEST = 38, Decimal("1E-130"), Decimal("9.9999999999999999999999999999999999999E+125")
_NESTED = 32


def filters_on_keys(call: Call) -> Iterator[str]:
    """A query cannot filter on the keys of what it reads.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.FilterExpression.html: "A filter expression
    cannot contain partition key or sort key attributes."
    """
    table = table_of(call.request.get("TableName", ""))
    if call.operation == "Query" and table is not None and (found := _expression(call, "FilterExpression")):
        for name in found.attributes & set(table.keys_of(call.request.get("IndexName"))):
            yield f"filters on the key {name}"


def reads_beside_the_index(call: Call) -> Iterator[str]:
    """A global index returns, and filters by, what is projected into it only.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.Projections; for ALL_ATTRIBUTES:
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html#DDB-Query-request-Select.
    """
    table, index = table_of(call.request.get("TableName", "")), call.request.get("IndexName")
    if call.operation not in _READS or table is None or index is None:
        return
    known = table.indexes[index].attributes
    if known is None:
        return
    if call.request.get("Select") == "ALL_ATTRIBUTES":
        yield f"all attributes of {index}"
    for kind in ("ProjectionExpression", "FilterExpression"):
        if found := _expression(call, kind):
            for name in found.attributes - known:
                yield f"{kind} names {name}, which {index} has not"


def consistent_reads_of_an_index(call: Call) -> Iterator[str]:
    """A global index cannot be read consistently.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html
    """
    if call.operation in _READS and "IndexName" in call.request and call.request.get("ConsistentRead"):
        yield f"ConsistentRead of {call.request['IndexName']}"


def reversed_between(call: Call) -> Iterator[str]:
    """The upper bound of BETWEEN is not below the lower one, and both are of one type.

    DynamoDB: "The BETWEEN operator requires upper bound to be greater than or equal to lower bound"; grammar:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
    """
    for expression in expressions_of(call):
        for found in expression.comparisons():
            if found.operator == "BETWEEN":
                low, high = found.values
                if low.keys() != high.keys() or rank(low) > rank(high):
                    yield f"{found.attribute} BETWEEN {low} AND {high}"


def starts_outside_the_condition(call: Call) -> Iterator[str]:
    """A page begins at a key of the table and the index, and inside the key condition.

    DynamoDB: "The provided starting key is invalid", "... is outside query boundaries based on provided conditions";
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html#DDB-Query-request-ExclusiveStartKey.
    """
    start, table = call.request.get("ExclusiveStartKey"), table_of(call.request.get("TableName", ""))
    if call.operation not in _READS or not start or table is None:
        return
    keys = {*table.keys, *table.keys_of(call.request.get("IndexName"))}
    if start.keys() != keys:
        yield f"starts at {sorted(start)} instead of {sorted(keys)}"
    elif condition := _expression(call, "KeyConditionExpression"):
        for found in condition.comparisons():
            if not found.holds(start[found.attribute]):
                yield f"starts at {start[found.attribute]}, outside {found.attribute} {found.operator} {found.values}"


def too_long_expressions(call: Call) -> Iterator[str]:
    """An expression has at most 4 KB, 300 operators and functions, and 100 operands of IN.

    Constraints.html#limits-expression-parameters
    """
    for expression in expressions_of(call):
        if (size := len(expression.text.encode())) > _EXPRESSION_BYTES:
            yield f"an expression of {size} bytes"
        if expression.operators > _OPERATORS:
            yield f"{expression.operators} operators in an expression"
        if expression.longest_in > _IN:
            yield f"IN with {expression.longest_in} operands"


def too_large_transactions(call: Call) -> Iterator[str]:
    """A transaction has at most 100 operations, 4 MB, and a token of 36 characters.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html. What is counted here is
    what is sent; DynamoDB counts items as stored.
    """
    operations = call.request.get("TransactItems", [])
    if len(operations) > 100:
        yield f"{len(operations)} operations"
    if operations and (size := sum(_size(value) for part in parts_of(call) for value in values_of(part))) > (
        _TRANSACTION_BYTES
    ):
        yield f"{size} bytes in a transaction"
    if len(call.request.get("ClientRequestToken", "")) > 36:
        yield "a token of more than 36 characters"


def same_item_twice(call: Call) -> Iterator[str]:
    """No two operations of a transaction or batch are for the same item.

    DynamoDB: "Transaction request cannot include multiple operations on one item", "Provided list of item keys contains
    duplicates"; https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html.
    """
    seen = set()
    for part in parts_of(call) if call.operation.startswith(("Transact", "Batch")) else ():
        place = (part.table, json.dumps(part.key, sort_keys=True))
        if place in seen:
            yield f"{part.key} twice"
        seen.add(place)


def too_large_batches(call: Call) -> Iterator[str]:
    """A batch writes at least one and at most 25 items, or reads at most 100 keys.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html, and API_BatchGetItem.html
    """
    if call.operation in ("BatchWriteItem", "BatchGetItem"):
        count, most = sum(1 for _ in parts_of(call)), 25 if call.operation == "BatchWriteItem" else 100
        if not 1 <= count <= most:
            yield f"{count} items in a {call.operation}"


def too_large_items(call: Call) -> Iterator[str]:
    """An item has at most 400 KB, names of attributes included: Constraints.html#limits-items.

    What an update leaves of the item cannot be seen in its request; what it sets is counted.
    """
    for part in parts_of(call):
        if (size := sum(_size(value) for value in values_of(part))) > _ITEM_BYTES:
            yield f"an item of {size} bytes"


def odd_keys(call: Call) -> Iterator[str]:
    """A key is of its type and not empty; a partition key has at most 2,048 bytes, a sort key at most 1,024.

    Constraints.html#limits-partition-sort-keys. That holds for the keys of indexes as well:
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html.
    """
    for part in parts_of(call):
        table = table_of(part.table)
        if table is None:
            continue
        written = {**part.key, **items_written(part)}
        all_keys = [table.keys, *(index.keys for index in table.indexes.values())]
        limits = {name: most for keys in all_keys for name, most in zip(keys, _KEY_BYTES, strict=False)}
        for name in written.keys() & limits.keys():
            ((kind, value),) = written[name].items()
            if kind != table.types[name] or not 1 <= len(str(value).encode()) <= limits[name]:
                yield f"the key {name} of {kind} with {len(str(value).encode())} bytes"


def odd_numbers(call: Call) -> Iterator[str]:
    """A number has at most 38 digits, and its size is between 1E-130 and 9.99E+125.

    Constraints.html#limits-data-types-number
    """
    for part in parts_of(call):
        for value in values_of(part):
            for kind, plain, _ in _leaves(value):
                for text in [plain] if kind == "N" else plain if kind == "NS" else ():
                    number = Decimal(text)
                    if _digits(number) > _DIGITS or (number and not _SMALLEST <= number.copy_abs() <= _LARGEST):
                        yield f"the number {text}"


def empty_sets(call: Call) -> Iterator[str]:
    """A set has at least one member, and each once.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
    """
    for part in parts_of(call):
        for value in values_of(part):
            for kind, plain, _ in _leaves(value):
                if kind in ("SS", "NS", "BS") and (not plain or len(set(plain)) != len(plain)):
                    yield f"the set {plain}"


def too_deep(call: Call) -> Iterator[str]:
    """Lists and maps are nested at most 32 levels deep: Constraints.html#limits-attributes."""
    for part in parts_of(call):
        for value in values_of(part):
            if max((depth for *_, depth in _leaves(value)), default=0) > _NESTED:
                yield "nested too deep"


RULES: tuple[Rule, ...] = (
    *(filters_on_keys, reads_beside_the_index, consistent_reads_of_an_index, reversed_between),
    *(starts_outside_the_condition, too_long_expressions, too_large_transactions, same_item_twice),
    *(too_large_batches, too_large_items, odd_keys, odd_numbers, empty_sets, too_deep),
)


def broken_rules(call: Call) -> list[str]:
    """Return what a call breaks, each with the name of the rule."""
    return [f"{rule.__name__}: {found}" for rule in RULES for found in rule(call)]


def _expression(call: Call, kind: str) -> Expression | None:
    return next((found for found in expressions_of(call) if found.text == call.request.get(kind)), None)


def _leaves(value: tuple[str, Any], depth: int = 0) -> Iterator[tuple[str, Any, int]]:
    """Yield kind, content and depth of a value and of everything inside it; ``value`` is a name and a wire value."""
    ((kind, plain),) = value[1].items()
    yield kind, plain, depth
    inside = plain.items() if kind == "M" else ((("", one) for one in plain) if kind == "L" else ())
    for one in inside:
        yield from _leaves(one, depth + 1)


def _size(value: tuple[str, Any]) -> int:
    """The bytes of an attribute with its name, as DynamoDB counts them.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
    """
    name, wire = value
    ((kind, plain),) = wire.items()
    return len(name.encode()) + _content_size(kind, plain)


def _content_size(kind: str, plain: Any) -> int:
    match kind:
        case "S" | "B":
            return len(str(plain).encode())
        case "N":
            return _digits(Decimal(plain)) // 2 + 2
        case "SS" | "BS" | "NS":
            return sum(_content_size(kind[0], one) for one in plain)
        case "M":
            return 3 + sum(1 + _size(one) for one in plain.items())
        case "L":
            return 3 + sum(1 + _size(("", one)) for one in plain)
    return 1


def _digits(number: Decimal) -> int:
    """The significant digits; ``normalize`` would round."""
    return len("".join(map(str, number.as_tuple().digits)).strip("0"))
