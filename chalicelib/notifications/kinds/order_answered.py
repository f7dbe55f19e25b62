"""To the buyer: a supplier will deliver less of some rows."""

from dataclasses import dataclass

from chalicelib.documents.views import OrderView, PartView
from chalicelib.models.accounts import User
from chalicelib.models.mails import Mail
from chalicelib.notifications.kinds import Kind
from chalicelib.notifications.kinds._lines import lines_of
from chalicelib.notifications.kinds._links import PageLink
from chalicelib.notifications.kinds._order import (
    ChangeView,
    changes_of,
    documents_link,
    event_of,
    stored_order,
)
from chalicelib.texts import Language


@dataclass(frozen=True, slots=True)
class AnsweredProps:
    """What became of ``part``, and by whom. A part canceled as a whole has a reason and no ``changes``."""

    order: OrderView
    part: PartView
    changes: tuple[ChangeView, ...]
    by: str
    reason: tuple[str, ...]
    documents: PageLink


def _build(mail: Mail, user: User | None, language: Language) -> AnsweredProps:
    order, event = stored_order(mail), event_of(mail)
    part = next(part for part in order.parts if part.shop_id == int(mail.about["shop_id"]))
    why, link = lines_of(event.reason), documents_link(mail, user, language)
    return AnsweredProps(order, part, changes_of(event), event.actor_role, why, link)


def _subject(props: AnsweredProps, language: Language) -> dict[str, object]:
    return {"number": props.order.number, "shop": props.part.shop_name}


KIND = Kind(AnsweredProps, _build, _subject)
