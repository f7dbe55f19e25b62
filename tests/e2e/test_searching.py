"""Searching over HTTP: an imported list is indexed, and what is meant is found, counted and sorted."""

from typing import Any

from infra.demo import wait_for
from tests.e2e.conftest import RunningStack
from tests.e2e.service import Service, good

GTIN, EXT_ID = "4601234567893", "GM-000317"
GOODS = [
    good(1, name="Гигрометр настенный", model="HG-77/XF", price=30, parameters={"Цвет": "красный"}, gtin=GTIN),
    good(2, name="Гигрометр карманный", model="HP-7", price=20, parameters={"Цвет": "синий"}),
    {**good(3, name="Чехол гигрометра", model="C-1", price=10, quantity=0), "id": EXT_ID},
]
# Slip, form, layout, transliteration, code, barcode, the supplier's own id.
MEANT = {
    **{words: {"HG-77/XF"} for words in ("гигромктр настенный", "гигрометрами настенными", "ubuhjvtnh yfcntyysq")},
    **{words: {"HG-77/XF"} for words in ("gigrometr nastennyj", "hg77xf", "HG 77-XF", GTIN)},
    **{"gm000317": {"C-1"}, "гигрометр": {"HG-77/XF", "HP-7", "C-1"}},
}


def found(service: Service, **query: Any) -> Any:
    return service.ok("GET", "/products", params={"sort": "relevance", **query})


def models(body: Any) -> list[str]:
    return [offer["model"] for offer in (body if isinstance(body, list) else body["results"])]


def _is_indexed(service: Service, shop: dict[str, int]) -> bool | None:
    answer = service.call("GET", "/products", params={"sort": "relevance", "q": "гигрометр", **shop})
    if answer.status_code == 429:  # the function is fetching its first index
        return None
    return len(answer.json()["results"]) == len(GOODS) or None


def test_new_goods_are_found_soon_after_an_import(stack: RunningStack) -> None:
    service = Service(stack)
    token, _ = service.shop_with(*GOODS)
    shop = {"shop_id": service.shop_id(token)}
    wait_for("the index", lambda: _is_indexed(service, shop))
    for words, meant in MEANT.items():
        for query in ({"q": words}, {"q": words, "sort": "relevance"}):
            assert set(models(service.ok("GET", "/products", params={**shop, **query}))) == meant, query
    page = found(service, q="гигромктр", facets="category,shop,param", limit=1, **shop)
    assert page["corrected"] == [{"from": "гигромктр", "to": "гигрометр"}]
    assert (page["total"], page["facets"]["shop"][0]["count"], len(page["facets"]["param"])) == (3, 3, 2)
    assert models(found(service, q="гигрометр", sort="-price", **shop)) == ["HG-77/XF", "HP-7", "C-1"]
    rest = found(service, q="гигромктр", cursor=page["next"], **shop)
    assert models(page) + models(rest) == ["HP-7", "HG-77/XF", "C-1"]
    buyer, _ = service.buyer()
    lines = [{"code": code, "quantity": 1, **shop} for code in ("hg77xf", GTIN, "gm000317", "HG-78")]
    told = service.ok("POST", "/basket/items", buyer, json={"items": lines})["results"]
    assert [one["result"] for one in told] == ["added", "added", "too_many", "code_not_found"]
    assert (told[1]["quantity"], told[1]["same_offer"]) == (2, 0)
