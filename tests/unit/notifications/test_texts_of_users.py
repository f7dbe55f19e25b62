"""What users typed is text in a mail: it forges no line, no link and no greeting."""

import pytest

from chalicelib.notifications.kinds._order import OrderProps
from chalicelib.notifications.kinds._token import TokenProps
from chalicelib.notifications.kinds.import_report import ImportProps
from chalicelib.notifications.render import render
from tests.unit.documents.builders import make_order, make_part, make_row
from tests.unit.notifications.builders import DOCUMENTS, TOKEN, make_import, make_part_context


@pytest.mark.parametrize("kind", ["order_placed", "order_waybill"])
def test_a_script_in_the_name_of_a_good_is_shown_not_run(kind: str) -> None:
    part = make_part(rows=(make_row(name="<script>alert('1')</script>"),), shop_name="<b>Shop</b>")
    mail = render(kind, "ru", OrderProps(make_order(parts=(part,), buyer_name="<i>Я</i>"), DOCUMENTS))
    assert "<script>alert" not in mail.html
    assert "<b>" not in mail.html
    assert "<i>" not in mail.html
    assert "<script>alert('1')</script>" in mail.text
    assert "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;" in mail.html


def test_braces_in_a_name_are_only_text() -> None:
    context = make_part_context(part=make_part(shop_name="{{ 7 * 7 }} {number}"))
    mail = render("order_part", "ru", context)
    assert "{{ 7 * 7 }} {number}" in mail.subject
    assert "{{ 7 * 7 }} {number}" in mail.text


def test_a_subject_is_one_line() -> None:
    context = ImportProps(make_import(file_name="a.yaml\r\nBcc: thief@crook.example\x00"))
    subject = render("import_report", "en", context).subject
    assert subject == "Price list a.yaml Bcc: thief@crook.example: imported with errors"


def test_an_endless_file_name_does_not_make_an_endless_subject() -> None:
    subject = render("import_report", "ru", ImportProps(make_import(file_name="ы" * 900))).subject
    assert len(subject) == 200
    assert subject.endswith("…")


def test_a_name_cannot_forge_a_line_of_the_text() -> None:
    context = OrderProps(make_order(buyer_name="Борис\n\nВсего по заказу 1 ₽"), DOCUMENTS)
    assert "\nВсего по заказу 1 ₽" not in render("order_placed", "ru", context).text


@pytest.mark.parametrize(
    "name",
    [
        *("", "http://casino.example", "WWW.casino.example", "x" * 61, "casino.example", "казино.рф", "Win.casino"),
        *(
            "casino。example",
            "a@casino.example",
            "casino/win",
            "+79000000000",
            "Анна 5000 рублей",
            "x" * 41,
            "javascript:x",
        ),
    ],
)
def test_an_unproved_address_gets_nobodys_advertising(name: str) -> None:
    mail = render("confirm_registration", "ru", TokenProps(name, "a@b.example", TOKEN, "console/confirm"))
    assert mail.text.startswith("Здравствуйте!\n")


@pytest.mark.parametrize("name", ["Анна", "Anna-Maria", "Д’Артаньян", "А. Б.", "Анна Мария", "José", "O'Neil", "Jr."])
def test_a_plain_name_is_greeted(name: str) -> None:
    mail = render("confirm_registration", "ru", TokenProps(name, "a@b.example", TOKEN, "console/confirm"))
    assert mail.text.startswith(f"Здравствуйте, {name}!\n")
