"""The picking lists of a shop's parts of orders."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.dynamo.reading import read
from chalicelib.models.catalogue import Offer
from chalicelib.models.orders import Part, StoredRow


@dataclass(frozen=True, slots=True)
class PickedRow:
    """A row to pick: the shop's own code, the digits of the barcode ("" if unknown), the good, and the quantity."""

    code: str
    gtin: str
    name: str
    model: str
    unit: str
    quantity: int


def picked_rows(parts: Sequence[Part]) -> list[list[PickedRow]]:
    """Return the rows to deliver of each part, in the order of the parts; rows reduced to nothing are left out.

    The barcode is the offer's current one, as orders do not store any. Costs one BatchGet for each hundred goods.
    """
    picked = [[row for row in part.rows if row["quantity"]] for part in parts]
    offers = read(*(Offer.at(row["id"]) for rows in picked for row in rows), consistent=False)
    gtins = {offer.offer_id: offer.gtin or "" for offer in offers.all(Offer)}
    return [[_picked(row, gtins.get(row["id"], "")) for row in rows] for rows in picked]


def _picked(row: StoredRow, gtin: str) -> PickedRow:
    return PickedRow(row["ext_id"], gtin, row["name"], row["model"], row.get("unit", ""), row["quantity"])
