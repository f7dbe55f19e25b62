"""What a review shows: goods by name, 50 of each kind by call, and all of them in a workbook."""

import io
from typing import Any

import openpyxl

from chalicelib.models.imports import Import
from chalicelib.pricelists import changes
from tests.integration.pricelists.sheets import stored_file
from tests.integration.world import World, good, price_list, stored_import

MANY = [good(number) for number in range(1, 61)]


def changed(number: int) -> dict[str, Any]:
    """Every price moves, each by another share; one good is renamed."""
    return good(number, price=100 + number * 10, **({"name": "Иное"} if number == 3 else {}))


def test_fifty_changes_of_each_kind_are_answered_and_all_are_in_the_workbook(world: World) -> None:
    shop = world.importing_shop("shop@a.example", *MANY)
    buyer = world.person("buyer@b.example")
    buyer.order((shop.sells(60), 3), (shop.sells(59), 1), (shop.sells(1), 2))
    listed = price_list(*map(changed, range(1, 53)), good(61, category=2))
    listed["categories"].append({"id": 2, "name": "Новая"})
    import_id = world.drop(shop.shop_id, listed) or 0
    path = f"/partner/imports/{import_id}"
    report, found = shop.get(path).body, shop.get(f"{path}/changes").body
    assert report["status"] == "needs_review"
    assert found["totals"] == {"prices": 52, "names": 1, "vanishing": 8, "categories": 1, "sales": 600}
    assert [one["percent"] for one in found["prices"]] == [number * 10 for number in range(52, 2, -1)]
    assert report["examples"]["prices"] == found["prices"][:10]
    assert [(one["id"], one["sold"]) for one in found["vanishing"]][:2] == [("60", 3), ("59", 1)]
    assert found["names"] == [{"id": "3", "was": "Товар 3", "now": "Иное"}]
    assert found["categories"] == report["examples"]["categories"] == [{"name": "Новая", "goods": 1}]
    assert found["file"]["name"] == report["files"]["changes"]["name"] == f"changes-{import_id}.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(stored_file(stored_import(import_id).examples["workbook"])))
    assert {sheet.title: sheet.max_row - 1 for sheet in book.worksheets} == {
        "Цены": 52,
        "Уходят с продажи": 8,
        "Названия": 1,
        "Новые категории": 1,
    }
    assert [cell.value for cell in book["Цены"][2]] == ["1", "Товар 1", 100, 110, 10]
    mail = next(each["text"] for each in world.mails() if "/review?" in each["text"])
    assert "за 30 дней заказано 3" in mail
    assert "(+520 %)" in mail
    admin = world.person("admin@a.example", "administrator")
    assert admin.get(f"/admin/imports/{import_id}/changes").body["totals"] == found["totals"]


def test_without_a_snapshot_the_goods_on_sale_are_compared(world: World) -> None:
    shop = world.shop("shop@a.example", *MANY[:12])
    import_id = world.drop(shop.shop_id, price_list(*map(changed, range(1, 13)))) or 0
    record = stored_import(import_id)
    first = changes.keep(record, {**record.plan, "replaces": None}, "ru")
    assert [one["now"] for one in first["prices"]] == [100_00 + number * 10_00 for number in range(12, 2, -1)]
    assert len(first["names"]) == 1


def test_an_import_that_waited_before_there_were_files_shows_what_it_has(world: World) -> None:
    shop = world.shop("shop@a.example", *MANY[:12])
    import_id = world.drop(shop.shop_id, price_list(*MANY[:3])) or 0
    kept = {"prices": [{"id": "1", "name": "A", "was": 100, "now": 200}], "names": [], "vanishing": []}
    stored_import(import_id).update(actions=[Import.examples.set(kept)])
    found = shop.get(f"/partner/imports/{import_id}/changes").body
    assert (found["prices"], found["file"]) == ([{"id": "1", "name": "A", "was": 1, "now": 2}], None)
    assert found["totals"]["prices"] == 1
