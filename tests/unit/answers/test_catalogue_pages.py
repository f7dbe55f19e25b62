"""Numbered pages and the published shape of an offer."""

from typing import Any

import pytest

from chalicelib.answers.catalogue import CardFields, ListedFields, product_shape
from chalicelib.answers.pages import NumberedPage, page_of
from chalicelib.errors import FieldErrors
from chalicelib.goods import OPTIONAL
from chalicelib.http import to_json
from chalicelib.requests.base import parse
from chalicelib.requests.catalogue import MAX_PAGE_SIZE, PAGE_SIZE, PageQuery, ProductsQuery

ADDRESS = "https://h.example/api/v1/shops"


def page(entries: int, **query: Any) -> NumberedPage[dict[str, int]]:
    asked = parse(PageQuery, query)
    listed = [{"id": i} for i in range(1, entries + 1)]
    return page_of(listed[asked.start : asked.start + asked.page_size], entries, asked, ADDRESS)


def ids(found: NumberedPage[dict[str, int]]) -> list[int]:
    return [entry["id"] for entry in found["results"]]


def test_empty_list_is_one_empty_page() -> None:
    assert page(0) == {"count": 0, "next": None, "previous": None, "results": []}


def test_page_has_forty_entries_unless_asked_otherwise() -> None:
    assert (len(page(41)["results"]), PAGE_SIZE) == (40, 40)


def test_first_page_leads_on_and_not_back() -> None:
    found = page(5, page_size="2")
    assert (ids(found), found["next"], found["previous"]) == ([1, 2], f"{ADDRESS}?page=2&page_size=2", None)


def test_middle_page_leads_both_ways() -> None:
    found = page(5, page="2", page_size="2")
    assert (ids(found), found["count"]) == ([3, 4], 5)
    assert (found["next"], found["previous"]) == (f"{ADDRESS}?page=3&page_size=2", f"{ADDRESS}?page=1&page_size=2")


def test_last_page_leads_back_only() -> None:
    found = page(5, page="3", page_size="2")
    assert (ids(found), found["next"]) == ([5], None)


def test_pages_together_are_the_whole_list() -> None:
    assert [one for n in range(1, 4) for one in ids(page(5, page=n, page_size=2))] == [1, 2, 3, 4, 5]


def test_page_behind_the_end_is_empty() -> None:
    found = page(5, page="9")
    assert (ids(found), found["count"], found["next"]) == ([], 5, None)


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        *[
            ({"page": "0"}, {"page"}),
            ({"page": "-1", "page_size": "0"}, {"page", "page_size"}),
            ({"page": "x"}, {"page"}),
        ],
        *[({"page": "9" * 5000}, {"page"}), ({"page_size": str(MAX_PAGE_SIZE + 1)}, {"page_size"})],
    ],
)
def test_page_that_cannot_be_is_refused(query: dict[str, str], fields: set[str]) -> None:
    with pytest.raises(FieldErrors) as refusal:
        page(5, **query)
    assert refusal.value.errors("ru").keys() == fields


@pytest.mark.parametrize(("given", "wanted"), [({}, None), ({"shop_id": ""}, None), ({"shop_id": " 7 "}, 7)])
def test_filter_left_empty_does_not_filter(given: dict[str, str], wanted: int | None) -> None:
    assert parse(ProductsQuery, given).shop_id == wanted


@pytest.mark.parametrize("given", ["shop,param", ["shop", "param"], ["shop", "shop,param"], ["shop", "", " Param"]])
def test_facets_come_separated_by_commas_or_repeated(given: str | list[str]) -> None:
    assert ProductsQuery.takes_several("facets")
    assert parse(ProductsQuery, {"facets": given}).facets == ("shop", "param")


def test_offer_has_exactly_the_published_keys() -> None:
    shape = product_shape(
        offer_id=1, model="m", product_id=2, name="n", category="c", shop_id=3, quantity=4, price=1990, price_rrc=None,
        parameters=[["Цвет", "красный"]],
    )  # fmt: skip
    assert to_json(shape) == (
        '{"id":1,"model":"m","product":{"id":2,"name":"n","category":"c"},"shop":3,"quantity":4,"price":19.90,'
        '"price_rrc":null,"product_parameters":[{"parameter":"Цвет","value":"красный"}]}'
    )


def test_the_types_of_offers_have_the_fields_that_goods_publish() -> None:
    published = {where: {one.column for one in OPTIONAL if one.published == where} for where in ("list", "card")}
    assert ListedFields.__annotations__.keys() == published["list"]
    assert CardFields.__annotations__.keys() == published["card"]
