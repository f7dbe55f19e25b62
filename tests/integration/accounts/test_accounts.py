"""Logging in, what an account says of itself, and what ends a session."""

from datetime import timedelta

import pytest

from chalicelib import clock
from chalicelib.accounts.users import get_user
from chalicelib.models.accounts import Session, User, user_key
from tests.integration.accounts.account import EMAIL, NEW_PASSWORD, details, login, register, user_of
from tests.integration.calls import meanwhile, watched
from tests.integration.world import World


def block(email: str) -> None:
    user_of(email).update(actions=[User.blocked.set(True)])


def test_unknown_address_wrong_password_and_blocked_account_answer_the_same(world: World) -> None:
    world.register(EMAIL)
    world.register("blocked@chain.example")
    block("blocked@chain.example")
    answers = [
        login(world, "nobody@chain.example"),
        login(world, EMAIL, "wrong"),
        login(world, "blocked@chain.example"),
    ]
    assert [answer.status for answer in answers] == [401] * 3
    assert answers[0].body == answers[1].body == answers[2].body
    assert all("WWW-Authenticate" in answer.headers for answer in answers)


@pytest.mark.parametrize("email", ["not an address", "x" * 300, "@"])
def test_an_invalid_address_is_treated_like_an_unknown_one(world: World, email: str) -> None:
    assert login(world, email).body["code"] == "wrong_credentials"


def test_only_the_right_password_reveals_that_an_account_is_unconfirmed(world: World) -> None:
    register(world)
    assert login(world).body["code"] == "email_not_confirmed"
    assert login(world).status == 403
    assert login(world, EMAIL, "wrong").status == 401


def test_login_does_not_mind_how_the_address_is_written(world: World) -> None:
    world.register(EMAIL)
    assert login(world, " ANNA@Chain.example").status == 200


def test_blocking_beats_a_login_under_way(world: World) -> None:
    world.register(EMAIL)
    with meanwhile("TransactWriteItems", lambda: block(EMAIL)):
        assert login(world).status == 401


def test_ending_sessions_beats_a_login_under_way(world: World) -> None:
    token = world.register(EMAIL)
    change = {"password": NEW_PASSWORD}
    with meanwhile("TransactWriteItems", lambda: world.call("POST", "/user/details", change, token)):
        assert login(world).status == 401
    assert len(list(Session.query(user_key(user_of(EMAIL).user_id), Session.sk.startswith(Session.PREFIX)))) == 1


def test_session_that_expired_is_refused_though_it_is_still_stored(world: World) -> None:
    buyer = world.person(EMAIL)
    (session,) = Session.query(user_key(buyer.user_id), Session.sk.startswith(Session.PREFIX))
    session.update(actions=[Session.expires_at.set(clock.now() - timedelta(seconds=1))])
    assert buyer.get("/user/details").status == 401


def test_knowing_who_calls_is_one_get(world: World) -> None:
    buyer = world.person(EMAIL)
    with watched() as sent:
        assert buyer.get("/partner/state").status == 403
    assert [call.operation for call in sent] == ["GetItem"]


def test_details_have_exactly_the_published_keys(world: World) -> None:
    token = world.register(EMAIL, company="ООО Сеть", position="закупщик")
    assert world.call("GET", "/user/details", token=token).body == {
        "id": user_of(EMAIL).user_id,
        "first_name": "Анна",
        "last_name": "Круглова",
        "email": EMAIL,
        "company": "ООО Сеть",
        "position": "закупщик",
        "type": "buyer",
        "contacts": [],
    }


def test_only_what_is_named_is_changed(world: World) -> None:
    buyer = world.person(EMAIL)
    before = buyer.get("/user/details").body
    assert buyer.post("/user/details", {"position": "директор", "type": "administrator", "id": 1}).body == {
        "Status": True
    }
    assert buyer.get("/user/details").body == {**before, "position": "директор"}


@pytest.mark.parametrize(
    ("change", "field"),
    [({"first_name": ""}, "first_name"), ({"password": "123"}, "password"), ({"email": "new"}, "email")],
)
def test_wrong_change_names_its_field_and_changes_nothing(world: World, change: dict[str, str], field: str) -> None:
    buyer = world.person(EMAIL)
    answer = buyer.post("/user/details", {"company": "Новая", **change})
    assert (answer.status, list(answer.body["Errors"])) == (400, [field])
    assert get_user(buyer.user_id)[0].company != "Новая"


def test_the_own_address_in_another_spelling_changes_nothing(world: World) -> None:
    assert world.person(EMAIL).post("/user/details", {"email": " ANNA@chain.example"}).status == 200


def test_new_password_ends_the_other_sessions_and_keeps_this_one(world: World) -> None:
    here, there = world.register(EMAIL), world.login(EMAIL)
    world.call("POST", "/user/details", {"password": NEW_PASSWORD}, here)
    assert (details(world, here), details(world, there)) == (200, 401)
    assert login(world).status == 401
    assert login(world, EMAIL, NEW_PASSWORD).status == 200


def sessions_of(email: str) -> int:
    return len(list(Session.all_in(user_key(user_of(email).user_id))))


def test_thousands_of_sessions_are_ended_by_25_a_call_and_no_others(world: World) -> None:
    here, other = world.register(EMAIL), world.register("other@chain.example")
    (one,) = Session.all_in(user_key(user_of(EMAIL).user_id))
    for number in range(59):
        one.sk = f"{Session.PREFIX}{number:064}"
        one.save()
    with watched() as sent:
        world.call("POST", "/user/details", {"password": NEW_PASSWORD}, here)
    batches = [call.request["RequestItems"] for call in sent if call.operation == "BatchWriteItem"]
    assert [len(batch[Session.Meta.table_name]) for batch in batches] == [25, 25, 9]
    assert not [call for call in sent if call.operation == "DeleteItem" and Session.PREFIX in str(call.request)]
    assert (sessions_of(EMAIL), details(world, here), details(world, other)) == (1, 200, 200)


def test_number_as_a_password_is_judged_by_its_digits(world: World) -> None:
    answer = register(world, password=98765432198765)
    assert list(answer.body["Errors"]) == ["password"]
