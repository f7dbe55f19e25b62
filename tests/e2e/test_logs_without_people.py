"""The log of the stack that the end-to-end tests share names none of their people, whatever they have done before."""

from tests.e2e.conftest import RunningStack
from tests.e2e.service import CONTACT, PASSWORD, Service, good


def lines(stack: RunningStack) -> list[str]:
    """What functions have logged since the stack was started, as far as the emulator waits for it."""
    logs = stack.client("logs")
    groups = [one["logGroupName"] for one in logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/")["logGroups"]]
    pages = (page for group in groups for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group))
    return [event["message"] for page in pages for event in page["events"]]


def test_no_line_of_a_function_names_a_person_of_the_tests(stack: RunningStack) -> None:
    service = Service(stack)
    _, [offer] = service.shop_with(good(1))
    email, token = service.account()
    contact = int(service.ok("POST", "/user/contact", token, json=CONTACT)["id"])
    service.ok("POST", "/basket", token, json={"items": [{"product_info": offer["id"], "quantity": 1}]})
    basket = service.ok("GET", "/basket", token)[0]["id"]
    service.ok("POST", "/order", token, json={"id": basket, "contact": contact})
    service.call("POST", "/user/login", json={"email": email, "password": "wrong horse 9"})
    service.mailed(email, "Заказ")
    found = lines(stack)
    assert sum('"message": "request"' in line for line in found) > 8
    # Functions of queues log as the API does.
    assert any('"message": "mail"' in line for line in found)
    # Every account of these tests has a mailbox there; the part after the @ may be logged.
    words = (PASSWORD, "Круглова", CONTACT["phone"], CONTACT["street"])
    assert [line for line in found if _has_mailbox(line) or any(word in line for word in words)] == []


def _has_mailbox(text: str) -> bool:
    """Whether somebody's part of an address stands before the @ of an address."""
    before = [part[-1:] for part in text.split("@e2e.example")[:-1]]
    return any(mark.isalnum() for mark in before)
