"""Synonyms as an administrator keeps them, through pages alone."""

from functools import partial
from pathlib import Path

import pytest

from chalicelib.administration import synonym_groups
from chalicelib.administration.acts import Admin
from chalicelib.administration.synonym_groups import add_groups, change_group, id_of, remove_group
from chalicelib.catalogue.search import choice
from chalicelib.catalogue.search.engine import EngineBusy
from chalicelib.catalogue.search.synonyms import Group
from tests.integration.calls import meanwhile
from tests.integration.catalogue.search.engines import build
from tests.integration.catalogue.search.function import Function
from tests.integration.console.browser import Browser, Shown
from tests.integration.world import Person, World, good

LIST = "admin/synonyms"
GRINDERS, SHOES = Group(("болгарка", "УШМ")), Group(("обувь", "кроссовки", "зимние ботинки"), one_way=True)


@pytest.fixture
def admin(world: World, browser: Browser) -> Person:
    found = world.person("admin@us.example", "administrator")
    browser.holding(found.token)
    return found


def kept(admin: Person) -> list[Group]:
    """The list as the API has it."""
    return [Group(tuple(one["words"]), one["one_way"]) for one in admin.get("/admin/synonyms").body["groups"]]


def typed(browser: Browser, *lines: str) -> Shown:
    """The page after lines were sent from it."""
    return browser.send(browser.get(LIST), LIST, groups="\r\n".join(lines))


def by(admin: Person) -> Admin:
    return Admin(admin.user_id, "request")


def test_groups_are_added_by_lines_changed_one_by_one_and_removed(browser: Browser, admin: Person) -> None:
    assert "Групп пока нет" in browser.get(LIST).words
    added = typed(browser, "болгарка; УШМ", "", "обувь => кроссовки, зимние  ботинки", "кабель 1,5\tпровод 1,5")
    assert "Добавлено групп: 3" in added.words
    wire = Group(("кабель 1,5", "провод 1,5"))
    assert kept(admin) == [GRINDERS, SHOES, wire]
    shown = [added.words.index(one) for one in ("болгарка, УШМ", "кабель 1,5, провод 1,5", "обувь → кроссовки")]
    assert shown == sorted(shown)
    address = f"{LIST}/{id_of(SHOES)}"
    page = browser.get(address)
    assert page.form(address).fields["words"].split("\n") == [*SHOES.words]
    assert page.form(address).fields["one_way"] == "1"
    changed = browser.send(page, address, words="обувь\r\nкроссовки, кеды\r\n", one_way="")
    assert "Группа сохранена" in changed.words
    assert "обувь, кроссовки, кеды" in changed.words
    assert kept(admin) == [GRINDERS, Group(("обувь", "кроссовки", "кеды")), wire]
    address = f"{LIST}/{id_of(GRINDERS)}"
    removed = browser.send(browser.get(address), f"{address}/remove")
    assert "Удалена группа «болгарка, УШМ»" in removed.words
    assert address not in removed.html
    assert len(kept(admin)) == 2
    assert browser.get(address).status == 404


def test_of_many_lines_good_ones_go_in_and_the_others_stay_as_typed_with_their_faults(
    browser: Browser, admin: Person
) -> None:
    typed(browser, "болгарка, УШМ")
    wrong = {
        "лампа": "нужен хотя бы один синоним",
        "дрель, ушм": "«ушм» уже есть в группе «болгарка, УШМ»",
        "а, б => в": "слева от неё",
        "а => б => в": "стрелка может быть одна",
        f"{'я' * 51}, б": "«яяя",
        "а б в г д, е": "больше 4 слов",
        "—, лампа": "ни букв, ни цифр",
        "лампа, Лампа": "«Лампа» указано дважды",
        "телефон, мобильник": "«телефон» уже есть в группе «телефон, смартфон»",
    }
    shown = typed(browser, "телефон, смартфон", *wrong, "болгарка, УШМ")
    assert shown.status == 400
    assert "Добавлено групп: 1. Уже были: 1" in shown.words
    assert shown.form(LIST).fields["groups"].split("\n") == [*wrong]
    for number, said in enumerate(wrong.values(), 1):
        assert said in shown.words.partition(f"строка {number}: ")[2].partition(f"строка {number + 1}: ")[0]
    assert kept(admin) == [GRINDERS, Group(("телефон", "смартфон"))]
    many = typed(browser, *(f"один{number}" for number in range(12)))
    assert "строка 10: " in many.words
    assert "строка 11: " not in many.words
    assert "и ещё строк: 2" in many.words
    assert typed(browser, " ", "").status == 400


def test_a_refused_change_comes_back_as_it_was_typed(browser: Browser, admin: Person) -> None:
    typed(browser, "болгарка, УШМ", "обувь => кроссовки, зимние ботинки")
    address = f"{LIST}/{id_of(SHOES)}"
    for words, said in (("обувь", "нужен хотя бы один синоним"), ("кроссовки\nушм\nкеды", "уже есть в группе")):
        shown = browser.send(browser.get(address), address, words=words, one_way="")
        assert shown.status == 400
        assert (shown.form(address).fields["words"], shown.form(address).fields["one_way"]) == (words, "")
        assert said in shown.words
    assert kept(admin) == [GRINDERS, SHOES]


def test_two_administrators_at_once_lose_nothing(world: World, browser: Browser, admin: Person) -> None:
    """Other groups are left as the other one has them; of one group, the first change counts."""
    second = by(world.person("second@us.example", "administrator"))
    add_groups([GRINDERS], second)
    with meanwhile("PutItem", partial(add_groups, [SHOES], second), table="catalogue"):
        assert "Добавлено групп: 1" in typed(browser, "телефон, смартфон").words
    assert kept(admin) == [GRINDERS, SHOES, Group(("телефон", "смартфон"))]
    address = f"{LIST}/{id_of(GRINDERS)}"
    page = browser.get(address)
    tools = Group(("болгарка", "угловая шлифмашина"))
    with meanwhile("PutItem", partial(change_group, id_of(GRINDERS), tools, second), table="catalogue"):
        late = browser.send(page, address, words="болгарка\nУШМ\nшлифмашинка")
    assert late.status == 409
    assert tools in kept(admin)
    unremoved = browser.send(page, f"{address}/remove")
    assert (unremoved.status, f"{LIST}/{id_of(tools)}" in unremoved.html) == (409, True)
    # The change can be made all the same, to what the group is now.
    assert late.form(f"{LIST}/{id_of(tools)}").fields["words"] == "болгарка\nУШМ\nшлифмашинка"
    assert "Группа сохранена" in browser.send(late, f"{LIST}/{id_of(tools)}").words
    mine = Group(("болгарка", "УШМ", "шлифмашинка"))
    change_group(id_of(mine), tools, second)
    remove_group(id_of(tools), second)
    gone = browser.send(page, address, words="болгарка\nУШМ")
    assert (gone.status, gone.form(LIST).fields["groups"]) == (409, "болгарка, УШМ")
    add_groups([tools], second)
    # The same change, sent twice.
    change_group(id_of(tools), GRINDERS, second)
    change_group(id_of(tools), GRINDERS, second)
    remove_group(id_of(SHOES), second)
    assert kept(admin) == [Group(("телефон", "смартфон")), GRINDERS]


def test_a_list_takes_no_more_groups_and_characters_than_the_api_allows(
    monkeypatch: pytest.MonkeyPatch, browser: Browser, admin: Person
) -> None:
    monkeypatch.setattr(synonym_groups, "MAX_GROUPS", 2)
    assert "строка 1: групп уже 2, больше нельзя" in typed(browser, "а, б", "в, г", "д, е").words
    monkeypatch.setattr(synonym_groups, "MAX_LETTERS", 10)
    address = f"{LIST}/{id_of(Group(('а', 'б')))}"
    assert "не больше 10" in browser.send(browser.get(address), address, words="а\nбольшое слово").words
    assert len(kept(admin)) == 2


def test_a_word_leads_to_its_groups_and_to_what_buyers_find(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, browser: Browser, admin: Person
) -> None:
    world.shop("north@shops.example", good(1, name="УШМ-125"), good(2, name="Лампа"))
    typed(browser, "болгарка, УШМ", "обувь => кроссовки, зимние ботинки")
    assert "индекс включат" in browser.get(LIST).words
    function = Function(tmp_path)
    build()
    engine = function.engine()
    monkeypatch.setattr(choice, "engine", lambda: engine)
    shown = browser.get(f"{LIST}?q=болгарками")
    assert "индекс включат" not in shown.words
    assert f"{LIST}/{id_of(GRINDERS)}" in shown.html
    assert f"{LIST}/{id_of(SHOES)}" not in shown.html
    assert ("УШМ-125" in shown.words, "Лампа" in shown.words) == (True, False)
    nothing = browser.get(f"{LIST}?q=кроссы")
    assert ("Ничего не найдено" in nothing.words, nothing.form(LIST).fields["groups"]) == (True, "")
    nothing = browser.get(f"{LIST}?q=бензопила")
    assert nothing.form(LIST).fields["groups"] == "бензопила, "
    assert browser.get(f"{LIST}?q=—").status == 200

    def busy(*_: object, **__: object) -> None:
        raise EngineBusy

    monkeypatch.setattr(Function, "invoke", busy)
    assert "Поиск сейчас не отвечает" in browser.get(f"{LIST}?q=ушм").words


def test_long_lists_have_pages(browser: Browser, admin: Person) -> None:
    add_groups([Group((f"слово {number:03}", f"другое {number}")) for number in range(150)], by(admin))
    first = browser.get(LIST)
    (following,) = [one for one in first.links if "cursor=" in one]
    second = browser.get(f"{LIST}?{following.partition('?')[2]}")
    assert ("слово 099," in first.words, "слово 100," in first.words) == (True, False)
    assert ("слово 099," in second.words, "слово 149," in second.words) == (False, True)
