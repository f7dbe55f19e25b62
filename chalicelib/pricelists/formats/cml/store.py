"""What the parts of a list say, on disk until all are read: they come in any order, and several describe a good."""

import json
import sqlite3
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, cast

from chalicelib.pricelists.formats.cml.records import Record, base_of, merged
from chalicelib.pricelists.reading.faults import reject

_PAGE = 4096
# On the disk of a function, beside the list itself.
_MAX_BYTES = 350 * 1024 * 1024
# In characters: more than any field may have, and thousands of words are kept in memory.
_WORD = 1_000
_PRAGMAS = ("journal_mode = OFF", "synchronous = OFF", f"page_size = {_PAGE}", "cache_size = -16384")
_TABLES = """
    CREATE TABLE pieces (kind TEXT, id TEXT, base TEXT, part INTEGER, data TEXT, UNIQUE (kind, id));
    CREATE INDEX offers_of ON pieces (base) WHERE kind = 'offer';
    CREATE TABLE words (kind TEXT, id TEXT, said TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID;
"""
# The plus has the table read in its order: by an index, all of it would be sorted on disk once more.
# With a good, or without: the one of the same id counts, otherwise the one that the offer is a kind of.
_OFFERS = """
    SELECT offer.data, coalesce(own.data, base.data) FROM pieces offer
    LEFT JOIN pieces own ON own.kind = 'good' AND own.id = offer.id
    LEFT JOIN pieces base ON base.kind = 'good' AND base.id = offer.base
    WHERE +offer.kind = 'offer' ORDER BY offer.rowid
"""
_GOODS_ALONE = """
    SELECT good.data FROM pieces good WHERE +good.kind = 'good'
    AND NOT EXISTS (SELECT 1 FROM pieces WHERE kind = 'offer' AND id = good.id)
    AND NOT EXISTS (SELECT 1 FROM pieces WHERE kind = 'offer' AND base = good.id) ORDER BY good.rowid
"""
_ADD = "INSERT INTO pieces VALUES (?, ?, ?, ?, ?)"
_CHANGE = "UPDATE pieces SET part = ?, data = ? WHERE kind = ? AND id = ?"
_FIND = "SELECT part, data FROM pieces WHERE kind = ? AND id = ?"
Kind = Literal["good", "offer"]
# A group, a property, a value of one, a unit.
Word = Literal["group", "property", "value", "unit"]


class Store:
    """A database in a file of its own that nobody else sees, and that is gone once it is closed.

    Every call raises PriceListRejected if there is more than fits.
    """

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)  # "" is a file without a name
        for pragma in (*_PRAGMAS, f"max_page_count = {_MAX_BYTES // _PAGE}"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.executescript(_TABLES)
        self._db.execute("BEGIN")
        self.word = lru_cache(maxsize=8192)(self._word)

    def close(self) -> None:
        """Delete everything."""
        self._db.close()

    def add(self, kind: Kind, record: Record) -> None:
        """Add what a part says of a good or offer to what others say of it.

        What the same part says twice are two, of which the second repeats the first.
        """
        number, part = record.get("id") or None, record["part"]
        known = self._known(kind, number) if number is not None else None
        if known is not None and known[0] != part:
            self._run(_CHANGE, part, _written(merged(_read(known[1]), record)), kind, number)
            return
        base = base_of(number) if number is not None else None
        self._run(_ADD, kind, number if known is None else None, base, part, _written(record))

    def learn(self, kind: Word, number: str, said: str) -> None:
        """Remember what an id stands for; the last word counts."""
        self._run("INSERT OR REPLACE INTO words VALUES (?, ?, ?)", kind, number[:_WORD], said[:_WORD])

    def offers(self) -> Iterator[tuple[Record, Record | None]]:
        """Yield the offers in the order in which they were first added, each with its good if there is one."""
        for offer, good in self._db.execute(_OFFERS):
            yield _read(offer), None if good is None else _read(good)

    def goods_alone(self) -> Iterator[Record]:
        """Yield the goods that no offer is of."""
        for (good,) in self._db.execute(_GOODS_ALONE):
            yield _read(good)

    def _word(self, kind: Word, number: str) -> str | None:
        """Return what an id stands for, or None."""
        found = self._db.execute("SELECT said FROM words WHERE kind = ? AND id = ?", (kind, number[:_WORD])).fetchone()
        return None if found is None else str(found[0])

    def _known(self, kind: Kind, number: str) -> tuple[int, str] | None:
        found = self._db.execute(_FIND, (kind, number)).fetchone()
        return None if found is None else (int(found[0]), str(found[1]))

    def _run(self, statement: str, *values: str | int | None) -> None:
        try:
            self._db.execute(statement, values)
        except sqlite3.OperationalError:  # the disk, or what we take of it, is full
            reject("file_too_large", None, limit=_MAX_BYTES // (1024 * 1024))


def _written(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def _read(data: str) -> Record:
    return cast(Record, json.loads(data))
