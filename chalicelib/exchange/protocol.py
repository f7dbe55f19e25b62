"""The exchange of 1C:Enterprise with a site: what each ``type`` and ``mode`` does, and the lines that it answers.

Source: "Протокол обмена между системой «1С:Предприятие» и сайтом" (v8.1c.ru), and how 1C's configurations use it. What
the exchange itself refuses is answered as a success of HTTP that begins with ``failure``: 1C shows its user the text of
such an answer only.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chalicelib import clock
from chalicelib.accounts import limits, programs
from chalicelib.accounts.limits import EXCHANGES
from chalicelib.accounts.sessions import Caller
from chalicelib.catalogue.shops import get_shop
from chalicelib.errors import AppError, Busy, NotAuthenticated, ShopClosed, TooManyAttempts, WrongCredentials, WrongRole
from chalicelib.exchange import importing, orders, receiving, sale_files
from chalicelib.exchange.errors import AREA, ExchangeFailed, said
from chalicelib.exchange.names import clean_name, is_picture
from chalicelib.exchange.receiving import Channel
from chalicelib.exchange.statuses import Sender
from chalicelib.ordering.transitions import By
from chalicelib.texts import Language, text

# Below what Lambda takes: 6 MB, of which base64 takes a quarter.
FILE_LIMIT = 4_000_000
PLAIN, XML = "text/plain; charset=utf-8", "application/xml; charset=utf-8"
# From this version on, 1C sends large lists in portions, and ``complete`` at their end.
_IN_PORTIONS = (3, 0)
# The newest version of CommerceML of which the files are understood.
_VERSION = (3, 1)
_REPLACEMENT = "\ufffd".encode()
# A text in UTF-8 where a gateway replaced what it could not read: of archives, a quarter of all bytes.
_DAMAGED_SHARE = 50


@dataclass(frozen=True, slots=True)
class Request:
    """One call of 1C; ``kind`` and ``mode`` are its ``type`` and ``mode``, in lower case."""

    caller: Caller
    kind: str
    mode: str
    filename: str
    version: str
    content: bytes
    language: Language
    request_id: str
    network: str

    @property
    def session(self) -> str:
        """What distinguishes the exchanges of a shop: those without a cookie share one."""
        return self.caller.token_hash[:32] or "basic"

    @property
    def channel(self) -> Channel:
        """What this session sends about prices, or about orders."""
        return Channel(self.caller.shop_id, self.kind, self.session)


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: its text and content type."""

    text: str
    content_type: str = PLAIN


def respond(request: Request) -> Told:
    """Make a call of the protocol and return its answer.

    Raises what concerns who calls and how often: NotAuthenticated, WrongCredentials, TooManyAttempts, Busy.
    """
    try:
        act = _ACTS[request.kind].get(request.mode) if request.kind in _ACTS else None
        if act is None:
            raise ExchangeFailed("unknown_call", kind=request.kind[:50], mode=request.mode[:50])
        return act(request)
    except ExchangeFailed as failed:
        return _lines("failure", said(failed.failure, request.language))
    except (NotAuthenticated, WrongCredentials, TooManyAttempts, Busy):
        raise
    except AppError as refused:
        return _lines("failure", refused.plain(request.language))


def refusal(error: AppError, language: Language) -> str:
    """Return the refusal of a call in words for users of 1C, who have never heard of tokens or kinds of accounts."""
    if isinstance(error, NotAuthenticated | WrongRole):
        return _lines("failure", text(AREA, f"refused.{error.code}", language)).text
    return _lines("failure", error.plain(language)).text


def _checkauth(request: Request) -> Told:
    if request.kind == "catalog" and get_shop(request.caller.shop_id).suspended:
        raise ShopClosed
    cookie = programs.new_cookie(request.caller)
    return _lines("success", programs.COOKIE, cookie, f"sessid={_sessid(cookie)}", f"timestamp={_timestamp()}")


def _init(request: Request) -> Told:
    limits.spend(EXCHANGES, request.caller.shop_id)
    receiving.begin(request.channel, in_portions=(_numbers(request.version) or (0, 0)) >= _IN_PORTIONS)
    given = ["zip=yes", f"file_limit={FILE_LIMIT}"]
    if request.version:
        given += [f"sessid={request.session[:16]}", f"version={_common(request.version)}"]
    return _lines(*given)


def _file(request: Request) -> Told:
    name = _name(request)
    if not request.content:
        raise ExchangeFailed("empty", name=name)
    if len(request.content) > FILE_LIMIT + FILE_LIMIT // 10:
        raise ExchangeFailed("chunk_too_large", limit=FILE_LIMIT)
    if request.content.count(_REPLACEMENT) * _DAMAGED_SHARE > len(request.content):
        raise ExchangeFailed("damaged_on_the_way")
    if request.kind == "catalog" and is_picture(name):
        return _lines("success")
    item = receiving.append(request.channel, name, request.content)
    if request.kind == "catalog":
        return _lines("success")
    return _lines(*sale_files.received(item, name, _sender(request)))


def _import(request: Request) -> Told:
    name = _name(request)
    if request.kind == "sale":
        item = receiving.found(request.channel)
        return _lines(*sale_files.asked(item, name, _sender(request)))
    return _lines(*importing.asked(request.channel, name, request.language))


def _complete(request: Request) -> Told:
    return _lines(*importing.completed(request.channel, request.language))


def _deactivate(_: Request) -> Told:
    # What a full list lacks is withdrawn by its import.
    return _lines("success")


def _query(request: Request) -> Told:
    limits.spend(EXCHANGES, request.caller.shop_id)
    return Told(orders.query(request.caller.shop_id, request.session), XML)


def _success(request: Request) -> Told:
    orders.arrived(request.caller.shop_id, request.session)
    return _lines("success")


_Act = Callable[[Request], Told]
_COMMON: Mapping[str, _Act] = {"checkauth": _checkauth, "init": _init, "file": _file, "import": _import}
_ACTS: Mapping[str, Mapping[str, _Act]] = {
    "catalog": {**_COMMON, "complete": _complete, "deactivate": _deactivate},
    "sale": {**_COMMON, "query": _query, "success": _success},
}


def _lines(*lines: str) -> Told:
    return Told("\n".join(lines) + "\n")


def _name(request: Request) -> str:
    name = clean_name(request.filename)
    if name is None:
        raise ExchangeFailed("filename", name=request.filename[:100])
    return name


def _sender(request: Request) -> Sender:
    by = By("shop", request.caller.user_id, request.request_id, request.network)
    return Sender(request.caller.shop_id, request.session, by, request.language)


def _sessid(cookie: str) -> str:
    # 1C repeats it with every call; the cookie is what counts, so nothing secret is to be in addresses.
    return programs.public_id(cookie)


def _timestamp() -> int:
    return clock.epoch(clock.now())


def _common(version: str) -> str:
    """Return the version that both sides know: that of 1C, or the newest of ours."""
    theirs = _numbers(version)
    return version.strip()[:8] if theirs and theirs < _VERSION else ".".join(map(str, _VERSION))


def _numbers(version: str) -> tuple[int, int] | None:
    """Return the first two numbers of a version, or None if it does not begin with two."""
    numbers = version.strip().split(".")[:2]
    if len(numbers) < 2 or not all(one.isascii() and one.isdigit() and len(one) < 4 for one in numbers):
        return None
    return int(numbers[0]), int(numbers[1])
