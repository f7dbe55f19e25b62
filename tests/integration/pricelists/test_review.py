"""Price lists that would change too much wait for a decision, and show examples of what they would change."""

import re
from typing import Any

import pytest

from chalicelib.settings import settings
from tests.integration.pricelists.reviews import MANY, mailed_link, on_sale
from tests.integration.world import Person, World, good, price_list, stored_import


def test_a_list_that_takes_too_much_off_sale_changes_nothing_and_says_why(
    world: World, shop: Person, waiting: int
) -> None:
    report = shop.imported(waiting)
    assert [entry["code"] for entry in report["errors"]] == ["goods_vanish"]
    assert (report["counts"]["withdrawn"], report["finished_at"], report["review_by"]) == (8, None, "shop")
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
    assert shop.imported(first)["examples"] == {"prices": [], "names": [], "vanishing": [], "categories": []}


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
    assert report["review_by"] == "shop"
    assert [entry["code"] for entry in report["errors"]] == ["goods_vanish", "prices_move", "quantity_not_number"]
    assert [shop.offer(number).serialize() for number in range(1, 13)] == before
    assert len(world.mails()) == mails


@pytest.mark.parametrize("field", [{}, {"dry_run": True}], ids=["alone", "beside a field"])
def test_a_wrong_word_for_a_dry_run_is_refused(shop: Person, field: dict[str, Any]) -> None:
    answer = shop.post("/partner/update?dry_run=maybe", {"url": "http://a.example/x", **field})
    assert (answer.status, list(answer.body["Errors"])) == (400, ["dry_run"])
