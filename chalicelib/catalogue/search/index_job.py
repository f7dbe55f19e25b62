"""The job that brings the index up to date, once for all requests that have accumulated."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib import aws, clock
from chalicelib.catalogue.search import building, freshness
from chalicelib.catalogue.search.engine import EngineBusy
from chalicelib.catalogue.search.freshness import Freshness
from chalicelib.logs import log
from chalicelib.models.search import SearchTurn
from chalicelib.settings import settings

# Seconds for which a worker that dies while it builds changes keeps the turn; a full build takes it for longer.
_TURN_SECONDS = 60
# Seconds after which a request is repeated that came while another worker had the turn.
_LATER_SECONDS = 10


class NotBuilt(Exception):
    """Other builders were faster each time, or the domain is busy; retry the message in ``seconds``."""

    seconds = 30


@dataclass(frozen=True, slots=True)
class Wanted:
    """The combined request of several messages: the ids of shops to index, and the names of full builds to replace.

    Those of the shops that are in ``again`` are read even if their level is unchanged.
    """

    named: frozenset[int]
    again: frozenset[int]
    full: frozenset[str]

    @classmethod
    def of(cls, bodies: Sequence[str]) -> "Wanted":
        """Return what these readable messages ask for together."""
        messages = list(map(json.loads, bodies))
        named = {int(shop) for one in messages for shop in one.get("shops", ())}
        again = {int(shop) for one in messages if one.get("again") for shop in one["shops"]}
        return cls(frozenset(named), frozenset(again), frozenset(one["full"] for one in messages if "full" in one))


def is_readable(body: str) -> bool:
    """Whether a message requests a build."""
    try:
        message = json.loads(body)
        return isinstance(message["full"], str) if "full" in message else all(map(int, message["shops"]))
    except (ValueError, TypeError, LookupError):
        return False


def bring_up(bodies: Sequence[str], seconds: float) -> bool:
    """Carry out the requests of the messages within ``seconds``; return whether anything was built.

    Nothing is built if the index is up to date, or if another worker is building; in the latter case the request is
    repeated a little later. Raises NotBuilt.
    """
    if settings().search_engine == "tables":
        return False
    try:
        return _bring_up(Wanted.of(bodies), seconds)
    except EngineBusy as busy:
        raise NotBuilt from busy


def _bring_up(wanted: Wanted, seconds: float) -> bool:
    found = freshness.look(wanted.named)
    full = found.built in wanted.full
    if not (found.shops or wanted.again or full or found.built is None):
        return False
    turn = _take_turn(seconds if full else min(seconds, _TURN_SECONDS))
    if turn is None:
        _ask_later(wanted)
        return False
    try:
        _build(found, wanted, full=full)
    finally:
        SearchTurn.at().update_where(SearchTurn.claimed_until == turn, [SearchTurn.claimed_until.remove()])
    return True


def _ask_later(wanted: Wanted) -> None:
    messages: list[dict[str, object]] = [{"full": built} for built in wanted.full]
    if wanted.again:
        messages.append({"shops": sorted(wanted.again), "again": True})
    if (others := wanted.named - wanted.again) or not messages:
        messages.append({"shops": sorted(others)})
    for message in messages:
        aws.enqueue(settings().search_queue, json.dumps(message), delay=_LATER_SECONDS)


def _build(found: Freshness, wanted: Wanted, *, full: bool) -> None:
    started = time.monotonic()
    built = building.build(full=full, again=wanted.again, named=wanted.named)
    if built is None:
        raise NotBuilt
    took = {"ms": round((time.monotonic() - started) * 1000), "shops": len(found.shops), "full": full}
    log.info("index built", extra={"as_of": built.as_of, "waited": round(found.waiting), **took})


def _take_turn(seconds: float) -> str | None:
    """Take the turn to build; return when it ends, or None if another worker has it."""
    until = clock.stamp(clock.after(seconds))
    free = SearchTurn.claimed_until.does_not_exist() | (SearchTurn.claimed_until < clock.stamp(clock.now()))
    return until if SearchTurn.at().update_where(free, [SearchTurn.claimed_until.set(until)]) else None
