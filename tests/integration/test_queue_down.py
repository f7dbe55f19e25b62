"""What was stored is answered as stored although the queue is down, and the sweeper sends what was lost."""

import dataclasses
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib import aws, clock
from chalicelib.models.jobs import CategoryMove
from chalicelib.sweeping import QUEUED, sweep
from tests.integration.world import PASSWORD, Answer, Person, World, good, price_list, stored_import

FORM = {"first_name": "А", "last_name": "Б", "email": "new@chain.example", "password": PASSWORD}
ROOT = Path(__file__).parents[2] / "chalicelib"


@contextmanager
def queue_down() -> Iterator[None]:
    events = aws.client("sqs").meta.events

    def refuse(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://sqs.example")

    events.register("before-call", refuse)
    try:
        yield
    finally:
        events.unregister("before-call", refuse)


@dataclasses.dataclass
class Scene:
    """Who may call, and what they call about."""

    world: World
    admin: Person
    buyer: Person
    shop: Person

    def waiting_import(self) -> int:
        goods = [good(number) for number in range(20)]
        self.world.drop(self.shop.shop_id, price_list(*goods))
        import_id = self.world.drop(self.shop.shop_id, price_list(good(1)), name="short.yaml") or 0
        assert stored_import(import_id).status == "needs_review"
        return import_id

    def category(self) -> int:
        (found,) = self.world.call("GET", "/categories").body["results"]
        return int(found["id"])


@pytest.fixture
def scene(world: World, admin: Person, buyer: Person) -> Scene:
    return Scene(world, admin, buyer, world.shop("shop@a.example", good(1, quantity=100)))


def merged(scene: Scene) -> Answer:
    source = scene.category()
    scene.world.shop("other@a.example", good(2), category="Телефоны")
    names = {one["name"]: one["id"] for one in scene.world.call("GET", "/categories").body["results"]}
    return scene.admin.post(f"/admin/categories/{source}/merge", {"into": names["Телефоны"]})


def ordered(scene: Scene) -> Answer:
    scene.buyer.add((scene.shop.sells(1), 1))
    return scene.buyer.place()


CALLS: dict[str, Callable[[Scene], Answer]] = {
    "register": lambda s: s.world.call("POST", "/user/register", FORM),
    "reset": lambda s: s.world.call("POST", "/user/password_reset", {"email": s.buyer.email}),
    "resend": lambda s: s.world.call("POST", "/user/register/resend", {"email": s.buyer.email}),
    "new password": lambda s: s.buyer.post("/user/details", {"password": "another horse 7"}),
    "new address": lambda s: s.buyer.post("/user/details", {"email": "other@chain.example"}),
    "list by address": lambda s: s.shop.post("/partner/update", {"url": "https://list.example/x"}),
    "list by an administrator": lambda s: s.admin.post(
        f"/admin/shops/{s.shop.shop_id}/imports", {"url": "https://list.example/x"}
    ),
    "goods export": lambda s: s.shop.post("/partner/exports", {"kind": "goods", "format": "csv"}),
    "order": ordered,
    "block": lambda s: s.admin.post(f"/admin/users/{s.shop.user_id}/block", {}),
    "merge": merged,
}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_whose_write_succeeded_succeeds_although_the_queue_is_down(scene: Scene, name: str) -> None:
    with queue_down():
        answer = CALLS[name](scene)
    assert answer.status in {200, 201, 202}, answer.body


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_a_decision_that_was_stored_is_answered_as_taken(scene: Scene, decision: str) -> None:
    import_id = scene.waiting_import()
    with queue_down():
        answer = scene.shop.post(f"/partner/imports/{import_id}/{decision}")
    assert answer.status == 200
    later(scene.world)
    assert stored_import(import_id).status == ("done" if decision == "approve" else "rejected")


def test_the_sweeper_sends_what_was_lost(scene: Scene) -> None:
    with queue_down():
        import_id = CALLS["list by address"](scene).body["import_id"]
        CALLS["merge"](scene)
        CALLS["register"](scene)
    scene.world.pump()
    assert stored_import(import_id).status == "queued"
    later(scene.world)
    assert stored_import(import_id).status == "failed"  # there is no such host
    assert scene.world.token_mailed_to("new@chain.example")
    assert scene.world.call("GET", "/categories").body["count"] == 1


def later(world: World) -> None:
    """Let five minutes pass for the sweeper."""
    now = clock.after(301)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: now)
        sweep()
        world.pump()


def test_nothing_but_queue_jobs_sends_a_message_that_may_fail_the_call() -> None:
    """Whatever a request can reach sends through the outbox or inside ``jobs.sent_after_write``."""
    may_fail = {
        "jobs.py",
        "catalogue/search/index_job.py",
        "exchange/job.py",
        "pricelists/job.py",
        "pricelists/succession.py",
        "pricelists/applying/chunks.py",
    }
    found = []
    for path in ROOT.rglob("*.py"):
        lines = path.read_text("utf-8").splitlines()
        for before, line in zip(["", *lines], lines, strict=False):
            sends = re.search(r"(?<!def )\benqueue(_batch)?\(|send_message", line)
            guarded = "sent_after_write()" in before or line.startswith("def ")
            if sends and not guarded and str(path.relative_to(ROOT)) not in may_fail | {"aws.py", "outbox.py"}:
                found.append(f"{path.relative_to(ROOT)}: {line.strip()}")
    # These two are the functions that are called inside it.
    assert sorted(found) == [
        "exports/records.py: jobs.enqueue(Export.at(export_id))",
        "pricelists/records.py: jobs.enqueue(Import.at(import_id), delay=delay)",
    ]
    assert CategoryMove in QUEUED
