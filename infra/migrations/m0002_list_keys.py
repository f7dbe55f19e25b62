"""Products on sale get the keys of the lists that were added later: by price, by product, of what was sold.

Versions before these lists wrote products without them, and an import does not write a product that has not changed.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from infra.migrations.steps import Migration, Step
from infra.table_pass import Change, Rule

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from infra.table_pass import Wire

_SEEN = ("listed", "sold", "category_key", "price", "product_id")


def rule(_: datetime) -> Rule:
    """Return the rule that completes the keys of a product on sale."""
    return _complete


def _complete(item: "Wire") -> Change | None:
    if item["sk"]["S"] != "OFFER":
        return None
    wanted: dict[str, AttributeValueTypeDef] = {}
    # Only what is in the lists of its category is on sale.
    if item.get("listed", {}).get("BOOL") and "category_key" in item:
        wanted["price_key"] = {"S": f"{int(item['price']['N']):015d}#{item['offer_id']['N']}"}
        wanted["product_key"] = {"S": f"PRODUCT#{item['product_id']['N']}"}
    if item.get("sold", {}).get("BOOL"):
        wanted["sold_key"] = {"S": f"SOLD#{item['shop_id']['N']}"}
    missing = {name: value for name, value in wanted.items() if name not in item}
    return Change("products", set=missing, seen=_SEEN) if missing else None


LIST_KEYS = Migration(2, "list-keys", "after", (Step("catalogue", rule),))
