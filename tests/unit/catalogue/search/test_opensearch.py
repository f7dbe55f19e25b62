"""What is sent to OpenSearch and how its answers are taken, without a domain."""

import json
import re
from collections.abc import Callable

import pytest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from chalicelib.catalogue.search.documents import key_of, lowest_key
from chalicelib.catalogue.search.engine import Asked, Count, EngineBusy, Sort
from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.catalogue.search.opensearch import schema as stored
from chalicelib.catalogue.search.opensearch.client import Refused
from chalicelib.catalogue.search.opensearch.engine import OpenSearchEngine
from chalicelib.catalogue.search.opensearch.lexicon import Lexicon
from chalicelib.catalogue.search.understanding import Correction, understand
from tests.unit.catalogue.search import tables
from tests.unit.catalogue.search.domain import Answer, Body, client_of
from tests.unit.catalogue.search.memory import Memory


def test_requests_to_aws_are_signed_and_those_to_a_node_are_not() -> None:
    client, domain = client_of(lambda *_: (200, {}), "https://search.us-east-1.es.amazonaws.com/")
    client.call("POST", "/x/_search?a=b", {"q": "чай"})
    [sent] = domain.sent
    assert sent.url == "https://search.us-east-1.es.amazonaws.com/x/_search?a=b"
    signature = str(sent.headers["Authorization"])
    assert re.match(r"AWS4-HMAC-SHA256 Credential=\w+/\d{8}/us-east-1/es/aws4_request, ", signature)
    client, domain = client_of(lambda *_: (200, {}))
    client.call("GET", "/")
    assert "Authorization" not in domain.sent[0].headers


@pytest.mark.parametrize(
    "answer",
    [
        (429, {"error": {"type": "rejected_execution_exception", "reason": "queue"}, "status": 429}),
        (503, b"<html>Service Unavailable</html>"),
        (502, b""),
        (504, {"message": None}),
        ReadTimeoutError(endpoint_url=""),
        ConnectTimeoutError(endpoint_url=""),
        EndpointConnectionError(endpoint_url=""),
        (200, {"responses": [{"error": {"type": "rejected_execution_exception", "reason": "queue"}, "status": 429}]}),
        (404, {"error": {"type": "index_not_found_exception", "reason": "no such index"}, "status": 404}),
    ],
)
def test_engine_is_busy_if_the_domain_cannot_answer_or_has_no_index_yet(answer: Answer) -> None:
    def at_last(path: str, _: list[Body]) -> Answer:
        return (200, {"_source": {"as_of": "now"}}) if "_doc" in path else answer

    engine = OpenSearchEngine(client_of(at_last)[0])
    with pytest.raises(EngineBusy):
        engine.find(Asked(OfferFilter(words="чай"), Sort.PRICE, 10))
    with pytest.raises(EngineBusy):
        engine.by_codes(["x"], 1)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((403, {"Message": "not authorized"}), "403 "),
        ((403, {"message": "no"}), "403 no"),
        ((400, {"error": {"type": "a", "reason": "b"}}), "400 a: b"),
        ((200, {"responses": [{"error": {"type": "a", "reason": "b"}, "status": 400}]}), "400 a: b"),
    ],
)
def test_permanent_refusals_are_not_reported_as_busy(answer: Answer, reason: str) -> None:
    client, _ = client_of(lambda *_: answer)
    with pytest.raises(Refused, match=reason):
        client.searches("x", [{}])


def lexicon_over(memory: Memory) -> tuple[Lexicon, list[list[Body]]]:
    """A lexicon of OpenSearch whose domain has these offers, and the questions of each call."""
    calls: list[list[Body]] = []

    def answer(_: str, lines: list[Body]) -> Answer:
        questions = lines[1::2]
        calls.append(questions)
        return 200, {"responses": [_answered(question, memory) for question in questions]}

    return Lexicon(client_of(answer)[0], "x"), calls


def _answered(question: Body, memory: Memory) -> Body:
    [(kind, about)] = question["query"].items()
    [(where, value)] = about.items()
    if where == stored.FORM:
        form, slips = (value["value"], value["fuzziness"]) if kind == "fuzzy" else (value, 0)
        return {"hits": {"hits": [{"_source": {stored.SHOWN: word}} for word in memory.alike(form, slips)]}}
    if kind == "wildcard":
        assert value["value"].endswith("?*")
        return {"hits": {"total": {"value": int(memory.begins(value["value"][:-2]))}}}
    return {"hits": {"total": {"value": memory.count(value)}}}


def test_words_are_understood_as_by_asking_one_question_after_the_other() -> None:
    memory = Memory(tables.offers())
    kinds = (tables.typos, tables.forms, tables.layouts, tables.translits, tables.model_codes, tables.barcodes)
    queries = [query for kind in kinds for query in kind()[::6]]
    for query in (*queries, *(f"{one} {other}" for one, other in zip(queries[::3], queries[1::3], strict=False))):
        lexicon, calls = lexicon_over(memory)
        assert lexicon.understood(lambda lexicon, query=query: understand(query, lexicon)) == understand(query, memory)
        assert len(calls) <= 3 + query.count(" ")
    lexicon, calls = lexicon_over(memory)
    lexicon.understood(lambda lexicon: understand("лампа складной", lexicon))
    assert len(calls) == 1


def test_words_that_cannot_be_stored_are_not_asked_for() -> None:
    lexicon, calls = lexicon_over(Memory([]))
    assert not lexicon.understood(lambda lexicon: lexicon.has("\ud800") or lexicon.begins("\ud800"))
    assert all("\ud800" not in json.dumps(question, ensure_ascii=False) for call in calls for question in call)


def finding(*pages: list[Body], total: int = 0, **facets: list[Body]) -> Callable[[str, list[Body]], Answer]:
    """Answers searches for any word that is there with these pages, in order, then with the counts."""

    def answer(path: str, lines: list[Body]) -> Answer:
        if "_doc" in path:
            return 200, {"_source": {"as_of": "2026"}}
        if "_mget" in path:
            ids = lines[0]["ids"]
            return 200, {
                "docs": [
                    {"_id": ids[0], "found": True, "_source": {"shown": "Цвет\x1fКрасный"}},
                    *({"_id": one, "found": False} for one in ids[1:]),
                ]
            }
        searches = lines[1::2]
        if "sort" not in searches[0]:
            return 200, {"responses": [{"hits": {"total": {"value": 1}, "hits": []}} for _ in searches]}
        counts = {name: {"buckets": buckets} for name, buckets in facets.items()}
        last = {"hits": {"total": {"value": total}}, "aggregations": counts}
        return 200, {"responses": [*({"hits": {"hits": page}} for page in pages), last]}

    return answer


def hit(offer: int, price: int) -> Body:
    return {"fields": {"offer": [offer], "shop": [7], "key": [key_of(price, offer)]}}


def test_page_asks_for_each_tier_and_for_the_count_in_one_call() -> None:
    client, domain = client_of(finding([hit(1, 30)], [hit(2, 10), hit(3, 20)], [], [], total=9))
    wanted = OfferFilter(
        words="лампа", shop_id=7, price_min=5, price_max=50, parameters=(("Цвет", "Красный"), ("цвет", "синий"))
    )
    found = OpenSearchEngine(client).find(Asked(wanted, Sort.RELEVANCE, 2))
    assert [(one.offer_id, one.shop_id) for one in found.hits] == [(1, 7), (2, 7)]
    assert (found.total, found.as_of) == (9, "2026")
    assert found.next == f"00|{key_of(10, 2)}|2"
    lines = [json.loads(line) for line in domain.sent[-1].body.decode().splitlines()]  # type: ignore[union-attr]
    assert len(lines) == 10
    first, second, third = (lines[place]["query"]["bool"] for place in (1, 3, 5))
    assert first["filter"][:3] == [
        {"term": {"shop": 7}},
        {"range": {"key": {"gte": lowest_key(5), "lt": lowest_key(51)}}},
        {
            "bool": {
                "should": [{"term": {"pv": "цвет\x1fкрасный"}}, {"term": {"pv": "цвет\x1fсиний"}}],
                "minimum_should_match": 1,
            }
        },
    ]
    assert first["filter"][-1] == {"term": {"stock": 1}}
    assert second["filter"][-1] == {"term": {"stock": 0}}
    assert len(third["must_not"]) == 1
    assert lines[1]["size"] == 3
    assert lines[1]["sort"] == [{"key": "asc"}]


def test_position_is_taken_up_in_its_tier_behind_what_was_shown() -> None:
    client, domain = client_of(finding([hit(5, 10)]))
    OpenSearchEngine(client).find(Asked(OfferFilter(), Sort.PRICE_DOWN, 2, "3-|77|4,5"))
    search = json.loads(domain.sent[-1].body.decode().splitlines()[1])  # type: ignore[union-attr]
    assert search["query"]["bool"]["filter"][-1] == {"range": {"key": {"lte": 77}}}
    assert search["query"]["bool"]["must_not"] == [{"terms": {"offer": [4, 5]}}]
    assert search["sort"] == [{"key": "desc"}]


def test_facets_show_parameters_as_a_supplier_writes_them() -> None:
    buckets = [{"key": "цвет\x1fкрасный", "doc_count": 3}, {"key": "вес\x1f5", "doc_count": 1}]
    client, domain = client_of(finding([], param=buckets, shop=[{"key": 7, "doc_count": 4}]))
    engine = OpenSearchEngine(client)
    for _ in range(2):
        found = engine.find(Asked(OfferFilter(), Sort.PRICE, 2, facets=("param", "shop")))
        assert found.facets["param"] == [Count(("Цвет", "Красный"), 3), Count(("вес", "5"), 1)]
        assert found.facets["shop"] == [Count(7, 4)]
    assert sum("_mget" in one.url for one in domain.sent) == 1


def test_nothing_is_searched_for_if_a_word_is_not_there() -> None:
    def nothing(path: str, lines: list[Body]) -> Answer:
        empty = {"hits": {"total": {"value": 0}, "hits": []}}
        return 200, {"_source": {"as_of": "2026"}} if "_doc" in path else {"responses": [empty] * (len(lines) // 2)}

    found = OpenSearchEngine(client_of(nothing)[0]).find(
        Asked(OfferFilter(words="крокодил"), Sort.PRICE, 2, facets=("shop",))
    )
    assert (found.hits, found.total, found.facets, found.next) == ([], 0, {"shop": []}, None)


def test_many_codes_are_asked_for_in_few_calls() -> None:
    def answer(_: str, lines: list[Body]) -> Answer:
        assert all(search["sort"] == [{"stock": "desc"}, {"key": "asc"}] for search in lines[1::2])
        found = [[hit(1, 1)] if "#kd55" in json.dumps(search) else [] for search in lines[1::2]]
        return 200, {"responses": [{"hits": {"hits": one}} for one in found]}

    client, domain = client_of(answer)
    codes = [*(f"m-{number}" for number in range(450)), "KD-55", "—"]
    found = OpenSearchEngine(client).by_codes(codes, 3)
    assert len(domain.sent) == 3
    assert [one.offer_id for one in found["KD-55"]] == [1]
    assert (found["—"], found["m-3"], len(found)) == ([], [], 452)


def test_corrections_are_those_of_understanding() -> None:
    memory = Memory(tables.offers())
    lexicon, _ = lexicon_over(memory)
    found = lexicon.understood(lambda lexicon: understand("лапма", lexicon))
    assert found.corrected == (Correction("лапма", "лампа"),)
