"""What has to hold of orders and stock whatever happened: looked up in the tables themselves."""

from typing import Any

from chalicelib.dynamo.connection import connection
from chalicelib.settings import settings
from tests.integration.world import Person


def stored(table: str) -> list[dict[str, Any]]:
    """Every item of a table, in wire form."""
    found: list[dict[str, Any]] = []
    request: dict[str, Any] = {"TableName": settings().table(table)}
    while True:
        answer = connection().client.scan(**request)
        found += answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return found
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def require_whole(buyer: Person, shop: Person, goods: dict[int, int]) -> list[dict[str, Any]]:
    """Require that stock sold and left add up to what there was, and that every order is whole; return the orders.

    ``goods`` is what each good of the shop had before anything was ordered.
    """
    orders: list[dict[str, Any]] = buyer.get("/order").body
    live = [order for order in orders if order["state"] != "canceled"]
    sold: dict[int, int] = {}
    for row in (row for order in live for row in order["ordered_items"]):
        sold[row["id"]] = sold.get(row["id"], 0) + row["quantity"]
    for ext_id, initial in goods.items():
        offer = shop.offer(ext_id)
        assert offer.quantity + sold.get(offer.offer_id, 0) == initial, ext_id
    kinds = [item["sk"]["S"].partition("#")[0] for item in stored("orders")]
    assert kinds.count("ORDER") == len(orders)
    assert kinds.count("PART") == sum(len(order["parts"]) for order in orders)
    for order in live:
        goods_sum = sum(row["product_info"]["price"] * row["quantity"] for row in order["ordered_items"])
        assert goods_sum + sum(part["delivery"] for part in order["parts"]) == order["total_sum"]
    jobs = [item["pk"]["S"].partition("#")[0] for item in stored("jobs")]
    assert jobs.count("ORDER_JOB") == 0
    assert jobs.count("KEY") <= len(orders)
    return orders
