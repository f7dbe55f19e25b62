"""The people of the browser tests and what they have, made through the API once."""

from dataclasses import dataclass
from typing import Any

from chalicelib.administration.synonym_groups import id_of
from chalicelib.catalogue.search.synonyms import Group
from tests.e2e.conftest import RunningStack
from tests.e2e.service import CONTACT, Service, good, price_list, wait_for


@dataclass(frozen=True)
class Scene:
    """A buyer with an order under way, a supplier of it and an administrator: addresses, tokens, and the order's id."""

    service: Service
    buyer: tuple[str, str]
    shop: tuple[str, str]
    admin: tuple[str, str]
    offers: list[dict[str, Any]]
    order_id: int
    shop_id: int
    list_id: int
    import_id: int
    user_id: int
    category_id: int
    group_id: str

    @property
    def offer_id(self) -> int:
        """An offer on sale."""
        return int(self.offers[0]["id"])

    def filled_basket(self) -> tuple[str, str]:
        """Another buyer, with a contact and some rows in the basket."""
        email, token = self.service.account()
        self.service.ok("POST", "/user/contact", token, json=CONTACT)
        items = [{"product_info": offer["id"], "quantity": 2} for offer in self.offers[:5]]
        self.service.ok("POST", "/basket", token, json={"items": items})
        return email, token


def made_scene(stack: RunningStack) -> Scene:
    """Make the people, and place an order."""
    service = Service(stack)
    email, shop = service.account("shop")
    goods = [
        good(i, name=f"Кабель силовой ВВГнг-LS 3×{i} & «длинный», бухта 100 м", quantity=1000) for i in range(1, 31)
    ]
    report = service.imported(shop, service.upload(shop, price_list(*goods)))
    assert report["status"] == "done", report
    offers = service.goods_of(shop)
    buyer_email, buyer = service.account()
    contact = service.ok("POST", "/user/contact", buyer, json=CONTACT)["id"]
    items = [{"product_info": offer["id"], "quantity": 1} for offer in offers[:3]]
    service.ok("POST", "/basket", buyer, json={"items": items})
    basket = service.ok("GET", "/basket", buyer)[0]
    placed = service.ok("POST", "/order", buyer, json={"id": basket["id"], "contact": contact})
    service.ok("POST", "/basket", buyer, json={"items": items})
    shop_id = service.ok("GET", "/partner/state", shop)["id"]
    kept = service.call("POST", "/lists", buyer, json={"name": "Monday", "basket": True}).json()["id"]
    user_id = service.ok("GET", "/user/details", buyer)["id"]
    category_id = service.ok("GET", "/categories", buyer)["results"][0]["id"]
    admin = service.administrator()
    words = ("кабель", "провод", "силовой шнур")
    service.ok("PUT", "/admin/synonyms", admin[1], json={"version": 0, "groups": [{"words": words}]})
    ids = (placed["id"], shop_id, kept, _waiting(service, shop, goods), user_id, category_id, id_of(Group(words)))
    return Scene(service, (buyer_email, buyer), (email, shop), admin, offers, *ids)


def _waiting(service: Service, shop: str, goods: list[dict[str, Any]]) -> int:
    """A list that changes enough to wait for its shop's decision, and has a row that is refused; its import."""
    dearer = [{**one, "price": 300, "name": f"{one['name']}, новый"} for one in goods[:20]]
    import_id = service.upload(shop, price_list(*dearer, {**goods[21], "price": "дорого"}), "dearer.yaml")
    wait_for(
        f"a decision on {import_id}",
        lambda: service.ok("GET", f"/partner/imports/{import_id}", shop)["status"] == "needs_review" or None,
    )
    return import_id
