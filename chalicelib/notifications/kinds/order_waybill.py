"""To the administrators: a new order, with its documents attached."""

from chalicelib.notifications.kinds import Kind
from chalicelib.notifications.kinds._order import OrderProps, build_order, order_subject

KIND = Kind(OrderProps, build_order, order_subject, documents=lambda props: props.order)
