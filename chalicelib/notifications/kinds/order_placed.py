"""To the buyer: the order was placed."""

from chalicelib.documents.order_views import order_view
from chalicelib.models.accounts import User
from chalicelib.models.mails import Mail
from chalicelib.models.orders import Order, Part
from chalicelib.notifications.kinds import Kind
from chalicelib.notifications.kinds._order import OrderProps, documents_link, order_of, order_subject
from chalicelib.texts import Language


def _build(mail: Mail, user: User | None, language: Language) -> OrderProps:
    return _show(mail, user, language, *order_of(mail))


def _show(mail: Mail, user: User | None, language: Language, order: Order, parts: list[Part]) -> OrderProps:
    return OrderProps(order_view(order, parts), documents_link(mail, user, language))


KIND = Kind(OrderProps, _build, order_subject, of_order=_show)
