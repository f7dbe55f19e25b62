"""The log of the stack that the end-to-end tests share names none of their people, whatever they have done before."""

import json
from typing import Any

import pytest

from tests.e2e.conftest import RunningStack
from tests.e2e.service import CONTACT, PASSWORD, Service, good


def lines(stack: RunningStack) -> list[dict[str, Any]]:
    """What functions logged; the emulator's own lines name what it was asked, such as mails."""
    log = stack.stack.state_dir / "ministack.log"
    found = []
    for line in log.read_text("utf-8", "replace").splitlines():
        start = line.find('{"time"')
        if start >= 0:
            found.append(json.JSONDecoder().raw_decode(line[start:])[0])
    return found


def test_no_line_of_a_function_names_a_person_of_the_tests(stack: RunningStack) -> None:
    if not (stack.stack.state_dir / "ministack.log").exists():
        pytest.skip("the log of this stack is elsewhere")
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
    assert sum(line["message"] == "request" for line in found) > 8
    assert sum(line["message"] == "mail" for line in found) > 3
    text = json.dumps(found, ensure_ascii=False)
    # Every account of these tests has a mailbox there; the part after the @ may be logged.
    named = {line["message"] for line in found if _has_mailbox(json.dumps(line, ensure_ascii=False))}
    assert named == set()
    assert [word for word in (PASSWORD, "Круглова", CONTACT["phone"], CONTACT["street"]) if word in text] == []


def _has_mailbox(text: str) -> bool:
    """Whether somebody's part of an address stands before the @ of an address."""
    before = [part[-1:] for part in text.split("@e2e.example")[:-1]]
    return any(mark.isalnum() for mark in before)
