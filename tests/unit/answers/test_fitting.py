"""Answers about orders stay below what a function may answer, whatever rows hold."""

import json
from typing import Any

import pytest

from chalicelib.answers import fitting
from chalicelib.answers.fitting import bounded, fits
from chalicelib.answers.orders import OrderCard, order_card
from chalicelib.http import to_json
from chalicelib.models.orders import Event, Order, Part

# What Lambda takes, with everything that encloses the body.
LAMBDA_BYTES = 6 * 1024 * 1024


def row(n: int, text: int, parameters: int) -> dict[str, Any]:
    letters = "я" * text
    return {
        **{"id": 9 * 10**15 + n, "ext_id": "1", "product_id": 9 * 10**15, "category_id": 1, "quantity": 10**6},
        **{"name": letters[:500], "model": letters[:200], "category": letters[:200], "unit": letters[:50]},
        **{"price": 10**10, "price_rrc": 10**10, "reason": letters[:500], "vat_rate": 20},
        "parameters": [[f"Свойство {k}", "значение"] for k in range(parameters)],
    }


def card(rows: int, *, text: int, parameters: int, answered: int = 0) -> OrderCard:
    part = Part.at(1, 7)
    part.order_id, part.number, part.position, part.shop_id, part.shop_name = 1, 1001, 1, 7, "Связь-Плюс"
    part.state, part.placed_at, part.goods_sum = "new", "2026-11-23T10:00:00.000000Z", 1
    part.rows = [row(n, text, parameters) for n in range(rows)]
    order = Order.at(1)
    order.order_id, order.number, order.state, order.total, order.contact = 1, 1001, "new", 1, {}
    order.placed_at = part.placed_at
    event = Event.of(1, part.placed_at, 1)
    event.kind, event.actor_id, event.actor_role = "answered", 1, "shop"
    event.rows = [
        {"shop": 7, "id": n, "name": "я" * text, "was": 2, "now": 1, "reason": "я" * text} for n in range(answered)
    ]
    return order_card(order, [part], [event], 1)


def sent(body: OrderCard) -> int:
    """What the runtime of the function sends."""
    return len(json.dumps({"statusCode": 200, "headers": {"x": "y" * 2_000}, "body": to_json(body)}))


@pytest.mark.parametrize(
    ("made", "parameters", "events", "names"),
    [
        ({"rows": 1000, "text": 60, "parameters": 4}, 4, 0, 60),
        ({"rows": 1000, "text": 60, "parameters": 60}, 0, 0, 60),
        ({"rows": 1000, "text": 160, "parameters": 60, "answered": 1000}, 0, 0, 160),
        ({"rows": 1000, "text": 500, "parameters": 60, "answered": 1000}, 0, 0, 100),
    ],
)
def test_a_card_leaves_out_no_more_than_it_must(made: dict[str, int], parameters: int, events: int, names: int) -> None:
    whole = card(**made)
    body = fitting.shortened(card(**made))
    assert sent(body) < LAMBDA_BYTES
    rows = body["ordered_items"]
    assert len(rows) == 1000
    assert {len(one["product_info"]["product_parameters"]) for one in rows} == {parameters}
    assert {len(one["product_info"]["product"]["name"]) for one in rows} == {names}
    assert len(body["events"][0]["rows"]) == events
    assert body.pop("shortened", False) == (body != whole)


def test_the_size_of_a_body_is_what_is_sent_of_it() -> None:
    body = card(50, text=60, parameters=4)
    assert fitting.size_of(body) == pytest.approx(len(json.dumps(to_json(body))), rel=0.01)


def test_a_list_takes_no_more_than_an_answer_holds() -> None:
    cards = iter([card(300, text=60, parameters=10) for _ in range(10)])
    bodies, after = fitting.fitting(enumerate(cards), lambda one: one[1], lambda one: str(one[0]), "end")
    assert after == str(len(bodies) - 1)
    assert fitting.ANSWER_BYTES * 0.7 < sum(map(fitting.size_of, bodies)) < fitting.ANSWER_BYTES
    assert len([*cards]) == 10 - len(bodies) - 1
    assert not any("shortened" in body for body in bodies)


def test_a_list_that_fits_ends_where_it_was_to_end() -> None:
    cards = [card(1, text=10, parameters=1)] * 3
    assert fitting.fitting(cards, dict, lambda _: "x", "end") == (cards, "end")


def test_a_body_that_fits_stays_as_it_is() -> None:
    body = {"Status": True, "results": [{"name": "ю" * 500}] * 1_000}
    assert bounded(body) is body


@pytest.mark.parametrize(("rows", "left"), [(1_000, 1_000), (60_000, 100)])
def test_a_body_of_many_rows_is_cut_until_it_fits(rows: int, left: int) -> None:
    body = {"Status": True, "added": 7, "results": [{"id": 2**53 - 1, "was": {"name": "\U0001f600" * 500}}] * rows}
    cut = bounded(body)
    assert (cut["Status"], cut["added"], cut["shortened"]) == (True, 7, True)
    assert cut["results"] == [{"id": 2**53 - 1, "was": {"name": "\U0001f600" * 100}}] * left
    assert fits(json.dumps(cut, ensure_ascii=False))
