"""Request bodies in the encodings that clients use, as one mapping of fields.

multipart/form-data, application/x-www-form-urlencoded and JSON are treated alike; the encoding of a body without a
Content-Type is guessed from its first byte.
"""

import gc
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import count
from typing import Any
from urllib.parse import parse_qsl

from python_multipart import create_form_parser
from python_multipart.exceptions import FormParserError

from chalicelib.errors import BodyTooLarge, UnreadableBody, UnsupportedMediaType

# API Gateway hands Lambda at most 6 MB, a quarter of which base64 takes up; larger files go to S3 directly.
MAX_BYTES = 4_500_000
# Fields of a form, or parameters of a query; several of one name count severally.
MAX_FIELDS = 200
_MAX_DEPTH = 20
# Beyond any amount or measure; converting 1e99999999 to an integer would never end.
_MAX_EXPONENT = 30
# A form without fields is its closing boundary alone, which the parser considers broken.
_NO_PARTS = re.compile(rb"\s*--([^\r\n]{1,256})--\s*")
# A text, which may be unfinished so that no later one is taken for it, or a comma before a closing bracket.
_COMMA_OR_TEXT = re.compile(r'"(?:[^"\\]|\\.)*+"?|,(?=\s*[\]}])', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart body."""

    name: str
    content: bytes


def parse_body(raw: bytes, content_type: str, fields: int = MAX_FIELDS) -> dict[str, object]:
    """Return the fields of a body; files are Upload objects. An empty body has no fields, a form at most ``fields``.

    Raises UnreadableBody, UnsupportedMediaType or BodyTooLarge.
    """
    if len(raw) > MAX_BYTES:
        raise BodyTooLarge(limit=MAX_BYTES / 1_000_000)
    kind = content_type.split(";")[0].strip().lower()
    if not raw.strip():
        return {}
    if kind == "multipart/form-data":
        return _multipart(raw, content_type, fields)
    if kind == "application/x-www-form-urlencoded":
        return _urlencoded(raw, fields)
    if kind == "application/json" or kind.endswith("+json"):
        return _json(raw)
    if kind in {"", "text/plain", "*/*", "application/octet-stream"}:
        return _json(raw) if raw.lstrip()[:1] in {b"{", b"["} else _urlencoded(raw, fields)
    raise UnsupportedMediaType(type=kind[:100])


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableBody(reason="UTF-8") from None


def read_json(source: str) -> Any:
    """Parse JSON with exact decimals.

    Raises UnreadableBody for anything else, and for nesting or exponents that only an attack has; ``params`` name the
    ``line`` and ``column`` of an error of syntax.
    """
    with _no_collection():
        return _parsed(source)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Pause the garbage collector, which would walk over a large body again and again while it grows."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _parsed(source: str) -> Any:
    try:
        value = json.loads(source, parse_float=_decimal, parse_constant=_no_constant)
    except json.JSONDecodeError as failure:
        line, column = failure.lineno, failure.colno
        raise UnreadableBody(reason=f"JSON, {line}:{column}", line=line, column=column) from None
    except (ValueError, RecursionError):
        raise UnreadableBody(reason="JSON, ?") from None
    if _depth(value) > _MAX_DEPTH:
        raise UnreadableBody(reason="JSON, depth")
    return value


def without_last_commas(source: str) -> str:
    """Return JSON without the commas that stand after a last field or entry; every other character keeps its place."""
    return _COMMA_OR_TEXT.sub(lambda found: " " if found[0] == "," else found[0], source)


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _decimal(source: str) -> Decimal:
    try:
        number = Decimal(source)
    except InvalidOperation:
        raise ValueError(source) from None
    if abs(number.adjusted()) > _MAX_EXPONENT:
        raise ValueError(source)
    return number


def _depth(value: object) -> int:
    level, depth = [value], 0
    while level and depth <= _MAX_DEPTH:
        depth += 1
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
    return depth


def _json(raw: bytes) -> dict[str, object]:
    value = read_json(_text(raw))
    if not isinstance(value, dict):
        raise UnreadableBody(reason="JSON, {}")
    return value


def _urlencoded(raw: bytes, most: int) -> dict[str, object]:
    try:
        pairs = parse_qsl(_text(raw), keep_blank_values=True, max_num_fields=most, errors="strict")
    except ValueError:
        raise UnreadableBody(reason="x-www-form-urlencoded") from None
    return dict(pairs)


def _multipart(raw: bytes, content_type: str, most: int) -> dict[str, object]:
    closing = _NO_PARTS.fullmatch(raw)
    if closing and closing[1] in content_type.encode(errors="replace"):
        return {}
    fields: dict[str, Any] = {}
    parts = count(1)

    def keep(name: bytes | None, value: str | Upload) -> None:
        fields[_text(name or b"")] = value
        if next(parts) > most:
            raise UnreadableBody(reason="multipart/form-data")

    def on_field(field: Any) -> None:
        keep(field.field_name, _text(field.value or b""))

    def on_file(file: Any) -> None:
        file.file_object.seek(0)
        keep(file.field_name, Upload(_text(file.file_name or b""), file.file_object.read()))

    try:
        headers: Mapping[str, Any] = {"Content-Type": content_type.encode()}
        parser = create_form_parser(dict(headers), on_field, on_file, config={"MAX_MEMORY_FILE_SIZE": MAX_BYTES})
        parser.write(raw)
        parser.finalize()
    except (FormParserError, ValueError):
        raise UnreadableBody(reason="multipart/form-data") from None
    if not fields:
        raise UnreadableBody(reason="multipart/form-data")
    return fields
