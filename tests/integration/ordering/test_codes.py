"""Codes into the basket: barcodes, models in any punctuation, suppliers' ids, by each engine, added or only checked."""

from pathlib import Path
from typing import Any

import pytest

from chalicelib.catalogue.search import dynamo_codes
from chalicelib.catalogue.search.dynamo_lists import DynamoLists
from chalicelib.catalogue.search.engine import CodeEngine, EngineBusy
from chalicelib.catalogue.shops import set_accepting
from tests.integration.calls import meanwhile, watched
from tests.integration.catalogue.search.engines import embedded
from tests.integration.losses import losing_answer
from tests.integration.world import Person, World, good, price_list, stock

KETTLE, LAMP, LOCAL = "4601234567893", "4006381333931", "2000000000015"


@pytest.fixture
def north(world: World) -> Person:
    return world.shop(
        "north@shops.example",
        good("n-1", name="Чайник", model="KD-55/X", price=300, gtin=KETTLE, unit="шт"),
        good("n-2", name="Лампа", model="L 7", price=90, quantity=3, gtin=LAMP, step_quantity=2, unit="шт"),
        good("n-3", name="Развес", model="Сыр", gtin=LOCAL),
    )


@pytest.fixture
def south(world: World) -> Person:
    return world.shop(
        "south@shops.example",
        good("s/1", name="Чайник электрический", model="KD 55 X", price=200, gtin=KETTLE, quantity=2, unit="Шт."),
        good("n-2", name="Шурупы", model="z", price=5),
    )


@pytest.fixture
def index(north: Person, south: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CodeEngine:
    """The embedded engine, which answers for both shops."""
    return answering(monkeypatch, embedded(tmp_path))


@pytest.fixture
def tables(north: Person, south: Person, monkeypatch: pytest.MonkeyPatch) -> CodeEngine:
    return answering(monkeypatch, DynamoLists())


def answering(monkeypatch: pytest.MonkeyPatch, engine: Any) -> Any:
    monkeypatch.setattr("chalicelib.catalogue.search.choice.engine", lambda: engine)
    return engine


def line(code: object, quantity: object = 1, **more: object) -> dict[str, object]:
    return {"code": code, "quantity": quantity, **more}


def put(buyer: Person, *items: Any, **more: Any) -> Any:
    answer = buyer.post("/basket/items", {"items": list(items), **more})
    assert answer.status == 200, answer.body
    return answer.body


def results(body: Any) -> list[str]:
    return [row["result"] for row in body["results"]]


def held(buyer: Person) -> dict[int, int]:
    basket = buyer.get("/basket").body
    return {row["id"]: row["quantity"] for row in basket[0]["ordered_items"]} if basket else {}


def shown(shop: Person, ext_id: str, **as_is: object) -> dict[str, object]:
    """The shop's good as answers show it."""
    offer = shop.offer(ext_id)
    return {
        **{"id": offer.offer_id, "shop": {"id": shop.shop_id, "name": offer_shop(shop)}, "name": offer.name},
        **{"model": offer.model, "price": offer.price // 100, "quantity": offer.quantity, "unit": offer.unit},
        **{"min_quantity": offer.min_quantity, "step_quantity": offer.step_quantity, "max_quantity": None},
    }


def offer_shop(shop: Person) -> str:
    return str(shop.get("/partner/state").body["name"])


def test_a_code_of_one_offer_is_added_and_shown(buyer: Person, north: Person, south: Person, index: CodeEngine) -> None:
    body = put(buyer, line("l7", "2"), line("  S1 "), line(2000000000015, 3), line("n-2", shop_id=south.shop_id))
    assert (results(body), body["added"]) == (["added"] * 4, 4)
    assert body["results"][0] == {
        **{"position": 0, "result": "added", "id": north.sells("n-2"), "quantity": 2},
        "offer": shown(north, "n-2"),
    }
    assert held(buyer) == {north.sells("n-2"): 2, south.sells("s/1"): 1, north.sells("n-3"): 3, south.sells("n-2"): 1}


def test_a_dry_run_answers_the_same_and_adds_nothing(
    buyer: Person, north: Person, south: Person, index: CodeEngine
) -> None:
    buyer.add((north.sells("n-2"), 2))
    lines = [line("L-7", 2), line(KETTLE), {"product_info": south.sells("s/1"), "quantity": 1}, line("нет"), line("")]
    with watched() as calls:
        checked = put(buyer, *lines, dry_run=True)
    assert not {call.operation for call in calls} & {"PutItem", "UpdateItem", "TransactWriteItems"}
    assert checked.pop("dry_run") is True
    assert held(buyer) == {north.sells("n-2"): 2}
    assert results(checked) == ["too_many", "ambiguous_code", "added", "code_not_found", "invalid"]
    assert (checked["results"][0]["possible"], checked["results"][0]["nearest"]) == (2, [2])
    assert checked["results"][2].pop("offer") == shown(south, "s/1")  # which the call itself does not show by ids
    assert put(buyer, *lines) == checked
    assert held(buyer) == {north.sells("n-2"): 2, south.sells("s/1"): 1}


def test_of_several_offers_none_is_added_unless_asked_for(
    buyer: Person, north: Person, south: Person, index: CodeEngine
) -> None:
    body = put(buyer, line(KETTLE, 3), line("n-2"), line("n-3"))
    assert results(body) == ["ambiguous_code", "ambiguous_code", "added"]
    first = body["results"][0]
    assert (first["id"], first["quantity"], first["more_candidates"]) == (None, 0, False)
    assert first["candidates"] == [shown(south, "s/1"), shown(north, "n-1")]
    assert "выберите" in first["message"]
    body = put(buyer, line("kd55x", 3), line("n-2"), line(KETTLE, 2), choose="Cheapest")
    # South has two kettles; what both shops call n-2 are different goods.
    assert results(body) == ["added", "ambiguous_code", "added"]
    assert [row.get("chosen") for row in body["results"]] == [True, None, True]
    assert held(buyer) == {north.sells("n-1"): 3, south.sells("s/1"): 2, north.sells("n-3"): 1}
    refused = buyer.post("/basket/items", {"items": [line("n-3")], "choose": "any"})
    assert (refused.status, list(refused.body["Errors"])) == (400, ["choose"])


def test_of_several_offers_the_one_that_was_bought_last_is_added_if_asked_for(
    buyer: Person, north: Person, south: Person, index: CodeEngine
) -> None:
    buyer.order((north.sells("n-2"), 2))
    buyer.order((south.sells("n-2"), 1))
    lines = [line("n-2", 3), line(KETTLE)]
    body = put(buyer, *lines, choose="last_bought", dry_run=True)
    assert results(body) == ["added", "ambiguous_code"]
    assert (body["results"][0]["id"], body["results"][0]["chosen"]) == (south.sells("n-2"), True)
    key = {"key": "morning"}
    first = buyer.post("/basket/items", {"items": lines, "choose": "last_bought"}, **key)
    again = buyer.post("/basket/items", {"items": lines, "choose": "last_bought"}, **key)
    assert (first.body["added"], again.body, again.headers["Idempotent-Replayed"]) == (1, first.body, "true")
    assert held(buyer) == {south.sells("n-2"): 3}
    assert buyer.post("/basket/items", {"items": lines}, **key).status == 422


def test_what_codes_of_one_offer_ask_for_adds_up(buyer: Person, north: Person, index: CodeEngine) -> None:
    by_id = {"product_info": north.sells("n-2"), "quantity": 1}
    body = put(buyer, {"quantity": 1}, line("L-7"), line("n-3"), by_id, line(LAMP, 2))
    # One alone would not fit the step; all together are one too many, so that each is on its own.
    assert results(body) == ["invalid", "wrong_quantity", "added", "wrong_quantity", "added"]
    assert [row.get("same_offer") for row in body["results"]] == [None, None, None, 1, 1]
    buyer.delete("/basket", {"items": [north.sells("n-2")]})
    body = put(buyer, line("L-7"), line(LAMP))
    told = [(row["result"], row["quantity"], row.get("same_offer")) for row in body["results"]]
    assert told == [("added", 2, None), ("added", 2, 0)]
    assert held(buyer)[north.sells("n-2")] == 2


def test_offers_shown_are_read_again(buyer: Person, world: World, north: Person, south: Person, index: Any) -> None:
    stock(south.shop_id, price_list(good("s/1", name="Чайник", model="KD 55 X", price=250, gtin=LAMP, unit="шт")))
    set_accepting(north.shop_id, False)
    found = index.by_codes([KETTLE], 9)[KETTLE]
    assert [hit.shop_id for hit in found] == [south.shop_id, north.shop_id]
    # One shop has given its good another barcode, the other is closed.
    body = put(buyer, line(KETTLE), line("kd55x"), line("n-1"))
    assert results(body) == ["code_not_found", "added", "code_not_found"]
    assert body["results"][1]["offer"]["price"] == 250


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        (line("—"), "code"),
        (line(""), "code"),
        (line("4,60123E+12"), "code"),
        (line("x" * 501), "code"),
        (line({}), "code"),
        (line("n-1", shop_id="x"), "shop_id"),
        (line("n-1", 0), "quantity"),
        (line(None), "product_info"),
    ],
)
def test_an_unreadable_code_is_a_fault_of_its_entry(
    buyer: Person, north: Person, index: CodeEngine, sent: dict[str, object], field: str
) -> None:
    body = put(buyer, sent, line("n-3"))
    assert results(body) == ["invalid", "added"]
    assert list(body["results"][0]["errors"]) == [field]


def test_a_named_shop_is_found_behind_all_the_others(
    buyer: Person, world: World, north: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = [world.shop(f"s{n}@shops.example", good(n, price=n, model="KD 55/x", gtin=KETTLE)) for n in range(1, 8)][-1]
    engine = answering(monkeypatch, embedded(tmp_path))
    assert last.shop_id not in {hit.shop_id for hit in engine.by_codes([KETTLE], 6)[KETTLE]}
    body = put(buyer, line(KETTLE, shop_id=last.shop_id), line(KETTLE), line(KETTLE, shop_id=5))
    assert results(body) == ["added", "ambiguous_code", "code_not_found"]
    assert (len(body["results"][1]["candidates"]), body["results"][1]["more_candidates"]) == (5, True)


def test_tables_find_barcodes_and_ids_of_a_named_shop_and_say_what_they_cannot(
    buyer: Person, north: Person, south: Person, tables: CodeEngine
) -> None:
    body = put(
        buyer,
        *(line(LAMP, 2), line("0" + KETTLE), line("4006381333948"), line(LOCAL), line("KD-55/X")),
        *(line("n-2", shop_id=south.shop_id), line("n-9", shop_id=south.shop_id), line(KETTLE, shop=south.shop_id)),
    )
    assert results(body) == [
        *("added", "ambiguous_code", "code_not_found", "code_not_searched", "code_not_searched"),
        *("added", "code_not_searched", "added"),
    ]
    assert body["results"][1]["candidates"] == [shown(south, "s/1"), shown(north, "n-1")]
    assert "штрихкоды" in body["results"][4]["message"]
    assert held(buyer) == {north.sells("n-2"): 2, south.sells("n-2"): 1, south.sells("s/1"): 1}


def test_tables_look_up_a_bounded_number_of_barcodes(
    buyer: Person, tables: CodeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dynamo_codes, "BARCODES_LOOKED_UP", 2)
    with watched() as calls:
        body = put(buyer, line(KETTLE), line("0" + KETTLE), line("4006381333948"), line(LAMP, 2), line(LOCAL))
    assert results(body) == ["ambiguous_code"] * 2 + ["code_not_found"] + ["code_not_searched"] * 2
    assert [call.operation for call in calls].count("Query") == 2


def test_a_busy_engine_adds_nothing(buyer: Person, north: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    class Loading(DynamoLists):
        def by_codes(self, codes: Any, limit: int) -> Any:
            raise EngineBusy

    answering(monkeypatch, Loading())
    by_id = {"product_info": north.sells("n-3"), "quantity": 1}
    refused = buyer.post("/basket/items", {"items": [by_id, line("n-1")]})
    assert (refused.status, refused.body["code"], refused.headers["Retry-After"]) == (429, "busy", "1")
    assert held(buyer) == {}
    assert results(put(buyer, by_id)) == ["added"]  # what needs no engine does not ask it


def test_a_lost_answer_and_a_second_client_lose_nothing(
    buyer: Person, north: Person, south: Person, index: CodeEngine
) -> None:
    with losing_answer(0) as made, meanwhile("PutItem", lambda: buyer.add((north.sells("n-2"), 2)), table="baskets"):
        body = put(buyer, line("L7", 2), line("n-3", 2))
    # The other client has taken what the step leaves.
    assert results(body) == ["too_many", "added"]
    assert held(buyer) == {north.sells("n-2"): 2, north.sells("n-3"): 2}
    with losing_answer(0) as made:
        assert results(put(buyer, line("n-3", 2))) == ["added"]
    assert len(made) == 2
    assert held(buyer)[north.sells("n-3")] == 4


def test_a_thousand_codes_cost_as_many_reads_as_their_offers_need(
    buyer: Person, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = world.shop("large@shops.example", *[good(f"a{n}", model=f"M-{n}-{n}", quantity=10**6) for n in range(125)])
    answering(monkeypatch, embedded(tmp_path))
    signs = ("-", "/", " ", ".", "_", "--", "- ", " /")
    codes = [f"m{sign}{n}{sign}{n}" for n in range(125) for sign in signs]
    assert len(set(codes)) == 1_000
    with watched() as calls:
        body = put(buyer, *map(line, codes))
    assert (body["added"], held(buyer)) == (1_000, {shop.sells(f"a{n}"): 8 for n in range(125)})
    # Session; 125 offers; their shop; the basket and its write. The index is a moment old and asks for nothing.
    assert [call.operation for call in calls] == [
        "GetItem",
        *["BatchGetItem"] * 2,
        "BatchGetItem",
        "GetItem",
        "PutItem",
    ]
