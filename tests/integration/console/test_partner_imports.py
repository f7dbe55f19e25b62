"""A supplier's price list through pages alone: sent, corrected, reviewed, approved."""

import yaml

from chalicelib.models.imports import Import
from tests.integration.console.browser import Browser
from tests.integration.world import World, good, price_list, stored_import


def written(*goods: object) -> bytes:
    return yaml.safe_dump(price_list(*goods), allow_unicode=True).encode()  # type: ignore[arg-type]


def test_a_supplier_sends_a_list_sees_its_faults_and_decides_on_what_was_shown(world: World, browser: Browser) -> None:
    shop = world.importing_shop("shop@a.example", *map(good, range(1, 21)))
    buyer = world.person("anna@b.example")
    buyer.order((shop.sells(20), 3))
    browser.holding(shop.token)
    page = browser.get("partner/imports")
    refused = browser.send(page, "partner/imports", url="ftp://a.example/list", dry_run="1")
    assert refused.status == 400
    assert refused.form("partner/imports").fields["url"] == "ftp://a.example/list"
    assert "Выберите файл или укажите адрес" in browser.upload(page, "partner/imports", b"", "").words

    sent = browser.upload(page, "partner/imports", written(good(1, price="дорого"), good(2, quantity=-1)), "list.yaml")
    assert "/partner/imports/" in sent.address
    assert "data-poll" in sent.html
    assert 'http-equiv="refresh"' in sent.html
    import_id = int(sent.address.rpartition("/")[2])
    assert stored_import(import_id).file_name == "list.yaml"
    world.arrive(stored_import(import_id).file_key)
    failed = browser.get(f"partner/imports/{import_id}")
    assert "data-poll" not in failed.html
    assert "дорого" in failed.words
    assert f"refused-{import_id}.yaml" in failed.words

    dearer = [good(1, price=250), good(2, price=50), good(3, name="Иное"), *map(good, range(4, 8))]
    waiting = world.drop(shop.shop_id, price_list(*dearer), "dearer.yaml")
    address = f"partner/imports/{waiting}"
    shown = browser.get(address)
    for said in ("Применить этот прайс-лист?", "▲ выше на 150 %", "▼ ниже на 50 %", "Иное", "Будут сняты с продажи"):
        assert said in shown.words
    assert "Продажи этих товаров за 30 дней 300,00 ₽" in shown.words
    # Planned again meanwhile: another question is asked, and the page that says so carries it.
    asked = shown.form(f"{address}/approve").fields["question"]
    record = stored_import(waiting or 0)
    record.update(actions=[Import.review_until.set("2099-01-01T00:00:00.000Z")])
    stale = browser.send(shown, f"{address}/approve")
    assert stale.status == 409
    assert "пересчитан" in stale.words
    assert stale.form(f"{address}/approve").fields["question"] != asked
    assert browser.send(stale, f"{address}/approve", question="").status == 409
    decided = browser.send(stale, f"{address}/approve")
    assert "Решено" in decided.words
    world.pump()
    applied = browser.get(address)
    assert "data-poll" not in applied.html
    assert "без подтверждения" in shown.words
    assert "без подтверждения" not in applied.words
    assert shop.offer(1).price == 250_00
    over = browser.send(stale, f"{address}/reject")
    assert over.status == 409
    assert "Решение уже принято" in over.words


def test_faults_that_are_not_shown_are_counted_and_a_list_that_waits_says_what_it_would_do(
    world: World, browser: Browser
) -> None:
    shop = world.importing_shop("shop@a.example", *map(good, range(1, 21)))
    browser.holding(shop.token)
    wrong = world.drop(shop.shop_id, price_list(*(good(i, price="дорого") for i in range(1, 131))), "wrong.yaml")
    page = browser.get(f"partner/imports/{wrong}")
    assert len(page.html.encode()) < 61_440 * 2
    # The hundredth says why nothing was imported.
    assert page.html.count("«дорого»") == 99
    assert "Показаны первые 99. Всего товаров с ошибками 130, с предупреждениями 0" in page.words
    assert "из прайс-листа ничего не загружено" in page.words
    waiting = world.drop(shop.shop_id, price_list(good(1)), "waiting.yaml")
    for address in ("partner/imports", f"partner/imports/{waiting}"):
        assert "Снято с продажи" not in browser.get(address).words
    assert "Будет снято с продажи 19" in browser.get(f"partner/imports/{waiting}").words
    table = (
        "Код;Категория;Артикул;Наименование;Цена, руб;Остаток\n1;Лампы;L-1;Лампа;10;5\n2;Лампы;L-2;Люстра;дорого;5\n"
    )
    partly = world.drop(shop.shop_id, table.encode(), "partly.csv")
    asked = browser.get(f"partner/imports/{partly}")
    assert "Сначала решите, применять ли прайс-лист" in asked.words
    # The column is called as the supplier calls it, not as our own formats do.
    assert "3 2 Цена, руб дорого" in asked.words
    rejected = browser.send(asked, f"partner/imports/{partly}/reject")
    assert "каталог остался прежним" in rejected.words
    for said in (rejected.words, browser.get("partner/imports").words):
        assert "Снято с продажи" not in said
        assert "остальное уже загружено" not in said
