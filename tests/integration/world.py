"""The service in one process: routes through Chalice's test client, AWS by moto, queues drained when a test says so."""

import json
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from io import BytesIO
from typing import Any

import yaml
from chalice.test import Client

from chalicelib import aws, clock
from chalicelib.accounts.sessions import open_session
from chalicelib.catalogue.identity import offer_id
from chalicelib.catalogue.shops import new_shop
from chalicelib.ids import new_id
from chalicelib.models.accounts import Administrator, User
from chalicelib.models.catalogue import Offer
from chalicelib.models.imports import Import
from chalicelib.pricelists.planning.compare import make_plan
from chalicelib.pricelists.planning.plan_files import Chunk, Write
from chalicelib.pricelists.planning.snapshot import Known
from chalicelib.pricelists.reading.rows import Good
from chalicelib.settings import settings
from tests.integration.described import require_described

PASSWORD = "correct horse 9"


@dataclass(frozen=True)
class Answer:
    """What a call answered."""

    status: int
    body: Any
    headers: dict[str, str]


@dataclass
class World:
    """The doors of the service, and what went out of it."""

    client: Client
    events: int = 0
    people: dict[str, str] = field(default_factory=dict)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        token: str = "",
        *,
        content_type: str = "",
        language: str = "",
        key: str = "",
    ) -> Answer:
        headers = {"Content-Type": content_type or "application/json", "X-Forwarded-Proto": "http"}
        if key:
            headers["Idempotency-Key"] = key
        if token:
            headers["Authorization"] = f"Token {token}"
        if language:
            headers["Accept-Language"] = language
        raw = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        response = self.client.http.request(method, f"/v1{path}", headers=headers, body=raw)
        answer = Answer(response.status_code, _content(response), response.headers)
        require_described(method, path, answer.status, answer.body)
        return answer

    def send(self, method: str, path: str, raw: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        """A call with exactly these bytes and headers."""
        response = self.client.http.request(method, f"/v1{path}", headers=headers or {}, body=raw)
        return Answer(response.status_code, json.loads(response.body), response.headers)

    def register(self, email: str, kind: str = "buyer", **more: str) -> str:
        """A confirmed account; gives its token."""
        form = {"first_name": "Анна", "last_name": "Круглова", "email": email, "password": PASSWORD, "type": kind}
        assert self.call("POST", "/user/register", {**form, "company": f"ООО {email}", **more}).status == 200
        self.pump()
        confirm = {"email": email, "token": self.token_mailed_to(email)}
        assert self.call("POST", "/user/register/confirm", confirm).status == 200
        return self.login(email)

    def login(self, email: str, password: str = PASSWORD) -> str:
        return str(self.call("POST", "/user/login", {"email": email, "password": password}).body["Token"])

    def token_mailed_to(self, email: str) -> str:
        mail = next(m for m in reversed(self.mails()) if email in m["to"])
        return next(line.strip() for line in mail["text"].splitlines() if len(line.strip()) == 52)

    def shop_of(self, token: str) -> int:
        return int(self.call("GET", "/partner/state", token=token).body["id"])

    def drop(self, shop_id: int, price_list: Any, name: str = "list.yaml") -> int | None:
        """Put a price list into the bucket and let the import run; gives the import's id."""
        text = price_list if isinstance(price_list, bytes) else yaml.safe_dump(price_list, allow_unicode=True).encode()
        key = f"incoming/{shop_id}/{name}"
        aws.client("s3").put_object(Bucket=settings().files_bucket, Key=key, Body=text)
        return self.arrive(key)

    def arrive(self, key: str) -> int | None:
        """Deliver the S3 event of an object, then drain the queues."""
        import_id = self.announce(key)
        self.pump()
        return import_id

    def announce(self, key: str, version: str = "") -> int | None:
        """Deliver the S3 event of a version of an object, the newest where none is named."""
        from chalicelib.pricelists.arrival.s3_events import file_arrived

        self.events += 1
        version = version or aws.client("s3").head_object(Bucket=settings().files_bucket, Key=key)["VersionId"]
        return file_arrived(
            {
                "eventTime": f"2026-11-23T10:00:{self.events // 1000:02}.{self.events % 1000:03}Z",
                "s3": {"object": {"key": key, "versionId": version, "sequencer": f"{self.events:016X}"}},
            }
        )

    def pump(self, rounds: int = 10) -> None:
        """Let the queue jobs work until the queues are empty."""
        for _ in range(rounds):
            queues = {"run_import": settings().imports_queue, "apply_chunk": settings().chunks_queue}
            queues |= {"run_export": settings().exports_queue, "send_mail": settings().mail_queue}
            if not sum(self._drain(queue, function) for function, queue in queues.items()):
                return

    def _drain(self, queue: str, function: str) -> int:
        sqs, url = aws.client("sqs"), aws.queue_url(queue)
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            event = self.client.events.generate_sqs_event([message["Body"]], queue)
            event["Records"][0]["attributes"]["ApproximateReceiveCount"] = "1"
            result = self.client.lambda_.invoke(function, event).payload
            if not result["batchItemFailures"]:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return len(messages)

    def mails(self, since: int = 0) -> list[dict[str, Any]]:
        """Everything SES was given but the first ``since`` mails, oldest first."""
        return [_read(message.raw_data, message.destinations) for message in self._sent()[since:]]

    def mails_sent(self) -> int:
        """How many mails SES was given."""
        return len(self._sent())

    def _sent(self) -> list[Any]:
        from moto.ses.models import ses_backends

        return list(ses_backends["123456789012"]["us-east-1"].sent_messages)

    def person(self, email: str, role: str = "buyer") -> "Person":
        """A confirmed account made directly in the tables, logged in; a shop's is named after the address."""
        shop_id = new_id() if role == "shop" else 0
        user = User.at(new_id())
        user.user_id, user.role, user.email, user.shop_id = int(user.pk.removeprefix("USER#")), role, email, shop_id
        user.first_name, user.last_name, user.company = "Анна", "Круглова", f"ООО {email}"
        user.password_hash, user.confirmed, user.created_at = "-", True, clock.stamp(clock.now())
        user.save()
        if role == "shop":
            new_shop(shop_id, user.company, user.user_id).save()
        if role == "administrator":
            Administrator(Administrator.PK, user.pk, user_id=user.user_id, email=email).save()
        return Person(self, email, open_session(user), user.user_id, shop_id)

    def shop(self, email: str, *goods: dict[str, Any], category: str = "Смартфоны") -> "Person":
        """A supplier whose shop sells these goods as if it had imported them, but no import of them is on record."""
        shop = self.person(email, "shop")
        stock(shop.shop_id, price_list(*goods, category=category))
        return shop

    def importing_shop(self, email: str, *goods: dict[str, Any]) -> "Person":
        """A supplier whose shop has imported these goods; the mail about the import has been sent."""
        shop = self.person(email, "shop")
        assert self.drop(shop.shop_id, price_list(*goods))
        return shop

    def leave(self, shop_id: int, price_list: Any, name: str = "list.yaml") -> int:
        """Put a price list into the bucket and register it, but leave its import in the queue."""
        key = f"incoming/{shop_id}/{name}"
        text = yaml.safe_dump(price_list, allow_unicode=True).encode()
        aws.client("s3").put_object(Bucket=settings().files_bucket, Key=key, Body=text)
        return self.announce(key) or 0

    def run_import(self, import_id: int) -> None:
        """One attempt at an import, as the queue job makes it."""
        from chalicelib.pricelists.job import run_import

        run_import(import_id, 60)

    def move(self, order_id: int, state: str, token: str) -> Answer:
        return self.call("POST", f"/admin/orders/{order_id}/state", {"state": state}, token)


@dataclass(frozen=True)
class Person:
    """Somebody who calls, with what tests need to know of them."""

    world: World
    email: str
    token: str
    user_id: int
    shop_id: int

    def get(self, path: str, **more: str) -> Answer:
        return self.world.call("GET", path, token=self.token, **more)

    def post(self, path: str, body: Any = None, **more: str) -> Answer:
        return self.world.call("POST", path, body, self.token, **more)

    def put(self, path: str, body: Any = None, **more: str) -> Answer:
        return self.world.call("PUT", path, body, self.token, **more)

    def delete(self, path: str, body: Any = None, **more: str) -> Answer:
        return self.world.call("DELETE", path, body, self.token, **more)

    def offer(self, ext_id: Any) -> Offer:
        """The shop's good as it is stored."""
        return Offer.get(*Offer.key(self.sells(ext_id)), consistent_read=True)

    def sells(self, ext_id: Any) -> int:
        """The id of the shop's offer."""
        return offer_id(self.shop_id, str(ext_id))

    def add(self, *items: tuple[int, int]) -> Answer:
        """Put (offer, quantity) pairs into the basket."""
        return self.post("/basket", {"items": [{"product_info": offer, "quantity": n} for offer, n in items]})

    def basket(self) -> Any:
        """The basket as answered; fails where it is empty."""
        return self.get("/basket").body[0]

    def contact(self) -> int:
        """A new contact."""
        return int(self.post("/user/contact", CONTACT).body["id"])

    def place(self) -> Answer:
        """Order what is in the basket, to a new contact."""
        return self.post("/order", {"id": self.basket()["id"], "contact": self.contact()})

    def order(self, *items: tuple[int, int]) -> int:
        """Order these goods; gives the order's id."""
        assert self.add(*items).status == 200
        return int(self.place().body["id"])

    def imported(self, import_id: int | None) -> Any:
        """One of the shop's imports as answered."""
        return self.get(f"/partner/imports/{import_id}").body


# Older than the time of any event that ``announce`` makes.
BEFORE_ALL_FILES = "2026-11-22T10:00:00.000Z"


class _Chunk:
    """Takes what an import would write, as a chunk of its plan."""

    def __init__(self) -> None:
        self.chunk = Chunk([], [])

    def good(self, good: Good, good_digest: str, offer_id: int, *, new: bool) -> None:
        self.chunk.writes.append(Write(good, good_digest, offer_id, new))

    def gone(self, offer_id: int) -> None:
        raise AssertionError(offer_id)


def stock(shop_id: int, goods: dict[str, Any]) -> None:
    """Write the goods of a first price list as its import does, but without bucket, queues and records."""
    text, sink = yaml.safe_dump(goods, allow_unicode=True).encode(), _Chunk()
    plan = make_plan(lambda: BytesIO(text), shop_id, Known(), sink)
    assert not plan.faults, plan.faults
    places = goods.make_room(shop_id, plan.per_category, plan.counts["ok"])
    goods.write_chunk(sink.chunk, shop_id, BEFORE_ALL_FILES, places, again=False, late=False, may_write=lambda: True)


def stored_import(import_id: int) -> Import:
    return Import.get(Import.at(import_id).pk, Import.SK, consistent_read=True)


def _content(response: Any) -> Any:
    is_json = response.headers["Content-Type"].startswith("application/json")
    return json.loads(response.body) if is_json else response.body.decode()


def _read(raw: str, destinations: list[str]) -> dict[str, Any]:
    message = message_from_bytes(raw.encode(), policy=policy.default)
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    return {
        "to": list(destinations),
        "subject": message["Subject"],
        "text": text.get_content() if text else "",
        "html": html.get_content() if html else "",
        "attachments": [part.get_filename() for part in message.iter_attachments()],
    }


def good(ext_id: Any, **more: Any) -> dict[str, Any]:
    """A good of a price list."""
    return {
        "id": ext_id,
        "category": 1,
        "model": f"m/{ext_id}",
        "name": f"Товар {ext_id}",
        "price": 100,
        "quantity": 10,
    } | more


def price_list(*goods: dict[str, Any], category: str = "Смартфоны") -> dict[str, Any]:
    """A price list of one category."""
    return {"shop": "Любой", "categories": [{"id": 1, "name": category}], "goods": list(goods)}


CONTACT = {"city": "Тверь", "street": "Садовая", "house": "7", "phone": "+7 900 000-00-00", "first_name": "Анна"}
