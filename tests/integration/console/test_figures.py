"""What pages cost, counted: calls and units of DynamoDB beside the calls of the API that show the same, and bytes."""

import re

import pytest

from chalicelib.console.table import SCREENS
from tests.integration.console.behind import BEHIND, filled_in
from tests.integration.console.browser import Browser
from tests.integration.console.full import Full, filled
from tests.integration.metered import metered
from tests.integration.world import World, stored_import

MOST_BYTES = 61_440
# How many calls to DynamoDB pages make beyond those of the API that show the same, and what for.
BEYOND = {
    "account": 1,  # the sessions, which no call lists
    "goods": 1,  # the session: anybody may make the call
    "goods?q=кабель": 1,  # the same
    "lists/usual": 1,  # what the basket holds of each good
    "lists/{list_id}": 1,  # the same
    "partner/goods": 1,  # the session: anybody may make the call
    "admin/imports": 1,  # the names of the shops
    "admin/orders/{order_id}": 1,  # who the mails went to
    "admin/shops": 1,  # their owners' addresses
    "admin/mails": 1,  # who they went to
}
# Pages that show what no call lists, or nothing that is stored.
WITHOUT_CALLS = {
    *("language", "login", "register", "confirm", "reset", "new-password", "new-email", "quick"),
    *("admin/categories/{category_id}", "partner/imports/large"),
}
# What an unformatted moment, amount or large number looks like in a text.
_RAW = re.compile(r"\b\d{4}-\d\d-\d\d\b|(?<![\d.])\d+\.\d\d(?![\d.])|\b900000\b|\b1790\b|МСК МСК|None|\{\w*\}")


@pytest.fixture(scope="module")
def full(shared_world: World) -> Full:
    def settle(import_id: int) -> None:
        shared_world.arrive(stored_import(import_id).file_key or "")

    return filled(shared_world, settle, orders=6)


def test_every_page_has_the_calls_behind_it() -> None:
    pages = {screen.path for screen in SCREENS if screen.method == "GET"}
    assert {pair.page.partition("?")[0] for pair in BEHIND} | WITHOUT_CALLS == pages
    assert {pair.page for pair in BEHIND} >= BEYOND.keys()


def test_a_page_reads_what_the_calls_behind_it_read_and_little_more(full: Full) -> None:
    differing = {}
    for pair in BEHIND:
        path, calls = filled_in(pair, full.ids, searched=False)
        who = full.people[pair.role]
        with metered() as page:
            assert Browser().holding(who.token).get(path).status == 200, path
        with metered() as api:
            assert [who.get(call).status for call in calls] == [200] * len(calls)
        most = api.count("dynamodb") + BEYOND.get(pair.page, 0)
        if page.count("dynamodb") > most or page.count("s3") > api.count("s3") or page.write_units:
            differing[pair.page, pair.role] = (page.calls, api.calls)
    assert differing == {}


def test_a_page_of_fifty_rows_is_small_and_writes_numbers_and_moments_for_people(full: Full) -> None:
    sizes, raw = {}, {}
    for pair in BEHIND:
        path, _ = filled_in(pair, full.ids, searched=False)
        shown = Browser().holding(full.people[pair.role].token).get(path)
        sizes[pair.page] = len(shown.html.encode())
        raw[pair.page] = _RAW.findall(shown.words)
    assert {page: size for page, size in sizes.items() if size > MOST_BYTES} == {}
    assert {page: found for page, found in raw.items() if found} == {}
