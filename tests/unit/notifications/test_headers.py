"""Headers with people's text come back as they went in: read by Python, and by a decoder that forgives nothing."""

import base64
import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.notifications.headers import address_header, attachment_header, text_header
from chalicelib.notifications.message import MAX_RECIPIENTS, Attachment, build_message
from chalicelib.notifications.render import RenderedMail

_LETTERS = {
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВЁЖ   №«»—-.,()\"'",
    "en": "abcdefghijklmnopqrstuvwxyzABZ0123456789    -.,()\"'&/",
    "mixed": "абвгде abcdef  №«»—,.:;\"'()<>@?=_%+\\*[]{}🚀éß",
}
_WORD = re.compile(r"=\?utf-8\?([bq])\?([!->@-~]+)\?=")


def texts(alphabet: str) -> st.SearchStrategy[str]:
    """Names of all lengths that a subject can have, each on one line."""
    made = st.lists(st.sampled_from(alphabet), min_size=1, max_size=200)
    return made.map(lambda letters: " ".join("".join(letters).split())).filter(bool)


NAMES = st.one_of(*map(texts, _LETTERS.values()))
thousands = settings(max_examples=1_000, deadline=None)


def unfolded(line: str) -> str:
    """The value of a header, by RFC 5322: only the line breaks before white space go; every line is short enough."""
    assert line.endswith("\r\n")
    lines = line[:-2].split("\r\n")
    assert all(len(one) <= 78 and one.strip() for one in lines)
    assert all(one.startswith(" ") and not one.startswith("  ") for one in lines[1:])
    assert line.isascii()
    return line[:-2].replace("\r\n", "").partition(": ")[2]


def decoded(value: str) -> str:
    """The text of encoded words by RFC 2047: none is empty, longer than 75 characters or cut within a letter."""
    if "=?" not in value:
        return value
    read = ""
    for word in value.split(" "):
        found = _WORD.fullmatch(word)
        assert found is not None, word
        assert len(word) <= 75
        if found[1] == "b":
            read += base64.b64decode(found[2], validate=True).decode()
        else:
            assert not re.search("=(?![0-9A-F]{2})", found[2])
            read += unquote_to_bytes(found[2].replace("_", " ").replace("%", "=25").replace("=", "%")).decode()
    return read


def file_name_of(value: str) -> str:
    """The file name of a disposition by RFC 2231: pieces in order, none empty, each of whole letters."""
    assert value.startswith("attachment; ")
    parameters = value.removeprefix("attachment; ")
    if parameters.startswith('filename="'):
        found = re.fullmatch(r'filename="([^"\\]+)"', parameters)
        assert found is not None
        return found[1]
    pieces = []
    for place, parameter in enumerate(parameters.split("; ")):
        key, _, piece = parameter.partition("=")
        assert key in {f"filename*{place}*", "filename*"}
        assert re.fullmatch(r"[A-Za-z0-9!#$&+.^_`|~'%-]+", piece)
        pieces.append(piece.removeprefix("utf-8''") if place == 0 else piece)
        assert place > 0 or piece.startswith("utf-8''")
        unquote_to_bytes(pieces[-1]).decode()
    return unquote_to_bytes("".join(pieces)).decode()


def as_python_reads(name: str, line: str) -> str:
    message = message_from_bytes(line.encode() + b"\r\n", policy=policy.default)
    return str(message[name])


@thousands
@given(NAMES)
def test_a_subject_comes_back_as_it_went_in(name: str) -> None:
    line = text_header("Subject", name).fold(policy=policy.SMTP)
    assert decoded(unfolded(line)) == name
    assert as_python_reads("Subject", line) == name


@thousands
@given(NAMES)
def test_a_display_name_comes_back_as_it_went_in(name: str) -> None:
    line = address_header("From", name, "orders@service.example").fold(policy=policy.SMTP)
    phrase, _, address = unfolded(line).rpartition(" ")
    assert address == "<orders@service.example>"
    quoted = re.fullmatch(r'"((?:[^"\\]|\\.)*)"', phrase)
    assert (re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else decoded(phrase)) == name
    # Python's newer reader adds a space between two encoded words of a phrase.
    if phrase.count("=?") < 2:
        found = message_from_bytes(line.encode() + b"\r\n", policy=policy.default)["From"].addresses
        assert [(one.display_name, one.addr_spec) for one in found] == [(name, "orders@service.example")]
    else:
        assert str(make_header(decode_header(phrase))) == name


@thousands
@given(NAMES)
def test_the_name_of_an_attachment_comes_back_as_it_went_in(name: str) -> None:
    line = attachment_header(name).fold(policy=policy.SMTP)
    assert file_name_of(unfolded(line)) == name
    message = message_from_bytes(line.encode() + b"\r\n", policy=policy.default)
    assert isinstance(message, EmailMessage)
    # Python takes quotation marks and angle brackets around a decoded name for those of the header.
    assert message.get_filename() == name or name[0] + name[-1] in {'""', "<>"}


@pytest.mark.parametrize(
    "name",
    [
        "Заказ № 1001: изменён состав, Торговый дом «Северная звезда» и партнёры",
        "=?utf-8?q?hello?=",
        "a" * 200,
        "ё" * 200,
        "🚀" * 100,
        "x " * 99 + "x",
        "Ц",
    ],
)
def test_what_looks_encoded_or_fits_in_no_line_comes_back_too(name: str) -> None:
    line = text_header("Subject", name).fold(policy=policy.SMTP)
    assert decoded(unfolded(line)) == as_python_reads("Subject", line) == name
    assert file_name_of(unfolded(attachment_header(name).fold(policy=policy.SMTP))) == name


@settings(max_examples=30, deadline=None)
@given(NAMES)
def test_a_whole_message_has_every_header_as_it_went_in(name: str) -> None:
    recipients = [f"a.rather.long.address.number.{number}@branch-{number}.buyer.example" for number in range(50)]
    assert len(recipients) == MAX_RECIPIENTS
    mail = RenderedMail(name, "text\n", "<p>text</p>\n")
    attached = [Attachment(name, b"%PDF", "application/pdf")]
    body = build_message("Заказы <orders@service.example>", recipients, mail, attached, "m-1", "ru")
    assert max(map(len, body.split(b"\r\n"))) <= 78
    message = message_from_bytes(body, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert message["Subject"] == name
    assert message["From"] == "Заказы <orders@service.example>"
    assert [one.addr_spec for one in message["To"].addresses] == recipients
    assert [part.get_content() for part in message.iter_attachments()] == [b"%PDF"]
