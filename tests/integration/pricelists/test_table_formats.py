"""Tables of suppliers: shown once, approved once, settled for good, and read alike by all attempts at an import."""

import html
from typing import Any

import pytest

from chalicelib.models.imports import Import
from chalicelib.models.sources import PricelistFormat
from chalicelib.pricelists import table_formats
from tests.integration.calls import Died, meanwhile
from tests.integration.pricelists.reviews import mailed_link
from tests.integration.pricelists.sheets import HEADER, dry_run, left, rows, stored_file, table, workbook
from tests.integration.world import Person, World, stored_import

TWO_PRICES = ("Артикул", "Наименование", "Опт", "Розница", "Остаток")
OFTEN = [(f"А-{number}", f"Чашка {number}", 100 + number, 150 + number, 5) for number in range(1, 13)]
FORMAT = "/partner/pricelist-format"


@pytest.fixture
def supplier(world: World) -> Person:
    return world.person("shop@a.example", "shop")


def dropped(world: World, shop: Person, file: bytes, name: str = "list.xlsx") -> Any:
    import_id = world.drop(shop.shop_id, file, name)
    return shop.imported(import_id)


def approved(world: World, shop: Person, report: Any) -> Any:
    assert shop.post(f"/partner/imports/{report['id']}/approve").status == 200
    world.pump()
    return shop.imported(report["id"])


def test_a_table_of_a_new_shape_waits_for_its_shop_with_what_was_understood_beside_the_cells(
    world: World, supplier: Person
) -> None:
    admin = world.person("admin@a.example", "administrator")
    mails = len(world.mails())
    report = dropped(world, supplier, table(12))
    assert (report["status"], report["review_by"]) == ("needs_review", "shop")
    assert report["errors"][0]["code"] == "columns_new"
    preview = report["preview"]
    assert [(each["letter"], each["role"]) for each in preview["tables"][0]["columns"] if not each["understood"]] == [
        ("C", "parameter")
    ]
    assert (len(preview["rows"]), preview["rows"][0]["line"], preview["approve"]) == (10, 3, True)
    fields = {each["field"]: (each["value"], each["column"], each["cell"]) for each in preview["rows"][0]["fields"]}
    assert fields["price"] == ("101", "D", "101 руб.")
    assert fields["quantity"] == ("10", "E", ">10")
    assert fields["category"] == ("Без категории", None, None)
    page = html.unescape(world.call("GET", f"/{mailed_link(world, supplier.email)}").body)
    mail = world.mails()[-1]
    assert admin.email not in {to for each in world.mails()[mails:] for to in each["to"]}
    for shown in (page, mail["text"], html.unescape(mail["html"])):
        assert "C «Цвет упаковки»: белый → характеристика товара" in shown
        assert "101 руб." in shown


def test_an_approved_shape_is_not_asked_about_again_until_it_changes(world: World, supplier: Person) -> None:
    assert approved(world, supplier, dropped(world, supplier, table(12)))["status"] == "done"
    assert supplier.get(FORMAT).body["approved"] == 1
    assert dropped(world, supplier, table(12, price=101))["status"] == "done"
    renamed = workbook(*rows(12, price=101), header=[*HEADER[:2], "Вид", *HEADER[3:]], sheet="Прайс 29.11")
    assert dropped(world, supplier, renamed)["status"] == "needs_review"


def test_the_link_of_the_mail_approves_the_shape_too(world: World, supplier: Person) -> None:
    report = dropped(world, supplier, table(12))
    path, _, token = mailed_link(world, supplier.email).partition("?token=")
    body = {"token": token.partition("&")[0], "decision": "approve"}
    assert world.call("POST", "/" + path, body).status == 200
    assert world.call("POST", "/" + path, body).status == 400
    world.pump()
    assert supplier.imported(report["id"])["status"] == "done"
    assert dropped(world, supplier, table(12, price=101))["status"] == "done"


def test_a_rejected_shape_is_asked_about_again(world: World, supplier: Person) -> None:
    report = dropped(world, supplier, table(12))
    assert supplier.post(f"/partner/imports/{report['id']}/reject").status == 200
    assert dropped(world, supplier, table(12))["status"] == "needs_review"


def test_tables_with_our_own_columns_and_files_of_refused_rows_never_ask(world: World, supplier: Person) -> None:
    ours = workbook(("1", "Посуда", "Чашка", 10, 5), header=("id", "category", "name", "price", "quantity"))
    assert dropped(world, supplier, ours)["status"] == "done"
    assert dropped(world, supplier, b"id;category;name;price;quantity\n2;A;B;10;5\n", "a.csv")["status"] == "done"
    mixed = dropped(world, supplier, workbook(*rows(11), ("А-12", "Чашка 12", "", "дорого", 1)))
    report = approved(world, supplier, mixed)
    assert report["status"] == "done_with_errors"
    refused = stored_file(stored_import(report["id"]).refused_key or "")
    supplier_report = dropped(world, supplier, refused)
    assert (supplier_report["status"], supplier_report["mode"]) == ("failed", "merge")  # the row is still wrong
    assert supplier_report["errors"][0]["code"] == "price_not_number"


def test_a_dry_run_shows_the_same_and_keeps_nothing(world: World, supplier: Person) -> None:
    real = dropped(world, supplier, table(12))
    dry = dry_run(world, supplier, table(12))
    assert (dry["status"], dry["review_by"]) == ("planned", "shop")
    assert (dry["preview"], dry["examples"]) == (real["preview"], real["examples"])
    assert supplier.get(FORMAT).body["approved"] == 0
    assert dropped(world, supplier, table(12))["status"] == "needs_review"


def test_with_several_prices_the_shop_chooses_once(world: World, supplier: Person) -> None:
    two = workbook(*OFTEN, header=TWO_PRICES)
    report = dropped(world, supplier, two)
    assert (report["status"], report["errors"][0]["code"]) == ("failed", "prices_unclear")
    assert "partner/pricelist-format" in report["errors"][0]["message"]
    asked = report["preview"]["tables"][0]
    assert asked["prices"] == ["C", "D"]
    assert asked["columns"][2]["examples"] == ["101", "102", "103"]
    assert "C «Опт»: 101, 102, 103" in world.mails()[-1]["text"]
    known = supplier.get(FORMAT).body
    assert known["understood"] == {"import_id": report["id"], "tables": report["preview"]["tables"]}
    set_ = supplier.put(FORMAT, {"version": known["version"], "price_type": "Опт", "stock": {"blank": 0}})
    assert (set_.status, set_.body["version"], set_.body["price_type"]) == (200, 1, "Опт")
    assert dropped(world, supplier, two)["status"] == "done"
    assert supplier.offer("А-1").price == 101_00


def test_a_shop_that_chooses_may_ask_to_see_the_next_list_first(world: World, supplier: Person) -> None:
    two = workbook(*OFTEN, header=TWO_PRICES)
    dropped(world, supplier, two)
    chosen = [{"letter": "d", "label": "Розница", "field": "price"}]
    assert supplier.put(FORMAT, {"columns": chosen, "review": True}).body["columns"][0]["letter"] == "D"
    report = dropped(world, supplier, two)
    assert (report["status"], report["preview"]["version"]) == ("needs_review", 1)
    assert approved(world, supplier, report)["status"] == "done"
    assert supplier.offer("А-1").price == 151_00


def test_settings_of_stock_mode_and_columns_count(world: World, supplier: Person) -> None:
    supplier.put(FORMAT, {"mode": "merge", "stock": {"available": 7}, "columns": [{"letter": "C", "field": "gtin"}]})
    row = ("А-1", "Чашка", "4601234567893", 100, "есть")
    report = approved(world, supplier, dropped(world, supplier, workbook(row, *rows(12)[1:])))
    assert report["mode"] == "merge"
    offer = supplier.offer("А-1")
    assert (offer.quantity, offer.gtin) == (7, "4601234567893")


def test_refused_rows_of_columns_that_only_their_letters_name_come_back(world: World, supplier: Person) -> None:
    supplier.put(FORMAT, {"columns": [{"letter": "A", "field": "id"}]})
    header = ("", *HEADER[1:])
    report = approved(
        world, supplier, dropped(world, supplier, workbook(*rows(11), ("X-1", "B", "", "y", 1), header=header))
    )
    assert (report["status"], report["counts"]["errors"]) == ("done_with_errors", 1)
    again = dropped(world, supplier, stored_file(stored_import(report["id"]).refused_key or ""))
    assert ("price_not_number", "X-1") in [(each["code"], each["id"]) for each in again["errors"]]


def test_what_was_shown_is_applied_whatever_is_settled_before_the_approval(world: World, supplier: Person) -> None:
    dropped(world, supplier, workbook(*OFTEN, header=TWO_PRICES))
    supplier.put(FORMAT, {"price_type": "Опт", "review": True})
    report = dropped(world, supplier, workbook(*OFTEN, header=TWO_PRICES))
    supplier.put(FORMAT, {"price_type": "Розница", "review": True})
    assert supplier.imported(report["id"])["preview"] == report["preview"]
    assert approved(world, supplier, report)["status"] == "done"
    assert supplier.offer("А-1").price == 101_00
    # The shape that was approved is that of the old choice.
    assert dropped(world, supplier, workbook(*OFTEN, header=TWO_PRICES))["status"] == "needs_review"


def test_a_plan_that_is_made_again_after_its_approval_reads_the_file_as_it_was_shown(
    world: World, supplier: Person
) -> None:
    supplier.put(FORMAT, {"price_type": "Опт", "review": True})
    report = dropped(world, supplier, workbook(*OFTEN, header=TWO_PRICES))
    supplier.put(FORMAT, {"price_type": "Розница", "review": True})
    record = stored_import(report["id"])
    record.update(actions=[Import.plan.set({**record.plan, "base": "2026-11-01T00:00:00.000Z#1"})])
    again = approved(world, supplier, report)
    assert (again["status"], again["preview"]["version"]) == ("done", 1)
    assert again["preview"]["rows"] == report["preview"]["rows"]
    assert supplier.offer("А-1").price == 101_00


def test_all_attempts_at_an_import_use_the_settings_of_the_first(world: World, supplier: Person) -> None:
    supplier.put(FORMAT, {"price_type": "Опт", "review": True})
    import_id = left(world, supplier, workbook(*OFTEN, header=TWO_PRICES))

    def killed_by_another_choice() -> None:
        supplier.put(FORMAT, {"price_type": "Розница", "review": True})
        raise Died

    with pytest.raises(Died), meanwhile("TransactWriteItems", killed_by_another_choice):
        world.run_import(import_id)
    assert supplier.get(FORMAT).body["version"] == 2
    world.run_import(import_id)
    report = supplier.imported(import_id)
    assert (report["status"], report["preview"]["version"]) == ("needs_review", 1)
    prices = [each for each in report["preview"]["rows"][0]["fields"] if each["field"] == "price"]
    assert prices[0]["value"] == "101"


def test_of_two_changes_of_the_same_version_one_is_stored(supplier: Person) -> None:
    outcome: list[int] = []
    first = {"version": 0, "no_stock": 1}
    with meanwhile("UpdateItem", lambda: outcome.append(supplier.put(FORMAT, first).status)):
        late = supplier.put(FORMAT, {"version": 0, "no_stock": 2})
    assert (outcome, late.status, late.body["code"], late.body["version"]) == ([200], 409, "format_changed", 1)
    assert supplier.get(FORMAT).body["no_stock"] == 1
    # Without a version the last one counts, as a whole.
    assert supplier.put(FORMAT, {"mode": "merge"}).body["no_stock"] == 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"columns": [{"field": "price"}]}, "columns.0"),
        ({"columns": [{"label": "A", "field": "prices"}]}, "columns.0.field"),
        ({"columns": [{"letter": "1", "field": "price"}]}, "columns.0.letter"),
        ({"header_row": 0}, "header_row"),
        ({"stock": {"available": -1}}, "stock.available"),
        ({"stock": "x"}, "stock"),
        ({"mode": "append"}, "mode"),
        ({"version": True}, "version"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name(supplier: Person, body: dict[str, Any], field: str) -> None:
    answer = supplier.put(FORMAT, body)
    assert (answer.status, list(answer.body["Errors"])) == (400, [field])


def test_shapes_are_bounded(supplier: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_formats, "MAX_SHAPES", 2)
    stored = PricelistFormat.at(supplier.shop_id)
    stored.update(actions=[PricelistFormat.shapes.set({"a", "b"})])
    stored.update(actions=[table_formats._remembered(supplier.shop_id, {"c"})])
    assert table_formats.format_of(supplier.shop_id).shapes == {"c"}
