"""The deployed service as a client writes against it: plain HTTP, S3 uploads and mails."""

import secrets
import time
from typing import Any

import requests
import yaml

from infra.demo import wait_for
from tests.e2e.conftest import RunningStack

#: Seconds after which an idle connection is not used again. The stack closes it after 75, and a call that meets the
#: closing is reset: on a loaded machine a crowd takes that long.
_IDLE = 60.0
PASSWORD = "correct horse 9"
CONTACT = {"city": "Тверь", "street": "Садовая", "house": "7", "phone": "+7 900 000-00-00"}


class Service:
    """Calls and people on a running stack."""

    def __init__(self, stack: RunningStack) -> None:
        self.stack = stack
        self.session, self._used_at = requests.Session(), time.monotonic()
        # The emulator takes a client's word for its address: each is a network of its own, as limits see it.
        self.session.headers["X-Forwarded-For"] = (
            f"2001:db8:{secrets.randbelow(1 << 16):x}:{secrets.randbelow(1 << 16):x}::1"
        )

    def call(self, method: str, path: str, token: str = "", **request: Any) -> requests.Response:
        headers = {**({"Authorization": f"Token {token}"} if token else {}), **request.pop("headers", {})}
        if time.monotonic() - self._used_at > _IDLE:
            self.session.close()
        try:
            return self.session.request(method, self.stack.base_url + path, headers=headers, timeout=60, **request)
        finally:
            self._used_at = time.monotonic()

    def ok(self, method: str, path: str, token: str = "", **request: Any) -> Any:
        """The JSON of a call that must succeed."""
        answer = self.call(method, path, token, **request)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def mailed(self, email: str, subject: str) -> Any:
        """The newest mail to the address with these words in its subject, as soon as it is there."""
        return wait_for(f"mail {subject}", lambda: (self.stack.mails(to=email, subject=subject) or [None])[-1])

    def token_mailed(self, email: str, subject: str) -> str:
        """The one-time token in the newest mail to the address with these words in its subject."""
        lines = self.mailed(email, subject).text.splitlines()
        return str(next(line.strip() for line in lines if len(line.strip()) == 52))

    def account(self, kind: str = "buyer") -> tuple[str, str]:
        """A confirmed account: its address and session token."""
        email = f"{kind}-{secrets.token_hex(4)}@e2e.example"
        person = {"first_name": "Анна", "last_name": "Круглова", "email": email, "password": PASSWORD}
        self.ok("POST", "/user/register", data={**person, "type": kind, "company": f"Фирма {email[:12]}"})
        token = self.token_mailed(email, "Подтвердите")
        self.ok("POST", "/user/register/confirm", json={"email": email, "token": token})
        return email, self.login(email)

    def administrator(self) -> tuple[str, str]:
        """An administrator: the address and a session token."""
        email = f"admin-{secrets.token_hex(4)}@e2e.example"
        self.stack.create_admin(email, PASSWORD)
        return email, self.login(email)

    def login(self, email: str) -> str:
        return str(self.ok("POST", "/user/login", json={"email": email, "password": PASSWORD})["Token"])

    def shop_id(self, token: str) -> int:
        return int(self.ok("GET", "/partner/state", token)["id"])

    def goods_of(self, token: str) -> Any:
        """What the shop has on sale."""
        return self.ok("GET", "/products", params={"shop_id": self.shop_id(token)})

    def upload(self, token: str, content: bytes, name: str = "list.yaml") -> int:
        return int(self.ok("POST", "/partner/update", token, files={"file": (name, content)})["import_id"])

    def imported(self, token: str, import_id: int) -> Any:
        """The report of an import, as soon as it is finished."""

        def finished() -> Any:
            report = self.ok("GET", f"/partner/imports/{import_id}", token)
            return report if report["finished_at"] else None

        return wait_for(f"import {import_id}", finished)

    def shop_with(self, *goods: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
        """A shop with these goods on sale: its token and its offers."""
        _, token = self.account("shop")
        report = self.imported(token, self.upload(token, price_list(*goods)))
        assert report["status"] == "done", report
        return token, self.goods_of(token)

    def buyer(self) -> tuple[str, int]:
        """A buyer's token and contact."""
        _, token = self.account()
        return token, int(self.ok("POST", "/user/contact", token, json=CONTACT)["id"])


def good(ext_id: int, **more: Any) -> dict[str, Any]:
    """A good of a price list."""
    usual = {"category": 1, "model": f"m/{ext_id}", "name": f"Товар {ext_id}", "price": 100, "quantity": 10}
    return {"id": ext_id, **usual, **more}


def price_list(*goods: dict[str, Any], mode: str = "replace") -> bytes:
    """A price list as a file."""
    categories = [{"id": 1, "name": "Смартфоны"}]
    document = {"shop": "Любой", "mode": mode, "categories": categories, "goods": list(goods)}
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False).encode()
