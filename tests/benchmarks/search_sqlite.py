"""The yardstick of the search benchmark: the same queries against SQLite's FTS5, over the same terms and values.

What a query means is worked out by the index; SQLite has the finding, the first page by price, the total, the facets.
"""

import sqlite3
from pathlib import Path

from chalicelib.catalogue.search.analysis import indexed_terms
from chalicelib.catalogue.search.documents import key_of, lowest_key, parameter_term
from chalicelib.catalogue.search.engine import Asked, Facet, Sort
from chalicelib.catalogue.search.stemmers import STEMS
from chalicelib.catalogue.search.understanding import Alternative
from tests.benchmarks.search_goods import Words, good, goods

_TABLES = """
CREATE VIRTUAL TABLE terms USING fts5(t, content='', detail=column, tokenize="unicode61 tokenchars '=#'");
CREATE TABLE offers (id INTEGER PRIMARY KEY, key INTEGER, category INTEGER, shop INTEGER);
CREATE TABLE named (id INTEGER PRIMARY KEY, value TEXT UNIQUE);
CREATE TABLE parameters (offer INTEGER, value INTEGER, PRIMARY KEY (offer, value)) WITHOUT ROWID;
"""
_INDEXES = """
INSERT INTO terms (terms) VALUES ('optimize');
CREATE INDEX by_category ON offers (category, key);
"""
_BY_WORDS = "SELECT rowid AS id FROM terms WHERE t MATCH ?"
_BY_FILTERS = "SELECT id FROM offers WHERE category = ? AND key BETWEEN ? AND ?"
_WITH_PARAMETER = """
 AND EXISTS (SELECT 1 FROM parameters WHERE offer = offers.id AND value = (SELECT id FROM named WHERE value = ?))
"""
_PAGES = {
    Sort.RELEVANCE: "SELECT id FROM ({0}) ORDER BY id LIMIT 51",
    Sort.PRICE: "SELECT id FROM ({0}) ORDER BY id LIMIT 51",
    Sort.PRICE_DOWN: "SELECT id FROM ({0}) ORDER BY id DESC LIMIT 51",
}
_COUNT = "SELECT count(*) FROM ({0})"
_FACETS: dict[Facet, str] = {
    "category": "SELECT category, count(*) AS n FROM offers WHERE id IN ({0}) GROUP BY 1 ORDER BY n DESC LIMIT 100",
    "shop": "SELECT shop, count(*) AS n FROM offers WHERE id IN ({0}) GROUP BY 1 ORDER BY n DESC LIMIT 100",
    "param": "SELECT value, count(*) AS n FROM parameters WHERE offer IN ({0}) GROUP BY 1 ORDER BY n DESC LIMIT 100",
}


class Sqlite:
    """A database in the file; its rows are in the order of prices, so that the order of rows is that of prices."""

    def __init__(self, path: Path, offers: int, words: Words) -> None:
        self._database = sqlite3.connect(path)
        self._database.executescript(_TABLES)
        by_price = sorted((key_of(one.price, one.offer_id), number) for number, one in enumerate(goods(offers, words)))
        values: dict[str, int] = {}
        for row, (key, number) in enumerate(by_price):
            one = good(number, words)
            found = indexed_terms(STEMS, one)
            self._database.execute("INSERT INTO terms (rowid, t) VALUES (?, ?)", (row, " ".join(found.terms)))
            self._database.execute("INSERT INTO offers VALUES (?, ?, ?, ?)", (row, key, one.category_id, one.shop_id))
            has = [values.setdefault(parameter_term(*pair), len(values)) for pair in one.parameters]
            self._database.executemany("INSERT INTO parameters VALUES (?, ?)", [(row, value) for value in has])
        self._database.executemany(
            "INSERT INTO named VALUES (?, ?)", [(number, text) for text, number in values.items()]
        )
        self._database.commit()
        self._database.executescript(_INDEXES)

    def find(self, asked: Asked, meant: tuple[tuple[Alternative, ...], ...]) -> int:
        """Read the first page by price and the facets, and count the rest."""
        found, values = self._matching(asked, meant)
        self._database.execute(_PAGES[asked.sort].format(found), values).fetchall()
        for facet in asked.facets:
            self._database.execute(_FACETS[facet].format(found), values).fetchall()
        ((count,),) = self._database.execute(_COUNT.format(found), values)
        return int(count)

    def _matching(self, asked: Asked, meant: tuple[tuple[Alternative, ...], ...]) -> tuple[str, list[object]]:
        """Return the query for what is wanted, with its values: words, or a category with a price range."""
        if meant:
            return _BY_WORDS, [" AND ".join(f"({' OR '.join(map(_match, word))})" for word in meant)]
        wanted = asked.filter
        keys = [lowest_key(wanted.price_min or 0), lowest_key((wanted.price_max or 0) + 1) - 1]
        parameters = [parameter_term(*pair) for pair in wanted.parameters]
        return _BY_FILTERS + _WITH_PARAMETER * len(parameters), [wanted.category_id, *keys, *parameters]


def _match(one: Alternative) -> str:
    parts = [f'"{term}"' for term in one.terms] + [f'"{begun}" *' for begun in one.begun]
    return f"({' AND '.join(parts)})"
