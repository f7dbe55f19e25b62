"""Accounts in the hands of an administrator: found, blocked, unblocked, logged out."""

import logging

import pytest

from chalicelib.models.accounts import Administrator, User
from tests.integration.calls import meanwhile
from tests.integration.world import PASSWORD, Person, World


@pytest.fixture
def buyer(world: World) -> Person:
    """Somebody with a real password, an e-mail lock and a session."""
    token = world.register("buyer@b.example")
    user_id = int(world.call("GET", "/user/details", token=token).body["id"])
    return Person(world, "buyer@b.example", token, user_id, 0)


def stored(person: Person) -> User:
    return User.get(User.at(person.user_id).pk, User.SK, consistent_read=True)


def log_in(world: World, person: Person) -> int:
    return world.call("POST", "/user/login", {"email": person.email, "password": PASSWORD}).status


@pytest.mark.parametrize("written", ["buyer@b.example", "Buyer@B.EXAMPLE", "%20buyer@b.example%20"])
def test_an_account_is_found_by_its_address_however_it_is_written(admin: Person, buyer: Person, written: str) -> None:
    answer = admin.get(f"/admin/users?email={written}")
    assert (answer.status, answer.body["next"]) == (200, None)
    assert [user["id"] for user in answer.body["results"]] == [buyer.user_id]


def test_nobody_is_found_by_an_address_that_no_account_has(admin: Person) -> None:
    assert admin.get("/admin/users?email=nobody@b.example").body == {"results": [], "next": None}


def test_an_invalid_address_finds_nobody(admin: Person) -> None:
    answer = admin.get("/admin/users?email=buyer")
    assert (answer.status, list(answer.body["Errors"])) == (400, ["email"])


def test_an_account_is_shown_without_its_secrets(admin: Person, buyer: Person) -> None:
    user = admin.get(f"/admin/users/{buyer.user_id}").body
    assert (user["email"], user["type"], user["confirmed"], user["blocked"]) == (buyer.email, "buyer", True, False)
    assert not {"password_hash", "epoch"} & user.keys()


def test_a_shops_account_names_its_shop(world: World, admin: Person) -> None:
    shop = world.person("shop@a.example", "shop")
    assert admin.get(f"/admin/users/{shop.user_id}").body["shop"] == shop.shop_id


@pytest.mark.parametrize("unknown", ["5", "abc", "0", str(2**53)])
@pytest.mark.parametrize(
    ("method", "rest"), [("GET", ""), ("POST", "/block"), ("POST", "/unblock"), ("POST", "/sessions/end")]
)
def test_an_unknown_account_is_not_found(admin: Person, method: str, rest: str, unknown: str) -> None:
    answer = admin.world.call(method, f"/admin/users/{unknown}{rest}", {}, admin.token)
    assert (answer.status, answer.body["code"]) == (404, "not_found")


def test_blocking_ends_the_sessions_and_keeps_from_logging_in(world: World, admin: Person, buyer: Person) -> None:
    world.login(buyer.email)
    answer = admin.post(f"/admin/users/{buyer.user_id}/block", {"reason": "Не платит"})
    assert (answer.status, answer.body["blocked"], answer.body["block_reason"]) == (200, True, "Не платит")
    assert buyer.get("/user/details").status == 401
    assert log_in(world, buyer) == 401


def test_an_unblocked_account_logs_in_again(world: World, admin: Person, buyer: Person) -> None:
    admin.post(f"/admin/users/{buyer.user_id}/block", {"reason": "Не платит"})
    answer = admin.post(f"/admin/users/{buyer.user_id}/unblock")
    assert (answer.status, answer.body["blocked"], answer.body["block_reason"]) == (200, False, None)
    assert log_in(world, buyer) == 200
    assert buyer.get("/user/details").status == 401


def test_blocking_needs_no_reason_and_may_be_repeated(admin: Person, buyer: Person) -> None:
    path = f"/admin/users/{buyer.user_id}/block"
    assert [admin.post(path, {"reason": "a"}).status, admin.post(path).body["block_reason"]] == [200, None]


def test_unblocking_who_is_not_blocked_changes_nothing(admin: Person, buyer: Person) -> None:
    assert admin.post(f"/admin/users/{buyer.user_id}/unblock").status == 200
    assert buyer.get("/user/details").status == 200


def test_blocking_beats_a_login_under_way(world: World, admin: Person, buyer: Person) -> None:
    """The password has been found right; the account is blocked before the session is written."""
    with meanwhile("TransactWriteItems", lambda: admin.post(f"/admin/users/{buyer.user_id}/block")):
        assert log_in(world, buyer) == 401
    assert stored(buyer).blocked


def test_a_login_that_was_faster_than_the_block_is_ended_by_it(world: World, admin: Person, buyer: Person) -> None:
    tokens: list[str] = []
    with meanwhile("TransactWriteItems", lambda: tokens.append(world.login(buyer.email))):
        assert admin.post(f"/admin/users/{buyer.user_id}/block").status == 200
    assert world.call("GET", "/user/details", token=tokens[0]).status == 401


def test_administrators_cannot_block_themselves(admin: Person) -> None:
    answer = admin.post(f"/admin/users/{admin.user_id}/block")
    assert (answer.status, answer.body["code"]) == (409, "own_account")
    assert admin.get("/admin/orders").status == 200


def test_of_two_administrators_who_block_each_other_one_stays(world: World, admin: Person) -> None:
    other = world.person("other@us.example", "administrator")
    with meanwhile("TransactWriteItems", lambda: other.post(f"/admin/users/{admin.user_id}/block")):
        assert admin.post(f"/admin/users/{other.user_id}/block").status == 401
    assert (stored(admin).blocked, stored(other).blocked) == (True, False)


def administrators() -> set[str]:
    return {entry.email for entry in Administrator.query(Administrator.PK)}


def test_a_blocked_administrator_gets_no_mails_until_unblocked(world: World, admin: Person) -> None:
    other = world.person("other@us.example", "administrator")
    admin.post(f"/admin/users/{other.user_id}/block")
    assert administrators() == {admin.email}
    admin.post(f"/admin/users/{other.user_id}/unblock")
    assert administrators() == {admin.email, other.email}


def test_blocking_a_buyer_leaves_the_administrators_as_they_are(admin: Person, buyer: Person) -> None:
    for call in ("block", "unblock"):
        admin.post(f"/admin/users/{buyer.user_id}/{call}")
    assert administrators() == {admin.email}


def test_an_address_that_changes_while_the_account_is_unblocked_asks_to_retry(world: World, admin: Person) -> None:
    other = world.person("other@us.example", "administrator")

    def change() -> None:
        User.at(other.user_id).update(actions=[User.email.set("new@us.example")])

    with meanwhile("TransactWriteItems", change):
        assert admin.post(f"/admin/users/{other.user_id}/unblock").status == 429


def test_ending_the_sessions_logs_out_everywhere_and_leaves_the_account(
    world: World, admin: Person, buyer: Person
) -> None:
    second = world.login(buyer.email)
    assert admin.post(f"/admin/users/{buyer.user_id}/sessions/end").body == {"Status": True}
    assert [world.call("GET", "/user/details", token=one).status for one in (buyer.token, second)] == [401, 401]
    assert log_in(world, buyer) == 200


def test_every_change_leaves_a_line_in_the_log(admin: Person, buyer: Person, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        for call in ("block", "unblock", "sessions/end"):
            admin.post(f"/admin/users/{buyer.user_id}/{call}", {"reason": "проверка"})
    lines = [vars(record) for record in caplog.records if record.getMessage() == "administration"]
    assert [line["action"] for line in lines] == ["block", "unblock", "end_sessions"]
    assert {(line["user_id"], line["target"]) for line in lines} == {(admin.user_id, buyer.user_id)}
    assert all(line["request_id"] for line in lines)


def test_a_reason_has_its_limits(admin: Person, buyer: Person) -> None:
    for reason in ("а" * 501, "a\u0000b"):
        answer = admin.post(f"/admin/users/{buyer.user_id}/block", {"reason": reason})
        assert (answer.status, list(answer.body["Errors"])) == (400, ["reason"])
