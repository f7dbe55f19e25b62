"""What mails are made of, invented; each field overridable."""

from typing import Any

from chalicelib.notifications.kinds._links import PageLink
from chalicelib.notifications.kinds._order import ChangedPartProps, ChangeView, OrderProps
from chalicelib.notifications.kinds._token import TokenProps
from chalicelib.notifications.kinds.account_state import AccountStateProps
from chalicelib.notifications.kinds.email_changed import NoticeProps
from chalicelib.notifications.kinds.export_ready import ExportProps, ExportView
from chalicelib.notifications.kinds.import_report import ImportProps, ImportView
from chalicelib.notifications.kinds.order_answered import AnsweredProps
from chalicelib.notifications.kinds.order_part import PartProps
from chalicelib.notifications.kinds.order_state import StateProps
from chalicelib.notifications.kinds.password_changed import ChangeProps
from chalicelib.notifications.kinds.shop_suspended import SuspensionProps
from tests.unit.documents.builders import PLACED, make_contact, make_order, make_part

TOKEN = "k3Vd9-QpXw7_example_token_1aZ"


DOCUMENTS = PageLink("orders/7001/documents?token=abc&language=ru", 14)


def make_import(**changes: Any) -> ImportView:
    report = {
        "import_id": 7001,
        "file_name": "цены.yaml",
        "status": "done_with_errors",
        "read": 120,
        "ok": 118,
        "errors": 2,
        "kept": 1,
        "warnings": 1,
        "created": 31,
        "changed": 17,
        "unchanged": 70,
        "withdrawn": 5,
        "faults": ("строка 14, товар 42, price: <ноль>, нужна цена больше нуля", "строка 20: нет названия"),
        "page": PageLink("imports/7001/report?token=abc&language=ru", 14),
        "console": "console/partner/imports/7001",
    }
    return ImportView(**{**report, **changes})


def make_export(**changes: Any) -> ExportView:
    export = {
        "export_id": 8001,
        "file_name": "orders-2026-11-23-1548.csv",
        "status": "done",
        "written": 4711,
        "kilobytes": 512,
        "page": PageLink("exports/8001?token=abc&language=ru", 14),
        "kept_until": PLACED,
    }
    return ExportView(**{**export, **changes})


def make_part_context(**changes: Any) -> PartProps:
    context = {
        "order_id": 7001,
        "order_number": 1001,
        "placed_at": PLACED,
        "part": make_part(),
        "contact": make_contact(email="", company="ООО «Выдуманная сеть»"),
        "documents": DOCUMENTS,
    }
    return PartProps(**{**context, **changes})


CHANGES = (
    ChangeView("Смартфон «Комета» 512 ГБ (золотистый)", 5, 2, ("На складе осталось два", "И те <витринные>")),
    ChangeView("Чехол <XL>", 3, 0, ("Снят с производства",)),
)
CONTEXTS: dict[str, object] = {
    "confirm_registration": TokenProps("Борис", "boris@buyer.example", TOKEN, f"console/confirm?token={TOKEN}"),
    "password_reset": TokenProps("Борис", "boris@buyer.example", TOKEN, f"console/new-password?token={TOKEN}"),
    "email_change": TokenProps("Борис", "boris@buyer.example", TOKEN, f"console/new-email?token={TOKEN}"),
    "email_changed": NoticeProps("Борис", "boris@buyer.example"),
    "account_state": AccountStateProps("Борис", "boris@buyer.example", "blocked", ("Спам <1>",), PLACED, True),
    "shop_suspended": SuspensionProps(17, "Связь-Плюс", 18, "blocked", ("Спам <1>",), PLACED),
    "password_changed": ChangeProps("Борис", "boris@buyer.example", PLACED),
    "order_placed": OrderProps(make_order(), DOCUMENTS),
    "order_waybill": OrderProps(make_order()),
    "order_part": make_part_context(),
    "order_state": StateProps(
        make_order(), "new", "administrator", ("Так просил <покупатель>", "По телефону"), ("1001-2",)
    ),
    "part_canceled": ChangedPartProps(1001, PLACED, make_part(state="canceled"), "buyer", ("Ошиблись <1>",), (), 7001),
    "part_answered": ChangedPartProps(1001, PLACED, make_part(), "administrator", (), CHANGES, 7001),
    "part_received": ChangedPartProps(
        1001, PLACED, make_part(), "buyer", (), (*CHANGES, ChangeView("Кабель <1 м>", 4, 4, ())), 7001
    ),
    "order_answered": AnsweredProps(make_order(), make_part(), CHANGES, "shop", (), DOCUMENTS),
    "import_report": ImportProps(make_import()),
    "export_ready": ExportProps(make_export()),
}
