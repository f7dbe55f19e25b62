"""Exports: files of one's own goods and orders, made by a job, linked for a while, announced once."""

import csv
import io
import json
import re
import zipfile
from typing import Any

import pytest
import requests
import yaml

from chalicelib import aws, clock
from chalicelib.exports import asking, reading, running, store
from chalicelib.exports.asking import KEPT_DAYS, LINK_SECONDS
from chalicelib.exports.formats import FORMATS
from chalicelib.models.catalogue import Offer
from chalicelib.models.exports import DUE_EXPORT, Export, ExportQuota
from chalicelib.settings import settings
from chalicelib.sweeping import sweep
from infra.template import load_template
from tests.integration.world import Answer, Died, Person, World, before_all_calls, dying_after_any, good, price_list

PATHS = {"shop": "/partner/exports", "buyer": "/order/exports", "administrator": "/admin/exports"}


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", good(1, price="19.90", quantity=90), good(2, price=500, quantity=90))


@pytest.fixture
def other(world: World) -> Person:
    return world.shop("other@a.example", good(7, name="Чужой товар", price=5000, quantity=90))


@pytest.fixture
def buyer(world: World) -> Person:
    return world.person("buyer@b.example")


@pytest.fixture
def stranger(world: World) -> Person:
    return world.person("stranger@c.example")


@pytest.fixture
def admin(world: World) -> Person:
    return world.person("admin@us.example", "administrator")


def path_of(person: Person) -> str:
    if person.shop_id:
        return PATHS["shop"]
    return PATHS["administrator" if person.email.startswith("admin") else "buyer"]


def start(person: Person, **asked: Any) -> int:
    answer = person.post(path_of(person), asked)
    assert answer.status == 202, answer.body
    return int(answer.body["export_id"])


def state(person: Person, export_id: int) -> Any:
    answer = person.get(f"{path_of(person)}/{export_id}")
    assert answer.status == 200, answer.body
    return answer.body


def fetch(person: Person, export_id: int) -> requests.Response:
    """The file behind a new link."""
    return requests.get(state(person, export_id)["url"], timeout=5)


def exported(person: Person, **asked: Any) -> bytes:
    """The file of an export that is made now."""
    export_id = start(person, **asked)
    person.world.pump()
    assert state(person, export_id)["status"] == "done"
    return fetch(person, export_id).content


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def orders_in(content: bytes) -> set[int]:
    return {json.loads(line)["id"] for line in content.splitlines()}


def stored(export_id: int) -> Export:
    return Export.get(Export.at(export_id).pk, Export.SK, consistent_read=True)


def unfinished(person: Person) -> int:
    owner = f"shop:{person.shop_id}" if person.shop_id else f"user:{person.user_id}"
    return ExportQuota.get(ExportQuota.at(owner).pk, ExportQuota.SK, consistent_read=True).unfinished


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    moment = clock.after(seconds)
    monkeypatch.setattr(clock, "now", lambda: moment)


# ---- asking


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
    assert all(f"partner/exports/{export_id}" in mail[form] for form in ("text", "html"))
    assert done["file_name"] in mail["subject"]
    assert "UTC" in mail["text"]


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
def test_what_cannot_be_asked_for_is_named(
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
    for _ in range(asking.MAX_UNFINISHED):
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


# ---- goods


def content_of(shop: Person) -> set[tuple[Any, ...]]:
    """Everything that is kept of the shop's goods on sale."""
    offers = Offer.by_shop.query(f"SHOP#{shop.shop_id}#0", Offer.list_key.startswith("1#"))
    found = [Offer.get(*Offer.key(offer.offer_id)) for offer in offers]
    return {
        (one.ext_id, one.category, one.model, one.name, one.price, one.price_rrc, one.quantity, str(one.parameters))
        for one in found
    }


PLAIN = price_list(good(1), good(2, price="19.90", price_rrc=25), good(3, quantity=0))
AWKWARD = {
    "shop": "Любой: #1",
    "categories": [{"id": 1, "name": "Чай & кофе"}, {"id": "x", "name": "null"}, {"id": 3, "name": "Кафе: 12:30"}],
    "goods": [
        good("007", name="=1+1", model="1e5", category=1, parameters={"Вес": "-5", "yes": "no", "~": "@x"}),
        good("7", name='Чай «Ёлка»; 100 г, "крупный"', category="x", parameters={"a: b": "# c", "1": "0x1F"}),
        good("=7", name="Строка 1\nстрока 2\tтретья", category=3, parameters={"Цвет": "\ufeffчёрный"}),
        {**good(4, category=3, model="м" * 150), "id": None},
    ],
}
WIDE = price_list(*(good(n, parameters={f"Свойство {n}": f"=значение {n}", "Цвет": "серый"}) for n in range(1, 121)))


@pytest.mark.parametrize("file_format", ["yaml", "csv", "yml"])
@pytest.mark.parametrize("samples", [PLAIN, AWKWARD, WIDE], ids=["plain", "awkward", "wide"])
def test_an_export_of_goods_imports_back_unchanged(world: World, samples: Any, file_format: str) -> None:
    shop = world.person("shop@a.example", "shop")
    first = shop.imported(world.drop(shop.shop_id, samples))
    assert (first["status"], first["errors"]) == ("done", [])
    before = content_of(shop)
    content = exported(shop, format=file_format)
    again = shop.imported(world.drop(shop.shop_id, content, f"again.{file_format}"))
    assert (again["status"], again["errors"]) == ("unchanged", [])
    assert again["counts"]["unchanged"] == len(samples["goods"]) == len(before)
    assert content_of(shop) == before


@pytest.mark.parametrize("file_format", ["yaml", "csv", "yml"])
def test_another_shop_can_take_an_export_over(world: World, file_format: str) -> None:
    shop, heir = world.person("shop@a.example", "shop"), world.person("heir@a.example", "shop")
    world.drop(shop.shop_id, AWKWARD)
    report = heir.imported(world.drop(heir.shop_id, exported(shop, format=file_format), f"list.{file_format}"))
    assert (report["status"], report["errors"]) == ("done", [])
    assert content_of(heir) == content_of(shop)


def test_withdrawn_goods_and_other_shops_are_not_in_it(world: World, shop: Person, other: Person) -> None:
    world.drop(shop.shop_id, price_list(good(2, price=500, quantity=90)))
    read = yaml.safe_load(exported(shop, format="yaml"))
    assert [one["id"] for one in read["goods"]] == [2]
    assert other.offer(7).name not in str(read)


@pytest.mark.parametrize("file_format", FORMATS["goods"])
def test_a_shop_without_goods_gets_an_empty_file(world: World, file_format: str) -> None:
    shop = world.person("empty@a.example", "shop")
    assert len(exported(shop, format=file_format)) > 20


def test_stock_is_what_is_left(shop: Person, buyer: Person) -> None:
    buyer.order((shop.sells(1), 4))
    rows = {row["id"]: row for row in lines(exported(shop, format="csv"))}
    assert (rows["1"]["quantity"], rows["1"]["price"]) == ("86", "19.90")


def test_what_the_lists_do_not_hold_is_in_it_too(shop: Person) -> None:
    offer = shop.offer(1)
    offer.update(
        actions=[
            Offer.gtin.set("04601234567893"),
            Offer.vat_rate.set(20),
            Offer.unit.set("уп"),
            Offer.min_quantity.set(2),
            Offer.step_quantity.set(3),
            Offer.max_quantity.set(30),
            Offer.description.set("Строка 1\nСтрока 2"),
            Offer.images.set(["https://img.example/1.jpg"]),
        ]
    )
    read = {one["id"]: one for one in yaml.safe_load(exported(shop, format="yaml"))["goods"]}
    asked = ("gtin", "vat_rate", "unit", "min_quantity", "step_quantity", "max_quantity", "description", "images")
    assert [read[1][field] for field in asked] == [
        *("04601234567893", 20, "уп", 2, 3, 30, "Строка 1\nСтрока 2", ["https://img.example/1.jpg"])
    ]
    assert not set(asked) & set(read[2])


def test_many_names_of_parameters_go_into_one_column(
    world: World, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_PARAMETER_COLUMNS", 100)
    world.drop(shop.shop_id, WIDE)
    rows = {row["id"]: row for row in lines(exported(shop, format="csv"))}
    assert json.loads(rows["5"]["parameters"]) == {"Свойство 5": "=значение 5", "Цвет": "серый"}


def test_goods_of_every_shard_are_in_it(world: World, shop: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.models.catalogue.OFFERS_PER_SHARD", 50)
    world.drop(shop.shop_id, price_list(*(good(n) for n in range(1, 251))))
    rows = lines(exported(shop, format="csv"))
    assert {int(row["id"]) for row in rows} == set(range(1, 251))
    assert len(rows) == 250


# ---- orders


@pytest.mark.parametrize("file_format", FORMATS["orders"])
def test_nobody_finds_anything_of_others(
    world: World, shop: Person, other: Person, buyer: Person, stranger: Person, file_format: str
) -> None:
    buyer.order((shop.sells(1), 4), (other.sells(7), 1))
    stranger.order((other.sells(7), 2))
    everything = {
        person.email: text_of(file_format, exported(person, kind="orders", format=file_format))
        for person in (shop, other, buyer, stranger)
    }
    seen = {word: {who for who, text in everything.items() if word in text} for word in ("Товар 1", "Чужой товар")}
    assert seen == {
        "Товар 1": {shop.email, buyer.email},
        "Чужой товар": {other.email, buyer.email, stranger.email},
    }
    assert "ООО other" not in everything[shop.email]
    for email in (shop.email, other.email):
        assert "buyer@b.example" not in everything[email]
        assert "ООО buyer" not in everything[email]


def text_of(file_format: str, content: bytes) -> str:
    if file_format != "xlsx":
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return book.read("xl/worksheets/sheet1.xml").decode()


def test_lists_and_exports_say_the_same(
    world: World, shop: Person, other: Person, buyer: Person, stranger: Person, admin: Person
) -> None:
    for person in (buyer, stranger, buyer):
        person.order((shop.sells(1), 1), (other.sells(7), 1))
    for person, listed in ((shop, "/partner/orders"), (buyer, "/order"), (admin, "/admin/orders")):
        content = exported(person, kind="orders", format="jsonl")
        assert [json.loads(line) for line in content.splitlines()] == person.get(listed).body


def test_filters_are_those_of_the_lists(
    world: World, shop: Person, other: Person, buyer: Person, stranger: Person, admin: Person
) -> None:
    first, second = buyer.order((shop.sells(1), 1)), buyer.order((other.sells(7), 1), (shop.sells(2), 1))
    third = stranger.order((other.sells(7), 1))
    world.move(second, "confirmed", admin.token)
    moment = buyer.get(f"/order/{second}").body["dt"]

    def found(person: Person, **asked: Any) -> set[int]:
        return orders_in(exported(person, kind="orders", format="jsonl", **asked))

    assert found(admin) == {first, second, third}
    assert found(admin, state="confirmed") == {second}
    assert found(admin, shop=other.shop_id) == {second, third}
    assert found(admin, shop=other.shop_id, buyer=stranger.user_id) == {third}
    assert found(admin, **{"from": moment}) == {second, third}
    assert found(admin, to=moment) == {first}
    assert found(shop, state="new") == {first}
    assert found(shop, **{"from": moment}) == {second}
    assert found(shop, to="2001-01-01") == set()
    assert found(buyer, state="CONFIRMED") == {second}
    assert found(buyer, **{"from": moment, "to": moment}) == set()


def test_an_order_that_is_moved_while_lists_are_read_is_in_it_once(
    shop: Person, buyer: Person, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = [buyer.order((shop.sells(1), 1)) for _ in range(2)]
    real = reading.order_keys
    monkeypatch.setattr(reading, "order_keys", lambda *asked: (key for key in real(*asked) for _ in range(2)))
    content = exported(admin, format="jsonl")
    assert [json.loads(line)["id"] for line in content.splitlines()] == placed[::-1]


def test_a_buyer_cannot_ask_for_another_buyers_orders(shop: Person, buyer: Person, stranger: Person) -> None:
    buyer.order((shop.sells(1), 1))
    assert exported(stranger, format="jsonl", buyer=buyer.user_id, shop=shop.shop_id) == b""


def test_a_line_of_the_table_is_a_row_of_an_order(shop: Person, other: Person, buyer: Person, admin: Person) -> None:
    shop.post("/partner/delivery", {"price": "350.50"})
    order_id = buyer.order((shop.sells(1), 3), (shop.sells(2), 1), (other.sells(7), 1))
    number = str(buyer.get(f"/order/{order_id}").body["number"])
    rows = lines(exported(admin, format="csv"))
    assert [row["Заказ №"] for row in rows] == [number] * 3
    assert {row["Накладная №"] for row in rows} == {f"{number}-1", f"{number}-2"}
    mine = next(row for row in rows if row["Артикул"] == "1")
    assert (mine["Кол-во"], mine["Цена, ₽"], mine["Сумма, ₽"]) == ("3", "19.90", "59.70")
    assert mine["Телефон"] == " +7 900 000-00-00"
    assert sorted(row["Доставка, ₽"] for row in rows) == ["", "", "350.50"]
    assert mine["Компания"] == "ООО buyer@b.example"


def test_the_header_is_in_the_language_of_who_asked(shop: Person, buyer: Person, world: World) -> None:
    buyer.order((shop.sells(1), 3))
    export_id = int(buyer.post("/order/exports", {"format": "csv"}, language="en").body["export_id"])
    world.pump()
    [row] = lines(fetch(buyer, export_id).content)
    assert (row["State"], row["Quantity"]) == ("new", "3")


def test_a_formula_in_an_order_is_harmless(world: World, buyer: Person) -> None:
    shop = world.shop("evil@a.example", good("=1", name='=HYPERLINK("http://x")', model="@m"))
    buyer.order((shop.sells("=1"), 1))
    [row] = lines(exported(buyer, format="csv"))
    assert not any(value.startswith(("=", "+", "-", "@")) for value in row.values())


def test_somebody_elses_export_is_not_found(
    shop: Person, other: Person, buyer: Person, stranger: Person, admin: Person, world: World
) -> None:
    made = [(person, start(person, format="csv")) for person in (shop, buyer, admin)]
    world.pump()
    for owner, export_id in made:
        for person in (shop, other, buyer, stranger, admin):
            answer = person.get(f"{path_of(person)}/{export_id}")
            assert answer.status == (200 if person is owner else 404)


# ---- the job


def test_a_message_that_comes_twice_is_harmless(world: World, shop: Person) -> None:
    export_id = start(shop, format="csv")
    for _ in range(2):
        asking.enqueue(export_id)
    before = len(world.mails())
    world.pump()
    assert (stored(export_id).attempts, len(world.mails()) - before) == (1, 1)


def test_a_second_worker_leaves_the_first_alone(world: World, shop: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    export_id = start(shop, format="csv")
    collect = reading.collect_goods

    def slow(*given: Any) -> Any:
        running.run_export(export_id, 60)
        return collect(*given)

    monkeypatch.setattr(reading, "collect_goods", slow)
    running.run_export(export_id, 60)
    assert (stored(export_id).status, stored(export_id).attempts) == ("done", 1)


def test_a_worker_that_was_thought_dead_cannot_finish(
    world: World, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_id = start(shop, format="csv")
    collect = reading.collect_goods
    monkeypatch.setattr(running, "_PROGRESS_SECONDS", 9.0)

    def overtaken(*given: Any) -> Any:
        monkeypatch.setattr(reading, "collect_goods", collect)
        with monkeypatch.context() as patch:
            later(patch, 300)
            running.run_export(export_id, 60)
        return collect(*given)

    monkeypatch.setattr(reading, "collect_goods", overtaken)
    running.run_export(export_id, 60)
    record = stored(export_id)
    assert (record.status, record.attempts, record.file_key) == ("done", 2, f"exports/{export_id}/2.csv")
    assert unfinished(shop) == 0


def test_a_worker_that_was_overtaken_stops_at_its_next_word(
    world: World, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_id = start(shop, format="csv")
    monkeypatch.setattr(running, "_PROGRESS_SECONDS", 0)
    stored(export_id).update(actions=[Export.attempts.set(3)])
    record = running._claim(export_id, 60)
    assert record is not None
    stored(export_id).update(actions=[Export.attempts.set(9)])
    with pytest.raises(running.Overtaken):
        running._File(record).make()
    assert keys(export_id) == []


def keys(export_id: int) -> list[str]:
    found = aws.client("s3").list_objects_v2(Bucket=settings().files_bucket, Prefix=f"exports/{export_id}/")
    return [one["Key"] for one in found.get("Contents", [])]


def test_progress_is_seen_while_it_runs(world: World, shop: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    world.drop(shop.shop_id, price_list(*(good(n) for n in range(1, 6))))
    export_id = start(shop, format="csv")
    monkeypatch.setattr(running, "_PROGRESS_SECONDS", 0)
    seen = []
    tell = running._File._tell

    def told(file: Any) -> None:
        tell(file)
        seen.append(stored(export_id).counts)

    monkeypatch.setattr(running._File, "_tell", told)
    running.run_export(export_id, 60)
    assert {"total": 5, "read": 3, "written": 0} in seen
    assert {"total": 5, "read": 5, "written": 2} in seen


def test_a_failure_is_tried_again_and_given_up_in_the_end(
    world: World, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_id = start(shop, format="csv")
    before = len(world.mails())

    def broken(*_: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(reading, "collect_goods", broken)
    for _ in range(running.MAX_ATTEMPTS):
        with pytest.raises(ConnectionError):
            running.run_export(export_id, 60)
        assert stored(export_id).status == "running"
    running.run_export(export_id, 60)
    world.pump()
    told = state(shop, export_id)
    assert (told["status"], told["url"], bool(told["error"])) == ("failed", None, True)
    assert unfinished(shop) == 0
    assert "не удалась" in world.mails()[before]["subject"]
    assert keys(export_id) == []


def test_more_rows_than_a_sheet_holds_are_told(world: World, shop: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.exports.tables.MAX_SHEET_ROWS", 1)
    export_id = start(shop, format="xlsx")
    world.pump()
    assert state(shop, export_id)["status"] == "failed"
    assert "XLSX" in state(shop, export_id)["error"]
    assert keys(export_id) == []


def test_a_lost_message_is_found_by_the_sweeper(world: World, shop: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(asking, "enqueue", lambda _: None)
        export_id = start(shop, format="csv")
        world.pump()
    assert state(shop, export_id)["status"] == "queued"
    later(monkeypatch, 121)
    assert sweep() == 1
    world.pump()
    assert state(shop, export_id)["status"] == "done"
    assert list(Export.by_due.query(DUE_EXPORT)) == []


def test_a_queue_that_does_not_answer_loses_nothing(shop: Person) -> None:
    aws.queue_url.cache_clear()
    aws.client("sqs").delete_queue(QueueUrl=aws.queue_url(settings().exports_queue))
    aws.queue_url.cache_clear()
    export_id = start(shop, format="csv")
    assert [item.pk for item in Export.by_due.query(DUE_EXPORT)] == [f"EXPORT#{export_id}"]


def test_an_export_that_does_not_exist_is_no_fault(world: World) -> None:
    running.run_export(5, 60)
    assert world.mails() == []


# ---- large files and crashes


def test_a_large_file_goes_in_parts_and_appears_as_a_whole(
    world: World, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PART_BYTES", 1000)
    monkeypatch.setattr("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE", 1000)
    whole = exported(shop, format="yaml")
    world.drop(shop.shop_id, price_list(*(good(n) for n in range(1, 401))))
    large = exported(shop, format="yaml")
    assert len(large) > 20_000 > len(whole)
    assert len(yaml.safe_load(large)["goods"]) == 400
    assert parts_left() == []


def parts_left() -> list[Any]:
    uploads: list[Any] = aws.client("s3").list_multipart_uploads(Bucket=settings().files_bucket).get("Uploads", [])
    return uploads


def test_a_failed_large_file_leaves_no_parts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "PART_BYTES", 10)

    def fail() -> None:
        with store.stored("exports/1/1.csv", "text/csv") as upload:
            upload.write(b"0123456789012345")
            assert len(parts_left()) == 1
            raise ConnectionError

    with pytest.raises(ConnectionError):
        fail()
    assert parts_left() == []
    assert keys(1) == []


def interrupted(shop: Person, monkeypatch: pytest.MonkeyPatch, calls: int, **asked: str) -> Any:
    """What comes of an export whose worker dies after so many calls, once the sweeper has looked."""
    world = shop.world
    export_id = start(shop, **asked)
    before = len(world.mails())
    with pytest.raises(Died), dying_after_any(calls):
        running.run_export(export_id, 60)
    with monkeypatch.context() as patch:
        later(patch, 400)
        sweep()
        world.pump()
        later(patch, 400)
        sweep()
        world.pump()
        told = state(shop, export_id)
        file = fetch(shop, export_id).content
    return told["status"], len(file) == told["size"], len(world.mails()) - before, unfinished(shop)


@pytest.mark.slow
@pytest.mark.parametrize(("content", "file_format", "part"), [("goods", "yaml", 200), ("orders", "xlsx", 4_000)])
def test_a_worker_may_die_after_every_call(
    world: World, monkeypatch: pytest.MonkeyPatch, content: str, file_format: str, part: int
) -> None:
    monkeypatch.setattr(store, "PART_BYTES", part)
    monkeypatch.setattr("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE", 0)
    monkeypatch.setattr(running, "_PROGRESS_SECONDS", 0)
    shop, buyer = world.shop("whole@a.example", good(1), good(2)), world.person("whole@b.example")
    buyer.order((shop.sells(1), 1))
    world.pump()
    asked = {"kind": content, "format": file_format}
    export_id = start(shop, **asked)
    calls: list[int] = []
    with before_all_calls(lambda: calls.append(1)):
        running.run_export(export_id, 60)
    assert len(calls) >= 10
    world.pump()
    for made in range(len(calls)):
        assert interrupted(shop, monkeypatch, made, **asked) == ("done", True, 1, 0), made


def test_answers_of_other_calls_are_as_they_were(buyer: Person) -> None:
    answer: Answer = buyer.get("/order/exports/5")
    assert (answer.status, answer.body["code"]) == (404, "not_found")
