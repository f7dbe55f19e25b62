"""Delivery contacts: five at most, and nobody else's."""

from typing import Any

import pytest

from chalicelib.accounts.contacts import LIMIT
from chalicelib.accounts.users import get_user
from chalicelib.models.accounts import Contact, User, user_key
from tests.integration.calls import meanwhile, watched
from tests.integration.world import CONTACT, Person, World

ALL = {
    **{"last_name": "Круглова", "first_name": "Анна", "middle_name": "Ильинична", "email": "a@chain.example"},
    **{"phone": "+7 900", "city": "Тверь", "street": "Садовая", "house": "7", "structure": "1", "building": "2"},
    "apartment": "3",
}
DELETED = "Удалено объектов"


@pytest.fixture
def buyer(world: World) -> Person:
    return world.person("anna@chain.example")


@pytest.fixture
def other(world: World) -> Person:
    return world.person("other@chain.example")


def counted(person: Person) -> int:
    return int(get_user(person.user_id)[0].contacts)


def deleted(person: Person, items: Any) -> int:
    answer = person.delete("/user/contact", {"items": items})
    assert answer.body.keys() == {"Status", DELETED}
    return int(answer.body[DELETED])


def test_contact_is_listed_with_exactly_the_published_keys(buyer: Person) -> None:
    answer = buyer.post("/user/contact", ALL)
    assert answer.body == {"Status": True, "id": answer.body["id"]}
    assert buyer.get("/user/contact").body == [{"id": answer.body["id"], **ALL}]
    assert buyer.get("/user/details").body["contacts"] == buyer.get("/user/contact").body


def test_what_is_left_out_is_empty(buyer: Person) -> None:
    buyer.post("/user/contact", {"city": "Тверь", "street": "Садовая", "phone": 79000000000})
    (contact,) = buyer.get("/user/contact").body
    assert (contact["phone"], contact["house"]) == ("79000000000", "")


def test_missing_fields_are_named(buyer: Person) -> None:
    answer = buyer.post("/user/contact", {"house": "7"})
    assert (answer.status, answer.body["Errors"].keys()) == (400, {"city", "street", "phone"})


def test_a_sixth_contact_is_refused(buyer: Person) -> None:
    statuses = [buyer.post("/user/contact", CONTACT).status for _ in range(LIMIT + 1)]
    assert statuses == [200] * 5 + [409]
    assert len(buyer.get("/user/contact").body) == 5


def test_two_additions_at_once_do_not_make_a_sixth(buyer: Person) -> None:
    statuses = [buyer.post("/user/contact", CONTACT).status for _ in range(LIMIT - 1)]
    with meanwhile("TransactWriteItems", buyer.contact):
        answer = buyer.post("/user/contact", CONTACT)
    assert (statuses, answer.status, answer.body["code"]) == ([200] * 4, 409, "too_many_contacts")
    assert len(buyer.get("/user/contact").body) == counted(buyer) == 5


def test_a_deleted_contact_makes_room(buyer: Person) -> None:
    ids = [buyer.contact() for _ in range(LIMIT)]
    assert deleted(buyer, ids[:1]) == 1
    assert buyer.post("/user/contact", CONTACT).status == 200


@pytest.mark.parametrize("written", [str, int])
def test_only_what_is_named_is_changed(buyer: Person, written: type) -> None:
    identity = buyer.post("/user/contact", ALL).body["id"]
    assert buyer.put("/user/contact", {"id": written(identity), "city": "Клин", "x": 1}).body == {"Status": True}
    assert buyer.get("/user/contact").body == [{"id": identity, **ALL, "city": "Клин"}]


def test_an_empty_change_is_accepted(buyer: Person) -> None:
    assert buyer.put("/user/contact", {"id": buyer.contact()}).status == 200


@pytest.mark.parametrize(("identity", "status"), [(7, 404), ("x", 400), (None, 400), (0, 400)])
def test_refuses_a_change_of_an_unknown_contact(buyer: Person, identity: object, status: int) -> None:
    assert buyer.put("/user/contact", {"id": identity, "city": "Клин"}).status == status


def test_contact_deleted_meanwhile_does_not_come_back_by_a_change(buyer: Person) -> None:
    identity = buyer.contact()
    with meanwhile("UpdateItem", lambda: deleted(buyer, [identity])):
        assert buyer.put("/user/contact", {"id": identity, "city": "Клин"}).status == 404
    assert list(Contact.query(user_key(buyer.user_id), Contact.sk.startswith(Contact.PREFIX))) == []


def test_somebody_elses_contact_is_neither_deleted_nor_counted(buyer: Person, other: Person) -> None:
    mine, theirs = buyer.contact(), other.contact()
    assert deleted(buyer, [theirs, mine, 7]) == 1
    assert (counted(buyer), counted(other), len(other.get("/user/contact").body)) == (0, 1, 1)


@pytest.mark.parametrize(
    ("write", "count"),
    [
        (lambda ids: f"{ids[0]}, {ids[1]} ,x", 2),
        (lambda ids: [ids[0], str(ids[1]), None, "x"], 2),
        (lambda ids: ids[0], 1),
        (lambda ids: str(ids[0]), 1),
        (lambda ids: [ids[0], ids[0]], 1),
        ("".format, 0),
        (lambda ids: f"{ids[0]}add", 0),
    ],
)
def test_items_are_understood_however_they_are_written(buyer: Person, write: Any, count: int) -> None:
    ids = [buyer.contact(), buyer.contact()]
    assert deleted(buyer, write(ids)) == count
    assert len(buyer.get("/user/contact").body) == counted(buyer) == 2 - count


@pytest.mark.parametrize("body", [{}, {"items": None}, {"items": {}}])
def test_deleting_needs_items(buyer: Person, body: dict[str, Any]) -> None:
    answer = buyer.delete("/user/contact", body)
    assert (answer.status, list(answer.body["Errors"])) == (400, ["items"])


def test_contact_deleted_twice_at_once_is_counted_once(buyer: Person) -> None:
    identity = buyer.contact()
    with meanwhile("TransactWriteItems", lambda: deleted(buyer, [identity])):
        assert deleted(buyer, [identity]) == 0
    assert counted(buyer) == 0


def test_thousands_of_ids_cost_one_query(buyer: Person) -> None:
    with watched() as sent:
        assert deleted(buyer, list(range(1, 5000))) == 0
    assert [call.operation for call in sent] == ["GetItem", "Query"]


def test_refused_addition_leaves_the_counter_alone(buyer: Person) -> None:
    User.at(buyer.user_id).update(actions=[User.contacts.set(LIMIT)])
    assert buyer.post("/user/contact", CONTACT).status == 409
    assert (counted(buyer), buyer.get("/user/contact").body) == (LIMIT, [])
