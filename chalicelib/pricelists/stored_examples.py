"""Examples of what a list changes that waits for a decision, as its import keeps them and people see them."""

from typing import cast

from typing_extensions import TypedDict

from chalicelib.dynamo.reading import read
from chalicelib.models.catalogue import Offer
from chalicelib.models.imports import Import
from chalicelib.money import written
from chalicelib.pricelists.planning.examples import Examples
from chalicelib.texts import Language, text


class MovedPrice(TypedDict):
    """A good with another price; kopecks."""

    id: str
    name: str
    was: int
    now: int


class ChangedName(TypedDict):
    """A good whose name changes, as stored and as answered."""

    id: str
    was: str
    now: str


class VanishingGood(TypedDict):
    """A good that goes off sale, with its price in kopecks."""

    id: str
    name: str
    price: int


class StoredExamples(TypedDict):
    """The prices that move most, and some of the new names and of the goods that go off sale."""

    prices: list[MovedPrice]
    names: list[ChangedName]
    vanishing: list[VanishingGood]


def stored_examples(examples: Examples) -> StoredExamples:
    """Return the examples with what is on sale now; costs one BatchGet."""
    offers = {one.offer_id: one for one in read(*map(Offer.at, [*examples.names, *examples.gone])).all(Offer)}
    named = [(offers[offer_id], name) for offer_id, name in examples.names.items() if offer_id in offers]
    gone = [offers[offer_id] for offer_id in examples.gone if offer_id in offers]
    return {
        "prices": [{"id": ext_id, "name": name, "was": was, "now": now} for ext_id, name, was, now in examples.moved],
        "names": [{"id": one.ext_id, "was": one.name, "now": name} for one, name in named],
        "vanishing": [{"id": one.ext_id, "name": one.name, "price": one.price} for one in gone],
    }


def examples_of(record: Import) -> StoredExamples:
    """Return the examples of an import; none of one that never waited for a decision."""
    return cast("StoredExamples", record.examples or {"prices": [], "names": [], "vanishing": []})


def example_lines(record: Import, language: Language) -> dict[str, list[str]]:
    """Return the examples for people, a list of lines for each kind that has any, by its heading."""
    found = examples_of(record)

    def money(kopecks: int) -> str:
        return written(kopecks, language)

    kinds = {
        "prices": [
            _said("price", language, id=one["id"], name=one["name"], was=money(one["was"]), now=money(one["now"]))
            for one in found["prices"]
        ],
        "names": [_said("name", language, **one) for one in found["names"]],
        "vanishing": [
            _said("vanishing_one", language, id=one["id"], name=one["name"], price=money(one["price"]))
            for one in found["vanishing"]
        ],
    }
    return {_said(kind, language): lines for kind, lines in kinds.items() if lines}


def _said(key: str, language: Language, **params: object) -> str:
    return text("imports", f"review.{key}", language, **params)
