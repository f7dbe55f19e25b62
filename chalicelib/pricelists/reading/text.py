"""The characters of a price list: which encoding its bytes are in, and what no text may hold."""

import codecs
import re
from collections.abc import Callable
from contextlib import closing
from typing import Literal

from chalicelib.pricelists.reading.bytes import CHUNK, ByteSource
from chalicelib.pricelists.reading.encodings import LEGACY, UTF_8, UTF_8_LETTERS, WINDOWS_1251, WORD, guess, is_utf_8
from chalicelib.pricelists.reading.faults import MAX_SHOWN, Limits, PriceListRejected, fault, reject

# What no text of a price list may hold: control characters, lone surrogates, noncharacters. No parser may meet them in
# a file, so there they are replaced by characters of private use (from U+10FF00 on): that one row is refused for it.
_FOUND_IN_FILES = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff"
FORBIDDEN = re.compile(f"[{_FOUND_IN_FILES}\ud800-\udfff\U0010ff00-\U0010ff9f\U0010fffe\U0010ffff]")
_REPLACED = re.compile(f"[{_FOUND_IN_FILES}]")
_PRIVATE = 0x10FF00

# Which encodings a format may be in: UTF-8 alone, any that its words show, or what an XML declaration says.
Encodings = Literal["utf-8", "any", "declared"]
_HIGH = bytes(range(0x80, 0x100))
_DECLARATION = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?\sencoding\s*=\s*[\"']([^\"'>]*)[\"']")
_DECLARED = {
    **dict.fromkeys(("utf-8", "utf8", "us-ascii", "ascii"), UTF_8),
    **dict.fromkeys(("windows-1251", "cp1251"), WINDOWS_1251),
}
_LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_MAX_LINE = 100_000


class Damaged(str):
    """A text that is not what the file says; ``before`` is that, or "" where nothing of it may be used."""

    __slots__ = ("before",)
    before: str


def damaged(text: str, before: str = "") -> Damaged:
    """Return the text as one that is not what the file says."""
    found = Damaged(text)
    found.before = before
    return found


def forbidden_in(text: str) -> str | None:
    """Return the first character that no text may hold, as ``U+000B``; None if there is none."""
    found = FORBIDDEN.search(text)
    if found is None:
        return None
    number = ord(found.group())
    if number >= _PRIVATE:
        number -= _PRIVATE if number < _PRIVATE + 0xFE else 0x10_0000
    return f"U+{number:04X}"


def without_forbidden(text: str) -> str:
    """Return the text with a space for every character that no text may hold; if it has any, as Damaged."""
    found = FORBIDDEN.sub(" ", text)
    return text if found == text else damaged(found, text)


class Text:
    """The characters of a source, as they come. The encoding is one for the whole file.

    Plain ASCII is the same in all of them, so the first word that is not decides. A file that begins as UTF-8, by its
    mark or by such a word, remains UTF-8 to its end. Otherwise words of the whole file say what it is in.

    ``marked`` says whether anything was found that no text may hold; ``ended`` whether all has been read. What comes
    before a byte that cannot be read is returned, and ``failure`` is raised when more is asked for.
    """

    def __init__(self, source: ByteSource, encodings: Encodings) -> None:
        self.marked = self.ended = False
        self.failure: PriceListRejected | None = None
        self._source = source
        self._encodings = encodings
        self._declared = UTF_8
        self._decoder: codecs.IncrementalDecoder | None = None
        self._waiting = b""
        self._lines = 0
        self._begun = False
        self._leading = False  # whether only marks have been read, which may be there several times

    def read(self) -> str | None:
        """Return the next characters, perhaps none; None at the end. Raises PriceListRejected."""
        if self.failure is not None:
            raise self.failure
        if self.ended:
            return None
        chunk = self._source.read(CHUNK)
        self.ended = not chunk
        if not self._begun:
            self._begin(chunk)
        data, self._waiting = self._waiting + chunk, b""
        if self._decoder is None:
            # A word that has not ended does not say what it is in.
            whole = len(data) if self.ended else len(data.rstrip(_HIGH))
            data, self._waiting = data[:whole], data[whole:]
            if not data.isascii():
                self._decide(data)
        text = data.decode("ascii") if self._decoder is None else self._decoded(self._decoder, data)
        if self._leading and text:
            text = text.lstrip("\ufeff")
            self._leading = not text
        if _REPLACED.search(text):
            self.marked = True
            text = _REPLACED.sub(_private, text)
        self._lines += text.count("\n")
        return text

    def line(self, number: int, line_end: re.Pattern[str] = _LINE_END) -> str:
        """Return a line of the file, read once more, or as much of it as may be of interest; "" if it is unreadable."""
        with closing(self._source.again()) as stream:
            once_more = Text(ByteSource(stream, Limits(max_good_bytes=2**62), self._source.again), self._encodings)
            return _line(once_more.read, number, line_end)

    def _begin(self, chunk: bytes) -> None:
        self._begun = True
        self._source.encoding = UTF_8
        if self._encodings == "declared" and (found := _DECLARATION.match(chunk)):
            declared = _DECLARED.get(found[1].decode("ascii", "replace").lower())
            declared = UTF_8 if self._source.recoded_from else declared
            if declared is None:
                reject("encoding_unknown", 1, value=found[1].decode("ascii", "replace"))
            self._declared = declared
        if chunk.startswith(codecs.BOM_UTF8):
            self._settle("utf-8-sig")
            self._leading = True

    def _decide(self, data: bytes) -> None:
        """Settle the encoding by bytes of which some are not ASCII; they end with a whole word."""
        if self._declared == WINDOWS_1251:
            words = self._source.words()
            if is_utf_8(words):
                self._warn(data, UTF_8, words)
                self._settle(UTF_8)
            else:
                self._settle(WINDOWS_1251)
            return
        if self._encodings == "any":
            try:
                data.decode(UTF_8)
            except UnicodeDecodeError as exc:
                if data[: exc.start].rstrip(_HIGH).isascii():
                    self._guess(data)
                    return
        self._settle(UTF_8)

    def _guess(self, data: bytes) -> None:
        words = self._source.words()
        if sum(UTF_8_LETTERS.search(word) is not None for word in words) * 2 > len(words):
            self._settle(UTF_8)  # of which the first word is damaged
            return
        found = guess(words or [word[:MAX_SHOWN] for word in WORD.findall(data)])
        if not found.sure:
            if found.absurd or found.encoding != WINDOWS_1251:
                reject("encoding_unknown", self._line_of(data), value=found.example)
            self._warn(data, found.encoding, words)
        self._settle(found.encoding)

    def _warn(self, data: bytes, encoding: str, words: list[bytes]) -> None:
        example = max((word.decode(encoding, "replace") for word in words), key=len, default="")
        code = "encoding_assumed" if self._encodings == "any" else "encoding_differs"
        self._source.warnings.append(fault(code, self._line_of(data), value=example, encoding=encoding))

    def _line_of(self, data: bytes) -> int:
        """Return the line of the first byte that is not ASCII."""
        before = len(data) - len(data.lstrip(bytes(range(0x80))))
        return self._lines + data.count(b"\n", 0, before) + 1

    def _settle(self, encoding: str) -> None:
        self._source.encoding = UTF_8 if encoding == "utf-8-sig" else encoding
        self._decoder = codecs.getincrementaldecoder(encoding)()

    def _decoded(self, decoder: codecs.IncrementalDecoder, data: bytes) -> str:
        encoding = str(self._source.encoding)
        if encoding in LEGACY and (found := UTF_8_LETTERS.search(data)):
            return self._until("encodings_mixed", data, found.start(), found.group().decode())
        try:
            return decoder.decode(data, self.ended)
        except UnicodeDecodeError as exc:
            return self._until("not_utf8", exc.object, exc.start, None)

    def _until(self, code: str, data: bytes, end: int, value: str | None) -> str:
        """Return the text before the byte that ends the reading."""
        encoding = str(self._source.encoding)
        line = self._lines + data.count(b"\n", 0, end) + 1
        self.failure = PriceListRejected(fault(code, line, value=value, encoding=encoding))
        return data[:end].decode(encoding)


def _private(found: re.Match[str]) -> str:
    return chr(_PRIVATE + (ord(found.group()) & 0xFF))


def _line(read: Callable[[], str | None], number: int, line_end: re.Pattern[str]) -> str:
    """Return line ``number`` of what ``read`` returns piece by piece, cut where it is too long to be shown."""
    at, kept, held = 1, "", ""
    try:
        while (piece := read()) is not None:
            piece = kept + held + piece
            held = "\r" if piece.endswith("\r") else ""  # a line feed may follow
            lines = line_end.split(piece.removesuffix(held))
            if at + len(lines) > number + 1:
                return lines[number - at]
            at += len(lines) - 1
            kept = lines[-1]
            if len(kept) > _MAX_LINE:
                if at == number:
                    return kept
                kept = kept[-MAX_SHOWN:]
    except PriceListRejected:
        return kept if at == number else ""
    return kept if at == number else ""
