"""Named conditions are the expressions that PynamoDB makes of the comparisons they stand for."""

from typing import Any

import pytest
from pynamodb.expressions.condition import Condition

from chalicelib.dynamo.conditions import equals_or_absent, is_false, is_not_true, is_still, is_true
from chalicelib.models.accounts import User
from chalicelib.models.catalogue import Shop


def in_words(condition: Condition) -> tuple[str, list[Any]]:
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    return condition.serialize(names, values), list(values.values())


@pytest.mark.parametrize(
    ("condition", "words", "values"),
    [
        (is_true(User.blocked), "#0 = :0", [{"BOOL": True}]),
        (is_false(User.blocked), "#0 = :0", [{"BOOL": False}]),
        (is_not_true(User.blocked), "#0 <> :0", [{"BOOL": True}]),
        (is_still(Shop.closed_until, "2026"), "#0 = :0", [{"S": "2026"}]),
        (is_still(Shop.closed_until, None), "attribute_not_exists (#0)", []),
        (is_still(User.shop_id, 0), "#0 = :0", [{"N": "0"}]),
        (equals_or_absent(Shop.revision, "r"), "(attribute_not_exists (#0) OR #0 = :0)", [{"S": "r"}]),
    ],
)
def test_condition(condition: Condition, words: str, values: list[Any]) -> None:
    assert in_words(condition) == (words, values)
