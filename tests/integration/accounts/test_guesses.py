"""Guessing passwords is slow from every network, and keeps nobody else from logging in."""

from collections.abc import Iterator

import pytest

from chalicelib import clock
from chalicelib.accounts import limits
from chalicelib.accounts.guesses import begin
from chalicelib.errors import TooManyAttempts
from chalicelib.models.accounts import Throttle
from tests.integration.calls import meanwhile, watched
from tests.integration.world import PASSWORD, Answer, World
from tests.limits import at_ten_past, limited

EMAIL, OTHER = "anna@chain.example", "boris@chain.example"
HOME, ATTACKER = "198.51.100.7", "203.0.113.9"
WRONG = "wrong password 1"


@pytest.fixture(autouse=True)
def _standing_clock() -> Iterator[None]:
    with at_ten_past():
        yield


def login(world: World, email: str = EMAIL, password: str = PASSWORD, at: str = HOME) -> Answer:
    with world.at(at):
        return world.call("POST", "/user/login", {"email": email, "password": password})


def guess(world: World, times: int, email: str = EMAIL, at: str = ATTACKER) -> list[int]:
    return [login(world, email, WRONG, at).status for _ in range(times)]


def pass_time(email: str = EMAIL, at: str = ATTACKER) -> None:
    """Let the wait of a network end, as time does."""
    Throttle.at("login", f"{email}#{at}").update(actions=[Throttle.until.set(clock.stamp(clock.after(-1)))])


@pytest.mark.parametrize("email", [EMAIL, "nobody@chain.example"])
def test_wrong_logins_are_slowed_whether_or_not_the_account_exists(world: World, email: str) -> None:
    world.register(EMAIL)
    answers = [login(world, email, WRONG) for _ in range(7)]
    assert [answer.status for answer in answers] == [401] * 6 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 2


def test_where_somebody_guesses_the_right_password_waits_too_and_then_the_count_begins_again(world: World) -> None:
    world.register(EMAIL)
    guess(world, 6, at=HOME)
    assert login(world).status == 429
    pass_time(at=HOME)
    assert login(world).status == 200
    assert guess(world, 5, at=HOME) == [401] * 5


def test_each_further_wrong_password_doubles_the_wait(world: World) -> None:
    waits = []
    for _ in range(20):
        while login(world, EMAIL, WRONG).status == 401:
            pass
        waits.append(int(login(world, EMAIL, WRONG).headers["Retry-After"]))
        pass_time(at=HOME)
    assert waits[:4] == [2, 4, 8, 16]
    assert waits[-1] == 900


def test_nobody_keeps_the_owner_from_logging_in_from_elsewhere(world: World) -> None:
    world.register(EMAIL)
    guess(world, 30)
    assert login(world).status == 200


def test_not_even_from_many_networks_at_once(world: World) -> None:
    world.register(EMAIL)
    for number in range(60):
        guess(world, 1, at=f"203.0.113.{number}")
    assert login(world, at="192.0.2.1").status == 200


def test_many_networks_together_have_one_guess_each(world: World) -> None:
    world.register(EMAIL)
    with limited(login_account=(10, 3600)):
        for number in range(10):
            guess(world, 1, at=f"203.0.113.{number}")
        assert guess(world, 2, at="192.0.2.1") == [401, 429]
        # Where the account is used, a few typing errors are still free.
        login(world)
        assert guess(world, 3, at=HOME) == [401] * 3


def test_trying_many_accounts_makes_a_network_wait_but_not_for_accounts_that_are_used_from_it(world: World) -> None:
    world.register(EMAIL)
    world.register(OTHER)
    login(world, at=ATTACKER)
    with limited(login_network=(10, 900)):
        for number in range(10):
            guess(world, 1, f"nobody-{number}@chain.example")
        refused = login(world, OTHER, at=ATTACKER)
        assert (refused.status, 1 <= int(refused.headers["Retry-After"]) <= 900) == (429, True)
        assert login(world, at=ATTACKER).status == login(world, OTHER).status == 200


def test_addresses_of_one_ipv6_network_guess_together(world: World) -> None:
    assert [guess(world, 1, at=f"2001:db8:1:2::{number:x}")[0] for number in range(7)] == [401] * 6 + [429]
    assert guess(world, 1, at="2001:db8:1:3::1") == [401]


def test_failures_are_forgotten_after_a_while_though_still_stored(world: World) -> None:
    guess(world, 6)
    pass_time()
    key = Throttle.at("login", f"{EMAIL}#{ATTACKER}")
    key.update(actions=[Throttle.expires_at.set(clock.after(-1))])
    assert guess(world, 2) == [401, 401]


def test_a_guess_is_counted_before_it_is_checked(world: World) -> None:
    """Six guesses are under way when the seventh comes: it does not matter that none has failed yet."""
    for _ in range(6):
        begin(EMAIL, HOME)
    with pytest.raises(TooManyAttempts):
        begin(EMAIL, HOME)


def test_of_guesses_at_the_same_moment_one_sets_the_wait_and_the_other_is_refused(world: World) -> None:
    for _ in range(4):
        begin(EMAIL, HOME)
    passed: list[bool] = []

    def another() -> None:
        begin(EMAIL, HOME)
        begin(EMAIL, HOME)
        passed.append(True)

    with meanwhile("UpdateItem", another), pytest.raises(TooManyAttempts):
        begin(EMAIL, HOME)
    assert passed == [True]


def test_a_new_password_lets_its_owner_in_at_once(world: World) -> None:
    world.register(EMAIL)
    guess(world, 7, at=HOME)
    with world.at(HOME):
        world.call("POST", "/user/password_reset", {"email": EMAIL})
        world.pump()
        proof = {"email": EMAIL, "token": world.token_mailed_to(EMAIL), "password": "another horse 7"}
        assert world.call("POST", "/user/password_reset/confirm", proof).status == 200
    assert login(world, EMAIL, "another horse 7").status == 200


def test_wrong_current_passwords_are_guesses_too(world: World) -> None:
    session = world.register(EMAIL)
    with world.at(ATTACKER):
        body = {"password": "another horse 7", "current_password": WRONG}
        answers = [world.call("POST", "/user/details", body, session) for _ in range(7)]
    assert [answer.status for answer in answers] == [400] * 6 + [429]
    assert list(answers[0].body["Errors"]) == ["current_password"]


@pytest.mark.parametrize("path", ["/user/password_reset", "/user/register/resend"])
@pytest.mark.parametrize("email", [EMAIL, "nobody@chain.example"])
def test_mails_that_anyone_can_ask_for_are_slowed(world: World, path: str, email: str) -> None:
    world.register(EMAIL)
    answers = [world.call("POST", path, {"email": email}) for _ in range(5)]
    assert [answer.status for answer in answers] == [200] * 4 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60


def test_nobody_keeps_the_owner_from_asking_for_a_new_password(world: World) -> None:
    world.register(EMAIL)
    with world.at(ATTACKER):
        for _ in range(9):
            world.call("POST", "/user/password_reset", {"email": EMAIL})
    world.pump()
    sent = world.mails_sent()
    with world.at(HOME):
        assert world.call("POST", "/user/password_reset", {"email": EMAIL}).status == 200
    world.pump()
    assert world.mails_sent() == sent + 1


def test_an_address_that_many_ask_for_has_a_valid_token_and_not_a_flood_of_them(world: World) -> None:
    world.register(EMAIL)
    before = world.mails_sent()
    for number in range(20):
        with world.at(f"203.0.113.{number}"):
            assert world.call("POST", "/user/password_reset", {"email": EMAIL}).status == 200
    world.pump()
    assert world.mails_sent() - before == limits.MAILS_TO_ADDRESS.rate.calls
    # The shortest life of a token that is mailed on request is an hour: a mail that arrived serves all that asked.
    assert limits.MAILS_TO_ADDRESS.rate.seconds <= 1800
    proof = {"email": EMAIL, "token": world.token_mailed_to(EMAIL), "password": "another horse 7"}
    assert world.call("POST", "/user/password_reset/confirm", proof).status == 200


@pytest.mark.parametrize("path", ["/user/login", "/user/password_reset", "/user/register/resend"])
def test_the_work_is_the_same_whether_or_not_the_address_has_an_account(
    world: World, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.register(EMAIL)
    world.call("POST", "/user/register", {"first_name": "А", "last_name": "Б", "email": OTHER, "password": PASSWORD})
    done = []
    for email in (EMAIL, OTHER, "nobody@chain.example"):
        with watched() as sent, world.at(ATTACKER):
            world.call("POST", path, {"email": email, "password": WRONG})
        done.append([(call.operation, call.table) for call in sent])
    assert done[0] == done[1] == done[2]


def test_mails_that_an_address_cannot_get_do_not_use_up_those_it_needs(world: World) -> None:
    """A confirmed account is sent no confirmation, however often somebody asks for one."""
    world.register(EMAIL)
    for number in range(20):
        with world.at(f"203.0.113.{number}"):
            world.call("POST", "/user/register/resend", {"email": EMAIL})
    before = world.mails_sent()
    with world.at(HOME):
        world.call("POST", "/user/password_reset", {"email": EMAIL})
    world.pump()
    assert world.mails_sent() == before + 1


def test_after_a_change_of_password_a_reset_is_mailed_although_many_were(world: World) -> None:
    """Their tokens are void, so none of them serves the owner."""
    session = world.register(EMAIL)
    for number in range(20):
        with world.at(f"203.0.113.{number}"):
            world.call("POST", "/user/password_reset", {"email": EMAIL})
    world.call("POST", "/user/details", {"password": "another horse 7"}, session)
    world.pump()
    before = world.mails_sent()
    with world.at(HOME):
        world.call("POST", "/user/password_reset", {"email": EMAIL})
    world.pump()
    assert world.mails_sent() == before + 1
