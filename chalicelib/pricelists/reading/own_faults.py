"""The faults that only the reader of a format can see, beside those that the rules of rows find. Pure."""

from dataclasses import replace
from typing import NamedTuple

from chalicelib.goods import BY_COLUMN, Good, GoodPatch, Kind
from chalicelib.pricelists.reading.faults import Fault, of_optional
from chalicelib.pricelists.reading.optional_fields import separated
from chalicelib.pricelists.reading.raw import ROW_TOO_LONG, Entry, Node, RawMapping, tidy
from chalicelib.pricelists.reading.text import Damaged, forbidden_in

# A fault there leaves open what the good says: of a whole row, a key that is not text, keys from elsewhere.
_WHOLE_ROW = frozenset({"", "row", "?", "<<", ROW_TOO_LONG})
_ESSENTIAL = frozenset(column for column, field in BY_COLUMN.items() if field.empty is ...)
# These are faults of a single text, which is damaged then.
_IN_ONE_TEXT = frozenset({"control_in_text", "field_too_long", "yaml_markup"})
_DECIDING = _WHOLE_ROW | _ESSENTIAL | {"available", "currency"}


class Spared(NamedTuple):
    """What the rules of rows may read of an entry, and the faults of its format, by what they cost."""

    node: Node
    faults: tuple[Fault, ...]


def spared(entry: Entry) -> Spared:
    """Return the entry without the values that faults of optional fields cost; these faults are warnings then.

    A fault of another field, or of one that is not known, costs the entry.
    """
    node = entry.node
    if entry.section != "goods":
        prefix = "categories." if entry.section == "categories" else ""
        named = (replace(each, field=(prefix + (each.field or "")).removesuffix(".")) for each in entry.faults)
        return Spared(node, tuple(map(of_optional, named)))
    if entry.unclear or not isinstance(node, RawMapping):
        return Spared(node, entry.faults)
    values = dict(node.values)
    faults: list[Fault] = []
    cleaned: set[str] = set()
    for each in entry.faults:
        field, _, inner = (each.field or "").partition(".")
        if field in _DECIDING or (field == "model" and not values.get("id")):
            faults.append(each)
            continue
        faults.append(of_optional(each))
        # Of a parameter that is there twice, the first value counts.
        if field in BY_COLUMN and field in values and not (inner and each.code == "key_repeated"):
            left = _left(values[field], field, each, clean=field in cleaned)
            cleaned |= {field} if each.code in _IN_ONE_TEXT else set()
            if left:
                values[field] = left
            else:
                del values[field]
    return Spared(RawMapping(node.line, values, node.lines, node.repeated), tuple(faults))


def _left(node: Node, field: str, found: Fault, *, clean: bool) -> Node:
    """Return what a fault leaves of an optional field; ``clean`` says that nothing damaged is in it any more."""
    if found.code in _IN_ONE_TEXT and (clean or _is_damaged(node)):
        return node if clean else _sound(node, BY_COLUMN[field].kind)
    return _without(node, (found.field or "").partition(".")[2], found.line)


def _is_damaged(node: Node) -> bool:
    if isinstance(node, RawMapping):
        return any(isinstance(each, Damaged) for pair in node.values.items() for each in pair)
    return any(map(_is_damaged, node)) if isinstance(node, list) else isinstance(node, Damaged)


def _sound(node: Node, kind: Kind) -> Node:
    """Return a field without its damaged texts: of a list, one that is damaged costs itself alone."""
    if isinstance(node, RawMapping):
        pairs = node.values.items()
        values = {key: one for key, one in pairs if not isinstance(key, Damaged) and not isinstance(one, Damaged)}
        return RawMapping(node.line, values, node.lines) if values else None
    if isinstance(node, list):
        parts = [_sound(each, kind) if isinstance(each, Damaged) else each for each in node]
        return [each for each in parts if each and not _is_damaged(each)]
    if isinstance(node, Damaged) and kind == "urls":
        return " ".join(part for part in separated(node.before) if not forbidden_in(part))
    return None


def _without(node: Node, inner: str, line: int | None) -> Node:
    """Return what is left of a field, without the parameter in which the fault is; None if that is not clear."""
    if isinstance(node, RawMapping):
        name = inner if inner in node.values else inner.partition(".")[0]
        left = {key: value for key, value in node.values.items() if key != name}
        return RawMapping(node.line, left, node.lines) if left and len(left) < len(node.values) else None
    if isinstance(node, list):
        others: list[Node] = [each for each in node if not isinstance(each, RawMapping) or not _is_on(each, line)]
        return others if others and len(others) < len(node) else None
    return None


def _is_on(mapping: RawMapping, line: int | None) -> bool:
    return line == mapping.line or line in mapping.lines.values()


def with_own(entry: Entry, own: tuple[Fault, ...], good: Good | GoodPatch | None, faults: list[Fault]) -> list[Fault]:
    """Return the faults of an entry with ``own``, which get the id; a field is reported once."""
    node = entry.node
    ext_id = good.ext_id if good is not None else next((each.ext_id for each in faults if each.ext_id), None)
    if ext_id is None and entry.section == "goods" and isinstance(node, RawMapping):
        known = (node.values.get("id"), node.values.get("model"))
        ext_id = next((tidy(text) for text in known if isinstance(text, str) and tidy(text)), None)
    named = [replace(each, ext_id=each.ext_id or ext_id) for each in own]
    fields = {each.field for each in own if each.severity == "error"}
    return named + [each for each in faults if each.field not in fields and (node is not None or not own)]
