"""Compares an index with the tables by what its builder recorded, without reading offers or the index."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from chalicelib import clock
from chalicelib.catalogue.search import building
from chalicelib.catalogue.search.documents import Stand
from chalicelib.catalogue.search.engine import EngineBusy, EngineRefused
from chalicelib.catalogue.search.levels import level_of, time_of
from chalicelib.lazy import Lazy
from chalicelib.logs import log
from chalicelib.settings import settings

_STANDS = {
    "embedded": Lazy("catalogue.search.embedded.generations:stand"),
    "opensearch": Lazy("catalogue.search.opensearch.target:stand"),
}


@dataclass(frozen=True, slots=True)
class Freshness:
    """How the index in use stands.

    ``shops`` have to be read or taken off. ``waiting`` is for how many seconds the oldest change has not been in it.
    ``built`` names its full build, None if there is no index; ``worn`` says that another one is due.
    """

    shops: list[int]
    waiting: float
    built: str | None
    worn: bool


def look(named: Collection[int] = ()) -> Freshness:
    """Compare the index in use with the shops; ``named`` is as for ``building.compare``.

    Costs what reading its pointer, its list and all shops costs."""
    engine = settings().search_engine
    found = _look_at(engine, named)
    if building.is_filling_a_domain():
        try:
            return replace(found, shops=sorted({*found.shops, *_look_at("opensearch", named).shops}))
        except (EngineBusy, EngineRefused):
            log.exception("domain not looked at")
    return found


def _look_at(engine: str, named: Collection[int]) -> Freshness:
    stand: Stand | None = _STANDS[engine]() if engine in _STANDS else None
    known = stand.shops if stand is not None else {}
    difference = building.compare(known, named=named, anew=stand is None)
    times = []
    for shop in difference.open:
        # A shop that is only read again to be sure has already been read once.
        state, level = known.get(shop.entity_id), level_of(shop)
        if (state is None or state.level != level) and (changed_at := time_of(level)) is not None:
            times.append(changed_at)
    waiting = (clock.now() - min(times)).total_seconds() if times else 0.0
    shops = [*(shop.entity_id for shop in difference.open), *difference.closed]
    if stand is None:
        return Freshness(shops, waiting, None, worn=False)
    return Freshness(shops, waiting, stand.built, stand.worn)
