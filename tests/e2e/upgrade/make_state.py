"""Makes tests/e2e/upgrade/state.tar.gz: the state directory of a stack that was stopped in the middle of its work.

An older commit than the one under test makes it. In a checkout of that commit, with its virtual environments, run this
file of the newer one:

    PYTHONPATH=. .venv/bin/python …/tests/e2e/upgrade/make_state.py …/tests/e2e/upgrade/state.tar.gz

It uses public interfaces only: HTTP, S3, SQS and the Lambda API. First comes ordinary business; then the functions that
read queues are switched off one by one, so that new work stays in its queue. ``story.json`` in the archive says who is
who and what the old code answered.
"""

import io
import json
import socket
import sys
import tarfile
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from infra import commands
from infra.demo import wait_for
from infra.local import process
from infra.settings import embedded_stack
from infra.stages import read_stage
from tests.e2e.conftest import RunningStack
from tests.e2e.service import CONTACT, PASSWORD, Service, good

# More goods than the planner writes itself: two chunks.
LARGE = 1_030
# The embedded stack's files that a deployment does not recreate: what was deployed, and what is stored. The code of
# functions is not among them.
DEPLOYED = ("apigateway_v1", "cloudformation", "cloudwatch", "eventbridge", "iam", "lambda")
STORED = ("dynamodb", "s3", "ses", "ses_v2", "sns", "sqs")
QUEUE_FUNCTIONS = ("run_import", "apply_chunk", "run_export", "send_mail", "mail_feedback")


@dataclass(frozen=True)
class Person:
    """An account, with the token of its session."""

    email: str
    token: str
    password: str = PASSWORD


def price_list(*goods: dict[str, Any], category: str = "Смартфоны") -> bytes:
    """Return a price list of one category as JSON, which is also YAML."""
    return json.dumps({"shop": "Любой", "categories": [{"id": 1, "name": category}], "goods": goods}).encode()


def rich_goods() -> list[dict[str, Any]]:
    """Return goods that use every field: twelve, because the guard ignores smaller shops."""
    full = {
        "price": "1990.50",
        "price_rrc": 2490,
        "quantity": 90,
        "unit": "упак",
        "gtin": "4606203090013",
        "min_quantity": 2,
        "step_quantity": 2,
        "max_quantity": 40,
        "vat_rate": 10,
        "description": "Чехол «Ёж»: силикон, 6,5″",
        "images": ["https://img.example/1.jpg", "https://img.example/2.jpg"],
        "parameters": {"Цвет": "чёрный", "Вес (г)": 35},
    }
    return [good(1, **full), *(good(number, quantity=50) for number in range(2, 13))]


class Old:
    """The stack of the old code and the story so far."""

    def __init__(self, stack: RunningStack) -> None:
        self.stack = stack
        self.service = Service(stack)
        self.story: dict[str, Any] = {}

    def switch(self, function: str, *, on: bool) -> None:
        """Start or stop the function's reading of its queue."""
        client, name = self.stack.client("lambda"), self.stack.stage.lambda_name(function)
        for mapping in client.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]:
            client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=on)
        # A poll under way still receives messages.
        time.sleep(2)

    def waiting(self, variable: str) -> int:
        """Count the messages of the queue that the stage's variable names, including those in flight."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        client = self.stack.client("sqs")
        found = client.get_queue_attributes(QueueUrl=self.queue(variable), AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)

    def queue(self, variable: str) -> str:
        name = self.stack.stage.environment[variable]
        return str(self.stack.client("sqs").get_queue_url(QueueName=name)["QueueUrl"])

    def taken(self, variable: str) -> list[dict[str, Any]]:
        """Receive everything in the queue, which hides it from others."""
        client, url = self.stack.client("sqs"), self.queue(variable)
        found: list[dict[str, Any]] = []
        while messages := client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            found += messages
        return found

    def quiet(self) -> None:
        """Wait until every queue is empty."""
        variables = [name for name in self.stack.stage.environment if name.endswith("_QUEUE")]
        wait_for("empty queues", lambda: None if any(self.waiting(name) for name in variables) else True)

    def order(self, buyer: str, contact: int, items: list[dict[str, Any]], **headers: str) -> dict[str, Any]:
        self.service.ok("POST", "/basket", buyer, json={"items": items})
        basket = self.service.ok("GET", "/basket", buyer)[0]["id"]
        body = {"id": basket, "contact": contact}
        placed = self.service.ok("POST", "/order", buyer, json=body, headers=headers)
        return {"id": placed["id"], "number": placed["number"], "asked": body, "answered": placed}


def business(old: Old) -> dict[str, Any]:
    """Finish what is over before the upgrade: accounts, price lists, an order with its mails and documents."""
    service = old.service
    admin_email = "admin@upgrade.example"
    old.stack.create_admin(admin_email, PASSWORD)
    people = {"admin": Person(admin_email, service.login(admin_email))}
    for name in ("shop", "reviewed", "large", "merged"):
        people[name] = Person(*service.account("shop"))
    for name in ("buyer", "forgetful", "bounced"):
        people[name] = Person(*service.account())
    lists = {"shop": price_list(*rich_goods()), "reviewed": price_list(*rich_goods())}
    lists["merged"] = price_list(good(1, name="Провод", model="w"), category="Кабеля")
    for name, content in lists.items():
        report = service.imported(people[name].token, service.upload(people[name].token, content))
        assert report["status"] == "done", report
    buyer = people["buyer"].token
    contact = int(service.ok("POST", "/user/contact", buyer, json=CONTACT)["id"])
    offers = {offer["model"]: offer["id"] for offer in service.goods_of(people["shop"].token)}
    old.story |= {
        "people": {name: asdict(person) for name, person in people.items()},
        "shops": {name: service.shop_id(people[name].token) for name in ("shop", "reviewed", "large", "merged")},
        "contact": contact,
        "offers": offers,
        "ended": old.order(buyer, contact, [{"product_info": offers["m/1"], "quantity": 4}]),
    }
    old.quiet()
    return {"admin": people["admin"].token, "buyer": buyer, "people": people, "offers": offers, "contact": contact}


def under_review(old: Old, known: dict[str, Any]) -> None:
    """Upload a price list that takes most goods off sale; it waits for review, and its mails are sent."""
    person, service = known["people"]["reviewed"], old.service
    content = price_list(*rich_goods()[:2], good(13))
    import_id = service.upload(person.token, content)

    def asked() -> Any:
        report = service.ok("GET", f"/partner/imports/{import_id}", person.token)
        return report if report["status"] == "needs_review" else None

    wait_for("the question", asked)
    old.quiet()
    mail = service.mailed(person.email, "list.yaml")
    link = next(word for word in mail.text.split() if "/review?token=" in word)
    old.story["reviewed"] = {"import_id": import_id, "link": link[link.index("/imports/") :], "list": content.decode()}


def partly_applied(old: Old, known: dict[str, Any]) -> None:
    """Apply the smaller of an import's two chunks; the other stays in the queue."""
    service, token = old.service, known["people"]["large"].token
    old.switch("apply_chunk", on=False)
    import_id = service.upload(token, price_list(*(good(number) for number in range(1, LARGE + 1))))
    wait_for("two chunks", lambda: old.waiting("CHUNKS_QUEUE") == 2 or None)
    message = next(one for one in old.taken("CHUNKS_QUEUE") if json.loads(one["Body"])["chunk"] == 1)
    record = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:us-east-1:000000000000:{old.stack.stage.environment['CHUNKS_QUEUE']}",
        "awsRegion": "us-east-1",
    }
    answer = old.stack.client("lambda").invoke(
        FunctionName=old.stack.stage.lambda_name("apply_chunk"), Payload=json.dumps({"Records": [record]}).encode()
    )
    assert json.load(answer["Payload"]) == {"batchItemFailures": []}
    old.stack.client("sqs").delete_message(QueueUrl=old.queue("CHUNKS_QUEUE"), ReceiptHandle=message["ReceiptHandle"])
    report = service.ok("GET", f"/partner/imports/{import_id}", token)
    assert (report["status"], report["counts"]["written"]) == ("running", LARGE - 1000), report
    old.story["large"] = {"import_id": import_id, "goods": LARGE}


def unfinished(old: Old, known: dict[str, Any]) -> None:
    """With no queue read, leave work in each: order, mails, imports, export, merge, bounce, and a lost message."""
    service, people, buyer = old.service, known["people"], known["buyer"]
    for function in QUEUE_FUNCTIONS:
        old.switch(function, on=False)
    old.story["queued"] = {"import_id": service.upload(people["shop"].token, price_list(*rich_goods()[:11], good(14)))}
    wait_for("its message", lambda: old.waiting("IMPORTS_QUEUE") or None)

    bounced = people["bounced"].email
    sent = service.ok("GET", "/admin/mails", known["admin"], params={"status": "sent", "limit": 100})["results"]
    mail = next(one for one in sent if one["sent_to"] == [bounced])
    old.stack.client("sqs").send_message(QueueUrl=old.queue("FEEDBACK_QUEUE"), MessageBody=bounce(mail, bounced))
    old.story["bounced"] = {"mail_id": mail["id"]}

    # The message is lost: only the sweeper can find the mail.
    service.ok("POST", "/user/password_reset", json={"email": people["forgetful"].email})
    (message,) = old.taken("MAIL_QUEUE")
    old.stack.client("sqs").delete_message(QueueUrl=old.queue("MAIL_QUEUE"), ReceiptHandle=message["ReceiptHandle"])

    offers = known["offers"]
    items = [{"product_info": offers[f"m/{number}"], "quantity": 4} for number in (1, 2)]
    key = {"Idempotency-Key": "upgrade-1"}
    old.story["placed"] = old.order(buyer, known["contact"], items, **key) | {"key": key}
    canceled = old.order(buyer, known["contact"], [{"product_info": offers["m/3"], "quantity": 5}])
    service.ok("POST", f"/order/{canceled['id']}/cancel", buyer, json={})
    old.story["canceled"] = canceled

    asked = service.call("POST", "/order/exports", buyer, json={"kind": "orders", "format": "jsonl"})
    old.story["export"] = {"export_id": asked.json()["export_id"]}

    categories = {one["name"]: one["id"] for one in service.ok("GET", "/categories")["results"]}
    merge = f"/admin/categories/{categories['Кабеля']}/merge"
    assert service.call("POST", merge, known["admin"], json={"into": categories["Смартфоны"]}).status_code == 202
    old.story["merged"] = {"into": categories["Смартфоны"]}

    service.ok("POST", "/basket", buyer, json={"items": [{"product_info": offers["m/4"], "quantity": 7}]})


def answers(old: Old, known: dict[str, Any]) -> None:
    """Record what the old code answers about things that no job changes."""
    service, buyer = old.service, known["buyer"]
    order_id = old.story["ended"]["id"]
    old.story["answers"] = {
        f"buyer {path}": service.ok("GET", path, buyer)
        for path in ("/basket", f"/order/{order_id}", "/user/details", "/user/contact")
    }
    old.story["sent"] = [[mail.to, mail.subject] for mail in old.stack.mails()]


def bounce(mail: dict[str, Any], email: str) -> str:
    """Return a bounce notification as SES publishes it."""
    notification = {
        "notificationType": "Bounce",
        "bounce": {
            "feedbackId": f"0100-{mail['id']}",
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [{"emailAddress": email, "status": "5.1.1"}],
            "timestamp": "2026-11-23T16:00:00.000Z",
        },
        "mail": {
            "messageId": mail["message_id"],
            "destination": [email],
            "headers": [{"name": "X-Message-Key", "value": str(mail["id"])}],
        },
    }
    return json.dumps(notification)


def pack(state_dir: Path, story: dict[str, Any], archive: Path) -> None:
    """Pack the state that an upgrade finds, without sent mails and packages, which are large."""
    kept = [f"data/{name}.json" for name in sorted(DEPLOYED + STORED) if (state_dir / f"data/{name}.json").exists()]
    kept += [str(path.relative_to(state_dir)) for path in sorted((state_dir / "s3").rglob("*")) if path.is_file()]
    members = {name: (state_dir / name).read_bytes() for name in [*kept, "deployed/local.json"]}
    members["story.json"] = json.dumps(story, ensure_ascii=False, indent=1).encode()
    with tarfile.open(archive, "w:gz", compresslevel=9) as packed:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            packed.addfile(entry, io.BytesIO(content))


def main(archive: Path) -> None:
    """Play the story, stop in the middle and keep what is on disk then."""
    with tempfile.TemporaryDirectory() as directory:
        state_dir = Path(directory) / "state"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        own = embedded_stack(state_dir, port)
        try:
            old = Old(RunningStack(own, read_stage("local"), commands.up(own)))
            known = business(old)
            under_review(old, known)
            partly_applied(old, known)
            unfinished(old, known)
            answers(old, known)
            commands.down(own)
        finally:
            process.stop(own, keep_state=False)
        pack(state_dir, {"made_at": int(time.time()), "api": old.stack.base_url.split("/")[-3], **old.story}, archive)


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
