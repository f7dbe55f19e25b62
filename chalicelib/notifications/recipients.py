"""The recipients of a mail, looked up when it is sent, from the ids in the outbox."""

from dataclasses import dataclass
from typing import cast

from chalicelib.accounts.users import find_user
from chalicelib.models.accounts import Administrator, User
from chalicelib.models.catalogue import Shop
from chalicelib.models.mails import About, Mail
from chalicelib.notifications.message import MAX_RECIPIENTS
from chalicelib.ordering.orders import get_order
from chalicelib.outbox import ACCOUNT, ADDRESS, DOCUMENTS
from chalicelib.texts import Language, known_language


@dataclass(frozen=True, slots=True)
class Addressed:
    """Where a mail goes and in which language; ``user`` is the account behind it, None for administrators."""

    recipients: list[str]
    language: Language
    user: User | None


def recipients_of(mail: Mail) -> list[tuple[str, str, About]]:
    """Return everyone for whom an entry becomes a mail, as (kind, recipient, about)."""
    if mail.recipient == "shops":
        common = cast(About, {key: value for key, value in mail.about.items() if key != "shops"})
        return [(mail.kind, f"shop:{shop_id}", {**common, "shop_id": shop_id}) for shop_id in mail.about["shops"]]
    if mail.recipient == "administrators":
        groups = range(1, -(-len(_administrators()) // MAX_RECIPIENTS) + 1)
        return [(mail.kind, f"administrators:{group}", mail.about) for group in groups]
    return _recipients_of_order(int(mail.about["order_id"]))


def _recipients_of_order(order_id: int) -> list[tuple[str, str, About]]:
    """What a new order brings about: its documents, and a mail to its buyer, the administrators and each shop."""
    order, parts = get_order(order_id)
    mails: list[tuple[str, str, About]] = [
        (DOCUMENTS, DOCUMENTS, {"order_id": order_id}),
        ("order_placed", f"user:{order.buyer_id}", {"order_id": order_id}),
        ("order_waybill", "administrators", {"order_id": order_id}),
    ]
    for part in parts:
        shop_id = part.shop_id
        mails.append(("order_part", f"shop:{shop_id}", {"order_id": order_id, "shop_id": shop_id}))
    return mails


def address(mail: Mail) -> Addressed:
    """Return the recipients and the language of a mail; no recipients if nobody can receive it."""
    addresses, user = _recipients(mail.recipient)
    if addresses and "to" in mail.about:
        # An address that is not the account's yet, or no longer is.
        addresses = [mail.about["to"]]
    language = known_language(user.language if user is not None else None)
    return Addressed(addresses, language, user)


def _recipients(recipient: str) -> tuple[list[str], User | None]:
    if recipient.startswith(ADDRESS):
        return _if_reachable(find_user(recipient.removeprefix(ADDRESS)))
    if recipient.startswith(ACCOUNT):
        user = User.at(int(recipient.removeprefix(ACCOUNT))).require()
        return [user.email], user
    kind, _, identity = recipient.partition(":")
    if kind == "administrators":
        last = int(identity or 0) * MAX_RECIPIENTS
        everyone = _administrators()
        return (everyone[last - MAX_RECIPIENTS : last] if identity else everyone), None
    user_id = int(identity)
    if kind == "shop":
        user_id = Shop.at(user_id).require(consistent=False).owner_id
    return _if_reachable(User.at(user_id).require())


def _if_reachable(user: User | None) -> tuple[list[str], User | None]:
    return ([] if user is None or user.blocked else [user.email]), user


def _administrators() -> list[str]:
    return [one.email for one in Administrator.query(Administrator.PK)]
