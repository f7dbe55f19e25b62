"""A browser as the console sees it: cookies by their path, forms as they are on the page, redirects followed."""

import base64
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from chalicelib.settings import settings
from tests.forms import Reader, SentForm

assert settings().stage == "test"
import app  # noqa: E402 - reads the settings

ADDRESS = "http://127.0.0.1/v1/console/"
_NETWORK = "192.0.2.7"


@dataclass
class Shown:
    """What an address answered."""

    address: str
    status: int
    html: str
    headers: dict[str, str]
    set_cookies: list[str]

    @property
    def words(self) -> str:
        """Everything the page says, with single spaces."""
        return " ".join(" ".join(self._read().texts).split())

    @property
    def links(self) -> list[str]:
        """Every address that the page leads to or loads."""
        return self._read().links + [form.action for form in self._read().forms]

    def form(self, action: str) -> SentForm:
        """The form with this action below the console's address; beside one that filters, the one that is posted."""
        here = [one for one in self._read().forms if urljoin(self.address, one.action) == ADDRESS + action]
        (found,) = [one for one in here if "csrf" in one.fields] or here
        return found

    def form_fields(self, prefix: str) -> list[str]:
        """The names of fields that begin like this, of all forms."""
        return [name for form in self._read().forms for name in form.fields if name.startswith(prefix)]

    def _read(self) -> Reader:
        reader = Reader()
        reader.feed(self.html)
        return reader


@dataclass
class Browser:
    """Sends requests with the cookies that it was given."""

    cookies: dict[tuple[str, str], str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=lambda: {"Accept-Language": "ru"})

    def get(self, path: str = "", *, follow: bool = True) -> Shown:
        """Open an address below the console's, and what it leads to."""
        return self._request("GET", ADDRESS + path, None, follow=follow)

    def send(self, shown: Shown, action: str, *, follow: bool = True, at: str = "", **fields: str) -> Shown:
        """Fill in a form of a page and press its button; ``at`` is that of another button (``formaction``)."""
        form = shown.form(action)
        return self.post(at or action, {**form.fields, **fields}, follow=follow)

    def post(self, path: str, fields: dict[str, str], *, follow: bool = True) -> Shown:
        """Send fields to an address below the console's."""
        return self._request("POST", ADDRESS + path, urlencode(fields).encode(), follow=follow)

    def upload(self, shown: Shown, action: str, content: bytes, name: str, **fields: str) -> Shown:
        """Press the button of a form whose field ``file`` has this file chosen."""
        sent = {**shown.form(action).fields, **fields}
        sent.pop("file", None)
        parts = [f'Content-Disposition: form-data; name="{key}"\r\n\r\n{value}'.encode() for key, value in sent.items()]
        head = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        parts.append(head.encode() + content)
        body = b"".join(b"--limit\r\n" + part + b"\r\n" for part in parts) + b"--limit--\r\n"
        return self._request("POST", ADDRESS + action, body, follow=True, kind="multipart/form-data; boundary=limit")

    def log_in(self, email: str, password: str) -> Shown:
        return self.send(self.get("login"), "login", email=email, password=password)

    def holding(self, token: str) -> "Browser":
        """The same browser with somebody's session."""
        self.cookies["/v1/console", "console"] = token
        return self

    def _request(
        self,
        method: str,
        address: str,
        body: bytes | None,
        *,
        follow: bool,
        kind: str = "application/x-www-form-urlencoded",
    ) -> Shown:
        parts = urlsplit(address)
        sent = {
            (name, value) for (path, name), value in self.cookies.items() if f"{parts.path}/".startswith(f"{path}/")
        }
        headers = {"Host": parts.netloc, **self.headers, "Cookie": "; ".join(f"{name}={value}" for name, value in sent)}
        if body is not None:
            headers["Content-Type"] = kind
        answer = app.app(_event(method, parts.path, parts.query, headers, body or b""), _Context())
        set_cookies = answer["multiValueHeaders"].get("Set-Cookie", [])
        for cookie in set_cookies:
            self._keep(parts.path, cookie)
        shown = Shown(address, answer["statusCode"], answer["body"], answer["headers"], set_cookies)
        if follow and shown.status == 303:
            return self._request("GET", urljoin(address, shown.headers["Location"]), None, follow=True)
        return shown

    def _keep(self, path: str, cookie: str) -> None:
        name, _, value = cookie.partition(";")[0].partition("=")
        key = (path.rpartition("/")[0], name)
        self.cookies.pop(key, None)
        if value:
            self.cookies[key] = value


class _Context:
    """What Lambda passes beside the event."""

    aws_request_id = "request"
    function_name = "api_handler"


def _event(method: str, path: str, query: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """The event of API Gateway: Chalice's own client knows no greedy path of several segments."""
    resource = "/v1/console/{proxy+}" if path.removeprefix("/v1/console").strip("/") else "/v1/console"
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        values.setdefault(name, []).append(value)
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "multiValueQueryStringParameters": values or None,
        "pathParameters": {"proxy": path.removeprefix("/v1/console/")},
        "stageVariables": None,
        "requestContext": {
            **{"resourcePath": resource, "httpMethod": method, "path": path, "requestId": "request"},
            "identity": {"sourceIp": _NETWORK},
        },
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }
