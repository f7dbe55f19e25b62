"""A supplier's goods: prices and stocks of many rows edited at once, and nothing typed is lost."""

from tests.integration.console.browser import Browser
from tests.integration.world import World, good, price_list, stored_import


def test_a_supplier_edits_prices_and_stocks_in_place(world: World, browser: Browser) -> None:
    goods = [good(number) for number in range(1, 61)]
    shop = world.importing_shop("shop@a.example", *goods, good(77, name="Снятый"))
    world.drop(shop.shop_id, price_list(*goods), "less.yaml")
    buyer = world.person("anna@b.example")
    browser.holding(shop.token)
    first = browser.get("partner/goods")
    assert len(first.html.encode()) < 61_440
    following = next(link for link in first.links if "cursor=" in link)
    assert (
        len(set(browser.get(following.removeprefix("../")).form_fields("was.")) | set(first.form_fields("was."))) == 60
    )
    found = browser.get("partner/goods?q=m/7")
    assert found.form_fields("was.") == [f"was.{shop.sells(7)}"]

    page, post = browser.get("partner/goods?q=товар"), "partner/goods?q=%D1%82%D0%BE%D0%B2%D0%B0%D1%80"
    price, stock = ({n: f"{name}.{shop.sells(n)}" for n in range(1, 61)} for name in ("price", "quantity"))
    shown = [n for n in range(1, 61) if price[n] in page.form(post).fields]
    one, two, three, four = shown[:4]
    buyer.order((shop.sells(three), 2), (shop.sells(four), 1))
    typed = {price[one]: "120,50", stock[one]: "7", price[two]: "даром", stock[two]: "5", stock[three]: "50"}
    refused = browser.send(page, post, **typed)
    assert refused.status == 400
    assert "был 10, теперь 8" in refused.words
    kept = refused.form(post).fields
    assert {name: kept[name] for name in typed} == typed
    # Nobody typed anything there: the row shows what is left now, and saving does not bring the sold piece back.
    assert kept[stock[four]] == "9"
    assert shop.offer(one).price == 100_00
    sent = browser.send(refused, post, **{price[two]: "90"})
    assert "Изменено строк: 3" in sent.words
    import_id = int(sent.address.rpartition("/")[2].partition("?")[0])
    world.arrive(stored_import(import_id).file_key)
    stored = {n: shop.offer(n) for n in (one, two, three, four, shown[4])}
    assert [(offer.price, offer.quantity) for offer in stored.values()] == [
        *((120_50, 7), (90_00, 5), (100_00, 50), (100_00, 9), (100_00, 10)),
    ]
    assert all(offer.listed for offer in stored.values())
    assert world.mails()[-1]["subject"] == "Прайс-лист с правками на странице «Товары»: загружен"
    # A price with a digit too many or too few is asked about, and that price alone: what else was typed stays.
    page = browser.get("partner/goods?q=товар")
    slip = {price[one]: "1205", price[two]: "91", stock[one]: "8"}
    asked = browser.send(page, post, **slip)
    assert (asked.status, asked.words.count("Если это не опечатка")) == (400, 2)
    assert {name: asked.form(post).fields[name] for name in slip} == slip
    again = browser.send(asked, post, **{f"sure.{shop.sells(one)}": "1205", price[one]: "12050"})
    assert again.status == 400
    sure = browser.send(asked, post, **{f"sure.{shop.sells(one)}": "1205"})
    assert "Изменено строк: 2" in sure.words
    assert "Ничего не изменено" in browser.send(browser.get("partner/goods?q=m/7"), "partner/goods?q=m%2F7").words

    withdrawn = browser.get("partner/goods?state=withdrawn")
    back = browser.send(withdrawn, "partner/goods?state=withdrawn", **{f"price.{shop.sells(77)}": "130"})
    import_id = int(back.address.rpartition("/")[2].partition("?")[0])
    world.arrive(stored_import(import_id).file_key)
    assert (shop.offer(77).listed, shop.offer(77).price) == (True, 130_00)
