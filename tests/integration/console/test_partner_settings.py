"""A supplier's settings, each form by itself, and how its tables are read."""

from tests.integration.console.browser import Browser
from tests.integration.world import World, good

TABLE = "Арт.;Наименование;Раздел;Опт;Розница;Остаток\n" + "".join(
    f"a{i};Товар {i};Кабели;{i}00;{i}50;много\n" for i in range(1, 4)
)


def test_a_supplier_sets_orders_delivery_schedule_files_and_columns(world: World, browser: Browser) -> None:
    shop = world.shop("shop@a.example", good(1))
    browser.holding(shop.token)
    page = browser.get("partner/settings")
    wrong = browser.send(page, "partner/settings/state", reason="Учёт", until="2001-01-01T10:00")
    assert (wrong.status, wrong.form("partner/settings/state").fields["reason"]) == (400, "Учёт")
    closed = browser.send(wrong, "partner/settings/state", until="2099-01-01T10:00")
    assert "Откроется 01.01.2099" in closed.words
    assert "не принимает заказы" in browser.get("").words
    opened = browser.send(closed, "partner/settings/state")
    assert shop.get("/partner/state").body["state"] is True

    refused = browser.send(opened, "partner/settings/delivery", price="дорого", free_from="5000")
    assert (refused.status, refused.form("partner/settings/delivery").fields["free_from"]) == (400, "5000")
    saved = browser.send(refused, "partner/settings/delivery", price="350.50", min_order="1000")
    assert shop.get("/partner/delivery").body == {"price": 350.5, "free_from": 5000, "min_order": 1000}
    assert saved.form("partner/settings/delivery").fields["price"] == "350.50"
    cleared = browser.send(saved, "partner/settings/delivery", free_from="", min_order="")
    assert shop.get("/partner/delivery").body == {"price": 350.5, "free_from": None, "min_order": 0}
    scheduled = browser.send(cleared, "partner/settings/source", url="https://a.example/list.csv", every_hours="6")
    assert "Следующее скачивание" in scheduled.words
    browser.send(scheduled, "partner/settings/exports", content="goods.csv")
    assert shop.get("/partner/exports").body[0]["format"] == "csv"

    world.drop(shop.shop_id, TABLE.encode(), "list.csv")
    table = browser.get("partner/format")
    assert "Розница" in table.words
    fields = table.form("partner/format").fields
    place = next(name.partition(".")[2] for name, value in fields.items() if value == "Опт")
    wrong = browser.send(table, "partner/format", header_row="x", **{f"column.{place}": "price"})
    assert wrong.status == 400
    assert wrong.form("partner/format").fields[f"column.{place}"] == "price"
    browser.send(wrong, "partner/format", header_row="", **{"stock.available": "5"})
    stored = shop.get("/partner/pricelist-format").body
    assert [(one["label"], one["field"]) for one in stored["columns"]] == [("Опт", "price")]
    assert (stored["stock"], stored["version"]) == ({"available": 5}, 1)
    stale = browser.send(wrong, "partner/format", header_row="2")
    assert (stale.status, stale.form("partner/format").fields["version"]) == (409, "1")
