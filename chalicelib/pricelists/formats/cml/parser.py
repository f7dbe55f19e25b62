"""One file of CommerceML: expat's events become small trees, one for each piece that matters."""

from collections.abc import Iterator
from typing import NoReturn, Protocol
from xml.parsers import expat

from chalicelib.pricelists.reading.bytes import ByteSource
from chalicelib.pricelists.reading.commerceml import ROOT
from chalicelib.pricelists.reading.faults import Limits, PriceListRejected, reject
from chalicelib.pricelists.reading.text import Text, forbidden_in, without_forbidden
from chalicelib.pricelists.reading.xml_files import Characters, mistake, new_parser

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
_NO_ATTRIBUTES: dict[str, str] = {}
ONLY_CHANGES = "СодержитТолькоИзменения"


class Element:
    """An element with everything in it; ``wrong`` is what is wrong with its text: a code, and what was found."""

    __slots__ = ("attributes", "children", "line", "tag", "text", "wrong")

    def __init__(self, tag: str, attributes: dict[str, str], line: int, text: str = "") -> None:
        self.tag, self.attributes, self.line, self.text = tag, attributes, line, text
        self.wrong: tuple[str, str] | None = None
        self.children: list[Element] = []

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
        self._text = Text(source, "declared")
        self._chars = Characters(self._text)
        self._path: list[tuple[str, int]] = []
        self._open: list[Element] = []  # the piece that is being read, and what is open in it
        self._named: list[dict[str, str]] = []
        self._parser = new_parser(self._start, self._end, self._characters, self._entity, self._entity)

    def parse(self) -> None:
        """Read the file. Raises PriceListRejected if it is unusable."""
        while (piece := self._chars.read()) is not None:
            try:
                self._parser.Parse(piece, self._text.ended)
            except expat.ExpatError as exc:
                line = exc.lineno + self._chars.lines_above
                path = self._path + [(each.tag, each.line) for each in self._open]
                raise PriceListRejected(mistake(exc.code, line, exc.offset, path, self._text)) from None

    def _entity(self, *_: object) -> NoReturn:
        reject("xml_dtd", self._line())

    def _line(self) -> int:
        return self._parser.CurrentLineNumber + self._chars.lines_above

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if ":" in tag:
            tag = tag.rpartition(":")[2]
        line = self._line()
        if self._open:  # nearly every element is within a good
            if len(self._open) >= _MAX_DEPTH:
                reject("too_deep", line, limit=_MAX_DEPTH)
            element = Element(tag, self._clean(attributes) if attributes else _NO_ATTRIBUTES, line)
            self._open[-1].children.append(element)
            self._open.append(element)
            return
        self._source.mark()
        path = self._path
        if len(path) >= _MAX_DEPTH:
            reject("too_deep", line, limit=_MAX_DEPTH)
        if not path and tag != ROOT:
            reject("unknown_format", line)
        if not path or (len(path) == 1 and tag in _SECTIONS):
            self._receiver.begun(tag, self._clean(attributes))
        elif len(path) > 1 and path[1][0] in _SECTIONS:
            parent = path[-1][0]
            if (parent, tag) in _PIECES or (parent in _NAMED and tag in _OF_NAMED) or tag == ONLY_CHANGES:
                self._open.append(Element(tag, self._clean(attributes), line))
                return
            if tag in _NAMED:
                self._named.append({})
        path.append((tag, line))

    def _characters(self, data: str) -> None:
        if self._open:
            element = self._open[-1]
            # What is beyond the limit is only kept to be found too long.
            if len(element.text) <= self._limits.max_scalar:
                element.text += data

    def _end(self, _tag: str) -> None:
        if self._open:
            element = self._open.pop()
            if element.text and (text := element.text.strip()) != element.text:
                element.text = text
            if element.text and (len(element.text) > self._limits.max_scalar or not element.text.isprintable()):
                element.text = self._checked(element, element.text)
            if not self._open:
                self._finish(self._path[1][0], element)
            return
        name, _ = self._path.pop()
        if name in _NAMED and self._named and len(self._path) > 1 and self._path[1][0] in _SECTIONS:
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
        if found := forbidden_in(text):
            element.wrong = element.wrong or ("control_in_text", found)
            text = without_forbidden(text)
        return text

    def _clean(self, attributes: dict[str, str]) -> dict[str, str]:
        limit = self._limits.max_scalar
        return {
            key.rpartition(":")[2]: value[:limit] if value.isprintable() else without_forbidden(value[:limit])
            for key, value in attributes.items()
        }
