"""A field of goods needs one line of the table to travel: test_field_table runs this with tests/made_up_fields.

Its name keeps it out of normal collection, in which these fields do not exist.
"""

import json
from typing import Any

import pytest
import yaml

from chalicelib import goods
from chalicelib.models.catalogue import Offer
from chalicelib.models.orders import Part
from tests.integration.exports.asked import exported, lines
from tests.integration.kept import kept
from tests.integration.world import Person, World, good, price_list

MADE_UP: dict[str, Any] = {
    "brand": "Ёлка: «1»",
    "care": "Стирать\n- при 30 °C",
    "pack_size": 12,
    "cost": "19.90",
    "shelf": 0,
    "papers": ["https://a.example/1.pdf", "https://a.example/2.pdf?a=1&b=2"],
}
STORED = {**MADE_UP, "cost": 1_990}
ANSWERED = {**MADE_UP, "cost": 19.9}
OTHER: dict[str, Any] = {
    "brand": "Сосна", "care": "Гладить", "pack_size": 6, "cost": "20", "shelf": 8, "papers": ["https://a.example/3"],
}  # fmt: skip

_YML = """<?xml version="1.0" encoding="UTF-8"?>
<yml_catalog><shop><name>Любой</name><categories><category id="1">Смартфоны</category></categories><offers>
<offer id="1"><categoryId>1</categoryId><model>m/1</model><name>Товар 1</name><price>100</price><count>10</count>
<brand>Ёлка: «1»</brand><care>Стирать
- при 30 °C</care><pack-size>12</pack-size><cost>19.90</cost><shelf>0</shelf><papers>https://a.example/1.pdf</papers>
<papers>https://a.example/2.pdf?a=1&amp;b=2</papers></offer></offers></shop></yml_catalog>"""
_CSV = (
    "id;category;model;name;price;quantity;brand;care;pack_size;cost;shelf;papers\n"
    '1;Смартфоны;m/1;Товар 1;100;10;Ёлка: «1»;"Стирать\n- при 30 °C";12;19,90;0;'
    "https://a.example/1.pdf https://a.example/2.pdf?a=1&b=2\n"
)
LISTS: dict[str, Any] = {
    "yaml": price_list(good(1, **MADE_UP)),
    "json": json.dumps(price_list(good(1, **MADE_UP))).encode(),
    "csv": _CSV.encode(),
    "yml": _YML.encode(),
}


@pytest.fixture(autouse=True)
def _described_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """The description of the API names the fields that its answer types name, and these are made up."""
    monkeypatch.setattr("tests.integration.described._closed", lambda schema: schema)


@pytest.fixture
def shop(world: World) -> Person:
    return world.person("shop@a.example", "shop")


def imported(world: World, shop: Person, content: Any, name: str = "list.yaml") -> tuple[str, list[Any], list[str]]:
    record = shop.imported(world.drop(shop.shop_id, content, name))
    done = [key for key in ("created", "changed", "unchanged") if record["counts"].get(key)]
    return record["status"], record["errors"], done


def test_every_field_of_the_plugin_is_in_the_table() -> None:
    assert {field.name for field in goods.OPTIONAL} >= MADE_UP.keys() == OTHER.keys()


@pytest.mark.parametrize("kind", LISTS)
def test_it_is_read_stored_and_answered(world: World, shop: Person, kind: str) -> None:
    assert imported(world, shop, LISTS[kind], f"list.{kind}") == ("done", [], ["created"])
    (stored,) = kept(shop).values()
    assert {name: stored[name] for name in MADE_UP} == STORED
    (listed,) = world.call("GET", "/products").body
    card = world.call("GET", f"/products/{listed['id']}").body
    assert {name: card[name] for name in MADE_UP} == ANSWERED
    assert MADE_UP.keys().isdisjoint(listed)


def test_the_four_formats_say_the_same(world: World, shop: Person) -> None:
    assert imported(world, shop, LISTS["yaml"])[2] == ["created"]
    for kind in ("json", "csv", "yml"):
        assert imported(world, shop, LISTS[kind], f"list.{kind}") == ("unchanged", [], ["unchanged"])


@pytest.mark.parametrize("name", MADE_UP)
def test_a_list_that_changes_it_alone_changes_the_good(world: World, shop: Person, name: str) -> None:
    imported(world, shop, price_list(good(1, **MADE_UP)))
    changed = price_list(good(1, **{**MADE_UP, name: OTHER[name]}))
    assert imported(world, shop, changed) == ("done", [], ["changed"])
    (stored,) = kept(shop).values()
    assert stored[name] == (2_000 if name == "cost" else OTHER[name])
    without = {key: value for key, value in MADE_UP.items() if key != name}
    assert imported(world, shop, price_list(good(1, **without))) == ("done", [], ["changed"])
    (stored,) = kept(shop).values()
    default = Offer.get_attributes()[name].default
    assert stored.get(name) == (default() if callable(default) else default)


@pytest.mark.parametrize("kind", ["yaml", "csv", "yml"])
def test_an_export_brings_it_back_unchanged(world: World, shop: Person, kind: str) -> None:
    imported(world, shop, price_list(good(1, **MADE_UP), good(2)))
    before = kept(shop)
    file = exported(shop, format=kind)
    assert imported(world, shop, file, f"again.{kind}") == ("unchanged", [], ["unchanged"])
    assert kept(shop) == before


def test_tables_have_its_column(world: World, shop: Person) -> None:
    imported(world, shop, price_list(good(1, **MADE_UP)))
    (row,) = lines(exported(shop, format="csv"))
    expected = {**MADE_UP, "pack_size": "12", "shelf": "0", "papers": " ".join(MADE_UP["papers"])}
    assert {name: row[name] for name in MADE_UP} == expected
    assert len(exported(shop, format="xlsx")) > 1_000


@pytest.mark.parametrize("kind", LISTS)
def test_a_value_beyond_its_limit_is_left_out_with_a_warning(world: World, shop: Person, kind: str) -> None:
    right = LISTS[kind] if isinstance(LISTS[kind], bytes) else yaml.safe_dump(LISTS[kind], allow_unicode=True).encode()
    wrong = right.decode().replace("12", "1001").encode()
    record = shop.imported(world.drop(shop.shop_id, wrong, f"list.{kind}"))
    assert [(each["severity"], each["code"], each["field"], each["hint"]) for each in record["errors"]] == [
        ("warning", "quantity_too_large", "pack_size", {"limit": 1_000})
    ]
    (stored,) = kept(shop).values()
    assert {name: stored.get(name) for name in MADE_UP} == {**STORED, "pack_size": None}


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_that_merges_leaves_it_as_it_is_or_empties_it(world: World, shop: Person, kind: str) -> None:
    world.drop(shop.shop_id, LISTS["json"], "full.json")
    for empty, expected in (({}, STORED), (dict.fromkeys(MADE_UP, ""), {**dict.fromkeys(MADE_UP), "shelf": 7})):
        assert imported(world, shop, _merging(kind, {"price": "99" if empty else "98", **empty}))[:2] == ("done", [])
        (stored,) = kept(shop).values()
        assert {name: stored.get(name) or None for name in MADE_UP} == {
            name: value or None for name, value in expected.items()
        }


def _merging(kind: str, said: dict[str, str]) -> Any:
    """A list of the format that merges and says this of the good 1."""
    if kind == "csv":
        return f"# mode: merge\nid;{';'.join(said)}\n1;{';'.join(said.values())}\n".encode()
    if kind == "yml":
        tags = {field.column: field.yml or field.column for field in goods.FIELDS}
        offer = "".join(f"<{tags[column]}>{value}</{tags[column]}>" for column, value in said.items())
        offers = f'<offers><offer id="1">{offer}</offer></offers>'
        return f'<yml_catalog mode="merge"><shop>{offers}</shop></yml_catalog>'.encode()
    merging = {"mode": "merge", "goods": [{"id": 1, **said}]}
    return json.dumps(merging).encode() if kind == "json" else merging


def test_an_order_keeps_it(world: World, shop: Person) -> None:
    imported(world, shop, price_list(good(1, **MADE_UP)))
    world.person("buyer@c.example").order((shop.sells(1), 2))
    (part,) = Part.by_shop.query(f"SHOP#{shop.shop_id}")
    stored = Part.get(part.pk, part.sk, consistent_read=True)
    assert [(row["brand"], "care" in row) for row in stored.rows] == [(MADE_UP["brand"], False)]
