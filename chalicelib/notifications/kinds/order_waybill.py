"""To the administrators: a new order, with its documents attached."""

from chalicelib.models.accounts import User
from chalicelib.models.mails import Mail
from chalicelib.notifications.kinds import Kind
from chalicelib.notifications.kinds._order import OrderProps, order_subject, stored_order
from chalicelib.texts import Language


def _build(mail: Mail, user: User | None, language: Language) -> OrderProps:
    return OrderProps(stored_order(mail))


KIND = Kind(OrderProps, _build, order_subject, documents=lambda props: props.order)
