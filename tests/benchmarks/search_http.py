"""A page of a search over HTTP on the embedded stack, beside a page by name, which is a Query and a BatchGet.

Both go the same way through the gateway and the API; the bare calls of the page by name are timed as well.
"""

import secrets
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import truediv
from pathlib import Path
from typing import Any

from chalicelib.models.offer_indexes import ByListing
from infra.demo import wait_for
from tests.e2e.conftest import RunningStack, running_stack
from tests.e2e.service import Service, good

GOODS, ROUNDS, LIMIT = 2_000, 60, 50
BUDGET = 1.5
# What is asked for, each of LIMIT offers.
SEARCHES = {
    "word": {"q": "лампа", "sort": "relevance"},
    "typo": {"q": "лапма настольная", "sort": "relevance"},
    "by price": {"q": "лампа", "sort": "price"},
    "with counts": {"q": "лампа", "facets": "category,shop,param"},
}


@dataclass
class Times:
    """Seconds of each page, and of the page by name and its bare calls in the same round."""

    page: list[float] = field(default_factory=list)
    by_name: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """The median of the rounds: the machine's pace changes from second to second."""
        return statistics.median(map(truediv, self.page, self.by_name))


def measure(directory: Path) -> dict[str, Times]:
    """Return the times of each search on a stack of its own."""
    with running_stack(directory) as stack:
        service = Service(stack)
        _furnish(service)
        bare = _bare_calls(stack)
        found = {name: Times() for name in SEARCHES}
        for _ in range(ROUNDS):
            for name, query in SEARCHES.items():
                found[name].page.append(_seconds(lambda query=query: _page(service, query)))
                found[name].by_name.append(_seconds(lambda: _page(service, {"sort": "name"})))
                found[name].bare.append(_seconds(bare))
        return found


def _furnish(service: Service) -> None:
    goods = [
        good(number, name=f"Лампа настольная {number}", model=f"{secrets.token_hex(4)}", price=number)
        for number in range(1, GOODS + 1)
    ]
    service.shop_with(*goods)
    wait_for("the index", lambda: _is_whole(service))


def _is_whole(service: Service) -> bool | None:
    answer = service.call("GET", "/products", params=SEARCHES["word"])
    return (answer.status_code == 200 and answer.json()["total"] == GOODS) or None


def _page(service: Service, query: dict[str, str]) -> None:
    assert len(service.ok("GET", "/products", params={**query, "limit": LIMIT})["results"]) == LIMIT


def _bare_calls(stack: RunningStack) -> Callable[[], Any]:
    """Return the two calls of a page by name, without anything of ours."""
    dynamodb, table = stack.client("dynamodb"), stack.stage.table("catalogue")
    request = {
        **{"TableName": table, "IndexName": ByListing.Meta.index_name, "Limit": LIMIT},
        "KeyConditionExpression": "listing_key = :listing",
        "ExpressionAttributeValues": {":listing": {"S": "LISTING#0"}},
    }

    def call() -> None:
        offers = dynamodb.query(**request)["Items"]
        assert len(offers) == LIMIT
        keys = {("LISTING", "LISTING"), *((f"SHOP#{one['shop_id']['N']}", "SHOP") for one in offers)}
        keys |= {(one["pk"]["S"], one["sk"]["S"]) for one in offers}
        asked = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in keys]
        dynamodb.batch_get_item(RequestItems={table: {"Keys": asked}})

    return call


def _seconds(act: Callable[[], Any]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def table_of(found: dict[str, Times]) -> str:
    """Return the figures, a line for each search."""
    lines = [f"{'page over HTTP, ms':24}{'p50':>8}{'by name':>10}{'bare':>8}{'ratio':>8}"]
    for name, times in found.items():
        page, by_name, bare = (statistics.median(one) * 1_000 for one in (times.page, times.by_name, times.bare))
        lines.append(f"{name:24}{page:8.1f}{by_name:10.1f}{bare:8.1f}{times.ratio:8.2f}")
    return "\n".join(lines)


def pages_over_http() -> str:
    """Measure and return the figures, for a table of others."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        return table_of(measure(Path(directory)))
