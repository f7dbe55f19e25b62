"""A list that is fetched more than once for one import: messages come twice, workers die, events are late."""

from typing import Any

import pytest
import yaml

from chalicelib import aws
from chalicelib.models.catalogue import Offer
from chalicelib.models.jobs import Import
from chalicelib.settings import settings
from tests.integration.test_fetching import Reply, Site, answer, pull, shop, site
from tests.integration.world import Person, good, price_list, stored_import

__all__ = ["shop", "site"]


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
