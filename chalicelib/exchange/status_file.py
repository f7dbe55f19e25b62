"""Files of 1C about orders: what its documents say of an order, read by expat with nothing resolved. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn, cast
from xml.parsers import expat

from chalicelib.exchange.errors import ExchangeFailed
from chalicelib.pricelists.reading.xml_files import new_parser

MAX_BYTES = 20_000_000
MAX_DOCUMENTS = 5_000
# Of all documents of a file together; no file with real ones is large enough for more.
_MAX_ROWS = 200_000
_MAX_DEPTH = 30
_MAX_TEXT = 4_000
# expat makes one dict of all attributes of a tag, however many: a longer tag than this is refused.
_MAX_TAG, _PIECE = 1_000_000, 1 << 16
_ROOT = "КоммерческаяИнформация"
_ORDER = "Заказ товара"


@dataclass(slots=True)
class DocumentRow:
    """A row of a document, as written; ``service`` is one that is not of goods, as delivery."""

    item_id: str = ""
    quantity: str = ""
    service: bool = False


@dataclass(slots=True)
class OrderDocument:
    """What a document says of an order: texts as written, ``facts`` by the names of its requisites."""

    item_id: str = ""
    number: str = ""
    operation: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    rows: list[DocumentRow] | None = None


def read_documents(content: bytes) -> list[OrderDocument]:
    """Return the orders in a file of CommerceML; documents about anything else are left out.

    Raises ExchangeFailed, naming the line, for what is not such a file, is incomplete, or is larger than anybody's.
    """
    if len(content) > MAX_BYTES:
        raise ExchangeFailed("status_too_large", limit=MAX_BYTES // 1_000_000)
    reader = _Reader()
    return [one for one in reader.read(content) if one.operation.casefold() in {"", _ORDER.casefold()}]


class _Reader:
    def __init__(self) -> None:
        self._path: list[str] = []
        self._text: list[str] = []
        self._fact = ["", ""]
        self._found: list[OrderDocument] = []
        self._rows = 0
        self._at = 0  # how deep the document that is being read is; 0 outside of one
        self._parser = new_parser(self._start, self._end, self._characters, self._declared, self._declared)

    def read(self, content: bytes) -> Iterator[OrderDocument]:
        try:
            content = content.lstrip()
            for start in range(0, len(content), _PIECE):
                self._parser.Parse(content[start : start + _PIECE], False)
                if start - self._parser.CurrentByteIndex > _MAX_TAG:
                    raise ExchangeFailed("status_broken", line=self._parser.CurrentLineNumber)
            self._parser.Parse(b"", True)
        except expat.ExpatError as exc:
            raise ExchangeFailed("status_broken", line=exc.lineno) from exc
        except (ValueError, LookupError) as exc:  # an encoding that expat does not know
            raise ExchangeFailed("status_broken", line=self._parser.CurrentLineNumber) from exc
        yield from self._found

    def _declared(self, *_: object) -> NoReturn:
        raise ExchangeFailed("status_dtd", line=self._parser.CurrentLineNumber)

    def _start(self, name: str, _: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if not self._path and tag != _ROOT:
            raise ExchangeFailed("status_other", root=tag[:50])
        if len(self._path) >= _MAX_DEPTH:
            raise ExchangeFailed("status_broken", line=self._parser.CurrentLineNumber)
        self._path.append(tag)
        self._text.clear()
        if not self._at and tag == "Документ":
            if len(self._found) == MAX_DOCUMENTS:
                raise ExchangeFailed("status_many", limit=MAX_DOCUMENTS)
            self._found.append(OrderDocument())
            self._at = len(self._path)
        elif self._at and self._path[self._at :] == ["Товары"]:
            self._found[-1].rows = [] if self._found[-1].rows is None else self._found[-1].rows
        elif self._at and self._path[self._at :] == ["Товары", "Товар"]:
            self._rows += 1
            if self._rows > _MAX_ROWS:
                raise ExchangeFailed("status_rows", limit=_MAX_ROWS)
            cast("list[DocumentRow]", self._found[-1].rows).append(DocumentRow())
        elif tag == "ЗначениеРеквизита":
            self._fact = ["", ""]

    def _characters(self, text: str) -> None:
        if sum(map(len, self._text)) < _MAX_TEXT:
            self._text.append(text[:_MAX_TEXT])

    def _end(self, _: str) -> None:
        value = "".join(self._text).strip()
        if self._at and len(self._path) > self._at:
            self._take(self._path[self._at :], value)
        self._path.pop()
        self._at = self._at if len(self._path) >= self._at else 0
        self._text.clear()

    def _take(self, path: list[str], value: str) -> None:
        """Take what stands at this path within a document.

        Only what stands at its own place counts: shipments and payments within an order (ПодчиненныеДокументы) have
        goods and requisites of their own, which say nothing of the whole order.
        """
        document = self._found[-1]
        row = document.rows[-1] if document.rows else None
        match path:
            case ["Ид" | "Номер" | "ХозОперация" as tag]:
                names = {"Ид": "item_id", "Номер": "number", "ХозОперация": "operation"}
                setattr(document, names[tag], value)
            case ["Товары", "Товар", "Ид" | "Количество" as tag] if row is not None:
                setattr(row, "item_id" if tag == "Ид" else "quantity", value)
            case [*_, "ЗначениеРеквизита", "Наименование" | "Значение" as tag]:
                self._fact[tag == "Значение"] = value
            case ["ЗначенияРеквизитов", "ЗначениеРеквизита"]:
                name, said = self._fact
                document.facts[name] = said
            case ["Товары", "Товар", "ЗначенияРеквизитов", "ЗначениеРеквизита"] if row is not None:
                row.service = row.service or self._fact[1].casefold() == "услуга"
