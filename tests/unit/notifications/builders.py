"""What mails are made of, invented; each field overridable."""

from typing import Any

from chalicelib.notifications import mail_views
from chalicelib.notifications.render import MailKind
from tests.unit.documents.builders import PLACED, make_contact, make_order, make_part

TOKEN = "k3Vd9-QpXw7_example_token_1aZ"


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
