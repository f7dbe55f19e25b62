"""The documents of an order: made by a job, one version beside another, given by links that end."""

from dataclasses import replace
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlparse

import pypdf
import pytest
import requests
from botocore.exceptions import ClientError

from chalicelib import aws, outbox
from chalicelib.documents import kept
from chalicelib.models.mails import Mail
from chalicelib.notifications.attempts import SendingFailed
from chalicelib.notifications.sending import send
from chalicelib.settings import settings
from tests.integration.calls import watched
from tests.integration.world import Person, World, good


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", good(1))


@pytest.fixture
def second(world: World) -> Person:
    return world.shop("second@a.example", good(7))


@pytest.fixture
def order_id(world: World, buyer: Person, shop: Person, second: Person) -> int:
    order_id = buyer.order((shop.sells(1), 4), (second.sells(7), 1))
    world.pump()
    return order_id


def names(answer: Any) -> list[str]:
    return [f"{one['name']} {one['version']}" for one in answer.body["documents"]]


def keys() -> set[str]:
    listed = aws.client("s3").list_objects_v2(Bucket=settings().files_bucket, Prefix="documents/")
    return {entry["Key"] for entry in listed.get("Contents", [])}


def test_everyone_is_given_the_documents_that_concern_them(
    world: World, buyer: Person, shop: Person, second: Person, order_id: int
) -> None:
    admin = world.person("admin@us.example", "administrator")
    number = buyer.get(f"/order/{order_id}").body["number"]
    every = [f"order-{number}.xlsx 1", f"waybill-{number}-1.pdf 1", f"waybill-{number}-2.pdf 1"]
    assert names(buyer.get(f"/order/{order_id}/documents")) == every
    assert names(admin.get(f"/admin/orders/{order_id}/documents")) == every
    assert names(shop.get(f"/partner/orders/{order_id}/documents")) == every[1:2]
    assert names(second.get(f"/partner/orders/{order_id}/documents")) == every[2:]


def test_a_shop_sees_the_same_consignee_everywhere(world: World, buyer: Person, shop: Person, order_id: int) -> None:
    company = f"ООО {buyer.email}"
    [waybill] = shop.get(f"/partner/orders/{order_id}/documents").body["documents"]
    pdf = pypdf.PdfReader(BytesIO(requests.get(waybill["url"], timeout=5).content))
    mail = next(mail for mail in world.mails() if shop.email in mail["to"] and str(order_id) in mail["text"])
    shown = [pdf.pages[0].extract_text(), mail["text"], mail["html"]]
    assert [company in words for words in shown] == [True] * 3
    assert shop.get(f"/partner/orders/{order_id}").body["contact"]["company"] == company
    assert shop.get("/partner/orders").body[0]["contact"]["company"] == company


def test_a_card_names_the_call_that_gives_the_documents(
    world: World, buyer: Person, shop: Person, order_id: int
) -> None:
    admin = world.person("admin@us.example", "administrator")
    for person, card in ((buyer, "/order"), (shop, "/partner/orders"), (admin, "/admin/orders")):
        path = person.get(f"{card}/{order_id}").body["documents"]
        assert path == f"{card.lstrip('/')}/{order_id}/documents"
        assert person.get(f"/{path}").status == 200


@pytest.mark.parametrize(
    ("public_url", "base"), [("", " "), ("https://shop.example/api/v1/", "https://shop.example/api/v1/")]
)
def test_mails_link_to_the_page_of_the_documents_in_full_where_the_address_of_the_service_is_known(
    world: World, buyer: Person, shop: Person, monkeypatch: pytest.MonkeyPatch, public_url: str, base: str
) -> None:
    told = replace(settings(), public_url=public_url)
    monkeypatch.setattr("chalicelib.notifications.sending.settings", lambda: told)
    order_id = buyer.order((shop.sells(1), 1))
    world.pump()
    path = f"orders/{order_id}/documents?token="
    for person in (buyer, shop):
        mail = next(mail for mail in reversed(world.mails()) if person.email in mail["to"])
        assert [f"{base.strip()}{path}" in mail[form] for form in ("text", "html")] == [True, True]


def test_documents_of_somebody_else_are_not_found(world: World, order_id: int) -> None:
    assert world.person("other@b.example").get(f"/order/{order_id}/documents").status == 404
    assert world.person("third@a.example", "shop").get(f"/partner/orders/{order_id}/documents").status == 404


def test_a_link_is_signed_ends_soon_and_downloads_under_the_documents_name(buyer: Person, order_id: int) -> None:
    answer = buyer.get(f"/order/{order_id}/documents")
    link = parse_qs(urlparse(answer.body["documents"][0]["url"]).query)
    assert (link["X-Amz-Expires"], answer.body["expires_in"]) == (["900"], 900)
    assert link["response-content-disposition"][0].endswith('.xlsx"')


def test_before_the_job_has_run_there_are_none(buyer: Person, shop: Person) -> None:
    order_id = buyer.order((shop.sells(1), 1))
    assert buyer.get(f"/order/{order_id}/documents").body["documents"] == []


def test_an_answer_of_the_shop_makes_another_version_of_its_waybill_only(
    world: World, buyer: Person, shop: Person, order_id: int
) -> None:
    items = [{"id": shop.sells(1), "quantity": 1, "reason": "Нет"}]
    shop.post(f"/partner/orders/{order_id}/rows", {"items": items})
    world.pump()
    answer = buyer.get(f"/order/{order_id}/documents")
    versions = [(one["name"].split("-")[0], one["version"], one["current"]) for one in answer.body["documents"]]
    assert versions == [
        ("order", 2, True),
        ("order", 1, False),
        ("waybill", 2, True),
        ("waybill", 1, False),
        ("waybill", 1, True),
    ]


def current(answer: Any) -> list[str]:
    return [f"{one['name'].split('-')[0]} {one['version']}" for one in answer.body["documents"] if one["current"]]


def test_a_part_that_was_canceled_later_keeps_no_current_waybill(
    world: World, buyer: Person, shop: Person, second: Person, order_id: int
) -> None:
    administrator = world.person("admin@us.example", "administrator")
    shop.post(f"/partner/orders/{order_id}/state", {"state": "canceled", "reason": "Нет"})
    # Until the job has run, nothing that is stored is of the whole order as it is now.
    assert current(buyer.get(f"/order/{order_id}/documents")) == ["waybill 1"]
    world.pump()
    for answer in (buyer.get(f"/order/{order_id}/documents"), administrator.get(f"/admin/orders/{order_id}/documents")):
        assert current(answer) == ["order 2", "waybill 1"]
        assert len(answer.body["documents"]) == 4
    own = shop.get(f"/partner/orders/{order_id}/documents")
    assert (len(own.body["documents"]), current(own)) == (1, [])
    assert current(second.get(f"/partner/orders/{order_id}/documents")) == ["waybill 1"]


def test_a_move_leaves_every_document_current(world: World, buyer: Person, shop: Person, order_id: int) -> None:
    for state in ("confirmed", "assembled", "sent"):
        shop.post(f"/partner/orders/{order_id}/state", {"state": state})
    buyer.post(f"/order/{order_id}/received")
    world.pump()
    assert current(buyer.get(f"/order/{order_id}/documents")) == ["order 1", "waybill 1", "waybill 1"]


def test_a_canceled_part_gets_no_waybill(world: World, buyer: Person, shop: Person) -> None:
    order_id = buyer.order((shop.sells(1), 1))
    buyer.post(f"/order/{order_id}/cancel")
    world.pump()
    assert [one["name"].split("-")[0] for one in buyer.get(f"/order/{order_id}/documents").body["documents"]] == [
        "order"
    ]


def test_documents_that_are_there_are_not_made_again(order_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    before = keys()
    monkeypatch.setattr(kept, "_made", lambda *_: 1 / 0)
    kept.make_documents(order_id)
    assert keys() == before


def test_the_administrators_mail_carries_every_waybill_and_the_workbook(
    world: World, buyer: Person, shop: Person, second: Person
) -> None:
    world.person("admin@us.example", "administrator")
    order_id = buyer.order((shop.sells(1), 1), (second.sells(7), 1))
    world.pump()
    number = buyer.get(f"/order/{order_id}").body["number"]
    mail = next(mail for mail in world.mails() if "admin@us.example" in mail["to"])
    assert mail["attachments"] == [f"waybill-{number}-1.pdf", f"waybill-{number}-2.pdf", f"order-{number}.xlsx"]


class BrokenS3:
    """S3 that refuses one operation with this code."""

    def __init__(self, operation: str, code: str) -> None:
        self._operation, self._code, self._real = operation, code, aws.client("s3")

    def __getattr__(self, name: str) -> Any:
        if name == self._operation:
            return self._refuse
        return getattr(self._real, name)

    def _refuse(self, **_: Any) -> None:
        raise ClientError({"Error": {"Code": self._code, "Message": "no"}}, self._operation)


@pytest.mark.parametrize(("operation", "code"), [("get_object", "AccessDenied"), ("put_object", "SlowDown")])
def test_a_store_that_refuses_is_asked_again_later(
    order_id: int, monkeypatch: pytest.MonkeyPatch, operation: str, code: str
) -> None:
    for key in keys():
        aws.client("s3").delete_object(Bucket=settings().files_bucket, Key=key)
    entry = outbox.compose(outbox.DOCUMENTS, outbox.DOCUMENTS, {"order_id": order_id})
    entry.save()
    real, broken = aws.client, BrokenS3(operation, code)
    with monkeypatch.context() as patched:
        patched.setattr(aws, "client", lambda service: broken if service == "s3" else real(service))
        with pytest.raises(SendingFailed):
            send(entry.mail_id)
    assert code in (Mail.get(entry.pk, entry.sk).error or "")
    send(entry.mail_id)
    assert (len(keys()), Mail.get(entry.pk, entry.sk).status) == (3, "stored")


def test_two_jobs_at_once_make_the_same_documents(order_id: int) -> None:
    entry = outbox.compose(outbox.DOCUMENTS, outbox.DOCUMENTS, {"order_id": order_id})
    entry.save()
    with watched() as calls:
        for _ in range(2):
            send(entry.mail_id)
    assert len([call for call in calls if call.operation == "UpdateItem"]) == 3  # claimed, closed, not claimed again
    assert len(keys()) == 3
