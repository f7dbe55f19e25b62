"""The search index on a deployed stack: from the end of an import to an answer, by the permissions of each function."""

import secrets
import time
from typing import Any

import pytest

from infra.demo import wait_for
from tests.e2e.conftest import RunningStack
from tests.e2e.service import Service, good, price_list

#: What an index may be behind: the queue, a build, and how rarely a reader looks for the next generation.
FRESH_SECONDS = 10


@pytest.fixture
def service(stack: RunningStack) -> Service:
    return Service(stack)


def test_an_imported_product_is_found_within_seconds(service: Service) -> None:
    word = "".join(secrets.choice("бвгджзклмн") + secrets.choice("аеиоу") for _ in range(6))
    # Functions that start take their time: the list before has them run.
    token, _ = service.shop_with(good(1, name=f"Чайник {word}"))
    wait_for("the first product", lambda: found_by(service, f"чайник {word}")["results"] or None)
    report = service.imported(token, service.upload(token, price_list(good(1, name=f"Лампа {word}"))))
    assert report["status"] == "done"
    ended = time.monotonic()
    # Mistyped, which only the index understands: two letters are swapped.
    mistyped = word[:6] + word[7] + word[6] + word[8:]
    found = wait_for("the product in the index", lambda: found_by(service, f"лампа {mistyped}")["results"] or None)
    took = time.monotonic() - ended
    assert [one["product"]["name"] for one in found] == [f"Лампа {word}"]
    assert took < FRESH_SECONDS
    # A shop that closes is not found, whatever the index says.
    service.ok("POST", "/partner/state", token, data={"state": "off"})
    assert found_by(service, f"лампа {mistyped}")["results"] == []


def found_by(service: Service, words: str) -> Any:
    """A page of what the index finds; an empty one as long as it does not answer."""
    answer = service.call("GET", "/products", params={"q": words, "sort": "relevance", "limit": 5})
    if answer.status_code == 429:
        return {"results": []}
    assert answer.status_code == 200, answer.text
    return answer.json()
