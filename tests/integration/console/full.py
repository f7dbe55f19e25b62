"""A service whose every list is full, for the figures of pages: on moto, or in the tables of a running stack.

People are made in the tables and orders by use cases: calls for all of it would take minutes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import yaml

from chalicelib.accounts.contacts import add_contact
from chalicelib.administration.acts import Admin
from chalicelib.administration.synonym_groups import id_of
from chalicelib.administration.synonyms import replace_synonyms
from chalicelib.bodies import Upload
from chalicelib.catalogue.identity import category_id
from chalicelib.catalogue.search.synonyms import Group
from chalicelib.ids import new_id
from chalicelib.models.imports import Import
from chalicelib.ordering.basket import read_basket, show_basket
from chalicelib.ordering.bulk import add_many
from chalicelib.ordering.entries import Wanted
from chalicelib.ordering.placement import Wish, place_order
from chalicelib.ordering.saved_lists import MAX_LISTS, create_list
from chalicelib.pricelists import records
from chalicelib.pricelists.arrival.doors import upload
from tests.integration.world import CONTACT, Person, World, stock, stored_import

#: Rows of every list, and of an order, a basket and a saved list.
ROWS = 50
# How many shops sell each good, and have a part in each order.
_SHOPS = 3
# Shops, accounts, imports and categories, whose lists have pages of 25.
_LISTED = 26
# Groups of synonyms, which are short.
_GROUPS = 200


@dataclass(frozen=True)
class Full:
    """Whose pages are opened, and the ids in their addresses, by the parameters of paths."""

    people: dict[str, Person]
    ids: dict[str, int | str]


def filled(world: World, settle: Callable[[int], None], orders: int = ROWS) -> Full:
    """Fill every list, with ``orders`` orders, which take longest.

    ``settle`` waits until an import has ended or waits for a decision.
    """
    shops = [world.person(f"postavshchik-{number}@a.example", "shop") for number in range(_LISTED)]
    buyers = [world.person(f"zakupki-{number}@b.example") for number in range(_LISTED)]
    people = {"buyer": buyers[0], "shop": shops[0], "admin": world.person("admin@us.example", "administrator")}
    buyer, shop = people["buyer"], people["shop"]
    settle(first := _send(shop, _goods()))
    for _ in range(_LISTED):
        _again(first)
    settle(waiting := _send(shop, _goods(price=9_990)))
    for other in shops[1:_SHOPS]:
        stock(other.shop_id, _goods())
    contact_id = add_contact(buyer.user_id, CONTACT)
    for _ in range(orders - 1):
        _order(buyer, contact_id, [one.sells(number) for one in shops[:_SHOPS] for number in (1, 2)])
    order_id = _order(buyer, contact_id, [shop.sells(number) for number in range(1, ROWS + 1)])
    goods = [shops[number % _SHOPS].sells(number) for number in range(1, ROWS + 1)]
    for number in range(MAX_LISTS - 1):
        create_list(buyer.user_id, f"Магазин № {number}, понедельник", [(goods[0], 2)])
    kept = create_list(buyer.user_id, "Постоянный заказ", [(good, 2) for good in goods])
    _put(buyer, goods)
    groups = [Group((f"кабель {number}", f"провод {number}", f"силовой шнур {number}")) for number in range(_GROUPS)]
    replace_synonyms(groups, 0, Admin(people["admin"].user_id, "request"))
    ids: dict[str, int | str] = {"group_id": id_of(groups[0])}
    ids |= {"order_id": order_id, "shop_id": shop.shop_id, "list_id": kept.list_id, "import_id": waiting}
    ids |= {"offer_id": goods[0], "user_id": buyer.user_id, "category_id": category_id("Кабели и провода, раздел 1")}
    return Full(people, ids)


def model_of(number: int) -> str:
    """The model of a good, by which buyers order it."""
    return f"vvgng-a-ls/3x{number}x2.5/gost-31996"


def _goods(price: int = 1_790) -> dict[str, Any]:
    """A price list of goods with names as long as they are."""
    categories = [{"id": number, "name": f"Кабели и провода, раздел {number}"} for number in range(_LISTED)]
    goods = [
        {
            **{"id": number, "category": number % _LISTED, "model": model_of(number), "price": price},
            **{"name": f"Кабель силовой ВВГнг(А)-LS 3×{number} мм² ГОСТ 31996-2012, бухта 100 м", "quantity": 900_000},
            "parameters": {"Сечение (мм²)": f"3×{number}", "Цвет": "чёрный", "Длина (м)": "100"},
        }
        for number in range(1, ROWS + 1)
    ]
    return {"shop": "Любой", "categories": categories, "goods": goods}


def _send(shop: Person, goods: dict[str, Any]) -> int:
    text = yaml.safe_dump(goods, allow_unicode=True).encode()
    return upload(shop.shop_id, Upload("Прайс-лист на кабельную продукцию, ноябрь.yaml", text))


def _again(import_id: int) -> None:
    """Another import like one that is done: its record alone."""
    done = stored_import(import_id)
    record = records.new_record(new_id(), done.shop_id, "api", done.file_name)
    record.status, record.finished_at, record.counts = done.status, record.created_at, done.counts
    record.status_key, record.due_key, record.due_at = Import.status_partition(done.status), None, None
    records.create(record)


def _put(buyer: Person, goods: list[int]) -> int:
    done = add_many(buyer.user_id, [Wanted(2, good) for good in goods])
    assert all(one.result == "added" for one in done), done[:2]
    show_basket(buyer.user_id)
    basket, _ = read_basket(buyer.user_id)
    assert basket is not None
    return basket.basket_id


def _order(buyer: Person, contact_id: int, goods: list[int]) -> int:
    return place_order(Wish(buyer.user_id, _put(buyer, goods), contact_id), "").order.order_id
