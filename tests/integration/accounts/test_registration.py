"""Registration and its confirmation by a token that is mailed."""

from datetime import timedelta

import pytest

from chalicelib import clock
from chalicelib.models.accounts import OneTimeToken, User, user_key
from chalicelib.models.catalogue import Shop
from tests.integration.accounts.account import EMAIL, details, login, register, user_of
from tests.integration.calls import meanwhile
from tests.integration.world import PASSWORD, Answer, World


def confirm(world: World, token: str, email: str = EMAIL) -> Answer:
    return world.call("POST", "/user/register/confirm", {"email": email, "token": token})


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


def test_every_rule_that_the_password_breaks_is_reported(world: World) -> None:
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
