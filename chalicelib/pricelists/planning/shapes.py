"""The shapes of tables: what a shop approves once, so that the next list of the same shape goes through. Pure.

The shape of a sheet is its columns in their order, each with its label and what it was taken for; its name, which often
holds a date, does not count, nor how many sheets have the shape.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence

from chalicelib.pricelists.reading.detect import KNOWN_COLUMNS
from chalicelib.pricelists.reading.header_words import IGNORED, PARAMETER, parameter_of, plain, role_of
from chalicelib.pricelists.reading.raw import REPEATS
from chalicelib.pricelists.reading.table_settings import TableColumn, TableLayout

_OURS = KNOWN_COLUMNS | {REPEATS}


def shapes_of(tables: Mapping[str, TableLayout]) -> frozenset[str]:
    """Return the shapes that have to be approved; none for tables with our own columns, which mean what they say."""
    return frozenset(_shape(each.columns) for each in tables.values() if not _is_ours(each.columns))


def _shape(columns: Sequence[TableColumn]) -> str:
    said = "\n".join(f"{plain(each.label)}\t{each.role}" for each in columns)
    raw = hashlib.blake2b(said.encode(), digest_size=16, person=b"shape-1").digest()
    return base64.urlsafe_b64encode(raw)[:22].decode("ascii")


def _is_ours(columns: Sequence[TableColumn]) -> bool:
    """Whether the table is an export of ours, or a file of refused rows, whose columns were shown when it was read."""
    if any(each.label.strip().lower() == REPEATS for each in columns):
        return True
    return all(_is_own(each) for each in columns)


def _is_own(column: TableColumn) -> bool:
    label = column.label.strip()
    if not label:
        return column.role == IGNORED
    if parameter_of(label) is not None:
        return True
    return label.lower() in _OURS and column.role in {role_of(label), IGNORED, PARAMETER}
