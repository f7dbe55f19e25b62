"""Compares an index with the tables by what its builder recorded, without reading offers or the index."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from chalicelib import clock
from chalicelib.catalogue.search import building
from chalicelib.catalogue.search.documents import BuildRecord
from chalicelib.catalogue.search.engine import EngineBusy, EngineRefused
from chalicelib.catalogue.search.levels import level_of, time_of
from chalicelib.lazy import Lazy
from chalicelib.logs import log
from chalicelib.settings import settings

_RECORDS = {
    "embedded": Lazy("catalogue.search.embedded.generations:build_record"),
    "opensearch": Lazy("catalogue.search.opensearch.target:build_record"),
}


@dataclass(frozen=True, slots=True)
class Freshness:
    """How up to date the index in use is.

    ``shops`` are the ids of shops to read or remove. ``waiting`` is the age in seconds of the oldest change that is not
    indexed. ``built`` names its full build, None if there is no index; ``worn`` means that another one is due.
    """

    shops: list[int]
    waiting: float
    built: str | None
    worn: bool


def look(named: Collection[int] = ()) -> Freshness:
    """Compare the index in use with the shops; ``named`` is as for ``building.compare``.

    Costs reading its pointer, its list and all shops.
    """
    engine = settings().search_engine
    found = _look_at(engine, named)
    if building.is_filling_a_domain():
        try:
            return replace(found, shops=sorted({*found.shops, *_look_at("opensearch", named).shops}))
        except (EngineBusy, EngineRefused):
            log.exception("domain not looked at")
    return found


def _look_at(engine: str, named: Collection[int]) -> Freshness:
    record: BuildRecord | None = _RECORDS[engine]() if engine in _RECORDS else None
    known = record.shops if record is not None else {}
    difference = building.compare(known, named=named, full=record is None)
    times = []
    for shop in difference.open:
        # A shop that is only read again to be sure has already been read once.
        state, level = known.get(shop.entity_id), level_of(shop)
        if (state is None or state.level != level) and (changed_at := time_of(level)) is not None:
            times.append(changed_at)
    waiting = (clock.now() - min(times)).total_seconds() if times else 0.0
    shops = [*(shop.entity_id for shop in difference.open), *difference.closed]
    if record is None:
        return Freshness(shops, waiting, None, worn=False)
    return Freshness(shops, waiting, record.built, record.worn)
