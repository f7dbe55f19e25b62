"""A client that speaks the exchange protocol as 1C:Enterprise does: HTTP Basic, a cookie, pieces of zip, asking again.

Whatever carries its calls is passed in, so that it plays the same story on a test client and over HTTP.
"""

import base64
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode
from zipfile import ZIP_DEFLATED, ZipFile


@dataclass(frozen=True)
class Heard:
    """What 1C reads of an answer."""

    status: int
    content_type: str
    text: str

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n")


Send = Callable[[str, str, Mapping[str, str], bytes], Heard]
_PATH = "/partner/1c_exchange"
_MOST_ASKED = 100


class Refused(Exception):
    """The site answered failure, which 1C shows to its user."""


@dataclass
class OneC:
    """One base of 1C with the settings of its exchange; ``portion`` limits the pieces below what the site allows."""

    send: Send
    login: str
    password: str
    portion: int = 10_000_000
    keeps_cookie: bool = True
    content_type: str = "application/octet-stream"
    cookie: str = ""
    limit: int = 0
    heard: list[str] = field(default_factory=list)

    def catalog(
        self, files: Mapping[str, bytes], *, archive: str = "", between: Callable[[], None] = lambda: None
    ) -> str:
        """Send a price list and have it imported; return the last answer. ``between`` runs before each question."""
        self.begin("catalog")
        sent = {archive: packed(files)} if archive else files
        for name, content in sent.items():
            self.file("catalog", name, content)
        for name in sorted(files, key=_by_kind):
            self.imported(name, between)
        return self.heard[-1]

    def imported(self, name: str, between: Callable[[], None] = lambda: None) -> str:
        """Ask for the import of a part until it is not in progress."""
        for _ in range(_MOST_ASKED):
            heard = self.call("GET", "catalog", "import", filename=name)
            if heard.lines[0] != "progress":
                return heard.text
            between()
        raise AssertionError("progress for ever")

    def orders(self, *, confirm: bool = True) -> str:
        """Fetch the orders, and confirm that they have arrived."""
        self.begin("sale")
        heard = self.call("GET", "sale", "query")
        assert heard.content_type.startswith("application/xml")
        if confirm:
            self.call("GET", "sale", "success")
        return heard.text

    def statuses(self, content: bytes, name: str = "orders.xml") -> str:
        """Send a file of documents back, and have it imported."""
        self.begin("sale")
        self.file("sale", name, content)
        return self.call("GET", "sale", "import", filename=name).text

    def begin(self, kind: str, **said: str) -> None:
        """Log in and learn what the site allows; 1C may have ``said`` its version."""
        self.cookie = ""
        lines = self.call("GET", kind, "checkauth").lines
        if self.keeps_cookie:
            self.cookie = f"{lines[1]}={lines[2]}"
        allowed = dict(line.split("=") for line in self.call("GET", kind, "init", **said).lines if line)
        assert allowed["zip"] == "yes"
        self.limit = min(int(allowed["file_limit"]), self.portion)

    def file(self, kind: str, name: str, content: bytes) -> None:
        """Send a file piece by piece."""
        for piece in pieces(content, self.limit):
            self.call("POST", kind, "file", piece, filename=name)

    def call(self, method: str, kind: str, mode: str, content: bytes = b"", **more: str) -> Heard:
        """One call. Raises Refused for a failure, with its text."""
        headers = {"Cookie": self.cookie} if self.cookie else {"Authorization": self.basic}
        if content:
            headers["Content-Type"] = self.content_type
        query = urlencode({"type": kind, "mode": mode, **more})
        heard = self.send(method, f"{_PATH}?{query}", headers, content)
        self.heard.append(heard.text)
        if heard.status != 200 or heard.lines[0] == "failure":
            raise Refused(heard.status, heard.text)
        return heard

    @property
    def basic(self) -> str:
        """The header by which 1C logs in."""
        return "Basic " + base64.b64encode(f"{self.login}:{self.password}".encode()).decode()


def packed(files: Mapping[str, bytes]) -> bytes:
    """The files as 1C packs them, images included."""
    target = io.BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def pieces(content: bytes, limit: int) -> Iterator[bytes]:
    for start in range(0, len(content), limit):
        yield content[start : start + limit]


def _by_kind(name: str) -> int:
    kinds = ("import", "goods", "offers", "prices", "rests")
    return next((place for place, kind in enumerate(kinds) if name.startswith(kind)), len(kinds))
