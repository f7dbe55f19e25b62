"""A shop's part of an order as a document of CommerceML 2, which its 1C loads as an order of a customer.

Source: CommerceML 2.10, «Документ» with the operation «Заказ товара», as sites exchange it with 1C.
"""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import cast

from chalicelib import clock
from chalicelib.documents import wording
from chalicelib.documents.order_views import contact_view
from chalicelib.documents.views import ContactView, cleaned, one_line
from chalicelib.files.formats.xml import element, text
from chalicelib.models.orders import Order, Part, StoredRow
from chalicelib.money import CURRENCY
from chalicelib.ordering.states import State, is_over
from chalicelib.units import CODES, PIECES, plain_unit
from chalicelib.vat import rate_on, vat_within

SCHEMA_VERSION = "2.10"
DELIVERY = "ORDER_DELIVERY"
END = "</КоммерческаяИнформация>\n"
_SHORT = 100


def start(moment: datetime) -> str:
    """Return the beginning of a file made at this moment; it ends with END."""
    made = clock.in_moscow(moment).strftime("%Y-%m-%dT%H:%M:%S")
    root = f'<КоммерческаяИнформация ВерсияСхемы="{SCHEMA_VERSION}" ДатаФормирования="{made}">'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n'


def document(order: Order, part: Part, *, brief: bool = False) -> str:
    """Return the document of a part.

    A ``brief`` one has long names cut and leaves out what 1C knows by itself, for parts that one answer would not hold.
    """
    placed = clock.in_moscow(clock.from_stamp(part.placed_at))
    head = [
        ("Ид", str(part.order_id)),
        ("Номер", str(part.number)),
        ("Дата", placed.strftime("%Y-%m-%d")),
        ("Время", placed.strftime("%H:%M:%S")),
        ("ХозОперация", "Заказ товара"),
        ("Роль", "Продавец"),
        ("Валюта", CURRENCY),
        ("Курс", "1"),
        ("Сумма", _amount(part.goods_sum + part.delivery)),
    ]
    rows = [row for row in part.rows if row["quantity"]]
    goods = "".join(_goods(rows, placed.date(), brief=brief))
    return (
        "<Документ>"
        + "".join(element(tag, value) for tag, value in head)
        + f"<Контрагенты>{_customer(order, cleaned(contact_view(part.contact)))}</Контрагенты>"
        + _taxes(rows, placed.date())
        + f"<Товары>{goods}{_delivery(part)}</Товары>"
        + f"<ЗначенияРеквизитов>{_facts(part)}</ЗначенияРеквизитов>"
        + "</Документ>\n"
    )


def _customer(order: Order, contact: ContactView) -> str:
    """The consignee, as the waybill names it: the buyer's address of e-mail is for us only."""
    digest = hashlib.blake2b(f"buyer {order.buyer_id}".encode(), digest_size=10).hexdigest()
    name = contact.company or contact.full_name
    person = element("ПолноеНаименование", ", ".join(one for one in (contact.company, contact.full_name) if one))
    where = wording.address(contact, "ru")
    address = f"<АдресРегистрации>{element('Представление', where)}</АдресРегистрации>" if where else ""
    phone = f"<Контакт><Тип>Телефон рабочий</Тип>{element('Значение', contact.phone)}</Контакт>"
    return (
        f"<Контрагент>{element('Ид', digest)}{element('Наименование', name)}<Роль>Покупатель</Роль>{person}{address}"
        + (f"<Контакты>{phone}</Контакты>" if contact.phone else "")
        + "</Контрагент>"
    )


def _taxes(rows: list[StoredRow], day: date) -> str:
    vat = sum(vat_within(row["price"] * row["quantity"], rate_on(row.get("vat_rate"), day)) for row in rows)
    if not vat:
        return ""
    included = "<УчтеноВСумме>true</УчтеноВСумме>"
    return f"<Налоги><Налог><Наименование>НДС</Наименование>{included}{element('Сумма', _amount(vat))}</Налог></Налоги>"


def _goods(rows: list[StoredRow], day: date, *, brief: bool) -> Iterator[str]:
    for row in rows:
        name = one_line(row["name"])
        yield "<Товар>" + element("Ид", one_line(row["ext_id"]))
        yield element("Наименование", name[:_SHORT] if brief else name)
        yield "" if brief else element("Артикул", one_line(row["model"]))
        yield _unit(row)
        yield element("ЦенаЗаЕдиницу", _amount(row["price"])) + element("Количество", str(row["quantity"]))
        yield element("Сумма", _amount(row["price"] * row["quantity"]))
        yield "" if brief else _rate(rate_on(row.get("vat_rate"), day)) + _type("Товар")
        yield "</Товар>"


def _unit(row: StoredRow) -> str:
    unit = one_line(row.get("unit") or PIECES)
    code = CODES.get(plain_unit(unit))
    return element("Единица", unit) + element("БазоваяЕдиница", unit, {"Код": code} if code else None)


def _rate(rate: int | None) -> str:
    written = "Без НДС" if rate is None else str(rate)
    inside = f"<СтавкаНалога><Наименование>НДС</Наименование>{element('Ставка', written)}</СтавкаНалога>"
    return f"<СтавкиНалогов>{inside}</СтавкиНалогов>"


def _delivery(part: Part) -> str:
    if not part.delivery:
        return ""
    cost = _amount(part.delivery)
    return (
        f"<Товар><Ид>{DELIVERY}</Ид><Наименование>Доставка заказа</Наименование><Единица>шт</Единица>"
        f'<БазоваяЕдиница Код="796">шт</БазоваяЕдиница>{element("ЦенаЗаЕдиницу", cost)}'
        f"<Количество>1</Количество>{element('Сумма', cost)}{_type('Услуга')}</Товар>"
    )


def _type(kind: str) -> str:
    return f"<ЗначенияРеквизитов>{_fact('ВидНоменклатуры', kind)}{_fact('ТипНоменклатуры', kind)}</ЗначенияРеквизитов>"


def _facts(part: Part) -> str:
    facts = {
        "Статус заказа": wording.named("state", part.state, "ru"),
        "Отменен": _flag(part.state == "canceled"),
        "Финальный статус": _flag(is_over(cast(State, part.state))),
        "Номер накладной": f"{part.number}-{part.position}",
        "Адрес доставки": wording.address(cleaned(contact_view(part.contact)), "ru"),
    }
    return "".join(_fact(name, value) for name, value in facts.items() if value)


def _fact(name: str, value: str) -> str:
    return f"<ЗначениеРеквизита>{element('Наименование', name)}<Значение>{text(value)}</Значение></ЗначениеРеквизита>"


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _amount(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"
