"""Whatever is sent: an answer of ours, soon, and small enough for Lambda to carry."""

import json
import time
from itertools import product
from urllib.parse import quote

import pytest

from chalicelib.answers.fitting import ANSWER_BYTES
from chalicelib.bodies import MAX_BYTES
from chalicelib.errors import MAX_FAULTS, RowsRefused
from chalicelib.handlers import accounts as views
from chalicelib.logs import log
from chalicelib.routes import DECLARED, Access, Route
from tests.integration.world import Answer, Person, World

# Seconds. API Gateway waits 29, and this machine may be busy.
SOON = 5
FORM = "application/x-www-form-urlencoded"
MARKS = "a" + "\u0301" * 25_000 + "\u0316" * 25_000


def with_lists() -> list[Route]:
    """The calls whose body holds a list."""
    return [route for route in DECLARED if route.body is not None and "items" in route.body.model_fields]


def filled(entry: str) -> str:
    """A JSON list of as many such entries as 2 MB hold."""
    return "[" + ",".join([entry] * (2_000_000 // (len(entry) + 1))) + "]"


ITEMS = {
    "empty": filled("{}"),
    "broken": filled('{"id":"x"}'),
    "wrong": filled('{"id":7,"product_info":7,"quantity":1e29,"reason":"\\u0000"}'),
    "nested": filled("[[[[]]]]"),
    "null": filled("null"),
    "long": json.dumps([{"id": MARKS, "quantity": MARKS, "reason": MARKS, "ext_id": MARKS}] * 9, ensure_ascii=False),
    "the most": json.dumps([{"id": "ю" * 4_000, "product_info": -1, "quantity": "ю" * 400}] * 80),
    "ids": json.dumps(",".join("9" * 16 for _ in range(200_000))),
}


@pytest.fixture(scope="module")
def callers(shared_world: World) -> dict[Access, Person]:
    roles = {Access.BUYER: "buyer", Access.SHOP: "shop", Access.ADMINISTRATOR: "administrator"}
    people = {access: shared_world.person(f"{role}@b.example", role) for access, role in roles.items()}
    return {**people, Access.SIGNED_IN: people[Access.BUYER]}


def sent(person: Person, route: Route, raw: bytes, content_type: str) -> tuple[Answer, float]:
    """The answer, which must be small, and the seconds it took."""
    headers = {"Content-Type": content_type, "Authorization": f"Token {person.token}"}
    started = time.process_time()
    answer = person.world.send(route.method, route.path.replace("{order_id}", "7"), raw, headers)
    took = time.process_time() - started
    assert len(json.dumps(json.dumps(answer.body))) < 100_000
    return answer, took


@pytest.mark.parametrize("items", ITEMS.values(), ids=ITEMS)
def test_a_long_broken_list_is_refused_soon_and_briefly(callers: dict[Access, Person], items: str) -> None:
    as_json = (f'{{"items":{items}}}', "application/json")
    as_form = (f"items={quote(items[:500_000])}", FORM)
    for route, (body, content_type) in product(with_lists(), [as_json, as_form]):
        answer, took = sent(callers[route.access], route, body.encode(), content_type)
        assert took < SOON, route.path
        assert answer.status in {200, 400, 404}, answer.body
        assert answer.status != 200 or route.method == "DELETE" or route.path == "/basket/items"
        if answer.status == 400:
            assert sum(map(len, answer.body["Errors"].values())) <= MAX_FAULTS


def multipart(parts: int) -> bytes:
    return b'--B\r\nContent-Disposition: form-data; name="email"\r\n\r\nx\r\n' * parts + b"--B--\r\n"


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [
        (json.dumps({"email": MARKS, "password": MARKS}).encode(), "application/json"),
        (b'{"email":"' + "\u0301\u0316".encode() * 1_000_000 + b'"}', "application/json"),
        (b"{" + b",".join(b'"k%d":1' % i for i in range(300_000)) + b"}", "application/json"),
        (b'{"email":' + b"[" * 19 + b"[]," * 1_000_000 + b"[]" + b"]" * 19 + b"}", "application/json"),
        (b"email=1&" * (MAX_BYTES // 8), FORM),
        (b"email=" + b"%D1%8E" * (MAX_BYTES // 6 - 2), FORM),
        (multipart(70_000), "multipart/form-data; boundary=B"),
        (multipart(1) + b"\r\n" * 1_000_000, "multipart/form-data; boundary=B"),
    ],
    ids=["marks", "marks without end", "keys", "nested", "fields", "long field", "parts", "after the end"],
)
def test_anyone_may_send_any_body_at_little_cost(shared_world: World, raw: bytes, content_type: str) -> None:
    started = time.process_time()
    answer = shared_world.send("POST", "/user/login", raw, {"Content-Type": content_type})
    assert time.process_time() - started < SOON
    assert answer.status == 400
    assert len(json.dumps(answer.body)) < 1_000


@pytest.mark.parametrize(
    "query", ["&".join(f"x{i}=1" for i in range(20_000)), f"q={quote(MARKS)}", "shop_id=" + "9" * 10**6]
)
def test_anyone_may_send_any_query_at_little_cost(shared_world: World, query: str) -> None:
    started = time.process_time()
    answer = shared_world.send("GET", f"/products?{query}")
    assert time.process_time() - started < SOON
    assert (answer.status, answer.body["code"]) == (400, "invalid_fields")
    assert len(json.dumps(answer.body)) < 1_000


def test_the_longest_lists_are_taken(callers: dict[Access, Person]) -> None:
    buyer = callers[Access.BUYER]
    assert buyer.delete("/basket", {"items": ",".join(["7"] * 10_000)}).body["Удалено объектов"] == 0
    results = buyer.post("/basket/items", {"items": [{"product_info": 7, "quantity": 1}] * 1_000}).body["results"]
    assert [one["position"] for one in results] == list(range(1_000))


def test_an_answer_that_lambda_would_not_carry_is_our_fault_in_our_shape(
    buyer: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def answered(letters: int) -> Answer:
        monkeypatch.setattr(views, "list_contacts", lambda _: ["ю" * letters])
        monkeypatch.setattr(views, "contact_body", lambda text: text)
        return buyer.world.send("GET", "/user/contact", b"", {"Authorization": f"Token {buyer.token}"})

    largest = ANSWER_BYTES // 6 - 2
    assert answered(largest).status == 200
    log.addHandler(caplog.handler)
    answer = answered(largest + 2)
    log.removeHandler(caplog.handler)
    assert (answer.status, answer.body["code"]) == (500, "internal_error")
    assert any("OversizedAnswer" in str(record.exc_info) for record in caplog.records)


def test_a_refusal_that_names_too_much_is_cut_and_stays_a_refusal(
    buyer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: int) -> None:
        raise RowsRefused(detail={"rows": [{"id": n, "name": "ю" * 1_000} for n in range(1_000)]})

    monkeypatch.setattr(views, "list_contacts", refuse)
    answer = buyer.world.send("GET", "/user/contact", b"", {"Authorization": f"Token {buyer.token}"})
    assert (answer.status, answer.body["code"], answer.body["shortened"]) == (409, "rows_refused", True)
    assert [len(row["name"]) for row in answer.body["rows"]] == [100] * 1_000
