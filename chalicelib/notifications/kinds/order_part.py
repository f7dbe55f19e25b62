"""To a supplier: its part of a new order."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib import clock
from chalicelib.documents.order_views import contact_view, part_view
from chalicelib.documents.views import ContactView, PartView
from chalicelib.models.accounts import User
from chalicelib.models.mails import Mail
from chalicelib.models.orders import Order, Part
from chalicelib.notifications.kinds import Kind
from chalicelib.notifications.kinds._links import PageLink
from chalicelib.notifications.kinds._order import documents_link
from chalicelib.ordering.orders import part_of_shop
from chalicelib.texts import Language


@dataclass(frozen=True, slots=True)
class PartProps:
    """What one supplier may see. It cannot hold another supplier's rows."""

    order_id: int
    order_number: int
    placed_at: datetime
    part: PartView
    contact: ContactView
    documents: PageLink


def _build(mail: Mail, user: User | None, language: Language) -> PartProps:
    return _show_part(mail, user, language, part_of_shop(int(mail.about["shop_id"]), int(mail.about["order_id"])))


def _show(mail: Mail, user: User | None, language: Language, order: Order, parts: list[Part]) -> PartProps:
    shop_id = int(mail.about["shop_id"])
    return _show_part(mail, user, language, next(part for part in parts if part.shop_id == shop_id))


def _show_part(mail: Mail, user: User | None, language: Language, part: Part) -> PartProps:
    placed_at, contact = clock.from_stamp(part.placed_at), contact_view(part.contact)
    link = documents_link(mail, user, language, part.shop_id)
    return PartProps(part.order_id, part.number, placed_at, part_view(part), contact, link)


def _subject(props: PartProps, language: Language) -> dict[str, object]:
    return {"number": props.part.number, "shop": props.part.shop_name}


KIND = Kind(PartProps, _build, _subject, of_order=_show)
