"""Lost passwords, lost confirmations, new addresses, logging out, and how guessing is slowed down."""

from datetime import timedelta

import pytest

from chalicelib import clock
from chalicelib.accounts.tokens import new_token
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


@pytest.mark.parametrize("blank", [{}, {"email": ""}], ids=["absent", "blank"])
def test_the_reset_token_suffices_without_the_address(world: World, blank: dict[str, str]) -> None:
    world.register(EMAIL)
    ask_reset(world)
    form = {**blank, "token": world.token_mailed_to(EMAIL)}
    similar = world.call("POST", "/user/password_reset/confirm", {**form, "password": EMAIL})
    assert similar.body["Errors"].keys() == {"password"}
    answer = world.call("POST", "/user/password_reset/confirm", {**form, "password": NEW_PASSWORD})
    assert answer.body == {"status": "OK"}
    assert login(world, password=NEW_PASSWORD).status == 200


def test_an_address_sent_with_the_reset_token_has_to_be_the_accounts(world: World) -> None:
    world.register(EMAIL)
    world.register(NEW_EMAIL)
    ask_reset(world)
    assert reset(world, world.token_mailed_to(EMAIL), email=NEW_EMAIL).body["code"] == "wrong_token"


def test_an_unknown_token_tells_nothing_about_passwords(world: World) -> None:
    world.register(EMAIL)
    user = find_user(EMAIL)
    assert user is not None
    forged = {"token": new_token(user.user_id), "password": EMAIL}
    assert world.call("POST", "/user/password_reset/confirm", forged).body["code"] == "wrong_token"


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


def test_a_new_address_is_shown_as_long_as_it_waits_for_its_token(world: World) -> None:
    session = world.register(EMAIL)
    asked = world.call("POST", "/user/details", {"email": NEW_EMAIL, "position": "директор"}, session)
    assert asked.body == {"Status": True, "email_pending": NEW_EMAIL}
    shown = world.call("GET", "/user/details", token=session).body
    assert (shown["email"], shown["email_pending"]) == (EMAIL, NEW_EMAIL)
    world.pump()
    world.call("POST", "/user/email/confirm", {"token": world.token_mailed_to(NEW_EMAIL)}, session)
    shown = world.call("GET", "/user/details", token=session).body
    assert (shown["email"], "email_pending" in shown) == (NEW_EMAIL, False)


def test_a_new_address_waits_no_longer_than_its_token_is_valid(world: World) -> None:
    session = world.register(EMAIL)
    world.call("POST", "/user/details", {"email": NEW_EMAIL}, session)
    user = find_user(EMAIL)
    assert user is not None
    asked = clock.from_stamp(str(user.pending_until)) - timedelta(hours=24)
    assert timedelta(0) <= clock.now() - asked < timedelta(minutes=5)
    user.update(actions=[User.pending_until.set(clock.stamp(clock.after(-1)))])
    assert "email_pending" not in world.call("GET", "/user/details", token=session).body


def test_a_new_address_waits_no_longer_once_its_token_is_void(world: World) -> None:
    session = world.register(EMAIL)
    world.call("POST", "/user/details", {"email": NEW_EMAIL}, session)
    world.call("POST", "/user/details", {"password": NEW_PASSWORD}, session)
    assert "email_pending" not in world.call("GET", "/user/details", token=session).body


def test_a_new_password_does_not_void_the_address_that_is_sent_with_it(world: World) -> None:
    session = world.register(EMAIL)
    both = {"email": NEW_EMAIL, "password": NEW_PASSWORD}
    assert world.call("POST", "/user/details", both, session).body["email_pending"] == NEW_EMAIL
    assert world.call("GET", "/user/details", token=session).body["email_pending"] == NEW_EMAIL
    world.pump()
    proof = {"token": world.token_mailed_to(NEW_EMAIL)}
    assert world.call("POST", "/user/email/confirm", proof, session).status == 200


@pytest.mark.parametrize("email", [EMAIL, ""])
def test_the_address_that_the_account_has_waits_for_nothing(world: World, email: str) -> None:
    session = world.register(EMAIL)
    assert world.call("POST", "/user/details", {"email": email}, session).body == {"Status": True}


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
