"""The recipients of mails, looked up when they are sent, from the ids in the outbox."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from chalicelib.accounts.users import find_user
from chalicelib.dynamo.reading import read
from chalicelib.errors import NotFound
from chalicelib.models.accounts import Administrator, User
from chalicelib.models.catalogue import Shop
from chalicelib.models.mails import About, Mail
from chalicelib.models.orders import Order, Part
from chalicelib.notifications.message import MAX_RECIPIENTS
from chalicelib.outbox import ACCOUNT, ADDRESS
from chalicelib.texts import Language, known_language


@dataclass(frozen=True, slots=True)
class Addressed:
    """Where a mail goes and in which language; ``user`` is the account behind it, None for administrators."""

    recipients: list[str]
    language: Language
    user: User | None


def recipients_of(mail: Mail) -> list[tuple[str, str, About]]:
    """Return those for whom an entry, other than an order's, becomes a mail, as (kind, recipient, about)."""
    if mail.recipient == "shops":
        common = cast(About, {key: value for key, value in mail.about.items() if key != "shops"})
        return [(mail.kind, f"shop:{shop_id}", {**common, "shop_id": shop_id}) for shop_id in mail.about["shops"]]
    groups = range(1, -(-len(_administrators()) // MAX_RECIPIENTS) + 1)
    return [(mail.kind, f"administrators:{group}", mail.about) for group in groups]


def recipients_of_order(order: Order, parts: Iterable[Part]) -> list[tuple[str, str, About]]:
    """Return the same of a new order: its buyer, the administrators and each shop."""
    order_id = order.order_id
    mails: list[tuple[str, str, About]] = [
        ("order_placed", f"user:{order.buyer_id}", {"order_id": order_id}),
        ("order_waybill", "administrators", {"order_id": order_id}),
    ]
    for part in parts:
        shop_id = part.shop_id
        mails.append(("order_part", f"shop:{shop_id}", {"order_id": order_id, "shop_id": shop_id}))
    return mails


class Directory:
    """Where mails go, read for all of them at once: the shops, then the accounts, and the administrators."""

    def __init__(self, mails: Iterable[Mail]) -> None:
        self._mails = {mail.mail_id: mail for mail in mails}
        whom = [mail.recipient for mail in self._mails.values()]
        self._shops = read(*(Shop.at(number) for number in _numbers("shop:", whom)))
        self._users = read(*(User.at(number) for number in self._accounts(whom)))
        self._administrators = _administrators() if any(map(_is_to_administrators, whom)) else []
        self._named = {one: find_user(one.removeprefix(ADDRESS)) for one in whom if one.startswith(ADDRESS)}

    def of(self, mail: Mail) -> Addressed:
        """Return the recipients and the language of one of the mails; no recipients if nobody can receive it.

        Raises NotFound if its account or shop does not exist.
        """
        addresses, user = self._recipients(mail.recipient)
        if addresses and "to" in mail.about:
            # An address that is not the account's yet, or no longer is.
            addresses = [mail.about["to"]]
        language = known_language(user.language if user is not None else None)
        return Addressed(addresses, language, user)

    def addresses(self) -> list[str]:
        """Return the addresses of all of the mails whose recipients exist, each once."""
        found: dict[str, None] = {}
        for mail in self._mails.values():
            try:
                found |= dict.fromkeys(self.of(mail).recipients)
            except NotFound:
                continue
        return list(found)

    def _accounts(self, whom: list[str]) -> list[int]:
        owners = [shop.owner_id for shop in self._shops.all(Shop)]
        return [*_numbers("user:", whom), *_numbers(ACCOUNT, whom), *owners]

    def _recipients(self, recipient: str) -> tuple[list[str], User | None]:
        if recipient.startswith(ADDRESS):
            return _if_reachable(self._named[recipient])
        kind, _, identity = recipient.partition(":")
        if kind == "administrators":
            last = int(identity or 0) * MAX_RECIPIENTS
            return (self._administrators[last - MAX_RECIPIENTS : last] if identity else self._administrators), None
        user_id = self._shops.require(Shop.at(int(identity))).owner_id if kind == "shop" else int(identity)
        user = self._users.require(User.at(user_id))
        return ([user.email], user) if recipient.startswith(ACCOUNT) else _if_reachable(user)


def look_up(mails: Iterable[Mail]) -> Directory:
    """Read where the mails go: three calls to DynamoDB at most, and one more for each address of somebody unknown."""
    return Directory(mails)


def _numbers(beginning: str, whom: list[str]) -> list[int]:
    return [int(one.removeprefix(beginning)) for one in whom if one.startswith(beginning)]


def _is_to_administrators(recipient: str) -> bool:
    return recipient.partition(":")[0] == "administrators"


def _if_reachable(user: User | None) -> tuple[list[str], User | None]:
    return ([] if user is None or user.blocked else [user.email]), user


def _administrators() -> list[str]:
    return [one.email for one in Administrator.query(Administrator.PK)]
