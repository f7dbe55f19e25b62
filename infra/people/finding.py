"""Finds a person's account, orders and exports in the tables of a stage."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.accounts.emails import normal_email
from infra.errors import InfraError
from infra.people.person import Person, text_of
from infra.stages import Stage

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import QueryInputPaginateTypeDef

    from infra.table_pass import Wire

#: The states in which an order is over.
_OVER = frozenset({"delivered", "canceled"})


@dataclass(frozen=True)
class Tables:
    """The tables of a stage, read item by item."""

    dynamodb: "DynamoDBClient"
    stage: Stage

    def find(self, email: str, user_id: int = 0) -> Person:
        """Return whose address this is, or whose account, with their orders; without an account only the address.

        Raises InfraError for text that is not an address, and for an id that no account has.
        """
        if not user_id:
            address = normal_email(email)
            if address is None:
                raise InfraError(f"{email} is not an e-mail address")
            lock = self.item("accounts", f"EMAIL#{address}", "EMAIL")
            if lock is None:
                return Person(address)
            user_id = int(lock["user_id"]["N"])
        user = self.item("accounts", f"USER#{user_id}", "USER")
        if user is None:
            raise InfraError(f"there is no account {user_id}")
        return self.with_orders(Person(text_of(user, "email"), user_id, text_of(user, "role")))

    def with_orders(self, person: Person) -> Person:
        """Return the person with the orders that the index has by now."""
        if not person.user_id:
            return person
        found = self.query("orders", f"BUYER#{person.user_id}", index="by_buyer", key="buyer_key")
        return replace(person, order_ids=frozenset(int(item["pk"]["S"].partition("#")[2]) for item in found))

    def open_orders(self, person: Person) -> list[str]:
        """Return the numbers of the person's orders that are not over."""
        heads = (self.item("orders", f"ORDER#{order_id}", "ORDER") for order_id in sorted(person.order_ids))
        return [head["number"]["N"] for head in heads if head and text_of(head, "state") not in _OVER]

    def exports(self, person: Person) -> "list[Wire]":
        """Return the person's own exports."""
        owner = f"EXPORTS#user:{person.user_id}"
        return list(self.query("jobs", owner, index="by_owner", key="owner_key")) if person.user_id else []

    def item(self, table: str, pk: str, sk: str) -> "Wire | None":
        """Return one item, read consistently."""
        key: Wire = {"pk": {"S": pk}, "sk": {"S": sk}}
        return self.dynamodb.get_item(TableName=self.stage.table(table), Key=key, ConsistentRead=True).get("Item")

    def query(self, table: str, partition: str, *, index: str = "", key: str = "pk") -> "Iterator[Wire]":
        """Yield the items of a partition of a table, or of one of its indexes."""
        # An index cannot be read consistently.
        request: QueryInputPaginateTypeDef = {
            "TableName": self.stage.table(table),
            "KeyConditionExpression": "#k = :k",
            "ExpressionAttributeNames": {"#k": key},
            "ExpressionAttributeValues": {":k": {"S": partition}},
            "ConsistentRead": not index,
        }
        if index:
            request["IndexName"] = index
        for page in self.dynamodb.get_paginator("query").paginate(**request):
            yield from page["Items"]
