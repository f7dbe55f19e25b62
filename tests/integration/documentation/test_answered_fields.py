"""Every field that the description names is answered: the other way round, every test of this folder's siblings looks.

``require_described`` refuses an answer with a key that its description lacks, in every integration test. Here one story
makes the service answer each described field at least once, so none is described that is not there.
"""

from pathlib import Path
from typing import Any

import pytest

from chalicelib.models.mails import Mail
from chalicelib.notifications.feedback import take
from tests.integration.catalogue.search.engines import build
from tests.integration.catalogue.search.function import Function
from tests.integration.described import Field, described_fields, fields_of, require_described
from tests.integration.notifications.notices import notice
from tests.integration.pricelists.sheets import rows, workbook
from tests.integration.world import Answer, World, good, price_list

# Only answers of some megabytes have these: tests of such orders look at them (test_fitting, test_large_orders).
LARGE = {"shortened", "LargeAnswerRefusal"}
DAY = "2026-11-23T00:00:00Z"
PARAMETERS = {"Цвет": "золотистый"}
BARCODE = "4601234567893"


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> set[Field]:
    """The described fields of all answers from now on."""
    found: set[Field] = set()

    def look(method: str, path: str, status: int, body: Any) -> None:
        require_described(method, path, status, body)
        found.update(fields_of(method, path, status, body))

    monkeypatch.setattr("tests.integration.world.calls.require_described", look)
    return found


class Story:
    """Everything that people do with the service, once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.admin = world.person("admin@us.example", "administrator")
        self.buyer = world.person("buyer@b.example")
        self.shop = world.importing_shop(
            "shop@s.example",
            good(1, price_rrc=120, parameters=PARAMETERS),
            *(good(number, gtin=BARCODE if number > 10 else "") for number in range(2, 13)),
        )
        self.second = world.importing_shop("second@s.example", good(1))

    def sells(self, *goods: dict[str, Any]) -> None:
        self.world.drop(self.second.shop_id, price_list(*goods))

    def order(self, *rows: tuple[int, int]) -> dict[str, Any]:
        assert self.buyer.add(*rows).status == 200
        self.basket_id = self.buyer.basket()["id"]
        return dict(self.buyer.get(f"/order/{self.place().body['id']}").body)

    def accounts(self) -> None:
        self.world.register("new@b.example")
        assert self.world.call("POST", "/user/password_reset", {"email": "new@b.example"}).status == 200
        self.buyer.contact()
        self.buyer.get("/user/contact")
        assert self.buyer.post("/user/details", {"email": "other@b.example"}).status == 200
        assert self.buyer.get("/user/details").body["email_pending"] == "other@b.example"
        self.buyer.delete("/user/contact", {"items": "1"})
        self.world.pump()

    def catalogue(self) -> None:
        for path in ("/shops", "/categories", "/products", "/products?limit=1", "/openapi.json"):
            assert self.buyer.get(path).status == 200
        assert self.buyer.get("/products?sort=price").body["code"] == "sort_unavailable"
        assert self.buyer.get(f"/products/{self.shop.sells(1)}").body["offers"]

    def searches(self, directory: Path) -> None:
        build()
        engine = Function(directory).engine()
        with pytest.MonkeyPatch.context() as searching:
            searching.setattr("chalicelib.catalogue.search.choice.engine", lambda: engine)
            assert self.buyer.get("/products?q=товвар&facets=category,shop,param&limit=1").body["corrected"]

    def price_lists(self) -> None:
        shop, world = self.shop, self.world
        report = shop.imported(world.drop(shop.shop_id, price_list(good(1, price="x"), *map(good, range(2, 13)))))
        assert report["files"]
        for path in ("/partner/imports", "/partner/imports?limit=1", "/partner/source"):
            assert shop.get(path).status == 200
        assert shop.post("/partner/uploads").status == 201
        waiting = world.drop(shop.shop_id, price_list(good(2, price=900), good(3, name="Иное"), category="Новая"))
        assert all(shop.imported(waiting)["examples"].values())
        assert shop.get(f"/partner/imports/{waiting}/changes").body["file"]
        stale = shop.post(f"/partner/imports/{waiting}/approve", {"question": "another"})
        assert stale.body["code"] == "question_changed"
        assert shop.post(f"/partner/imports/{waiting}/reject").status == 200
        assert shop.post(f"/partner/imports/{waiting}/reject").body["code"] == "review_over"
        table = world.drop(shop.shop_id, workbook(*rows(2), ("А-3", "", "", "x", "-1")), "list.xlsx")
        assert any(row["errors"] for row in shop.imported(table)["preview"]["rows"])
        words = {"available": 1, "absent": 0, "on_order": 0, "blank": 0}
        column = {"label": "Артикул", "letter": "A", "field": "model"}
        settled = shop.put("/partner/pricelist-format", {"stock": words, "columns": [column]})
        assert settled.body["understood"]["import_id"] == table
        assert shop.put("/partner/pricelist-format", {"version": 0}).body["code"] == "format_changed"
        assert shop.post("/partner/update/url", {"url": "https://lists.example/x.yaml"}).status == 200

    def baskets(self) -> None:
        buyer, second = self.buyer, self.second
        offer = second.sells(1)
        assert buyer.post("/basket", {"items": [{}] * 200}).body["more_errors"] == 300
        entries = [{"product_info": offer, "quantity": 1}, {"quantity": 1}, {"product_info": offer, "quantity": 99}]
        assert buyer.post("/basket/items", {"items": entries}).body["added"] == 1
        self.codes()
        self.sells(good(1, price=150))
        assert buyer.put("/basket", {"items": [{"id": offer, "quantity": 2}]}).status == 200
        assert self.buyer.post("/order", {"id": buyer.basket()["id"], "contact": buyer.contact()}).status == 200
        buyer.add((offer, 2))
        self.basket_id = buyer.basket()["id"]
        self.sells(good(1, price=200, quantity=10))
        assert self.place().body["code"] == "price_changed"
        assert buyer.basket()["ordered_items"][0]["price_was"] == 150
        second.post("/partner/delivery", {"price": 900, "free_from": 5000, "min_order": 7000})
        assert {one["reason"] for one in self.place().body["shops"]} == {"delivery", "minimum"}
        self.sells(good(1, price=200, quantity=1))
        assert buyer.basket()["ordered_items"][0]["problem"]
        assert self.place().body["code"] == "rows_refused"
        second.post("/partner/delivery", {"price": 0, "min_order": 0})
        self.sells(good(1, price=90, quantity=10))
        assert self.place().body["price_falls"]
        assert buyer.delete("/basket", {"items": [1]}).status == 200

    def codes(self) -> None:
        lines = [{"code": BARCODE, "quantity": 1}] * 2
        assert self.buyer.post("/basket/items", {"items": lines, "dry_run": True}).body["results"][0]["candidates"]
        assert self.buyer.post("/basket/items", {"items": lines, "choose": "cheapest"}).body["added"] == 2
        assert self.buyer.delete("/basket", {"items": [self.shop.sells(number) for number in (11, 12)]}).status == 200

    def terms(self) -> None:
        buyer, offer, usual = self.buyer, self.second.sells(1), {"price": 90, "quantity": 90}
        self.sells(good(1, **usual, unit="шт"))
        buyer.add((offer, 12))
        self.basket_id = buyer.basket()["id"]
        self.sells(good(1, **usual, unit="упак", name="Булки"))
        refused = self.place().body
        assert (refused["rows"][0]["reason"], len(refused["renamed"])) == ("unit", 1)
        assert buyer.basket()["ordered_items"][0]["unit_was"] == "шт"
        self.sells(good(1, **usual, unit="упак", min_quantity=2, step_quantity=2, max_quantity=40))
        assert self.place().body["rows"][0]["reason"] == "quantities"
        assert buyer.basket()["ordered_items"][0].keys() >= {
            "min_quantity_was",
            "step_quantity_was",
            "max_quantity_was",
        }
        called = {"unit": "упак", "min_quantity": 2, "step_quantity": 2, "max_quantity": 40, "model": "other"}
        self.sells(good(1, **{**usual, **called, "name": "Иначе"}))
        assert buyer.basket()["ordered_items"][0].keys() >= {"name_was", "model_was"}
        self.sells(good(1, **{**usual, **called, "name": "Ещё иначе"}))
        placed = self.place().body
        assert placed["renamed"]
        other = {"id": self.basket_id, "contact": buyer.contact()}
        assert buyer.post("/order", other).body["code"] == "contact_differs"
        assert buyer.post(f"/order/{placed['id']}/cancel").status == 200
        assert self.place().body["code"] == "order_canceled"
        self.sells(good(1, **usual))

    def place(self) -> Answer:
        """Order without a look at the basket, which would accept its prices."""
        contact = self.buyer.get("/user/contact").body[0]["id"]
        return self.buyer.post("/order", {"id": self.basket_id, "contact": contact})

    def orders(self) -> None:
        buyer, shop = self.buyer, self.shop
        order = self.order((shop.sells(2), 3), (shop.sells(3), 1))
        path = f"/partner/orders/{order['id']}"
        less = {"items": [{"id": shop.sells(2), "quantity": 2, "reason": "Нет"}]}
        assert shop.post(f"{path}/rows", {**less, "version": 1}).status == 200
        assert shop.post(f"{path}/rows", {**less, "version": 1}).body["code"] == "part_changed"
        more = {"items": [{"id": shop.sells(2), "quantity": 9, "reason": "Есть"}]}
        assert shop.post(f"{path}/rows", more).body["code"] == "rows_refused"
        for state in ("sent", "confirmed"):
            assert shop.post("/partner/orders/state", {"orders": [order["id"]], "state": state}).status == 200
        for state in ("assembled", "sent"):
            assert shop.post(f"{path}/state", {"state": state}).status == 200
        assert shop.post(f"{path}/rows", less).body["code"] == "change_refused"
        arrived = {"shop": shop.shop_id, "items": [{"id": shop.sells(2), "quantity": 1, "reason": "Бой"}]}
        assert buyer.post(f"/order/{order['id']}/receipt", arrived).status == 200
        self.world.pump()
        for one in ("", f"/{order['id']}", "?limit=1", f"/{order['id']}/documents"):
            assert buyer.get(f"/order{one}").status == 200
            assert shop.get(f"/partner/orders{one}").status == 200
            assert self.admin.get(f"/admin/orders{one}").status == 200
        late = buyer.post(f"/order/{order['id']}/receipt", {"shop": shop.shop_id, "rest": True, "version": 0})
        assert late.body["code"] == "receipt_changed"
        assert buyer.post(f"/order/{order['id']}/received").status == 200
        assert buyer.post(f"/order/{order['id']}/cancel").body["code"] == "move_refused"
        assert buyer.post(f"/order/{order['id']}/repeat").body["added"] == 2
        canceled = self.order((self.second.sells(1), 3))
        assert buyer.post(f"/order/{canceled['id']}/cancel", {"reason": "Передумали"}).status == 200
        moved = self.order((self.second.sells(1), 1))
        self.sells(good(1, quantity=2))
        again = buyer.post(f"/order/{canceled['id']}/repeat").body
        assert again["results"][-1]["nearest"] == [2]
        assert self.world.move(moved["id"], "confirmed", self.admin.token).status == 200
        self.world.pump()

    def lists(self) -> None:
        buyer, offer = self.buyer, {"product_info": self.shop.sells(3), "quantity": 99}
        made = buyer.post("/lists", {"name": "Мой", "items": [offer]}).body
        path = f"/lists/{made['id']}"
        assert buyer.get("/lists").body[0]["lines"] == 1
        assert buyer.get(path).body["items"][0]["problem"]
        assert buyer.put(path, {"name": "Твой", "version": 1}).status == 200
        assert buyer.post(f"{path}/items", {"items": [offer], "version": 1}).body["code"] == "list_changed"
        assert buyer.post(f"{path}/basket").status == 200
        assert buyer.delete(f"{path}/items", {"items": [offer["product_info"]]}).status == 200
        assert buyer.delete(path).status == 200
        assert buyer.get("/order/usual").body["results"]

    def exports(self) -> None:
        asked = {"format": "csv", "from": DAY, "to": "2027-11-23", "state": "new"}
        asked |= {"shop": self.shop.shop_id, "buyer": self.buyer.user_id}
        export = self.admin.post("/admin/exports", asked).body["export_id"]
        self.world.pump()
        for path in (f"/admin/exports/{export}", "/admin/exports", "/admin/exports?limit=1"):
            assert self.admin.get(path).status == 200

    def shops(self) -> None:
        shop, admin = self.shop, self.admin
        for path in ("/partner/state", "/partner/delivery"):
            assert shop.get(path).status == 200
        assert admin.get(f"/admin/shops/{shop.shop_id}").body["owner"]
        assert admin.get("/admin/shops").body["results"]
        assert admin.post(f"/admin/shops/{shop.shop_id}/state", {"state": "off", "reason": "Спор"}).status == 200
        assert shop.post("/partner/state", {"state": "on"}).body["code"] == "shop_closed"

    def users(self) -> None:
        admin, user = self.admin, f"/admin/users/{self.buyer.user_id}"
        bounced = next(
            mail for mail in Mail.scan(Mail.pk.startswith("MAIL#")) if self.buyer.email in (mail.sent_to or [])
        )
        take(notice(bounced, "Bounce"))
        assert admin.get("/admin/users?email=new@b.example").body["results"]
        assert admin.get(user).body["mail_quiet"]
        for change in ("mail/allow", "block", "unblock"):
            assert admin.post(f"{user}/{change}").status == 200
        assert admin.get(f"/admin/mails/{bounced.mail_id}").body["feedback"]
        again = admin.post(f"/admin/mails/{bounced.mail_id}/resend").body["id"]
        assert admin.post(f"/admin/mails/{again}/resend").body["code"] == "mail_not_resendable"
        assert admin.post("/admin/mails/resend").status == 200

    def mails(self) -> None:
        spread = next(mail for mail in Mail.scan(Mail.pk.startswith("MAIL#")) if mail.recipient == "shops")
        assert self.admin.get(f"/admin/mails/{spread.mail_id}").body["about"]["shops"]
        cursor: str | None = ""
        while cursor is not None:
            cursor = self.admin.get(f"/admin/mails?limit=100&cursor={cursor}").body["next"]

    def categories(self) -> None:
        admin = self.admin
        self.world.drop(self.second.shop_id, price_list(good(1), category="Чехлы"))
        ids = {one["name"]: one["id"] for one in admin.get("/categories").body["results"]}
        first, second = (f"/admin/categories/{ids[name]}" for name in ("Смартфоны", "Чехлы"))
        assert admin.post(f"{second}/rename", {"name": "Смартфоны"}).body["code"] == "category_taken"
        assert admin.post(f"{second}/rename", {"name": "Чехлы и сумки"}).status == 200
        assert admin.post(f"{second}/merge", {"into": first.rpartition("/")[2]}).status == 202
        synonyms = {"version": 0, "groups": [{"words": ["чехол", "сумка"]}]}
        assert admin.put("/admin/synonyms", synonyms).body == admin.get("/admin/synonyms").body
        assert admin.put("/admin/synonyms", synonyms).body["code"] == "synonyms_changed"

    def failure(self) -> None:
        assert self.admin.get("/admin/mails/1").status == 404
        with pytest.MonkeyPatch.context() as broken:
            broken.setattr("chalicelib.handlers.accounts.details_body", None)
            assert self.admin.get("/user/details").status == 500


def test_every_described_field_is_answered(world: World, seen: set[Field], tmp_path: Path) -> None:
    story = Story(world)
    story.accounts()
    story.catalogue()
    story.searches(tmp_path)
    for part in (story.baskets, story.terms, story.orders, story.lists, story.exports, story.price_lists, story.shops):
        part()
    for part in (story.users, story.categories, story.mails, story.failure):
        part()
    missing = [one for one in described_fields() - seen if not LARGE.intersection(one)]
    assert not missing, sorted(missing)


def test_a_described_field_is_found_wherever_it_stands() -> None:
    details = {"id": 1, "contacts": [{"id": 2, "unknown": 3}]}
    found = {("AccountDetails", "id"), ("AccountDetails", "contacts"), ("Contact", "id")}
    assert fields_of("GET", "/user/details", 200, details) == found
