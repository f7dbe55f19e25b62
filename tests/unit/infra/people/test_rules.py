"""Which texts name a person, and what becomes of what others wrote."""

import json
from typing import Any

import pytest

from infra.people.exporting import concerns
from infra.people.person import Person
from infra.people.rules import forgetting

ANNA = Person("anna@x.example", 7, "buyer", frozenset({100}))
NOBODY = Person("anna@x.example")


@pytest.mark.parametrize(
    "text",
    [
        "anna@x.example",
        "THROTTLE#login#anna@x.example#10.0.0.1",
        '["a@b.example","ANNA@x.example"]',
        "<anna@x.example>.",
    ],
)
def test_an_address_is_found_wherever_it_stands(text: str) -> None:
    assert ANNA.is_in(text)
    assert not ANNA.is_in(ANNA.without(text))


@pytest.mark.parametrize(
    "text", ["joanna@x.example", "j.anna@x.example", "anna@x.example.org", "anna@x.examples", "o'anna@x.example"]
)
def test_the_end_of_another_address_is_not_the_person(text: str) -> None:
    assert not ANNA.is_in(text)
    assert ANNA.without(text) == text


def item(pk: str, sk: str, **texts: Any) -> Any:
    made = {name: {"S": one if isinstance(one, str) else json.dumps(one)} for name, one in texts.items()}
    return {"pk": {"S": pk}, "sk": {"S": sk}, **made}


def mail(**texts: Any) -> Any:
    return item("MAIL#1", "MAIL", **{"recipient": "shop:5", "about": {}, **texts})


def about_after(person: Person, **texts: Any) -> Any:
    change = forgetting("jobs", person)(mail(**texts))
    return None if change is None else json.loads(change.set["about"]["S"])


def test_what_the_buyer_or_an_administrator_wrote_about_the_person_goes_and_what_others_wrote_stays() -> None:
    by_buyer = {"order_id": 100, "by": "buyer", "reason": "ill"}
    assert about_after(ANNA, about=by_buyer) == {**by_buyer, "reason": None}
    blocked = {"user_id": 7, "blocked": True, "reason": "never answers"}
    assert about_after(ANNA, about=blocked) == {**blocked, "reason": None}
    for other in ({"order_id": 100, "by": "shop", "reason": "sold"}, {"order_id": 1, "by": "buyer", "reason": "ill"}):
        assert about_after(ANNA, about=other) is None


def test_what_the_buyer_wrote_about_a_delivery_goes_and_what_arrived_stays() -> None:
    rule = forgetting("orders", ANNA)
    part = item("ORDER#100", "PART#5", contact={}, received={"1": [2, "wet"], "2": [3, ""]})
    change = rule(part)
    assert change is not None
    assert json.loads(change.set["received"]["S"]) == {"1": [2, ""], "2": [3, ""]}
    rows = [{"shop": 5, "id": 1, "name": "Чай", "was": 3, "now": 2, "reason": "wet"}]
    event = {**item("ORDER#100", "EVENT#1", source="", rows=rows), "actor_id": {"N": "7"}}
    told = rule(event)
    assert told is not None
    assert json.loads(told.set["rows"]["S"]) == [{**rows[0], "reason": ""}]
    assert rule({**part, **change.set}) is None
    assert rule({**event, **told.set}) is None
    assert rule({**event, "actor_id": {"N": "8"}}) is None


def test_of_a_mail_to_several_only_the_address_of_the_person_goes() -> None:
    sent = mail(recipient="administrators", sent_to=["root@us.example", "anna@x.example"])
    change = forgetting("jobs", ANNA)(sent)
    assert change is not None
    assert json.loads(change.set["sent_to"]["S"]) == ["root@us.example", "person-7@forgotten.invalid"]


def test_addresses_that_the_account_had_before_go_too() -> None:
    sent = mail(recipient="user:7", sent_to=["old@x.example"], about={"user_id": 7, "to": "old@x.example"})
    change = forgetting("jobs", ANNA)(sent)
    assert change is not None
    assert "old@x.example" not in json.dumps(change.set)
    again = {**sent, **change.set}
    assert forgetting("jobs", ANNA)(again) is None


@pytest.mark.parametrize(
    "other",
    [
        item("USER#8", "CONTACT#1", email="joanna@x.example"),
        item("USER#70", "SESSION#1"),
        item("THROTTLE#login#joanna@x.example", "THROTTLE"),
        item("LINK#report#1", "hash", email="joanna@x.example"),
    ],
)
@pytest.mark.parametrize("person", [ANNA, NOBODY])
def test_nothing_of_others_is_touched(person: Person, other: Any) -> None:
    assert forgetting("accounts", person)(other) is None
    assert concerns(other, person) == ""


def test_without_an_account_the_id_0_of_others_means_nobody() -> None:
    for other in (item("USER#0", "CONTACT#1"), item("LINK#report#1", "x", user_id="0")):
        assert forgetting("accounts", NOBODY)(other) is None
    export = item("EXPORT#1", "EXPORT", owner="user:0")
    assert forgetting("jobs", NOBODY)(export) is None
    assert concerns(export, NOBODY) == ""
