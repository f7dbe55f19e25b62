"""The record of an import moves as the table of its life says, and in no other way."""

from itertools import product
from typing import get_args

import pytest

from chalicelib.dynamo.transaction import Lost, Transaction
from chalicelib.errors import NotFound
from chalicelib.ids import new_id
from chalicelib.models.imports import Import
from chalicelib.pricelists import records
from chalicelib.pricelists.states import FINAL, MOVES, Actor, Status
from tests.integration.world import World

ACTORS: tuple[Actor, ...] = get_args(Actor)
PAIRS = [(before, after) for before in Status for after in Status]


def is_allowed(before: Status, after: Status, actor: Actor, *, begun: bool) -> bool:
    """As the table says; besides, the service ends what has begun from wherever an older release left it."""
    ends = begun and actor == "service" and after in FINAL and before not in FINAL
    return ends or actor in MOVES[before].get(after, ())


def stored(status: Status, shop_id: int = 5, *, begun: bool = False) -> Import:
    record = records.new_record(new_id(), shop_id, "api", "list.yaml")
    record.status, record.begun = status, begun
    record.save()
    return record


@pytest.mark.parametrize("begun", [False, True])
def test_every_allowed_move_happens_and_every_other_is_refused(world: World, *, begun: bool) -> None:
    wrong = []
    for (before, after), actor in product(PAIRS, ACTORS):
        record = stored(before, begun=begun)
        moved = records.move(record, after, [Import.attempts.set(7)], by=actor)
        now = records.require(record.import_id)
        allowed = is_allowed(before, after, actor, begun=begun)
        ended = allowed and after in FINAL
        seen = (moved, now.status, now.attempts, now.finished_at is not None, now.due_key is None, now.due_at is None)
        if seen != ((True, after, 7) if allowed else (False, before, 0)) + (ended,) * 3:
            wrong.append((before, after, actor, seen))
    assert wrong == []


@pytest.mark.parametrize("begun", [False, True])
def test_a_move_in_a_transaction_happens_and_is_refused_as_one_alone(world: World, *, begun: bool) -> None:
    wrong = []
    for before, after in PAIRS:
        record, transaction = stored(before, begun=begun), Transaction()
        records.add_move(transaction, record, after, [Import.attempts.set(7)])
        try:
            transaction.commit()
            lost = None
        except Lost as failure:
            lost = set(failure.losers)
        now = records.require(record.import_id)
        allowed = is_allowed(before, after, "service", begun=begun)
        seen = (lost, now.status, now.attempts, now.finished_at is not None)
        if seen != ((None, after, 7, after in FINAL) if allowed else ({"import"}, before, 0, False)):
            wrong.append((before, after, seen))
    assert wrong == []


@pytest.mark.parametrize("begun", [False, True])
def test_no_move_of_one_who_does_not_know_whether_the_import_began(world: World, *, begun: bool) -> None:
    wrong = []
    for before, after in PAIRS:
        outdated = stored(before, begun=begun)
        outdated.begun = not begun
        if records.move(outdated, after) or records.require(outdated.import_id).status != before:
            wrong.append((before, after))
    assert wrong == []


def test_only_an_import_with_the_same_status_is_unmoved(world: World) -> None:
    unmoved = set()
    for read, now in PAIRS:
        record = Import.at(stored(now).import_id)
        record.status = read
        if record.update_where(records.is_unmoved(record), [Import.attempts.set(1)]):
            unmoved.add((read, now))
    assert unmoved == {(status, status) for status in Status}


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
    assert records.move(record, Status.DONE)
    now = records.require(record.import_id)
    assert (now.status, now.due_key, now.due_at) == ("done", None, None)
    assert now.finished_at is not None


def test_another_shops_import_is_not_found(world: World) -> None:
    record = stored(Status.DONE, shop_id=5)
    assert records.require(record.import_id, shop_id=5).import_id == record.import_id
    with pytest.raises(NotFound):
        records.require(record.import_id, shop_id=6)
    assert records.find(new_id()) is None
