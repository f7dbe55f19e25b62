"""What is written to OpenSearch, whatever becomes of its calls."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.catalogue.search.documents import Indexed, key_of
from chalicelib.catalogue.search.engine import EngineBusy
from chalicelib.catalogue.search.opensearch import writing
from chalicelib.catalogue.search.opensearch.client import Refused, Unanswered
from chalicelib.catalogue.search.opensearch.writing import Bulk
from tests.unit.catalogue.search.domain import Answer, Body, Domain, client_of


def offer(number: int, **about: Any) -> Indexed:
    usual: Body = {"shop_id": 1, "category_id": 2, "price": 100, "in_stock": True, "name": "Лампа", "model": ""}
    more: Body = {"category": "Свет", "ext_id": "", "gtin": "", "parameters": [("Цвет", "Красный")]}
    return Indexed(offer_id=number, **{**usual, **more, **about})


def items(lines: list[Body], status: Callable[[str, str], int]) -> Answer:
    """The answer to a bulk request, with the status that each action on an id gets."""
    actions = [next(iter(line.items())) for line in lines if line.keys() <= {"index", "create", "delete"}]
    return 200, {"items": [{action: {"status": status(action, about["_id"])}} for action, about in actions]}


def written(domain: Domain) -> list[tuple[str, str]]:
    lines = [json.loads(line) for one in domain.sent for line in one.body.decode().splitlines()]  # type: ignore[union-attr]
    return [(action, line[action]["_id"]) for line in lines for action in line.keys() & {"index", "create", "delete"}]


def test_words_and_parameters_are_written_once_and_may_be_there_already() -> None:
    client, domain = client_of(
        lambda _, lines: items(lines, lambda action, _: {"index": 201, "create": 409}.get(action, 404))
    )
    bulk = Bulk(client, "x")
    assert bulk.add([offer(1), offer(2), offer(1)]) == {1, 2}
    bulk.remove([3])
    bulk.flush()
    made = written(domain)
    assert [one for one in made if one[0] != "create"] == [
        ("index", "1"),
        ("index", "2"),
        ("index", "1"),
        ("delete", "3"),
    ]
    assert len([one for one in made if one[0] == "create"]) == 3
    document = json.loads(domain.sent[0].body.decode().splitlines()[1])  # type: ignore[union-attr]
    assert document["key"] == key_of(100, 1)
    assert {"лампа", "=ламп", "=свет"} <= set(document["t"])


def test_what_the_domain_was_too_busy_for_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing.time, "sleep", lambda _: None)
    left = {"2": 2}

    def status(_: str, name: str) -> int:
        left[name] = left.get(name, 0) - 1
        return 429 if left[name] >= 0 else 201

    client, domain = client_of(lambda _, lines: items(lines, status))
    bulk = Bulk(client, "x")
    bulk.add([offer(1), offer(2)])
    bulk.flush()
    assert [name for action, name in written(domain) if action == "index"] == ["1", "2", "2", "2"]
    answers = iter([(503, b""), (429, {}), *[(200, None)] * 9])
    client, domain = client_of(
        lambda _, lines: items(lines, lambda *_: 201) if (one := next(answers))[0] == 200 else one
    )
    bulk = Bulk(client, "x")
    bulk.add([offer(1)])
    bulk.flush()
    assert len(domain.sent) == 3


@pytest.mark.parametrize(
    ("answer", "failure", "calls"),
    [
        (lambda lines: items(lines, lambda *_: 429), EngineBusy, 4),
        (lambda _: (503, b""), EngineBusy, 4),
        (lambda _: ReadTimeoutError(endpoint_url=""), Unanswered, 1),
        (lambda lines: items(lines, lambda *_: 400), Refused, 1),
        (lambda _: (403, {}), Refused, 1),
    ],
)
def test_writing_ends_if_it_cannot_succeed(
    monkeypatch: pytest.MonkeyPatch, answer: Callable[[list[Body]], Answer], failure: type[Exception], calls: int
) -> None:
    monkeypatch.setattr(writing.time, "sleep", lambda _: None)
    client, domain = client_of(lambda _, lines: answer(lines))
    bulk = Bulk(client, "x")
    bulk.add([offer(1)])
    with pytest.raises(failure):
        bulk.flush()
    assert len(domain.sent) == calls


def test_large_changes_are_sent_in_parts_while_writing_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_BYTES", 1_000)
    allowed = iter([None, None])

    def may_write() -> None:
        if next(allowed, EngineBusy) is EngineBusy:
            raise EngineBusy

    client, domain = client_of(lambda _, lines: items(lines, lambda *_: 201))
    bulk = Bulk(client, "x", may_write)
    with pytest.raises(EngineBusy):
        bulk.add(offer(number) for number in range(100))
    assert len(domain.sent) == 2
    assert all(1_000 <= len(one.body or "") < 2_000 for one in domain.sent)
