"""The main job, played through the public interfaces: `python -m infra.demo`, called by `make demo` after `make up`.

Two suppliers send price lists, a buyer orders from both, everyone gets their mail, an administrator confirms the order.
It only uses HTTP, an S3 upload and the mails. The exit code is 0 on success.
"""

import os
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, TypedDict, TypeVar

import requests

from infra import commands
from infra.mails import Mail, sent_mails
from infra.record import base_url, console_url
from infra.settings import PROJECT_ROOT, Kind, Stack
from infra.stages import read_stage

_EXAMPLES = PROJECT_ROOT / "examples"
_PASSWORD = "korzina-2026"  # noqa: S105 - for accounts on the local stack only
_PATIENCE = 90
Found = TypeVar("Found")
_TOKEN_LENGTH = 52


class DemoFailed(Exception):
    """A step failed; the message says which."""


class Report(TypedDict):
    """What the demo reads of the report of an import."""

    status: str
    door: str
    counts: dict[str, int]
    errors: list[object]
    finished_at: str | None


class Demo:
    """One run, with its own accounts and shops, so that the demo can be repeated on the same stack."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.url = base_url(stack)
        self.run = secrets.token_hex(3)
        self.started = time.monotonic()

    def call(self, method: str, path: str, token: str = "", **request: Any) -> Any:
        """Call the API and return its JSON. Raises DemoFailed for any status except 200."""
        headers = {"Authorization": f"Token {token}"} if token else {}
        answer = requests.request(method, self.url + path, headers=headers, timeout=60, **request)
        if answer.status_code != requests.codes.ok:
            raise DemoFailed(f"{method} {path}: {answer.status_code} {answer.text}")
        # Amounts are exact decimals; a float would show 99.9 for 99.90.
        return answer.json(parse_float=Decimal)

    def email(self, name: str) -> str:
        """Return a person's address in this run; the administrator is the same in every run."""
        return f"{name}@demo.example" if name == "admin" else f"{name}-{self.run}@demo.example"

    def mail(self, name: str, subject: str) -> Mail:
        """Wait for a mail to this person with these words in its subject; return the newest one."""

        def find() -> Mail | None:
            return next(
                (m for m in reversed(sent_mails(self.stack)) if self.email(name) in m.to and subject in m.subject), None
            )

        return wait_for(f"mail «{subject}» to {name}", find)

    def account(self, name: str, kind: str, company: str) -> str:
        """Register, confirm with the token from the mail, log in; return the session token."""
        person = {"first_name": "Мария", "last_name": "Полякова", "email": self.email(name), "password": _PASSWORD}
        self.call("POST", "/user/register", data={**person, "company": company, "type": kind})
        mailed = self.mail(name, "Подтвердите").text.splitlines()
        token = next(line.strip() for line in mailed if len(line.strip()) == _TOKEN_LENGTH)
        self.call("POST", "/user/register/confirm", json={"email": self.email(name), "token": token})
        session = self.call("POST", "/user/login/", json={"email": self.email(name), "password": _PASSWORD})["Token"]
        say(f"{company}: registered as {kind}, confirmed by the token from the mail, logged in")
        return str(session)

    def imported(self, token: str, import_id: int, goods: int) -> None:
        """Wait for an import to finish. Raises DemoFailed unless its status is `done`."""

        def finished() -> Report | None:
            report: Report = self.call("GET", f"/partner/imports/{import_id}", token)
            progress(report["counts"].get("written", report["counts"].get("created", 0)), goods)
            return report if report["finished_at"] else None

        report = wait_for(f"import {import_id}", finished)
        counts = ", ".join(f"{name} {count}" for name, count in report["counts"].items())
        say(f"import {import_id} from {report['door']}: {report['status']} ({counts})")
        if report["status"] != "done":
            raise DemoFailed(f"import {import_id} ended as {report['status']}: {report['errors']}")


def main() -> int:
    """Play the demo on the running stack; return the exit code."""
    demo = Demo(commands.current_stack(os.environ))
    try:
        play(demo)
    except DemoFailed as failure:
        print(f"\nthe demo failed: {failure}", file=sys.stderr)
        return 1
    return 0


def play(demo: Demo) -> None:
    """Play all steps. Raises DemoFailed."""
    with chapter("An administrator is created by command"):
        from infra.admin import create_administrator

        create_administrator(demo.stack, read_stage("local"), demo.email("admin"), _PASSWORD)
        login = {"email": demo.email("admin"), "password": _PASSWORD}
        admin = demo.call("POST", "/user/login", json=login)["Token"]
        say(demo.email("admin"))
    with chapter("Two suppliers and a buyer register"):
        north = demo.account("electro", "shop", "Электромир")
        south = demo.account("gadgets", "shop", "Гаджеты и точка")
        buyer = demo.account("buyer", "buyer", "Сеть «Полка»")
    with chapter("The suppliers send their price lists"):
        _price_lists(demo, north, south)
    with chapter("The buyer looks at the catalogue and fills a basket from both"):
        shops = [demo.call("GET", "/partner/state", token)["id"] for token in (north, south)]
        _fill_basket(demo, buyer, shops)
    with chapter("The buyer places the order"):
        order_id, number = _place(demo, buyer)
    with chapter("The mails go out"):
        _show_mails(demo, number)
    with chapter("Each supplier sees its own rows only"):
        for name, token in (("Электромир", north), ("Гаджеты и точка", south)):
            part = demo.call("GET", "/partner/orders", token)[0]
            rows = [row["product_info"]["product"]["name"] for row in part["ordered_items"]]
            say(f"{name} sees part {part['number']}, {part['total_sum']} ₽: {'; '.join(rows)}")
    with chapter("The administrator confirms the order, and the buyer is notified"):
        moved = demo.call("POST", f"/admin/orders/{order_id}/state", admin, json={"state": "confirmed"})
        say(f"order {moved['number']} is now {moved['state']}")
        show(demo.mail("buyer", f"№ {number}: "))
    _how_to_go_on(demo)


def _price_lists(demo: Demo, north: str, south: str) -> None:
    shop_id = demo.call("GET", "/partner/state", north)["id"]
    key = f"incoming/{shop_id}/electro.yaml"
    content = (_EXAMPLES / "electro.yaml").read_bytes()
    demo.stack.client("s3").put_object(Bucket=read_stage("local").bucket, Key=key, Body=content)
    say(f"Электромир put electro.yaml into S3 as {key}")
    show(demo.mail("electro", "electro.yaml"), lines=14)
    with (_EXAMPLES / "gadgets.yaml").open("rb") as file:
        accepted = demo.call("POST", "/partner/update", south, files={"file": ("gadgets.yaml", file)})
    say("Гаджеты и точка sent gadgets.yaml to POST partner/update")
    demo.imported(south, accepted["import_id"], content.count(b"\n  - id"))


def _fill_basket(demo: Demo, buyer: str, shops: list[int]) -> None:
    categories = demo.call("GET", "/categories")["results"]
    say("categories: " + ", ".join(category["name"] for category in categories))
    chosen = []
    for shop_id in shops:
        goods = demo.call("GET", "/products", params={"shop_id": shop_id})
        for good in goods[:2]:
            say(f"{good['product']['name']}: {good['price']} ₽, {good['quantity']} in stock")
            chosen.append({"product_info": good["id"], "quantity": 2})
    demo.call("POST", "/basket", buyer, json={"items": chosen})
    basket = demo.call("GET", "/basket", buyer)[0]
    say(f"basket: {len(basket['ordered_items'])} rows from {len(shops)} suppliers, {basket['total_sum']} ₽")


def _place(demo: Demo, buyer: str) -> tuple[int, int]:
    contact = {"city": "Тверь", "street": "Садовая", "house": "7", "phone": "+7 900 000-00-00", "last_name": "Полякова"}
    contact_id = demo.call("POST", "/user/contact", buyer, data=contact)["id"]
    basket_id = demo.call("GET", "/basket", buyer)[0]["id"]
    placed = demo.call("POST", "/order", buyer, data={"id": basket_id, "contact": contact_id})
    say(f"order № {placed['number']}; the basket is empty: {demo.call('GET', '/basket', buyer)}")
    return placed["id"], placed["number"]


def _show_mails(demo: Demo, number: int) -> None:
    show(demo.mail("buyer", f"№ {number} "))
    show(demo.mail("admin", f"№ {number}"), lines=12)
    show(demo.mail("electro", f"№ {number}-1"), lines=16)
    show(demo.mail("gadgets", f"№ {number}-2"), lines=16)


def _how_to_go_on(demo: Demo) -> None:
    seconds = time.monotonic() - demo.started
    print(f"\nThat was the main job, in {seconds:.0f} s. The stack is still up:")
    print(f"  {console_url(demo.url)}   the console, in a browser; password {_PASSWORD} for each of")
    for name, what in (("buyer", "a buyer"), ("electro", "a supplier"), ("admin", "an administrator")):
        print(f"    {demo.email(name):32} {what}")
    print(f'  curl "{demo.url}/products"')
    print("  make -s mails        the sent mails as JSON")
    print(f"  make -s bucket       where price lists go: incoming/{{shop}}/…, endpoint {demo.stack.endpoint_url}")
    kept = "the state is kept" if demo.stack.kind is Kind.EMBEDDED else "LocalStack keeps nothing"
    print(f"  make down            stop it; {kept}")


def wait_for(what: str, find: Callable[[], Found | None], patience: float = _PATIENCE) -> Found:
    """Call ``find`` until it returns something, and return that. Raises DemoFailed after ``patience`` seconds."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if (found := find()) is not None:
            return found
        time.sleep(0.2)
    raise DemoFailed(f"waited {patience} s for {what}")


@contextmanager
def chapter(title: str) -> Iterator[None]:
    """Print a step of the demo and the time it took."""
    print(f"\n\033[1m{title}\033[0m" if sys.stdout.isatty() else f"\n{title}", flush=True)
    started = time.monotonic()
    yield
    print(f"  ({time.monotonic() - started:.1f} s)", flush=True)


def say(text: str) -> None:
    print(f"  {text}", flush=True)


def show(mail: Mail, lines: int = 40) -> None:
    """Print a mail as its reader sees it, cut after ``lines`` lines."""
    print(f"  ┌ to {', '.join(mail.to)}: {mail.subject}")
    for line in mail.text.splitlines()[:lines]:
        print(f"  │ {line}")
    for attachment in mail.attachments:
        print(f"  │ 📎 {attachment.name}, {attachment.size} bytes")
    print("  └", flush=True)


def progress(done: int, whole: int) -> None:
    """Draw a progress bar, on a terminal only."""
    if sys.stdout.isatty():
        filled = 30 * min(done, whole) // max(whole, 1)
        print(
            f"\r  [{'█' * filled}{' ' * (30 - filled)}] {done}/{whole}", end="\n" if done >= whole else "", flush=True
        )


if __name__ == "__main__":
    sys.exit(main())
