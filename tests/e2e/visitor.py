"""A person at the console of a running stack: a browser without scripts, which follows links and sends forms."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import requests

from infra.demo import wait_for
from infra.record import console_url
from tests.e2e.service import PASSWORD, Service
from tests.forms import Reader, SentForm

_LINK = re.compile(r"https?://\S+/console/\S+")


@dataclass(frozen=True)
class Seen:
    """A page as a person has it on the screen."""

    address: str
    html: str

    @property
    def words(self) -> str:
        return " ".join(" ".join(self._read().texts).split())

    @property
    def links(self) -> list[str]:
        return self._read().links

    def form(self, address: str) -> SentForm:
        """The form that leads to an address."""
        (found,) = [one for one in self._read().forms if urljoin(self.address, one.action) == address]
        return found

    def _read(self) -> Reader:
        reader = Reader()
        reader.feed(self.html)
        return reader


class Visitor:
    """Somebody with an address for mails, who keeps cookies and looks at one page after the other."""

    def __init__(self, service: Service, email: str) -> None:
        self.service, self.email = service, email
        self.root = console_url(service.stack.base_url)
        self.session = requests.Session()
        self.session.headers.update(service.session.headers)
        self.session.headers["Accept-Language"] = "ru"

    def open(self, path: str = "") -> Seen:
        """Open an address below the console's, or one that is whole."""
        return self._seen(self.session.get(urljoin(self.root, path), timeout=60))

    def send(self, page: Seen, action: str, *, at: str = "", files: Any = None, **typed: str) -> Seen:
        """Fill in a form of the page and press its button; ``at`` is that of another button (``formaction``)."""
        fields = {**page.form(self.root + action).fields, **typed}
        if files:
            fields.pop("file", None)
        to, headers = self.root + (at or action), {"Origin": self.root.split("/_aws")[0], "Referer": page.address}
        return self._seen(self.session.post(to, data=fields, files=files, headers=headers, timeout=60))

    def until(self, look: Callable[[], Seen], holds: Callable[[Seen], bool]) -> Seen:
        """Look again until something holds of the page; return it."""

        def found() -> Seen | None:
            page = look()
            return page if holds(page) else None

        return wait_for("a page to change", found, patience=30)

    def register(self, kind: str, company: str) -> Seen:
        """Register, follow the link in the mail, confirm, and log in; return the start page."""
        who = {"type": kind, "company": company, "first_name": "Анна", "last_name": "Круглова"}
        mailed = self.send(self.open("register"), "register", email=self.email, password=PASSWORD, **who)
        assert f"{self.email}" in mailed.words
        confirmed = self.send(self.open(self.link_mailed("Подтвердите")), "confirm")
        assert "можно войти" in confirmed.words
        return self.send(confirmed, "login", email=self.email, password=PASSWORD)

    def log_in(self) -> Seen:
        return self.send(self.open("login"), "login", email=self.email, password=PASSWORD)

    def link_mailed(self, subject: str) -> str:
        """The first address of the console in the newest mail with these words in its subject."""
        found = _LINK.search(self.service.mailed(self.email, subject).text)
        assert found is not None
        return found[0]

    def _seen(self, answer: requests.Response) -> Seen:
        # 429: the search is fetching its first index, which the page says.
        assert answer.status_code in {200, 429}, (answer.status_code, answer.url, answer.text)
        return Seen(answer.url.partition("#")[0], answer.text)
