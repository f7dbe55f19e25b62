"""Clients written for the published calls play their whole story, each in its own encoding and style of path."""

import os
import secrets
from typing import Any

import pytest

from infra.demo import wait_for
from tests.e2e.clients import Client, Fields, JsonClient, MultipartClient, UrlencodedClient, holds, is_id
from tests.e2e.conftest import RunningStack
from tests.e2e.service import Service, good, price_list

OK, DONE = {"Status": True}, {"status": "OK"}
PASSWORD, NEW_PASSWORD = "qwer1234A", "qwer1234Б"
PERSON = {"first_name": "Мария", "last_name": "Лисова", "company": "ООО Ёлка", "position": "менеджер"}
ADDRESS = {"city": "Тверь", "street": "Садовая ул. 40", "phone": "+79000000000"}
PLACE = {**ADDRESS, "house": "7", "structure": "2", "building": "3", "apartment": "123"}
PRODUCT = ("id", "model", "product", "quantity", "price", "price_rrc", "product_parameters", "shop")
ORDER = ("id", "ordered_items", "state", "dt", "total_sum", "contact")


CLIENTS: list[type[Client]] = [MultipartClient, JsonClient, UrlencodedClient]
# Each client in one style of path by day, in both at night: between them every call is made in both.
STORIES = [
    pytest.param(kind, slash, id=f"{kind.__name__}-{'slash' if slash else 'plain'}")
    for place, kind in enumerate(CLIENTS)
    for slash in ("", "/")
    if os.environ.get("NIGHTLY") == "1" or bool(slash) == bool(place % 2)
]


@pytest.mark.parametrize(("kind", "slash"), STORIES)
def test_a_client_of_the_published_calls_needs_no_change(stack: RunningStack, kind: type[Client], slash: str) -> None:
    story = Story(Service(stack), kind, slash)
    shop, buyer = story.join("shop"), story.join("buyer")
    for client in (shop, buyer):
        story.describes_itself(client)
        story.forgets_its_password(client)
    contact = [story.keeps_contacts(client) for client in (shop, buyer)][-1]
    story.opens_and_closes(shop)
    goods = story.sells(shop)
    story.looks_around(shop)
    basket = story.fills_its_basket(buyer, goods)
    order = story.orders(buyer, basket, contact)
    story.sees_its_part(shop, order)


class Story:
    """What a shop and a buyer do, in the order of the published collection."""

    def __init__(self, service: Service, kind: type[Client], slash: str) -> None:
        self.service, self.kind, self.slash = service, kind, slash
        self.name = secrets.token_hex(4)

    def join(self, role: str) -> Client:
        client = self.kind(self.service.stack.base_url, self.slash)
        client.email = f"{role}-{self.name}@clients.example"
        person = {**PERSON, "company": f"ООО {role} {self.name}", "email": client.email, "password": PASSWORD}
        # Buyers are written without a type: it is the default.
        typed = {"type": role} if role == "shop" else {}
        assert client.send("POST", "user/register", {**person, **typed}) == OK
        token = self.service.token_mailed(client.email, "Подтвердите")
        assert client.send("POST", "user/register/confirm", {"email": client.email, "token": token}) == OK
        self._log_in(client, PASSWORD)
        return client

    def _log_in(self, client: Client, password: str) -> None:
        answer = client.send("POST", "user/login", {"email": client.email, "password": password})
        assert (answer.keys(), answer["Status"]) == ({"Status", "Token"}, True)
        client.token = answer["Token"]

    def describes_itself(self, client: Client) -> None:
        role = client.email.partition("-")[0]
        known = {**PERSON, "company": f"ООО {role} {self.name}", "email": client.email, "type": role, "contacts": []}
        found = client.get("user/details")
        assert is_id(found.pop("id"))
        assert found == known
        assert client.send("POST", "user/details", {"last_name": "Зайцева", "password": PASSWORD}) == OK
        assert client.send("POST", "user/details", {}) == OK
        assert client.get("user/details")["last_name"] == "Зайцева"

    def forgets_its_password(self, client: Client) -> None:
        client.token = ""
        assert client.send("POST", "user/password_reset", {"email": client.email}) == DONE
        token = self.service.token_mailed(client.email, "Новый пароль")
        proof = {"email": client.email, "password": NEW_PASSWORD, "token": token}
        assert client.send("POST", "user/password_reset/confirm", proof) == DONE
        self._log_in(client, NEW_PASSWORD)

    def keeps_contacts(self, client: Client) -> int:
        kept, *spare = [self._contact(client, place) for place in (PLACE, ADDRESS, PLACE, ADDRESS, PLACE)]
        assert client.send("PUT", "user/contact", {**ADDRESS, "id": kept, "city": "Орёл"}) == OK
        first = {"id": spare[0], "city": "Уфа"}
        assert client.send("PUT", "user/contact", {**first, "id": str(spare[0])}) == OK
        found = {entry["id"]: entry for entry in client.get("user/contact")}
        assert found.keys() == {kept, *spare}
        assert holds(found[kept], "last_name", "first_name", "middle_name", "email", *PLACE)
        assert {**found[kept], **PLACE, "city": "Орёл"} == found[kept]
        assert found[spare[0]]["city"] == "Уфа"
        removed = {"Status": True, "Удалено объектов": len(spare)}
        assert client.send("DELETE", "user/contact", {"items": client.listed(spare)}) == removed
        assert client.get("user/details")["contacts"] == [found[kept]]
        return kept

    def _contact(self, client: Client, place: Fields) -> int:
        answer = client.send("POST", "user/contact", place)
        assert answer == {**OK, "id": answer["id"]}
        assert is_id(answer["id"])
        return int(answer["id"])

    def opens_and_closes(self, shop: Client) -> None:
        for on, off in shop.words:
            for word, state in ((off, False), (on, True)):
                assert shop.send("POST", "partner/state", {"state": word}) == OK
                found = shop.get("partner/state")
                assert (found["name"], found["state"]) == (f"ООО shop {self.name}", state)
        assert is_id(found["id"])

    def sells(self, shop: Client) -> list[Any]:
        """Sends its list through every interface, and once more; offers the same goods as another supplier."""
        goods = [good(number, price_rrc=120, parameters={"Цвет": "синий"}) for number in range(1, 5)]
        lists = [price_list(*goods), price_list(*goods[:3])]
        for number, (path, content) in enumerate([("partner/update", lists[0]), ("partner/update/file", lists[1])]):
            self._accepted(shop.send_file(path, content))
            self._on_sale(shop, 4 - number)
        for number, path in enumerate(("partner/update", "partner/update/url")):
            self._accepted(shop.send("POST", path, {"url": self._published(lists[number])}))
            goods = self._on_sale(shop, 4 - number)
        _, others = self.service.shop_with(good(1, price="19,90"))
        return [*goods, *others]

    def _accepted(self, answer: Any) -> None:
        assert answer == {**OK, "import_id": answer["import_id"]}
        assert is_id(answer["import_id"])

    def _published(self, content: bytes) -> str:
        """An address of the list, as long and full of signs as such addresses are."""
        return self.service.stack.published(f"{self.name}.yaml", content)

    def _on_sale(self, shop: Client, size: int) -> list[Any]:
        """Return the shop's goods once there are ``size`` of them."""
        shop_id = shop.get("partner/state")["id"]

        def found() -> Any:
            goods = shop.get("products", shop_id=shop_id)
            return goods if len(goods) == size else None

        return list(wait_for(f"{size} goods", found))

    def looks_around(self, client: Client) -> None:
        shop = self._named(client, "shops", f"ООО shop {self.name}")
        category = self._named(client, "categories", "Смартфоны")
        goods = client.get("products", shop_id=shop["id"], category_id=category["id"])
        assert len(goods) == 3
        for entry in goods:
            assert holds(entry, *PRODUCT)
            assert (entry["shop"], entry["quantity"], entry["price"], entry["price_rrc"]) == (shop["id"], 10, 100, 120)
            assert entry["product"] == {**entry["product"], "category": "Смартфоны"}
            assert holds(entry["product"], "id", "name")
            assert entry["product_parameters"] == [{"parameter": "Цвет", "value": "синий"}]
            assert is_id(entry["id"])
        assert client.get("products", shop_id=shop["id"], category_id=1) == []
        assert client.get("products", shop_id="", category_id="")

    def _named(self, client: Client, path: str, name: str) -> Any:
        """The entry with this name, looked for from page to page as clients do."""
        page = client.get(path)
        assert page == {**page, "previous": None}
        assert len(page["results"]) == min(page["count"], 40)
        number, entries = 1, []
        while True:
            page = client.get(path, page=number, page_size=2)
            entries += page["results"]
            if not page["next"]:
                break
            assert f"/{path}?page={number + 1}&page_size=2" in page["next"]
            number += 1
        assert len(entries) == page["count"]
        assert all(is_id(entry["id"]) for entry in entries)
        return next(entry for entry in entries if entry["name"] == name)

    def fills_its_basket(self, buyer: Client, goods: list[Any]) -> Any:
        empty = {"Status": True, "Удалено объектов": 0}
        assert buyer.get("basket") == []
        assert buyer.send("DELETE", "basket", {"items": buyer.listed([1, 2])}) == empty
        rows = [{"product_info": entry["id"], "quantity": 1} for entry in goods]
        for wanted, number in ((rows, 4), (rows[:1], 1)):
            added = buyer.send("POST", "basket", {"items": buyer.items(wanted)})
            assert added == {"Status": True, "Создано объектов": number}
        basket = buyer.get("basket")[0]
        assert holds(basket, *ORDER)
        assert (basket["state"], basket["contact"], basket["total_sum"]) == ("basket", None, 419.90)
        row_ids = [row["id"] for row in basket["ordered_items"]]
        assert [row["quantity"] for row in basket["ordered_items"]] == [2, 1, 1, 1]
        assert [row["product_info"] for row in basket["ordered_items"]] == goods
        assert all(map(is_id, (basket["id"], *row_ids)))
        changes = [{"id": row_id, "quantity": 3} for row_id in row_ids[1:3]]
        changed = buyer.send("PUT", "basket", {"items": buyer.items(changes)})
        assert changed == {"Status": True, "Обновлено объектов": 2}
        removed = buyer.send("DELETE", "basket", {"items": buyer.listed(row_ids[:2])})
        assert removed == {"Status": True, "Удалено объектов": 2}
        basket = buyer.get("basket")[0]
        assert [row["quantity"] for row in basket["ordered_items"]] == [3, 1]
        return basket

    def orders(self, buyer: Client, basket: Any, contact: int) -> Any:
        placed = buyer.send("POST", "order", {"id": basket["id"], "contact": str(contact)})
        assert placed == {"Status": True, "id": placed["id"], "number": placed["number"]}
        assert all(map(is_id, (placed["id"], placed["number"])))
        assert buyer.get("basket") == []
        order = buyer.get("order")[0]
        assert holds(order, *ORDER)
        assert (order["id"], order["state"], order["total_sum"]) == (placed["id"], "new", 319.90)
        assert {**order["contact"], **PLACE, "city": "Орёл"} == order["contact"]
        shown = [(row["product_info"]["product"], row["quantity"]) for row in order["ordered_items"]]
        assert sorted(shown, key=str) == sorted(
            ((row["product_info"]["product"], row["quantity"]) for row in basket["ordered_items"]), key=str
        )
        assert "319,90" in self.service.mailed(buyer.email, f"№ {placed['number']}").text
        return order

    def sees_its_part(self, shop: Client, order: Any) -> None:
        parts = shop.get("partner/orders")
        assert len(parts) == 1
        assert holds(parts[0], *ORDER)
        assert (parts[0]["id"], parts[0]["total_sum"], parts[0]["contact"]["city"]) == (order["id"], 300, "Орёл")
        assert [(row["product_info"]["price"], row["quantity"]) for row in parts[0]["ordered_items"]] == [(100, 3)]
