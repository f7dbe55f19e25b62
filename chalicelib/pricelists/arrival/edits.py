"""Goods edited by hand: a small list of changes, which comes in like any other list."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.bodies import Upload
from chalicelib.models.imports import EDITED
from chalicelib.money import as_number
from chalicelib.pricelists.arrival.doors import upload

# Times as dear, or as cheap.
_JUMP = 3


@dataclass(frozen=True, slots=True)
class GoodEdit:
    """A good by the supplier's code, and what changes of it: the price in kopecks, the stock in pieces; None: as is."""

    ext_id: str
    price: int | None = None
    quantity: int | None = None


def is_jump(was: int, now: int) -> bool:
    """Return whether a price so different from the one before is more likely a typo: a digit too many, or one lost.

    What somebody types is not guarded as lists are, whose guard asks about shares of many rows.
    """
    return max(was, now) >= _JUMP * min(was, now) > 0


def edit_goods(shop_id: int, edits: Sequence[GoodEdit]) -> int:
    """Import the edits as a list with ``mode: merge``, one good a line; return the import's id.

    So they take their turn with the shop's other lists, a great change of prices waits for a decision, and there is a
    report. A good that was withdrawn comes back on sale if its quantity is among them.
    """
    rows = ",\n".join(_row(edit) for edit in edits)
    return upload(shop_id, Upload(EDITED, f'{{"mode": "merge", "goods": [\n{rows}\n]}}\n'.encode()))


def _row(edit: GoodEdit) -> str:
    fields = [f'"id": {json.dumps(edit.ext_id, ensure_ascii=False)}']
    if edit.price is not None:
        fields.append(f'"price": {as_number(edit.price)}')
    if edit.quantity is not None:
        fields.append(f'"quantity": {edit.quantity}')
    return f"{{{', '.join(fields)}}}"
