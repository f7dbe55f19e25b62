"""Views of invented people, shops and orders, each field overridable."""

from datetime import UTC, datetime
from typing import Any

from chalicelib.documents.views import ContactView, OrderView, PartView, RowView

PLACED = datetime(2026, 11, 23, 15, 48, 10, tzinfo=UTC)

_CONTACT = {
    "last_name": "Кедрова",
    "first_name": "Алиса",
    "middle_name": "Игоревна",
    "email": "alisa@buyer.example",
    "phone": "+7 900 000-00-01",
    "city": "Зеленодольск-на-Реке",
    "street": "Кленовая улица",
    "house": "12",
    "structure": "3",
    "building": "4",
    "apartment": "56",
}


def make_contact(**changes: Any) -> ContactView:
    return ContactView(**{**_CONTACT, **changes})


def make_row(**changes: Any) -> RowView:
    row = {
        "name": "Смартфон «Комета» 512 ГБ (золотистый)",
        "model": "kometa/512-gold",
        "quantity": 2,
        "price": 5_500_025,
        "sum": 11_000_050,
        "unit": "шт",
        "vat_rate": 22,
        "vat": 1_983_616,
        "ordered": 2,
    }
    return RowView(**{**row, **changes})


def make_part(**changes: Any) -> PartView:
    rows = (
        make_row(),
        make_row(
            name="Чехол & плёнка",
            model="",
            quantity=10,
            price=35_000,
            sum=350_000,
            unit="компл",
            vat_rate=10,
            vat=31_818,
        ),
    )
    part = {
        "number": "1001-1",
        "version": 1,
        "shop_id": 71,
        "shop_name": "Связь-Плюс",
        "state": "new",
        "rows": rows,
        "missing": (),
        "goods_sum": 11_350_050,
        "delivery": 35_000,
        "total": 11_385_050,
    }
    return PartView(**{**part, **changes})


def make_order(**changes: Any) -> OrderView:
    row = make_row(name="Кабель", model="usb-c/1m", quantity=1, price=99_900, sum=99_900, vat_rate=None, vat=0)
    second = make_part(
        number="1001-2", shop_name="Пример-Снаб", rows=(row,), goods_sum=99_900, delivery=0, total=99_900, state="sent"
    )
    order = {
        "order_id": 7001,
        "number": 1001,
        "placed_at": PLACED,
        "state": "confirmed",
        "buyer_name": "Борис Липов",
        "buyer_company": "ООО «Выдуманная сеть»",
        "contact": make_contact(),
        "parts": (make_part(), second),
        "total": 11_484_950,
    }
    return OrderView(**{**order, **changes})
