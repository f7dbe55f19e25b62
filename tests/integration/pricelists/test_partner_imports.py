"""What a supplier sees of its imports, and the forms its files are sent by."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import aws, clock
from chalicelib.settings import settings
from tests.integration.paging import walk
from tests.integration.world import Person, World, good, price_list


@pytest.fixture
def shop(world: World) -> Person:
    return world.importing_shop("shop@a.example", good(1))


@pytest.fixture
def other(world: World) -> Person:
    return world.importing_shop("other@a.example", good(7))


def test_imports_are_listed_newest_first(world: World, shop: Person, other: Person) -> None:
    made = [world.drop(shop.shop_id, price_list(good(n)), name=f"{n}.yaml") for n in range(3)]
    listed = shop.get("/partner/imports").body
    assert [row["id"] for row in listed][:3] == made[::-1]
    one = shop.get(f"/partner/imports/{made[0]}").body
    del one["errors"], one["files"], one["examples"], one["review_by"], one["preview"], one["question"]
    assert listed[2] == one
    assert len(other.get("/partner/imports").body) == 1


def test_imports_come_in_pages(world: World, shop: Person) -> None:
    for n in range(4):
        world.drop(shop.shop_id, price_list(good(n)), name=f"{n}.yaml")
    every = [row["id"] for row in shop.get("/partner/imports").body]
    assert walk(shop, "/partner/imports?limit=2") == [every[:2], every[2:4], every[4:]]
    assert walk(shop, "/partner/imports?limit=5") == [every]


def test_a_shop_without_imports_has_none(world: World) -> None:
    shop = world.person("new@a.example", "shop")
    assert shop.get("/partner/imports").body == []
    assert shop.get("/partner/imports?limit=5").body == {"results": [], "next": None}


def test_refuses_the_cursor_of_another_list(world: World, shop: Person) -> None:
    world.drop(shop.shop_id, price_list(good(1)), name="again.yaml")
    cursor = shop.get("/partner/imports?limit=1").body["next"]
    assert shop.get(f"/partner/orders?cursor={cursor}").status == 400


def policy(form: dict[str, Any]) -> dict[str, Any]:
    return dict(json.loads(base64.b64decode(form["fields"]["policy"])))


def test_an_upload_is_bound_to_its_key_its_size_and_a_quarter_of_an_hour(shop: Person) -> None:
    before = clock.now()
    answer = shop.post("/partner/uploads")
    form = answer.body
    assert (answer.status, sorted(form)) == (201, ["Status", "fields", "key", "url"])
    assert form["key"].startswith(f"incoming/{shop.shop_id}/")
    assert form["fields"]["key"] == form["key"]
    # The signature that S3 takes everywhere.
    assert form["fields"]["x-amz-algorithm"] == "AWS4-HMAC-SHA256"
    conditions = policy(form)["conditions"]
    assert ["content-length-range", 1, 400_000_000] in conditions
    assert {"key": form["key"]} in conditions
    assert {"bucket": settings().files_bucket} in conditions
    ends = clock.from_stamp(policy(form)["expiration"].replace("Z", ".000000Z"))
    assert timedelta(minutes=14) < ends - before < timedelta(minutes=16)


def test_every_upload_has_a_key_of_its_own(shop: Person, other: Person) -> None:
    keys = [caller.post("/partner/uploads").body["key"] for caller in (shop, shop, other)]
    assert len(set(keys)) == 3


def test_a_file_sent_by_an_upload_form_is_imported(world: World, shop: Person) -> None:
    key = shop.post("/partner/uploads").body["key"]
    aws.client("s3").put_object(Bucket=settings().files_bucket, Key=key, Body=b"shop: x\ncategories: []\ngoods: []\n")
    import_id = world.arrive(key)
    listed = shop.get("/partner/imports").body[0]
    assert (listed["id"], listed["door"], listed["file_name"]) == (import_id, "s3", key.rpartition("/")[2])


@pytest.mark.parametrize("body", [{}, {"url": ""}, {"url": None}, {"url": "ftp://a.example/x"}, {"url": "x" * 3000}])
@pytest.mark.parametrize("path", ["/partner/update", "/partner/update/url"])
def test_refuses_a_source_without_a_fetchable_url(shop: Person, path: str, body: dict[str, Any]) -> None:
    answer = shop.post(path, body)
    assert (answer.status, list(answer.body["Errors"])) == (400, ["url"])


@pytest.mark.parametrize("body", [{}, {"file": "text"}, {"file": 1}, {"url": "http://a.example/x.yaml"}])
def test_refuses_an_update_without_a_file(shop: Person, body: dict[str, Any]) -> None:
    answer = shop.post("/partner/update/file", body)
    assert (answer.status, list(answer.body["Errors"])) == (400, ["file"])


def test_a_file_field_without_a_chosen_file_counts_for_nothing(shop: Person) -> None:
    part = '--B\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n{}\r\n'
    blank = part.format("file", '; filename=""', "")
    form = (blank + part.format("url", "", "http://a.example/x.yaml") + "--B--\r\n").encode()
    assert shop.post("/partner/update", form, content_type="multipart/form-data; boundary=B").status == 200
    alone = shop.post("/partner/update", (blank + "--B--\r\n").encode(), content_type="multipart/form-data; boundary=B")
    assert (alone.status, list(alone.body["Errors"])) == (400, ["url"])
