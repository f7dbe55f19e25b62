"""The report on an import beside its counts: what the file is, and a file of the refused rows with a link to it.

The worker that plans writes that file before the first write to the catalogue, under a key that all attempts share: an
attempt that dies leaves nothing, or what the next one overwrites.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO, Literal, TypedDict

from pynamodb.expressions.update import Action

from chalicelib import clock
from chalicelib.files.formats import FILE_FORMATS
from chalicelib.files.links import LINK_SECONDS, download_link
from chalicelib.files.upload import stored as stored_file
from chalicelib.ids import new_id
from chalicelib.models.accounts import User
from chalicelib.models.catalogue import Shop
from chalicelib.models.imports import EDITED, Import
from chalicelib.pricelists import records, table_formats
from chalicelib.pricelists.planning import plan_files
from chalicelib.pricelists.planning.understood import Understood
from chalicelib.pricelists.reading.detect import Format, Kind
from chalicelib.pricelists.reading.faults import Fault
from chalicelib.pricelists.reading.reader import ReadRow
from chalicelib.pricelists.reading.table_settings import UNSETTLED, TableSettings
from chalicelib.pricelists.states import Status
from chalicelib.pricelists.written.refused_rows import SUFFIXES, refused_rows
from chalicelib.texts import Language, known_language, text

# How long the file is kept; the bucket's lifecycle has the same number, and a test compares.
KEPT_DAYS = 90
# Who may approve a list that waits: an administrator may in any case.
Reviewer = Literal["shop", "administrator"]
# What a plan is held for (``planning.newcomers`` and ``planning.guard``).
_ASKS_ADMINISTRATOR = frozenset({"first_list", "new_categories"})
_ASKS_SHOP = frozenset({"columns_new", "goods_vanish", "prices_move", "names_change"})
ASKS = _ASKS_ADMINISTRATOR | _ASKS_SHOP


@dataclass(frozen=True, slots=True)
class RefusedIn:
    """A file with refused rows, which ``open_stream`` opens again; ``faults_of`` returns the faults of a row of it.

    ``table`` is how its tables are read.
    """

    open_stream: Callable[[], BinaryIO]
    faults_of: Callable[[ReadRow], list[Fault]]
    table: TableSettings = UNSETTLED


def keep(
    record: Import,
    format_: Format | None,
    mode: str | None,
    refused: RefusedIn | None,
    understood: Understood | None = None,
) -> str | None:
    """Store the format and mode of an import's file; write the file of refused rows if there are any.

    Stores what was ``understood`` of its tables, too, if it has any, and returns the key of the file that says so.
    ``format_`` is None if nothing was recognized: then nothing is stored. ``mode`` is None if the file was not read to
    its end. Texts beside the refused rows are in the language of the shop's user.
    """
    if format_ is None:
        return None
    understood_key = None if understood is None else _keep_understood(record, understood)
    key = _write_refused(record, format_, mode, refused) if refused is not None else None
    actions: list[Action] = [
        Import.file_format.set(format_._asdict()),
        Import.mode.remove() if mode is None else Import.mode.set(mode),
        Import.refused_key.remove() if key is None else Import.refused_key.set(key),
        Import.understood_key.remove() if understood_key is None else Import.understood_key.set(understood_key),
    ]
    # By the bare key: an update would refresh the record, and the planner may know better than what is stored. An
    # import that has ended meanwhile has been reported already.
    Import.at(record.import_id).update_where(records.is_open(), actions)
    return understood_key


def _keep_understood(record: Import, understood: Understood) -> str:
    # Each attempt has its own: what a plan was made from is shown with that plan.
    key = f"reports/{record.import_id}/understood-{new_id()}.json.gz"
    plan_files.put_json(key, understood)
    table_formats.understood_now(record, key)
    return key


def review_by(record: Import) -> Reviewer | None:
    """Return who is asked before the list is applied, or, of a dry run, would be; None if nobody is."""
    if record.status == Status.NEEDS_REVIEW:
        return "administrator" if record.for_administrator else "shop"
    codes = {entry["code"] for entry in record.faults} if record.status == Status.PLANNED else set()
    return "administrator" if codes & _ASKS_ADMINISTRATOR else "shop" if codes & _ASKS_SHOP else None


def kind_of(record: Import) -> Kind | None:
    """Return the format of the import's file, in whose terms its faults are worded; None while it is unknown."""
    return record.file_format["kind"] if record.file_format else None


def shown_name(record: Import, language: Language) -> str:
    """Return what a price list is called in sentences: its file, that it was typed on a page, or its number."""
    if record.file_name == EDITED:
        return text("mail", "import_report.edited", language)
    return record.file_name or str(record.import_id)


def format_text(record: Import) -> str:
    """Return what the import's file was taken for, as "CSV, windows-1251, gzip"; "" if nothing was recognized."""
    found = record.file_format
    if not found:
        return ""
    packed = [name for name, key in (("gzip", "gzipped"), ("zip", "zipped")) if found.get(key)]
    return ", ".join(part for part in (found["kind"].upper(), found.get("encoding"), *packed) if part)


def refused_name(record: Import) -> str | None:
    """Return the name of the file of refused rows, or None if there is none or it has expired."""
    if record.refused_key is None or _is_expired(record):
        return None
    return f"refused-{record.import_id}{SUFFIXES[record.file_format['kind']]}"


class ReportFile(TypedDict):
    """A file of a report, and a link to it that works until then, a stamp."""

    name: str
    url: str
    expires_at: str


class ReportFiles(TypedDict, total=False):
    """The files of a report: ``errors`` holds the refused rows, ``changes`` all goods that would change."""

    errors: ReportFile
    changes: ReportFile


def files_of(record: Import) -> ReportFiles:
    """Return the files of an import's report, each with a new link that works for LINK_SECONDS without a token.

    ``errors`` holds the refused rows, ``changes`` what a list that has to be approved would change; each is absent if
    there is none or the file has expired.
    """
    files: ReportFiles = {}
    if (name := refused_name(record)) is not None:
        files["errors"] = _linked(record.refused_key or "", name)
    workbook = (record.examples or {}).get("workbook")
    if workbook and not _is_expired(record):
        files["changes"] = _linked(workbook, f"changes-{record.import_id}.xlsx")
    return files


def understood_of(record: Import) -> Understood | None:
    """Return what was understood of an import's tables: as its plan was made, if it has one, else as last read."""
    key = (record.plan or {}).get("understood") or record.understood_key
    return None if key is None or _is_expired(record) else table_formats.read_understood(key)


def _linked(key: str, name: str) -> ReportFile:
    return {
        "name": name,
        "url": download_link(key, name),
        "expires_at": clock.stamp(clock.after(LINK_SECONDS)),
    }


def _is_expired(record: Import) -> bool:
    return clock.from_stamp(record.created_at) + timedelta(days=KEPT_DAYS) <= clock.now()


def _write_refused(record: Import, format_: Format, mode: str | None, refused: RefusedIn) -> str:
    key = f"reports/{record.import_id}/refused{SUFFIXES[format_.kind]}"
    written_as = SUFFIXES[format_.kind].removeprefix(".")
    content_type = next(each.content_type for each in FILE_FORMATS.values() if each.extension == written_as)
    with stored_file(key, content_type) as file:
        language, merging = language_of(record.shop_id), mode == "merge"
        pieces = refused_rows(
            refused.open_stream, language, merging=merging, faults_of=refused.faults_of, table=refused.table
        )
        for piece in pieces:
            file.write(piece)
    return key


def language_of(shop_id: int) -> Language:
    """Return the language of the shop's user."""
    shop = Shop.at(shop_id).require(consistent=False)
    user = User.at(shop.owner_id).find(consistent=False)
    return known_language(user.language if user is not None else None)
