"""Calls of a supplier about its own shop: whether it takes orders, and what delivery costs."""

from chalicelib.answers.common import Done
from chalicelib.answers.partner import ShopDelivery, ShopState, shop_state_body, tariff_body
from chalicelib.catalogue.shops import current_shop, get_shop, set_accepting, set_delivery
from chalicelib.http import Call
from chalicelib.requests import partner as forms


def partner_state(call: Call[None]) -> ShopState:
    """Whether the shop takes orders, and if not, why and until when."""
    return shop_state_body(current_shop(call.caller.shop_id))


def partner_state_change(call: Call[forms.StateChange]) -> Done:
    """Start or stop taking orders; a pause may have a reason and an end."""
    body = call.body
    set_accepting(call.caller.shop_id, body.state, reason=body.reason or "", until=body.until)
    return {"Status": True}


def partner_delivery(call: Call[None]) -> ShopDelivery:
    """What the shop's delivery costs."""
    return tariff_body(get_shop(call.caller.shop_id))


def partner_delivery_change(call: Call[forms.Tariff]) -> Done:
    """Set what the shop's delivery costs; orders already placed keep their terms."""
    set_delivery(call.caller.shop_id, call.body.price, call.body.free_from, call.body.min_order)
    return {"Status": True}
