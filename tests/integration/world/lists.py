"""Price lists: written, put into the bucket and imported, or stored without an import."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import yaml

from chalicelib import aws
from chalicelib.goods import Good
from chalicelib.models.imports import Import
from chalicelib.pricelists.applying import offers
from chalicelib.pricelists.applying.places import make_room
from chalicelib.pricelists.arrival.s3_events import file_arrived
from chalicelib.pricelists.job import run_import
from chalicelib.pricelists.planning.compare import Source, make_plan
from chalicelib.pricelists.planning.plan_files import Chunk, Write
from chalicelib.pricelists.planning.snapshot import Known
from chalicelib.settings import settings
from tests.integration.world.queues import Queues

# Older than the time of any event that ``announce`` makes.
BEFORE_ALL_FILES = "2026-11-22T10:00:00.000Z"


@dataclass
class Lists(Queues):
    """Drops price lists into the bucket; ``events`` counts the S3 events; their times and sequencers follow from it."""

    events: int = 0

    def drop(self, shop_id: int, price_list: Any, name: str = "list.yaml") -> int | None:
        """Put a price list into the bucket and let the import run; return the import's id."""
        text = price_list if isinstance(price_list, bytes) else yaml.safe_dump(price_list, allow_unicode=True).encode()
        key = f"incoming/{shop_id}/{name}"
        aws.client("s3").put_object(Bucket=settings().files_bucket, Key=key, Body=text)
        return self.arrive(key)

    def arrive(self, key: str) -> int | None:
        """Deliver the S3 event of an object, then drain the queues."""
        import_id = self.announce(key)
        self.pump()
        return import_id

    def announce(self, key: str, version: str = "") -> int | None:
        """Deliver the S3 event of a version of an object, the newest where none is named."""
        self.events += 1
        version = version or aws.client("s3").head_object(Bucket=settings().files_bucket, Key=key)["VersionId"]
        return file_arrived(
            {
                "eventTime": f"2026-11-23T10:00:{self.events // 1000:02}.{self.events % 1000:03}Z",
                "s3": {"object": {"key": key, "versionId": version, "sequencer": f"{self.events:016X}"}},
            }
        )

    def leave(self, shop_id: int, price_list: Any, name: str = "list.yaml") -> int:
        """Put a price list into the bucket and register it, but leave its import in the queue."""
        key = f"incoming/{shop_id}/{name}"
        text = yaml.safe_dump(price_list, allow_unicode=True).encode()
        aws.client("s3").put_object(Bucket=settings().files_bucket, Key=key, Body=text)
        return self.announce(key) or 0

    def run_import(self, import_id: int) -> None:
        """One attempt at an import, as the queue job makes it."""
        run_import(import_id, 60)


def good(ext_id: Any, **more: Any) -> dict[str, Any]:
    """A good of a price list."""
    return {
        "id": ext_id,
        "category": 1,
        "model": f"m/{ext_id}",
        "name": f"Товар {ext_id}",
        "price": 100,
        "quantity": 10,
    } | more


def price_list(*goods: dict[str, Any], category: str = "Смартфоны") -> dict[str, Any]:
    """A price list of one category."""
    return {"shop": "Любой", "categories": [{"id": 1, "name": category}], "goods": list(goods)}


def stored_import(import_id: int) -> Import:
    return Import.get(Import.at(import_id).pk, Import.SK, consistent_read=True)


def stock(shop_id: int, goods: dict[str, Any]) -> None:
    """Write the goods of a first price list as its import does, but without bucket, queues and records."""
    text, sink = yaml.safe_dump(goods, allow_unicode=True).encode(), _Chunk()
    plan = make_plan(Source(lambda: BytesIO(text)), shop_id, Known(), sink, lambda _: {})
    assert not plan.faults, plan.faults
    places = make_room(shop_id, plan.per_category, plan.counts["ok"])
    offers.write_chunk(sink.chunk, shop_id, BEFORE_ALL_FILES, places, again=False, late=False, may_write=lambda: True)


class _Chunk:
    """Takes what an import would write, as a chunk of its plan."""

    def __init__(self) -> None:
        self.chunk = Chunk([], [])

    def good(self, good: Good, good_digest: str, offer_id: int, *, new: bool, keeps_stock: bool = False) -> None:
        self.chunk.writes.append(Write(good, good_digest, offer_id, new, keeps_stock))

    def gone(self, offer_id: int) -> None:
        raise AssertionError(offer_id)
