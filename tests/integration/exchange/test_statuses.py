"""Statuses that 1C sends back: moves by the table of states, each document on its own."""

import pytest

from chalicelib.exchange import statuses
from tests.clients.one_c import OneC, Refused, packed
from tests.integration.calls import meanwhile
from tests.integration.exchange.papers import answer, file_of, number_of, part_of
from tests.integration.world import Person, World, good


def test_statuses_come_back_by_number_and_by_id(base: OneC, selling: Person, buyer: Person) -> None:
    first, second, third = (buyer.order((selling.sells(1), 1)) for _ in range(3))
    base.orders()
    told = base.statuses(
        file_of(
            answer(number_of(selling, first), status="Подтверждён"),
            answer("777000", item_id=second, posted="true"),
            answer(number_of(selling, third), status="В работе", shipped="2026-11-29"),
        )
    )
    assert told.startswith("success")
    assert [part_of(selling, one)["state"] for one in (first, second, third)] == ["confirmed"] * 3


def test_a_status_that_comes_again_changes_nothing(base: OneC, selling: Person, buyer: Person) -> None:
    order_id = buyer.order((selling.sells(1), 1))
    content = file_of(answer("1", item_id=order_id, shipped="2026-11-29"))
    assert base.statuses(content).startswith("success")
    moved = part_of(selling, order_id)
    assert moved["state"] == "sent"
    assert base.statuses(content).startswith("success")
    assert part_of(selling, order_id) == moved


def test_less_than_was_ordered_is_answered_with_a_reason(base: OneC, selling: Person, buyer: Person) -> None:
    order_id = buyer.order((selling.sells(1), 5), (selling.sells("арт & 2"), 2), (selling.sells(3), 1))
    base.orders()
    content = file_of(
        answer(number_of(selling, order_id), {"1": "2,000", "3": 1, "ORDER_DELIVERY": 1}, status="Подтвержден")
    )
    assert [base.statuses(packed({"orders.xml": content}), "v8.zip")[:7] for _ in range(2)] == ["success"] * 2
    found = part_of(selling, order_id)
    rows = {one["id"]: (one["quantity"], one.get("reason")) for one in found["ordered_items"]}
    why = "Количество уменьшено в 1С поставщика"
    assert rows == {selling.sells(1): (2, why), selling.sells("арт & 2"): (0, why), selling.sells(3): (1, None)}
    assert found["state"] == "confirmed"


def test_each_document_has_its_own_fate(world: World, base: OneC, selling: Person, buyer: Person) -> None:
    other = world.shop("other@a.example", good(1))
    fine, gone, fewer, foreign = (
        *(buyer.order((selling.sells(1), 3)) for _ in range(3)),
        buyer.order((other.sells(1), 1)),
    )
    assert buyer.post(f"/order/{gone}/cancel", {}).status == 200
    base.orders()
    found = [
        answer("999999", status="Подтвержден"),
        answer("1", item_id=foreign, status="Подтвержден"),
        answer("1", item_id=gone, status="Подтвержден"),
        answer(number_of(selling, fewer), {"1": 4}, status="Подтвержден"),
        answer(number_of(selling, fewer), {"1": 1, "чужой": 2}),
        answer(number_of(selling, fewer), {"1": "1.5"}),
        answer(number_of(selling, fewer), status="На Луне"),
        answer(number_of(selling, fine), status="Подтвержден"),
    ]
    with pytest.raises(Refused) as refused:
        base.statuses(file_of(*found))
    status, told = refused.value.args
    assert status == 200
    lines = told.strip().split("\n")
    assert lines[:2] == ["failure", "Не применено документов: 7 из 8."]
    words = ("нет", "нет", "отменён", "больше заказанного", "чужой", "целым", "На Луне")
    assert [word for word, line in zip(words, lines[2:], strict=True) if word not in line] == []
    assert [part_of(selling, one)["state"] for one in (fine, gone, fewer)] == ["confirmed", "canceled", "new"]
    assert [one["quantity"] for one in part_of(selling, fewer)["ordered_items"]] == [3]
    assert part_of(other, foreign)["state"] == "new"


def test_a_move_that_the_table_lacks_is_refused(base: OneC, selling: Person, buyer: Person) -> None:
    order_id = buyer.order((selling.sells(1), 1))
    content = file_of(answer("1", item_id=order_id, status="Отгружен"))
    assert base.statuses(content).startswith("success")
    with pytest.raises(Refused, match="Заказ"):
        base.statuses(file_of(answer("1", item_id=order_id, canceled="true")))
    with pytest.raises(Refused, match="Заказ"):
        base.statuses(file_of(answer("1", {"арт & 2": 1}, item_id=order_id)))
    assert part_of(selling, order_id)["state"] == "sent"


def test_what_takes_long_goes_on_where_it_stopped(
    base: OneC, selling: Person, buyer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = [buyer.order((selling.sells(1), 1)) for _ in range(3)]
    base.begin("sale")
    monkeypatch.setattr(statuses, "SECONDS", -1.0)
    content = file_of(*(answer("1", item_id=one, posted="true") for one in placed))
    with pytest.raises(Refused, match="0 из 3"):
        base.file("sale", "orders.xml", content)
    assert base.call("GET", "sale", "import", filename="orders.xml").lines[0] == "progress"
    monkeypatch.setattr(statuses, "SECONDS", 15.0)
    assert base.call("GET", "sale", "import", filename="orders.xml").lines[0] == "success"
    assert {part_of(selling, one)["state"] for one in placed} == {"confirmed"}


def test_a_change_at_the_same_moment_is_not_overwritten(
    base: OneC, selling: Person, buyer: Person, admin: Person
) -> None:
    order_id = buyer.order((selling.sells(1), 1))
    content = file_of(answer("1", item_id=order_id, posted="true"))

    def cancel() -> None:
        assert admin.post(f"/admin/orders/{order_id}/state", {"state": "canceled", "reason": "Ошибка"}).status == 200

    base.begin("sale")
    with meanwhile("TransactWriteItems", cancel), pytest.raises(Refused, match="Заказ"):
        base.file("sale", "orders.xml", content)
    assert part_of(selling, order_id)["state"] == "canceled"


def test_what_is_no_file_of_documents_is_refused_in_words(base: OneC) -> None:
    with pytest.raises(Refused, match="начинается с <html>"):
        base.statuses(b"<html></html>")
