"""Deleting what a smoke test made takes all of it and nothing of anybody else."""

import boto3

from chalicelib.accounts.admin import create_administrator
from chalicelib.models.imports import Progress
from chalicelib.notifications.quiet import silence
from chalicelib.settings import settings
from infra.operating.smoke_traces import Traces, clean, make_token
from tests.integration.world import CONTACT, PASSWORD, World, good, price_list

EMAILS = [f"{who}@run.example" for who in ("admin", "buyer", "shop", "bounce")]
#: Counts that expire, the counter of order numbers, and what lists of everything keep beside their entries.
SHARED = ("THROTTLE#", "COUNTER#", "LISTING", "DIRECTORY#")
Stored = dict[tuple[str, str, str], object]


def stored() -> Stored:
    """Every item and every version of a file."""
    dynamodb, s3, found = boto3.client("dynamodb"), boto3.client("s3"), Stored()
    for table in dynamodb.list_tables()["TableNames"]:
        for item in dynamodb.scan(TableName=table)["Items"]:
            if not item["pk"]["S"].startswith(SHARED):
                found[table, item["pk"]["S"], item["sk"]["S"]] = item
    for version in s3.list_object_versions(Bucket=settings().files_bucket).get("Versions", []):
        found["file", version["Key"], version["VersionId"]] = version["Size"]
    return found


def directories(world: World) -> list[object]:
    """The lists of shops and categories, whose pages are kept."""
    return [world.call("GET", path).body for path in ("/shops", "/categories")]


def order_something(world: World, category: str, admin: str, buyer: str, shop: str) -> None:
    """Play what a smoke test plays: a list, an order up to its end, and the mails of all."""
    create_administrator(admin, PASSWORD)
    seller, customer = world.register(shop, "shop"), world.register(buyer)
    assert world.drop(world.shop_of(seller), price_list(good(1), good(2), category=category))
    [offer, _] = world.call("GET", f"/products?shop_id={world.shop_of(seller)}").body
    world.call("POST", "/basket", {"items": [{"product_info": offer["id"], "quantity": 2}]}, customer)
    contact = world.call("POST", "/user/contact", CONTACT, customer).body["id"]
    basket = world.call("GET", "/basket", token=customer).body[0]["id"]
    placed = world.call("POST", "/order", {"id": basket, "contact": contact}, customer)
    assert placed.status == 200, placed.body
    world.pump()
    for state in ("confirmed", "assembled", "sent"):
        moved = world.call("POST", f"/partner/orders/{placed.body['id']}/state", {"state": state}, seller)
        assert moved.status == 200, moved.body
    assert world.call("POST", f"/order/{placed.body['id']}/received", token=customer).status == 200
    world.pump()


def test_all_of_the_run_is_deleted_and_nothing_else(world: World) -> None:
    order_something(world, "Смартфоны", "admin@us.example", "buyer@chain.example", "shop@north.example")
    before, listed = stored(), directories(world)
    admin, buyer, shop, bounce = EMAILS
    order_something(world, "Smoke test beef", admin, buyer, shop)
    world.register(bounce)
    silence(bounce, "2026", "550 unknown", None)
    made = stored().keys() - before.keys()
    assert (len(made) > 30, directories(world) != listed) == (True, True)
    known: Traces = {
        "emails": EMAILS,
        "category": "Smoke test beef",
        "since": "2000",
        "files": [],
        "users": [],
        "shops": [],
        "orders": [],
        "imports": [],
    }
    found = clean(known)
    assert {kind: len(found[kind]) for kind in ("users", "shops", "orders", "imports")} == {  # type: ignore[literal-required]
        "users": 4,
        "shops": 1,
        "orders": 1,
        "imports": 1,
    }
    # The other administrator was mailed about the run's order; the record of that mail is gone, too.
    assert (stored(), directories(world)) == (before, listed)
    # A function that was at work meanwhile: its traces are found by the ids, though the accounts are gone.
    key = f"documents/{found['orders'][0]}/late.pdf"
    boto3.client("s3").put_object(Bucket=settings().files_bucket, Key=key, Body=b"%PDF")
    Progress.at(found["imports"][0]).update(actions=[Progress.written.set(2)])
    assert len(stored()) == len(before) + 2
    clean(found)
    assert stored() == before


def test_a_made_token_confirms_the_account(world: World) -> None:
    body = {"first_name": "a", "last_name": "b", "email": EMAILS[1], "password": PASSWORD, "company": "c"}
    assert world.call("POST", "/user/register", body).status == 200
    token = make_token(EMAILS[1])
    assert world.call("POST", "/user/register/confirm", {"email": EMAILS[1], "token": token}).status == 200
    assert world.login(EMAILS[1])
