"""The whole way: price lists in, an order of two suppliers, the mails, a move."""

import pytest

from chalicelib.accounts.admin import create_administrator
from tests.integration.world import CONTACT, PASSWORD, Answer, World, good, price_list

FIRST, SECOND, BUYER, ADMIN = "north@shops.example", "south@shops.example", "buyer@chain.example", "admin@us.example"


class Story:
    """An order of two suppliers, placed through the calls alone."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.first, self.second = world.register(FIRST, "shop"), world.register(SECOND, "shop")
        self.buyer = world.register(BUYER)
        create_administrator(ADMIN, PASSWORD)
        self.admin = world.login(ADMIN)
        assert world.drop(world.shop_of(self.first), price_list(good(1, price=100), good(2, price="19,90")))
        assert world.drop(world.shop_of(self.second), price_list(good(7, price=5000)))
        self.goods = {offer["model"]: offer for offer in world.call("GET", "/products").body}
        self.mails_before = len(world.mails())

    def place(self) -> Answer:
        contact = self.world.call("POST", "/user/contact", CONTACT, self.buyer).body["id"]
        wanted = {"m/1": 2, "m/2": 1, "m/7": 1}
        items = [{"product_info": self.goods[model]["id"], "quantity": n} for model, n in wanted.items()]
        assert self.world.call("POST", "/basket", {"items": items}, self.buyer).body["Создано объектов"] == 3
        self.basket = self.world.call("GET", "/basket", token=self.buyer).body[0]
        return self.world.call("POST", "/order", {"id": self.basket["id"], "contact": contact}, self.buyer)

    def mails(self) -> list[tuple[str, int]]:
        self.world.pump()
        return sorted((mail["to"][0], len(mail["attachments"])) for mail in self.world.mails()[self.mails_before :])


@pytest.fixture
def story(world: World) -> Story:
    return Story(world)


def test_the_catalogue_shows_the_goods_of_every_shop(story: Story) -> None:
    assert set(story.goods) == {"m/1", "m/2", "m/7"}


def test_an_order_of_two_suppliers_is_placed(story: Story) -> None:
    answer = story.place()
    assert story.basket["total_sum"] == 5219.90
    assert (answer.status, answer.body["Status"], answer.body["id"]) == (200, True, story.basket["id"])
    assert story.world.call("GET", "/basket", token=story.buyer).body == []


def test_everyone_it_concerns_is_mailed_once_and_the_administrator_gets_the_documents(story: Story) -> None:
    story.place()
    assert story.mails() == sorted([(BUYER, 0), (FIRST, 0), (SECOND, 0), (ADMIN, 3)])


def test_the_buyer_sees_the_whole_order_and_each_shop_its_own_part(story: Story) -> None:
    story.place()
    order = story.world.call("GET", "/order", token=story.buyer).body[0]
    parts = [story.world.call("GET", "/partner/orders", token=token).body[0] for token in (story.first, story.second)]
    assert (order["total_sum"], len(order["ordered_items"])) == (5219.90, 3)
    assert [(part["total_sum"], len(part["ordered_items"])) for part in parts] == [(219.90, 2), (5000, 1)]


def test_a_move_by_the_administrator_is_mailed_to_the_buyer(story: Story) -> None:
    order_id = story.place().body["id"]
    story.world.pump()
    story.mails_before = len(story.world.mails())
    assert story.world.move(order_id, "confirmed", story.admin).body["state"] == "confirmed"
    assert story.mails() == [(BUYER, 0)]
