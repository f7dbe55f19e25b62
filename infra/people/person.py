"""Who is meant, and how their items are recognized. Pure rules: keys are as `chalicelib/models` builds them."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infra.table_pass import Wire

#: A domain that cannot have mailboxes (RFC 2606).
_DOMAIN = "forgotten.invalid"


@dataclass(frozen=True)
class Person:
    """The owner of an address. ``user_id`` is 0 if no account has it; ``order_ids`` are what they ordered."""

    email: str
    user_id: int = 0
    role: str = ""
    order_ids: frozenset[int] = field(default_factory=frozenset)

    @property
    def pseudonym(self) -> str:
        """What stands where the address stood."""
        return f"person-{self.user_id}@{_DOMAIN}" if self.user_id else f"somebody@{_DOMAIN}"

    @property
    def partition(self) -> str:
        """The partition of what belongs to the account."""
        return f"USER#{self.user_id}"

    @property
    def mailed_as(self) -> frozenset[str]:
        """How the outbox names the person as a recipient."""
        own = (f"user:{self.user_id}", f"account:{self.user_id}") if self.user_id else ()
        return frozenset({f"address:{self.email}", *own})

    def is_account(self, user_id: "Wire | None", name: str) -> bool:
        """Return whether the attribute ``name`` of an item holds the id of the account."""
        return bool(self.user_id) and user_id is not None and user_id.get(name, {}).get("N") == str(self.user_id)

    def without(self, text: str) -> str:
        """Return the text with the pseudonym wherever the address stands."""
        return self._pattern.sub(self.pseudonym, text)

    def is_in(self, text: str) -> bool:
        """Return whether the address stands in the text, and not only the end of a longer one."""
        return self._pattern.search(text) is not None

    @property
    def _pattern(self) -> re.Pattern[str]:
        # What may stand next to an address in keys, lists and the words of mail servers does not belong to an address.
        return re.compile(rf"(?<![\w.+%&'*/=?^{{|}}~!$-]){re.escape(self.email)}(?![\w-])(?!\.\w)", re.IGNORECASE)


def is_pseudonym(email: str) -> bool:
    """Return whether the address is that of a person who was forgotten."""
    return email.endswith(f"@{_DOMAIN}")


def kind_of(item: "Wire") -> tuple[str, str]:
    """Return what the partition key begins with and what the sort key begins with: ("USER", "CONTACT")."""
    return item["pk"]["S"].partition("#")[0], item["sk"]["S"].partition("#")[0]


def text_of(item: "Wire", name: str) -> str:
    """Return a text attribute, "" without it."""
    return item.get(name, {}).get("S", "")
