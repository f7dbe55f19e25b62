"""One buyer's account, as most tests of accounts use it: Anna registers, logs in, and asks who she is."""

from typing import Any

from chalicelib.accounts.users import find_user
from chalicelib.models.accounts import User
from tests.integration.world import PASSWORD, Answer, World

EMAIL = "anna@chain.example"
NEW_PASSWORD = "another horse 8"
FORM = {"first_name": "Анна", "last_name": "Круглова", "email": EMAIL, "password": PASSWORD}


def user_of(email: str) -> User:
    user = find_user(email)
    assert user is not None
    return user


def register(world: World, **more: Any) -> Answer:
    answer = world.call("POST", "/user/register", {**FORM, **more})
    world.pump()
    return answer


def login(world: World, email: str = EMAIL, password: str = PASSWORD) -> Answer:
    return world.call("POST", "/user/login", {"email": email, "password": password})


def details(world: World, token: str) -> int:
    """Return the status of asking for the account that the token belongs to."""
    return world.call("GET", "/user/details", token=token).status
