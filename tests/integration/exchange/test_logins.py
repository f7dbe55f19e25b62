"""Logins of 1C: by HTTP Basic, then by the cookie, and what else the beginning of an exchange says."""

import pytest

from tests.clients.one_c import OneC, Refused
from tests.integration.clock import later
from tests.integration.exchange.session import one_c
from tests.integration.world import Person, World


def test_a_login_is_checked_as_at_every_door(world: World, shop: Person) -> None:
    base, stranger = one_c(world, shop), one_c(world, world.person("buyer@b.example"))
    wrong = OneC(base.send, base.login, "wrong")
    told = []
    for one, kind in ((wrong, "catalog"), (stranger, "sale")):
        with pytest.raises(Refused) as refused:
            one.begin(kind)
        told.append(refused.value.args)
    assert [status for status, _ in told] == [401, 403]
    assert [text.split("\n")[1][:7] for _, text in told] == ["Неверны", "Войдите"]
    asked = base.send("GET", "/partner/1c_exchange?mode=init", {"Cookie": "exchange_session=AAAA"}, b"")
    assert (asked.status, asked.lines[0]) == (401, "failure")
    assert asked.lines[1].startswith("Вход не выполнен")
    for _ in range(10):
        with pytest.raises(Refused) as refused:
            wrong.begin("catalog")
    assert refused.value.args[0] == 429


def test_the_cookie_lives_shortly_and_a_token_begins_no_session(
    world: World, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = one_c(world, shop)
    answer = base.send("GET", "/partner/1c_exchange?mode=checkauth", {"Authorization": f"Token {shop.token}"}, b"")
    assert answer.status == 401
    base.begin("catalog")
    later(monkeypatch, seconds=4 * 3_600 + 1)
    with pytest.raises(Refused) as refused:
        base.call("GET", "catalog", "init")
    assert refused.value.args[0] == 401


def test_version_three_is_told_the_version_and_the_session(world: World, shop: Person) -> None:
    base = one_c(world, shop)
    base.begin("catalog")
    lines = base.call("GET", "catalog", "init", version="3.5").lines
    assert lines[:2] == ["zip=yes", "file_limit=4000000"]
    assert lines[2].startswith("sessid=")
    assert lines[3] == "version=3.1"
    assert base.call("GET", "catalog", "init", version="2.08").lines[3] == "version=2.08"
