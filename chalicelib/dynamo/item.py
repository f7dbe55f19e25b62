"""What every stored item shares: keys, one connection per process, and transactions that tell which item lost."""

import json
from collections.abc import Callable, Sequence
from typing import Any, Self

from pynamodb.attributes import Attribute, UnicodeAttribute
from pynamodb.connection import TableConnection
from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from chalicelib.dynamo.connection import connection
from chalicelib.dynamo.fast_items import read_values


class JSONText(Attribute[Any]):
    """A value kept as compact JSON text: two bytes for a Cyrillic letter where PynamoDB's own attribute takes six."""

    attr_type = "S"

    def serialize(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def deserialize(self, value: Any) -> Any:
        return json.loads(value)


class Integer(Attribute[int]):
    """A whole number. PynamoDB's own NumberAttribute takes and gives floats, which money and ids must never be."""

    attr_type = "N"

    def serialize(self, value: int) -> str:
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"a whole number is needed, not {value!r}")
        return str(value)

    def deserialize(self, value: str) -> int:
        return int(value)


class Item(Model):
    """An item of a table whose keys are ``pk`` and ``sk``. Subclasses build their keys themselves, nobody else does."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)

    @classmethod
    def _get_connection(cls) -> TableConnection:
        # PynamoDB makes a botocore client for each model class; here they all get the shared one.
        table = super()._get_connection()
        table.connection._client = connection().client
        return table

    @classmethod
    def _instantiate(cls, attribute_values: dict[str, Any]) -> Self:
        # What PynamoDB makes of an item that it read; it sets every attribute twice, by way of descriptors.
        item = cls.__new__(cls)
        item.attribute_values = read_values(cls, attribute_values)
        return item

    def save_where(self, condition: Condition) -> bool:
        """Write the whole item where ``condition`` holds of what is stored; False where it does not."""
        return _happened(lambda: self.save(condition=condition))

    def update_where(self, condition: Condition, actions: Sequence[Action]) -> bool:
        """Change attributes where ``condition`` holds of what is stored; False where it does not.

        The item has everything as stored afterwards, or stays as it was.
        """
        return _happened(lambda: self.update(actions=list(actions), condition=condition))


def _happened(write: Callable[[], object]) -> bool:
    try:
        write()
    except (PutError, UpdateError) as failure:
        if failure.cause_response_code == "ConditionalCheckFailedException":
            return False
        raise
    return True
