"""Conditions that PynamoDB spells as comparisons with ``True`` and ``None``, under names of their own."""

import operator
from typing import Any

from pynamodb.attributes import Attribute, BooleanAttribute
from pynamodb.expressions.condition import Condition


def is_true(attribute: BooleanAttribute) -> Condition:
    """The attribute is stored and true."""
    condition: Condition = operator.eq(attribute, True)
    return condition


def is_false(attribute: BooleanAttribute) -> Condition:
    """The attribute is stored and false; an absent one does not match."""
    condition: Condition = operator.eq(attribute, False)
    return condition


def is_not_true(attribute: BooleanAttribute) -> Condition:
    """The attribute is false or absent."""
    condition: Condition = operator.ne(attribute, True)
    return condition


def is_still(attribute: Attribute[Any], value: object) -> Condition:
    """The attribute holds ``value``, or is absent if ``value`` is None: nobody has changed it since it was read."""
    if value is None:
        return attribute.does_not_exist()
    condition: Condition = operator.eq(attribute, value)
    return condition


def equals_or_absent(attribute: Attribute[Any], value: object) -> Condition:
    """The attribute holds ``value`` or is absent."""
    condition: Condition = attribute.does_not_exist() | operator.eq(attribute, value)
    return condition
