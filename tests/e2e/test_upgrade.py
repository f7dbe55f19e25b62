"""`make up` on the state of an older version: work under way continues, and stored data stays valid.

The state was made by tests/e2e/upgrade/make_state.py, which says how to make it again, and lies in state.tar.gz beside
it. The functions that read queues are off in it. They are switched on after the deployment, so that all that waits is
done by the present code, and not by the old code, which is not in the archive, in the seconds before.
"""

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from infra import commands
from infra.demo import wait_for
from infra.local import process
from infra.settings import embedded_stack
from infra.stages import read_stage
from infra.template import load_template
from tests.e2e.conftest import RunningStack
from tests.e2e.service import PASSWORD, Service
from tests.e2e.upgrade.kept import free_port, has, unpack

QUEUE_FUNCTIONS = ("run_import", "apply_chunk", "run_export", "send_mail", "mail_feedback")


@dataclass(frozen=True)
class Upgraded:
    """The upgraded service, the story of the old one, and what the new one answered before any queue was read."""

    service: Service
    story: dict[str, Any]
    at_first: dict[str, Any]

    def token(self, person: str) -> str:
        """The session token that the old code issued."""
        return str(self.story["people"][person]["token"])

    def email(self, person: str) -> str:
        return str(self.story["people"][person]["email"])


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upgraded]:
    directory = tmp_path_factory.mktemp("upgraded")
    port = free_port()
    story = unpack(directory, port)
    own = embedded_stack(directory, port)
    try:
        service = Service(RunningStack(own, read_stage("local"), commands.up(own)))
        at_first = {
            asked: service.ok("GET", asked.split()[1], story["people"][asked.split()[0]]["token"])
            for asked in story["answers"]
        }
        for function in QUEUE_FUNCTIONS:
            _switch_on(service, function)
        yield Upgraded(service, story, at_first)
    finally:
        process.stop(own, keep_state=False)
        shutil.rmtree(directory / "tmp", ignore_errors=True)


def _switch_on(service: Service, function: str) -> None:
    client = service.stack.client("lambda")
    mappings = client.list_event_source_mappings(FunctionName=service.stack.stage.lambda_name(function))
    (mapping,) = mappings["EventSourceMappings"]
    client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


def _sweep(service: Service) -> None:
    event = {
        **{"version": "0", "account": "000000000000", "region": "us-east-1", "id": "0", "resources": []},
        **{"detail": {}, "detail-type": "Scheduled Event", "source": "aws.events", "time": "2026-11-23T16:00:00Z"},
    }
    name = service.stack.stage.lambda_name("sweep")
    answer = service.stack.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event).encode())
    assert "FunctionError" not in answer, answer["Payload"].read()


def test_the_api_stays_where_it_was(upgraded: Upgraded) -> None:
    apis = upgraded.service.stack.client("apigateway").get_rest_apis()["items"]
    assert [api["id"] for api in apis] == [upgraded.story["api"]]
    assert f"/{upgraded.story['api']}/" in upgraded.service.stack.base_url


def test_old_sessions_see_what_they_saw(upgraded: Upgraded) -> None:
    assert upgraded.story["answers"]
    for asked, answer in upgraded.story["answers"].items():
        assert has(upgraded.at_first[asked], answer), (asked, upgraded.at_first[asked], answer)


def test_stored_mails_and_baskets_expire(upgraded: Upgraded) -> None:
    stack = upgraded.service.stack
    tables = [stack.stage.table(name) for name in ("jobs", "baskets")]
    items = [one for table in tables for one in stack.client("dynamodb").scan(TableName=table)["Items"]]
    assert {"expires_at" in one for one in items if one["sk"]["S"] in ("MAIL", "BASKET")} == {True}


def test_what_was_stored_is_in_the_lists_of_administrators(upgraded: Upgraded) -> None:
    service, token = upgraded.service, upgraded.token("admin")
    lists = ("users", "shops", "imports", "orders?limit=1")
    users, shops, imports, orders = (service.ok("GET", f"/admin/{one}", token)["results"] for one in lists)
    assert {one["email"] for one in users} >= {upgraded.email(one) for one in ("admin", "shop", "buyer")}
    assert {one["owner"] for one in shops} >= {one["id"] for one in users if one["type"] == "shop"} != set()
    assert upgraded.story["queued"]["import_id"] in {one["id"] for one in imports}
    assert service.ok("GET", f"/admin/orders?number={orders[0]['number']}", token)[0]["id"] == orders[0]["id"]


def test_old_passwords_log_in(upgraded: Upgraded) -> None:
    assert all(upgraded.service.login(upgraded.email(person)) for person in ("admin", "shop", "buyer"))


def test_every_message_is_understood(upgraded: Upgraded) -> None:
    """A message at which a function fails stays in its queue, whatever the sweeper does about its job."""
    service = upgraded.service
    sqs, names = service.stack.client("sqs"), service.stack.stage.environment
    urls = [sqs.get_queue_url(QueueName=names[name])["QueueUrl"] for name in names if name.endswith("_QUEUE")]
    kinds = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]

    def left(url: str) -> int:
        return sum(map(int, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=kinds)["Attributes"].values()))

    assert len(urls) == 6
    wait_for("empty queues", lambda: None if any(map(left, urls)) else True)


def test_a_list_that_was_queued_is_imported(upgraded: Upgraded) -> None:
    report = upgraded.service.imported(upgraded.token("shop"), upgraded.story["queued"]["import_id"])
    assert report["status"] == "done"
    counts = report["counts"]
    # Three goods were ordered since the last list, so that their stock is set again.
    assert [counts[name] for name in ("created", "changed", "unchanged", "withdrawn")] == [1, 3, 8, 1]


def test_an_import_goes_on_with_the_chunks_that_are_left(upgraded: Upgraded) -> None:
    service, token, story = upgraded.service, upgraded.token("large"), upgraded.story["large"]
    report = service.imported(token, story["import_id"])
    assert (report["status"], report["counts"]["created"], report["counts"]["written"]) == (
        "done",
        story["goods"],
        story["goods"],
    )
    wanted = {f"m/{number}" for number in range(1, story["goods"] + 1)}
    assert {offer["model"] for offer in _all_goods(service, upgraded.story["shops"]["large"])} == wanted


def _all_goods(service: Service, shop_id: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    asked: dict[str, Any] = {"shop_id": shop_id, "limit": 100}
    while True:
        page = service.ok("GET", "/products", params=asked)
        found += page["results"]
        if page["next"] is None:
            return found
        asked["cursor"] = page["next"]


def test_a_list_under_review_is_approved_by_the_old_link_and_is_the_same_list_afterwards(upgraded: Upgraded) -> None:
    service, token, story = upgraded.service, upgraded.token("reviewed"), upgraded.story["reviewed"]
    path, _, review_token = story["link"].partition("?token=")
    assert service.call("GET", story["link"]).status_code == 200
    decided = service.call("POST", path, json={"token": review_token, "decision": "approve"})
    assert decided.status_code == 200, decided.text
    report = service.imported(token, story["import_id"])
    assert (report["status"], report["counts"]["withdrawn"]) == ("done", 10)
    assert {offer["model"] for offer in service.goods_of(token)} == {"m/1", "m/2", "m/13"}
    # The old code computed the digests, the new one compares with them: one good has every field there is.
    again = service.imported(token, service.upload(token, story["list"].encode()))
    assert (again["status"], again["counts"]["unchanged"]) == ("unchanged", 3)


def test_the_mails_of_an_order_go_out_once(upgraded: Upgraded) -> None:
    service, placed, canceled = upgraded.service, upgraded.story["placed"], upgraded.story["canceled"]
    for person, subject in (
        ("buyer", f"Заказ № {placed['number']} принят"),
        ("admin", f"Новый заказ № {placed['number']}"),
        ("shop", f"Новый заказ № {placed['number']}-1"),
        ("shop", f"Отменено: заказ № {canceled['number']}"),
        ("large", "Прайс-лист list.yaml: загружен"),
    ):
        service.mailed(upgraded.email(person), subject)
    # Everything is long due by now: whatever the sweeper queues again must not be sent again.
    _sweep(service)
    _until_nothing_is_pending(upgraded)
    subjects = Counter((*mail.to, mail.subject) for mail in service.stack.mails() if "№" in mail.subject)
    about = {key: count for key, count in subjects.items() if str(placed["number"]) in key[-1]}
    assert set(about.values()) == {1}, about
    assert {to for to, _ in about} >= {upgraded.email(person) for person in ("buyer", "admin", "shop")}
    assert not {(*to, subject) for to, subject in upgraded.story["sent"] if "№" in subject} & subjects.keys()


def _until_nothing_is_pending(upgraded: Upgraded) -> None:
    admin = upgraded.token("admin")

    def none() -> Any:
        pending = upgraded.service.ok("GET", "/admin/mails", admin, params={"status": "pending"})["results"]
        return None if pending else True

    wait_for("the outbox", none)


def test_the_sweeper_finds_the_mail_whose_message_was_lost(upgraded: Upgraded) -> None:
    service, email = upgraded.service, upgraded.email("forgetful")
    _sweep(service)
    token = service.token_mailed(email, "Новый пароль")
    service.ok(
        "POST", "/user/password_reset/confirm", json={"email": email, "token": token, "password": PASSWORD + "1"}
    )
    assert len(service.stack.mails(to=email)) == 1


def test_an_export_that_was_queued_is_ready(upgraded: Upgraded) -> None:
    service, token = upgraded.service, upgraded.token("buyer")

    def ready() -> Any:
        told = service.ok("GET", f"/order/exports/{upgraded.story['export']['export_id']}", token)
        return told if told["finished_at"] else None

    told = wait_for("the export", ready)
    assert told["status"] == "done", told
    file = requests.get(told["url"], timeout=30)
    rows = [json.loads(line) for line in file.text.splitlines()]
    numbers = {upgraded.story[order]["number"] for order in ("ended", "placed", "canceled")}
    assert {row["number"] for row in rows} == numbers
    service.mailed(upgraded.email("buyer"), "Выгрузка")


def test_a_bounce_that_was_queued_is_recorded(upgraded: Upgraded) -> None:
    path = f"/admin/mails/{upgraded.story['bounced']['mail_id']}"

    def bounced() -> Any:
        mail = upgraded.service.ok("GET", path, upgraded.token("admin"))
        return mail if mail["status"] == "bounced" else None

    assert len(wait_for("the bounce", bounced)["feedback"]) == 1


def test_goods_of_a_merged_category_are_moved(upgraded: Upgraded) -> None:
    service, token = upgraded.service, upgraded.token("merged")

    def moved() -> Any:
        (offer,) = service.goods_of(token)
        return offer if offer["product"]["category"] == "Смартфоны" else None

    assert wait_for("the move", moved)["model"] == "w"
    asked = {"shop_id": service.shop_id(token), "category_id": upgraded.story["merged"]["into"]}
    assert [offer["model"] for offer in service.ok("GET", "/products", params=asked)] == ["w"]


def test_an_order_placed_before_is_known_by_its_key_and_can_be_moved(upgraded: Upgraded) -> None:
    service, placed = upgraded.service, upgraded.story["placed"]
    again = service.call("POST", "/order", upgraded.token("buyer"), json=placed["asked"], headers=placed["key"])
    assert (again.status_code, again.json()) == (200, placed["answered"])
    assert again.headers["Idempotent-Replayed"] == "true"
    for state in ("confirmed", "assembled"):
        path = f"/admin/orders/{placed['id']}/state"
        assert service.ok("POST", path, upgraded.token("admin"), json={"state": state})["state"] == state
    service.mailed(upgraded.email("buyer"), f"№ {placed['number']}: ")
    order = service.ok("GET", f"/order/{placed['id']}", upgraded.token("buyer"))
    assert order["events"][0]["kind"] == "placed"
    (canceled,) = [
        one
        for one in service.ok("GET", "/order", upgraded.token("buyer"))
        if one["id"] == upgraded.story["canceled"]["id"]
    ]
    assert canceled["state"] == "canceled"


def test_documents_made_before_and_missing_then_are_there(upgraded: Upgraded) -> None:
    service, token = upgraded.service, upgraded.token("buyer")
    for order in ("ended", "placed"):
        path = f"/order/{upgraded.story[order]['id']}/documents"

        def both(path: str = path) -> Any:
            found = service.ok("GET", path, token)["documents"]
            return found if len(found) == 2 else None

        for document in wait_for("two documents", both):
            assert requests.get(document["url"], timeout=30).content[:2] in {b"PK", b"%P"}


def test_the_basket_filled_before_becomes_an_order(upgraded: Upgraded) -> None:
    service, token = upgraded.service, upgraded.token("buyer")
    (basket,) = service.ok("GET", "/basket", token)
    body = {"id": basket["id"], "contact": upgraded.story["contact"]}
    placed = service.ok("POST", "/order", token, json=body)
    assert placed["number"] > upgraded.story["canceled"]["number"]
    order = service.ok("GET", f"/order/{placed['id']}", token)
    assert [(row["product_info"]["model"], row["quantity"]) for row in order["ordered_items"]] == [("m/4", 7)]


def test_tables_have_the_indexes_of_this_version_and_no_others(upgraded: Upgraded) -> None:
    stack = upgraded.service.stack
    wanted: Any = load_template()["Resources"]["CatalogueTable"]["Properties"]
    found: Any = stack.client("dynamodb").describe_table(TableName=stack.stage.table("catalogue"))["Table"]
    assert len({frozenset(one["IndexName"] for one in of["GlobalSecondaryIndexes"]) for of in (wanted, found)}) == 1
