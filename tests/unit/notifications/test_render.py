"""Tests of the mails: complete in both languages and both forms, safe with whatever users typed."""

import html
import json
import re
from pathlib import Path

import pytest

from chalicelib import texts
from chalicelib.documents import views
from chalicelib.notifications import mail_views
from chalicelib.notifications.render import MailKind, RenderedMail, render
from chalicelib.texts import Language
from tests.unit.documents.builders import PLACED, make_contact, make_order, make_part, make_row
from tests.unit.notifications.builders import CHANGES, CONTEXTS, TOKEN, make_import, make_part_context

_LOCALES = Path(texts.__file__).parent / "locales"
_PART = (
    *("1001-1", "Связь-Плюс", "Смартфон «Комета» 512 ГБ (золотистый)", "kometa/512-gold", "Чехол & плёнка", "компл"),
    *("Кедрова Алиса Игоревна", "+7 900 000-00-01", "Зеленодольск-на-Реке, Кленовая улица", "1001"),
)
_ORDER = (*_PART, "1001-2", "Пример-Снаб", "Кабель", "usb-c/1m", "alisa@buyer.example", "ООО «Выдуманная сеть»")
_AMOUNTS: dict[Language, tuple[str, ...]] = {
    "ru": ("55 000,25 ₽", "110 000,50 ₽", "3 500 ₽", "113 500,50 ₽", "350 ₽", "113 850,50 ₽", "23.11.2026 15:48 UTC"),
    "en": ("55,000.25 ₽", "110,000.50 ₽", "3,500 ₽", "113,500.50 ₽", "350 ₽", "113,850.50 ₽", "2026-11-23 15:48 UTC"),
}
_TOTAL: dict[Language, str] = {"ru": "114 849,50 ₽", "en": "114,849.50 ₽"}
_SHOWN: dict[MailKind, tuple[str, ...]] = {
    MailKind.CONFIRM_REGISTRATION: ("Борис", "boris@buyer.example", TOKEN, "24"),
    MailKind.PASSWORD_RESET: ("Борис", "boris@buyer.example", TOKEN, "1 "),
    MailKind.EMAIL_CHANGE: ("Борис", "boris@buyer.example", TOKEN, "24"),
    MailKind.EMAIL_CHANGED: ("Борис", "boris@buyer.example"),
    MailKind.ORDER_PLACED: (*_ORDER, "Борис Липов", "order/7001/documents"),
    MailKind.ORDER_WAYBILL: (*_ORDER, "Борис Липов", "1001-1, 1001-2"),
    MailKind.ORDER_PART: (*_PART, "partner/orders/7001/documents", "ООО «Выдуманная сеть»"),
    MailKind.ORDER_STATE: (
        *("1001", "1001-1", "Связь-Плюс", "1001-2", "Пример-Снаб", "Борис Липов", "Так просил <покупатель>"),
    ),
    MailKind.PART_CANCELED: (*_PART[:6], "1001", "Ошиблись <1>"),
    MailKind.PART_ANSWERED: (*_PART[:6], "1001", "Чехол <XL>", "Снят с производства", "На складе осталось два"),
    MailKind.ORDER_ANSWERED: (
        *("1001", "Связь-Плюс", "Борис Липов", "Чехол <XL>", "Снят с производства", "На складе осталось два"),
        *("Смартфон «Комета» 512 ГБ (золотистый)", "kometa/512-gold"),
    ),
    MailKind.IMPORT_REPORT: (
        *("7001", "цены.yaml", "120", "118", "31", "17", "70", "5"),
        *("строка 14, товар 42, price: <ноль>, нужна цена больше нуля", "строка 20: нет названия"),
    ),
    MailKind.EXPORT_READY: ("orders-2026-11-23-1548.csv", "8001", "4711", "512", "order/exports/8001", "15"),
}
LANGUAGES: tuple[Language, ...] = ("ru", "en")
each_kind = pytest.mark.parametrize("kind", list(MailKind))
each_language = pytest.mark.parametrize("language", LANGUAGES)


def plain(page: str) -> str:
    """What a reader sees of an HTML page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def forms(mail: RenderedMail) -> tuple[str, str]:
    """The words of the plain text and of the HTML page."""
    return " ".join(mail.text.split()), plain(mail.html)


API = "https://api.example.com/v1/"
_CALL = re.compile(r"(?<![\w/])(?:partner|order|admin|user|imports)/[\w/]+")


@each_kind
@each_language
def test_calls_are_whole_addresses_where_the_api_is_known(kind: MailKind, language: Language) -> None:
    context = CONTEXTS[kind]
    for bare, whole in zip(
        forms(render(kind, language, context)), forms(render(kind, language, context, API)), strict=True
    ):
        assert _CALL.findall(whole) == []
        assert bare == whole.replace(API, "")
        assert whole.count(API) == len(_CALL.findall(bare))


@each_language
def test_the_link_of_a_review_can_be_followed(language: Language) -> None:
    link = f"{API}imports/7/review?token=abc"
    mail = render(
        MailKind.IMPORT_REPORT,
        language,
        mail_views.ImportContext(make_import(review="imports/7/review?token=abc")),
        API,
    )
    assert link in mail.text.splitlines()
    assert f'<a href="{link}">{link}</a>' in mail.html


@each_kind
@each_language
def test_both_forms_show_all_the_data(kind: MailKind, language: Language) -> None:
    for shown in forms(render(kind, language, CONTEXTS[kind])):
        assert [value for value in _SHOWN[kind] if value not in shown] == []


@pytest.mark.parametrize(
    "kind", [MailKind.ORDER_PLACED, MailKind.ORDER_WAYBILL, MailKind.ORDER_PART, MailKind.PART_CANCELED]
)
@each_language
def test_both_forms_show_the_money_and_the_moment(kind: MailKind, language: Language) -> None:
    for shown in forms(render(kind, language, CONTEXTS[kind])):
        assert [value for value in _AMOUNTS[language] if value not in shown] == []


@pytest.mark.parametrize("kind", [MailKind.ORDER_PLACED, MailKind.ORDER_WAYBILL, MailKind.ORDER_STATE])
@each_language
def test_both_forms_show_the_total_of_the_order(kind: MailKind, language: Language) -> None:
    for shown in forms(render(kind, language, CONTEXTS[kind])):
        assert _TOTAL[language] in shown


@each_kind
@each_language
def test_nothing_of_the_templates_is_left_over(kind: MailKind, language: Language) -> None:
    mail = render(kind, language, CONTEXTS[kind])
    for form in (mail.subject, mail.text, mail.html):
        assert not re.search(r"[{}]|None|Undefined|View\(|Context\(", form)


@each_kind
def test_the_languages_differ_in_words_only(kind: MailKind) -> None:
    russian, english = (render(kind, language, CONTEXTS[kind]) for language in LANGUAGES)
    assert russian.subject != english.subject
    assert re.findall(r"<\w+", russian.html) == re.findall(r"<\w+", english.html)
    assert len(russian.text.splitlines()) == len(english.text.splitlines())


@each_kind
def test_html_needs_nothing_from_outside(kind: MailKind) -> None:
    assert not re.search(r"https?:|src=|<link|<script|url\(", render(kind, "ru", CONTEXTS[kind]).html)


@pytest.mark.parametrize("kind", [MailKind.ORDER_PLACED, MailKind.ORDER_WAYBILL])
def test_a_script_in_the_name_of_a_good_is_shown_not_run(kind: MailKind) -> None:
    part = make_part(rows=(make_row(name="<script>alert('1')</script>"),), shop_name="<b>Shop</b>")
    mail = render(kind, "ru", mail_views.OrderContext(make_order(parts=(part,), buyer_name="<i>Я</i>")))
    assert "<script>alert" not in mail.html
    assert "<b>" not in mail.html
    assert "<i>" not in mail.html
    assert "<script>alert('1')</script>" in mail.text
    assert "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;" in mail.html


def test_braces_in_a_name_are_only_text() -> None:
    context = make_part_context(part=make_part(shop_name="{{ 7 * 7 }} {number}"))
    mail = render(MailKind.ORDER_PART, "ru", context)
    assert "{{ 7 * 7 }} {number}" in mail.subject
    assert "{{ 7 * 7 }} {number}" in mail.text


def test_a_subject_is_one_line() -> None:
    context = mail_views.ImportContext(make_import(file_name="a.yaml\r\nBcc: thief@crook.example\x00"))
    subject = render(MailKind.IMPORT_REPORT, "en", context).subject
    assert subject == "Price list a.yaml Bcc: thief@crook.example: imported with errors"


def test_an_endless_file_name_does_not_make_an_endless_subject() -> None:
    subject = render(MailKind.IMPORT_REPORT, "ru", mail_views.ImportContext(make_import(file_name="ы" * 900))).subject
    assert len(subject) == 200
    assert subject.endswith("…")


def test_a_name_cannot_forge_a_line_of_the_text() -> None:
    context = mail_views.OrderContext(make_order(buyer_name="Борис\n\nВсего по заказу 1 ₽"))
    assert "\nВсего по заказу 1 ₽" not in render(MailKind.ORDER_PLACED, "ru", context).text


@pytest.mark.parametrize("name", ["", "http://casino.example", "WWW.casino.example", "x" * 61])
def test_an_unproved_address_gets_nobodys_advertising(name: str) -> None:
    mail = render(MailKind.CONFIRM_REGISTRATION, "ru", mail_views.ConfirmContext(name, "a@b.example", TOKEN))
    assert mail.text.startswith("Здравствуйте!\n")


def test_a_supplier_sees_no_address_of_the_buyer_that_was_not_given_to_it() -> None:
    mail = render(MailKind.ORDER_PART, "ru", make_part_context())
    assert "@" not in mail.text
    assert "@" not in plain(mail.html)


def test_a_supplier_sees_the_address_that_the_contact_holds() -> None:
    mail = render(MailKind.ORDER_PART, "ru", make_part_context(contact=make_contact()))
    assert "alisa@buyer.example" in mail.text


@each_language
def test_an_order_without_company_model_and_contact_leaves_no_holes(language: Language) -> None:
    nobody = views.ContactView(*[""] * 11)
    part = make_part(rows=(make_row(model=""),))
    order = make_order(contact=nobody, buyer_company="", buyer_name="", parts=(part,))
    mail = render(MailKind.ORDER_PLACED, language, mail_views.OrderContext(order))
    assert "<br>\n<br>" not in mail.html
    assert ", ," not in mail.text


@pytest.mark.parametrize("state", ["new", "confirmed", "assembled", "sent", "delivered", "canceled"])
@each_language
def test_each_state_has_a_name(state: str, language: Language) -> None:
    mail = render(
        MailKind.ORDER_STATE, language, mail_views.StateContext(make_order(state=state), "new", "shop", "", ())
    )
    name = texts.text("mail", f"state.{state}", language)
    assert mail.subject.endswith(f": {name}")
    assert f": {name}\n" in mail.text


@pytest.mark.parametrize(
    ("by", "russian", "english"),
    [
        ("buyer", "Вы отменили: 1001-1, 1001-2.", "You canceled: 1001-1, 1001-2."),
        ("shop", "Отменил поставщик: 1001-1, 1001-2.", "The supplier canceled: 1001-1, 1001-2."),
        ("administrator", "Отменил администратор: 1001-1, 1001-2.", "An administrator canceled: 1001-1, 1001-2."),
    ],
)
def test_a_mail_about_a_state_says_who_canceled_what_and_why(by: str, russian: str, english: str) -> None:
    context = mail_views.StateContext(make_order(state="canceled"), "new", by, "Нет <денег>", ("1001-1", "1001-2"))
    for language, words in (("ru", russian), ("en", english)):
        for shown in forms(render(MailKind.ORDER_STATE, language, context)):  # type: ignore[arg-type]
            assert [word for word in (words, "Нет <денег>") if word not in shown] == []


@each_language
def test_a_mail_about_any_other_state_names_nobody_and_no_reason(language: Language) -> None:
    context = mail_views.StateContext(make_order(), "new", "shop", "", ())
    for shown in forms(render(MailKind.ORDER_STATE, language, context)):
        assert not re.search(r"Отменил|canceled:|Причина|Reason", shown)


@pytest.mark.parametrize(("by", "words"), [("shop", "Поставщик Связь-Плюс"), ("administrator", "Администратор")])
def test_a_mail_about_rows_says_who_changed_them(by: str, words: str) -> None:
    context = mail_views.AnsweredContext(make_order(), make_part(), CHANGES, by, "")
    for shown in forms(render(MailKind.ORDER_ANSWERED, "ru", context)):
        assert words in shown
        assert ("Администратор" in shown) == (by == "administrator")


def test_amounts_of_the_text_stand_in_one_column() -> None:
    text = render(MailKind.ORDER_PLACED, "ru", CONTEXTS[MailKind.ORDER_PLACED]).text
    assert {len(line) for line in text.splitlines() if line.endswith("₽")} == {64}


def test_an_import_without_faults_has_no_heading_for_them() -> None:
    mail = render(
        MailKind.IMPORT_REPORT, "ru", mail_views.ImportContext(make_import(faults=(), errors=0, status="done"))
    )
    assert "замечания" not in mail.text + mail.html


def test_a_status_without_a_name_is_shown_as_it_is() -> None:
    mail = render(MailKind.IMPORT_REPORT, "ru", mail_views.ImportContext(make_import(status="odd")))
    assert mail.subject == "Прайс-лист цены.yaml: odd"


def test_an_import_without_a_file_name_is_known_by_its_number() -> None:
    mail = render(MailKind.IMPORT_REPORT, "en", mail_views.ImportContext(make_import(file_name="", status="failed")))
    assert mail.subject == "Price list 7001: not imported"


@each_kind
def test_a_context_of_another_kind_is_refused(kind: MailKind) -> None:
    wrong = [context for other, context in CONTEXTS.items() if type(context) is not type(CONTEXTS[kind])]
    for context in wrong:
        with pytest.raises(TypeError):
            render(kind, "ru", context)


def test_the_languages_have_the_same_keys_with_the_same_places() -> None:
    russian, english = (json.loads((_LOCALES / lang / "mail.json").read_text("utf-8")) for lang in LANGUAGES)
    assert list(russian) == list(english)
    assert {key: set(re.findall(r"{\w+}", value)) for key, value in russian.items()} == {
        key: set(re.findall(r"{\w+}", value)) for key, value in english.items()
    }


def test_the_moment_of_an_order_is_the_moment_it_was_placed() -> None:
    assert f"{PLACED:%Y-%m-%d %H:%M} UTC" in render(MailKind.ORDER_PLACED, "en", CONTEXTS[MailKind.ORDER_PLACED]).text
