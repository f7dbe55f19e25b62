"""When a list from 1C is complete: by its parts, by the end of the exchange, or after a while."""

import pytest

from chalicelib.exchange import receiving
from chalicelib.sweeping import sweep
from tests.integration.clock import later
from tests.integration.exchange.session import IMPORT, OFFERS, PARTS, bundles, exchanges, one_c
from tests.integration.world import Person, World


def test_prices_and_stock_that_come_apart_are_waited_for(world: World, shop: Person) -> None:
    base = one_c(world, shop)
    base.begin("catalog")
    told = {}
    parts = {
        "import0_1.xml": IMPORT,
        "offers0_1.xml": "<КоммерческаяИнформация><Предложение/></КоммерческаяИнформация>",
        "prices0_1.xml": "<КоммерческаяИнформация><ЦенаЗаЕдиницу>5</ЦенаЗаЕдиницу></КоммерческаяИнформация>",
        "rests0_1.xml": "<КоммерческаяИнформация><Количество>5</Количество></КоммерческаяИнформация>",
    }
    for name, content in parts.items():
        base.file("catalog", name, content.encode())
        told[name] = base.imported(name, world.pump) if name != "rests0_1.xml" else ""
    assert [one.split("\n")[0] for one in told.values()] == ["success", "success", "success", ""]
    assert (bundles(shop), exchanges()[0].status) == ([], "waiting")
    assert base.call("GET", "catalog", "import", filename="rests0_1.xml").lines[0] == "progress"
    world.pump()
    assert [[*one] for one in bundles(shop)] == [[*parts]]


def test_what_lacks_stock_is_imported_when_nothing_more_comes(
    world: World, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = one_c(world, shop)
    base.catalog({"prices0_1.xml": OFFERS.replace("Количество", "Склад").encode()}, between=world.pump)
    assert bundles(shop) == []
    later(monkeypatch, seconds=receiving.WAIT_SECONDS + 1)
    sweep()
    world.pump()
    assert [[*one] for one in bundles(shop)] == [["prices0_1.xml"]]


def test_complete_says_that_nothing_more_comes(world: World, shop: Person) -> None:
    base = one_c(world, shop)
    base.catalog({"prices0_1.xml": OFFERS.replace("Количество", "Склад").encode()}, between=world.pump)
    assert base.call("GET", "catalog", "complete").lines[0] == "progress"
    world.pump()
    assert len(bundles(shop)) == 1


def test_a_list_in_portions_waits_for_its_end(world: World, shop: Person) -> None:
    base = one_c(world, shop)
    base.begin("catalog", version="3.1")
    for number in (1, 2):
        for name, content in PARTS.items():
            portion = f"goods/{number}/{name.removesuffix('.xml')}{number}_1.xml"
            base.file("catalog", portion, content)
            assert base.imported(portion, world.pump).split("\n")[0] == "success"
    assert (bundles(shop), exchanges()[0].status) == ([], "waiting")
    assert base.call("GET", "catalog", "complete").lines[0] == "progress"
    world.pump()
    assert [len(one) for one in bundles(shop)] == [4]
