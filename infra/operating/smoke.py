"""The main job, played on a stage through its public doors by accounts of its own, which are deleted afterwards.

Only three things are done by another door: the administrator is created by the command for it; on AWS, where nobody
can read the mail, the command also makes the confirmation token; and what the test made is deleted from the tables.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

from infra import record
from infra.lock import DeploymentLock, released
from infra.operating import smoke_edge
from infra.operating.smoke_run import WHO, Failed, Run, clean_leftovers, cleaned, wait_for
from infra.output import answer, say, step
from infra.settings import Kind, Stack
from infra.stages import Stage

_GOODS = 3
_CONTACT = {"city": "Тверь", "street": "Садовая", "house": "7", "phone": "+7 900 000-00-00"}


@dataclass
class Smoke:
    """One test: who takes part, and what came of it so far. ``untried`` says what this stage cannot show."""

    run: Run
    tokens: dict[str, str] = field(default_factory=dict)
    order: int = 0
    untried: list[str] = field(default_factory=list)

    def ok(self, method: str, path: str, who: str = "", **request: Any) -> Any:
        """Make a call that has to succeed as one of the accounts; return its JSON. Raises Failed."""
        answered = self.run.call(method, path, self.tokens.get(who, ""), **request)
        if answered.status_code not in (requests.codes.ok, requests.codes.created, requests.codes.accepted):
            raise Failed(f"{method} {path}: {answered.status_code} {answered.text[:300]}")
        return answered.json()


def steps(smoke: Smoke) -> list[tuple[str, Callable[[], None]]]:
    """Return the steps in their order, with what each shows."""
    return [
        ("an administrator is created and logs in", lambda: _administrator(smoke)),
        ("a buyer and a supplier register, confirm and log in", lambda: _register(smoke)),
        ("a price list is dropped into the bucket and imported", lambda: _import(smoke)),
        ("an order is placed and goes through its states", lambda: _order(smoke)),
        ("the waybill is downloaded by its link", lambda: _waybill(smoke)),
        ("the mails of the order are sent", lambda: _mails(smoke)),
        ("an address that bounces gets no more mail", lambda: _bounce(smoke)),
        ("refusals and preflights have their shape", lambda: smoke_edge.check(smoke.run)),
        ("no mail of the test waits any more", lambda: _last_mails(smoke)),
    ]


def play(stack: Stack, stage: Stage, *, dry_run: bool = False) -> None:
    """Play all steps, then delete what they made, also after a failure; first, what a killed run left.

    Nobody deploys meanwhile. Raises Failed with the step that failed, InfraError if the stage was not deployed.
    """
    if stack.kind is Kind.AWS:
        record.fetch(stack, stage)
    url = stage.environment.get("PUBLIC_URL") or record.base_url(stack)
    run = Run(stack, stage, url.rstrip("/"), secrets.token_hex(4))
    smoke = Smoke(run)
    if dry_run:
        say(f"dry run on {url}:")
        for title, _ in steps(smoke):
            say(f"  {title}")
        return
    with released(DeploymentLock(stack.client("s3"), stage.bucket)) as lock:
        lock.acquire()
        clean_leftovers(stack, stage)
        with cleaned(run):
            for title, work in steps(smoke):
                _do(title, work)
            run.settled = True
        # Functions that a killed run had started may have gone on while this one played.
        clean_leftovers(stack, stage)
    answer(f"smoke test of {url}: passed")
    for line in smoke.untried:
        answer(f"not tried: {line}")


def _do(title: str, work: Callable[[], None]) -> None:
    try:
        with step(title):
            work()
    except Failed as exc:
        raise Failed(f"{title}: {exc}") from exc


def _administrator(smoke: Smoke) -> None:
    smoke.run.create_administrator()
    smoke.tokens["admin"] = _login(smoke, "admin")


def _register(smoke: Smoke) -> None:
    for who, kind in (("buyer", "buyer"), ("shop", "shop")):
        _account(smoke, who, kind)
        token = smoke.run.mailed_token(who)
        smoke.ok("POST", "/user/register/confirm", json={"email": smoke.run.email(who), "token": token})
        smoke.tokens[who] = _login(smoke, who)
    if smoke.run.stack.kind is Kind.AWS:
        smoke.untried.append("that the confirmation mail can be read: the simulator of SES keeps none")


def _account(smoke: Smoke, who: str, kind: str) -> None:
    person = {"first_name": "Smoke", "last_name": "Test", "email": smoke.run.email(who), "company": smoke.run.company}
    smoke.ok("POST", "/user/register", json={**person, "password": smoke.run.password, "type": kind})


def _login(smoke: Smoke, who: str) -> str:
    asked = {"email": smoke.run.email(who), "password": smoke.run.password}
    return str(smoke.ok("POST", "/user/login", json=asked)["Token"])


def _import(smoke: Smoke) -> None:
    """Put a list into the bucket as the supplier's own principal would, and see it through a review if there is one."""
    shop = int(smoke.ok("GET", "/partner/state", "shop")["id"])
    smoke.run.drop(f"incoming/{shop}/smoke.yaml", _price_list(smoke.run.category))

    def finished() -> Any:
        found = smoke.ok("GET", "/partner/imports", "shop")
        if found and found[0]["status"] == "needs_review":
            smoke.ok("POST", f"/admin/imports/{found[0]['id']}/approve", "admin")
        return found[0] if found and found[0]["finished_at"] else None

    report = wait_for("the import", finished)
    if report["status"] != "done" or report["counts"].get("created") != _GOODS:
        raise Failed(f"import {report['id']} ended as {report['status']}: {report['counts']}")


def _price_list(category: str) -> bytes:
    lines = [f"shop: smoke\ncategories:\n  - {{id: 1, name: {category}}}\ngoods:"]
    lines += [
        f"  - {{id: {one}, category: 1, name: Проба {one}, model: smoke/{one}, price: {100 * one}.50, quantity: 10}}"
        for one in range(1, _GOODS + 1)
    ]
    return "\n".join(lines).encode()


def _order(smoke: Smoke) -> None:
    shop = int(smoke.ok("GET", "/partner/state", "shop")["id"])

    def on_sale() -> Any:
        # The index that lists are read from lags behind the import.
        goods = smoke.ok("GET", "/products", params={"shop_id": shop})
        return goods if len(goods) == _GOODS else None

    rows = [{"product_info": good["id"], "quantity": 2} for good in wait_for("the products", on_sale)]
    smoke.ok("POST", "/basket", "buyer", json={"items": rows})
    contact = smoke.ok("POST", "/user/contact", "buyer", json=_CONTACT)["id"]
    basket = smoke.ok("GET", "/basket", "buyer")[0]["id"]
    smoke.order = int(smoke.ok("POST", "/order", "buyer", json={"id": basket, "contact": contact})["id"])
    smoke.run.traces["orders"].append(smoke.order)
    for state in ("confirmed", "assembled", "sent"):
        smoke.ok("POST", f"/partner/orders/{smoke.order}/state", "shop", json={"state": state})
    smoke.ok("POST", f"/order/{smoke.order}/received", "buyer")
    reached = smoke.ok("GET", f"/order/{smoke.order}", "buyer")["state"]
    if reached != "delivered":
        raise Failed(f"the order is {reached} instead of delivered")


def _waybill(smoke: Smoke) -> None:
    def made() -> Any:
        documents = smoke.ok("GET", f"/order/{smoke.order}/documents", "buyer")["documents"]
        return next((one for one in documents if one["name"].endswith(".pdf")), None)

    url = wait_for("the waybill", made)["url"]
    # Without our credentials and as a browser does: only the link decides.
    got = requests.get(url, timeout=60, allow_redirects=False)
    if got.status_code != requests.codes.ok or not got.content.startswith(b"%PDF"):
        raise Failed(f"the link of the waybill answers {got.status_code}: {got.text[:300]}")


def _mails(smoke: Smoke) -> None:
    def sent() -> Any:
        mails = smoke.ok("GET", f"/admin/orders/{smoke.order}", "admin")["mails"]
        if failed := [mail for mail in mails if mail["status"] in ("failed", "bounced", "complained")]:
            raise Failed(f"a mail about the order is {failed[0]['status']}: {failed[0]['error']}")
        return mails if mails and all(mail["status"] != "pending" for mail in mails) else None

    wait_for("the mails", sent)


def _bounce(smoke: Smoke) -> None:
    run = smoke.run
    on_aws = run.stack.kind is Kind.AWS
    if on_aws and not run.stage.configuration_set:
        smoke.untried.append("bounces: the stage has no MAIL_CONFIGURATION_SET")
        return
    _account(smoke, "bounce", "buyer")
    user = smoke.ok("GET", "/admin/users", "admin", params={"email": run.email("bounce")})["results"][0]["id"]
    if not on_aws:
        run.report_bounce("bounce")
        smoke.untried.append("that SES reports a bounce: this SES does not, so the test wrote its notice")
    wait_for("the bounce", lambda: smoke.ok("GET", f"/admin/users/{user}", "admin")["mail_quiet"])


def _last_mails(smoke: Smoke) -> None:
    """Wait until nothing writes for the run any more: a mail that is being sent stores tokens and links."""
    emails = [smoke.run.email(who) for who in WHO]
    found = [smoke.ok("GET", "/admin/users", "admin", params={"email": email})["results"] for email in emails]
    recipients = {f"user:{users[0]['id']}" for users in found if users}

    def sent() -> bool:
        pending = smoke.ok("GET", "/admin/mails", "admin", params={"status": "pending"})["results"]
        return not [mail for mail in pending if mail["recipient"] in recipients]

    wait_for("the last mails", sent)
