"""64 clients at once, for stock that is enough for a third of what they want: nothing is oversold, lost or doubled.

NIGHTLY=1 places 2,000 orders, otherwise there are fewer. Of the clients a few talk at any moment: the stack starts a
process for each call that is under way, and the machine of all tests has few cores.
"""

import os
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Semaphore
from typing import Any

import pytest

from tests.e2e.conftest import RunningStack
from tests.e2e.crowd import Buyer
from tests.e2e.service import Service, good, price_list

CLIENTS = 64
GOODS = 20
ROWS, PIECES = 3, 2
NIGHTLY = os.environ.get("NIGHTLY") == "1"
ORDERS, TALKING = (2_000, 8) if NIGHTLY else (128, 6)
# A third of what is asked for of each good.
STOCK = ORDERS * ROWS * PIECES // GOODS // 3 // PIECES * PIECES


Stocked = tuple[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def service(stack: RunningStack) -> Service:
    return Service(stack)


@pytest.fixture(scope="module")
def shops(service: Service) -> list[Stocked]:
    """Two shops and their offers, before the first crowd: its mails keep a registration waiting for minutes."""
    return [service.shop_with(*stocked(prefix)) for prefix in (1000, 2000)]


def crowd(stack: RunningStack) -> list[Buyer]:
    turns = Semaphore(TALKING)
    return [Buyer(stack, turns) for _ in range(CLIENTS)]


def stocked(prefix: int) -> list[dict[str, Any]]:
    return [good(prefix + n, quantity=STOCK, model=f"load/{prefix + n}") for n in range(GOODS)]


def everybody_orders(buyers: list[Buyer], offers: list[dict[str, Any]], *, canceling: bool) -> Counter[int]:
    """Let each of them try its share of the orders, with random goods; return the answers."""
    statuses = Counter[int]()

    def shop_on(place: int) -> Counter[int]:
        buyer, found = buyers[place], Counter[int]()
        chance = random.Random(buyer.contact)  # noqa: S311 - nothing secret hangs on it
        for attempt in range(place, ORDERS, CLIENTS):
            items = [{"product_info": offer["id"], "quantity": PIECES} for offer in chance.sample(offers, ROWS)]
            status, body = buyer.order(items, f"{attempt}")
            found[status] += 1
            if canceling and status == 200 and attempt % 3 == 0:
                assert buyer.call("POST", f"/order/{body['id']}/cancel").status_code == 200
        return found

    with ThreadPoolExecutor(CLIENTS) as pool:
        for found in pool.map(shop_on, range(CLIENTS)):
            statuses += found
    return statuses


def require_nothing_lost(
    service: Service, buyers: list[Buyer], shop: str, offers: list[dict[str, Any]], placed: int
) -> None:
    """Sold and left add up for every good; every order answered exists once, with its rows."""
    with ThreadPoolExecutor(8) as pool:
        orders = [order for found in pool.map(Buyer.orders, buyers) for order in found]
    assert len(orders) == len({order["id"] for order in orders}) == len({order["number"] for order in orders}) == placed
    assert all(len(order["ordered_items"]) == ROWS for order in orders)
    sold = Counter[int]()
    for order in orders:
        for row in order["ordered_items"] if order["state"] != "canceled" else ():
            sold[row["id"]] += row["quantity"]
    contested = {offer["id"] for offer in offers}
    left = {offer["id"]: offer["quantity"] for offer in service.goods_of(shop) if offer["id"] in contested}
    assert {offer: sold[offer] + quantity for offer, quantity in left.items()} == dict.fromkeys(contested, STOCK)
    assert min(left.values()) >= 0


@pytest.mark.slow
def test_a_crowd_never_buys_more_than_there_is(stack: RunningStack, service: Service, shops: list[Stocked]) -> None:
    shop, offers = shops[0]
    buyers = crowd(stack)
    statuses = everybody_orders(buyers, offers, canceling=False)
    assert statuses.keys() == {200, 409}
    require_nothing_lost(service, buyers, shop, offers, statuses[200])


@pytest.mark.slow
def test_a_crowd_that_cancels_while_price_lists_arrive_loses_nothing(
    stack: RunningStack, service: Service, shops: list[Stocked]
) -> None:
    """The lists belong to one shop and name different goods; each sets the stock of the goods it names."""
    shop, offers = shops[1]
    buyers = crowd(stack)
    with ThreadPoolExecutor(1) as beside:
        lists = beside.submit(_import_again, stack, shop)
        statuses = everybody_orders(buyers, offers, canceling=True)
        lists.result()
    assert statuses.keys() <= {200, 409}
    require_nothing_lost(service, buyers, shop, offers, statuses[200])
    prices = {offer["product"]["name"]: offer["price"] for offer in service.goods_of(shop)}
    others = {name: price for name, price in prices.items() if name.startswith("Рядом")}
    assert others == {"Рядом 0 (103)": 103, "Рядом 101": 101, "Рядом 102": 102, "Рядом 103": 103}


def _import_again(stack: RunningStack, shop: str) -> None:
    """Three lists, each with a good whose price and name it changes, and with one that is new."""
    service = Service(stack)
    for price in range(101, 104):
        changed = good(2900, model="beside/0", name=f"Рядом 0 ({price})", price=price)
        new = good(2900 + price, model=f"beside/{price}", name=f"Рядом {price}", price=price)
        report = service.imported(shop, service.upload(shop, price_list(changed, new, mode="merge")))
        assert report["status"] == "done"
