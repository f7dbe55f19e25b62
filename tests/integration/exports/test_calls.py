"""Exports are asked for, linked for a while, announced once."""

import re

import pytest

from chalicelib.exports import records
from chalicelib.exports.records import KEPT_DAYS
from chalicelib.files.links import LINK_SECONDS
from infra.template import load_template
from tests.integration.clock import later
from tests.integration.exports.asked import fetch, path_of, start, state, unfinished
from tests.integration.world import Person, World


def test_an_export_is_accepted_made_linked_and_announced(world: World, shop: Person) -> None:
    before = len(world.mails())
    export_id = start(shop, format="csv")
    assert (state(shop, export_id)["status"], state(shop, export_id)["url"]) == ("queued", None)
    world.pump()
    done = state(shop, export_id)
    assert (done["status"], done["counts"]) == ("done", {"total": 2, "read": 2, "written": 2})
    assert re.fullmatch(r"goods-\d{4}-\d\d-\d\d-\d{4}\.csv", done["file_name"])
    file = fetch(shop, export_id)
    assert file.headers["Content-Disposition"] == f'attachment; filename="{done["file_name"]}"'
    assert file.headers["Content-Type"].startswith("text/csv")
    assert len(file.content) == done["size"]
    [mail] = world.mails()[before:]
    assert set(mail["to"]) == {shop.email}
    assert all(f"exports/{export_id}?token=" in mail[form] for form in ("text", "html"))
    assert done["file_name"] in mail["subject"]
    assert "МСК" in mail["text"]


def test_a_link_is_new_each_time_and_ends_soon(shop: Person, world: World) -> None:
    export_id = start(shop, format="csv")
    world.pump()
    url = state(shop, export_id)["url"]
    assert f"X-Amz-Expires={LINK_SECONDS}" in url
    assert f"/exports/{export_id}/1.csv" in url


def test_a_file_that_is_not_kept_any_more_has_no_link(
    shop: Person, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_id = start(shop, format="csv")
    world.pump()
    later(monkeypatch, KEPT_DAYS * 86_400 - 60)
    assert state(shop, export_id)["url"]
    later(monkeypatch, 120)
    assert (state(shop, export_id)["status"], state(shop, export_id)["url"]) == ("done", None)


def test_files_are_kept_as_long_as_the_bucket_says() -> None:
    rules = load_template()["Resources"]["FilesBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    [rule] = [rule for rule in rules if rule["Prefix"] == "exports/"]
    assert rule["ExpirationInDays"] == KEPT_DAYS


@pytest.mark.parametrize(
    ("who", "asked", "field"),
    [
        ("shop", {}, "format"),
        ("shop", {"format": "pdf"}, "format"),
        ("shop", {"format": "jsonl", "kind": "goods"}, "format"),
        ("shop", {"format": "yaml", "kind": "orders"}, "format"),
        ("shop", {"format": "csv", "kind": "users"}, "kind"),
        ("buyer", {"format": "yml"}, "format"),
        ("buyer", {"format": "csv", "state": "lost"}, "state"),
        ("admin", {"format": "csv", "from": "yesterday"}, "from"),
        ("admin", {"format": "csv", "buyer": "me"}, "buyer"),
    ],
)
def test_refuses_an_unsupported_export_by_field(
    request: pytest.FixtureRequest, who: str, asked: dict[str, str], field: str
) -> None:
    person: Person = request.getfixturevalue(who)
    answer = person.post(path_of(person), asked)
    assert (answer.status, answer.body["code"], list(answer.body["Errors"])) == (400, "invalid_fields", [field])


def test_the_short_form_starts_a_price_list_and_then_tells_of_it(shop: Person, world: World) -> None:
    first, again = shop.get("/partner/export"), shop.get("/partner/export")
    assert (first.status, again.status) == (202, 202)
    assert first.body == again.body
    world.pump()
    assert state(shop, first.body["export_id"])["format"] == "yaml"
    assert shop.get("/partner/export").body != first.body


def test_no_more_than_some_exports_are_under_way(shop: Person, other: Person, world: World) -> None:
    for _ in range(records.MAX_UNFINISHED):
        start(shop, format="csv")
    refused = shop.post("/partner/exports", {"format": "csv"})
    assert (refused.status, refused.body["code"]) == (429, "too_many_exports")
    assert int(refused.headers["Retry-After"]) > 0
    start(other, format="csv")
    world.pump()
    assert unfinished(shop) == 0
    start(shop, format="csv")


def test_exports_are_listed_in_pages(shop: Person, world: World) -> None:
    made = []
    for _ in range(3):
        made.append(start(shop, format="csv"))
        world.pump()
    plain = shop.get("/partner/exports").body
    assert [one["id"] for one in plain] == made[::-1]
    page = shop.get("/partner/exports?limit=2").body
    rest = shop.get(f"/partner/exports?limit=2&cursor={page['next']}").body
    assert [one["id"] for one in page["results"] + rest["results"]] == made[::-1]
    assert rest["next"] is None
    assert "url" not in plain[0]


def test_imports_and_exports_do_not_get_into_each_others_lists(shop: Person, world: World) -> None:
    export_id = start(shop, format="csv")
    assert export_id not in [one["id"] for one in shop.get("/partner/imports").body]
    assert len(shop.get("/partner/exports").body) == 1
