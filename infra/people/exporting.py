"""All that is stored about a person, as one JSON document that its owner may have."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from chalicelib.json_types import Json
from chalicelib.packing import ROWS, unpack
from infra.people.files import Files
from infra.people.finding import Tables
from infra.people.person import Person, kind_of, text_of
from infra.progress import ProgressBar
from infra.table_pass import RATE, Change, Progress, TablePass

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from infra.table_pass import Wire

#: Keys, secrets and what the service needs for itself.
_INTERNAL = frozenset(
    {
        *("pk", "sk", "w", "password_hash", "epoch", "token_epoch", "pending_epoch", "attempt", "versions"),
        *("buyer_key", "shop_key", "state_key", "placed_key", "owner_key", "created_key", "status_key"),
        *("due_key", "due_at", "claimed_until", "role_key", "email_key", "company_key"),
    }
)
#: What an event says of somebody else who acted.
_OF_ACTOR = ("source", "actor_id", "request_id")
#: Attributes that hold JSON, as text or packed.
_JSON = frozenset(
    {"about", "sent_to", "feedback", "contact", "rows", "shop_ids", "price_falls", "renamed", "changes", "filters"}
    | {"counts", "terms", "tariffs", "shown", "received", "lines"}
)
_ACCOUNT = {
    ("USER", "CONTACT"): "contacts",
    ("USER", "SESSION"): "sessions",
    ("USER", "TOKEN"): "mailed_tokens",
    ("LINK", ""): "links_in_mails",
    ("THROTTLE", "THROTTLE"): "counts_of_attempts",
}


@dataclass(frozen=True)
class Exporting:
    """Exports one person of one stage."""

    tables: Tables
    files: Files
    person: Person
    rate: int = RATE

    def document(self) -> dict[str, Json]:
        """Return everything, in plain JSON: moments as texts, sums in kopecks as they are stored."""
        person, exports = self.person, self.tables.exports(self.person)
        found: dict[str, list[Wire]] = {}
        for table in ("accounts", "jobs"):
            self._collect(table, found)
        user = self.tables.item("accounts", person.partition, "USER") if person.user_id else None
        basket = self.tables.item("baskets", person.partition, "BASKET") if person.user_id else None
        return {
            "exported_at": datetime.now(UTC).isoformat(),
            "stage": self.tables.stage.name,
            "email": person.email,
            "account": plain(user) if user else None,
            "basket": plain(basket) if basket else None,
            "saved_lists": [plain(item) for item in self._lists()],
            "orders": [self._order(order_id) for order_id in sorted(person.order_ids)],
            "files": list(self.files.keys_of(person, exports)),
            **{name: [self._own(item) for item in items] for name, items in sorted(found.items())},
        }

    def _lists(self) -> "list[Wire]":
        if not self.person.user_id:
            return []
        return [one for one in self.tables.query("baskets", self.person.partition) if kind_of(one)[1] == "LIST"]

    def _collect(self, table: str, found: "dict[str, list[Wire]]") -> None:
        name = self.tables.stage.table(table)
        whole = self.tables.dynamodb.describe_table(TableName=name)["Table"].get("ItemCount", 0)
        bar = ProgressBar(f"{table} read", whole)

        def keep(item: "Wire") -> Change | None:
            what = concerns(item, self.person)
            if what:
                found.setdefault(what, []).append(item)
            return None

        TablePass(self.tables.dynamodb, name, keep, lambda now: bar.show(now.read), self.rate, dry_run=True).run(
            Progress()
        )

    def _order(self, order_id: int) -> dict[str, Json]:
        items = list(self.tables.query("orders", f"ORDER#{order_id}"))
        of = {kind: [one for one in items if kind_of(one)[1] == kind] for kind in ("ORDER", "PART", "ROWS", "EVENT")}
        return {
            "order": plain(of["ORDER"][0]) if of["ORDER"] else None,
            "parts": [plain(one) for one in of["PART"]],
            "rows": [plain(one) for one in of["ROWS"]],
            "events": [self._event(one) for one in of["EVENT"]],
        }

    def _event(self, item: "Wire") -> Json:
        event = plain(item)
        own = self.person.is_account(item, "actor_id")
        return {name: value for name, value in event.items() if own or name not in _OF_ACTOR}

    def _own(self, item: "Wire") -> Json:
        """Return the item without the addresses of others who got the same mail."""
        shown = plain(item)
        if isinstance(sent_to := shown.get("sent_to"), list):
            shown["sent_to"] = [one for one in sent_to if one == self.person.email]
        if isinstance(feedback := shown.get("feedback"), dict):
            shown["feedback"] = {
                key: one for key, one in feedback.items() if self.person.is_in(json.dumps(one, ensure_ascii=False))
            }
        return shown


def concerns(item: "Wire", person: Person) -> str:
    """Return the list that an item of accounts or jobs belongs to if it is about the person, else "". Pure."""
    first, second = kind_of(item)
    if first == "USER":
        own = bool(person.user_id) and item["pk"]["S"] == person.partition
        return _ACCOUNT.get((first, second), "") if own else ""
    if first == "LINK":
        own = person.is_account(item, "user_id") or text_of(item, "email") == person.email
        return _ACCOUNT["LINK", ""] if own else ""
    if first == "THROTTLE":
        return _ACCOUNT["THROTTLE", "THROTTLE"] if person.is_in(item["pk"]["S"]) else ""
    if first == "QUIET":
        return "silenced_addresses" if item["pk"]["S"].partition("#")[2] == person.email else ""
    if (first, second) == ("EXPORT", "EXPORT"):
        own = bool(person.user_id) and text_of(item, "owner") == f"user:{person.user_id}"
        return "exports" if own else ""
    if (first, second) == ("MAIL", "MAIL"):
        texts = [text_of(item, name) for name in ("about", "sent_to", "error", "feedback")]
        own = text_of(item, "recipient") in person.mailed_as or any(map(person.is_in, texts))
        return "mails" if own else ""
    return ""


def plain(item: "Wire") -> dict[str, Json]:
    """Return an item as JSON, without keys and secrets."""
    return {
        name: _json(value) if name in _JSON else _value(value)
        for name, value in sorted(item.items())
        if name not in _INTERNAL
    }


def _json(value: "AttributeValueTypeDef") -> Json:
    if "S" in value:
        found: Json = json.loads(value["S"])
        return found
    # Rows of orders are packed.
    return cast("Json", unpack(value["B"], ROWS)) if "B" in value else _value(value)


def _value(value: "AttributeValueTypeDef") -> Json:
    [(kind, content)] = value.items()
    if kind == "N":
        return int(str(content))
    if isinstance(content, set | frozenset | list | tuple):
        return sorted(str(one) for one in content)
    if isinstance(content, Mapping):
        return {str(name): str(one) for name, one in content.items()}
    return content if isinstance(content, bool) or content is None else str(content)
