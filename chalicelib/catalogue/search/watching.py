"""The sweeper's look at the index: it asks for what no message has asked for, and measures how far the index lags."""

from chalicelib import clock
from chalicelib.catalogue.search import freshness, notifying
from chalicelib.logs import measure
from chalicelib.settings import settings

# All shops are read for it, so not every minute.
_MINUTES = 5


def is_due() -> bool:
    """Whether this is a minute in which the index is looked at; never where there is none to build."""
    return settings().search_engine != "tables" and clock.now().minute % _MINUTES == 0


def look_after() -> int:
    """Have whatever separates the index from the tables built, also all of it when it is worn; return 1 if anything is.

    Costs what ``freshness.look`` does.
    """
    found = freshness.look()
    measure("SearchLag", found.waiting, "Seconds", settings().stage)
    if found.shops:
        notifying.shops_changed(found.shops)
    if found.worn and found.built is not None:
        notifying.rebuild(found.built)
    return int(bool(found.shops) or found.worn)
