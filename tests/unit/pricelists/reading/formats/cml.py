"""Reading CommerceML in tests: rows as they are read, patches apart."""

from typing import Any

from chalicelib.goods import GoodPatch
from chalicelib.pricelists.reading.faults import Fault
from chalicelib.pricelists.reading.reader import PriceList
from chalicelib.pricelists.reading.table_settings import TableSettings
from tests.unit.pricelists.files import Outcome, opener


def chosen(content: str | bytes, price_type: str = "", **more: Any) -> Outcome:
    """What is read with these settings of the shop."""
    columns = {price_type: "price"} if price_type else {}
    outcome = Outcome()
    for item in PriceList(opener(content), table=TableSettings(columns=columns, **more)):
        if isinstance(item, Fault):
            outcome.faults.append(item)
        elif isinstance(item, GoodPatch):
            outcome.patches.append(item)
        else:
            outcome.goods.append(item)
    return outcome


def mode_of(content: str | bytes, **more: Any) -> str:
    prices = PriceList(opener(content), **more)
    list(prices)
    return prices.mode


def only(outcome: Outcome) -> Any:
    (taken,) = outcome.goods
    return taken
