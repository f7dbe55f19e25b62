"""To the buyer: the order was placed."""

from chalicelib.notifications.kinds import Kind
from chalicelib.notifications.kinds._order import OrderProps, build_order, order_subject

KIND = Kind(OrderProps, build_order, order_subject)
