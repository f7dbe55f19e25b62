"""An administrator is made by a command, and only from an address that is free or an administrator's."""

import pytest

from chalicelib.accounts.admin import create_administrator
from chalicelib.errors import EmailTaken, FieldErrors
from chalicelib.models.accounts import Administrator, EmailLock
from tests.integration.accounts.account import EMAIL, NEW_PASSWORD, details, login
from tests.integration.calls import meanwhile
from tests.integration.world import PASSWORD, World

ADMIN = "admin@service.example"


@pytest.mark.parametrize("password", [" spaces at the ends ", "пароль из слов"])
def test_password_of_the_command_works_as_it_was_typed(world: World, password: str) -> None:
    create_administrator(ADMIN, password)
    assert login(world, ADMIN, password).status == 200


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
