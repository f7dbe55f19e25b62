"""Files of 1C about orders: what its documents say of an order, read by expat with nothing resolved. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn, cast
from xml.parsers import expat

from chalicelib.exchange.errors import ExchangeFailed
from chalicelib.pricelists.reading.xml_files import new_parser

MAX_BYTES = 20_000_000
MAX_DOCUMENTS = 5_000
_MAX_DEPTH = 30
_MAX_TEXT = 4_000
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
        self._parser = new_parser(self._start, self._end, self._characters, self._declared, self._declared)

    def read(self, content: bytes) -> Iterator[OrderDocument]:
        try:
            self._parser.Parse(content.lstrip(), True)
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
        if tag == "Документ":
            if len(self._found) == MAX_DOCUMENTS:
                raise ExchangeFailed("status_many", limit=MAX_DOCUMENTS)
            self._found.append(OrderDocument())
        elif self._found and self._path[-2:] == ["Документ", "Товары"]:
            self._found[-1].rows = [] if self._found[-1].rows is None else self._found[-1].rows
        elif self._found and self._path[-3:] == ["Документ", "Товары", "Товар"]:
            cast("list[DocumentRow]", self._found[-1].rows).append(DocumentRow())
        elif tag == "ЗначениеРеквизита":
            self._fact = ["", ""]

    def _characters(self, text: str) -> None:
        if sum(map(len, self._text)) < _MAX_TEXT:
            self._text.append(text[:_MAX_TEXT])

    def _end(self, _: str) -> None:
        tag, parent = self._path[-1], self._path[-2] if len(self._path) > 1 else ""
        value = "".join(self._text).strip()
        if self._found and "Документ" in self._path:
            self._take(tag, parent, value)
        self._path.pop()
        self._text.clear()

    def _take(self, tag: str, parent: str, value: str) -> None:
        document = self._found[-1]
        row = document.rows[-1] if document.rows else None
        in_row = self._path[-3:-1] == ["Товары", "Товар"]
        if parent == "Документ" and tag in {"Ид", "Номер", "ХозОперация"}:
            names = {"Ид": "item_id", "Номер": "number", "ХозОперация": "operation"}
            setattr(document, names[tag], value)
        elif in_row and row is not None and tag in {"Ид", "Количество"}:
            setattr(row, "item_id" if tag == "Ид" else "quantity", value)
        elif parent == "ЗначениеРеквизита" and tag in {"Наименование", "Значение"}:
            self._fact[tag == "Значение"] = value
        elif tag == "ЗначениеРеквизита":
            name, said = self._fact
            if "Товар" not in self._path:
                document.facts[name] = said
            elif row is not None and said.casefold() == "услуга":
                row.service = True
