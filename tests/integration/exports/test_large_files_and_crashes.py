"""Large files appear as a whole, and a worker may die after any call."""

from typing import Any

import pytest
import yaml

from chalicelib import aws
from chalicelib.answers.orders import exported_bodies
from chalicelib.exports import job
from chalicelib.files import upload
from chalicelib.settings import settings
from chalicelib.sweeping import sweep
from tests.integration.calls import Died, before_all_calls, dying_after_any
from tests.integration.clock import later
from tests.integration.exports.asked import exported, fetch, keys, start, state, unfinished
from tests.integration.world import Answer, Person, World, good, price_list


def test_a_large_file_goes_in_parts_and_appears_as_a_whole(
    world: World, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload, "PART_BYTES", 1000)
    monkeypatch.setattr("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE", 1000)
    whole = exported(shop, format="yaml")
    world.drop(shop.shop_id, price_list(*(good(n) for n in range(1, 401))))
    large = exported(shop, format="yaml")
    assert len(large) > 20_000 > len(whole)
    assert len(yaml.safe_load(large)["goods"]) == 400
    assert parts_left() == []


def parts_left() -> list[Any]:
    uploads: list[Any] = aws.client("s3").list_multipart_uploads(Bucket=settings().files_bucket).get("Uploads", [])
    return uploads


def test_a_failed_large_file_leaves_no_parts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "PART_BYTES", 10)

    def fail() -> None:
        with upload.stored("exports/1/1.csv", "text/csv") as file:
            file.write(b"0123456789012345")
            assert len(parts_left()) == 1
            raise ConnectionError

    with pytest.raises(ConnectionError):
        fail()
    assert parts_left() == []
    assert keys(1) == []


def interrupted(shop: Person, monkeypatch: pytest.MonkeyPatch, calls: int, **asked: str) -> Any:
    """Return what becomes of an export whose worker dies after ``calls`` calls, once the sweeper has run."""
    world = shop.world
    export_id = start(shop, **asked)
    before = len(world.mails())
    with pytest.raises(Died), dying_after_any(calls):
        job.run_export(export_id, 60, exported_bodies)
    with monkeypatch.context() as patch:
        later(patch, 400)
        sweep()
        world.pump()
        later(patch, 400)
        sweep()
        world.pump()
        told = state(shop, export_id)
        file = fetch(shop, export_id).content
    return told["status"], len(file) == told["size"], len(world.mails()) - before, unfinished(shop)


@pytest.mark.slow
@pytest.mark.parametrize(("content", "file_format", "part"), [("goods", "yaml", 200), ("orders", "xlsx", 4_000)])
def test_a_worker_may_die_after_every_call(
    world: World, monkeypatch: pytest.MonkeyPatch, content: str, file_format: str, part: int
) -> None:
    monkeypatch.setattr(upload, "PART_BYTES", part)
    monkeypatch.setattr("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE", 0)
    monkeypatch.setattr(job, "_PROGRESS_SECONDS", 0)
    shop, buyer = world.shop("whole@a.example", good(1), good(2)), world.person("whole@b.example")
    buyer.order((shop.sells(1), 1))
    world.pump()
    asked = {"kind": content, "format": file_format}
    export_id = start(shop, **asked)
    calls: list[int] = []
    with before_all_calls(lambda: calls.append(1)):
        job.run_export(export_id, 60, exported_bodies)
    assert len(calls) >= 10
    world.pump()
    for made in range(len(calls)):
        assert interrupted(shop, monkeypatch, made, **asked) == ("done", True, 1, 0), made


def test_an_export_that_never_was_is_not_found(buyer: Person) -> None:
    answer: Answer = buyer.get("/order/exports/5")
    assert (answer.status, answer.body["code"]) == (404, "not_found")
