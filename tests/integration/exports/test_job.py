"""The job that makes exports may be delivered twice, overtaken or killed."""

from typing import Any

import pytest

from chalicelib import aws, jobs
from chalicelib.answers.orders import exported_bodies
from chalicelib.exports import content, job, records
from chalicelib.models.exports import Export
from chalicelib.settings import settings
from chalicelib.sweeping import sweep
from tests.integration.clock import later
from tests.integration.exports.asked import keys, start, state, stored, unfinished
from tests.integration.world import Person, World, good, price_list


def test_a_message_that_comes_twice_is_harmless(world: World, shop: Person) -> None:
    export_id = start(shop, format="csv")
    for _ in range(2):
        records.enqueue(export_id)
    before = len(world.mails())
    world.pump()
    assert (stored(export_id).attempts, len(world.mails()) - before) == (1, 1)


def test_a_second_worker_leaves_the_first_alone(world: World, shop: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    export_id = start(shop, format="csv")
    collect = content.collect_goods

    def slow(*given: Any) -> Any:
        job.run_export(export_id, 60, exported_bodies)
        return collect(*given)

    monkeypatch.setattr(content, "collect_goods", slow)
    job.run_export(export_id, 60, exported_bodies)
    assert (stored(export_id).status, stored(export_id).attempts) == ("done", 1)


def test_a_worker_that_was_thought_dead_cannot_finish(
    world: World, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_id = start(shop, format="csv")
    collect = content.collect_goods
    monkeypatch.setattr(job, "_PROGRESS_SECONDS", 9.0)

    def overtaken(*given: Any) -> Any:
        monkeypatch.setattr(content, "collect_goods", collect)
        with monkeypatch.context() as patch:
            later(patch, 300)
            job.run_export(export_id, 60, exported_bodies)
        return collect(*given)

    monkeypatch.setattr(content, "collect_goods", overtaken)
    job.run_export(export_id, 60, exported_bodies)
    record = stored(export_id)
    assert (record.status, record.attempts, record.file_key) == ("done", 2, f"exports/{export_id}/2.csv")
    assert unfinished(shop) == 0


def test_a_worker_that_was_overtaken_stops_at_its_next_word(
    world: World, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_id = start(shop, format="csv")
    monkeypatch.setattr(job, "_PROGRESS_SECONDS", 0)
    stored(export_id).update(actions=[Export.attempts.set(3)])
    record = Export.at(export_id)
    assert jobs.claim(record, 60)
    stored(export_id).update(actions=[Export.attempts.set(9)])
    with pytest.raises(job.Overtaken):
        job._File(record, exported_bodies).make()
    assert keys(export_id) == []


def test_progress_is_seen_while_it_runs(world: World, shop: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    world.drop(shop.shop_id, price_list(*(good(n) for n in range(1, 6))))
    export_id = start(shop, format="csv")
    monkeypatch.setattr(job, "_PROGRESS_SECONDS", 0)
    seen = []
    tell = job._File._report_progress

    def told(file: Any) -> None:
        tell(file)
        seen.append(stored(export_id).counts)

    monkeypatch.setattr(job._File, "_report_progress", told)
    job.run_export(export_id, 60, exported_bodies)
    assert {"total": 5, "read": 3, "written": 0} in seen
    assert {"total": 5, "read": 5, "written": 2} in seen


def test_a_failure_is_tried_again_and_given_up_in_the_end(
    world: World, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_id = start(shop, format="csv")
    before = len(world.mails())

    def broken(*_: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(content, "collect_goods", broken)
    for _ in range(Export.MAX_ATTEMPTS):
        with pytest.raises(ConnectionError):
            job.run_export(export_id, 60, exported_bodies)
        assert stored(export_id).status == "running"
    job.run_export(export_id, 60, exported_bodies)
    world.pump()
    told = state(shop, export_id)
    assert (told["status"], told["url"], bool(told["error"])) == ("failed", None, True)
    assert unfinished(shop) == 0
    assert "не удалась" in world.mails()[before]["subject"]
    assert keys(export_id) == []


def test_more_rows_than_a_sheet_holds_are_reported(world: World, shop: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.files.formats.xlsx.MAX_SHEET_ROWS", 1)
    export_id = start(shop, format="xlsx")
    world.pump()
    assert state(shop, export_id)["status"] == "failed"
    assert "XLSX" in state(shop, export_id)["error"]
    assert keys(export_id) == []


def test_a_lost_message_is_found_by_the_sweeper(world: World, shop: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(records, "enqueue", lambda _: None)
        export_id = start(shop, format="csv")
        world.pump()
    assert state(shop, export_id)["status"] == "queued"
    later(monkeypatch, 121)
    assert sweep() == 1
    world.pump()
    assert state(shop, export_id)["status"] == "done"
    assert list(Export.by_due.query(Export.DUE)) == []


def test_a_queue_that_does_not_answer_loses_nothing(shop: Person) -> None:
    aws.queue_url.cache_clear()
    aws.client("sqs").delete_queue(QueueUrl=aws.queue_url(settings().exports_queue))
    aws.queue_url.cache_clear()
    export_id = start(shop, format="csv")
    assert [item.pk for item in Export.by_due.query(Export.DUE)] == [f"EXPORT#{export_id}"]


def test_a_message_about_an_unknown_export_is_dropped(world: World) -> None:
    job.run_export(5, 60, exported_bodies)
    assert world.mails() == []
