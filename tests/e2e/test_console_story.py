"""The whole main job through pages of the console alone: two suppliers, a buyer, an administrator."""

import secrets

import pytest

from tests.e2e.conftest import RunningStack
from tests.e2e.service import CONTACT, PASSWORD, Service, good, price_list
from tests.e2e.visitor import Seen, Visitor


@pytest.fixture
def service(stack: RunningStack) -> Service:
    return Service(stack)


def test_the_main_job_is_done_in_a_browser_alone(service: Service) -> None:
    run = secrets.token_hex(4)
    boss = Visitor(service, f"admin-{run}@e2e.example")
    service.stack.create_admin(boss.email, PASSWORD)
    north, south = (Visitor(service, f"{name}-{run}@e2e.example") for name in ("north", "south"))
    for shop, name in ((north, "Кабель"), (south, "Розетка")):
        _sells(shop, f"{name} {run}")
    buyer = Visitor(service, f"buyer-{run}@e2e.example")
    number, order = _orders(buyer, run)

    for part, (shop, own, foreign) in enumerate(((north, "Кабель", "Розетка"), (south, "Розетка", "Кабель")), 1):
        assert service.mailed(shop.email, f"№ {number}-{part}")
        page = _sends(shop, order)
        assert f"{own} {run}" in page.words
        assert foreign not in page.words
    assert "отправлен" in service.mailed(buyer.email, f"№ {number}: ").text
    _receives(buyer, order)

    assert boss.email in boss.log_in().words
    assert f"admin/orders/{order}" in boss.open("admin/orders").html
    seen = boss.until(lambda: boss.open(f"admin/orders/{order}"), lambda page: page.words.count("отправлено") >= 4)
    assert f"Фирма north-{run}" in seen.words
    assert "Повреждено" in seen.words
    assert buyer.email in seen.words
    assert buyer.email in boss.open("admin/mails").words


def _sells(shop: Visitor, name: str) -> None:
    """A supplier registers, sends a price list by the form and sees it done."""
    assert "partner/imports" in shop.register("shop", f"Фирма {shop.email.split('@')[0]}").html
    code = shop.email.split("@")[0]
    goods = [good(i, name=f"{name} {i}", model=f"{code}/{i}", price=150 * i) for i in (1, 2)]
    page = shop.send(shop.open("partner/imports"), "partner/imports", files={"file": ("list.yaml", price_list(*goods))})
    assert "/partner/imports/" in page.address
    done = shop.until(lambda: shop.open(page.address), lambda seen: "data-poll" not in seen.html)
    assert ">загружен<" in done.html
    assert name in shop.open("partner/goods").words


def _orders(buyer: Visitor, run: str) -> tuple[str, str]:
    """A buyer registers, finds goods of both, pastes lines and orders; the number and id of the order."""
    assert "Требует внимания" in buyer.register("buyer", f"Сеть {run}").words
    lines = f"north-{run}/1\t3\nsouth-{run}/2\t2\nnothing-{run}\t1"
    checked = buyer.until(
        lambda: buyer.send(buyer.open("quick"), "quick", lines=lines, check="1"),
        lambda seen: "1 050,00 ₽" in seen.words,  # as soon as the search knows the new goods
    )
    assert "Строк с ошибками: 1" in checked.words
    for name in ("Кабель", "Розетка"):
        found = buyer.open(f"goods?q={name} {run}")
        assert f"{name} {run} 1" in found.words
        assert f"{name} {run} 2" in found.words
    rest = buyer.send(checked, "quick", save="1")
    assert "Добавлено в корзину строк: 2" in rest.words
    assert rest.form(f"{buyer.root}quick").fields["code.1"] == f"nothing-{run}"
    saved = buyer.send(buyer.open("account"), "account/contacts", **CONTACT)
    assert "Адрес сохранён" in saved.words
    placed = buyer.send(buyer.open("basket"), "basket", at="basket/place")
    assert "оформлен, подтверждение отправлено на почту" in placed.words
    assert "Тверь, Садовая" in placed.words
    order = placed.address.partition("/orders/")[2].partition("?")[0]
    number = placed.words.partition("Заказ № ")[2].partition(" ")[0]
    assert buyer.service.mailed(buyer.email, f"№ {number} ")
    assert "Корзина пуста" in buyer.open("basket").words
    return number, order


def _sends(shop: Visitor, order: str) -> Seen:
    """A supplier confirms, assembles and sends its part."""
    assert f"partner/orders/{order}" in shop.open("partner/orders?state=new").html
    address = f"partner/orders/{order}"
    page = shop.send(shop.open(address), f"{address}/rows", then="confirmed")
    assert "Заказ подтверждён" in page.words
    for state in ("assembled", "sent"):
        page = shop.send(page, f"{address}/state", state=state)
        assert "Состояние изменено" in page.words
    return page


def _receives(buyer: Visitor, order: str) -> None:
    """A buyer counts both parts: one row arrived in part, the other one whole."""
    page = buyer.open(f"orders/{order}")
    counted = sorted({link for link in page.links if "/receipt/" in link})
    assert len(counted) == 2
    for link in counted:
        receipt = buyer.open(link.removeprefix("../"))
        action = receipt.address.removeprefix(buyer.root)
        fields = receipt.form(receipt.address).fields
        (row,) = [name.partition(".")[2] for name in fields if name.startswith("quantity.")]
        less = {f"quantity.{row}": "2", f"reason.{row}": "Повреждено"} if "Кабель" in receipt.words else {}
        page = buyer.send(receipt, action, rest="1", **less)
        assert ("строк с расхождениями: 1" if less else "пришло всё") in page.words
    assert "Повреждено" in page.words
