"""One file of CommerceML: expat's events become small trees, one for each piece that matters."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn, Protocol
from xml.parsers import expat

from chalicelib.pricelists.formats.yml.mistakes import mistake
from chalicelib.pricelists.reading.bytes import ByteSource
from chalicelib.pricelists.reading.commerceml import ROOT
from chalicelib.pricelists.reading.faults import Limits, PriceListRejected, reject
from chalicelib.pricelists.reading.text import Text, forbidden_in, without_forbidden

# Groups are nested, two levels each; nothing that was meant well is as deep as this.
_MAX_DEPTH = 200
CATALOGUE = "Каталог"
OFFERS = frozenset({"ПакетПредложений", "ИзмененияПакетаПредложений"})
_SECTIONS = OFFERS | {"Классификатор", CATALOGUE}
# What is a tree of its own, by its parent.
_PIECES = {
    ("Товары", "Товар"), ("Предложения", "Предложение"), ("ТипыЦен", "ТипЦены"), ("ВариантыЗначений", "Справочник"),
    ("ВариантыЗначений", "ВариантЗначения"), ("ЕдиницыИзмерения", "ЕдиницаИзмерения"),
}  # fmt: skip
# These hold others of their kind, or thousands of values, so that they are not one tree.
_NAMED = frozenset({"Группа", "Свойство", "СвойствоНоменклатуры"})
_OF_NAMED = frozenset({"Ид", "Наименование"})
ONLY_CHANGES = "СодержитТолькоИзменения"


@dataclass(slots=True)
class Element:
    """An element with everything in it; ``wrong`` is what is wrong with its text: a code, and what was found."""

    tag: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    wrong: tuple[str, str] | None = None
    children: list["Element"] = field(default_factory=list)

    def first(self, tag: str) -> "Element | None":
        """Return the first child of this name, or None."""
        return next((child for child in self.children if child.tag == tag), None)

    def said(self, *tags: str) -> str:
        """Return the text of the first child with one of these names that has one, or ""."""
        return next((child.text for child in self.children if child.tag in tags and child.text), "")

    def all(self, *tags: str) -> Iterator["Element"]:
        """Yield the descendants with one of these names, in their order; not those within another of them."""
        for child in self.children:
            if child.tag in tags:
                yield child
            else:
                yield from child.all(*tags)


class Receiver(Protocol):
    """Takes what a file holds, as it is read."""

    def begun(self, section: str, attributes: dict[str, str]) -> None:
        """Note that a section begins; ``section`` is the root, the classifier, a catalogue or a package of offers."""

    def piece(self, section: str, element: Element) -> None:
        """Take a good, an offer, a type of price, a unit or a value of a property."""

    def named(self, kind: str, number: str, name: str) -> None:
        """Take the id and the name of a group or property; ``kind`` is its element."""


class Parser:
    """Reads one file to its end and passes what it holds to ``receiver``."""

    def __init__(self, source: ByteSource, limits: Limits, receiver: Receiver) -> None:
        self._source, self._limits, self._receiver = source, limits, receiver
        self._chars = Text(source, "declared")
        self._path: list[tuple[str, int]] = []
        self._open: list[Element] = []  # the piece that is being read, and what is open in it
        self._texts: list[list[str]] = []
        self._lengths: list[int] = []
        self._named: list[dict[str, str]] = []
        self._begun = False
        self._lines_above = 0
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._entity
        parser.EntityDeclHandler = self._entity
        parser.SkippedEntityHandler = self._entity
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters

    def parse(self) -> None:
        """Read the file. Raises PriceListRejected if it is unusable."""
        while (piece := self._chars.read()) is not None:
            if not self._begun:
                # Nothing may stand before the declaration, but an empty line does no harm.
                self._lines_above += piece.count("\n", 0, len(piece) - len(piece.lstrip()))
                piece = piece.lstrip()
                self._begun = bool(piece)
            try:
                self._parser.Parse(piece, self._chars.ended)
            except expat.ExpatError as exc:
                line = exc.lineno + self._lines_above
                raise PriceListRejected(mistake(exc.code, line, exc.offset, self._path, self._chars)) from None

    def _entity(self, *_: object) -> NoReturn:
        reject("xml_dtd", self._line())

    def _line(self) -> int:
        return self._parser.CurrentLineNumber + self._lines_above

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        path, line = self._path, self._line()
        tag = tag.rpartition(":")[2]
        if len(path) >= _MAX_DEPTH:
            reject("too_deep", line, limit=_MAX_DEPTH)
        if self._open:
            self._enter(tag, attributes, line)
        elif not path:
            if tag != ROOT:
                reject("unknown_format", line)
            self._receiver.begun(tag, self._clean(attributes))
        elif len(path) == 1:
            if tag in _SECTIONS:
                self._receiver.begun(tag, self._clean(attributes))
        elif path[1][0] in _SECTIONS:
            parent = path[-1][0]
            if (parent, tag) in _PIECES or (parent in _NAMED and tag in _OF_NAMED) or tag == ONLY_CHANGES:
                self._enter(tag, attributes, line)
            elif tag in _NAMED:
                self._named.append({})
        if len(self._open) < 2:  # what is no good, or begins one
            self._source.mark()
        path.append((tag, line))

    def _enter(self, tag: str, attributes: dict[str, str], line: int) -> None:
        element = Element(tag, self._clean(attributes), line)
        if self._open:
            self._open[-1].children.append(element)
        self._open.append(element)
        self._texts.append([])
        self._lengths.append(0)

    def _characters(self, data: str) -> None:
        # What is beyond the limit is only kept to be found too long.
        if self._open and self._lengths[-1] <= self._limits.max_scalar:
            self._lengths[-1] += len(data)
            self._texts[-1].append(data)

    def _end(self, _tag: str) -> None:
        name, _ = self._path.pop()
        section = self._path[1][0] if len(self._path) > 1 else ""
        if self._open:
            element = self._open.pop()
            self._lengths.pop()
            element.text = self._checked(element, "".join(self._texts.pop()).strip())
            if not self._open:
                self._finish(section, element)
        elif name in _NAMED and section in _SECTIONS and self._named:
            said = self._named.pop()
            self._receiver.named(name, said.get("Ид", ""), said.get("Наименование", ""))

    def _finish(self, section: str, element: Element) -> None:
        self._source.mark()
        if element.tag in _OF_NAMED and self._named:
            self._named[-1].setdefault(element.tag, element.text)
        else:
            self._receiver.piece(section, element)

    def _checked(self, element: Element, text: str) -> str:
        limit = self._limits.max_scalar
        if len(text) > limit:
            element.wrong = "field_too_long", text[:limit]
            text = text[:limit]
        if not text.isprintable() and (found := forbidden_in(text)):
            element.wrong = element.wrong or ("control_in_text", found)
            text = without_forbidden(text)
        return text

    def _clean(self, attributes: dict[str, str]) -> dict[str, str]:
        limit = self._limits.max_scalar
        return {
            key.rpartition(":")[2]: value[:limit] if value.isprintable() else without_forbidden(value[:limit])
            for key, value in attributes.items()
        }
