"""Lost passwords, lost confirmations, new addresses, logging out, and how guessing is slowed down."""

import pytest

from chalicelib import clock
from chalicelib.accounts.users import find_user
from chalicelib.models.accounts import OneTimeToken, Session, User, user_key
from tests.integration.accounts.account import EMAIL, NEW_PASSWORD, login
from tests.integration.world import PASSWORD, Answer, World

NEW_EMAIL = "anna.new@chain.example"


def ask_reset(world: World, email: str = EMAIL) -> Answer:
    answer = world.call("POST", "/user/password_reset", {"email": email})
    world.pump()
    return answer


def reset(world: World, token: str, *, email: str = EMAIL, password: str = NEW_PASSWORD) -> Answer:
    return world.call("POST", "/user/password_reset/confirm", {"email": email, "token": token, "password": password})


def test_a_lost_password_is_replaced_by_the_token_from_the_mail(world: World) -> None:
    session = world.register(EMAIL)
    assert ask_reset(world).body == {"status": "OK"}
    assert reset(world, world.token_mailed_to(EMAIL)).body == {"status": "OK"}
    assert world.call("GET", "/user/details", token=session).status == 401
    assert (login(world).status, login(world, password=NEW_PASSWORD).status) == (401, 200)


def test_a_reset_token_works_once(world: World) -> None:
    world.register(EMAIL)
    ask_reset(world)
    token = world.token_mailed_to(EMAIL)
    assert [reset(world, token).status for _ in range(2)] == [200, 400]


def test_a_reset_token_is_too_old_after_its_hour_though_still_stored(world: World) -> None:
    world.register(EMAIL)
    ask_reset(world)
    user = find_user(EMAIL)
    assert user is not None
    for stored in OneTimeToken.query(user_key(user.user_id), OneTimeToken.sk.startswith(OneTimeToken.PREFIX)):
        stored.update(actions=[OneTimeToken.expires_at.set(clock.after(-1))])
    assert reset(world, world.token_mailed_to(EMAIL)).body["code"] == "wrong_token"


def test_a_confirmation_token_resets_no_password(world: World) -> None:
    world.call("POST", "/user/register", {"first_name": "А", "last_name": "Б", "email": EMAIL, "password": PASSWORD})
    world.pump()
    assert reset(world, world.token_mailed_to(EMAIL)).body["code"] == "wrong_token"


def test_a_reset_tells_nothing_about_the_address(world: World) -> None:
    assert ask_reset(world, "nobody@chain.example").body == {"status": "OK"}
    assert world.mails() == []
    assert reset(world, "x" * 52, email="nobody@chain.example").body["code"] == "wrong_token"


def test_a_weak_new_password_is_refused_and_leaves_the_token_good(world: World) -> None:
    world.register(EMAIL)
    ask_reset(world)
    token = world.token_mailed_to(EMAIL)
    assert "password" in reset(world, token, password="123").body["Errors"]
    assert reset(world, token).status == 200


def test_a_lost_confirmation_is_sent_again_to_those_who_wait_for_it(world: World) -> None:
    world.call("POST", "/user/register", {"first_name": "А", "last_name": "Б", "email": EMAIL, "password": PASSWORD})
    world.pump()
    assert world.call("POST", "/user/register/resend", {"email": EMAIL}).body == {"Status": True}
    world.pump()
    assert len(world.mails()) == 2
    confirm = {"email": EMAIL, "token": world.token_mailed_to(EMAIL)}
    assert world.call("POST", "/user/register/confirm", confirm).status == 200


@pytest.mark.parametrize("email", [EMAIL, "nobody@chain.example"])
def test_no_confirmation_is_sent_to_those_who_need_none(world: World, email: str) -> None:
    world.register(EMAIL)
    assert world.call("POST", "/user/register/resend", {"email": email}).body == {"Status": True}
    world.pump()
    assert len(world.mails()) == 1


def test_a_new_address_holds_once_its_own_mail_proves_it(world: World) -> None:
    session = world.register(EMAIL)
    assert world.call("POST", "/user/details", {"email": NEW_EMAIL}, session).status == 200
    world.pump()
    assert world.call("GET", "/user/details", token=session).body["email"] == EMAIL
    token = world.token_mailed_to(NEW_EMAIL)
    assert world.call("POST", "/user/email/confirm", {"token": token}, session).status == 200
    world.pump()
    assert (login(world).status, login(world, NEW_EMAIL).status) == (401, 200)
    assert (set(world.mails()[-1]["to"]), NEW_EMAIL in world.mails()[-1]["text"]) == ({EMAIL}, True)


def test_an_address_that_somebody_registered_meanwhile_is_not_taken_over(world: World) -> None:
    session = world.register(EMAIL)
    world.call("POST", "/user/details", {"email": NEW_EMAIL}, session)
    world.pump()
    token = world.token_mailed_to(NEW_EMAIL)
    world.register(NEW_EMAIL)
    assert world.call("POST", "/user/email/confirm", {"token": token}, session).body["code"] == "email_taken"
    assert login(world).status == 200


def test_a_taken_address_is_refused_at_once(world: World) -> None:
    world.register(NEW_EMAIL)
    session = world.register(EMAIL)
    assert world.call("POST", "/user/details", {"email": NEW_EMAIL}, session).body["code"] == "email_taken"


def test_somebody_elses_token_changes_no_address(world: World) -> None:
    session, other = world.register(EMAIL), world.register("other@chain.example")
    world.call("POST", "/user/details", {"email": NEW_EMAIL}, session)
    world.pump()
    body = {"token": world.token_mailed_to(NEW_EMAIL)}
    assert world.call("POST", "/user/email/confirm", body, other).body["code"] == "wrong_token"


def test_logging_out_ends_this_session_only(world: World) -> None:
    first, second = world.register(EMAIL), world.login(EMAIL)
    assert world.call("POST", "/user/logout", token=first).body == {"Status": True}
    assert [world.call("GET", "/user/details", token=t).status for t in (first, second)] == [401, 200]


def test_logging_out_everywhere_ends_every_session(world: World) -> None:
    first, second = world.register(EMAIL), world.login(EMAIL)
    assert world.call("POST", "/user/logout/all", token=first).status == 200
    assert [world.call("GET", "/user/details", token=t).status for t in (first, second)] == [401, 401]
    user = find_user(EMAIL)
    assert user is not None
    assert list(Session.query(user.pk, Session.sk.startswith(Session.PREFIX))) == []
    assert user.epoch == 1


def test_an_account_blocked_after_it_asked_gets_no_mail(world: World) -> None:
    world.register(EMAIL)
    world.call("POST", "/user/password_reset", {"email": EMAIL})
    user = find_user(EMAIL)
    assert user is not None
    user.update(actions=[User.blocked.set(True)])
    world.pump()
    assert len(world.mails()) == 1
