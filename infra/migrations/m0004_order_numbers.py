"""Orders can be found by their numbers.

Versions before wrote the heads of orders without the key of that index.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from infra.migrations.steps import Migration, Step
from infra.table_pass import Change, Rule

if TYPE_CHECKING:
    from infra.table_pass import Wire


def rule(_: datetime) -> Rule:
    """Return the rule that gives the head of an order the key of its number."""
    return _numbered


def _numbered(item: "Wire") -> Change | None:
    # An order that is being written has no place in any index yet.
    if item["sk"]["S"] != "ORDER" or "placed_key" not in item or "shop_key" in item:
        return None
    return Change("orders", set={"shop_key": {"S": f"NUMBER#{item['number']['N']}"}}, seen=("number",))


ORDER_NUMBERS = Migration(4, "order-numbers", "after", (Step("orders", rule),))
