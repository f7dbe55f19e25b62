"""Price lists that would change too much wait for a decision, which counts once."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib import clock
from chalicelib.models.imports import Import
from chalicelib.pricelists import review
from chalicelib.settings import settings
from tests.integration.calls import meanwhile
from tests.integration.world import Person, World, good, price_list, stored_import

MANY = [good(number) for number in range(1, 13)]
FEW = price_list(*MANY[:4])


@pytest.fixture
def shop(world: World) -> Person:
    shop = world.shop("shop@a.example", *MANY)
    world.person("admin@a.example", "administrator")
    return shop


@pytest.fixture
def waiting(world: World, shop: Person) -> int:
    """An import that would take two thirds of the goods off sale."""
    import_id = world.drop(shop.shop_id, FEW)
    assert shop.imported(import_id)["status"] == "needs_review"
    return import_id or 0


def on_sale(world: World) -> int:
    return len(world.call("GET", "/products").body)


def later(monkeypatch: pytest.MonkeyPatch, days: float) -> None:
    moment = clock.after(days * 86_400)
    monkeypatch.setattr(clock, "now", lambda: moment)


def mailed_link(world: World, to: str) -> str:
    mail = next(m for m in reversed(world.mails()) if to in m["to"])
    return next(line for line in mail["text"].splitlines() if "/review?" in line)


def form_of(link: str, decision: str) -> dict[str, str]:
    return {"token": parse_qs(urlsplit(link).query)["token"][0], "decision": decision}


def test_a_list_that_takes_too_much_off_sale_changes_nothing_and_says_why(
    world: World, shop: Person, waiting: int
) -> None:
    report = shop.imported(waiting)
    assert [entry["code"] for entry in report["errors"]] == ["goods_vanish"]
    assert (report["counts"]["withdrawn"], report["finished_at"]) == (8, None)
    assert on_sale(world) == 12
    assert {to for mail in world.mails()[-2:] for to in mail["to"]} == {shop.email, "admin@a.example"}
    assert "66 %" in world.mails()[-1]["text"]


def test_a_list_that_moves_too_many_prices_waits(world: World, shop: Person) -> None:
    moved = [good(number, price=1000 if number < 4 else 100) for number in range(1, 13)]
    report = shop.imported(world.drop(shop.shop_id, price_list(*moved)))
    assert (report["status"], report["errors"][0]["code"]) == ("needs_review", "prices_move")
    counts = report["counts"]
    assert (counts["prices_up"], counts["prices_down"], counts["price_change_max"]) == (3, 0, 900)


def test_a_review_shows_examples_of_what_vanishes_wherever_it_is_asked(
    world: World, shop: Person, waiting: int
) -> None:
    examples = shop.imported(waiting)["examples"]
    assert examples["prices"] == []
    assert sorted(int(one["id"]) for one in examples["vanishing"]) == list(range(5, 13))
    names = [one["name"] for one in examples["vanishing"]]
    assert {one["price"] for one in examples["vanishing"]} == {100}
    mail = next(mail for mail in reversed(world.mails()) if shop.email in mail["to"])
    page = world.call("GET", f"/{mailed_link(world, shop.email)}").body
    for shown in (page, mail["text"], mail["html"]):
        assert [name for name in names if name not in shown] == []
        assert "100 ₽" in shown.replace("\xa0", " ")


def test_a_review_shows_the_prices_that_move_most_with_was_and_now(world: World, shop: Person) -> None:
    moved = [good(number, price=100 + number * 100, name=f"<b>Товар {number}</b>") for number in range(1, 13)]
    import_id = world.drop(shop.shop_id, price_list(*moved))
    examples = shop.imported(import_id)["examples"]
    assert [(one["was"], one["now"]) for one in examples["prices"]] == [
        (100, 100 + number * 100) for number in range(12, 2, -1)
    ]
    assert examples["vanishing"] == []
    page = world.call("GET", f"/{mailed_link(world, shop.email)}&language=en").body
    assert "<b>" not in page
    assert re.search(r"Товар 12.* was 100 ₽, will be 1,300 ₽", page)


def test_an_import_that_need_not_wait_has_no_examples(world: World, shop: Person) -> None:
    first = world.drop(shop.shop_id, price_list(*MANY))
    assert shop.imported(first)["examples"] == {"prices": [], "names": [], "vanishing": []}


def test_a_list_whose_names_change_en_masse_waits(world: World, shop: Person) -> None:
    garbled = [good(number, name=f"РўРѕРІР°СЂ {number}", price=100 + number) for number in range(1, 13)]
    import_id = world.drop(shop.shop_id, price_list(*garbled))
    report = shop.imported(import_id)
    assert (report["status"], [each["code"] for each in report["errors"]]) == ("needs_review", ["names_change"])
    assert (shop.offer(1).name, shop.offer(1).price) == ("Товар 1", 10_000)
    assert "100 %" in world.mails()[-1]["text"]
    page = world.call("GET", f"/{mailed_link(world, shop.email)}").body
    assert "названия 100 % товаров" in page
    assert len(report["examples"]["names"]) == 10
    assert {(one["was"], one["now"]) for one in report["examples"]["names"]} <= {
        (f"Товар {number}", f"РўРѕРІР°СЂ {number}") for number in range(1, 13)
    }
    for shown in (page, world.mails()[-1]["text"]):
        assert all(f"было «{one['was']}», станет «{one['now']}»" in shown for one in report["examples"]["names"])
    assert shop.post(f"/partner/imports/{import_id}/approve").status == 200
    world.pump()
    assert shop.offer(1).name == "РўРѕРІР°СЂ 1"


@pytest.mark.parametrize("renamed", [6, 7])
def test_half_of_the_names_may_change(
    world: World, shop: Person, renamed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUARD_MIN_GOODS", "5")
    settings.cache_clear()
    rows = [good(number, name=f"Иной {number}" if number <= renamed else f"ТОВАР {number}") for number in range(1, 13)]
    report = shop.imported(world.drop(shop.shop_id, price_list(*rows)))
    settings.cache_clear()
    assert report["status"] == ("done" if renamed == 6 else "needs_review")


def test_the_first_list_and_that_of_a_small_shop_never_wait(world: World) -> None:
    small = world.shop("small@a.example", *MANY[:9])
    assert small.imported(world.drop(small.shop_id, price_list(MANY[0])))["status"] == "done"


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
    with meanwhile("UpdateItem", lambda: answers.append(shop.post(f"/partner/imports/{waiting}/reject").status)):
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
    where = stored_import(waiting).plan["where"]
    between = "2026-11-23T09:59:59.999Z#" + "f" * 32
    assert (stored_import(waiting).stamp or "") > between
    late = world.leave(shop.shop_id, price_list(*MANY, good(13)), "late.yaml")
    stored_import(late).update(actions=[Import.stamp.set(between)])
    world.pump()
    assert on_sale(world) == 13
    assert shop.post(f"/partner/imports/{waiting}/approve").status == 200
    world.pump()
    report = shop.imported(waiting)
    assert (report["status"], report["counts"]["withdrawn"]) == ("needs_review", 9)
    assert stored_import(waiting).plan["where"] != where
    shop.post(f"/partner/imports/{waiting}/approve")
    world.pump()
    assert on_sale(world) == 4


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
    assert re.findall(r"https?://", page.body) == []
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


@pytest.mark.parametrize("way", ["parameter", "json", "form"])
def test_a_dry_run_tells_what_would_happen_and_writes_nothing(world: World, shop: Person, way: str) -> None:
    rows = b"{id: 1, category: Z, name: N, price: 5, quantity: x}, {id: 2, category: Z, name: N, price: 1, quantity: 1}"
    text = b"shop: A\ngoods: [" + rows + b"]"
    boundary = "xyz"
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.yaml"\r\n\r\n'.encode() + text]
    if way == "form":
        parts.append(f'\r\n--{boundary}\r\nContent-Disposition: form-data; name="dry_run"\r\n\r\ntrue'.encode())
    body = b"".join(parts) + f"\r\n--{boundary}--\r\n".encode()
    path = "/partner/update" + ("?dry_run=1" if way == "parameter" else "")
    if way == "json":
        answer = shop.post(path, {"url": "http://127.0.0.1:1/x", "dry_run": True})
        assert stored_import(answer.body["import_id"]).dry_run is True
        return
    answer = world.call("POST", path, body, shop.token, content_type=f"multipart/form-data; boundary={boundary}")
    import_id = answer.body["import_id"]
    mails = len(world.mails())
    before = [shop.offer(number).serialize() for number in range(1, 13)]
    world.arrive(f"incoming/{shop.shop_id}/upload-{import_id}")
    report = shop.imported(import_id)
    assert (report["status"], report["dry_run"], report["counts"]["errors"]) == ("planned", True, 1)
    assert [entry["code"] for entry in report["errors"]] == ["goods_vanish", "prices_move", "quantity_not_number"]
    assert [shop.offer(number).serialize() for number in range(1, 13)] == before
    assert len(world.mails()) == mails


@pytest.mark.parametrize("field", [{}, {"dry_run": True}], ids=["alone", "beside a field"])
def test_a_wrong_word_for_a_dry_run_is_refused(shop: Person, field: dict[str, Any]) -> None:
    answer = shop.post("/partner/update?dry_run=maybe", {"url": "http://a.example/x", **field})
    assert (answer.status, list(answer.body["Errors"])) == (400, ["dry_run"])
