"""A person who is forgotten is nowhere in tables and bucket, however often the command was killed; the orders stay."""

import copy
import io
import json
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends

from chalicelib import aws
from chalicelib.dynamo.connection import connection
from chalicelib.models.mails import Mail
from chalicelib.notifications import feedback
from chalicelib.settings import settings
from infra import people_commands, table_pass
from infra.__main__ import main
from infra.errors import InfraError
from infra.people.exporting import Exporting
from infra.people.files import Files
from infra.people.finding import Tables
from infra.people.forgetting import PREFIX, Forgetting, forgotten
from infra.stages import read_stage
from tests.engines.plugin import tables_were_filled
from tests.integration.infra.mortal import Killed, Mortal
from tests.integration.notifications.notices import notice
from tests.integration.world import PASSWORD, World, good, price_list

STAGE = replace(
    read_stage("local"),
    environment={
        **read_stage("local").environment,
        "TABLE_PREFIX": settings().table_prefix,
        "FILES_BUCKET": settings().files_bucket,
    },
)
EMAIL = "glafira.kashina@chain.example"
NAMES = {"first_name": "Глафира", "last_name": "Кашина", "position": "Главный закупщик"}
CONTACT = {
    **{"first_name": "Глафира", "last_name": "Кашина", "middle_name": "Львовна", "phone": "+7 912 345-67-89"},
    **{"email": "glafira.home@mail.example", "city": "Кашин", "street": "Заречная", "house": "77-bis"},
}
#: No other person of the story has any of these.
TRACES = [EMAIL, *NAMES.values(), *CONTACT.values(), "уезжаю в отпуск", "полка у окна", "коробка мятая"]


@dataclass
class Story:
    """A buyer with an order that came short, one that was canceled, a basket, a list, an export, a bounced mail."""

    world: World

    def __post_init__(self) -> None:
        world = self.world
        self.admin = world.person("admin@us.example", "administrator")
        self.supplier = world.register("north@shops.example", "shop", company="ООО Север")
        assert world.drop(world.shop_of(self.supplier), price_list(good(1, price=100), good(2, price="19,90")))
        self.goods = {offer["model"]: offer["id"] for offer in world.call("GET", "/products").body}
        self.buyer = world.register(EMAIL, company="ООО Ромашка", **NAMES)
        self.contact = world.call("POST", "/user/contact", CONTACT, self.buyer).body["id"]
        self.order, other = self.place(), self.place()
        world.pump()
        cancel = {"reason": "уезжаю в отпуск"}
        assert world.call("POST", f"/order/{other}/cancel", cancel, self.buyer).status == 200
        for state in ("confirmed", "assembled", "sent", "delivered"):
            assert world.move(self.order, state, self.admin.token).status == 200
        short = [{"id": self.goods["m/2"], "quantity": 0, "reason": "коробка мятая"}]
        received = {"shop": world.shop_of(self.supplier), "items": short}
        assert world.call("POST", f"/order/{self.order}/receipt", received, self.buyer).status == 200
        assert world.call("POST", "/lists", {"name": "полка у окна", "order": self.order}, self.buyer).status == 201
        assert world.call("POST", "/order/exports", {"format": "csv"}, self.buyer).status == 202
        world.pump()
        world.call("POST", "/basket", {"items": [{"product_info": self.goods["m/1"], "quantity": 1}]}, self.buyer)
        world.call("POST", "/user/login", {"email": EMAIL, "password": "wrong horse 9"})
        world.call("POST", "/user/password_reset", {"email": EMAIL})
        world.pump()
        last = next(one for one in items("jobs") if EMAIL in one.get("sent_to", {}).get("S", ""))
        bounced = [{"emailAddress": EMAIL, "diagnosticCode": f"smtp; 550 {EMAIL} unknown"}]
        feedback.take(notice(Mail.from_wire(last), "Bounce", bouncedRecipients=bounced))

    def place(self) -> int:
        world = self.world
        items = [{"product_info": self.goods["m/1"], "quantity": 2}, {"product_info": self.goods["m/2"], "quantity": 1}]
        world.call("POST", "/basket", {"items": items}, self.buyer)
        basket = world.call("GET", "/basket", token=self.buyer).body[0]
        placed = world.call("POST", "/order", {"id": basket["id"], "contact": self.contact}, self.buyer)
        return int(placed.body["id"])


@pytest.fixture(scope="module")
def told(shared_world: World) -> tuple[Story, dict[str, Any], dict[str, bytes]]:
    """The story, which takes seconds, with all items and objects at its end."""
    story, s3 = Story(shared_world), aws.client("s3")
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket=STAGE.bucket)["Contents"]]
    files = {key: s3.get_object(Bucket=STAGE.bucket, Key=key)["Body"].read() for key in keys}
    return story, {name: copy.deepcopy(table.items) for name, table in _tables().items()}, files


@pytest.fixture
def story(told: tuple[Story, dict[str, Any], dict[str, bytes]], monkeypatch: pytest.MonkeyPatch) -> Story:
    # moto serves one thread.
    monkeypatch.setattr(table_pass, "_THREADS", 1)
    story, items, files = told
    for name, table in _tables().items():
        table.items = copy.deepcopy(items[name])
    tables_were_filled(_tables().values())
    s3_backends["123456789012"]["aws"].reset()
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=STAGE.bucket)
    s3.put_bucket_versioning(Bucket=STAGE.bucket, VersioningConfiguration={"Status": "Enabled"})
    for key, body in files.items():
        s3.put_object(Bucket=STAGE.bucket, Key=key, Body=body)
    return story


def _tables() -> dict[str, Any]:
    return dict(dynamodb_backends["123456789012"]["us-east-1"].tables)


def items(*tables: str) -> Iterator[Any]:
    for table in tables or ("accounts", "baskets", "orders", "jobs", "catalogue"):
        yield from connection().client.scan(TableName=settings().table(table))["Items"]


def places() -> tuple[Tables, Files]:
    return Tables(connection().client, STAGE), Files(aws.client("s3"), STAGE.bucket)


def forget(**more: Any) -> dict[str, int]:
    tables, files = places()
    one = Forgetting(tables, files, tables.find(EMAIL), rate=100_000, **more)
    one.run()
    return one.counts


def stored() -> str:
    """All items, and all versions of all objects, as one text; documents are packed, so these only by their keys."""
    s3 = aws.client("s3")
    versions = s3.list_object_versions(Bucket=STAGE.bucket)
    objects = [one["Key"] for kind in ("Versions", "DeleteMarkers") for one in versions.get(kind, [])]
    plain = [one for one in versions.get("Versions", []) if not one["Key"].endswith((".xlsx", ".pdf", ".gz"))]
    bodies = [s3.get_object(Bucket=STAGE.bucket, Key=one["Key"], VersionId=one["VersionId"])["Body"] for one in plain]
    texts = [body.read().decode("utf-8", "replace") for body in bodies]
    return json.dumps([*items()], ensure_ascii=False, default=str) + "\n".join([*objects, *texts])


def traces() -> list[str]:
    text = stored()
    return [trace for trace in TRACES if trace in text] + ["documents/"] * ("documents/" in text)


def test_who_is_forgotten_is_nowhere_and_the_orders_stay(story: Story) -> None:
    world, before = story.world, stored()
    assert set(traces()) == {*TRACES, "documents/"}
    order = world.call("GET", f"/admin/orders/{story.order}", token=story.admin.token).body
    dry = forget(dry_run=True)
    assert stored() == before
    counts = forget()
    assert traces() == []
    assert {why: counts[why] for why in dry} == dry
    assert counts.keys() >= {"account", "contacts", "sessions", "mails", "basket", "orders and parts", "exports"}
    # What papers need is still there, for everybody who may see it.
    kept = world.call("GET", f"/admin/orders/{story.order}", token=story.admin.token).body
    for row in order["ordered_items"] + kept["ordered_items"]:
        row.pop("received_reason", None)
    for name in ("id", "number", "state", "total_sum", "ordered_items", "dt"):
        assert kept[name] == order[name]
    part = world.call("GET", f"/partner/orders/{story.order}", token=story.supplier)
    assert part.body["contact"]["company"] == "ООО Ромашка"
    assert world.call("GET", f"/admin/orders/{story.order}/documents", token=story.admin.token).status == 200
    assert world.call("GET", "/admin/mails?limit=100", token=story.admin.token).status == 200
    assert forget() == {}
    # Nobody gets in, and the address is free.
    assert world.call("GET", "/user/details", token=story.buyer).status in (401, 403)
    assert world.call("POST", "/user/login", {"email": EMAIL, "password": PASSWORD}).status in (400, 401)
    assert world.register(EMAIL)


def kill_after(writes: int) -> bool:
    """Forget, and die before that write of tables or bucket; return whether it came to that."""
    tables, files = places()
    mortal = Mortal(tables.dynamodb, writes)
    try:
        Forgetting(replace(tables, dynamodb=mortal), files, tables.find(EMAIL), rate=100_000).run()
    except Killed:
        return True
    return False


def test_a_command_that_is_killed_again_and_again_is_completed_by_repeating_it(story: Story) -> None:
    # Each run gets a little further, so that every write is the last one of some run.
    runs = 0
    while kill_after(3):
        runs += 1
        assert runs < 60
    assert runs > 5
    assert traces() == []


@pytest.mark.parametrize("left", ["order", "shop"])
def test_nobody_is_forgotten_while_their_data_is_needed(left: str, story: Story) -> None:
    tables, files = places()
    email = EMAIL
    if left == "order":
        story.place()
    else:
        email = "north@shops.example"
    before = stored()
    with pytest.raises(InfraError, match="are not over need the contact" if left == "order" else "block it first"):
        Forgetting(tables, files, tables.find(email)).run()
    assert stored() == before


def test_the_command_wants_the_address_typed_and_after_a_restoration_forgets_again(
    story: Story, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(people_commands, "_places", lambda _: places())
    tables, files = places()
    user = tables.find(EMAIL).user_id
    backup = list(items("accounts"))
    before = stored()

    def run(typed: str, *arguments: str) -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n"))
        monkeypatch.setattr("sys.argv", ["infra", "forget", *arguments])
        return main()

    assert run("yes", "--email", EMAIL) == 1
    assert stored() == before
    assert run("", "--email", EMAIL, "--dry-run") == 0
    assert stored() == before
    assert run(EMAIL, "--email", EMAIL) == 0
    assert [one["user_id"] for one in forgotten(files.s3, files.bucket)] == [user]
    for item in backup:
        connection().client.put_item(TableName=settings().table("accounts"), Item=item)
    assert EMAIL in stored()
    files.s3.put_object(
        Bucket=files.bucket, Key=f"{PREFIX}5.json", Body=b'{"user_id": 5, "at": "later than the backup"}'
    )
    assert run("", "--again") == 0
    assert traces() == []
    # No output names the person.
    assert not [trace for trace in TRACES if trace in capsys.readouterr().err.replace(f"type {EMAIL}", "")]


def test_an_export_holds_all_of_the_person_and_nothing_of_others(
    story: Story, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(people_commands, "_places", lambda _: places())
    path = tmp_path / "person.json"
    monkeypatch.setattr("sys.argv", ["infra", "export-person", "--email", EMAIL, "--out", str(path)])
    assert main() == 0
    assert capsys.readouterr().out == f"{path}\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text("utf-8")
    document = json.loads(text)
    assert [trace for trace in TRACES if trace not in text] == []
    assert len(document["orders"]) == 2
    assert document["orders"][0]["parts"][0]["rows"]
    assert document["basket"]["rows"] == {str(story.goods["m/1"]): [story.world.shop_of(story.supplier), 1, 10000]}
    lists = ("contacts", "sessions", "mails", "exports", "silenced_addresses", "counts_of_attempts", "files")
    assert [name for name in lists if not document[name]] == []
    for other in ("admin@us.example", "north@shops.example", "password_hash", "argon2"):
        assert other not in text
    # A second one does not overwrite the first.
    assert main() == 1


def test_everything_that_would_be_forgotten_is_exported(story: Story) -> None:
    tables, files = places()
    document = Exporting(tables, files, tables.find(EMAIL), rate=100_000).document()
    counts = forget(dry_run=True)
    named = {"links in mails": "links_in_mails", "silenced address": "silenced_addresses"}
    named |= {"mailed tokens": "mailed_tokens", "counts of attempts": "counts_of_attempts"}
    for why in ("contacts", "sessions", "exports", *named):
        assert len(document[named.get(why, why)]) == counts.get(why, 0), why  # type: ignore[arg-type]
    assert len(document["mails"]) >= counts["mails"]  # type: ignore[arg-type]
