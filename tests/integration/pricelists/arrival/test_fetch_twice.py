"""A list that is fetched more than once for one import: messages come twice, workers die, events are late."""

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from chalicelib import aws
from chalicelib.models.catalogue import Offer
from chalicelib.models.imports import Import
from chalicelib.pricelists.arrival import download
from chalicelib.pricelists.arrival.download import fetch
from chalicelib.settings import settings
from tests.integration.pricelists.arrival.site import Reply, Site, answer, pull
from tests.integration.world import Person, good, price_list, stored_import


def versions_of(import_id: int) -> list[str]:
    """The versions of an import's file, oldest first."""
    where = {"Bucket": settings().files_bucket, "Prefix": stored_import(import_id).file_key or ""}
    return [one["VersionId"] for one in aws.client("s3").list_object_versions(**where).get("Versions", [])][::-1]


def listed(shop: Person) -> list[Import]:
    return list(Import.by_owner.query(f"SHOP#{shop.shop_id}"))


def page_of(*goods: dict[str, Any], **headers: str) -> Reply:
    return answer(yaml.safe_dump(price_list(*goods)).encode(), **headers)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("at_once", [False, True])
def test_a_list_that_was_fetched_twice_is_one_import(
    shop: Person, site: Site, order: tuple[int, int], at_once: bool
) -> None:
    site.pages["/list.yaml"] = page_of(good(1))
    import_id = pull(shop, site.url("/list.yaml"))
    site.pages["/list.yaml"] = page_of(good(1, price=5))
    shop.world.run_import(import_id)  # the message comes again, or the sweeper finds that the event is late
    versions, key = versions_of(import_id), stored_import(import_id).file_key or ""
    for number in order:
        assert shop.world.announce(key, versions[number]) == import_id
        if not at_once:
            shop.world.pump()
    shop.world.pump()
    assert [(one.import_id, one.status) for one in listed(shop)] == [(import_id, "done")]
    assert (stored_import(import_id).file_version, len(versions)) == (versions[order[0]], 2)
    assert shop.offer(1).price == [10000, 500][order[0]]
    assert len(shop.world.mails()) == 1


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_dry_run_that_was_fetched_twice_is_never_applied(shop: Person, site: Site, order: tuple[int, int]) -> None:
    site.pages["/list.yaml"] = page_of(good(1))
    import_id = shop.post("/partner/update", {"url": site.url("/list.yaml"), "dry_run": True}).body["import_id"]
    shop.world.run_import(import_id)
    shop.world.run_import(import_id)
    versions, key = versions_of(import_id), stored_import(import_id).file_key or ""
    for number in order:
        shop.world.announce(key, versions[number])
        shop.world.pump()
    assert [one.status for one in listed(shop)] == ["planned"]
    with pytest.raises(Offer.DoesNotExist):
        shop.offer(1)


def test_of_a_list_that_was_fetched_twice_no_tag_is_kept(shop: Person, site: Site) -> None:
    site.pages["/list.yaml"] = page_of(good(1), ETag='"one"')
    import_id = pull(shop, site.url("/list.yaml"))
    site.pages["/list.yaml"] = page_of(good(1, price=5), ETag='"two"')
    shop.world.run_import(import_id)
    shop.world.announce(stored_import(import_id).file_key or "", versions_of(import_id)[0])
    shop.world.pump()
    assert (shop.imported(import_id)["status"], stored_import(import_id).validators) == ("done", None)


def while_fetching(monkeypatch: pytest.MonkeyPatch, act: Callable[[], Any]) -> None:
    """Let ``act`` happen once, when the first answer is there and nothing has been made of it."""
    left = [act]

    def fetch_and_act(*args: Any, **more: Any) -> Any:
        try:
            return fetch(*args, **more)
        finally:
            if left:
                left.pop()()

    monkeypatch.setattr(download, "fetch", fetch_and_act)


@pytest.mark.parametrize("first", [404, 200])
@pytest.mark.parametrize(("status", "ended"), [(404, "failed"), (304, "unchanged")])
def test_a_message_that_came_twice_does_not_reopen_an_import_that_ended(
    shop: Person, site: Site, monkeypatch: pytest.MonkeyPatch, first: int, status: int, ended: str
) -> None:
    site.pages["/list.yaml"] = page_of(good(1), ETag='"one"')
    shop.world.arrive(stored_import(pull(shop, site.url("/list.yaml"))).file_key or "")
    mails = len(shop.world.mails())
    import_id = shop.post("/partner/update", {"url": site.url("/list.yaml")}).body["import_id"]
    site.pages["/list.yaml"] = page_of(good(1, price=5)) if first == 200 else answer(status=first)

    def again() -> None:
        site.pages["/list.yaml"] = answer(status=status)
        shop.world.run_import(import_id)

    while_fetching(monkeypatch, again)
    shop.world.pump()
    record = stored_import(import_id)
    assert (record.status, record.due_key, versions_of(import_id)) == (ended, None, [])
    assert len(shop.world.mails()) == mails + 1


def test_of_two_attempts_at_once_the_later_one_stores_its_file(
    shop: Person, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages["/list.yaml"] = page_of(good(1))
    import_id = shop.post("/partner/update", {"url": site.url("/list.yaml")}).body["import_id"]
    while_fetching(monkeypatch, lambda: shop.world.run_import(import_id))
    shop.world.pump()
    assert (len(site.asked), len(versions_of(import_id))) == (2, 1)
    shop.world.arrive(stored_import(import_id).file_key or "")
    assert shop.imported(import_id)["status"] == "done"


def test_an_attempt_that_fails_does_not_end_an_import_whose_file_arrived_meanwhile(
    shop: Person, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages["/list.yaml"] = page_of(good(1))
    import_id = pull(shop, site.url("/list.yaml"))
    site.pages["/list.yaml"] = answer(status=500)
    while_fetching(monkeypatch, lambda: shop.world.announce(stored_import(import_id).file_key or ""))
    shop.world.run_import(import_id)
    shop.world.pump()
    assert shop.imported(import_id)["status"] == "done"
