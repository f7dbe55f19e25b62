"""A list that waits is decided on once, in time, by those it concerns, from a call or a link."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib import clock
from chalicelib.models.imports import Import
from chalicelib.pricelists import review
from tests.integration.calls import meanwhile
from tests.integration.pricelists.reviews import FEW, MANY, mailed_link, on_sale
from tests.integration.world import Person, World, good, price_list, stored_import


def later(monkeypatch: pytest.MonkeyPatch, days: float) -> None:
    moment = clock.after(days * 86_400)
    monkeypatch.setattr(clock, "now", lambda: moment)


def form_of(link: str, decision: str) -> dict[str, str]:
    return {"token": parse_qs(urlsplit(link).query)["token"][0], "decision": decision}


@pytest.mark.parametrize("who", ["shop", "administrator"])
def test_what_is_approved_is_applied(world: World, shop: Person, waiting: int, who: str) -> None:
    caller, area = (shop, "partner") if who == "shop" else (world.person("b@a.example", "administrator"), "admin")
    answer = caller.post(f"/{area}/imports/{waiting}/approve")
    assert (answer.status, answer.body["status"]) == (200, "queued")
    world.pump()
    report = shop.imported(waiting)
    assert (report["status"], report["counts"]["written"], on_sale(world)) == ("done", 8, 4)
    assert stored_import(waiting).decided_by == f"{who}:{caller.user_id}"


def test_what_is_approved_is_the_plan_that_was_shown(world: World, shop: Person, waiting: int) -> None:
    where = stored_import(waiting).plan["where"]
    shop.post(f"/partner/imports/{waiting}/approve")
    world.pump()
    assert stored_import(waiting).plan["where"] == where


def test_a_second_planner_that_is_slower_than_the_decision_does_not_ask_again(world: World, shop: Person) -> None:
    import_id = world.leave(shop.shop_id, FEW)

    def asked_and_approved() -> None:
        world.run_import(import_id)
        assert shop.post(f"/partner/imports/{import_id}/approve").status == 200

    with meanwhile("TransactWriteItems", asked_and_approved):
        world.run_import(import_id)
    assert (stored_import(import_id).status, stored_import(import_id).approved) == ("queued", True)
    world.pump()
    assert (shop.imported(import_id)["status"], on_sale(world)) == ("done", 4)


@pytest.mark.parametrize(("says", "kept"), [(10, 6), (5, 5)])
def test_what_was_sold_before_an_approval_does_not_come_back(world: World, shop: Person, says: int, kept: int) -> None:
    moved = price_list(*(good(number, price=900, quantity=says) for number in range(1, 13)))
    import_id = world.drop(shop.shop_id, moved)
    world.person("buyer@b.example").order((shop.sells(1), 4))
    assert shop.post(f"/partner/imports/{import_id}/approve").status == 200
    world.pump()
    assert shop.imported(import_id)["status"] == "done"
    told = [(offer.price, offer.quantity, offer.sold) for offer in map(shop.offer, (1, 2))]
    assert told == [(90_000, kept, True), (90_000, says, False)]
    again = world.drop(shop.shop_id, moved)
    assert (shop.imported(again)["counts"]["changed"], shop.offer(1).quantity, shop.offer(1).sold) == (1, says, False)


def test_what_is_rejected_changes_nothing(world: World, shop: Person, waiting: int) -> None:
    assert shop.post(f"/partner/imports/{waiting}/reject").body["status"] == "rejected"
    world.pump()
    assert (shop.imported(waiting)["status"], on_sale(world)) == ("rejected", 12)
    assert stored_import(waiting).due_key is None


@pytest.mark.parametrize(("first", "second"), [("approve", "approve"), ("approve", "reject"), ("reject", "approve")])
def test_only_one_decision_is_taken(world: World, shop: Person, waiting: int, first: str, second: str) -> None:
    assert shop.post(f"/partner/imports/{waiting}/{first}").status == 200
    answer = shop.post(f"/partner/imports/{waiting}/{second}")
    assert (answer.status, answer.body["code"]) == (409, "review_over")


def test_of_two_decisions_at_once_one_is_taken(world: World, shop: Person, waiting: int) -> None:
    answers: list[int] = []
    with meanwhile(
        "TransactWriteItems", lambda: answers.append(shop.post(f"/partner/imports/{waiting}/reject").status)
    ):
        answers.append(shop.post(f"/partner/imports/{waiting}/approve").status)
    assert answers == [200, 409]
    world.pump()
    assert on_sale(world) == 12


def test_another_shop_decides_nothing(world: World, shop: Person, waiting: int) -> None:
    other = world.person("other@a.example", "shop")
    assert other.post(f"/partner/imports/{waiting}/approve").status == 404
    assert other.post("/partner/imports/77/reject").status == 404
    assert shop.imported(waiting)["status"] == "needs_review"


def test_approving_a_list_after_a_newer_one_was_applied_does_nothing(world: World, shop: Person, waiting: int) -> None:
    world.drop(shop.shop_id, price_list(*MANY, good(13)))
    answer = shop.post(f"/partner/imports/{waiting}/approve")
    assert (answer.status, answer.body["status"]) == (409, "superseded")
    assert (shop.imported(waiting)["status"], on_sale(world)) == ("superseded", 13)


def test_a_list_approved_for_another_catalogue_is_planned_and_guarded_again(
    world: World, shop: Person, waiting: int
) -> None:
    where, shown = stored_import(waiting).plan["where"], shop.imported(waiting)["question"]
    between = "2026-11-23T09:59:59.999Z#" + "f" * 32
    assert (stored_import(waiting).stamp or "") > between
    late = world.leave(shop.shop_id, price_list(*MANY, good(13)), "late.yaml")
    stored_import(late).update(actions=[Import.stamp.set(between)])
    world.pump()
    assert on_sale(world) == 13
    assert shop.post(f"/partner/imports/{waiting}/approve", {"question": shown}).status == 200
    assert shop.imported(waiting)["question"] is None
    world.pump()
    report = shop.imported(waiting)
    assert (report["status"], report["counts"]["withdrawn"]) == ("needs_review", 9)
    assert stored_import(waiting).plan["where"] != where
    # Whoever still looks at what was shown first decides on nothing else.
    boss = world.person("b@a.example", "administrator")
    stale = [
        shop.post(f"/partner/imports/{waiting}/approve", {"question": shown}),
        shop.post(f"/partner/imports/{waiting}/reject?question={shown}"),
        boss.post(f"/admin/imports/{waiting}/approve?question={shown}"),
        boss.post(f"/admin/imports/{waiting}/reject", {"question": shown}),
    ]
    asked = [(answer.status, answer.body["code"], answer.body["question"]) for answer in stale]
    assert asked == [(409, "question_changed", report["question"])] * 4
    assert shop.post(f"/partner/imports/{waiting}/approve", {"question": report["question"]}).status == 200
    world.pump()
    assert on_sale(world) == 4
    over = shop.post(f"/partner/imports/{waiting}/approve", {"question": report["question"]})
    assert (over.status, over.body["code"]) == (409, "review_over")


def test_nobody_deciding_in_time_is_a_rejection(
    world: World, shop: Person, waiting: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.run_import(waiting)
    assert shop.imported(waiting)["status"] == "needs_review"
    later(monkeypatch, review.DAYS + 0.1)
    assert shop.post(f"/partner/imports/{waiting}/approve").status in {401, 409}
    world.run_import(waiting)
    assert (stored_import(waiting).status, on_sale(world)) == ("rejected", 12)


def test_the_link_of_the_mail_shows_what_would_happen_and_changes_nothing(
    world: World, shop: Person, waiting: int
) -> None:
    link = mailed_link(world, shop.email)
    page = world.call("GET", f"/{link}")
    assert page.status == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    assert "66 %" in page.body
    # Nothing is loaded from elsewhere; the only address is that of the file with all changes.
    assert re.findall(r"src=|url\(|<link|<script", page.body) == []
    assert len(re.findall(r"https?://", page.body)) == len(re.findall(r'href="https?://[^"]*/changes-', page.body)) == 1
    assert shop.imported(waiting)["status"] == "needs_review"


@pytest.mark.parametrize(("decision", "left"), [("approve", 4), ("reject", 12)])
def test_the_link_decides_once(world: World, shop: Person, waiting: int, decision: str, left: int) -> None:
    link, other = mailed_link(world, "admin@a.example"), mailed_link(world, shop.email)
    assert world.call("POST", f"/imports/{waiting}/review", form_of(link, decision)).status == 200
    world.pump()
    assert on_sale(world) == left
    for used in (link, other):
        answer = world.call("POST", f"/imports/{waiting}/review", form_of(used, decision))
        assert (answer.status, answer.body["code"]) == (400, "wrong_token")


def test_a_token_of_nobody_and_one_that_is_too_old_open_nothing(
    world: World, shop: Person, waiting: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = mailed_link(world, shop.email)
    foreign: dict[str, Any] = {"token": "x" * 43, "decision": "approve"}
    assert world.call("POST", f"/imports/{waiting}/review", foreign).body["code"] == "wrong_token"
    assert world.call("GET", "/imports/77/review?token=" + form_of(link, "")["token"]).body["code"] == "wrong_token"
    assert world.call("GET", f"/imports/{waiting}/review").status == 400
    later(monkeypatch, review.DAYS + 0.1)
    assert world.call("GET", f"/{link}").body["code"] == "wrong_token"


def test_only_the_hash_of_a_token_is_stored(world: World, shop: Person, waiting: int) -> None:
    token = form_of(mailed_link(world, shop.email), "")["token"]
    assert token not in str(stored_import(waiting).serialize())
    assert len(stored_import(waiting).review_tokens) == 2
