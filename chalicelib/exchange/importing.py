"""How an import that 1C asked for is going, in the lines that 1C understands.

1C asks again as long as it reads ``progress``, at once: so an answer that would be ``progress`` is held back for a
moment in which the import may end.
"""

import time

from chalicelib.exchange import receiving
from chalicelib.exchange.errors import AREA, said
from chalicelib.exchange.receiving import Channel
from chalicelib.models.exchange import Exchange
from chalicelib.models.imports import Import
from chalicelib.pricelists import records
from chalicelib.pricelists.progress import with_progress
from chalicelib.pricelists.report_page import fault_line
from chalicelib.pricelists.reports import kind_of
from chalicelib.pricelists.states import FINAL, SUCCEEDED, Status
from chalicelib.texts import Language, text

# How long an answer waits for the import to end, looking how often; far below the 29 seconds of the gateway.
HOLD_SECONDS, LOOK_SECONDS = 6.0, 1.0
_FAULTS = 5
_ENDED = FINAL | {Status.NEEDS_REVIEW}
Lines = list[str]


def asked(channel: Channel, name: str, language: Language) -> Lines:
    """Have a part imported, or say how that is going. Raises ExchangeFailed, Contended."""
    return _held(receiving.ask(channel, name), language)


def completed(channel: Channel, language: Language) -> Lines:
    """1C has nothing more: have what arrived imported, and say how that is going. Raises ExchangeFailed, Contended."""
    item = receiving.finish(channel)
    return ["success"] if item is None else _held(item, language)


def _held(item: Exchange, language: Language) -> Lines:
    until = time.monotonic() + HOLD_SECONDS
    lines = _lines(item, language)
    while lines[0] == "progress" and time.monotonic() < until:
        time.sleep(LOOK_SECONDS)
        item = item.find() or item
        lines = _lines(item, language)
    return lines


def _lines(item: Exchange, language: Language) -> Lines:
    match item.status:
        case "asked" | "working":
            return ["progress", text(AREA, "assembling", language)]
        case "failed":
            return ["failure", said(item.failure, language)]
        case "stored":
            record = records.find(item.import_id or 0)
            return _import_lines(record, language) if record is not None else ["progress"]
        case "waiting":
            return ["success", text(AREA, "waiting", language, minutes=receiving.WAIT_SECONDS // 60)]
        case _:
            return ["success", text(AREA, "taken", language)]


def _import_lines(record: Import, language: Language) -> Lines:
    counts = {name: record.counts.get(name, 0) for name in ("ok", "errors", "created", "changed", "withdrawn")}
    if record.status not in _ENDED:
        now = with_progress(record).counts
        return ["progress", text(AREA, "importing", language, read=now.get("read", 0), written=now.get("written", 0))]
    if record.status in {*SUCCEEDED, Status.NEEDS_REVIEW, Status.SUPERSEDED, Status.PLANNED}:
        return ["success", text(AREA, f"import.{record.status}", language, number=record.import_id, **counts)]
    faults = [fault_line(one, language, kind_of(record)) for one in record.faults[-_FAULTS:]]
    return ["failure", text(AREA, f"import.{record.status}", language, number=record.import_id), *faults]
