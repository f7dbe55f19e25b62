"""To the administrators: a new order, with its documents attached."""

from chalicelib.documents.order_views import order_view
from chalicelib.models.accounts import User
from chalicelib.models.mails import Mail
from chalicelib.models.orders import Order, Part
from chalicelib.notifications.kinds import Kind
from chalicelib.notifications.kinds._order import OrderProps, order_of, order_subject
from chalicelib.texts import Language


def _build(mail: Mail, user: User | None, language: Language) -> OrderProps:
    return _show(mail, user, language, *order_of(mail))


def _show(mail: Mail, user: User | None, language: Language, order: Order, parts: list[Part]) -> OrderProps:
    return OrderProps(order_view(order, parts))


KIND = Kind(OrderProps, _build, order_subject, documents=lambda props: props.order, of_order=_show)
