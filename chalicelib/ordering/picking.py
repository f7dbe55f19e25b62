"""The picking list of a shop's part of an order."""

from dataclasses import dataclass

from chalicelib.dynamo.reading import read
from chalicelib.models.catalogue import Offer
from chalicelib.models.orders import Part


@dataclass(frozen=True, slots=True)
class PickedRow:
    """A row to pick: the shop's own code, the barcode's digits ("" if none is known), what it is and how many."""

    code: str
    gtin: str
    name: str
    model: str
    unit: str
    quantity: int


def picked_rows(part: Part) -> list[PickedRow]:
    """Return what the part will deliver; rows of which nothing is delivered are left out.

    The barcode is the offer's current one, as orders do not store any. Costs one BatchGet for each hundred rows.
    """
    rows = [row for row in part.rows if row["quantity"]]
    offers = read(*(Offer.at(row["id"]) for row in rows), consistent=False)
    gtins = {offer.offer_id: offer.gtin for offer in offers.all(Offer)}
    return [
        PickedRow(
            *(row["ext_id"], gtins.get(row["id"]) or "", row["name"], row["model"], row.get("unit", "")),
            row["quantity"],
        )
        for row in rows
    ]
