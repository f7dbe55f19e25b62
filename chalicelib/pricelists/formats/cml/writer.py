"""Price lists as CommerceML: exports, and files of refused rows, whose offers name their goods themselves. Pure."""

from chalicelib.files.formats import xml
from chalicelib.pricelists.formats.cml.goods_writer import write_goods
from chalicelib.pricelists.reading.commerceml import ROOT
from chalicelib.pricelists.reading.raw import REPEATS, Entry, Node, RawMapping

__all__ = ["RefusedRows", "write_goods"]

_HEAD = f'<?xml version="1.0" encoding="UTF-8"?>\n<{ROOT} xmlns="urn:1C.ru:commerceml_2" ВерсияСхемы="2.08">\n'
_OPENED = {
    "categories": "<Классификатор><Группы>\n",
    "goods": '<ПакетПредложений СодержитТолькоИзменения="true"><Предложения>\n',
}
_CLOSED = {"categories": "</Группы></Классификатор>\n", "goods": "</Предложения></ПакетПредложений>\n"}
# The elements of fields; the others keep our names.
_ELEMENTS = {
    "id": "Ид", "model": "Артикул", "gtin": "Штрихкод", "name": "Наименование", "unit": "БазоваяЕдиница",
    "description": "Описание", "quantity": "Количество", "images": "Картинка",
}  # fmt: skip
# What is written with the price.
_APART = frozenset({"currency", REPEATS})


class RefusedRows:
    """A list of refused rows; errors are comments above the offer."""

    between = ""

    def head(self, note: str) -> str:
        return f"{_HEAD}{xml.comment(note)}"

    def top(self, key: str, value: str) -> str:
        return ""

    def opened(self, section: str) -> str:
        return _OPENED[section]

    def entry(self, entry: Entry, errors: list[str], repeats: str) -> str:
        node = entry.node
        if not isinstance(node, RawMapping):
            return ""
        start = "".join(map(xml.comment, errors))
        if entry.section == "categories":
            number, name = _text(node.values.get("id")), _text(node.values.get("name"))
            return f"{start}<Группа>{xml.element('Ид', number)}{xml.element('Наименование', name)}</Группа>\n"
        marks = repeats or _text(node.values.get(REPEATS))
        lines = [xml.element(REPEATS, marks)] if marks else []
        for field, value in node.values.items():
            if field not in _APART:
                lines += _field(field, value, _text(node.values.get("currency")))
        return f"{start}<Предложение>\n" + "".join(f"  {line}\n" for line in lines) + "</Предложение>\n"

    def closed(self, section: str) -> str:
        return _CLOSED[section]

    def foot(self, note: str) -> str:
        return f"</{ROOT}>\n{xml.comment(note) if note else ''}"


def _field(field: str, value: Node, currency: str) -> list[str]:
    """Return the elements of a field; an offer that leaves one of CommerceML's empty says nothing by that."""
    text = _text(value)
    if isinstance(value, str) and not text:
        return [xml.element(field, "")]
    if field == "category":
        return [f"<Группы>{xml.element('Ид', text)}</Группы>"]
    if field == "price":
        said = xml.element("ЦенаЗаЕдиницу", text) + (xml.element("Валюта", currency) if currency else "")
        return [f"<Цены><Цена>{said}</Цена></Цены>"]
    if field == "vat_rate":
        tax = xml.element("Наименование", "НДС") + xml.element("Ставка", text)
        return [f"<СтавкиНалогов><СтавкаНалога>{tax}</СтавкаНалога></СтавкиНалогов>"]
    if field == "parameters" and isinstance(value, RawMapping):
        pairs = (
            xml.element("Наименование", name) + xml.element("Значение", _text(one))
            for name, one in value.values.items()
        )
        each = "".join(f"<ХарактеристикаТовара>{pair}</ХарактеристикаТовара>" for pair in pairs)
        return [f"<ХарактеристикиТовара>{each}</ХарактеристикиТовара>"]
    element = _ELEMENTS.get(field, field)
    return [xml.element(element, _text(one)) for one in (value if isinstance(value, list) else [value])]


def _text(node: Node) -> str:
    return node if isinstance(node, str) else ""
