"""Views of invented people and shops, each field overridable."""

from datetime import UTC, datetime
from typing import Any

from chalicelib.documents import views
from chalicelib.notifications import mail_views
from chalicelib.notifications.render import MailKind

PLACED = datetime(2026, 11, 23, 15, 48, 10, tzinfo=UTC)
TOKEN = "k3Vd9-QpXw7_example_token_1aZ"

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


def make_contact(**changes: Any) -> views.ContactView:
    return views.ContactView(**{**_CONTACT, **changes})


def make_row(**changes: Any) -> views.RowView:
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
    return views.RowView(**{**row, **changes})


def make_part(**changes: Any) -> views.PartView:
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
    return views.PartView(**{**part, **changes})


def make_order(**changes: Any) -> views.OrderView:
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
    return views.OrderView(**{**order, **changes})


def make_import(**changes: Any) -> mail_views.ImportView:
    report = {
        "import_id": 7001,
        "file_name": "цены.yaml",
        "status": "done_with_errors",
        "read": 120,
        "ok": 118,
        "errors": 2,
        "warnings": 1,
        "created": 31,
        "changed": 17,
        "unchanged": 70,
        "withdrawn": 5,
        "faults": ("строка 14, товар 42, price: <ноль>, нужна цена больше нуля", "строка 20: нет названия"),
    }
    return mail_views.ImportView(**{**report, **changes})


def make_export(**changes: Any) -> mail_views.ExportView:
    export = {
        "export_id": 8001,
        "file_name": "orders-2026-11-23-1548.csv",
        "status": "done",
        "written": 4711,
        "kilobytes": 512,
        "path": "order/exports/8001",
        "kept_until": PLACED,
    }
    return mail_views.ExportView(**{**export, **changes})


def make_part_context(**changes: Any) -> mail_views.PartContext:
    context = {
        "order_id": 7001,
        "order_number": 1001,
        "placed_at": PLACED,
        "part": make_part(),
        "contact": make_contact(email="", company="ООО «Выдуманная сеть»"),
    }
    return mail_views.PartContext(**{**context, **changes})


CHANGES = (
    mail_views.ChangeView("Смартфон «Комета» 512 ГБ (золотистый)", 5, 2, "На складе осталось два"),
    mail_views.ChangeView("Чехол <XL>", 3, 0, "Снят с производства"),
)
CONTEXTS: dict[MailKind, mail_views.Context] = {
    MailKind.CONFIRM_REGISTRATION: mail_views.ConfirmContext("Борис", "boris@buyer.example", TOKEN),
    MailKind.PASSWORD_RESET: mail_views.ConfirmContext("Борис", "boris@buyer.example", TOKEN),
    MailKind.EMAIL_CHANGE: mail_views.ConfirmContext("Борис", "boris@buyer.example", TOKEN),
    MailKind.EMAIL_CHANGED: mail_views.NoticeContext("Борис", "boris@buyer.example"),
    MailKind.ORDER_PLACED: mail_views.OrderContext(make_order()),
    MailKind.ORDER_WAYBILL: mail_views.OrderContext(make_order()),
    MailKind.ORDER_PART: make_part_context(),
    MailKind.ORDER_STATE: mail_views.StateContext(
        make_order(), "new", "administrator", "Так просил <покупатель>", ("1001-2",)
    ),
    MailKind.PART_CANCELED: mail_views.CanceledContext(
        1001, PLACED, make_part(state="canceled"), "buyer", "Ошиблись <1>"
    ),
    MailKind.PART_ANSWERED: mail_views.CanceledContext(1001, PLACED, make_part(), "administrator", "", CHANGES),
    MailKind.ORDER_ANSWERED: mail_views.AnsweredContext(make_order(), make_part(), CHANGES, "shop", ""),
    MailKind.IMPORT_REPORT: mail_views.ImportContext(make_import()),
    MailKind.EXPORT_READY: mail_views.ExportContext(make_export()),
}
