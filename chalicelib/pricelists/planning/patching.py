"""What a row of a merging list makes of the stored good."""

from dataclasses import replace
from typing import NamedTuple

from chalicelib.catalogue.identity import normal_name
from chalicelib.goods import ESSENTIAL, Good, GoodPatch
from chalicelib.pricelists.planning.digest import digest
from chalicelib.pricelists.reading.assembly import assembled
from chalicelib.pricelists.reading.faults import DEFAULT_LIMITS, Fault, fault
from chalicelib.pricelists.reading.raw import RawMapping
from chalicelib.pricelists.reading.reader import ReadRow


class Patched(NamedTuple):
    """The good that results, whether it is the stored one, and whether its stock stays whatever it is by then."""

    good: Good
    faults: list[Fault]
    is_same: bool
    keeps_stock: bool


def as_whole(patch: GoodPatch, stored_digest: str) -> Good | None:
    """Return the good if the row says all that is stored of it, so that there is nothing to look up.

    That is so if the good has the digest of a stored one without further fields.
    """
    if patch.assumed_stock or any(field.name not in patch.given for field in ESSENTIAL if field.column != "id"):
        return None
    good, left_out = assembled(patch.line, patch.ext_id, {"model": "", **patch.given}, DEFAULT_LIMITS)
    return good if not left_out and digest(good) == stored_digest else None


def patched(row: ReadRow, patch: GoodPatch, before: Good | None) -> Patched:
    """Return the good with what the row changes ``before``; without that, the row has all that a good needs."""
    given = patch.given if before is not None else {**patch.if_new, **patch.given}
    if patch.assumed_stock and before is not None and before.quantity:
        given = {name: value for name, value in given.items() if name != "quantity"}
    good, left_out = assembled(patch.line, patch.ext_id, given, DEFAULT_LIMITS, before)
    node = row.entry.node
    lines = node.lines if isinstance(node, RawMapping) else {}
    faults = [
        fault(code, lines.get(field, patch.line), ext_id=patch.ext_id, field=field, value=value, **hint)
        for code, field, value, hint in left_out
    ]
    return Patched(good, faults, before is not None and _same(good, before), "quantity" not in given)


def _same(good: Good, before: Good) -> bool:
    """Whether nothing changes; a category may be stored under another spelling of its name."""
    if normal_name(good.category) == normal_name(before.category):
        good = replace(good, category=before.category)
    return replace(good, line=before.line, ext_id=before.ext_id) == before
