"""The report on a file beside its counts: its format, and a link to a file of the refused rows.

That file is written by the planner, before the first write to the catalogue and under a key that every attempt
shares: an attempt that dies leaves nothing, or what the next one writes again.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, BinaryIO

from pynamodb.expressions.update import Action

from chalicelib import aws, clock
from chalicelib.files.formats import FILE_FORMATS
from chalicelib.files.upload import stored as stored_file
from chalicelib.models.accounts import User
from chalicelib.models.catalogue import Shop
from chalicelib.models.imports import Import
from chalicelib.pricelists import records
from chalicelib.pricelists.reading.detect import Format
from chalicelib.pricelists.written.refused_rows import SUFFIXES, refused_rows
from chalicelib.settings import settings
from chalicelib.texts import Language, known_language

# How long a link works, and how long the file is kept; the bucket's lifecycle says the latter too, and a test compares.
LINK_SECONDS = 900
KEPT_DAYS = 90


def keep(record: Import, format_: Format | None, mode: str, refused_in: Callable[[], BinaryIO] | None) -> None:
    """Record the format of an import's file; write the refused rows if ``refused_in`` streams any.

    The texts beside them are in the language of the shop's user.
    """
    if format_ is None:
        return
    key = _write_refused(record, format_, refused_in) if refused_in is not None else None
    actions: list[Action] = [
        Import.file_format.set(format_._asdict()),
        Import.mode.set(mode),
        Import.refused_key.remove() if key is None else Import.refused_key.set(key),
    ]
    # By the bare key: an update reads the record again, and the planner may know better than what is stored.
    # An attempt that ended the import meanwhile has sent its report already.
    Import.at(record.import_id).update_where(records.is_open(), actions)


def refused_name(record: Import) -> str | None:
    """Return the name of the file of an import's refused rows, or None if it has none or it has expired."""
    gone = clock.from_stamp(record.created_at) + timedelta(days=KEPT_DAYS) <= clock.now()
    if record.refused_key is None or gone:
        return None
    return f"refused-{record.import_id}{SUFFIXES[record.file_format['kind']]}"


def files_of(record: Import) -> dict[str, Any]:
    """Return the files of an import's report, by what they hold, each with a fresh link.

    ``errors`` holds the refused rows. A link works for LINK_SECONDS without a token.
    """
    name = refused_name(record)
    if name is None:
        return {}
    url = aws.client("s3").generate_presigned_url(
        "get_object",
        Params={
            "Bucket": settings().files_bucket,
            "Key": record.refused_key,
            "ResponseContentDisposition": f'attachment; filename="{name}"',
        },
        ExpiresIn=LINK_SECONDS,
    )
    return {"errors": {"name": name, "url": url, "expires_at": clock.stamp(clock.after(LINK_SECONDS))}}


def _write_refused(record: Import, format_: Format, open_stream: Callable[[], BinaryIO]) -> str:
    key = f"reports/{record.import_id}/refused{SUFFIXES[format_.kind]}"
    with stored_file(key, FILE_FORMATS[format_.kind].content_type) as file:
        for piece in refused_rows(open_stream, _language(record.shop_id)):
            file.write(piece)
    return key


def _language(shop_id: int) -> Language:
    shop = Shop.at(shop_id).require(consistent=False)
    user = User.at(shop.owner_id).find(consistent=False)
    return known_language(user.language if user is not None else None)
