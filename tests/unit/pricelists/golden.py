"""Rewrites golden_digests.json: `python -m tests.unit.pricelists.golden`. Only for goods that are added.

A digest or an id that is another than here makes every good of every shop ``changed``, or another good, at its next
list; so what the file has already must stay as it is.
"""

import io
import json
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

from chalicelib.catalogue.identity import category_id, offer_id, product_id
from chalicelib.pricelists.planning.digest import digest
from chalicelib.pricelists.reading.faults import Fault
from chalicelib.pricelists.reading.reader import PriceList

SHOP = 1234567890123456


def read(text: str) -> dict[str, dict[str, Any]]:
    """What is derived of each good of a price list, by its id there. All that a move of the code has to change here."""
    found = {}
    for good in PriceList(lambda: io.BytesIO(text.encode())):
        assert not isinstance(good, Fault), good
        found[good.ext_id] = {
            "digest": digest(good),
            "offer_id": offer_id(SHOP, good.ext_id),
            "category_id": category_id(good.category),
            "product_id": product_id(good.category, good.name, good.model, gtin=good.gtin),
        }
    return found


KEPT = Path(__file__).parent / "golden_digests.json"
_GOOD = {"id": 4216292, "category": 224, "model": "apple/iphone/xs-max", "name": "Смартфон Apple iPhone XS Max 512GB"}
_USUAL = {**_GOOD, "price": 110000, "price_rrc": 116990, "quantity": 14}
OPTIONAL: dict[str, Any] = {
    "unit": "упак",
    "gtin": "4606203090013",
    "min_quantity": 4,
    "step_quantity": 2,
    "max_quantity": 40,
    "vat_rate": 10,
    "description": "Первая строка\nВторая: «кавычки», ё, — тире",
    "images": ["https://img.example/1.jpg", "https://img.example/2.jpg?размер=5"],
}
PARAMETERS = {"Диагональ (дюйм)": 6.5, "Разрешение (пикс)": "2688x1242", "Цвет": "золотистый", "NFC": "yes"}


def goods() -> list[dict[str, Any]]:
    """Goods of all sorts, each under an id of its own."""
    found: list[dict[str, Any]] = [
        {},
        {"price_rrc": None},
        {"price": "0.01", "price_rrc": "0.01"},
        {"price": 99.9},
        {"price": "1 234,50"},
        {"price": "9999999.99", "quantity": 0},
        {"quantity": 999999},
        {"model": None},
        {"id": "арт-7/Ё", "model": "модель №5"},
        {"id": "0012"},
        {"name": "  Чехол   «Ёж»\tсиний "},
        {"name": "Й" * 3 + "\u0438\u0306 и \u0435\u0308"},
        {"name": "日本語 😀 ẞ İ"},
        {"category": 300},
        {"parameters": PARAMETERS},
        {"parameters": dict(reversed(PARAMETERS.items()))},
        {"parameters": {"unit": "упак", "vat": 10}},
        {"vat_rate": "0"},
        {"vat_rate": "20%"},
        {"vat_rate": "нет"},
        {"step_quantity": 6},
        {"images": "https://img.example/1.jpg https://img.example/1.jpg http://b.example/2.png"},
        *({name: value} for name, value in OPTIONAL.items()),
        *(
            {one: OPTIONAL[one], other: OPTIONAL[other]}
            for one, other in combinations(("unit", "vat_rate", "images"), 2)
        ),
        {**OPTIONAL},
        {**OPTIONAL, "parameters": PARAMETERS},
    ]
    listed = [{**_USUAL, "id": 4216292 + number, **one} for number, one in enumerate(found)]
    return [{key: value for key, value in one.items() if value is not None} for one in listed]


def price_list() -> str:
    """The goods as a price list."""
    categories = [{"id": 224, "name": "Смартфоны"}, {"id": 300, "name": "Аксессуары  для ТЕЛЕФОНОВ"}]
    # By way of JSON, so that no value stands in two goods: YAML would write it as an alias, which we refuse.
    document = {"shop": "Связной", "categories": categories, "goods": json.loads(json.dumps(goods()))}
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=10_000)


def main() -> None:
    """Write the file."""
    text = price_list()
    kept = {"price_list": text.splitlines(), "goods": read(text)}
    KEPT.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
