"""The sweeper's check of the index: requests what no message has requested, and measures the lag."""

from chalicelib import clock
from chalicelib.catalogue.search import freshness, notifying
from chalicelib.logs import measure
from chalicelib.settings import settings

# All shops are read for it, so not every minute.
_MINUTES = 5


def is_due() -> bool:
    """Whether the index is to be checked in this minute; never if no index is built."""
    return settings().search_engine != "tables" and clock.now().minute % _MINUTES == 0


def look_after() -> int:
    """Request builds of whatever differs from the tables, of a first index, and a full one to replace a worn index.

    Returns 1 if it requested any. Costs what ``freshness.look`` does.
    """
    found = freshness.look()
    measure("SearchLag", found.waiting, "Seconds", settings().stage)
    if found.shops:
        notifying.shops_changed(found.shops)
    elif found.built is None:
        notifying.no_index()
    if found.worn and found.built is not None:
        notifying.rebuild(found.built)
    return int(bool(found.shops) or found.built is None or found.worn)
