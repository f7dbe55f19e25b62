"""Asks a host whether its file has changed, if nothing else requires reading it again."""

from chalicelib import clock
from chalicelib.models.catalogue import Shop
from chalicelib.models.imports import Import
from chalicelib.models.sources import Pulled
from chalicelib.pricelists.arrival.download import Validators
from chalicelib.pricelists.planning.shop_goods import has_sold
from chalicelib.pricelists.turns import stamp_of

_KEPT = 90 * 86_400


def known_of(record: Import, shop: Shop) -> Validators | None:
    """Return the file's ETag and date to ask the host with, if an unchanged file would change nothing.

    None if it might: nothing was imported from the address, another list of the shop came after it, or a good was sold
    since, whose stock the list must refresh. None for a dry run, too, which must report on every row.
    """
    if record.dry_run or record.url is None:
        return None
    pulled = Pulled.at(record.shop_id, record.url).find()
    if pulled is None:
        return None
    if shop.last_import != pulled.stamp or pulled.stamp >= record.created_at or has_sold(record.shop_id):
        return None
    return Validators(pulled.answered, pulled.etag, pulled.modified)


def pulled_by(record: Import) -> Pulled | None:
    """Return what to store once the import is in the catalogue, or None if the host sent no cache headers."""
    if record.url is None or record.validators is None or record.dry_run:
        return None
    found = Pulled.at(record.shop_id, record.url)
    found.answered, found.etag, found.modified = Validators(*record.validators)
    found.stamp, found.expires_at = stamp_of(record), clock.after(_KEPT)
    return found
