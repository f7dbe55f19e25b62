"""Buying through pages: lines of a quick order, goods that are searched for, the card of a good."""

import io
from pathlib import Path
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest

from chalicelib.catalogue.search import choice
from chalicelib.catalogue.search.engine import EngineBusy
from tests.integration.catalogue.search.engines import build
from tests.integration.catalogue.search.function import Function
from tests.integration.console.browser import Browser, Shown
from tests.integration.world import World, good

KETTLE, OTHER = "4601234567893", "4006381333931"
GOODS = [good(f"n-{i}", name=f"Лампа настольная {i}", model=f"LN-{i}", price=i, quantity=1000) for i in range(1, 25)]
SPECIAL = [
    good("k-1", name="Чайник", model="KD-55", price=300, gtin=KETTLE, parameters={"Цвет": "белый"}, unit="шт"),
    good("s-1", name="Скрепки", model="SC-1", price=5, step_quantity=12, quantity=100),
    good("f-1", name="Фонарь", model="FN-1", price=50, quantity=3),
    good("x-1", name="Кран", model="XX-9", price=50),
]
OTHERS = [
    good("k-2", name="Чайник электрический", model="KD-55", price=200, gtin=KETTLE, quantity=40, unit="шт"),
    good("x-2", name="Труба", model="XX-9", price=70),
]
# 24 lines that can be ordered, in every way that spreadsheets write them, and 6 that cannot.
GOOD = [f"LN-{i}\t{i} шт" if i % 2 else f"LN {i};1\u00a0000;" if i == 10 else f"n-{i} {i}" for i in range(1, 24)]
GOOD.append(f"{KETTLE}\t2,00")
FAULTY = ["SC-1\t10", "FN-1\t7", "XX-9\t1", "чайнк\t1", "LN-24\tдесять", "LN-24"]
FAULTY_TYPED = [(code, quantity) for code, _, quantity in (line.partition("\t") for line in FAULTY)]
PASTED = "\r\n".join(["Код\tКоличество", *GOOD[:12], "", *FAULTY, "\t", *GOOD[12:]])


class Shops:
    """Two shops, a buyer, and a search that knows the goods."""

    def __init__(self, world: World, directory: Path) -> None:
        self.north = world.shop("north@shops.example", *GOODS, *SPECIAL)
        self.south = world.shop("south@shops.example", *OTHERS, category="Сантехника")
        self.buyer = world.person("buyer@b.example")
        self.function = Function(directory)
        build()

    def basket(self) -> dict[int, int]:
        """What the buyer's basket holds."""
        shown = self.buyer.get("/basket").body
        return {row["id"]: row["quantity"] for row in shown[0]["ordered_items"]} if shown else {}


@pytest.fixture
def shops(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, browser: Browser) -> Shops:
    made = Shops(world, tmp_path)
    engine = made.function.engine()
    monkeypatch.setattr(choice, "engine", lambda: engine)
    browser.holding(made.buyer.token)
    return made


def typed_in(shown: Shown) -> list[tuple[str, str]]:
    """The codes and quantities in the fields of the grid, without blank ones."""
    fields = shown.form("quick").fields
    rows = [(code, fields[f"quantity.{name[5:]}"]) for name, code in fields.items() if name.startswith("code.")]
    return [row for row in rows if any(row)]


def busy(*_: object, **__: object) -> None:
    raise EngineBusy


def workbook(*rows: list[Any]) -> bytes:
    book, stored = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(stored)
    return stored.getvalue()


def test_of_thirty_pasted_lines_the_valid_go_in_and_the_others_stay_with_reason_and_cure(
    shops: Shops, browser: Browser
) -> None:
    page = browser.get("quick")
    checked = browser.send(page, "quick", lines=PASTED, check="1")
    assert "Готово к заказу строк: 24" in checked.words
    assert "Строк с ошибками: 6" in checked.words
    assert shops.basket() == {}
    assert len(typed_in(checked)) == 30
    assert checked.form("quick").fields["lines"] == ""
    assert len(checked.html.encode()) < 61_440

    done = browser.send(checked, "quick", save="1")
    held = {shops.north.sells(f"n-{i}"): 1000 if i == 10 else i for i in range(1, 24)}
    held[shops.south.sells("k-2")] = 2  # the cheapest of two
    assert shops.basket() == held
    assert "Добавлено в корзину строк: 24" in done.words
    assert typed_in(done) == FAULTY_TYPED
    for reason in ("Не меньше 12", "Осталось 3", "выберите один", "ничего не продаётся", "целое число", "пустым"):
        assert reason in done.words, reason
    assert "SC-1\t10\t" in done.html
    assert "LN-24\tдесять\t" in done.html
    # A form that is sent again, or by the button to go back, adds nothing.
    assert "строки (24) добавлены раньше" in browser.send(checked, "quick", save="1").words
    assert shops.basket() == held

    # Each cure is one button: a quantity that would do, one of two goods, what may have been meant.
    step = browser.send(done, "quick", cure="1-q-12")
    crane = browser.send(step, "quick", cure=f"3-p-{shops.north.sells('x-1')}")
    assert f'value="4-p-{shops.north.sells("k-1")}"' in crane.html
    kettle = browser.send(crane, "quick", cure=f"4-p-{shops.north.sells('k-1')}")
    last = browser.send(kettle, "quick", save="1", **{"quantity.5": "1", "code.6": "", "quantity.2": "3"})
    assert last.address.endswith("/basket?said=" + last.address.partition("said=")[2])
    assert "Добавлено в корзину строк: 5" in last.words
    more = {"s-1": 12, "f-1": 3, "x-1": 1, "k-1": 1, "n-24": 1}
    assert shops.basket() == held | {shops.north.sells(name): quantity for name, quantity in more.items()}


def test_lines_are_typed_sent_as_a_file_and_never_lost(shops: Shops, browser: Browser) -> None:
    page = browser.get("quick")
    typed = {"code.1": "LN-1", "quantity.1": "2 шт"}
    sheet = workbook(["Наименование", "Артикул", "Заказ"], [], ["Лампа", "LN-3", 1000], ["Чайник", KETTLE, "1 шт."])
    checked = browser.upload(page, "quick", sheet, "order.xlsx", lines="LN-2 5", check="1", **typed)
    assert typed_in(checked) == [("LN-1", "2 шт"), ("LN-2", "5"), ("LN-3", "1000"), (KETTLE, "1")]
    assert "Готово к заказу строк: 4" in checked.words
    text = browser.upload(page, "quick", "Код;Шт\nLN-4;7\n".encode("cp1251"), "order.csv", check="1")
    assert typed_in(text) == [("LN-4", "7")]

    for file in (b"PK\x03\x04 nothing", b"\xd0\xcf\x11\xe0\0\0", b"%PDF\0"):
        refused = browser.upload(page, "quick", file, "order.xlsx", lines="LN-2 5", check="1", **typed)
        assert refused.status == 400
        assert "Нужен текст, CSV или XLSX" in refused.words
        assert (typed_in(refused), refused.form("quick").fields["lines"]) == ([("LN-1", "2 шт")], "LN-2 5")
    many = browser.send(page, "quick", lines="LN-1 1\n" * 1_001, save="1")
    assert "Не больше 1000 элементов" in many.words
    assert many.form("quick").fields["lines"].count("LN-1 1") == 1_001
    assert "Поле не может быть пустым" in browser.send(page, "quick", check="1").words
    # What was chosen for a code means nothing for another.
    other = browser.post(
        "quick", {**page.form("quick").fields, "code.1": "LN-2", "quantity.1": "1", "pick.1": "7 LN-1"}
    )
    assert "Лампа настольная 2" in other.words
    assert shops.basket() == {}


def test_a_thousand_lines_go_in_at_once(shops: Shops, browser: Browser) -> None:
    lines = "\n".join(f"LN-{i % 20 + 1}\t1" for i in range(1_000))
    checked = browser.send(browser.get("quick"), "quick", lines=lines, check="1")
    assert "Готово к заказу строк: 1 000" in checked.words.replace("\u00a0", " ")
    done = browser.send(checked, "quick", save="1")
    assert "/basket" in done.address
    assert shops.basket() == {shops.north.sells(f"n-{i}"): 50 for i in range(1, 21)}


def test_goods_are_searched_narrowed_and_added_without_losing_the_address(shops: Shops, browser: Browser) -> None:
    found = browser.get("goods?q=чайнк&sort=price")
    assert "Показано для «чайник» вместо «чайнк»" in found.words
    assert found.words.index("Чайник электрический") < found.words.index("KD-55 ООО north@shops.example 300,00 ₽")
    assert "Сантехника (1)" in found.words
    assert "белый (1)" in found.words
    white = browser.get("goods?q=чайник&param.Цвет=белый&sort=price")
    assert "Чайник электрический" not in white.words
    assert white.form("goods").fields["param.Цвет"] == "белый"
    wrong = browser.get("goods?q=лампа&price_min=много&cursor=abc")
    assert "Нужно число" in wrong.words
    assert "Лампа настольная 1" in wrong.words

    listed = browser.get(f"goods?q={quote('лампа')}&sort=-price")
    assert "Лампа настольная 24" in listed.words
    lamp, clips = shops.north.sells("n-24"), shops.north.sells("s-1")
    here = listed.address.partition("console/")[2]
    fields = {f"quantity.{lamp}": "2 шт", f"quantity.{clips}": "10"}
    partly = browser.send(listed, here, **fields)
    assert shops.basket() == {lamp: 2}
    assert "Добавлено в корзину строк: 1" in partly.words
    assert partly.form(here).fields[f"quantity.{lamp}"] == ""
    again = browser.send(listed, here, **fields)
    assert shops.basket() == {lamp: 2}
    more = browser.send(again, here, **{f"quantity.{lamp}": "3"})
    assert shops.basket() == {lamp: 5}
    assert more.address.startswith(listed.address + "&said=")
    assert "Количество: Поле не может быть пустым" in browser.send(more, here).words
    # After a login in between the form is all that is left of the address.
    lost = browser.post("goods", {**more.form(here).fields, "csrf": "", **fields})
    assert lost.status == 403
    assert lost.form(here).fields[f"quantity.{lamp}"] == "2 шт"


def test_a_code_of_several_goods_means_what_was_bought_last(shops: Shops, browser: Browser) -> None:
    page = browser.get("quick")
    assert "выберите один" in browser.send(page, "quick", lines="XX-9 2", check="1").words
    shops.buyer.add((shops.south.sells("x-2"), 1))
    placed = {"id": shops.buyer.basket()["id"], "contact": shops.buyer.contact()}
    assert shops.buyer.post("/order", placed).status == 200
    checked = browser.send(page, "quick", lines="XX-9 2", check="1")
    assert "выбрано как в прошлый раз" in checked.words
    browser.send(checked, "quick", save="1")
    assert shops.basket() == {shops.south.sells("x-2"): 2}


def test_a_card_has_the_offers_of_all_shops_side_by_side(shops: Shops, browser: Browser) -> None:
    ours, theirs = shops.north.sells("k-1"), shops.south.sells("k-2")
    shops.buyer.add((theirs, 3))
    placed = {"id": shops.buyer.basket()["id"], "contact": shops.buyer.contact()}
    assert shops.buyer.post("/order", placed).status == 200
    card = browser.get(f"goods/{ours}")
    for said in (
        "Чайник",
        KETTLE,
        "Цвет",
        "белый",
        "ООО north@shops.example",
        "ООО south@shops.example",
        "200,00 ₽",
        ": 3 по",
    ):
        assert said in card.words, said
    refused = browser.send(card, f"goods/{ours}", **{f"quantity.{ours}": "1", f"quantity.{theirs}": "38"})
    assert shops.basket() == {ours: 1}
    assert "Осталось 37" in refused.words
    assert refused.form(f"goods/{ours}").fields[f"quantity.{theirs}"] == "38"
    browser.send(refused, f"goods/{ours}", set=f"{theirs}-37")
    assert shops.basket() == {ours: 1, theirs: 37}
    assert [browser.get(f"goods/{one}").status for one in ("7", "x", "0")] == [404, 404, 404]


def test_goods_are_shown_where_nothing_searches(
    shops: Shops, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Function, "invoke", busy)
    partial = browser.get("goods?q=лампа&sort=price")
    assert partial.status == 200
    assert "Поиск сейчас не отвечает" in partial.words
    monkeypatch.setattr(choice, "engine", lambda: choice.TABLES)
    plain = browser.get("goods?q=лампа")
    assert "Лампа настольная 1" in plain.words
    assert "Поиск сейчас не отвечает" not in plain.words
