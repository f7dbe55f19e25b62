"""Placing orders against the bare calls that read, write and announce the same, on the same stack."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain
from operator import truediv
from pathlib import Path
from typing import Any

from botocore import xform_name

from chalicelib import aws, clock
from chalicelib.catalogue.identity import offer_id
from chalicelib.dynamo.connection import client
from chalicelib.ids import new_id
from chalicelib.models.accounts import Contact, User
from chalicelib.models.baskets import Basket
from chalicelib.models.catalogue import Offer
from chalicelib.ordering.basket import show_basket
from chalicelib.ordering.placement import Wish, place_order
from tests.benchmarks.order_stack import Request, Traffic, renamed, running_tables
from tests.integration.stock import fill

ROUNDS = {1: 60, 10: 160, 90: 16, 500: 5}
BUYER, CONTACT = 77, 78


@dataclass
class Measured:
    """Seconds of each order and of its bare calls; what one order cost."""

    ours: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    calls: int = 0
    units: float = 0.0
    floor_units: float = 0.0


def measure(directory: Path) -> dict[int, float]:
    """Print a table of what orders of some sizes cost; return the ratio to their bare calls by size."""
    ratios: dict[int, float] = {}
    with running_tables(directory):
        _furnish(max(ROUNDS))
        traffic = Traffic()
        traffic.watch()
        print(f"\n{'rows':>5} {'orders/s':>9} {'floor/s':>9} {'ratio':>6} {'calls':>6} {'units':>7} {'floor':>7}")
        for rows, rounds in ROUNDS.items():
            found = _measure(traffic, rows, rounds)
            ours, floor = statistics.median(found.ours), statistics.median(found.floor)
            # By pairs, each a few hundredths of a second apart: the machine's pace changes from second to second.
            ratios[rows] = statistics.median(map(truediv, found.ours, found.floor))
            print(
                f"{rows:>5} {1 / ours:>9.1f} {1 / floor:>9.1f} {ratios[rows]:>6.2f} {found.calls:>6}"
                f" {found.units:>7.0f} {found.floor_units:>7.0f}"
            )
    return ratios


def _furnish(goods: int) -> None:
    """A shop with enough of each good, and a buyer with a contact."""
    fill(goods)
    for n in range(1, goods + 1):
        Offer.at(offer_id(1, str(n))).update(actions=[Offer.quantity.set(1_000_000)])
    user = User.at(BUYER)
    user.user_id, user.role, user.email, user.password_hash = BUYER, "buyer", "buyer@b.example", "-"
    user.first_name, user.last_name, user.company, user.created_at = "Анна", "Круглова", "ООО «Полка»", "-"
    user.save()
    contact = Contact.at(BUYER, CONTACT)
    contact.city, contact.street, contact.phone = "Тверь", "Садовая", "+7 900 000-00-00"
    contact.save()


def _fill_basket(rows: int, basket_id: int) -> None:
    basket = Basket.at(BUYER)
    basket.basket_id, basket.version, basket.changed_at = basket_id, 1, clock.stamp(clock.now())
    basket.rows = {str(offer_id(1, str(n))): [1, 1, n * 100] for n in range(1, rows + 1)}
    basket.save()
    # As a buyer does before ordering.
    show_basket(BUYER)


def _measure(traffic: Traffic, rows: int, rounds: int) -> Measured:
    """Orders and bare calls in turn: what disturbs the machine disturbs both. The first round counts units."""
    found = Measured()
    for place in range(rounds + 1):
        basket_id, other = new_id(), new_id()
        _fill_basket(rows, basket_id)
        traffic.clear(counting=place == 0)
        ours = _seconds(place_order, Wish(BUYER, basket_id, CONTACT), "")
        requests, units = list(traffic.requests), traffic.units
        _fill_basket(rows, other)
        bare = renamed(requests, {str(basket_id): str(other), **_mail_ids(requests)})
        traffic.clear(counting=place == 0)
        floor = _seconds(_send, bare)
        if place == 0:
            found.calls, found.units, found.floor_units = len(requests), units, traffic.units
        else:
            found.ours.append(ours)
            found.floor.append(floor)
    return found


def _send(requests: list[Request]) -> None:
    for service, operation, params in requests:
        speaks = aws.client("sqs") if service == "sqs" else client()
        getattr(speaks, xform_name(operation))(**params)


def _mail_ids(requests: list[Request]) -> dict[str, str]:
    transactions = [params["TransactItems"] for _, name, params in requests if name == "TransactWriteItems"]
    puts = [one["Put"]["Item"] for one in chain(*transactions) if "Put" in one]
    return {item["mail_id"]["N"]: str(new_id()) for item in puts if "mail_id" in item}


def _seconds(act: Callable[..., Any], *arguments: Any) -> float:
    started = time.perf_counter()
    act(*arguments)
    return time.perf_counter() - started
