"""What happens to an order after it was placed, on the deployed stack: answers, documents, bounces."""

import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from infra.demo import wait_for
from tests.e2e.conftest import RunningStack
from tests.e2e.service import Service, good


def ordered(service: Service) -> tuple[str, str, int, list[dict[str, Any]]]:
    """Tokens of a shop and of a buyer who ordered from it, the order, and the shop's offers."""
    shop, offers = service.shop_with(good(1), good(2))
    buyer, contact = service.buyer()
    items = [{"product_info": offer["id"], "quantity": 4} for offer in offers]
    for _ in range(2):  # under one key, so that it is added once
        service.ok("POST", "/basket/items", buyer, json={"items": items}, headers={"Idempotency-Key": "ordered"})
    basket = service.ok("GET", "/basket", buyer)[0]["id"]
    order = service.ok("POST", "/order", buyer, json={"id": basket, "contact": contact})
    return shop, buyer, int(order["id"]), offers


def documents(service: Service, path: str, token: str, count: int) -> list[dict[str, Any]]:
    """Return the documents once there are ``count`` of them."""

    def there() -> Any:
        found = service.ok("GET", path, token)["documents"]
        return found if len(found) == count else None

    return list(wait_for(f"{count} documents", there))


def fetched(document: dict[str, Any]) -> bytes:
    answer = requests.get(document["url"], timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.content


def test_an_answer_changes_the_order_its_stock_and_its_documents(stack: RunningStack) -> None:
    service = Service(stack)
    shop, buyer, order_id, offers = ordered(service)
    workbook, waybill = documents(service, f"/order/{order_id}/documents", buyer, 2)
    assert fetched(waybill).startswith(b"%PDF")
    assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(fetched(workbook))).namelist()

    items = [{"id": offers[0]["id"], "quantity": 1, "reason": "Нет на складе"}]
    part = service.ok("POST", f"/partner/orders/{order_id}/rows", shop, json={"items": items})
    assert part["version"] == 2
    left = {offer["id"]: offer["quantity"] for offer in service.goods_of(shop)}
    assert (left[offers[0]["id"]], left[offers[1]["id"]]) == (9, 6)
    assert [one["version"] for one in documents(service, f"/partner/orders/{order_id}/documents", shop, 2)] == [2, 1]
    order = service.ok("GET", f"/order/{order_id}", buyer)
    assert order["ordered_sum"] - order["total_sum"] == 300


def test_a_bounce_that_ses_tells_of_silences_the_address(stack: RunningStack) -> None:
    service = Service(stack)
    _, admin = service.administrator()
    email, _ = service.account()
    user = service.ok("GET", "/admin/users", admin, params={"email": email})["results"][0]["id"]
    mail = next(
        one
        for one in service.ok("GET", "/admin/mails", admin, params={"status": "sent"})["results"]
        if one["sent_to"] == [email]
    )
    topics = [one["TopicArn"] for one in stack.client("sns").list_topics()["Topics"]]
    topic = next(arn for arn in topics if arn.endswith("-mail-feedback"))
    for _ in range(2):
        stack.client("sns").publish(TopicArn=topic, Message=bounce(mail, email))

    def bounced() -> Any:
        shown = service.ok("GET", f"/admin/mails/{mail['id']}", admin)
        return shown if shown["status"] == "bounced" else None

    shown = wait_for("bounced mail", bounced)
    assert len(shown["feedback"]) == 1
    assert service.ok("GET", f"/admin/users/{user}", admin)["mail_quiet"]["mail"] == mail["id"]

    service.ok("POST", "/user/password_reset", json={"email": email})
    quiet = wait_for("quiet mail", lambda: of_status(service, admin, f"address:{email}", "quiet"))
    assert quiet["kind"] == "password_reset"
    service.ok("POST", f"/admin/users/{user}/mail/allow", admin)
    assert service.ok("GET", f"/admin/users/{user}", admin)["mail_quiet"] is None


def of_status(service: Service, admin: str, recipient: str, status: str) -> Any:
    """Return the newest mail of this status to the recipient, or None if there is none yet."""
    found = service.ok("GET", "/admin/mails", admin, params={"status": status})["results"]
    return next((one for one in found if one["recipient"] == recipient), None)


def bounce(mail: dict[str, Any], email: str) -> str:
    """The notification as SES publishes it."""
    recipient = {
        "emailAddress": email,
        "action": "failed",
        "status": "5.1.1",
        "diagnosticCode": "smtp; 550 no such user",
    }
    return json.dumps(
        {
            "notificationType": "Bounce",
            "bounce": {
                "feedbackId": f"0100-{mail['id']}",
                "bounceType": "Permanent",
                "bounceSubType": "General",
                "bouncedRecipients": [recipient],
                "timestamp": "2026-11-23T16:00:00.000Z",
                "reportingMTA": "dsn; mx.example",
            },
            "mail": {
                "timestamp": "2026-11-23T15:59:59.000Z",
                "source": "orders@retail-orders.example",
                "messageId": mail["message_id"],
                "destination": [email],
                "headersTruncated": False,
                "headers": [{"name": "X-Message-Key", "value": str(mail["id"])}],
            },
        }
    )


def test_answers_and_a_cancelation_at_once_give_every_piece_back_once(stack: RunningStack) -> None:
    """Six answers and two cancelations at the same moment: what the order still holds and the stock add up to ten."""
    service = Service(stack)
    shop, buyer, order_id, offers = ordered(service)

    def act(number: int) -> int:
        own = Service(stack)
        if number % 4 == 3:
            return own.call("POST", f"/order/{order_id}/cancel", buyer, json={}).status_code
        items = [{"id": offer["id"], "quantity": number % 4, "reason": "Нет"} for offer in offers]
        return own.call("POST", f"/partner/orders/{order_id}/rows", shop, json={"items": items}).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(act, range(8)))
    assert set(statuses) <= {200, 409, 429}
    order = service.ok("GET", f"/order/{order_id}", buyer)
    canceled = order["state"] == "canceled"
    held = {row["id"]: 0 if canceled else row["quantity"] for row in order["ordered_items"]}
    left = {offer["id"]: offer["quantity"] for offer in service.goods_of(shop)}
    assert {offer: held[offer] + left[offer] for offer in held} == dict.fromkeys(held, 10)
    answered = [event for event in order["events"] if event["rows"]]
    assert all(row["now"] < row["was"] for event in answered for row in event["rows"])
