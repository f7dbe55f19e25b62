"""The scene in which permissions are tested."""

from collections.abc import Iterator
from copy import deepcopy

import pytest

from chalicelib.administration.synonym_groups import id_of
from chalicelib.catalogue.identity import category_id
from chalicelib.catalogue.search.synonyms import Group
from chalicelib.models.accounts import EmailLock
from tests.engines.plugin import tables_were_filled
from tests.integration.handlers.scene import CALLERS, OWNERS, Scene, stored_tables
from tests.integration.world import Person, World, good


@pytest.fixture
def scene(shared_scene: Scene) -> Iterator[Scene]:
    """The shared scene, restored after each test."""
    before = [deepcopy(table.items) for table in stored_tables()]
    yield shared_scene
    for table, items in zip(stored_tables(), before, strict=True):
        table.items = items
    tables_were_filled(stored_tables())


@pytest.fixture(scope="module")
def shared_scene(shared_world: World) -> Scene:
    world = shared_world
    admin = world.person("admin@us.example", "administrator")
    shop, other_shop = world.importing_shop("shop@a.example", good(1), good(2)), world.shop("other@a.example", good(1))
    buyer, other_buyer = world.person("buyer@b.example"), world.person("other@b.example")
    assert shop.post("/partner/delivery", {"price": "77.05"}).status == 200
    assert shop.post("/partner/source", {"url": "https://a.example/own.yaml"}).status == 200
    order_id = buyer.order((shop.sells(1), 1))
    other_buyer.order((other_shop.sells(1), 1))
    world.pump()
    buyer.add((shop.sells(2), 1))
    other_buyer.add((other_shop.sells(1), 1))
    other_buyer.contact()
    blocked = [world.person(f"blocked-{role}@x.example", role) for role in OWNERS]
    for person in blocked:
        assert admin.post(f"/admin/users/{person.user_id}/block").status == 200
    lock = EmailLock.at(buyer.email)  # what accounts are found by
    lock.user_id = buyer.user_id
    lock.save()
    kept = {"version": 0, "groups": [{"words": ["болгарка", "УШМ"]}]}
    assert admin.put("/admin/synonyms", kept).status == 200
    ids: dict[str, object] = {
        "user_id": world.person("bystander@x.example").user_id,
        "email": buyer.email,
        "contact_id": buyer.contact(),
        "basket_id": buyer.basket()["id"],
        "row_id": shop.sells(2),
        "offer_id": shop.sells(1),
        "list_id": buyer.post("/lists", {"name": "Мой", "basket": True}).body["id"],
        "order_id": order_id,
        "shop_id": shop.shop_id,
        "import_id": shop.get("/partner/imports").body[0]["id"],
        "export_of_partner": shop.post("/partner/exports", {"format": "csv"}).body["export_id"],
        "export_of_order": buyer.post("/order/exports", {"format": "csv"}).body["export_id"],
        "export_of_admin": admin.post("/admin/exports", {"format": "csv"}).body["export_id"],
        "mail_id": admin.get("/admin/mails").body["results"][0]["id"],
        "category_id": category_id("Смартфоны"),
        "group_id": id_of(Group(("болгарка", "УШМ"))),
    }
    nobody = Person(world, "", "", 0, 0)
    everyone = ([nobody], [buyer], [other_buyer], [shop], [other_shop], [admin], blocked)
    return Scene(dict(zip(CALLERS, everyone, strict=True)), ids)
