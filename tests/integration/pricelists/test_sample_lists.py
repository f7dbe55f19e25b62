"""Lists as suppliers send them: each has the result its README states and comes back from every export unchanged."""

import secrets
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from chalicelib.exports.formats import FORMATS
from tests.integration.exports.asked import exported
from tests.integration.kept import kept
from tests.integration.world import Person, World

TESTS = Path(__file__).parents[2]
SAMPLES = TESTS / "samples" / "pricelists"
EXAMPLES = sorted((TESTS.parent / "examples").iterdir())
LISTS = [*sorted(SAMPLES.glob("*.yaml")), *EXAMPLES]
# XLSX is for reading: a price list is not taken as one.
COMING_BACK = [one for one in FORMATS["goods"] if one != "xlsx"]
each_list = pytest.mark.parametrize("path", LISTS, ids=lambda path: path.name)


class Expected(NamedTuple):
    """A row of the README."""

    file: str
    status: str
    on_sale: set[str]
    told: list[str]


def expected() -> list[Expected]:
    rows = [row for row in (SAMPLES / "README.md").read_text("utf-8").splitlines() if ".yaml |" in row]
    cells = [[cell.strip() for cell in row.split("|")[1:-1]] for row in rows]
    return [
        Expected(file, status, set(goods.split()), sorted(filter(None, told.split(" · "))))
        for file, status, goods, told in cells
    ]


@pytest.fixture
def world(shared_world: World) -> World:
    """One service for all: every test has a shop of its own, and no other looks at it."""
    return shared_world


@pytest.fixture
def shop(world: World) -> Person:
    return world.person(f"{secrets.token_hex(4)}@a.example", "shop")


def told(report: Any) -> list[str]:
    marks = {"warning": "(warning)"}
    faults = [(each["line"], each["code"], each["id"], marks.get(each["severity"])) for each in report["errors"]]
    return sorted(" ".join(str(part) for part in fault if part is not None) for fault in faults)


def test_the_readme_speaks_of_every_sample() -> None:
    assert sorted(one.file for one in expected()) == sorted(path.name for path in SAMPLES.glob("*.yaml"))


@pytest.mark.parametrize("row", expected(), ids=lambda row: row.file)
def test_a_sample_gives_what_its_readme_says(world: World, shop: Person, row: Expected) -> None:
    report = shop.imported(world.drop(shop.shop_id, (SAMPLES / row.file).read_bytes(), row.file))
    assert (report["status"], told(report)) == (row.status, row.told)
    assert set(kept(shop)) == row.on_sale
    counts = report["counts"]
    assert (counts["created"], counts["ok"], counts["written"]) == (len(row.on_sale),) * 3
    errors = sum("(warning)" not in fault for fault in row.told)
    assert (counts["errors"], counts["warnings"]) == (errors, len(row.told) - errors)
    assert counts["read"] == len(row.on_sale) + errors


def test_values_are_kept_as_they_were_written(world: World, shop: Person) -> None:
    for name in ("standard-phones.yaml", "standard-electronics.yaml"):
        world.drop(shop.shop_id, b"mode: merge\n" + (SAMPLES / name).read_bytes(), name)
    goods = kept(shop)
    assert goods["5100010"]["parameters"] == [["Объём (ГБ)", "128"], ["Скорость (МБ/с)", "090"]]
    assert dict(goods["880100500"]["parameters"]) == {
        "Screen Size (inches)": "6.67", "5G Support": "true", "Removable battery": "false", "Battery (mAh)": "5000",
    }  # fmt: skip
    assert dict(goods["5200001"]["parameters"]) == {
        "Диагональ (дюйм)": "14", "Вес (кг)": "1.40", "Дата выпуска": "2026-03-01",
    }  # fmt: skip
    assert (goods["5300001"]["parameters"], goods["5100003"].get("parameters", [])) == ([["Шумоподавление", "yes"]], [])
    assert (goods["5100001"]["price"], goods["5100001"]["price_rrc"]) == (9_900_000, 10_599_000)


def test_categories_and_prices_are_those_that_were_meant(world: World, shop: Person) -> None:
    named = ["category-by-name.yaml", "float-prices-category-by-name.yaml", "duplicate-ids.yaml"]
    found = {}
    for name in named:
        world.drop(shop.shop_id, (SAMPLES / name).read_bytes(), name)
        found[name] = {ext_id: (good["category"], good["price"]) for ext_id, good in kept(shop).items()}
    assert found == {
        "category-by-name.yaml": {
            "5100001": ("Смартфоны", 10_400_000), "5100002": ("Смартфоны", 6_100_000),
            "5100020": ("Аксессуары", 79_000),
        },
        "float-prices-category-by-name.yaml": {
            "ladoga/l9-max512gold": ("Смартфоны", 10_100_000), "ladoga/l9-256red": ("Смартфоны", 5_800_050),
            "zvon/tws": ("Наушники", 99),
        },
        "duplicate-ids.yaml": {"5100001": ("Смартфоны", 10_400_000), "5100002": ("Товары для дома", 65_000)},
    }  # fmt: skip


@each_list
def test_every_list_comes_back_unchanged_from_every_export(world: World, shop: Person, path: Path) -> None:
    first = shop.imported(world.drop(shop.shop_id, path.read_bytes(), path.name))
    before = kept(shop)
    assert first["counts"]["created"] == len(before) > 0
    for file_format in COMING_BACK:
        file = exported(shop, format=file_format)
        again = shop.imported(world.drop(shop.shop_id, file, f"again.{file_format}"))
        assert (again["status"], again["errors"]) == ("unchanged", []), file_format
        told_of = {name: count for name, count in again["counts"].items() if count}
        assert told_of == dict.fromkeys(("read", "ok", "unchanged"), len(before)), file_format
        assert kept(shop) == before, file_format
