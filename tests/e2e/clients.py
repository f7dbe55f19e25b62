"""Three clients of the published calls: what each kind puts on the wire, and what all of them expect."""

import json
import secrets
from collections.abc import Iterable
from itertools import cycle
from typing import Any, ClassVar
from urllib.parse import quote_plus

import requests

_BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
Fields = dict[str, Any]


class Client:
    """Somebody with one kind of body, one style of path, and the published habits about tokens.

    Every call must succeed with 200, whatever was sent with it.
    """

    content_type: ClassVar[str]
    # What this kind of client writes for a shop that takes orders, and for one that does not.
    words: ClassVar[list[tuple[Any, Any]]] = [("on", "off"), ("true", "false"), ("True", "False"), ("1", "0")]

    def __init__(self, base_url: str, slash: str) -> None:
        self.base_url, self.slash, self.email, self.token = base_url, slash, "", ""
        self.session = requests.Session()
        # Limits count networks, and the emulator takes a client's word for its address.
        self.session.headers["X-Forwarded-For"] = f"198.51.100.{secrets.randbelow(256)}"
        self._schemes = cycle(["Token", "TOKEN", "token", "Bearer"])
        self._idle_bodies = cycle([self.body({}), b""])

    def body(self, fields: Fields) -> bytes:
        """The bytes of a body with these fields."""
        raise NotImplementedError

    def items(self, rows: list[Fields]) -> Any:
        """What the client writes for rows of a basket."""
        raise NotImplementedError

    def listed(self, ids: Iterable[int]) -> Any:
        """Return what the client writes for ids to delete."""
        raise NotImplementedError

    def get(self, path: str, **query: Any) -> Any:
        """A GET with the client's Content-Type, and a body at every second time."""
        return self._call("GET", path, next(self._idle_bodies), self.content_type, query)

    def send(self, method: str, path: str, fields: Fields) -> Any:
        """A call with these fields as body."""
        return self._call(method, path, self.body(fields), self.content_type)

    def send_file(self, path: str, content: bytes) -> Any:
        """A call with a file, for which every client has one encoding only."""
        head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="прайс.yaml"\r\n'
        raw = head.encode() + b"Content-Type: application/x-yaml\r\n\r\n" + content
        return self._call("POST", path, raw + f"\r\n--{_BOUNDARY}--\r\n".encode(), MultipartClient.content_type)

    def _call(self, method: str, path: str, raw: bytes, content_type: str, query: Any = None) -> Any:
        headers = {"Content-Type": content_type}
        if self.token:
            headers["Authorization"] = f"{next(self._schemes)} {self.token}"
        url = f"{self.base_url}/{path}{self.slash}"
        answer = self.session.request(
            method, url, params=query, data=raw, headers=headers, timeout=60, allow_redirects=False
        )
        assert answer.status_code == 200, f"{method} {url}: {answer.status_code} {answer.text}"
        return answer.json()


class MultipartClient(Client):
    """Sends multipart forms, even empty ones; every value is a text."""

    content_type = f"multipart/form-data; boundary={_BOUNDARY}"

    def body(self, fields: Fields) -> bytes:
        parts = [
            f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        ]
        return "".join([*parts, f"--{_BOUNDARY}--\r\n"]).encode()

    def items(self, rows: list[Fields]) -> str:
        return json.dumps(rows, indent=4)

    def listed(self, ids: Iterable[int]) -> str:
        return ",".join(map(str, ids))


class JsonClient(Client):
    """Sends JSON with numbers for ids and lists for items; every second time the items are JSON text in the JSON."""

    content_type = "application/json"
    words: ClassVar = [*Client.words[:2], (True, False), (1, 0), ("yes", "no")]

    def __init__(self, base_url: str, slash: str) -> None:
        super().__init__(base_url, slash)
        self._as_text = cycle([False, True])

    def body(self, fields: Fields) -> bytes:
        return json.dumps(fields).encode()

    def items(self, rows: list[Fields]) -> Any:
        return json.dumps(rows) if next(self._as_text) else rows

    def listed(self, ids: Iterable[int]) -> list[Any]:
        return [*ids, "6add", "614"]


class UrlencodedClient(Client):
    """Sends forms as pages without files do; ids in JSON text are texts, and lists are written as people type."""

    content_type = "application/x-www-form-urlencoded"
    words: ClassVar = [*Client.words, ("yes", "no")]

    def body(self, fields: Fields) -> bytes:
        return "&".join(f"{name}={quote_plus(str(value))}" for name, value in fields.items()).encode()

    def items(self, rows: list[Fields]) -> str:
        return json.dumps([{name: str(value) for name, value in row.items()} for row in rows])

    def listed(self, ids: Iterable[int]) -> str:
        return "614,   " + ",   ".join(map(str, ids)) + ",  6add"


def holds(found: Any, *published: str) -> bool:
    """Return whether the object has every published key; others may be added."""
    return isinstance(found, dict) and found.keys() >= set(published)


def is_id(value: Any) -> bool:
    """Whether a typed client can hold the id, in JavaScript too."""
    return type(value) is int and 0 < value < 2**53
