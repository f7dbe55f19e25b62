"""What a list changes, and what was understood of its tables, in lines for people: on pages and in mails."""

from collections.abc import Iterator

from chalicelib.models.imports import Import
from chalicelib.money import written
from chalicelib.pricelists.changes import kept_changes
from chalicelib.pricelists.planning.understood import Understood, UnderstoodColumn, UnderstoodRow
from chalicelib.pricelists.reading.faults import fault_message
from chalicelib.texts import Language, has_text, text

# Of a row, these are named where there is little room.
_SHORT = ("id", "model", "name", "category", "price", "quantity")
# How many columns of a sheet, and how many unrecognized ones, a mail names.
_COLUMNS_SHOWN = 30


def change_lines(record: Import, language: Language) -> dict[str, list[str]]:
    """Return the first changes of an import, a list of lines for each kind that has any, by its heading."""
    found = kept_changes(record)

    def money(kopecks: int) -> str:
        return written(kopecks, language)

    kinds = {
        "prices": [
            _said("price", language, id=one["id"], name=one["name"], was=money(one["was"]), now=money(one["now"]))
            + (f" ({one['percent']:+} %)" if "percent" in one else "")
            for one in found["prices"]
        ],
        "names": [_said("name", language, **one) for one in found["names"]],
        "vanishing": [
            _said("vanishing_one", language, id=one["id"], name=one["name"], price=money(one["price"]))
            + (_said("sold", language, sold=one["sold"]) if one.get("sold") else "")
            for one in found["vanishing"]
        ],
        "categories": [_said("category", language, **one) for one in found["categories"]],
    }
    return {_said(kind, language): lines for kind, lines in kinds.items() if lines}


def understood_lines(found: Understood, language: Language) -> dict[str, list[str]]:
    """Return what was understood, a list of lines for each heading that has any: columns, then the first rows."""
    sections: dict[str, list[str]] = {}
    if choices := list(price_choices(found)):
        sections[_said("choices", language)] = choices
    if strange := list(strange_columns(found, language)):
        sections[_said("strange", language)] = strange[:_COLUMNS_SHOWN]
    for table in found["tables"]:
        lines = [
            f"{titled(each)} \u2192 {role_word(each['role'], language)}"
            for each in table["columns"]
            if each["understood"] and each["letter"] not in table["prices"]
        ]
        sections.setdefault(_sheet(table["sheet"], language), lines[:_COLUMNS_SHOWN])
    if found["rows"]:
        sections[_said("rows", language)] = [_row_line(row, language) for row in found["rows"]]
    return sections


def price_choices(found: Understood) -> Iterator[str]:
    """Yield the columns of prices among which the supplier has to choose, with examples."""
    for table in found["tables"]:
        yield from (_exampled(each) for each in table["columns"] if each["letter"] in table["prices"])


def strange_columns(found: Understood, language: Language) -> Iterator[str]:
    """Yield the columns that were not understood, with what was made of them and examples."""
    for table in found["tables"]:
        for each in table["columns"]:
            if not each["understood"]:
                yield f"{_exampled(each)} \u2192 {role_word(each['role'], language)}"


def titled(column: UnderstoodColumn) -> str:
    """Return the column as people find it: C \u00abPrice\u00bb."""
    return f"{column['letter']} \u00ab{column['label']}\u00bb" if column["label"] else column["letter"]


def role_word(role: str, language: Language) -> str:
    """Return what a column, or a field of a good, is called."""
    if role.startswith("parameters."):
        return role.removeprefix("parameters.")
    return _said(f"role.{role}", language) if has_text("imports", f"review.role.{role}") else role


def place_of(row: UnderstoodRow, language: Language) -> str:
    """Return where the row is."""
    if row["sheet"]:
        return _said("row_of_sheet", language, sheet=row["sheet"], line=row["line"])
    return _said("row", language, line=row["line"])


def _sheet(name: str, language: Language) -> str:
    return _said("columns_of_sheet", language, sheet=name) if name else _said("columns", language)


def _exampled(column: UnderstoodColumn) -> str:
    examples = ", ".join(column["examples"])
    return f"{titled(column)}: {examples}" if examples else titled(column)


def _row_line(row: UnderstoodRow, language: Language) -> str:
    where = place_of(row, language)
    if row["refused"]:
        why = [fault_message(each, language, "xlsx") for each in row["faults"] if each["severity"] == "error"]
        return " ".join([f"{where}: {_said('row_refused', language)}", *why])
    said = [
        f"{role_word(each['field'], language)}: {each['value']}"
        + (f" ({each['column']}: \u00ab{each['cell']}\u00bb)" if each["cell"] not in (None, each["value"]) else "")
        for each in row["fields"]
        if each["field"] in _SHORT
    ]
    return f"{where}: {'; '.join(said)}"


def _said(key: str, language: Language, **params: object) -> str:
    return text("imports", f"review.{key}", language, **params)
