"""Every address that the service hands out, in an answer, a page or a mail, leads to an answer of the service."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
import requests

from tests.e2e.conftest import RunningStack
from tests.e2e.service import CONTACT, Service, good, price_list

# Namespaces and reserved names (RFC 2606): examples of what others may write, which nobody is meant to follow.
_FOREIGN = re.compile(r"(?:.*\.)?(?:w3\.org|json-schema\.org|example|example\.com)")
_ADDRESS = re.compile(r"""https?://[^\s"'<>\\`]+""")
_LINK = re.compile(r"""(?:href|src|action)=["']?([^"'\s>]+)""")


def addresses(text: str) -> Iterator[str]:
    """The absolute addresses in a text."""
    for found in _ADDRESS.findall(text):
        yield found.rstrip(".,;:)")


class Walker(Service):
    """A client that remembers every address it is handed."""

    def __init__(self, stack: RunningStack) -> None:
        super().__init__(stack)
        self.found: dict[str, str] = {}

    def call(self, method: str, path: str, token: str = "", **request: Any) -> requests.Response:
        answer = super().call(method, path, token, **request)
        self.keep(answer, f"{method} {path}")
        return answer

    def keep(self, answer: requests.Response, source: str) -> None:
        kind = answer.headers.get("Content-Type", "")
        if "json" in kind:
            # As a client reads them, without the escapes.
            self.note(" ".join(texts(answer.json())), source)
        elif "html" in kind:
            page = unescape(answer.text)
            self.note(page, source)
            for link in _LINK.findall(page):
                if not link.startswith("data:"):
                    self.found.setdefault(urljoin(answer.url, link), source)

    def note(self, text: str, source: str) -> None:
        for address in addresses(text):
            if not _FOREIGN.fullmatch(urlsplit(address).hostname or ""):
                self.found.setdefault(address, source)


def texts(value: object) -> Iterator[str]:
    """Every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts(part)


@pytest.fixture(scope="module")
def story(stack: RunningStack) -> Walker:
    """What everyone does in the demo, with the calls whose answers, pages or mails hold addresses."""
    walker = Walker(stack)
    walker.account("shop")
    shop_email, shop = walker.account("shop")
    listed = [good(number) for number in range(1, 13)]
    walker.imported(shop, walker.upload(shop, price_list(*listed, {"id": 13}), "made.yaml"))
    walker.upload(shop, price_list(listed[0]), "held.yaml")
    walker.mailed(shop_email, "made.yaml")
    walker.mailed(shop_email, "held.yaml")
    buyer_email, buyer = walker.account()
    contact = walker.ok("POST", "/user/contact", buyer, json=CONTACT)["id"]
    walker.ok(
        "POST", "/basket", buyer, json={"items": [{"product_info": walker.goods_of(shop)[0]["id"], "quantity": 1}]}
    )
    basket = walker.ok("GET", "/basket", buyer)[0]["id"]
    placed = walker.ok("POST", "/order", buyer, json={"id": basket, "contact": contact})
    walker.mailed(buyer_email, f"№ {placed['number']}")
    walker.ok("GET", f"/order/{placed['id']}/documents", buyer)
    for path in ("/shops?page_size=1", "/categories?page_size=1", "", "/", "/docs", "/openapi.json"):
        assert walker.call("GET", path).status_code == 200
    for mail in [*stack.mails(to=shop_email), *stack.mails(to=buyer_email)]:
        page = unescape(mail.html)
        walker.note(f"{mail.text} {page}", f"mail «{mail.subject}»")
        walker.found |= {link: f"mail «{mail.subject}»" for link in _LINK.findall(page) if link not in walker.found}
    return walker


def test_every_address_that_is_handed_out_leads_to_an_answer_of_ours(stack: RunningStack, story: Walker) -> None:
    assert stack.base_url in story.found
    wrong = []
    for address, source in story.found.items():
        answer = requests.get(address, timeout=30)
        if address.startswith(f"{stack.endpoint_url}/{stack.bucket}/"):
            followed = answer.status_code == 200
        else:
            followed = "X-Request-Id" in answer.headers and "no_such_route" not in answer.text
        if not followed:
            wrong.append((source, address, answer.status_code, answer.text[:200]))
    assert wrong == []


def test_addresses_of_every_kind_were_handed_out(stack: RunningStack, story: Walker) -> None:
    base = stack.base_url
    kinds = ("/shops?page=2", "/openapi.json", "/docs", "/imports/", "/orders/")
    assert [kind for kind in kinds if not any(one.startswith(base + kind) for one in story.found)] == []
    assert any(one.startswith(f"{stack.endpoint_url}/{stack.bucket}/") for one in story.found)


def test_a_large_file_is_sent_where_the_form_says(stack: RunningStack, story: Walker) -> None:
    _, shop = story.account("shop")
    form = requests.post(
        f"{stack.base_url}/partner/uploads", headers={"Authorization": f"Token {shop}"}, timeout=30
    ).json()
    sent = requests.post(form["url"], data=form["fields"], files={"file": price_list(good(1))}, timeout=30)
    assert sent.status_code in {200, 201, 204}


def test_every_page_of_a_list_is_reached_by_the_address_in_the_one_before(story: Walker) -> None:
    page, seen = story.ok("GET", "/shops?page_size=1"), 1
    while page["next"] and seen < 3:
        page, seen = requests.get(page["next"], timeout=30).json(), seen + 1
        assert len(page["results"]) == 1
        assert requests.get(page["previous"], timeout=30).status_code == 200
    assert seen > 1
