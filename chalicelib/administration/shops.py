"""Shops and their imports as administrators manage them."""

from datetime import datetime

from chalicelib.administration.acts import Admin
from chalicelib.catalogue.shops import get_shop, set_accepting
from chalicelib.errors import field_error
from chalicelib.models.accounts import User
from chalicelib.models.catalogue import Shop
from chalicelib.models.imports import Import
from chalicelib.models.sources import PricelistFormat
from chalicelib.pricelists import records, review, table_formats
from chalicelib.pricelists.arrival import doors
from chalicelib.pricelists.progress import with_progress
from chalicelib.pricelists.table_formats import StoredTable


def shop_and_owner(shop_id: int) -> tuple[Shop, User | None]:
    """Return the shop and its owner. Raises NotFound."""
    shop = get_shop(shop_id)
    return shop, User.at(shop.owner_id).find()


def switch_shop(shop_id: int, by: Admin, *, accepting: bool, reason: str, until: datetime | None) -> Shop:
    """Open or close the shop for orders; its owner cannot open it after this closed it. Raises NotFound."""
    get_shop(shop_id)
    set_accepting(shop_id, accepting, reason=reason, until=until, by_admin=True)
    by.did("shop_on" if accepting else "shop_off", shop_id, reason=reason)
    return get_shop(shop_id)


def start_import(shop_id: int, url: str | None, key: str | None, by: Admin) -> int:
    """Start an import for the shop from an address or from one of its stored files; return the import's id.

    Raises NotFound for an unknown shop, FieldErrors unless exactly one source is given and it is usable.
    """
    get_shop(shop_id)
    if not url and not key:
        raise field_error("url", "url_or_key")
    if url and key:
        raise field_error("key", "url_and_key")
    import_id = doors.pull(shop_id, url) if url else doors.take_again(shop_id, key or "")
    by.did("import", shop_id, import_id=import_id)
    return import_id


def import_again(import_id: int, by: Admin) -> int:
    """Import the same address or stored file once more, for its shop; return the new import's id.

    A check stays one, and applies nothing. Asking again returns the same import: that one can be repeated in turn.
    Raises NotFound, FieldErrors if the file is gone.
    """
    record = records.require(import_id)
    get_shop(record.shop_id)
    following, is_check = records.id_after(import_id), bool(record.dry_run)
    if record.url:
        doors.pull(record.shop_id, record.url, dry_run=is_check, import_id=following)
    else:
        doors.take_again(record.shop_id, record.file_key or "", dry_run=is_check, import_id=following)
    by.did("import", record.shop_id, import_id=following)
    return following


def format_of_shop(shop_id: int) -> PricelistFormat:
    """Return how the shop's tables are read. Raises NotFound."""
    get_shop(shop_id)
    return table_formats.format_of(shop_id)


def settle_format(shop_id: int, table: StoredTable, version: int | None, by: Admin, *, review: bool) -> PricelistFormat:
    """Set how the shop's tables are read, as ``table_formats.settle`` does. Raises NotFound, FormatChanged."""
    get_shop(shop_id)
    found = table_formats.settle(shop_id, table, version, review=review)
    by.did("pricelist_format", shop_id, version=found.version)
    return found


def import_by_id(import_id: int) -> Import:
    """Return an import of any shop with its progress. Raises NotFound."""
    return with_progress(records.require(import_id))


def decide_import(import_id: int, by: Admin, *, approve: bool, question: str | None) -> Import:
    """Approve or reject an import that waits for a decision. Raises NotFound, ReviewOver, QuestionChanged."""
    record = review.decide(import_id, f"administrator:{by.user_id}", approve=approve, question=question)
    by.did("import_approved" if approve else "import_rejected", import_id)
    return record
