"""Answers about the goods that a list changes which waits for a decision."""

from typing import NotRequired

from typing_extensions import TypedDict

from chalicelib.answers.common import ImportFile, Money
from chalicelib.models.imports import Import
from chalicelib.money import as_number
from chalicelib.pricelists import changes
from chalicelib.pricelists.changes import ChangedName, Changes, NewCategory
from chalicelib.pricelists.reports import files_of


class MovedPrice(TypedDict):
    """A good whose price changes, in roubles and percent; lists stored before have no ``percent``."""

    id: str
    name: str
    was: Money
    now: Money
    percent: NotRequired[int]


class VanishingGood(TypedDict):
    """A good that goes off sale, with its price in roubles, and the pieces of it ordered in the last 30 days."""

    id: str
    name: str
    price: Money
    sold: NotRequired[int]


class ImportExamples(TypedDict):
    """Some of the changes that wait for a decision: the largest of prices, names, goods that go, new categories."""

    prices: list[MovedPrice]
    names: list[ChangedName]
    vanishing: list[VanishingGood]
    categories: list[NewCategory]


class ChangeTotals(TypedDict, total=False):
    """How many changes there are of each kind; a kind without any may be absent.

    ``sales`` is what was ordered in the last 30 days of goods whose price changes or that go off sale, at the prices
    before; lists stored before it was counted have none.
    """

    prices: int
    names: int
    vanishing: int
    categories: int
    sales: Money


class ImportChanges(ImportExamples):
    """The first 50 changes of each kind, how many there are, and a file with all of them, if it is still there."""

    totals: ChangeTotals
    file: ImportFile | None


def examples_body(record: Import) -> ImportExamples:
    """Return the first changes of an import."""
    return _changes(changes.kept_changes(record))


def changes_body(record: Import) -> ImportChanges:
    """Return more changes of an import, and a link to the file with all of them."""
    found = changes.many_changes(record)
    totals: ChangeTotals = {
        "prices": found["totals"].get("prices", 0),
        "names": found["totals"].get("names", 0),
        "vanishing": found["totals"].get("vanishing", 0),
        "categories": found["totals"].get("categories", 0),
    }
    if "sales" in found["totals"]:
        totals["sales"] = as_number(found["totals"]["sales"])
    return {**_changes(found), "totals": totals, "file": files_of(record).get("changes")}


def _changes(found: Changes) -> ImportExamples:
    prices: list[MovedPrice] = []
    for moved in found["prices"]:
        one: MovedPrice = {
            "id": moved["id"],
            "name": moved["name"],
            "was": as_number(moved["was"]),
            "now": as_number(moved["now"]),
        }
        if "percent" in moved:  # kept by an earlier release, it has none
            one["percent"] = moved["percent"]
        prices.append(one)
    vanishing: list[VanishingGood] = []
    for gone in found["vanishing"]:
        good: VanishingGood = {"id": gone["id"], "name": gone["name"], "price": as_number(gone["price"])}
        if "sold" in gone:
            good["sold"] = gone["sold"]
        vanishing.append(good)
    return {"prices": prices, "names": found["names"], "vanishing": vanishing, "categories": found["categories"]}
