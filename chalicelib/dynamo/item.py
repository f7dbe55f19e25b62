"""A stored item: its keys, its attributes, and reading or writing it alone."""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from botocore.exceptions import ClientError
from pynamodb.attributes import Attribute, UnicodeAttribute
from pynamodb.connection import TableConnection
from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from chalicelib.dynamo.connection import connection
from chalicelib.dynamo.fast_items import read_values
from chalicelib.errors import NotFound
from chalicelib.packing import compact, pack, unpack

if TYPE_CHECKING:
    from chalicelib.dynamo.wire import AttributeMap

# How many conditional writes an item remembers: as many may overtake one whose answer was lost.
_REMEMBERED = 4

# A primary key: pk and sk.
Key = tuple[str, str]


class JSONText(Attribute[Any]):
    """A value stored as compact JSON text: two bytes per Cyrillic letter where PynamoDB's own attribute takes six."""

    attr_type = "S"

    def serialize(self, value: Any) -> str:
        return compact(value)

    def deserialize(self, value: Any) -> Any:
        return json.loads(value)


class PackedJSON(Attribute[Any]):
    """A value stored as packed JSON, for what costs by the kilobyte with every write of its item.

    ``dictionary`` is one of those of ``packing``. Values that were stored as JSONText are read as well.
    """

    attr_type = "B"

    def __init__(self, *, dictionary: bytes) -> None:
        super().__init__()
        self._dictionary = dictionary

    def get_value(self, value: Mapping[str, object]) -> Any:
        return value["S"] if "S" in value else super().get_value(dict(value))

    def serialize(self, value: Any) -> bytes:
        return pack(value, self._dictionary)

    def deserialize(self, value: str | bytes) -> Any:
        return unpack(value, self._dictionary)


class Integer(Attribute[int]):
    """A whole number. PynamoDB's own NumberAttribute accepts and returns floats; money and ids must never be floats."""

    attr_type = "N"

    def serialize(self, value: int) -> str:
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"a whole number is needed, not {value!r}")
        return str(value)

    def deserialize(self, value: str) -> int:
        return int(value)


class Item(Model):
    """An item of a table whose keys are ``pk`` and ``sk``. Only the subclasses build and parse their keys.

    An instance that holds nothing but its key, as ``at`` of the subclasses returns, is a *bare key*: something to find,
    to update, or to name in a transaction.
    """

    # What the sort keys of a kind of items begin with that share their partition with others.
    PREFIX: ClassVar[str]

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    # Names of the latest conditional writes, the newest first, by which one that is repeated recognizes itself.
    write_ids = UnicodeAttribute(null=True, attr_name="w")

    @property
    def primary_key(self) -> Key:
        """The key of the item: (pk, sk)."""
        return self.pk, self.sk

    @property
    def key_id(self) -> int:
        """The id that the partition key ends with: 7 for ``MAIL#7``. For items read from an index that has no more."""
        return int(self.pk.rpartition("#")[2])

    @classmethod
    def all_in(cls, partition: str) -> Iterator[Self]:
        """Yield every item of this kind (PREFIX) in one partition, read consistently, by sort key."""
        return cls.query(partition, cls.sk.startswith(cls.PREFIX), consistent_read=True)

    @classmethod
    def from_wire(cls, raw: "AttributeMap") -> Self:
        """Return the item that ``raw`` is the wire form of."""
        return cls.from_raw_data(cast("dict[str, dict[str, object]]", raw))

    def find(self, *, consistent: bool = True) -> Self | None:
        """Return the stored item with this one's key, or None. Costs one GetItem."""
        try:
            return type(self).get(self.pk, self.sk, consistent_read=consistent)
        except type(self).DoesNotExist:
            return None

    def require(self, *, consistent: bool = True) -> Self:
        """Return the stored item with this one's key. Raises NotFound. Costs one GetItem."""
        found = self.find(consistent=consistent)
        if found is None:
            raise NotFound
        return found

    @classmethod
    def _get_connection(cls) -> TableConnection:
        # PynamoDB creates one botocore client per model class; all of ours share one.
        table = super()._get_connection()
        table.connection._client = connection().client
        return table

    @classmethod
    def _instantiate(cls, attribute_values: dict[str, dict[str, Any]]) -> Self:
        # PynamoDB calls this for every item that it reads; its own version sets each attribute twice, via descriptors.
        item = cls.__new__(cls)
        item.attribute_values = read_values(cls, cast("AttributeMap", attribute_values))
        return item

    def save_where(self, condition: Condition) -> bool:
        """Write the whole item if ``condition`` holds for what is stored; return whether it did.

        A write that the client repeated because its answer was lost counts once: it recognizes itself in the item.
        """
        self.write_ids = self._next_write()
        try:
            self.save(condition=condition)
        except PutError as failure:
            return self._stored_anyway(failure, self.write_ids) is not None
        return True

    def update_where(self, condition: Condition, actions: Sequence[Action]) -> bool:
        """Change attributes if ``condition`` holds for what is stored; return whether it did, as ``save_where`` does.

        On success this instance has every attribute as stored now; otherwise it is unchanged.
        """
        write_ids, stored_ids = self._next_write(), type(self).write_ids
        # Of the conditions that still hold after the write: an increment must not be repeated either.
        once = condition & ~stored_ids.contains(write_ids.split()[0])
        try:
            self.update(actions=[*actions, stored_ids.set(write_ids)], condition=once)
        except UpdateError as failure:
            stored = self._stored_anyway(failure, write_ids)
            if stored is None:
                return False
            self.attribute_values = stored.attribute_values
        return True

    def _next_write(self) -> str:
        """Return the name of a new write, followed by those of the writes before it."""
        return " ".join([secrets.token_urlsafe(9), *(self.write_ids or "").split()[: _REMEMBERED - 1]])

    def _stored_anyway(self, failure: PutError | UpdateError, write_ids: str) -> Self | None:
        """Return the item as stored if the write that failed is in it: an earlier try of it succeeded unheard.

        Returns None if its condition did not hold. Raises ``failure`` if it failed for another reason.
        """
        if failure.cause_response_code != "ConditionalCheckFailedException":
            raise failure
        stored = self.find() if _was_repeated(failure) else None
        return stored if stored and write_ids.split()[0] in (stored.write_ids or "").split() else None


def _was_repeated(failure: PutError | UpdateError) -> bool:
    """Whether botocore sent the request more than once; otherwise no answer to it can have been lost."""
    # PynamoDB's own error, its cause, does not say so; that one was raised from botocore's.
    origin = failure.cause.__cause__ if failure.cause else None
    return isinstance(origin, ClientError) and bool(origin.response["ResponseMetadata"].get("RetryAttempts"))
