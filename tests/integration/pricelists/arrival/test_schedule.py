"""Lists that are fetched by the clock, and files that are not read again where they have not changed."""

from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
import yaml

from chalicelib import clock
from chalicelib.models.imports import Import
from chalicelib.models.sources import Source
from chalicelib.pricelists.arrival import schedule
from chalicelib.sweeping import sweep
from tests.integration.calls import meanwhile
from tests.integration.pricelists.arrival.site import Site, answer, pull
from tests.integration.world import Person, good, price_list, stored_import

HOUR = 3600


class Clock:
    """A clock that is put forward."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._ahead, self._monkeypatch, self._now = 0.0, monkeypatch, clock.now

    def forward(self, hours: float) -> None:
        self._ahead += hours * HOUR
        moment = self._now().timestamp() + self._ahead
        self._monkeypatch.setattr(clock, "now", lambda: type(self._now()).fromtimestamp(moment, self._now().tzinfo))


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


class Page:
    """A page that answers 304 to who knows its ETag or its date."""

    def __init__(self, *goods: dict[str, Any], etag: str = '"one"') -> None:
        self.goods, self.etag, self.statuses = goods, etag, list[int]()

    def __call__(self, request: BaseHTTPRequestHandler) -> None:
        known = request.headers.get("If-None-Match") == self.etag
        self.statuses.append(304 if known else 200)
        if known:
            answer(status=304)(request)
        else:
            body = yaml.safe_dump(price_list(*self.goods), allow_unicode=True).encode()
            answer(body, ETag=self.etag, **{"Last-Modified": "Mon, 23 Nov 2026 10:00:00 GMT"})(request)


@pytest.fixture
def page(site: Site) -> Page:
    page = Page(good(1), good(2))
    site.pages["/list.yaml"] = page
    return page


def pulled(shop: Person, url: str) -> Any:
    """Fetch the list and, if there is a file, import it; return the report."""
    import_id = pull(shop, url)
    record = stored_import(import_id)
    if record.finished_at is None:
        shop.world.arrive(record.file_key or "")
    return shop.imported(import_id)


def test_a_file_that_has_not_changed_is_not_read_again(shop: Person, site: Site, page: Page) -> None:
    reports = [pulled(shop, site.url("/list.yaml")) for _ in range(3)]
    assert [report["status"] for report in reports] == ["done", "unchanged", "unchanged"]
    assert page.statuses == [200, 304, 304]
    assert [fault["code"] for fault in reports[2]["errors"]] == ["not_modified"]


def test_a_file_that_has_changed_is_imported(shop: Person, site: Site, page: Page) -> None:
    pulled(shop, site.url("/list.yaml"))
    page.goods, page.etag = (good(1, price=5), good(2)), '"two"'
    assert pulled(shop, site.url("/list.yaml"))["status"] == "done"
    assert (shop.offer(1).price, page.statuses) == (500, [200, 200])


def test_what_was_sold_is_refreshed_though_the_file_has_not_changed(shop: Person, site: Site, page: Page) -> None:
    pulled(shop, site.url("/list.yaml"))
    shop.world.person("buyer@b.example").order((shop.sells(1), 3))
    assert shop.offer(1).quantity == 7
    assert pulled(shop, site.url("/list.yaml"))["status"] == "done"
    assert (shop.offer(1).quantity, page.statuses) == (10, [200, 200])


def test_a_list_that_came_by_another_door_is_followed_by_the_whole_file(shop: Person, site: Site, page: Page) -> None:
    pulled(shop, site.url("/list.yaml"))
    shop.world.drop(shop.shop_id, price_list(good(1, price=5), good(2)))
    assert pulled(shop, site.url("/list.yaml"))["status"] == "done"
    assert (shop.offer(1).price, page.statuses) == (10000, [200, 200])


def test_a_file_with_refused_rows_is_read_again(shop: Person, site: Site, page: Page) -> None:
    page.goods = (good(1), good(2, price="x"))
    pulled(shop, site.url("/list.yaml"))
    assert (pulled(shop, site.url("/list.yaml"))["status"], page.statuses) == ("done_with_errors", [200, 200])


def test_a_dry_run_reads_the_file(shop: Person, site: Site, page: Page) -> None:
    pulled(shop, site.url("/list.yaml"))
    body = shop.post("/partner/update", {"url": site.url("/list.yaml"), "dry_run": True}).body
    shop.world.pump()
    assert (page.statuses, stored_import(body["import_id"]).file_name) == ([200, 200], "list.yaml")


def test_another_file_behind_a_redirect_is_not_asked_for_by_the_tag_of_the_first(
    shop: Person, site: Site, page: Page
) -> None:
    site.pages["/now"] = answer(status=302, Location="/list.yaml")
    pulled(shop, site.url("/now"))
    assert pulled(shop, site.url("/now"))["status"] == "unchanged"
    site.pages["/other.yaml"] = other = Page(good(3))
    site.pages["/now"] = answer(status=302, Location="/other.yaml")
    pulled(shop, site.url("/now"))
    assert (page.statuses, other.statuses) == ([200, 304], [200])


def test_an_import_that_comes_in_between_is_not_taken_for_unchanged(shop: Person, site: Site, page: Page) -> None:
    pulled(shop, site.url("/list.yaml"))
    with meanwhile("TransactWriteItems", lambda: shop.world.drop(shop.shop_id, price_list(good(3)))):
        import_id = pull(shop, site.url("/list.yaml"))
    assert stored_import(import_id).status != "unchanged"


def set_source(shop: Person, site: Site, every_hours: Any = 6) -> None:
    assert shop.post("/partner/source", {"url": site.url("/list.yaml"), "every_hours": every_hours}).status == 200


def scheduled(shop: Person) -> list[Import]:
    """The imports that the clock began, oldest first."""
    return [one for one in Import.by_owner.query(f"SHOP#{shop.shop_id}") if one.door == "schedule"]


def tick(shop: Person, time: Clock, hours: float = 0.001) -> None:
    time.forward(hours)
    sweep()
    shop.world.pump()
    for record in scheduled(shop):
        if record.finished_at is None:
            shop.world.arrive(record.file_key or "")


def test_a_source_that_was_never_set_is_reported_as_such(shop: Person) -> None:
    told = {"url": None, "every_hours": None, "next_at": None, "failures": 0, "last_import": None}
    assert shop.get("/partner/source").body == told


def test_a_list_is_fetched_by_the_clock(shop: Person, site: Site, page: Page, time: Clock) -> None:
    set_source(shop, site)
    tick(shop, time)
    assert [record.status for record in scheduled(shop)] == ["done"]
    tick(shop, time, 5.9)
    assert len(page.statuses) == 1
    tick(shop, time, 0.2)
    assert page.statuses == [200, 304]
    told = shop.get("/partner/source").body
    assert (told["every_hours"], told["last_import"]) == (6, scheduled(shop)[1].import_id)
    assert clock.from_stamp(told["next_at"]) > clock.after(5 * HOUR)


def test_only_what_is_new_is_mailed_of_lists_fetched_by_the_clock(
    shop: Person, site: Site, page: Page, time: Clock
) -> None:
    set_source(shop, site)
    tick(shop, time)
    tick(shop, time, 7)
    assert (len(page.statuses), len(shop.world.mails())) == (2, 1)


def test_a_source_without_hours_is_not_fetched(shop: Person, site: Site, page: Page, time: Clock) -> None:
    set_source(shop, site)
    set_source(shop, site, None)
    tick(shop, time)
    assert page.statuses == []
    told = shop.get("/partner/source").body
    assert (told["url"], told["every_hours"], told["next_at"]) == (site.url("/list.yaml"), None, None)


def test_a_shop_that_is_off_has_nothing_fetched_until_it_is_on(
    shop: Person, site: Site, page: Page, time: Clock
) -> None:
    shop.post("/partner/state", {"state": "off"})
    set_source(shop, site)
    tick(shop, time)
    assert page.statuses == []
    shop.post("/partner/state", {"state": "on"})
    tick(shop, time, 1.1)
    assert page.statuses == [200]


def test_of_two_sweepers_at_once_one_pulls(shop: Person, site: Site, page: Page, time: Clock) -> None:
    set_source(shop, site)
    time.forward(0.001)
    with meanwhile("TransactWriteItems", sweep):
        sweep()
    assert len(scheduled(shop)) == 1


def test_a_source_that_is_set_anew_meanwhile_is_not_pulled_from_its_old_address(
    shop: Person, site: Site, page: Page, time: Clock
) -> None:
    set_source(shop, site)
    time.forward(0.001)
    with meanwhile("TransactWriteItems", lambda: set_source(shop, site, None)):
        sweep()
    assert scheduled(shop) == []


def test_a_failing_source_is_asked_less_and_less_and_the_shop_is_mailed_once(
    shop: Person, site: Site, page: Page, time: Clock
) -> None:
    site.pages["/list.yaml"] = answer(status=500)
    set_source(shop, site, 1)
    waits = []
    for _ in range(5):
        before = len(scheduled(shop))
        tick(shop, time)
        assert len(scheduled(shop)) == before + 1
        source = Source.get(Source.at(shop.shop_id).pk, Source.SK)
        waits.append(round((clock.from_stamp(str(source.due_at)) - clock.now()).total_seconds() / HOUR))
        time.forward(waits[-1])
    assert waits == [2, 4, 8, 16, 32]
    [mail] = shop.world.mails()
    assert "3" in mail["text"]
    codes = [[fault["code"] for fault in record.faults] for record in scheduled(shop)]
    assert codes == [["url_status"]] * 2 + [["url_status", "source_failing"]] + [["url_status"]] * 2


def test_a_source_that_works_again_forgets_its_failures(shop: Person, site: Site, page: Page, time: Clock) -> None:
    site.pages["/list.yaml"] = answer(status=500)
    set_source(shop, site, 1)
    tick(shop, time)
    assert shop.get("/partner/source").body["failures"] == 1
    site.pages["/list.yaml"] = page
    tick(shop, time, 2.1)
    assert ([one.status for one in scheduled(shop)], shop.get("/partner/source").body["failures"]) == (
        ["failed", "done"],
        0,
    )


def test_waits_never_exceed_a_week(shop: Person, site: Site, time: Clock) -> None:
    site.pages["/list.yaml"] = answer(status=500)
    set_source(shop, site, 100)
    tick(shop, time)
    assert clock.from_stamp(shop.get("/partner/source").body["next_at"]) <= clock.after(schedule.MAX_HOURS * HOUR)


@pytest.mark.parametrize("hours", [0, 169, -1, "x", 1.5, True, []])
def test_hours_are_a_whole_number_up_to_a_week(shop: Person, hours: Any) -> None:
    told = shop.post("/partner/source", {"url": "https://a.example/x", "every_hours": hours})
    assert (told.status, list(told.body["Errors"])) == (400, ["every_hours"])


@pytest.mark.parametrize("url", ["", "ftp://a.example/x", "https://", "x" * 2001, None])
def test_the_address_of_a_source_is_an_http_address(shop: Person, url: Any) -> None:
    told = shop.post("/partner/source", {"url": url, "every_hours": 5})
    assert (told.status, list(told.body["Errors"])) == (400, ["url"])


def test_an_inside_address_is_never_fetched_by_the_clock(shop: Person, time: Clock) -> None:
    assert shop.post("/partner/source", {"url": "http://10.0.0.1/x", "every_hours": 1}).status == 200
    tick(shop, time)
    [record] = scheduled(shop)
    assert (record.status, record.faults[0]["code"]) == ("failed", "url_refused")
