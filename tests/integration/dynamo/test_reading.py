"""Reading through the one door: one call for what is asked for together, typed, and what does not exist is None."""

from typing import Any

import pytest

from chalicelib.dynamo.connection import connection
from chalicelib.dynamo.reading import BATCH_GET, cut, newest, read, read_wire
from chalicelib.errors import NotFound
from chalicelib.models.accounts import EmailLock, Session, User
from chalicelib.models.baskets import Basket
from chalicelib.models.exports import Export
from chalicelib.models.orders import Event, Order, Part, RowsPage
from tests.integration.calls import watched
from tests.integration.world import World

pytestmark = pytest.mark.usefixtures("world")
PEOPLE = 250


def store_user(user_id: int, email: str = "") -> User:
    user = User.at(user_id)
    user.user_id, user.role, user.email = user_id, "buyer", email or f"{user_id}@example.ru"
    user.password_hash, user.created_at = "", "2026-11-23T10:00:00"
    user.save()
    return user


def store_basket(user_id: int) -> Basket:
    basket = Basket.at(user_id)
    basket.basket_id, basket.version, basket.changed_at, basket.rows = 7, 1, "2026-11-23T10:00:00", {}
    basket.save()
    return basket


def test_find_costs_one_consistent_read() -> None:
    store_user(900_001)
    with watched() as sent:
        user = User.at(900_001).find()
    assert user is not None
    assert user.email == "900001@example.ru"
    assert [(one.operation, one.request["ConsistentRead"]) for one in sent] == [("GetItem", True)]


def test_find_may_read_eventually() -> None:
    with watched() as sent:
        assert User.at(900_001).find(consistent=False) is None
    assert [one.request["ConsistentRead"] for one in sent] == [False]


def test_several_items_may_be_read_eventually() -> None:
    store_user(900_001)
    with watched() as sent:
        assert User.at(900_001) in read(User.at(900_001), consistent=False)
    assert [wanted["ConsistentRead"] for wanted in sent[0].request["RequestItems"].values()] == [False]


def test_an_order_is_read_with_its_parts_and_nothing_else_by_one_query_a_megabyte() -> None:
    order = Order.at(5)
    order.order_id, order.number, order.buyer_id, order.state, order.placed_at = 5, 1001, 7, "new", "2026-11-23"
    order.total, order.contact, order.shop_ids = 1, {}, [1, 2, 3, 4]
    Event.of(5, "2026-11-23T10:00:00", 1).update(actions=[Event.kind.set("placed")])
    RowsPage.at(5, 1, 0).update(actions=[RowsPage.attempt.set(1)])
    for shop_id in (1, 2, 3, 4):
        part = Part.at(5, shop_id)
        part.order_id, part.number, part.position, part.shop_id = 5, 1001, 9 - shop_id, shop_id
        part.shop_name, part.state, part.placed_at, part.rows = "ю" * 150_000, "new", "2026-11-23", [{"id": shop_id}]
        part.goods_sum, part.contact, part.shop_key, part.placed_key = 1, {}, "SHOP#1", f"2026-11-23#{shop_id}"
        part.save()
    assert Order.with_parts(5)[0] is None
    order.save()
    with watched() as sent:
        head, parts = Order.with_parts(5)
    assert head is not None
    assert (head.number, [(part.shop_id, part.rows) for part in parts]) == (
        1001,
        [(n, [{"id": n}]) for n in (4, 3, 2, 1)],
    )
    assert [(one.operation, one.request["ConsistentRead"]) for one in sent] == [("Query", True)] * 2


def test_what_does_not_exist_is_none_or_not_found() -> None:
    store_user(900_001)
    assert User.at(900_002).find() is None
    assert Session.at(900_001, "hash").find() is None
    assert User.at(900_001).require().user_id == 900_001
    with pytest.raises(NotFound):
        User.at(900_002).require()


def test_items_of_several_tables_cost_one_call() -> None:
    store_user(900_001)
    store_basket(900_001)
    with watched() as sent:
        found = read(User.at(900_001), Basket.at(900_001), EmailLock.at("nobody@example.ru"), User.at(900_001))
    assert [one.operation for one in sent] == ["BatchGetItem"]
    assert all(wanted["ConsistentRead"] for wanted in sent[0].request["RequestItems"].values())
    user, basket = found.get(User.at(900_001)), found.require(Basket.at(900_001))
    assert user is not None
    assert (user.email, basket.basket_id) == ("900001@example.ru", 7)
    assert User.at(900_001) in found
    assert EmailLock.at("nobody@example.ru") not in found
    assert found.get(EmailLock.at("nobody@example.ru")) is None
    with pytest.raises(NotFound):
        found.require(EmailLock.at("nobody@example.ru"))


def test_no_keys_cost_no_call() -> None:
    with watched() as sent:
        assert list(read().all(User)) == []
        assert list(read_wire(User, [])) == []
    assert sent == []


def test_items_come_in_the_order_of_their_keys_a_hundred_a_call() -> None:
    wanted = [900_000 + n * 7 % PEOPLE for n in range(PEOPLE)]
    with User.batch_write() as batch:
        for user_id in wanted:
            user = User.at(user_id)
            user.user_id, user.role, user.email = user_id, "buyer", "a@example.ru"
            user.password_hash, user.created_at = "", "2026-11-23T10:00:00"
            batch.save(user)
    with watched() as sent:
        found = read(*map(User.at, wanted))
    assert [user.user_id for user in found.all(User)] == wanted
    assert len(sent) == -(-PEOPLE // BATCH_GET)
    wire = read_wire(User, (User.at(user_id).primary_key for user_id in wanted))
    assert sorted(int(raw["user_id"]["N"]) for raw in wire) == sorted(wanted)


def test_what_dynamodb_had_no_room_for_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    store_user(900_001)
    store_user(900_002)
    asked: list[int] = []
    client = connection().client
    real = client.batch_get_item

    def half(RequestItems: dict[str, Any]) -> Any:  # noqa: N803 - a parameter of boto3
        ((table, wanted),) = RequestItems.items()
        asked.append(len(wanted["Keys"]))
        answer = real(RequestItems={table: {**wanted, "Keys": wanted["Keys"][:1]}})
        left = wanted["Keys"][1:]
        return {**answer, "UnprocessedKeys": {table: {**wanted, "Keys": left}} if left else {}}

    monkeypatch.setattr(client, "batch_get_item", half)
    found = read(User.at(900_001), User.at(900_002))
    assert [user.user_id for user in found.all(User)] == [900_001, 900_002]
    assert asked == [2, 1]


def store_export(export_id: int, created: str) -> None:
    record = Export.at(export_id)
    record.export_id, record.owner, record.scope, record.content = export_id, "shop:1", "shop", "goods"
    record.file_format, record.language, record.status, record.created_at = "csv", "ru", "queued", created
    record.owner_key, record.created_key = Export.owner_partition("shop:1"), f"{created}#{export_id}"
    record.save()


def test_pages_of_an_index_follow_each_other_newest_first() -> None:
    for n in range(5):
        store_export(900_000 + n, f"2026-11-2{n}T10:00:00")
    seen: list[list[int]] = []
    position: str | None = ""
    with watched() as sent:
        while position is not None:
            partition = Export.owner_partition("shop:1")
            found, position = newest(Export.by_owner, partition, Export.created_key, 2, position)
            seen.append([record.export_id - 900_000 for record in found])
    assert seen == [[4, 3], [2, 1], [0]]
    assert [(one.operation, one.request["Limit"]) for one in sent] == [("Query", 3)] * 3


def test_a_page_that_holds_all_has_no_next(world: World) -> None:
    record = Export.at(1)
    record.created_key = "2026#1"
    assert cut([record], 1, Export.created_key) == ([record], None)
    assert cut([record, record], 1, Export.created_key) == ([record], "2026#1")
    assert cut([], 1, Export.created_key) == ([], None)
