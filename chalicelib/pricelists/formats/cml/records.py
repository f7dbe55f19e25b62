"""What a good or an offer says, as it is kept until all parts are read. Pure.

An offer may say everything that a good says. What is absent has no key; what is empty is there and empty.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from typing_extensions import TypedDict

from chalicelib.goods import BY_COLUMN
from chalicelib.pricelists.formats.cml.parser import Element
from chalicelib.pricelists.formats.cml.stock import stock_of
from chalicelib.pricelists.reading.raw import REPEATS

# Part and line, both from 0 and 1.
Place: TypeAlias = tuple[int, int]
Pairs: TypeAlias = list[tuple[str, list[str]]]
# Code, part, line, field, value.
Wrong: TypeAlias = tuple[str, int, int, str, str]
_NO_CHARACTERISTIC = "00000000-0000-0000-0000-000000000000"
_TRUE = frozenset({"true", "1", "да", "истина"})
# What programs note for themselves, or say elsewhere.
_SILENT = frozenset({
    "ТипНоменклатуры", "ВидНоменклатуры", "Полное наименование", "ПолноеНаименование", "Планируемая дата поступления",
    "ОписаниеВФорматеHTML", "ОписаниеФайла", "Файл", "ПометкаУдаления", "НаличиеДополнительныхСвойств",
})  # fmt: skip
_OWN = (frozenset(BY_COLUMN) - {"id"}) | {"available", REPEATS}


class Price(TypedDict):
    """A price as the file has it: of which type, in what, and how many base units it is for."""

    type: str
    price: str
    currency: str
    units: str
    line: int


class Record(TypedDict, total=False):
    """A good or an offer; ``at`` is where its fields stand, by our names."""

    id: str
    name: str
    model: str
    gtin: str
    unit: tuple[str, str, str]
    group: str
    properties: Pairs
    details: Pairs
    characteristics: Pairs
    vat_rate: str
    description: str
    images: list[str]
    prices: list[Price]
    stock: str
    own: dict[str, list[str]]
    gone: bool
    part: int
    line: int
    at: dict[str, Place]
    wrong: list[Wrong]


def good_id(text: str) -> str:
    """Return the id of a good or offer; a characteristic that stands for none is left out."""
    number, mark, characteristic = text.strip().partition("#")
    return number if characteristic in ("", _NO_CHARACTERISTIC) else f"{number}{mark}{characteristic}"


def base_of(number: str) -> str:
    """Return the id of the good that an offer is one kind of."""
    return number.partition("#")[0]


def is_true(text: str) -> bool:
    """Whether a text says yes."""
    return text.strip().casefold() in _TRUE


def record_of(element: Element, part: int) -> Record:
    """Return what a good or an offer says; ``part`` is the number of its file."""
    record: Record = {"part": part, "line": element.line, "at": {}, "wrong": []}
    if _says_gone(element.attributes.get("Статус", "")):
        record["gone"] = True
    for child in element.children:
        read = _READERS.get(child.tag)
        if read is not None:
            read(record, child)
        elif child.tag in _OWN:
            own = record.setdefault("own", {})
            own.setdefault(child.tag, []).append(child.text)
            _note(record, child.tag, child)
    stock = stock_of(element)
    if stock is not None:
        record["stock"] = stock.text
        _note(record, "quantity", stock)
    return record


def merged(record: Record, more: Record) -> Record:
    """Return what two pieces about one good say; ``more`` counts where both say something."""
    found: Record = {**record, **more}
    found["at"] = {**record["at"], **more["at"]}
    found["wrong"] = record["wrong"] + more["wrong"]
    found["part"], found["line"] = record["part"], record["line"]
    if "prices" in record and "prices" in more:
        newer = {each["type"] for each in more["prices"]}
        found["prices"] = [each for each in record["prices"] if each["type"] not in newer] + more["prices"]
    if record.get("gone"):
        found["gone"] = True
    return found


def _note(record: Record, field: str, element: Element) -> None:
    """Note where a field stands, and what is wrong with its text."""
    record["at"].setdefault(field, (record["part"], element.line))
    for each in (element, *element.all("Значение")):
        if each.wrong is not None:
            record["wrong"].append((each.wrong[0], record["part"], each.line, field, each.wrong[1]))


def _id(record: Record, element: Element) -> None:
    record["id"] = good_id(element.text)
    _note(record, "id", element)


def _own_id(record: Record, element: Element) -> None:
    """Take an id that our exports write out because it could be read as another one."""
    record["id"] = element.text
    _note(record, "id", element)


def _name(record: Record, element: Element) -> None:
    record["name"] = element.text
    _note(record, "name", element)


def _model(record: Record, element: Element) -> None:
    record["model"] = element.text
    _note(record, "model", element)


def _barcode(record: Record, element: Element) -> None:
    found = element.text or next((each.text for each in element.all("Штрихкод", "ШтрихКод") if each.text), "")
    if found or "gtin" not in record:
        record["gtin"] = found
        _note(record, "gtin", element)


def _unit(record: Record, element: Element) -> None:
    full = element.attributes.get("НаименованиеПолное", "")
    record["unit"] = element.text, element.attributes.get("Код", ""), full
    _note(record, "unit", element)


def _groups(record: Record, element: Element) -> None:
    first = next(element.all("Ид"), None)
    if first is not None and "group" not in record:
        record["group"] = first.text
        _note(record, "category", first)


def _properties(record: Record, element: Element) -> None:
    found = record.setdefault("properties", [])
    for each in element.children:
        name, number = each.said("Наименование"), each.said("Ид")
        if values := [child.text for child in each.all("Значение")]:
            found.append((f"={name}" if name else number, values))
            _note(record, "parameters", each)


def _details(record: Record, element: Element) -> None:
    found = record.setdefault("details", [])
    for each in element.children:
        name, value = each.said("Наименование"), each.first("Значение")
        if name and name not in _SILENT and value is not None:
            found.append((name, [value.text]))
            _note(record, f"parameters.{name}", each)


def _characteristics(record: Record, element: Element) -> None:
    for each in element.children:
        name, value = each.said("Наименование"), each.first("Значение")
        if name and value is not None:
            record.setdefault("characteristics", []).append((name, [value.text]))
            _note(record, f"parameters.{name}", each)


def _maker(record: Record, element: Element) -> None:
    if name := element.said("Наименование") or element.text:
        record.setdefault("details", []).append(("Производитель", [name]))
        _note(record, "parameters.Производитель", element)


def _taxes(record: Record, element: Element) -> None:
    taxes = list(element.all("СтавкаНалога"))
    tax = next((each for each in taxes if "НДС" in each.said("Наименование").upper()), next(iter(taxes), None))
    record["vat_rate"] = tax.said("Ставка") if tax is not None else ""
    _note(record, "vat_rate", tax or element)


def _description(record: Record, element: Element) -> None:
    record["description"] = element.text
    _note(record, "description", element)


def _picture(record: Record, element: Element) -> None:
    """Take the address of a picture; files that come with the exchange are left out."""
    if element.text.lower().startswith(("http://", "https://")) and element.wrong is None:
        record.setdefault("images", []).append(element.text)
        _note(record, "images", element)


def _status(record: Record, element: Element) -> None:
    if _says_gone(element.text):
        record["gone"] = True


def _deleted(record: Record, element: Element) -> None:
    if is_true(element.text):
        record["gone"] = True


def _says_gone(status: str) -> bool:
    return status.strip().casefold().startswith("удал")


def _prices(record: Record, element: Element) -> None:
    found = record.setdefault("prices", [])
    for each in element.all("Цена"):
        price = each.first("ЦенаЗаЕдиницу")
        if price is None:
            continue
        kind, currency, units = (each.said(tag) for tag in ("ИдТипаЦены", "Валюта", "Коэффициент"))
        found.append({"type": kind, "price": price.text, "currency": currency, "units": units, "line": price.line})
        _note(record, "price", price)


_READERS: Final[dict[str, Callable[[Record, Element], None]]] = {
    "Ид": _id,
    "id": _own_id,
    "Наименование": _name,
    "Артикул": _model,
    "Штрихкод": _barcode,
    "ШтрихКод": _barcode,
    "Штрихкоды": _barcode,
    "БазоваяЕдиница": _unit,
    "Группы": _groups,
    "ЗначенияСвойств": _properties,
    "ЗначенияРеквизитов": _details,
    "ХарактеристикиТовара": _characteristics,
    "Изготовитель": _maker,
    "СтавкиНалогов": _taxes,
    "Описание": _description,
    "Картинка": _picture,
    "Статус": _status,
    "ПометкаУдаления": _deleted,
    "Цены": _prices,
}
