"""Reading the parameters of a good: pairs, or a list of ``name`` and ``value``."""

import json
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from chalicelib.pricelists.reading.faults import Limits
from chalicelib.pricelists.reading.optional_fields import ABSENT, says_nothing
from chalicelib.pricelists.reading.raw import Node, RawMapping, RowReader, has_no_result, shown

# Names and values of parameters recur in every good; long ones seldom do, and would stay in memory.
_shown_again = lru_cache(maxsize=4096)(shown)
_REMEMBERED = 200
# Numbers keep their digits.
_pairs_of = json.JSONDecoder(object_pairs_hook=tuple, parse_int=str, parse_float=str, parse_constant=str).decode
# Where a parameter stands, and the key that its faults take their line from; then its name and its value.
_Given = tuple[RawMapping, str, Node, Node]


def read_parameters(row: RowReader, limits: Limits) -> Any:
    """Return the parameters as (name, value), those without a value with ""; () if the row says that there are none.

    Faulty ones are noted in ``row`` and left out. Returns ABSENT if the row has no parameters, or no valid one.
    """
    if "parameters" not in row.raw.values:
        return ABSENT
    given = row.raw.values["parameters"]
    if says_nothing(given):
        return ()
    if given is None or isinstance(given, str):
        decoded = _from_json(given or "", row.raw.lines.get("parameters", row.raw.line))
        if decoded is None:
            row.wrong("parameters_invalid", "parameters", given)
            return ABSENT
        given = decoded
    nodes = given.values if isinstance(given, RawMapping) else given
    if len(nodes) > limits.max_parameters:
        row.wrong("too_many_parameters", "parameters", str(len(nodes)), limit=limits.max_parameters)
    found: dict[str, str] = {}
    for one in islice(_each(row, given), limits.max_parameters):
        _parameter(row, one, found, limits)
    return tuple(found.items()) or ABSENT


def _from_json(text: str, line: int) -> RawMapping | None:
    """Return the parameters of a table with one column for all of them, as exports of goods with many have it."""
    try:
        pairs = _pairs_of(text) if text.lstrip().startswith("{") else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(pairs, tuple):
        return None
    values: dict[str, Node] = {name: value if isinstance(value, str) else [] for name, value in pairs}
    return RawMapping(line, values, {})


def _each(row: RowReader, given: RawMapping | list[Node]) -> Iterator[_Given]:
    if isinstance(given, RawMapping):
        return ((given, name, name, value) for name, value in given.values.items())
    return (_listed(row, item) for item in given)


def _listed(row: RowReader, item: Node) -> _Given:
    if not isinstance(item, RawMapping):
        return row.raw, "parameters", None, None
    return item, next(iter(item.values), ""), item.values.get("name"), item.values.get("value")


def _parameter(row: RowReader, one: _Given, found: dict[str, str], limits: Limits) -> None:
    """Add one parameter to ``found``."""
    place, key, name, value = one
    name = _tidied(name) if isinstance(name, str) else ""
    if isinstance(value, str):
        value = _tidied(value)
    field, shown_value = "parameters." + name, value if isinstance(value, str) else None
    if not name:
        code, field = "parameter_invalid", "parameters"
    elif shown_value is not None and has_no_result(shown_value):
        code = "formula_failed"
    elif found.get(name):
        code, shown_value = "parameter_repeated", found[name]
    elif len(name) > limits.max_parameter_name:
        row.wrong("field_too_long", "parameters", name, _line(place, key), limit=limits.max_parameter_name)
        return
    elif shown_value is not None and len(shown_value) > limits.max_parameter_value:
        row.wrong("field_too_long", field, shown_value, _line(place, key), limit=limits.max_parameter_value)
        return
    elif value is None or shown_value is not None:
        found[name] = shown_value or ""
        return
    else:
        code = "parameter_nested"
    row.wrong(code, field, shown_value, _line(place, key))


def _tidied(text: str) -> str:
    return _shown_again(text) if len(text) <= _REMEMBERED else shown(text)


def _line(place: RawMapping, key: str) -> int:
    """Return the line of the key; only faults need it, and not every format has its lines at hand."""
    return place.lines.get(key, place.line)
