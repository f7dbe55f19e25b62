"""Documents of orders: read as 1C does, and written as 1C sends them back."""

from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from chalicelib.models.orders import Part
from tests.integration.world import Person


def documents(text: str) -> list[Element]:
    return fromstring(text.encode()).findall("Документ")


def ids(text: str) -> list[int]:
    return [int(one.findtext("Ид", "")) for one in documents(text)]


def facts(document: Element) -> dict[str, str]:
    found = document.findall("ЗначенияРеквизитов/ЗначениеРеквизита")
    return {one.findtext("Наименование", ""): one.findtext("Значение", "") for one in found}


def part_of(shop: Person, order_id: int) -> Any:
    return shop.get(f"/partner/orders/{order_id}").body


def answer(
    number: object, rows: dict[str, object] | None = None, item_id: object = "guid-of-1c", **said: object
) -> bytes:
    """A document as 1C sends it back: the number is ours, the id its own."""
    names = {"status": "Статус заказа", "canceled": "Отменен", "posted": "Проведен", "shipped": "Дата отгрузки по 1С"}
    requisites = "".join(
        f"<ЗначениеРеквизита><Наименование>{names[name]}</Наименование><Значение>{value}</Значение></ЗначениеРеквизита>"
        for name, value in said.items()
    )
    goods = "".join(
        f"<Товар><Ид>{ext_id.replace('&', '&amp;')}</Ид><Количество>{count}</Количество></Товар>"
        for ext_id, count in (rows or {}).items()
    )
    return (
        "<Документ>"
        f"<Ид>{item_id}</Ид><Номер>{number}</Номер><ХозОперация>Заказ товара</ХозОперация>"
        + (f"<Товары>{goods}</Товары>" if rows is not None else "")
        + f"<ЗначенияРеквизитов>{requisites}</ЗначенияРеквизитов></Документ>"
    ).encode()


def file_of(*found: bytes) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?><КоммерческаяИнформация xmlns="urn:1C.ru:commerceml_2">'
    return head.encode() + b"".join(found) + "</КоммерческаяИнформация>\n".encode()


def number_of(shop: Person, order_id: int) -> int:
    return int(Part.at(order_id, shop.shop_id).require().number)
