"""Bodies: three encodings, one mapping of fields, and nothing that a body holds is a fault of ours."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.bodies import MAX_BYTES, MAX_FIELDS, Upload, parse_body, read_json
from chalicelib.errors import BodyTooLarge, UnreadableBody, UnsupportedMediaType

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
MULTIPART = "multipart/form-data; boundary=B"
NAMED = b'Content-Disposition: form-data; name="%b"'


def part(name: bytes, value: bytes, extra: bytes = b"") -> bytes:
    return b"--B\r\n" + NAMED % name + extra + b"\r\n\r\n" + value + b"\r\n"


def multipart(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--B--\r\n"


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [
        (multipart(part(b"name", "Анна".encode()), part("я".encode(), b"1")), MULTIPART),
        (multipart(part(b"name", "Анна".encode()), part("я".encode(), b"1")), 'Multipart/Form-Data; boundary="B"'),
        (b"name=%D0%90%D0%BD%D0%BD%D0%B0&%D1%8F=1", FORM),
        ("name=Анна&я=1".encode(), FORM + "; charset=UTF-8"),
        ('{"name": "Анна", "я": "1"}'.encode(), JSON),
        ('\ufeff{"name": "Анна", "я": "1"}'.encode(), "Application/JSON;charset=utf-8"),
        ('{"name": "\\u0410нна", "я": "1"}'.encode(), "application/vnd.api+json"),
        (' {"name": "Анна", "я": "1"}'.encode(), ""),
        ("name=Анна&я=1".encode(), ""),
        ('{"name": "Анна", "я": "1"}'.encode(), "text/plain;charset=UTF-8"),
    ],
)
def test_encodings_are_alike(raw: bytes, content_type: str) -> None:
    assert parse_body(raw, content_type) == {"name": "Анна", "я": "1"}


@pytest.mark.parametrize("raw", [b"--B--", b"--B--\r\n", b"\r\n--B--\r\n"])
@pytest.mark.parametrize("content_type", [MULTIPART, 'multipart/form-data; boundary="B"'])
def test_a_form_of_its_closing_boundary_alone_has_no_fields(raw: bytes, content_type: str) -> None:
    assert parse_body(raw, content_type) == {}


@pytest.mark.parametrize("content_type", ["", JSON, FORM, MULTIPART, "text/html", "multipart/form-data", "garbage"])
@pytest.mark.parametrize("raw", [b"", b" \r\n"])
def test_empty_body_has_no_fields(raw: bytes, content_type: str) -> None:
    assert parse_body(raw, content_type) == {}


def test_file_keeps_its_name_and_bytes() -> None:
    sent = part(b"file", b"\xff\x00\r\n1", '; filename="прайс.yaml"\r\nContent-Type: text/yaml'.encode())
    assert parse_body(multipart(sent), MULTIPART) == {"file": Upload("прайс.yaml", b"\xff\x00\r\n1")}


def test_last_of_two_fields_of_one_name_counts() -> None:
    assert (
        parse_body(b"a=1&a=2", FORM)
        == parse_body(multipart(part(b"a", b"1"), part(b"a", b"2")), MULTIPART)
        == {"a": "2"}
    )


def test_blank_fields_are_kept() -> None:
    assert parse_body(b"a=&b", FORM) == {"a": "", "b": ""}


def test_json_numbers_stay_exact() -> None:
    assert parse_body(b'{"a": 0.1, "b": 9007199254740993}', JSON) == {"a": Decimal("0.1"), "b": 2**53 + 1}


@pytest.mark.parametrize(
    "raw",
    [
        *[
            b"{",
            b'{"a"',
            b"[]",
            b"[{}]",
            b"null",
            b"1",
            b'"text"',
            b"{'a': 1}",
            b'{"a": NaN}',
            b'{"a": -Infinity}',
            b"a=1",
        ],
        *[b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", b'{"a": ' + b"[" * 25 + b"]" * 25 + b"}"],
        *[
            b'{"a": ' + b"9" * 5000 + b"}",
            b'{"a": 1e99999999}',
            b'{"a": 1e99999999999999999999}',
            b'{"a": 1e-99999999}',
        ],
        *[b"\x00\x01", '{"a": 1}'.encode("utf-16"), b'{"a": "\xff"}', b"\xef\xbb\xbf"],
    ],
)
def test_broken_or_hostile_json_is_refused(raw: bytes) -> None:
    with pytest.raises(UnreadableBody):
        parse_body(raw, JSON)


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [
        (part(b"a", b"1"), MULTIPART),
        (part(b"a", b"1").rstrip(), MULTIPART),
        (b"--B\r\n" + NAMED % b"a", MULTIPART),
        (b"--C--\r\n", MULTIPART),
        (multipart(part(b"a", b"1")), "multipart/form-data; boundary=\ud800"),
        (b"garbage", MULTIPART),
        (multipart(part(b"a", b"1")), "multipart/form-data"),
        (multipart(part(b"a", b"1")), "multipart/form-data; boundary="),
        (multipart(part(b"a", b"1")), "multipart/form-data; boundary=C"),
        (multipart(part(b"a", b"\xff")), MULTIPART),
        (multipart(b"--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n"), MULTIPART),
        (multipart(part(b"a", b"*", b'; filename="f"\r\nContent-Transfer-Encoding: base64')), MULTIPART),
        (b"a=%ff", FORM),
        (b"\xff=1", FORM),
    ],
)
def test_broken_forms_are_refused(raw: bytes, content_type: str) -> None:
    with pytest.raises(UnreadableBody):
        parse_body(raw, content_type)


def test_a_form_that_is_only_its_end_has_no_fields() -> None:
    assert parse_body(b"--B--\r\n", MULTIPART) == {}


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [
        (b"&".join(b"f%d=1" % i for i in range(MAX_FIELDS + 1)), FORM),
        (multipart(*(part(b"f%d" % i, b"1") for i in range(MAX_FIELDS + 1))), MULTIPART),
        (multipart(*(part(b"f%d" % i, b"1", b'; filename="f"') for i in range(MAX_FIELDS + 1))), MULTIPART),
    ],
)
def test_no_form_has_that_many_fields(raw: bytes, content_type: str) -> None:
    with pytest.raises(UnreadableBody):
        parse_body(raw, content_type)


@pytest.mark.parametrize("content_type", ["text/html", "application/xml", "garbage", "application/jsonp"])
def test_other_types_are_named_and_refused(content_type: str) -> None:
    with pytest.raises(UnsupportedMediaType) as refusal:
        parse_body(b"x", content_type)
    assert content_type in refusal.value.errors("ru")


def test_size_is_limited_before_anything_is_read() -> None:
    with pytest.raises(BodyTooLarge) as refusal:
        parse_body(b"x" * (MAX_BYTES + 1), "text/html")
    assert "4.5" in refusal.value.errors("ru")


@given(st.binary(max_size=200), st.sampled_from(["", JSON, FORM, MULTIPART, "text/plain"]))
def test_no_bytes_are_a_fault_of_ours(raw: bytes, content_type: str) -> None:
    with suppress(UnreadableBody):
        assert isinstance(parse_body(raw, content_type), dict)


@given(st.text(max_size=80))
def test_no_text_is_a_fault_of_the_json_reader(source: str) -> None:
    with suppress(UnreadableBody):
        read_json(source)
