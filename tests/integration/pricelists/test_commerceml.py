"""What 1C sends, dropped into the bucket: an exchange as a zip file, then prices, stock and deletions alone."""

import secrets
from typing import Any

import pytest

from tests.integration.pricelists.sheets import stored_file
from tests.integration.world import Person, World, stored_import
from tests.unit.pricelists.commerceml import (
    as_version_2,
    bundle,
    catalogue,
    file,
    good,
    offer,
    package,
    price,
    tag,
    types,
)

FORMAT = "/partner/pricelist-format"
GOODS = good("g1", "Сапоги", tag("Артикул", "С-1")) + "".join(good(f"n{n}", f"Чай {n}") for n in range(1, 13))
KINDS = [tag("Наименование", f"Сапоги ({size})") for size in (36, 37)]
OFFERS = [offer(f"g1#{n}", 1_000 + n, 3, kind) for n, kind in enumerate(KINDS, 1)]
OFFERS += [offer(f"n{n}", 100 + n, n) for n in range(1, 13)]
FULL = as_version_2(GOODS, "".join(OFFERS), head=types(t1="Оптовая"))


@pytest.fixture
def world(shared_world: World) -> World:
    """One service for all: every test has a shop of its own."""
    return shared_world


@pytest.fixture
def shop(world: World) -> Person:
    return world.person(f"{secrets.token_hex(4)}@a.example", "shop")


def dropped(world: World, shop: Person, content: bytes) -> Any:
    return shop.imported(world.drop(shop.shop_id, content, "1c.zip"))


def test_an_exchange_fills_the_shop_and_the_same_again_changes_nothing(world: World, shop: Person) -> None:
    report = dropped(world, shop, bundle(FULL, ["import_files/1.jpg"]))
    assert (report["status"], report["mode"], report["counts"]["created"]) == ("done", "replace", 14)
    assert report["format"] == {"kind": "cml", "gzipped": False, "zipped": True, "encoding": "utf-8"}
    boots = shop.offer("g1#2")
    assert (boots.name, boots.model, boots.price, boots.quantity, boots.category) == (
        *("Сапоги (37)", "С-1", 100_200, 3),
        "Чай",
    )
    turned = bundle(dict(reversed(FULL.items())))
    assert dropped(world, shop, turned)["status"] == "unchanged"
    # With a good less, in the other scheme of names.
    fewer = as_version_2(GOODS, "".join(OFFERS[:-1]), head=types(t1="Оптовая"))
    report = dropped(world, shop, bundle({f"webdata/{name}": part for name, part in fewer.items()}))
    assert (report["status"], report["counts"]["withdrawn"]) == ("done", 1)
    assert not shop.offer("n12").listed


def test_prices_stock_and_deletions_alone_change_what_they_say(world: World, shop: Person) -> None:
    dropped(world, shop, bundle(FULL))
    prices = bundle(
        {"prices.xml": file(package(offer("g1#1", 900, None) + offer("zz", 5, None), "true")), "a.txt": b""}
    )
    report = dropped(world, shop, prices)
    assert (report["status"], report["mode"], report["counts"]["changed"]) == ("done_with_errors", "merge", 1)
    assert [(each["code"], each["id"]) for each in report["errors"]] == [("good_unknown", "zz")]
    rests = file(package(offer("g1#1", None, "42.5"), "true")).encode()
    assert dropped(world, shop, rests)["status"] == "done"
    boots = shop.offer("g1#1")
    assert (boots.name, boots.price, boots.quantity, boots.listed) == ("Сапоги (36)", 90_000, 42, True)
    gone = good("g1", mark=' Статус="Удален"') + good("n1", more=tag("ПометкаУдаления", "true"))
    report = dropped(world, shop, file(catalogue(gone, "true")).encode())
    assert (report["status"], report["counts"]["withdrawn"]) == ("done", 3)
    assert [shop.offer(each).listed for each in ("g1#1", "g1#2", "n1", "n2")] == [False, False, False, True]


def test_of_several_types_of_price_the_shop_chooses_once(world: World, shop: Person) -> None:
    both = f"<Цены>{price(9, 't1')}{price(7, 't2')}</Цены>"
    content = bundle(as_version_2(good("1"), offer("1", None, more=both), head=types(t1="Розничная", t2="Оптовая")))
    report = dropped(world, shop, content)
    assert (report["status"], report["errors"][0]["code"]) == ("failed", "prices_unclear")
    assert "«Розничная», «Оптовая»" in report["errors"][0]["message"]
    assert shop.put(FORMAT, {"price_type": "Оптовая"}).status == 200
    assert dropped(world, shop, content)["status"] == "done"
    assert shop.offer("1").price == 700


def test_refused_rows_come_back_as_commerceml_that_can_be_sent_again(world: World, shop: Person) -> None:
    content = bundle(as_version_2(GOODS, "".join(OFFERS[:-1]) + offer("n12", "дорого", 1)))
    report = dropped(world, shop, content)
    assert report["status"] == "done_with_errors"
    assert (report["errors"][0]["line"], report["errors"][0]["id"]) == (17, "n12")
    assert "offers0_1.xml" in report["errors"][0]["message"]
    assert report["files"]["errors"]["name"].endswith(".xml")
    refused = stored_file(stored_import(report["id"]).refused_key or "")
    mended = refused.replace("дорого".encode(), b"112")
    report = dropped(world, shop, mended)
    assert (report["status"], report["counts"]["created"], report["mode"]) == ("done", 1, "merge")
    assert (shop.offer("n12").name, shop.offer("n12").category) == ("Чай 12", "Чай")
