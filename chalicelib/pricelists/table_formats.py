"""How the tables of a shop are read: settled by the shop, the same for all attempts at an import, approved once."""

from typing import TYPE_CHECKING, Literal, cast

from botocore.exceptions import ClientError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from typing_extensions import TypedDict

from chalicelib.dynamo.transaction import Transaction
from chalicelib.errors import Busy, FormatChanged
from chalicelib.lazy import Lazy
from chalicelib.models.imports import Import
from chalicelib.models.sources import PricelistFormat
from chalicelib.pricelists.planning import plan_files
from chalicelib.pricelists.planning.shapes import shapes_of
from chalicelib.pricelists.planning.understood import Understood
from chalicelib.pricelists.reading.header_words import plain
from chalicelib.pricelists.reading.table_settings import StockWord, TableSettings
from chalicelib.pricelists.records import stamp_of

if TYPE_CHECKING:
    from chalicelib.pricelists.sheets.layout import Layout

# How many table shapes are remembered for a shop.
MAX_SHAPES = 500
_TRIES = 5

# Only for a shop that names its columns.
_layout_of = Lazy("pricelists.sheets.layout:layout_of")
Mode = Literal["replace", "merge"]


class ColumnRole(TypedDict):
    """What a column holds; it is known by its label or, without one, by its letters."""

    label: str | None
    letter: str | None
    field: str


class StoredTable(TypedDict):
    """What a shop has settled about its tables, as it is stored; ``stock`` is in pieces, by word."""

    sheet: str | None
    header_row: int | None
    columns: list[ColumnRole]
    price_type: str | None
    stock: dict[StockWord, int]
    no_stock: int
    mode: Mode | None


class PinnedTable(StoredTable):
    """The same as of one version, as an import keeps it."""

    version: int


UNSET: StoredTable = {
    "sheet": None,
    "header_row": None,
    "columns": [],
    "price_type": None,
    "stock": {},
    "no_stock": 0,
    "mode": None,
}


def format_of(shop_id: int) -> PricelistFormat:
    """Return how the shop's tables are read; that of a shop that has settled nothing has version 0."""
    return PricelistFormat.at(shop_id).find() or PricelistFormat.at(shop_id)


def table_of(found: PricelistFormat) -> StoredTable:
    """Return what the shop has settled about its tables."""
    return cast("StoredTable", found.table or UNSET)


def settings_of(record: Import) -> TableSettings:
    """Return how the tables of an import are read: as pinned, or, before its first attempt, as its shop says now."""
    return _settings(cast("StoredTable", record.table or table_of(format_of(record.shop_id))))


def pin(record: Import) -> list[Action]:
    """Return what has to be stored with an attempt at an import, so that later ones read its tables alike."""
    if record.table is not None:
        return []
    found = format_of(record.shop_id)
    pinned: PinnedTable = {**table_of(found), "version": found.version}
    # Whichever of two attempts at once stores it first: the other reads it back.
    return [Import.table.set(Import.table | pinned)]


def unapproved(shop_id: int, shapes: frozenset[str]) -> list[str]:
    """Return those shapes that the shop has not approved yet."""
    return sorted(shapes - (format_of(shop_id).shapes or set())) if shapes else []


def approve(transaction: Transaction, record: Import) -> None:
    """Add to the approval of an import that its shop need not be asked again about tables of these shapes."""
    shapes = set((record.plan or {}).get("shapes") or ())
    if shapes:
        transaction.update("format", PricelistFormat.at(record.shop_id), [_remembered(record.shop_id, shapes)])


def understood_now(record: Import, key: str) -> None:
    """Note the file that says what was understood of the last table of the shop, unless a newer one has come in."""
    stamp = stamp_of(record)
    newest: Condition = PricelistFormat.understood_stamp.does_not_exist() | (PricelistFormat.understood_stamp <= stamp)
    actions: list[Action] = [
        PricelistFormat.understood_key.set(key),
        PricelistFormat.understood_import.set(record.import_id),
        PricelistFormat.understood_stamp.set(stamp),
    ]
    PricelistFormat.at(record.shop_id).update_where(newest, actions)


def last_understood(found: PricelistFormat) -> Understood | None:
    """Return what was understood of the shop's last table; None if there was none, or its file has expired."""
    return read_understood(found.understood_key) if found.understood_key else None


def read_understood(key: str) -> Understood | None:
    """Return what was understood of the tables of an import by the file that says so; None if it has expired."""
    try:
        return cast("Understood", plan_files.get_json(key))
    except ClientError as failure:
        if failure.response["Error"]["Code"] in {"NoSuchKey", "404", "AccessDenied"}:
            return None
        raise


def settle(shop_id: int, table: StoredTable, version: int | None, *, review: bool) -> PricelistFormat:
    """Set how the shop's tables are read; imports that have been planned are not touched. Returns what is stored then.

    ``version`` is the one that the caller saw, if any: raises FormatChanged if it is another by now. To name columns is
    to approve of the shape that the last table has with them, unless ``review`` asks to show the next one first.
    """
    for _ in range(_TRIES):
        found = format_of(shop_id)
        if version is not None and version != found.version:
            raise FormatChanged(version=found.version, detail={"version": found.version})
        actions: list[Action] = [PricelistFormat.table.set(table), PricelistFormat.version.set(found.version + 1)]
        if not review and (shapes := _chosen_shapes(found, table)):
            actions.append(_remembered(shop_id, shapes))
        if found.update_where(_is_at(found.version), actions):
            return found
    raise Busy


def _is_at(version: int) -> Condition:
    absent: Condition = PricelistFormat.version.does_not_exist()
    same: Condition = PricelistFormat.version == version
    return same if version else absent | same


def _remembered(shop_id: int, shapes: set[str]) -> Action:
    stored = format_of(shop_id).shapes or set()
    action: Action = (
        PricelistFormat.shapes.add(shapes) if len(stored) < MAX_SHAPES else PricelistFormat.shapes.set(shapes)
    )
    return action


def _chosen_shapes(found: PricelistFormat, table: StoredTable) -> set[str]:
    """Return the shapes of the shop's last table under what it settles now, if it says what the columns are."""
    if not (table["columns"] or table["price_type"]) or (last := last_understood(found)) is None:
        return set()
    settings = _settings(table)
    chosen = [one for one in last["tables"] if table["sheet"] in {None, one["sheet"]}]
    if any(table["header_row"] not in {None, one["header_row"]} for one in chosen):
        return set()
    layouts: dict[str, Layout] = {one["sheet"]: _layout_of(one["labels"], settings) for one in chosen}
    if any(layout.prices or layout.missing for layout in layouts.values()):
        return set()
    return set(shapes_of(layouts))


def _settings(table: StoredTable) -> TableSettings:
    labels: dict[str, str] = {}
    letters: dict[str, str] = {}
    for column in table["columns"]:
        label, letter = column["label"], column["letter"]
        # Of columns with the same label, letters distinguish them.
        if letter and (not label or _is_shared(label, table["columns"])):
            letters[letter] = column["field"]
        elif label:
            labels[label] = column["field"]
    if table["price_type"]:
        labels[table["price_type"]] = "price"
    return TableSettings(
        sheet=table["sheet"],
        header_row=table["header_row"],
        columns=labels,
        letters=letters,
        stock=table["stock"],
        no_stock=table["no_stock"],
        merges=table["mode"] == "merge",
    )


def _is_shared(label: str, columns: list[ColumnRole]) -> bool:
    return sum(plain(each["label"] or "") == plain(label) for each in columns) > 1
