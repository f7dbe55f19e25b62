"""Describes the visitor to the use cases of orders."""

from chalicelib.console.visit import Visit
from chalicelib.ordering.transitions import By
from chalicelib.roles import Role


def acting(visit: Visit, actor: Role) -> By:
    """Return the visitor as an actor of this kind, with the request and the network it came from."""
    return By(actor, visit.caller.user_id, visit.request_id, visit.network)
