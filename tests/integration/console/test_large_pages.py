"""Pages of a thousand rows are whole, fast and small enough for one answer."""

import time
from collections.abc import Callable

import pytest

from chalicelib.accounts import sessions
from chalicelib.accounts.contacts import add_contact
from chalicelib.accounts.sessions import SHOWN, caller_of, end_own_session, open_session, own_sessions
from chalicelib.accounts.tokens import token_hash
from chalicelib.answers.fitting import fits
from chalicelib.console.forgery import csrf_of
from chalicelib.errors import NotFound
from chalicelib.models.accounts import User
from chalicelib.models.orders import Part
from chalicelib.ordering.basket import MAX_ROWS, MAX_SHOPS, rows_agreed, show_basket
from chalicelib.ordering.bulk import add_many
from chalicelib.ordering.entries import Wanted
from chalicelib.ordering.placement import Wish, place_order
from chalicelib.ordering.saved_lists import create_list, lines_of, lines_of_basket, list_of
from tests.integration.console.browser import Browser, Shown
from tests.integration.world import CONTACT, Person, World, good

# The most that a basket holds, and rows of one part of an order.
SHOPS, LINES, ROWS = MAX_SHOPS, MAX_ROWS, 500
# Seconds of CPU, the emulator's among them.
MOST = 1.5
_NAME = "Кабель силовой ВВГнг(А)-LS 3×{} мм² ГОСТ 31996-2012 с очень длинным названием, бухта 100 м"


@pytest.fixture(scope="module")
def shops(shared_world: World) -> list[Person]:
    """A large shop, and many that sell one good each."""
    goods = [good(number, name=_NAME.format(number), quantity=9_000) for number in range(LINES - SHOPS + 1)]
    small = [shared_world.shop(f"shop-{number}@a.example", goods[0]) for number in range(SHOPS - 1)]
    return [shared_world.shop("large@a.example", *goods), *small]


def _fill(buyer: Person, offers: list[int]) -> int:
    """Put offers into the basket; return its id."""
    done = add_many(buyer.user_id, [Wanted(2, one) for one in offers])
    assert {one.result for one in done} == {"added"}
    shown = show_basket(buyer.user_id)
    assert shown is not None
    return shown.basket.basket_id


def _in_time(status: int, act: Callable[[], Shown]) -> Shown:
    """The answer, which has to come in time and fit into what Lambda carries."""
    started = time.process_time()
    shown = act()
    took = time.process_time() - started
    assert (shown.status, fits(shown.html), took < MOST) == (status, True, True), (shown.address, shown.status, took)
    return shown


def _rows_on(path: str, who: Person, marks: list[str]) -> int:
    """How many of the marks are on the page."""
    shown = _in_time(200, lambda: Browser().holding(who.token).get(path))
    return sum(mark in shown.html for mark in marks)


def _save(path: str, who: Person, **fields: str) -> None:
    """Press the button of a form with these fields."""
    browser = Browser().holding(who.token)
    _in_time(303, lambda: browser.post(path, {"csrf": csrf_of(who.token), **fields}, follow=False))


def test_a_basket_and_a_list_as_large_as_they_may_be_are_shown_and_saved_whole(
    shared_world: World, shops: list[Person]
) -> None:
    buyer = shared_world.person("thousand@b.example")
    offers = [shops[0].sells(number) for number in range(LINES - SHOPS + 1)] + [one.sells(0) for one in shops[1:]]
    _fill(buyer, offers)
    kept = create_list(buyer.user_id, "Всё", lines_of_basket(buyer.user_id))
    fields = [f'name="quantity.{offer}"' for offer in offers]
    assert _rows_on("basket", buyer, fields) == LINES
    assert _rows_on(f"lists/{kept.list_id}", buyer, fields) == LINES
    typed = {f"quantity.{offer}": "2" for offer in offers} | {f"quantity.{offers[-1]}": "5"}
    _save("basket", buyer, **typed)
    _save(f"lists/{kept.list_id}", buyer, name="Всё", version=str(kept.version), **typed)
    saved = {**dict.fromkeys(offers, 2), offers[-1]: 5}
    assert {one.offer_id: one.quantity for one in rows_agreed(buyer.user_id).values()} == saved
    assert dict(lines_of(list_of(buyer.user_id, kept.list_id))) == saved


def test_an_order_of_five_hundred_rows_is_shown_whole_to_everybody(shared_world: World, shops: list[Person]) -> None:
    buyer, admin = shared_world.person("order@b.example"), shared_world.person("admin@us.example", "administrator")
    shop, numbers = shops[0], range(ROWS)
    basket_id = _fill(buyer, [shop.sells(0)])
    wish = Wish(buyer.user_id, basket_id, add_contact(buyer.user_id, CONTACT))
    order_id = place_order(wish, "").order.order_id
    # To place so many takes the emulator longer than to show them.
    part = Part.at(order_id, shop.shop_id).require()
    part.rows = [{**part.rows[0], "id": shop.sells(n), "name": _NAME.format(n)} for n in numbers]
    part.save()
    names = [_NAME.format(number) for number in numbers]
    assert _rows_on(f"orders/{order_id}", buyer, names) == ROWS
    assert _rows_on(f"partner/orders/{order_id}", shop, names) == ROWS
    assert _rows_on(f"partner/orders/{order_id}/picking", shop, names) == ROWS
    assert _rows_on(f"admin/orders/{order_id}", admin, names) == ROWS


def test_of_thousands_of_sessions_the_newest_and_the_own_are_shown_and_can_be_ended(
    shared_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = shared_world.person("program@b.example")
    caller = caller_of(f"Token {program.token}")
    assert caller is not None
    user = User.at(program.user_id).require()
    tokens = [open_session(user) for _ in range(SHOWN + 5)]
    shown = own_sessions(caller)
    assert (len(shown), sum(one.is_this for one in shown)) == (SHOWN, 1)
    assert all(one.created_at >= shown[-1].created_at for one in shown)
    page = _in_time(200, lambda: Browser().holding(program.token).get("account"))
    assert f"Показаны последние сеансы: {SHOWN}" in page.words
    # Where so many are not even read, the own one is.
    monkeypatch.setattr(sessions, "_MOST_READ", 3)
    assert any(one.is_this for one in own_sessions(caller))
    admin = Browser().holding(shared_world.person("counting@us.example", "administrator").token)
    address = f"admin/users/{program.user_id}"
    page = admin.get(address)
    assert "Завершить сеансы: 3+" in page.words
    assert "сеансов завершится: 3+." in page.words
    ended = token_hash(tokens[0])
    end_own_session(caller, ended[:16])
    assert caller_of(f"Token {tokens[0]}") is None
    assert caller_of(f"Token {tokens[1]}") is not None
    for name in ("", ended[:1], token_hash(tokens[1])[:15]):
        with pytest.raises(NotFound):
            end_own_session(caller, name)
    assert "Завершено сеансов: 3+" in admin.send(page, f"{address}/sessions/end").words
