"""The categories that a price list declares."""

from chalicelib.catalogue.identity import normal_name
from chalicelib.goods import BY_COLUMN
from chalicelib.pricelists.reading.faults import Fault, Limits, fault, reject
from chalicelib.pricelists.reading.raw import RowReader, shown

_ID, _NAME = BY_COLUMN["id"].limit, BY_COLUMN["category"].limit


class Categories:
    """The categories of one file; their ids and names have a meaning only in it."""

    def __init__(self) -> None:
        self.declared = False
        self._by_id: dict[str, str] = {}
        self._by_name: dict[str, str] = {}
        self._lines: dict[str, int] = {}

    def add(self, row: RowReader) -> Fault | None:
        """Add a declaration; the last one for an id counts. Return a warning if the id had another name."""
        self.declared = True
        number, name = row.text("id", _ID), row.text("name", _NAME, required=True, tidied=shown)
        if name is None:
            return None
        name = " ".join(name.split())
        self._by_name.setdefault(normal_name(name), name)
        if not number:
            return None
        line, known = row.raw.line, self._by_id.get(number)
        first_line = self._lines.setdefault(number, line)
        self._by_id[number] = name
        if known is None or normal_name(known) == normal_name(name):
            return None
        return fault(
            "category_repeated", line, field="categories.id", value=number, was=known, now=name, first_line=first_line
        )

    def find(self, text: str, row: RowReader, limits: Limits) -> tuple[str | None, bool]:
        """Resolve a row's category (id or name). Return its name, and whether the file should have declared it.

        A name that is not declared is used as given; it is reported the first time only, and not at all if the file
        declares none. The name is None if the text can only be an id, and no such id is declared.
        """
        known = self._by_id.get(text) or self._by_name.get(normal_name(text))
        if known or not any(map(str.isalpha, text)):
            return known, False
        if len(self._by_name) >= limits.max_categories:
            reject("too_many_categories", row.raw.lines.get("category"), limit=limits.max_categories)
        return self._by_name.setdefault(normal_name(text), " ".join(text.split())), self.declared
