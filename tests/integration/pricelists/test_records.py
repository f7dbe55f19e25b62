"""The record of an import moves as the table of its life says, and in no other way."""

import pytest

from chalicelib.errors import NotFound
from chalicelib.ids import new_id
from chalicelib.models.imports import Import
from chalicelib.pricelists import records
from chalicelib.pricelists.states import FINAL, MOVES, Status
from tests.integration.world import World

PAIRS = [(before, after) for before in Status for after in Status]


def stored(status: Status, shop_id: int = 5) -> Import:
    record = records.new_record(new_id(), shop_id, "api", "list.yaml")
    record.status = status
    record.save()
    return record


def test_every_allowed_move_happens_and_every_other_is_refused(world: World) -> None:
    wrong = []
    for before, after in PAIRS:
        record = stored(before)
        moved = records.move(Import.at(record.import_id), after, [Import.attempts.set(7)])
        now = records.require(record.import_id)
        expected = (True, after, 7) if after in MOVES[before] else (False, before, 0)
        if (moved, now.status, now.attempts) != expected:
            wrong.append((before, after, moved, now.status, now.attempts))
    assert wrong == []


def test_an_import_that_ended_is_not_open(world: World) -> None:
    open_ones = {
        status
        for status in Status
        if Import.at(stored(status).import_id).update_where(records.is_open(), [Import.attempts.set(1)])
    }
    assert open_ones == set(Status) - FINAL


def test_a_move_needs_its_further_condition(world: World) -> None:
    record = stored(Status.FETCHING)
    assert not records.move(record, Status.QUEUED, [], Import.attempts == 3)
    assert records.require(record.import_id).status == Status.FETCHING


def test_an_import_that_ended_has_left_the_sweepers_list(world: World) -> None:
    record = stored(Status.RUNNING)
    record.update(actions=records.closing(Status.DONE))
    now = records.require(record.import_id)
    assert (now.status, now.due_key, now.due_at) == ("done", None, None)
    assert now.finished_at is not None


def test_another_shops_import_is_not_found(world: World) -> None:
    record = stored(Status.DONE, shop_id=5)
    assert records.require(record.import_id, shop_id=5).import_id == record.import_id
    with pytest.raises(NotFound):
        records.require(record.import_id, shop_id=6)
    assert records.find(new_id()) is None
