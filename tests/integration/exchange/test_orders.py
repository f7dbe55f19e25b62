"""Orders for 1C: what is new or has changed comes, and comes until 1C says that it has arrived."""

from decimal import Decimal
from typing import Any

import pytest

from chalicelib.answers.fitting import ANSWER_BYTES
from chalicelib.exchange import orders
from chalicelib.models.exchange import KnownPart
from chalicelib.models.orders import Order, Part
from tests.clients.one_c import OneC
from tests.integration.calls import Died, dying_after, watched
from tests.integration.clock import later
from tests.integration.exchange.papers import documents, facts, ids, number_of
from tests.integration.exchange.session import one_c
from tests.integration.world import Person, World, good


def test_a_part_is_a_document_with_what_the_waybill_says(base: OneC, selling: Person, buyer: Person) -> None:
    order_id = buyer.order((selling.sells(1), 2), (selling.sells("арт & 2"), 3))
    (document,) = documents(base.orders())
    said = {tag: document.findtext(tag) for tag in ("Ид", "Номер", "ХозОперация", "Роль", "Валюта", "Сумма")}
    assert said == {
        **{"Ид": str(order_id), "Номер": str(number_of(selling, order_id)), "ХозОперация": "Заказ товара"},
        **{"Роль": "Продавец", "Валюта": "RUB", "Сумма": "558.50"},
    }
    rows = {one.findtext("Ид", ""): one for one in document.findall("Товары/Товар")}
    assert [*rows] == ["1", "арт & 2", "ORDER_DELIVERY"]
    tags = ("Наименование", "ЦенаЗаЕдиницу", "Количество", "Сумма", "Единица", "СтавкиНалогов/СтавкаНалога/Ставка")
    assert [rows["1"].findtext(tag) for tag in tags] == ["Товар 1", "100.00", "2", "200.00", "кг", "10"]
    assert [rows["арт & 2"].findtext(tag) for tag in tags[1:]] == ["19.50", "3", "58.50", "шт", "Без НДС"]
    assert sum(Decimal(one.findtext("Сумма", "")) for one in rows.values()) == Decimal("558.50")
    customer = document.find("Контрагенты/Контрагент")
    assert customer is not None
    assert customer.findtext("Наименование") == f"ООО {buyer.email}"
    assert customer.findtext("АдресРегистрации/Представление") == "Тверь, Садовая, д. 7"
    assert facts(document)["Статус заказа"] == "новый"
    assert facts(document)["Отменен"] == "false"


def test_the_address_of_the_buyer_stays_with_us(base: OneC, selling: Person, buyer: Person) -> None:
    contact = buyer.post(
        "/user/contact", {"city": "Тверь", "street": "С", "house": "1", "phone": "+7", "email": "p@q.example"}
    )
    assert buyer.add((selling.sells(1), 1)).status == 200
    assert buyer.post("/order", {"id": buyer.basket()["id"], "contact": contact.body["id"]}).status == 200
    assert "p@q.example" not in base.orders()


def test_what_has_arrived_comes_again_only_when_it_has_changed(
    base: OneC, selling: Person, buyer: Person, admin: Person
) -> None:
    first, second = buyer.order((selling.sells(1), 1)), buyer.order((selling.sells(1), 1))
    assert ids(base.orders(confirm=False)) == [first, second]
    assert ids(base.orders()) == [first, second]
    assert ids(base.orders()) == []
    assert selling.post(f"/partner/orders/{first}/state", {"state": "confirmed"}).status == 200
    third = buyer.order((selling.sells(1), 1))
    assert ids(base.orders()) == [first, third]
    assert admin.post(f"/admin/orders/{second}/state", {"state": "canceled", "reason": "Ошибка"}).status == 200
    (canceled,) = documents(base.orders())
    assert (canceled.findtext("Ид"), facts(canceled)["Отменен"]) == (str(second), "true")
    assert ids(base.orders()) == []


def test_what_changes_between_the_query_and_its_success_comes_again(base: OneC, selling: Person, buyer: Person) -> None:
    first = buyer.order((selling.sells(1), 1))
    assert ids(base.orders(confirm=False)) == [first]
    second = buyer.order((selling.sells(1), 1))
    assert selling.post(f"/partner/orders/{first}/state", {"state": "confirmed"}).status == 200
    base.call("GET", "sale", "success")
    assert ids(base.orders()) == [first, second]


def test_a_shop_gets_nothing_of_others(world: World, base: OneC, selling: Person, buyer: Person) -> None:
    other = world.shop("other@a.example", good(1))
    order_id = buyer.order((selling.sells(1), 1), (other.sells(1), 5))
    (document,) = documents(base.orders())
    assert [one.findtext("Количество") for one in document.findall("Товары/Товар")] == ["1", "1"]
    assert ids(one_c(world, other).orders()) == [order_id]


def test_a_success_of_one_session_marks_nothing_that_another_was_given(
    world: World, base: OneC, selling: Person, buyer: Person
) -> None:
    other = one_c(world, selling)
    first = buyer.order((selling.sells(1), 1))
    assert ids(base.orders(confirm=False)) == [first]
    assert selling.post(f"/partner/orders/{first}/state", {"state": "confirmed"}).status == 200
    second = buyer.order((selling.sells(1), 1))
    assert ids(other.orders()) == [first, second]
    # Late, about the version before: what the other session marked stays.
    base.call("GET", "sale", "success")
    assert ids(base.orders()) == []


def test_pages_follow_each_other_and_lose_nothing(
    base: OneC, selling: Person, buyer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = [buyer.order((selling.sells(1), 1)) for _ in range(5)]
    monkeypatch.setattr(orders, "MAX_DOCUMENTS", 2)
    assert [ids(base.orders()) for _ in range(4)] == [placed[:2], placed[2:4], placed[4:], []]


def test_what_has_not_changed_costs_a_query_and_a_read_for_all_of_it(
    base: OneC, selling: Person, buyer: Person
) -> None:
    for _ in range(3):
        buyer.order((selling.sells(1), 1))
    base.orders()
    with watched() as sent:
        assert ids(orders.query(selling.shop_id, "any")) == []
    assert [one.operation for one in sent] == ["GetItem", "Query", "Query", "BatchGetItem", "PutItem"]
    assert [one.table for one in sent] == ["jobs", "jobs", "orders", "orders", "jobs"]


def test_an_order_that_appears_later_than_it_was_placed_is_found(base: OneC, selling: Person, buyer: Person) -> None:
    late, early = buyer.order((selling.sells(1), 1)), buyer.order((selling.sells(1), 1))
    hidden = Part.at(late, selling.shop_id).require()
    hidden.delete()
    assert ids(base.orders()) == [early]
    hidden.save()
    assert ids(base.orders()) == [late]


def test_a_success_that_breaks_off_gives_the_rest_again(base: OneC, selling: Person, buyer: Person) -> None:
    placed = [buyer.order((selling.sells(1), 1)) for _ in range(3)]
    base.orders(confirm=False)
    with pytest.raises(Died), dying_after(4):
        orders.arrived(selling.shop_id, _session_of(selling))
    left = ids(base.orders())
    assert 0 < len(left) < 3
    assert left == placed[3 - len(left) :]


def _session_of(selling: Person) -> str:
    (given,) = [one.sk for one in KnownPart.query(KnownPart.partition(selling.shop_id)) if one.sk.startswith("GIVEN#")]
    return given.removeprefix("GIVEN#")


def test_the_first_exchange_begins_thirty_days_back_without_what_was_canceled(
    base: OneC, selling: Person, buyer: Person, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    buyer.order((selling.sells(1), 1))
    canceled = buyer.order((selling.sells(1), 1))
    assert admin.post(f"/admin/orders/{canceled}/state", {"state": "canceled", "reason": "Ошибка"}).status == 200
    assert len(ids(base.orders(confirm=False))) == 1
    later(monkeypatch, seconds=32 * 86_400)
    assert ids(base.orders(confirm=False)) == []


def test_the_largest_part_fits_into_an_answer(selling: Person, buyer: Person) -> None:
    order_id = buyer.order((selling.sells(1), 1))
    order, part = Order.at(order_id).require(), Part.at(order_id, selling.shop_id).require()
    (row,) = part.rows
    long: Any = {**row, "name": "Ё" * 500, "model": "Ё" * 100, "ext_id": "Ё" * 100}
    part.rows = [long] * 1_000
    brief = orders.order_documents.document(order, part, brief=True)
    assert orders._size(brief) < orders.MAX_BYTES < ANSWER_BYTES
