"""A mailed token dies with what it was for, and proves the address that it was mailed to and no other."""

import dataclasses
from collections.abc import Callable

import pytest

from chalicelib import outbox
from chalicelib.accounts import registration
from chalicelib.accounts.sessions import open_session
from chalicelib.accounts.tokens import CONFIRM, EMAIL, RESET, new_token, token_hash
from chalicelib.accounts.users import find_user
from chalicelib.clock import after
from chalicelib.models.accounts import OneTimeToken, User
from chalicelib.models.catalogue import Shop
from chalicelib.settings import settings
from tests.integration.calls import meanwhile
from tests.integration.world import PASSWORD, Answer, World

OLD, NEW, ELSEWHERE = "anna@chain.example", "anna.new@chain.example", "anna.third@chain.example"
PASSWORDS = ("another horse 7", "a third horse 8")
FORM = {"first_name": "А", "last_name": "Б", "email": OLD, "password": PASSWORD}


def mailed_reset(world: World, email: str = OLD) -> str:
    world.call("POST", "/user/password_reset", {"email": email})
    world.pump()
    return world.token_mailed_to(email)


def reset(world: World, token: str, email: str = OLD, password: str = PASSWORDS[0]) -> Answer:
    return world.call("POST", "/user/password_reset/confirm", {"email": email, "token": token, "password": password})


def mailed_change(world: World, session: str, email: str = NEW) -> str:
    assert world.call("POST", "/user/details", {"email": email}, session).status == 200
    world.pump()
    return world.token_mailed_to(email)


def change_address(world: World, session: str, token: str) -> Answer:
    return world.call("POST", "/user/email/confirm", {"token": token}, session)


def by_reset(world: World, session: str) -> None:
    assert reset(world, mailed_reset(world)).status == 200


def by_password(world: World, session: str) -> None:
    assert world.call("POST", "/user/details", {"password": PASSWORDS[1]}, session).status == 200


def by_address(world: World, session: str) -> None:
    assert change_address(world, session, mailed_change(world, session, ELSEWHERE)).status == 200


def by_block(world: World, session: str) -> None:
    admin, user = world.person("admin@us.example", "administrator"), find_user(OLD)
    assert user is not None
    for call in ("block", "unblock"):
        assert admin.post(f"/admin/users/{user.user_id}/{call}").status == 200


@pytest.mark.parametrize("end", [by_reset, by_password, by_address, by_block])
def test_whatever_changes_who_has_the_account_voids_every_token_mailed_before(
    world: World, end: Callable[[World, str], None]
) -> None:
    session = world.register(OLD)
    older, change = mailed_reset(world), mailed_change(world, session)
    end(world, session)
    user = find_user(ELSEWHERE if end is by_address else OLD)
    assert user is not None
    assert reset(world, older, user.email, "a fourth horse 9").body["code"] == "wrong_token"
    assert change_address(world, open_session(user), change).body["code"] == "wrong_token"


def test_a_token_mailed_to_the_old_address_works_for_neither_address_after_a_change(world: World) -> None:
    session = world.register(OLD)
    token = mailed_reset(world)
    change_address(world, session, mailed_change(world, session))
    assert [reset(world, token, email).body["code"] for email in (OLD, NEW)] == ["wrong_token"] * 2
    assert reset(world, mailed_reset(world, NEW), NEW).status == 200


def test_a_token_of_the_same_epoch_proves_only_the_address_it_was_mailed_to(world: World) -> None:
    world.register(OLD)
    user = find_user(OLD)
    assert user is not None
    token = new_token(user.user_id)
    stored = OneTimeToken.at(user.user_id, RESET, token_hash(token))
    stored.email, stored.epoch, stored.expires_at = NEW, user.token_epoch, after(60)
    stored.save()
    assert reset(world, token).body["code"] == "wrong_token"


def test_a_mail_asked_for_before_a_change_and_sent_after_it_carries_no_token(world: World) -> None:
    session = world.register(OLD)
    assert world.call("POST", "/user/details", {"email": NEW}, session).status == 200
    world.call("POST", "/user/details", {"password": PASSWORDS[0]}, session)
    world.pump()
    assert [mail for mail in world.mails() if NEW in mail["to"]] == []


def test_a_change_of_name_voids_no_token(world: World) -> None:
    session = world.register(OLD)
    token = mailed_reset(world)
    world.call("POST", "/user/details", {"first_name": "Мария"}, session)
    assert reset(world, token).status == 200


def test_of_two_tokens_used_at_once_one_works(world: World) -> None:
    world.register(OLD)
    first, second = mailed_reset(world), mailed_reset(world)
    with meanwhile("TransactWriteItems", lambda: reset(world, first)):
        assert reset(world, second, password=PASSWORDS[1]).body["code"] == "wrong_token"
    assert world.login(OLD, PASSWORDS[0])


@pytest.mark.parametrize("change", ["password", "block"])
def test_a_reset_that_something_else_overtakes_is_refused(world: World, change: str) -> None:
    session = world.register(OLD)
    token = mailed_reset(world)
    act = by_password if change == "password" else by_block
    with meanwhile("TransactWriteItems", lambda: act(world, session)):
        assert reset(world, token).body["code"] == "wrong_token"


def test_a_blocked_account_is_not_confirmed_by_its_token_and_its_shop_does_not_open(world: World) -> None:
    world.call("POST", "/user/register", {**FORM, "type": "shop", "company": "ООО Север"})
    world.pump()
    token, user = world.token_mailed_to(OLD), find_user(OLD)
    assert user is not None
    user.update(actions=[User.blocked.set(True)])
    answer = world.call("POST", "/user/register/confirm", {"email": OLD, "token": token})
    assert answer.body["code"] == "wrong_token"
    assert Shop.at(user.shop_id).find() is None


@pytest.mark.parametrize("kind", ["buyer", "shop"])
def test_the_owner_of_an_address_that_a_stranger_registered_gets_in_by_a_new_password(world: World, kind: str) -> None:
    world.call("POST", "/user/register", {**FORM, "type": kind, "company": "ООО Север"})
    world.pump()
    confirmation = world.token_mailed_to(OLD)
    assert reset(world, mailed_reset(world)).status == 200
    session = world.login(OLD, PASSWORDS[0])
    assert world.call("GET", "/user/details", token=session).body["type"] == kind
    assert world.call("GET", "/shops").body["count"] == (kind == "shop")
    # The stranger's password is gone, and so is the token of the first mail.
    assert world.call("POST", "/user/login", {"email": OLD, "password": PASSWORD}).status == 401
    proof = {"email": OLD, "token": confirmation}
    assert world.call("POST", "/user/register/confirm", proof).body["code"] == "wrong_token"


def test_tokens_and_queued_mails_of_the_version_before_work_until_something_changes(world: World) -> None:
    """They have neither address nor epoch, and no account has an epoch yet."""
    session = world.register(OLD)
    user = find_user(OLD)
    assert user is not None
    tokens = []
    for _ in range(2):
        tokens.append(new_token(user.user_id))
        stored = OneTimeToken.at(user.user_id, RESET, token_hash(tokens[-1]))
        stored.expires_at = after(60)
        stored.save()
    about = {"user_id": user.user_id, "email": NEW, "to": NEW}
    mail = outbox.compose("email_change", f"user:{user.user_id}", about)
    mail.save()
    outbox.dispatch([mail])
    world.pump()
    assert change_address(world, session, world.token_mailed_to(NEW)).status == 200
    assert reset(world, tokens[0], NEW).body["code"] == "wrong_token"


def test_a_reset_token_of_the_version_before_works_once(world: World) -> None:
    world.register(OLD)
    user = find_user(OLD)
    assert user is not None
    token = new_token(user.user_id)
    stored = OneTimeToken.at(user.user_id, RESET, token_hash(token))
    stored.expires_at = after(60)
    stored.save()
    assert [reset(world, token, password=password).status for password in PASSWORDS] == [200, 400]


@pytest.mark.parametrize("purpose", [CONFIRM, RESET, EMAIL])
def test_every_mailed_token_is_stored_with_its_address_and_epoch(world: World, purpose: str) -> None:
    session = ""
    if purpose == CONFIRM:
        world.call("POST", "/user/register", FORM)
        world.pump()
    else:
        session = world.register(OLD)
    to = NEW if purpose == EMAIL else OLD
    token = {
        CONFIRM: lambda: world.token_mailed_to(OLD),
        RESET: lambda: mailed_reset(world),
        EMAIL: lambda: mailed_change(world, session),
    }[purpose]()
    user = find_user(OLD)
    assert user is not None
    stored = OneTimeToken.at(user.user_id, purpose, token_hash(token)).require()
    assert (stored.email, stored.epoch) == (to, 0)


def test_a_new_password_is_told_to_its_account(world: World) -> None:
    session = world.register(OLD)
    by_password(world, session)
    world.pump()
    assert (set(world.mails()[-1]["to"]), world.mails()[-1]["subject"]) == ({OLD}, "Пароль изменён")


def test_a_new_password_needs_no_current_one_but_a_wrong_one_is_refused(world: World) -> None:
    session = world.register(OLD)
    wrong = {"password": PASSWORDS[0], "current_password": "not this one 1"}
    answer = world.call("POST", "/user/details", wrong, session)
    assert (answer.status, list(answer.body["Errors"])) == (400, ["current_password"])
    right = {"password": PASSWORDS[0], "current_password": PASSWORD}
    assert world.call("POST", "/user/details", right, session).body == {"Status": True}
    assert world.call("POST", "/user/details", {"password": PASSWORDS[1]}, session).body == {"Status": True}


@pytest.mark.parametrize("change", [{"password": PASSWORDS[0]}, {"email": NEW}])
def test_an_operator_may_demand_the_current_password(
    world: World, change: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = world.register(OLD)
    demanding = dataclasses.replace(settings(), require_current_password=1)
    monkeypatch.setattr(registration, "settings", lambda: demanding)
    answer = world.call("POST", "/user/details", change, session)
    assert (answer.status, list(answer.body["Errors"])) == (400, ["current_password"])
    assert world.call("POST", "/user/details", {"first_name": "Мария", "email": OLD}, session).status == 200
    assert world.call("POST", "/user/details", {**change, "current_password": PASSWORD}, session).status == 200


def test_a_new_password_and_a_new_address_in_one_request_both_hold(world: World) -> None:
    session = world.register(OLD)
    both = {"password": PASSWORDS[0], "email": NEW}
    assert world.call("POST", "/user/details", both, session).status == 200
    world.pump()
    assert change_address(world, session, world.token_mailed_to(NEW)).status == 200
    assert world.login(NEW, PASSWORDS[0])


def test_a_change_with_a_taken_address_changes_nothing(world: World) -> None:
    world.register(NEW)
    session = world.register(OLD)
    change = {"first_name": "Мария", "password": PASSWORDS[0], "email": NEW}
    assert world.call("POST", "/user/details", change, session).body["code"] == "email_taken"
    assert world.call("GET", "/user/details", token=session).body["first_name"] == "Анна"
    assert world.login(OLD)
