"""GET products while the search function does not answer, or not as this version expects; and without any engine."""

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from chalicelib.catalogue.search import choice
from chalicelib.models import catalogue
from chalicelib.settings import settings
from tests.integration.catalogue.search.engines import build
from tests.integration.catalogue.search.function import Function
from tests.integration.catalogue.search.index_world import embedded_engine, swept
from tests.integration.world import Answer, Person, World, good

GOODS = [good(number, name=f"Лампа {number}", price=number) for number in range(1, 7)]
THROTTLED = ClientError({"Error": {"Code": "TooManyRequestsException"}, "ResponseMetadata": {}}, "Invoke")  # type: ignore[typeddict-item]
TIMED_OUT = ReadTimeoutError(endpoint_url="https://lambda")


@pytest.fixture
def north(world: World) -> Person:
    return world.shop("north@shops.example", *GOODS)


@pytest.fixture
def function(north: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Function:
    """The function ``search``, which answers, and is asked at once again after it did not."""
    made = asked_by_the_api(tmp_path, monkeypatch)
    build()
    return made


def asked_by_the_api(directory: Path, monkeypatch: pytest.MonkeyPatch) -> Function:
    made = Function(directory)
    engine = made.engine()
    monkeypatch.setattr(choice, "engine", lambda: engine)
    monkeypatch.setattr("chalicelib.catalogue.search.search_function.PAUSE", 0)
    return made


def get(person: Person, query: str) -> Answer:
    return person.get(f"/products?{query}")


def models(answer: Answer) -> list[str]:
    offers = answer.body if isinstance(answer.body, list) else answer.body["results"]
    return [offer["model"] for offer in offers]


def not_found_yet(function: Function) -> None:
    function.answer = lambda _: {"failure": "busy"}


def fails(function: Function) -> None:
    function.answer, function.error = lambda _: {"errorMessage": "Task timed out"}, "Unhandled"


def of_another_version(function: Function) -> None:
    function.answer = lambda _: {"failure": "not_understood"}


def talks_nonsense(function: Function) -> None:
    function.answer = lambda _: {"found": {"hits": [1]}}


@pytest.mark.parametrize(
    "breaks",
    [TIMED_OUT, THROTTLED, not_found_yet, fails, of_another_version, talks_nonsense],
    ids=lambda one: getattr(one, "__name__", str(one)),
)
def test_what_could_always_be_asked_is_answered_from_the_tables(function: Function, north: Person, breaks: Any) -> None:
    category = north.offer(1).category_id
    as_before = ["", "q=лампа", "q=лам+6&limit=2", "limit=3", f"sort=-price&category_id={category}", "price_min=3"]
    answered = [(get(north, query).status, models(get(north, query))) for query in as_before]
    if isinstance(breaks, Exception):
        function.fails = breaks
    else:
        breaks(function)
    assert [(get(north, query).status, models(get(north, query))) for query in as_before] == answered
    for query in ("sort=relevance", "q=лампа&facets=shop", "facets=param&sort=name", "sort=price"):
        answer = get(north, query)
        assert (answer.status, answer.body["code"], answer.headers["Retry-After"]) == (429, "busy", "1")


def test_function_that_does_not_answer_is_left_alone_for_a_moment_and_named_once(
    function: Function, north: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("chalicelib.catalogue.search.search_function.PAUSE", 60)
    function.fails = TIMED_OUT
    assert {get(north, "sort=relevance").status for _ in range(3)} == {429}
    assert len(function.asked) == 1
    assert [record.getMessage() for record in caplog.records].count("search not answering") == 1


def test_connection_that_was_closed_meanwhile_is_opened_again(function: Function, north: Person) -> None:
    real, function.answer = function.answer, lambda event: real(event)
    closed = [ConnectionClosedError(endpoint_url="https://lambda")]

    def answer(event: dict[str, Any]) -> object:
        if closed:
            raise closed.pop()
        return real(event)

    function.answer = answer
    assert len(models(get(north, "sort=relevance"))) == 6
    assert len(function.asked) == 2


def test_list_begun_at_one_place_is_not_continued_at_another(function: Function, north: Person) -> None:
    asked = f"sort=price&category_id={north.offer(1).category_id}&limit=2"
    of_engine = get(north, asked).body
    function.fails = TIMED_OUT
    assert get(north, f"{asked}&cursor={of_engine['next']}").status == 429
    of_tables = get(north, asked).body
    assert of_tables["results"] == of_engine["results"]
    function.fails = None
    for begun in (of_engine, of_tables):
        rest = get(north, f"{asked}&limit=9&cursor={begun['next']}")
        assert models(rest) == ["m/3", "m/4", "m/5", "m/6"]
    with_counts = get(north, f"{asked}&facets=shop&cursor={of_tables['next']}").body
    assert (with_counts["total"], len(with_counts["results"])) == (6, 2)
    # A list of another order or filter has other positions, wherever it is read.
    by_name = get(north, "limit=2").body["next"]
    for query in (f"sort=relevance&cursor={by_name}", f"limit=2&cursor={of_engine['next']}"):
        assert list(get(north, query).body["Errors"]) == ["cursor"]


def test_category_too_large_for_the_tables_is_not_refused_for_good(
    function: Function, world: World, north: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "OFFERS_PER_SHARD", 5)
    south = world.shop("south@shops.example", *(good(number, price=1) for number in range(20, 29)))
    build(again=[south.shop_id])
    asked = f"sort=price&category_id={north.offer(1).category_id}&limit=100"
    assert len(models(get(north, asked))) == 15
    function.fails = TIMED_OUT
    assert get(north, asked).status == 429


def test_plain_list_that_was_read_in_part_says_so(
    function: Function, north: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.catalogue.listing.PLAIN_ROWS_READ", 3)
    assert "List-Cut" not in get(north, "q=лампа+6").headers
    function.fails = TIMED_OUT
    answer = get(north, "q=лампа+6")
    assert (answer.body, answer.headers["List-Cut"]) == ([], "reading")


def test_without_an_engine_facets_and_relevance_are_refused(north: Person) -> None:
    assert choice.engine() is choice.TABLES
    refused = get(north, "sort=relevance")
    assert (refused.body["code"], refused.body["available"]) == ("sort_unavailable", ["name"])
    assert list(get(north, "facets=shop").body["Errors"]) == ["facets"]


def test_settings_choose_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCH_ENGINE", "embedded")
    settings.cache_clear()
    try:
        assert choice.engine() is choice.TABLES  # nobody is named to be asked
        monkeypatch.setenv("SEARCH_FUNCTION", "search")
        settings.cache_clear()
        assert type(choice.engine()).__name__ == "SearchFunction"
        assert choice.engine() is choice.engine()
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_a_stage_without_shops_gets_an_index_that_has_nothing(
    world: World, buyer: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_by_the_api(tmp_path, monkeypatch)
    with embedded_engine():
        assert get(buyer, "q=лампа&facets=category").status == 429
        assert swept(monkeypatch) == 1
        world.pump()
        answer = get(buyer, "q=лампа&facets=category")
        assert (answer.status, answer.body["results"], answer.body["total"]) == (200, [], 0)
        assert swept(monkeypatch) == 0
