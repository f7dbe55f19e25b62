"""Tests of the mails: complete in both languages and both forms, safe with whatever users typed."""

import html
import re
from pathlib import Path

import pytest

from chalicelib import texts
from chalicelib.documents import views
from chalicelib.notifications.kinds import kinds
from chalicelib.notifications.kinds._order import OrderProps
from chalicelib.notifications.kinds.import_report import ImportProps
from chalicelib.notifications.kinds.order_answered import AnsweredProps
from chalicelib.notifications.kinds.order_state import StateProps
from chalicelib.notifications.render import RenderedMail, render
from chalicelib.texts import DEFAULT_LANGUAGE, LANGUAGES, Language
from tests.unit.documents.builders import make_contact, make_order, make_part, make_row
from tests.unit.notifications.builders import CHANGES, CONTEXTS, DOCUMENTS, TOKEN, make_import, make_part_context

_LOCALES = Path(texts.__file__).parent / "locales"
_PART = (
    *("1001-1", "Связь-Плюс", "Смартфон «Комета» 512 ГБ (золотистый)", "kometa/512-gold", "Чехол & плёнка", "компл"),
    *("Кедрова Алиса Игоревна", "+7 900 000-00-01", "Зеленодольск-на-Реке, Кленовая улица", "1001"),
)
_ORDER = (*_PART, "1001-2", "Пример-Снаб", "Кабель", "usb-c/1m", "alisa@buyer.example", "ООО «Выдуманная сеть»")
_AMOUNTS: dict[Language, tuple[str, ...]] = {
    "ru": ("55 000,25 ₽", "110 000,50 ₽", "3 500 ₽", "113 500,50 ₽", "350 ₽", "113 850,50 ₽", "23.11.2026 18:48 МСК"),
    "en": ("55,000.25 ₽", "110,000.50 ₽", "3,500 ₽", "113,500.50 ₽", "350 ₽", "113,850.50 ₽", "2026-11-23 18:48 MSK"),
}
_TOTAL: dict[Language, str] = {"ru": "114 849,50 ₽", "en": "114,849.50 ₽"}
_SHOWN: dict[str, tuple[str, ...]] = {
    "confirm_registration": ("Борис", "boris@buyer.example", TOKEN, "24"),
    "password_reset": ("Борис", "boris@buyer.example", TOKEN, "1 "),
    "email_change": ("Борис", "boris@buyer.example", TOKEN, "24"),
    "email_changed": ("Борис", "boris@buyer.example"),
    "account_state": ("Борис", "boris@buyer.example", "Спам <1>"),
    "shop_suspended": ("Связь-Плюс", "18", "Спам <1>", "admin/orders?shop=17"),
    "password_changed": ("Борис", "boris@buyer.example"),
    "order_placed": (*_ORDER, "Борис Липов", "orders/7001/documents?token=abc"),
    "order_waybill": (*_ORDER, "Борис Липов", "1001-1, 1001-2"),
    "order_part": (*_PART, "orders/7001/documents?token=abc", "ООО «Выдуманная сеть»"),
    "order_state": (
        *("1001", "1001-1", "Связь-Плюс", "1001-2", "Пример-Снаб", "Борис Липов", "Так просил <покупатель>"),
    ),
    "part_canceled": (*_PART[:6], "1001", "Ошиблись <1>"),
    "part_answered": (*_PART[:6], "1001", "Чехол <XL>", "Снят с производства", "На складе осталось два"),
    "part_received": ("1001", "Чехол <XL>", "Снят с производства", "На складе осталось два", "Кабель <1 м>", "4"),
    "order_answered": (
        *("1001", "Связь-Плюс", "Борис Липов", "Чехол <XL>", "Снят с производства", "На складе осталось два"),
        *("Смартфон «Комета» 512 ГБ (золотистый)", "kometa/512-gold"),
    ),
    "import_report": (
        *("7001", "цены.yaml", "120", "118", "31", "17", "70", "5"),
        *("imports/7001/report?token=abc", "14"),
        *("строка 14, товар 42, price: <ноль>, нужна цена больше нуля", "строка 20: нет названия"),
    ),
    "export_ready": ("orders-2026-11-23-1548.csv", "8001", "4711", "512", "exports/8001?token=abc"),
}
each_kind = pytest.mark.parametrize("kind", kinds())
each_language = pytest.mark.parametrize("language", LANGUAGES)


def plain(page: str) -> str:
    """What a reader sees of an HTML page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def forms(mail: RenderedMail) -> tuple[str, str]:
    """The words of the plain text and of the HTML page."""
    return " ".join(mail.text.split()), plain(mail.html)


API = "https://api.example.com/v1/"
# What opens without a login: pages by the token of their link, and the description of the API. The console asks for one
# where a page needs it.
_OPEN = re.compile(
    r"(?:(?:imports/\d+/(?:report|review)|exports/\d+|orders/\d+/documents)\?token=\w+&language=\w\w|docs"
    r"|console/(?:confirm|new-password|new-email)\?(?:email=[\w%.]+&)?token=[\w-]+|console/(?:(?:partner|admin)/)?orders/\d+|console/(?:partner|admin)/imports/\d+)"
)


@each_kind
@each_language
def test_every_address_in_a_mail_is_a_page_that_opens(kind: str, language: Language) -> None:
    bare, whole = render(kind, language, CONTEXTS[kind]), render(kind, language, CONTEXTS[kind], API)
    for without, shown in zip(forms(bare), forms(whole), strict=True):
        addresses = [word.rstrip("),.") for word in shown.split() if "://" in word]
        assert [one for one in addresses if not _OPEN.fullmatch(one.removeprefix(API))] == []
        assert shown.count(API) == len(addresses)
        assert without == shown.replace(API, "")
    links = [html.unescape(one) for one in re.findall(r'href="([^"]*)"', whole.html)]
    assert [one for one in links if one not in whole.text.splitlines()] == []


@each_language
def test_the_link_of_a_review_can_be_followed(language: Language) -> None:
    link = f"{API}imports/7/review?token=abc"
    mail = render(
        "import_report",
        language,
        ImportProps(make_import(review="imports/7/review?token=abc")),
        API,
    )
    assert link in mail.text.splitlines()
    assert f'<a href="{link}">{link}</a>' in mail.html


@each_kind
@each_language
def test_both_forms_show_all_the_data(kind: str, language: Language) -> None:
    for shown in forms(render(kind, language, CONTEXTS[kind])):
        assert [value for value in _SHOWN[kind] if value not in shown] == []


@pytest.mark.parametrize("kind", ["order_placed", "order_waybill", "order_part", "part_canceled"])
@each_language
def test_both_forms_show_the_money_and_the_moment(kind: str, language: Language) -> None:
    for shown in forms(render(kind, language, CONTEXTS[kind])):
        assert [value for value in _AMOUNTS[language] if value not in shown] == []


@pytest.mark.parametrize("kind", ["order_placed", "order_waybill", "order_state"])
@each_language
def test_both_forms_show_the_total_of_the_order(kind: str, language: Language) -> None:
    for shown in forms(render(kind, language, CONTEXTS[kind])):
        assert _TOTAL[language] in shown


@each_kind
@each_language
def test_nothing_of_the_templates_is_left_over(kind: str, language: Language) -> None:
    mail = render(kind, language, CONTEXTS[kind])
    for form in (mail.subject, mail.text, mail.html):
        assert not re.search(r"[{}]|None|Undefined|View\(|Context\(", form)


@each_kind
@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != DEFAULT_LANGUAGE])
def test_the_languages_differ_in_words_only(kind: str, language: Language) -> None:
    russian, other = (render(kind, one, CONTEXTS[kind]) for one in (DEFAULT_LANGUAGE, language))
    assert russian.subject != other.subject
    assert re.findall(r"<\w+", russian.html) == re.findall(r"<\w+", other.html)
    assert len(russian.text.splitlines()) == len(other.text.splitlines())


@each_kind
def test_html_needs_nothing_from_outside(kind: str) -> None:
    assert not re.search(r"https?:|src=|<link|<script|url\(", render(kind, "ru", CONTEXTS[kind]).html)


def test_a_supplier_sees_no_address_of_the_buyer_that_was_not_given_to_it() -> None:
    mail = render("order_part", "ru", make_part_context())
    assert "@" not in mail.text
    assert "@" not in plain(mail.html)


def test_a_supplier_sees_the_address_that_the_contact_holds() -> None:
    mail = render("order_part", "ru", make_part_context(contact=make_contact()))
    assert "alisa@buyer.example" in mail.text


@each_language
def test_an_order_without_company_model_and_contact_leaves_no_holes(language: Language) -> None:
    nobody = views.ContactView(*[""] * 11)
    part = make_part(rows=(make_row(model=""),))
    order = make_order(contact=nobody, buyer_company="", buyer_name="", parts=(part,))
    mail = render("order_placed", language, OrderProps(order, DOCUMENTS))
    assert "<br>\n<br>" not in mail.html
    assert ", ," not in mail.text


@pytest.mark.parametrize("state", ["new", "confirmed", "assembled", "sent", "delivered", "canceled"])
@each_language
def test_each_state_has_a_name(state: str, language: Language) -> None:
    mail = render("order_state", language, StateProps(make_order(state=state), "new", "shop", (), ()))
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
    context = StateProps(make_order(state="canceled"), "new", by, ("Нет <денег>",), ("1001-1", "1001-2"))
    for language, words in (("ru", russian), ("en", english)):
        for shown in forms(render("order_state", language, context)):  # type: ignore[arg-type]
            assert [word for word in (words, "Нет <денег>") if word not in shown] == []


@each_language
def test_a_mail_about_any_other_state_names_nobody_and_no_reason(language: Language) -> None:
    context = StateProps(make_order(), "new", "shop", (), ())
    for shown in forms(render("order_state", language, context)):
        assert not re.search(r"Отменил|canceled:|Причина|Reason", shown)


@pytest.mark.parametrize("kind", ["order_state", "order_answered"])
@each_language
def test_a_reason_keeps_its_line_breaks_and_cannot_pass_for_a_line_of_the_mail(kind: str, language: Language) -> None:
    mail, label = render(kind, language, CONTEXTS[kind]), texts.text("mail", f"{kind}.reason", language, reason="")
    first, second = {
        "order_state": ("Так просил <покупатель>", "По телефону"),
        "order_answered": ("На складе осталось два", "И те <витринные>"),
    }[kind]
    written = re.search(rf"^( *){label}{first}\n( +){second}$", mail.text, re.MULTILINE)
    assert written is not None
    assert len(written[2]) == len(written[1]) + 2
    assert re.sub(r"\s*<br>\s*", "<br>", mail.html).count(f"{html.escape(first)}<br>{html.escape(second)}") == 1


@pytest.mark.parametrize(("by", "words"), [("shop", "Поставщик Связь-Плюс"), ("administrator", "Администратор")])
def test_a_mail_about_rows_says_who_changed_them(by: str, words: str) -> None:
    context = AnsweredProps(make_order(), make_part(), CHANGES, by, (), DOCUMENTS)
    for shown in forms(render("order_answered", "ru", context)):
        assert words in shown
        assert ("Администратор" in shown) == (by == "administrator")


def test_amounts_of_the_text_stand_in_one_column() -> None:
    text = render("order_placed", "ru", CONTEXTS["order_placed"]).text
    assert {len(line) for line in text.splitlines() if line.endswith("₽")} == {64}


def test_an_import_without_faults_has_no_heading_for_them() -> None:
    mail = render("import_report", "ru", ImportProps(make_import(faults=(), errors=0, status="done")))
    assert "замечания" not in mail.text + mail.html


@each_language
def test_the_refused_rows_of_a_list_that_waits_are_not_to_be_sent_before_the_decision(language: Language) -> None:
    said = {
        status: forms(render("import_report", language, ImportProps(make_import(status=status, refused="refused.csv"))))
        for status in ("needs_review", "done_with_errors")
    }
    first = {"ru": "Сначала решите", "en": "First decide"}[language]
    assert [all(first in one for one in each) for each in said.values()] == [True, False]


def test_a_status_without_a_name_is_shown_as_it_is() -> None:
    mail = render("import_report", "ru", ImportProps(make_import(status="odd")))
    assert mail.subject == "Прайс-лист цены.yaml: odd"


def test_an_import_without_a_file_name_is_known_by_its_number() -> None:
    mail = render("import_report", "en", ImportProps(make_import(file_name="", status="failed")))
    assert mail.subject == "Price list 7001: not imported"


@each_kind
def test_a_context_of_another_kind_is_refused(kind: str) -> None:
    wrong = [context for other, context in CONTEXTS.items() if type(context) is not type(CONTEXTS[kind])]
    for context in wrong:
        with pytest.raises(TypeError):
            render(kind, "ru", context)


def test_the_moment_of_an_order_is_the_moment_it_was_placed() -> None:
    assert "2026-11-23 18:48 MSK" in render("order_placed", "en", CONTEXTS["order_placed"]).text
