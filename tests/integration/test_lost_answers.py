"""A write whose answer is lost happens once: each kind of conditional write of the service loses its answer in turn."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from chalicelib.models.catalogue import Shop
from chalicelib.models.mails import Mail
from chalicelib.notifications import feedback
from chalicelib.ordering import pages
from chalicelib.sweeping import sweep
from tests.integration.conftest import service
from tests.integration.losses import everything_stored, losing_answer
from tests.integration.notifications.notices import notice
from tests.integration.pricelists.pipeline import NIGHTLY, Clock, deaths
from tests.integration.world import CONTACT, PASSWORD, Answer, World, good, price_list

EMAIL, NEW_EMAIL, NEW_PASSWORD = "anna@chain.example", "olga@chain.example", "correct horse 10"
ANNA = {"first_name": "Анна", "last_name": "К", "company": "ООО Чай", "email": EMAIL, "password": PASSWORD}


class Story:
    """Calls as people make them, and what each of them is answered."""

    def __init__(self, world: World, time: Clock) -> None:
        self.world, self.time = world, time
        self.statuses: list[int] = []

    def ok(self, answer: Answer, *, refused: int = 0) -> Any:
        """Note the answer, which is a success unless it is to be refused with this status; returns its body."""
        self.statuses.append(answer.status)
        assert answer.status in ({refused} if refused else {200, 201, 202}), answer.body
        return answer.body

    def anybody(self, path: str, session: str = "", **body: object) -> Any:
        return self.ok(self.world.call("POST", path, body, session))


def an_account(story: Story) -> None:
    world = story.world
    story.anybody("/user/register", **ANNA, type="shop")
    world.pump()
    story.anybody("/user/register/resend", email=EMAIL)
    world.pump()
    story.anybody("/user/register/confirm", email=EMAIL, token=world.token_mailed_to(EMAIL))
    for wrong in ("wrong horse 8", "wrong horse 9"):
        story.ok(world.call("POST", "/user/login", {"email": EMAIL, "password": wrong}), refused=401)
    session = story.anybody("/user/login", email=EMAIL, password=PASSWORD)["Token"]
    story.anybody("/user/details", session, position="Директор")
    story.anybody("/user/details", session, email=NEW_EMAIL)
    world.pump()
    story.anybody("/user/email/confirm", session, token=world.token_mailed_to(NEW_EMAIL))
    story.anybody("/user/details", session, password=NEW_PASSWORD)
    story.anybody("/user/password_reset", email=NEW_EMAIL)
    world.pump()
    token = world.token_mailed_to(NEW_EMAIL)
    story.anybody("/user/password_reset/confirm", email=NEW_EMAIL, token=token, password=PASSWORD)
    session = story.anybody("/user/login", email=NEW_EMAIL, password=PASSWORD)["Token"]
    story.anybody("/user/logout", session)
    world.pump()


def contacts(story: Story) -> None:
    buyer = story.world.person("buyer@b.example")
    contact = story.ok(buyer.post("/user/contact", CONTACT))["id"]
    story.ok(buyer.put("/user/contact", {"id": contact, "city": "Псков"}))
    story.ok(buyer.delete("/user/contact", {"items": str(contact)}))
    story.ok(buyer.post("/user/contact", CONTACT))
    story.ok(buyer.post("/user/logout/all"))


def a_basket(story: Story) -> None:
    shop, buyer = story.world.shop("shop@a.example", good(1), good(2)), story.world.person("buyer@b.example")
    first, second = shop.sells(1), shop.sells(2)
    story.ok(buyer.add((first, 1)))
    story.ok(buyer.add((first, 1)))
    story.ok(buyer.add((first, 2), (second, 1)))
    assert {row["id"]: row["quantity"] for row in buyer.basket()["ordered_items"]} == {first: 4, second: 1}
    story.ok(buyer.put("/basket", {"items": [{"id": first, "quantity": 3}]}))
    for key in ("", "k", "k"):
        story.ok(buyer.post("/basket/items", {"items": [{"product_info": second, "quantity": 2}]}, key=key))
    assert {row["id"]: row["quantity"] for row in buyer.basket()["ordered_items"]} == {first: 3, second: 5}
    story.ok(buyer.delete("/basket", {"items": str(first)}))


def an_order(story: Story) -> None:
    world = story.world
    admin, buyer = world.person("admin@us.example", "administrator"), world.person("buyer@b.example")
    shops = [world.shop(f"{name}@a.example", good(1), good(2)) for name in ("first", "second")]
    for shop in shops:
        story.ok(shop.post("/partner/delivery", {"price": 300, "free_from": 4000}))
    buyer.add(*[(shop.sells(n), 3) for shop in shops for n in (1, 2)])
    request = {"id": buyer.basket()["id"], "contact": buyer.contact()}
    order = story.ok(buyer.post("/order", request, key="k"))["id"]
    less = [{"id": shops[0].sells(1), "quantity": 1, "reason": "Нет"}]
    story.ok(shops[0].post(f"/partner/orders/{order}/rows", {"items": less}))
    for state in ("confirmed", "assembled", "sent"):
        story.ok(shops[0].post(f"/partner/orders/{order}/state", {"state": state}))
    story.ok(
        admin.post(f"/admin/orders/{order}/state", {"state": "canceled", "shop": shops[1].shop_id, "reason": "Нет"})
    )
    story.ok(buyer.post(f"/order/{order}/received"))
    story.ok(buyer.post(f"/order/{order}/repeat"))
    canceled = story.ok(buyer.place())["id"]
    story.ok(buyer.post(f"/order/{canceled}/cancel"))


def a_large_order(story: Story) -> None:
    world = story.world
    shop, buyer = world.shop("shop@a.example", *[good(n) for n in range(9)]), world.person("buyer@b.example")
    buyer.add(*[(shop.sells(n), 2) for n in range(9)])
    order = story.ok(buyer.place())["id"]
    story.ok(buyer.post(f"/order/{order}/cancel"))
    world.pump()
    story.time.forward(400)
    sweep()
    world.pump()


def a_shop(story: Story) -> None:
    world = story.world
    shop, admin = world.shop("shop@a.example", good(1)), world.person("admin@us.example", "administrator")
    story.ok(shop.post("/partner/state", {"state": "off", "reason": "Отпуск"}))
    story.ok(shop.post("/partner/state", {"state": "on"}))
    story.ok(admin.post(f"/admin/shops/{shop.shop_id}/state", {"state": "off", "reason": "Долги"}))
    story.ok(shop.post("/partner/state", {"state": "on"}), refused=409)
    story.ok(admin.post(f"/admin/shops/{shop.shop_id}/state", {"state": "on"}))


def price_lists(story: Story) -> None:
    world = story.world
    shop = world.shop("shop@a.example", good(1), good(2))
    world.drop(shop.shop_id, price_list(good(1, price=120), good(3)))
    old, new = (world.leave(shop.shop_id, price_list(good(n)), "next.yaml") for n in (1, 2))
    for import_id in (new, old, new):
        world.run_import(import_id)
    world.pump()
    broken = world.drop(shop.shop_id, b"goods: [")
    story.statuses += [len(world.mails()), shop.imported(broken)["status"] == "failed"]
    story.time.forward(400)
    sweep()


def reviews(story: Story) -> None:
    world = story.world
    many = [good(n) for n in range(1, 13)]
    shop, admin = world.shop("shop@a.example", *many), world.person("admin@us.example", "administrator")
    rejected = world.drop(shop.shop_id, price_list(*many[:4]))
    story.ok(admin.post(f"/admin/imports/{rejected}/reject"))
    approved = world.drop(shop.shop_id, price_list(*many[:5]))
    story.ok(shop.post(f"/partner/imports/{approved}/approve"))
    world.pump()


def exports(story: Story) -> None:
    shop, buyer = story.world.shop("shop@a.example", good(1)), story.world.person("buyer@b.example")
    buyer.order((shop.sells(1), 1))
    for person, path in ((shop, "/partner/exports"), (buyer, "/order/exports")):
        story.ok(person.post(path, {"format": "csv"}, key="k"))
        story.ok(person.post(path, {"format": "csv"}, key="k"))
        story.world.pump()


def administration(story: Story) -> None:
    world = story.world
    admin, buyer = world.person("admin@us.example", "administrator"), world.person("buyer@b.example")
    world.shop("shop@a.example", good(1), category="Телефоны")
    world.shop("other@a.example", good(1), category="Смартфоны")
    categories = {one["name"]: one["id"] for one in world.call("GET", "/categories").body["results"]}
    story.ok(admin.post(f"/admin/categories/{categories['Телефоны']}/rename", {"name": "Трубки"}))
    story.ok(admin.post(f"/admin/categories/{categories['Телефоны']}/merge", {"into": categories["Смартфоны"]}))
    world.pump()
    story.ok(admin.post(f"/admin/users/{buyer.user_id}/block", {"reason": "Не платит"}))
    story.ok(admin.post(f"/admin/users/{buyer.user_id}/unblock"))
    story.ok(admin.post(f"/admin/users/{buyer.user_id}/sessions/end"))


def bounces(story: Story) -> None:
    world = story.world
    admin = world.person("admin@us.example", "administrator")
    story.anybody("/user/register", **ANNA)
    world.pump()
    (mail_id,) = [one["id"] for one in story.ok(admin.get("/admin/mails?status=sent"))["results"]]
    mail = Mail.at(mail_id).require()
    for word in ("Delivery", "Bounce", "Complaint"):
        feedback.take(notice(mail, word))
    story.ok(admin.post(f"/admin/mails/{mail_id}/resend"))
    world.pump()


STORIES = (
    *(an_account, contacts, a_basket, an_order, a_large_order, a_shop),
    *(price_lists, reviews, exports, administration, bounces),
)


# What stories on this worker have lost: by day once is enough.
_lost: set[str] = set()


@pytest.mark.slow
@pytest.mark.xdist_group("lost answers")
@pytest.mark.usefixtures("emulator", "small_orders")
@pytest.mark.parametrize("story", STORIES)
def test_a_write_whose_answer_is_lost_happens_once(
    story: Callable[[Story], None],
) -> None:
    def played(lost: int | None) -> tuple[list[int], dict[str, list[str]], list[str]]:
        with service() as world, pytest.MonkeyPatch.context() as patch, losing_answer(lost) as made:
            one = Story(world, Clock(patch))
            story(one)
            return one.statuses, everything_stored(), made

    expected, state, made = played(None)
    assert made
    for place, number in enumerate(deaths(made)):
        # By day one write in two, the others on the next day.
        if not NIGHTLY and (made[number] in _lost or (place + date.today().toordinal()) % 2):  # noqa: DTZ011
            continue
        _lost.add(made[number])
        statuses, found, _ = played(number)
        assert statuses == expected, made[number]
        assert found == state, made[number]


@pytest.mark.parametrize("others", [0, 1, 3])
def test_a_write_knows_itself_behind_those_that_overtook_its_repetition(world: World, others: int) -> None:
    shop, buyer = world.shop("shop@a.example", good(1)), world.person("buyer@b.example")
    buyer.add((shop.sells(1), 1))

    def overtake() -> None:
        for _ in range(others):
            assert buyer.add((shop.sells(1), 1)).status == 200

    with losing_answer(0, then=overtake) as made:
        assert buyer.add((shop.sells(1), 5)).status == 200
    assert len(made) == 2 + others
    assert buyer.basket()["ordered_items"][0]["quantity"] == 6 + others


def test_a_write_that_somebody_else_prevented_does_not_take_theirs_for_its_own(world: World) -> None:
    shop = world.shop("shop@a.example", good(1))
    free = Shop.closed_reason.does_not_exist()
    with losing_answer(0) as made:
        assert Shop.at(shop.shop_id).update_where(free, [Shop.closed_reason.set("first")])
        assert not Shop.at(shop.shop_id).update_where(free, [Shop.closed_reason.set("second")])
    assert len(made) == 3
    assert Shop.at(shop.shop_id).require().closed_reason == "first"


@pytest.fixture
def small_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction takes a few rows, so that nine of them are a large order."""
    for module in ("transaction", "large", "transitions"):
        monkeypatch.setattr(f"chalicelib.ordering.{module}.TRANSACTION_LIMIT", 14)
    monkeypatch.setattr(pages, "PAGE_ROWS", 2)
