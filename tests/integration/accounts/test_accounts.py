"""Accounts: registration, confirmation, login, details, and what ends a session."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.accounts.admin import create_administrator
from chalicelib.accounts.users import find_user, get_user
from chalicelib.errors import EmailTaken, FieldErrors
from chalicelib.models.accounts import Administrator, EmailLock, OneTimeToken, Session, User, user_key
from chalicelib.models.catalogue import Shop
from tests.integration.calls import meanwhile, watched
from tests.integration.world import PASSWORD, Answer, World

EMAIL = "anna@chain.example"
FORM = {"first_name": "Анна", "last_name": "Круглова", "email": EMAIL, "password": PASSWORD}
NEW_PASSWORD = "another horse 8"
ADMIN = "admin@service.example"


def user_of(email: str) -> User:
    user = find_user(email)
    assert user is not None
    return user


def register(world: World, **more: Any) -> Answer:
    answer = world.call("POST", "/user/register", {**FORM, **more})
    world.pump()
    return answer


def confirm(world: World, token: str, email: str = EMAIL) -> Answer:
    return world.call("POST", "/user/register/confirm", {"email": email, "token": token})


def login(world: World, email: str = EMAIL, password: str = PASSWORD) -> Answer:
    return world.call("POST", "/user/login", {"email": email, "password": password})


def details(world: World, token: str) -> int:
    return world.call("GET", "/user/details", token=token).status


def block(email: str) -> None:
    user_of(email).update(actions=[User.blocked.set(True)])


def one_time_tokens(user_id: int) -> list[OneTimeToken]:
    return list(OneTimeToken.query(user_key(user_id), OneTimeToken.sk.startswith(OneTimeToken.PREFIX)))


def test_registration_answers_the_published_body_and_nothing_more(world: World) -> None:
    answer = register(world)
    assert (answer.status, answer.body) == (200, {"Status": True})


def test_token_goes_out_by_mail_only(world: World) -> None:
    answer = register(world)
    token = world.token_mailed_to(EMAIL)
    assert token not in str(answer)
    assert [set(mail["to"]) for mail in world.mails()] == [{EMAIL}]


def test_password_and_tokens_are_stored_as_hashes_only(world: World) -> None:
    session = world.register(EMAIL)
    stored = str([item.attribute_values for item in User.query(user_key(user_of(EMAIL).user_id))])
    assert PASSWORD not in stored
    assert session not in stored


def test_every_fault_of_a_registration_is_named_at_once(world: World) -> None:
    answer = world.call("POST", "/user/register", {"email": "x", "type": "king", "first_name": ["a"]}, language="en")
    assert answer.status == 400
    assert answer.body["Errors"].keys() == {"first_name", "last_name", "email", "password", "type"}


def test_every_rule_that_the_password_breaks_is_told(world: World) -> None:
    answer = register(world, password="123", type="shop")
    assert answer.status == 400
    assert len(answer.body["Errors"]["password"]) == 2
    assert "company" in answer.body["Errors"]


def test_shop_without_a_company_is_refused(world: World) -> None:
    answer = register(world, type="shop", company=" ")
    assert (answer.status, list(answer.body["Errors"])) == (400, ["company"])


@pytest.mark.parametrize("again", [EMAIL, " Anna@Chain.Example ", "ａnna@chain.example"])
def test_taken_address_is_refused_however_it_is_written(world: World, again: str) -> None:
    register(world)
    answer = register(world, email=again)
    assert (answer.status, answer.body["code"]) == (409, "email_taken")


def test_national_domain_and_its_ascii_form_are_one_address(world: World) -> None:
    register(world, email="anna@почта.рф")
    assert register(world, email="anna@xn--80a1acny.xn--p1ai").status == 409


def test_of_two_registrations_at_once_one_wins_and_nothing_is_left_of_the_other(world: World) -> None:
    with meanwhile("TransactWriteItems", lambda: register(world, first_name="Первая")):
        answer = register(world, first_name="Вторая")
    assert answer.status == 409
    assert user_of(EMAIL).first_name == "Первая"
    assert len(world.mails()) == 1


def test_confirmed_buyer_can_log_in(world: World) -> None:
    register(world)
    assert confirm(world, world.token_mailed_to(EMAIL)).body == {"Status": True}
    answer = login(world)
    assert answer.body == {"Status": True, "Token": answer.body["Token"]}
    assert details(world, answer.body["Token"]) == 200


def test_token_works_once(world: World) -> None:
    register(world)
    token = world.token_mailed_to(EMAIL)
    assert [confirm(world, token).status for _ in range(2)] == [200, 400]


def test_token_of_one_does_not_confirm_another(world: World) -> None:
    register(world)
    token = world.token_mailed_to(EMAIL)
    register(world, email="other@chain.example")
    assert confirm(world, token, "other@chain.example").body["code"] == "wrong_token"
    assert not user_of("other@chain.example").confirmed


@pytest.mark.parametrize("token", ["x", "a" * 52, "токен", "!" * 52])
@pytest.mark.parametrize("email", [EMAIL, "nobody@chain.example"])
def test_wrong_token_tells_nothing_about_the_address(world: World, token: str, email: str) -> None:
    register(world)
    answer = confirm(world, token, email)
    assert (answer.status, answer.body["code"]) == (400, "wrong_token")


def test_token_lives_24_hours(world: World) -> None:
    register(world)
    (stored,) = one_time_tokens(user_of(EMAIL).user_id)
    left = stored.expires_at - clock.now()
    assert timedelta(hours=23, minutes=59) < left <= timedelta(hours=24)


def test_expired_token_is_refused_though_it_is_still_stored(world: World) -> None:
    register(world)
    (stored,) = one_time_tokens(user_of(EMAIL).user_id)
    stored.update(actions=[OneTimeToken.expires_at.set(clock.now() - timedelta(seconds=1))])
    assert confirm(world, world.token_mailed_to(EMAIL)).status == 400
    assert not user_of(EMAIL).confirmed


def test_shop_opens_at_confirmation(world: World) -> None:
    register(world, type="shop", company="ООО Север")
    assert world.call("GET", "/shops").body["count"] == 0
    confirm(world, world.token_mailed_to(EMAIL))
    user = user_of(EMAIL)
    (listed,) = world.call("GET", "/shops").body["results"]
    assert listed == {"id": user.shop_id, "name": "ООО Север", "state": True}
    assert Shop.get(*Shop.key(user.shop_id)).owner_id == user.user_id


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
def test_address_that_is_none_is_like_an_unknown_one(world: World, email: str) -> None:
    assert login(world, email).body["code"] == "wrong_credentials"


def test_unconfirmed_is_told_to_those_who_know_the_password_only(world: World) -> None:
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


def test_own_address_written_otherwise_is_no_change(world: World) -> None:
    assert world.person(EMAIL).post("/user/details", {"email": " ANNA@chain.example"}).status == 200


def test_new_password_ends_the_other_sessions_and_keeps_this_one(world: World) -> None:
    here, there = world.register(EMAIL), world.login(EMAIL)
    world.call("POST", "/user/details", {"password": NEW_PASSWORD}, here)
    assert (details(world, here), details(world, there)) == (200, 401)
    assert login(world).status == 401
    assert login(world, EMAIL, NEW_PASSWORD).status == 200


@pytest.mark.parametrize("password", [" spaces at the ends ", "пароль из слов"])
def test_password_of_the_command_works_as_it_was_typed(world: World, password: str) -> None:
    create_administrator(ADMIN, password)
    assert login(world, ADMIN, password).status == 200


def test_number_as_a_password_is_judged_by_its_digits(world: World) -> None:
    answer = register(world, password=98765432198765)
    assert list(answer.body["Errors"]) == ["password"]


def test_administrator_comes_from_a_command(world: World) -> None:
    user_id = create_administrator(" Admin@Service.example ", PASSWORD)
    token = world.login(ADMIN)
    assert world.call("GET", "/admin/orders", token=token).status == 200
    assert [one.user_id for one in Administrator.query(Administrator.PK)] == [user_id]


def test_the_command_renews_the_password_and_ends_sessions(world: World) -> None:
    first = create_administrator(ADMIN, PASSWORD)
    token = world.login(ADMIN)
    assert create_administrator(ADMIN, NEW_PASSWORD) == first
    assert (details(world, token), login(world, ADMIN).status) == (401, 401)
    assert login(world, ADMIN, NEW_PASSWORD).status == 200


def test_the_command_refuses_another_kind_of_account(world: World) -> None:
    token = world.register(EMAIL)
    with pytest.raises(EmailTaken):
        create_administrator(EMAIL, NEW_PASSWORD)
    assert details(world, token) == 200


def test_the_command_loses_against_a_registration_at_the_same_moment(world: World) -> None:
    def taken() -> None:
        lock = EmailLock.at(ADMIN)
        lock.user_id = 7
        lock.save()

    with meanwhile("TransactWriteItems", taken), pytest.raises(EmailTaken):
        create_administrator(ADMIN, PASSWORD)
    assert list(Administrator.query(Administrator.PK)) == []


@pytest.mark.parametrize(("email", "password"), [("nobody", PASSWORD), (ADMIN, "123")])
def test_the_command_keeps_the_rules(world: World, email: str, password: str) -> None:
    with pytest.raises(FieldErrors):
        create_administrator(email, password)
