"""Mails as lists for administrators: the order, the recipient, and why a mail did not arrive."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chalicelib.dynamo.item import Item
from chalicelib.dynamo.reading import Found, read
from chalicelib.models.accounts import User
from chalicelib.models.catalogue import Shop
from chalicelib.models.mails import Mail
from chalicelib.models.orders import Order
from chalicelib.notifications.causes import Cause, cause_of
from chalicelib.outbox import ACCOUNT, ADDRESS, DOCUMENTS, SPREAD

_OF_USERS = ("user:", ACCOUNT)
_OF_SHOPS = "shop:"
# Kinds of entries that become several mails, or documents.
_OF_SEVERAL = SPREAD | {DOCUMENTS}


@dataclass(frozen=True, slots=True)
class MailLine:
    """A mail in a list.

    ``order`` is the number of the order that it is about, if any. ``to`` are the addresses that it was sent to, or else
    the name of the recipient: "" for all administrators, a dash for several others; ``path`` leads to that account or
    shop, if it is one. ``cause`` is why it did not arrive, None if nothing is wrong.
    """

    mail: Mail
    order: int | None
    to: str
    path: str
    cause: Cause | None


def mail_lines(mails: Sequence[Mail]) -> list[MailLine]:
    """Return mails as lists show them, with their orders and recipients; costs one read."""
    found = read(*(key for mail in mails for key in _named(mail)), consistent=False)
    return [_line(mail, found) for mail in mails]


def ids_of(lines: Iterable[MailLine]) -> str:
    """Return the ids of mails, separated by commas, as the value of a form's field."""
    return ",".join(str(one.mail.mail_id) for one in lines)


def _named(mail: Mail) -> list[Item]:
    """Return the bare keys of the items that a line names."""
    keys: list[Item] = [Order.at(mail.about["order_id"])] if "order_id" in mail.about else []
    if (user_id := _number(mail, *_OF_USERS)) is not None:
        keys.append(User.at(user_id))
    if (shop_id := _number(mail, _OF_SHOPS)) is not None:
        keys.append(Shop.at(shop_id))
    return keys


def _line(mail: Mail, found: Found) -> MailLine:
    order = found.get(Order.at(mail.about["order_id"])) if "order_id" in mail.about else None
    to, path = _whom(mail, found)
    if mail.sent_to:
        to = ", ".join(mail.sent_to)
    return MailLine(mail, order.number if order else None, to, path, cause_of(mail))


def _whom(mail: Mail, found: Found) -> tuple[str, str]:
    if (user_id := _number(mail, *_OF_USERS)) is not None:
        user = found.get(User.at(user_id))
        return (user.email, f"admin/users/{user_id}") if user is not None else (str(user_id), "")
    if (shop_id := _number(mail, _OF_SHOPS)) is not None:
        shop = found.get(Shop.at(shop_id))
        return (shop.name, f"admin/shops/{shop_id}") if shop is not None else (str(shop_id), "")
    if mail.recipient in _OF_SEVERAL:
        return "—", ""
    return ("" if mail.recipient.startswith("administrators") else mail.recipient.removeprefix(ADDRESS)), ""


def _number(mail: Mail, *beginnings: str) -> int | None:
    """Return the id in the recipient, None unless it begins with one of ``beginnings``."""
    kind, _, number = mail.recipient.partition(":")
    return int(number) if f"{kind}:" in beginnings else None
