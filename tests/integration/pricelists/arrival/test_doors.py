"""The doors of a price list, and which of two files counts."""

from typing import Any

import pytest
import yaml

from chalicelib import aws
from chalicelib.ids import new_id
from chalicelib.pricelists.arrival.s3_events import file_arrived
from chalicelib.settings import settings
from tests.integration.calls import meanwhile
from tests.integration.pricelists.arrival.files import imports_of, put
from tests.integration.world import Person, World, good, price_list, stored_import


@pytest.fixture
def shop(world: World) -> Person:
    return world.person("shop@a.example", "shop")


def event(key: str, version: str | None, second: int = 0) -> dict[str, Any]:
    obj = {"key": key, "versionId": version, "sequencer": f"{second:016X}"}
    return {"eventTime": f"2026-11-23T10:00:{second:02}.000Z", "s3": {"bucket": {"name": "b"}, "object": obj}}


def form(content: Any, name: str = "прайс.yaml") -> bytes:
    head = f'--edge\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return f"{head}{yaml.safe_dump(content, allow_unicode=True)}\r\n--edge--\r\n".encode()


def upload(shop: Person, content: Any, path: str = "/partner/update") -> dict[str, Any]:
    answer = shop.post(path, form(content), content_type="multipart/form-data; boundary=edge")
    assert answer.status == 200
    return dict(answer.body)


def deliver_upload(shop: Person, import_id: int) -> None:
    """The event that S3 sends of an uploaded file."""
    shop.world.arrive(stored_import(import_id).file_key or "")


def test_a_file_dropped_into_the_bucket_is_imported(world: World, shop: Person) -> None:
    import_id = world.drop(shop.shop_id, price_list(good(1), good(2)))
    record = shop.imported(import_id)
    assert (record["status"], record["door"], record["file_name"]) == ("done", "s3", "list.yaml")
    assert record["counts"]["created"] == 2


@pytest.mark.parametrize("path", ["/partner/update", "/partner/update/file"])
def test_an_uploaded_file_is_imported(shop: Person, path: str) -> None:
    body = upload(shop, price_list(good(1)), path)
    assert body == {"Status": True, "import_id": body["import_id"]}
    deliver_upload(shop, body["import_id"])
    record = shop.imported(body["import_id"])
    assert (record["status"], record["door"], record["file_name"]) == ("done", "api", "прайс.yaml")
    assert len(imports_of(shop)) == 1


def test_an_upload_whose_event_is_lost_is_imported_when_it_is_taken_up(world: World, shop: Person) -> None:
    import_id = upload(shop, price_list(good(1)))["import_id"]
    world.run_import(import_id)
    assert shop.imported(import_id)["status"] == "done"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_an_upload_that_was_stored_twice_is_one_import(world: World, shop: Person, order: tuple[int, int]) -> None:
    import_id = upload(shop, price_list(good(1)), "/partner/update?dry_run=1")["import_id"]
    key = stored_import(import_id).file_key or ""
    told = [event(key, put(key, price_list(good(1))), second) for second in (1, 2)]
    for number in order:
        assert file_arrived(told[number]) == import_id
        world.pump()
    assert [(record.import_id, record.status) for record in imports_of(shop)] == [(import_id, "planned")]
    assert stored_import(import_id).file_version == told[order[0]]["s3"]["object"]["versionId"]


def test_a_version_that_arrives_at_the_same_moment_does_not_take_the_place_of_the_first(
    world: World, shop: Person
) -> None:
    import_id = upload(shop, price_list(good(1)))["import_id"]
    key = stored_import(import_id).file_key or ""
    first, second = (event(key, put(key, price_list(good(1))), number) for number in (1, 2))
    with meanwhile("UpdateItem", lambda: file_arrived(first), table="jobs"):
        file_arrived(second)
    assert stored_import(import_id).file_version == first["s3"]["object"]["versionId"]


def test_one_version_of_an_upload_is_read_though_another_comes_before_its_event(world: World, shop: Person) -> None:
    late = {"goods": [good(1), good(2, price="x")], "categories": [{"id": 1, "name": "Смартфоны"}]}
    import_id = upload(shop, late)["import_id"]
    key = stored_import(import_id).file_key or ""
    stored = [put(key, late)]
    opened: list[str] = []

    def another(parsed: dict[str, Any], **_: Any) -> None:
        if parsed["VersionId"] in stored:
            opened.append(parsed["VersionId"])
            stored.append(put(key, price_list(good(1, price=5))))

    events = aws.client("s3").meta.events
    events.register("after-call.s3.GetObject", another)
    try:
        world.run_import(import_id)
    finally:
        events.unregister("after-call.s3.GetObject", another)
    assert len(opened) > 1
    assert set(opened) == {stored[0]}
    assert shop.imported(import_id)["status"] == "done_with_errors"


def test_a_form_that_is_sent_twice_is_two_imports(world: World, shop: Person) -> None:
    key = shop.post("/partner/uploads").body["key"]
    told = [event(key, put(key, price_list(good(1, price=price))), price) for price in (1, 2)]
    ids = [file_arrived(one) for one in told]
    world.pump()
    assert len({*ids, *(record.import_id for record in imports_of(shop))}) == 2
    assert shop.offer(1).price == 200


def test_the_event_handler_takes_every_record(world: World, shop: Person) -> None:
    keys = [f"incoming/{shop.shop_id}/{name}.yaml" for name in "ab"]
    records = [event(key, put(key, price_list(good(1))), second) for second, key in enumerate(keys)]
    world.client.lambda_.invoke("pricelist_dropped", {"Records": records})
    assert len(imports_of(shop)) == 2


def test_keys_come_url_encoded(world: World, shop: Person) -> None:
    key = f"incoming/{shop.shop_id}/мой прайс+1.yaml"
    version = put(key, price_list(good(1)))
    encoded = f"incoming/{shop.shop_id}/%D0%BC%D0%BE%D0%B9+%D0%BF%D1%80%D0%B0%D0%B9%D1%81%2B1.yaml"
    import_id = file_arrived(event(encoded, version))
    world.pump()
    assert (shop.imported(import_id)["status"], shop.imported(import_id)["file_name"]) == ("done", "мой прайс+1.yaml")


def test_the_same_event_twice_is_one_import(world: World, shop: Person) -> None:
    key = f"incoming/{shop.shop_id}/list.yaml"
    told = event(key, put(key, price_list(good(1))))
    assert file_arrived(told) == file_arrived(told)
    world.pump()
    file_arrived(told)
    world.pump()
    assert [record.status for record in imports_of(shop)] == ["done"]
    assert len(world.mails()) == 1


def test_the_same_key_again_is_another_import(world: World, shop: Person) -> None:
    first = world.drop(shop.shop_id, price_list(good(1)))
    assert world.drop(shop.shop_id, price_list(good(1, price=5))) != first
    assert shop.offer(1).price == 500


def test_a_bucket_without_versions_tells_files_apart_by_their_events(world: World, shop: Person) -> None:
    key = f"incoming/{shop.shop_id}/list.yaml"
    put(key, price_list(good(1)))
    ids = [file_arrived(event(key, None, second)) for second in (1, 2, 2)]
    world.pump()
    assert (ids[0] != ids[1], ids[1] == ids[2]) == (True, True)
    assert shop.offer(1).price == 10000


@pytest.mark.parametrize("price_of_newer", [5, 500])
def test_of_two_files_the_newer_wins_whatever_comes_first(world: World, shop: Person, price_of_newer: int) -> None:
    key = f"incoming/{shop.shop_id}/list.yaml"
    older = event(key, put(key, price_list(good(1, price=100), good(2))), 1)
    newer = event(key, put(key, price_list(good(1, price=price_of_newer))), 2)
    statuses = []
    for told in (newer, older):
        import_id = file_arrived(told)
        world.pump()
        statuses.append(shop.imported(import_id)["status"])
    assert statuses == ["done", "superseded"]
    assert shop.offer(1).price == price_of_newer * 100


def test_a_superseded_import_is_not_reported_by_mail(world: World, shop: Person) -> None:
    key = f"incoming/{shop.shop_id}/list.yaml"
    older = event(key, put(key, price_list(good(1))), 1)
    file_arrived(event(key, put(key, price_list(good(1))), 2))
    world.pump()
    file_arrived(older)
    world.pump()
    assert len(world.mails()) == 1


def test_a_newer_file_that_fails_does_not_supersede_an_older_one(world: World, shop: Person) -> None:
    key = f"incoming/{shop.shop_id}/list.yaml"
    older = event(key, put(key, price_list(good(1))), 1)
    file_arrived(event(key, put(key, {"goods": 5}), 2))
    world.pump()
    import_id = file_arrived(older)
    world.pump()
    assert shop.imported(import_id)["status"] == "done"


@pytest.mark.parametrize(
    "key",
    [
        "incoming/{unknown}/list.yaml",
        "incoming/x/list.yaml",
        "incoming/{shop}",
        "incoming/{shop}/",
        "incoming//list.yaml",
        "incoming/0/list.yaml",
        "incoming/-{shop}/list.yaml",
        "incoming/{shop}99999999999999999/list.yaml",
        "incoming/٣/list.yaml",
        "outgoing/{shop}/list.yaml",
        "list.yaml",
        "x/incoming/{shop}/list.yaml",
        "incoming/../{shop}/list.yaml",
    ],
)
def test_a_key_of_no_shop_is_ignored(world: World, shop: Person, key: str) -> None:
    told = event(key.format(shop=shop.shop_id, unknown=new_id()), "v1")
    assert file_arrived(told) is None
    assert imports_of(shop) == []


def test_a_file_named_like_an_upload_of_another_shop_is_an_import_of_its_own(world: World, shop: Person) -> None:
    other = world.person("other@a.example", "shop")
    foreign = upload(other, price_list(good(1)))["import_id"]
    import_id = world.drop(shop.shop_id, price_list(good(2)), name=f"upload-{foreign}.yaml")
    assert import_id != foreign
    assert (shop.imported(import_id)["status"], other.imported(foreign)["status"]) == ("done", "queued")


def test_a_file_that_is_gone_before_it_is_read_fails_and_says_so(world: World, shop: Person) -> None:
    key = f"incoming/{shop.shop_id}/list.yaml"
    version = put(key, price_list(good(1)))
    aws.client("s3").delete_object(Bucket=settings().files_bucket, Key=key, VersionId=version)
    import_id = file_arrived(event(key, version))
    world.pump()
    record = shop.imported(import_id)
    assert (record["status"], [error["code"] for error in record["errors"]]) == ("failed", ["file_missing"])


def test_an_import_is_shown_to_its_shop_only(world: World, shop: Person) -> None:
    import_id = world.drop(shop.shop_id, price_list(good(1)))
    assert shop.get(f"/partner/imports/{import_id}").status == 200
    other = world.person("other@a.example", "shop")
    assert other.get(f"/partner/imports/{import_id}").status == 404


@pytest.mark.parametrize("unknown", ["5", "abc", "0", str(2**53), "%20"])
def test_an_unknown_import_is_not_found(shop: Person, unknown: str) -> None:
    assert shop.get(f"/partner/imports/{unknown}").status == 404
