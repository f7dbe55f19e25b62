"""Every call that mails, fetches, stores or creates what everybody sees has a limit, or a reason to have none."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.accounts import limits
from chalicelib.accounts.limits import Limit, network_of
from chalicelib.documentation.examples import BODIES
from chalicelib.errors import TooManyAttempts
from chalicelib.models.accounts import Throttle
from chalicelib.routes import DECLARED, Access, Route
from tests.integration.calls import meanwhile, watched
from tests.integration.described import require_described
from tests.integration.world import PASSWORD, Answer, Person, World
from tests.limits import at_ten_past, limited

# Calls whose use case counts them itself: it needs more than who calls.
COUNTED_BY_USE_CASE = {
    "user_login": "guesses: an account as seen from a network",
    "user_register_resend": "an address as seen from a network, a network, an address",
    "user_password_reset": "an address as seen from a network, a network, an address",
    "user_details_change": "a new address: an account, a network, an address; the current password: guesses",
    "exchange": "sessions of 1C and lists of orders, a shop; its imports count as uploads",
    "exchange_send": "the same, and the bytes and pieces of a session; changes of orders as other calls count them",
    "partner_orders_move": "each part counts as a change of an order",
    "order_place": "an order that is placed: a buyer, in the order's own transaction",
}
_PROVEN = "takes a token of 256 bits that was mailed and works once"
_ENDS = "ends what exists"
_OWN = "writes one item of the caller, which is never larger than a request"
_DECIDES = "decides once on an import, and imports are limited"
NEEDS_NONE = {
    "user_register_confirm": _PROVEN,
    "user_password_reset_confirm": _PROVEN,
    "user_email_confirm": _PROVEN,
    "import_review_decide": _PROVEN,
    "user_logout": _ENDS,
    "user_logout_all": _ENDS,
    "user_contact_add": "an account has at most five contacts",
    "user_contact_change": _OWN,
    "user_contact_delete": _ENDS,
    "basket_add": _OWN,
    "basket_change": _OWN,
    "basket_bulk": _OWN,
    "basket_remove": _OWN,
    "order_repeat": _OWN,
    "saved_list_create": "a buyer has at most 50 lists",
    "saved_list_change": _OWN,
    "saved_list_set": _OWN,
    "saved_list_remove": _OWN,
    "saved_list_delete": _ENDS,
    "saved_list_to_basket": _OWN,
    "partner_import_approve": _DECIDES,
    "partner_import_reject": _DECIDES,
    "partner_state_change": _OWN,
    "partner_delivery_change": _OWN,
    "partner_format_change": _OWN,
}
ADMINISTRATORS = "their acts are logged under their names, and nobody becomes one by a call"
# Calls by GET that start something all the same.
STARTING = {"partner_export_goods", "exchange"}
LIMITED = [route for route in DECLARED if route.limit is not None]
BOUNDARY = b'--B\r\nContent-Disposition: form-data; name="file"; filename="list.yaml"\r\n\r\nx: 1\r\n--B--\r\n'


def changes_something(route: Route) -> bool:
    return route.method != "GET" or route.name in STARTING


@pytest.fixture(autouse=True)
def _standing_clock() -> Iterator[None]:
    with at_ten_past():
        yield


def test_every_call_that_changes_something_has_a_limit_or_a_reason_to_have_none() -> None:
    declared = {route.name for route in LIMITED} | COUNTED_BY_USE_CASE.keys() | NEEDS_NONE.keys()
    open_to_many = [route for route in DECLARED if route.access is not Access.ADMINISTRATOR]
    assert {route.name for route in open_to_many if changes_something(route)} - declared == set(), ADMINISTRATORS
    assert declared - {route.name for route in DECLARED} == set()
    assert not COUNTED_BY_USE_CASE.keys() & NEEDS_NONE.keys()


def caller(world: World, route: Route, name: str) -> Person | None:
    role = {Access.SHOP: "shop", Access.BUYER: "buyer", Access.ADMINISTRATOR: "administrator"}.get(route.access)
    return world.person(f"{name}@a.example", role) if role else None


def call(world: World, route: Route, who: Person | None) -> Answer:
    path = re.sub(r"\{.*?\}", "7", route.path)
    headers = {"Authorization": f"Token {who.token}"} if who else {}
    if route.name == "partner_update_file":
        raw, kind = BOUNDARY, "multipart/form-data; boundary=B"
    else:
        raw, kind = json.dumps(BODIES.get(route.name, {})).encode(), "application/json"
    answer = world.send(route.method, path, raw, {**headers, "Content-Type": kind})
    require_described(route.method, path, answer.status, answer.body)
    return answer


@pytest.mark.parametrize("route", LIMITED, ids=lambda route: route.name)
def test_a_call_above_its_limit_is_told_when_to_come_again_and_changes_nothing(world: World, route: Route) -> None:
    assert route.limit is not None
    one, other = caller(world, route, "one"), caller(world, route, "other")
    with limited(**{route.limit.name: (1, 3600)}):
        assert call(world, route, one).status not in {429, 500}
        with watched() as sent:
            refused = call(world, route, one)
        assert (refused.status, refused.body["code"]) == (429, "too_many_attempts")
        assert refused.headers["Retry-After"] == "3000"
        assert {sent_one.operation for sent_one in sent} <= {"GetItem", "UpdateItem"}
        assert len(sent) <= 2
        # What one has used up does not concern another.
        with world.at("203.0.113.200"):
            assert call(world, route, other).status not in {429, 500}


def test_a_refused_body_is_not_counted(world: World) -> None:
    with limited(registrations=(1, 3600)):
        for _ in range(3):
            assert world.call("POST", "/user/register", {"email": "x"}).status == 400
        assert register(world, "anna@chain.example").status == 200


def register(world: World, email: str) -> Answer:
    form = {"first_name": "Анна", "last_name": "Круглова", "email": email, "password": PASSWORD}
    return world.call("POST", "/user/register", form)


def test_a_network_registers_so_many_accounts_and_then_waits(world: World) -> None:
    answers = [register(world, f"stranger-{number}@chain.example") for number in range(60)]
    world.pump()
    assert [answer.status for answer in answers] == [200] * 20 + [429] * 40
    assert world.mails_sent() == 20


def test_a_mailbox_gets_no_more_registrations_by_tags_from_everywhere(world: World) -> None:
    with limited(registrations=(3, 3600)):
        found = []
        for number in range(6):
            with world.at(f"203.0.113.{number}"):
                found.append(register(world, f"anna+{number}@chain.example").status)
        assert found == [200] * 3 + [429] * 3
        # Which does not keep its owner out.
        with world.at("198.51.100.1"):
            assert register(world, "anna@chain.example").status == 200


def test_a_list_by_address_counts_as_a_fetch_at_either_call(world: World) -> None:
    shop = world.person("shop@a.example", "shop")
    body = {"url": "https://list.example/list.yaml"}
    with limited(fetches=(3, 600)):
        calls = ("/partner/update", "/partner/update/url", "/partner/source", "/partner/update", "/partner/update/url")
        assert [shop.post(path, body).status for path in calls] == [200] * 3 + [429] * 2


def test_sixty_lists_by_address_at_once_are_ten(world: World) -> None:
    shop = world.person("shop@a.example", "shop")
    found = [shop.post("/partner/update/url", {"url": "https://list.example/x"}).status for _ in range(60)]
    assert found == [200] * 10 + [429] * 50


def test_new_addresses_are_limited_by_account_and_by_what_the_address_gets(world: World) -> None:
    anna, boris = world.person("anna@chain.example"), world.person("boris@chain.example")
    with limited(address_changes=(2, 3600), mails_to_address=(3, 1800)):
        assert [anna.post("/user/details", {"email": f"a{n}@chain.example"}).status for n in range(3)] == [
            200,
            200,
            429,
        ]
        same = [who.post("/user/details", {"email": "x@chain.example"}).status for who in (boris, boris)]
        assert same == [200, 200]
        third = world.person("third@chain.example")
        assert [third.post("/user/details", {"email": "x@chain.example"}).status for _ in range(2)] == [200, 429]


def test_a_window_that_ends_makes_room_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with limited(fetches=(1, 600)):
        limits.spend(limits.FETCHES, 7)
        with pytest.raises(TooManyAttempts) as refused:
            limits.spend(limits.FETCHES, 7)
        seconds = int(refused.value.headers["Retry-After"])
        later = clock.after(seconds)
        monkeypatch.setattr(clock, "now", lambda: later)
        limits.spend(limits.FETCHES, 7)


def test_of_two_calls_for_the_last_place_one_gets_it(world: World) -> None:
    with limited(fetches=(1, 600)):
        with meanwhile("UpdateItem", lambda: limits.spend(limits.FETCHES, 7)):
            assert not limits.count(limits.FETCHES, 7)
        assert limits.current(limits.FETCHES, 7).require().failures == 1


def test_counts_disappear_with_their_windows(world: World) -> None:
    limits.spend(limits.FETCHES, 7)
    (stored,) = [item for item in Throttle.scan() if item.pk.startswith("THROTTLE#fetches")]
    assert 0 <= (stored.expires_at - clock.now()).total_seconds() <= limits.FETCHES.rate.seconds


def test_who_is_unknown_is_not_limited(world: World) -> None:
    with limited(registrations=(1, 3600)):
        for _ in range(3):
            limits.spend(limits.REGISTRATIONS, "")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("somewhere", ""),
    ],
)
def test_a_network_is_an_ipv4_address_or_a_64th_of_ipv6(address: str, network: str) -> None:
    assert network_of(address) == network


def test_every_limit_has_a_setting() -> None:
    found: list[Any] = [one for one in vars(limits).values() if isinstance(one, Limit)]
    assert all(one.rate.calls > 0 for one in found)
