"""YML, the XML of Yandex Market: expat's events, of which a document type or an entity of its own ends the reading."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NoReturn
from xml.parsers import expat

from chalicelib.pricelists.formats.yml.offers import Child, Element, category_of, field_of, good_of, named_by_field
from chalicelib.pricelists.reading.bytes import ByteSource
from chalicelib.pricelists.reading.faults import Fault, Limits, PriceListRejected, fault, reject
from chalicelib.pricelists.reading.raw import LISTS, Entry
from chalicelib.pricelists.reading.text import Text, damaged, forbidden_in, without_forbidden
from chalicelib.pricelists.reading.xml_files import Characters, mistake, new_parser

_MAX_DEPTH = 16
# Within an offer what is deeper than that costs the offer; nothing that was meant well is as deep as this.
_HARD_DEPTH = 100
# Of one element; a row of a megabyte could have a hundred thousand.
_MAX_FAULTS = 100
_ELEMENTS = {("offers", "offer"), ("categories", "category")}


class Reader:
    """Turns a YML file into entries, as ``chalicelib.pricelists.reading.reader.Reader``."""

    def __init__(self, source: ByteSource, limits: Limits) -> None:
        self.keys: dict[str, int] = {}
        self._source = source
        self._limits = limits
        self._text_of_file = Text(source, "declared")
        self._chars = Characters(self._text_of_file)
        self._ready: list[Entry | tuple[str, int]] = []
        self._path: list[tuple[str, int]] = []  # the open elements, with their lines
        self._faults: list[Fault] = []  # those of the offer or category that is being read
        self._element: Element | None = None
        self._child: tuple[str, dict[str, str], int] | None = None
        self._text: list[str] = []
        self._length = 0
        self._merging = False
        self._parser = new_parser(self._start, self._end, self._characters, self._doctype, self._entity)

    def entries(self, *, skip: frozenset[str] = frozenset()) -> Iterator[Entry]:
        """Every entry but those of the sections in ``skip``. Raises PriceListRejected."""
        counts = dict.fromkeys(LISTS, 0)
        failure: PriceListRejected | None = None
        while failure is None and (piece := self._chars.read()) is not None:
            failure = self._parse(piece)
            ready, self._ready = self._ready, []
            for item in ready:
                if not isinstance(item, Entry):
                    self._section(*item)
                    continue
                if item.section in counts:
                    limit = self._limits.max_goods if item.section == "goods" else self._limits.max_categories
                    counts[item.section] += 1
                    if counts[item.section] > limit:
                        reject(LISTS[item.section], item.line, limit=limit)
                if item.section not in skip:
                    yield item
        if failure is not None:
            raise failure

    def _parse(self, piece: str) -> PriceListRejected | None:
        """Parse on; return what ends the reading, before which there may have been offers."""
        try:
            self._parser.Parse(piece, self._text_of_file.ended)
        except expat.ExpatError as exc:
            line = exc.lineno + self._chars.lines_above
            return PriceListRejected(mistake(exc.code, line, exc.offset, self._path, self._text_of_file))
        except PriceListRejected as rejected:
            return rejected
        return None

    def _section(self, key: str, line: int) -> None:
        if key in self.keys:
            reject("duplicate_key", line, field=key, first_line=self.keys[key])
        self.keys[key] = line

    def _doctype(self, name: str, _system: str | None, _public: str | None, has_subset: int) -> None:
        """Lists of years ago name Yandex's own DTD, which is never fetched; one that brings its own is refused."""
        if name != "yml_catalog":
            reject("unknown_format", self._line())
        if has_subset:
            self._entity()

    def _entity(self, *_: object) -> NoReturn:
        reject("xml_dtd", self._line())

    def _line(self) -> int:
        return self._parser.CurrentLineNumber + self._chars.lines_above

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        path, line = self._path, self._line()
        depth = len(path)
        if depth == 0 and tag != "yml_catalog":
            reject("unknown_format", line)
        if depth >= (_MAX_DEPTH if self._element is None else _HARD_DEPTH):
            reject("too_deep", line, limit=_MAX_DEPTH)
        if depth == _MAX_DEPTH:
            self._note("nested_too_deep", line, field_of(path[4][0]), limit=_MAX_DEPTH)
        for key, value in attributes.items():
            if len(value) > self._limits.max_scalar or not value.isprintable():
                attributes[key] = self._checked(value, line, field_of(tag, key))
        if depth == 0 and "mode" in attributes:
            self._merging = attributes["mode"].strip().casefold() == "merge"
            self._ready += [("mode", line), Entry("mode", line, attributes["mode"])]
        elif depth == 2 and path[1][0] == "shop":
            if tag in {"categories", "offers"}:
                self._ready.append(("goods" if tag == "offers" else tag, line))
            elif tag == "name":
                self._child = (tag, attributes, line)
        elif depth == 3 and path[1][0] == "shop" and (path[2][0], tag) in _ELEMENTS:
            self._source.mark()
            self._element = Element(attributes, [], line)
            if tag == "category":
                self._child = (tag, attributes, line)
        elif depth == 4 and self._element is not None and self._child is None:
            self._child = (tag, attributes, line)
        path.append((tag, line))

    def _characters(self, data: str) -> None:
        if self._child is None:
            return
        # What is beyond the limit is only kept to be found too long.
        if self._length <= self._limits.max_scalar:
            self._length += len(data)
            self._text.append(data)

    def _end(self, tag: str) -> None:
        self._path.pop()
        depth = len(self._path)
        if self._child is not None and depth == (2 if self._element is None else 3 if tag == "category" else 4):
            self._finish_child(*self._child, depth)
        if depth == 3 and self._element is not None:
            self._source.mark()
            element, self._element = self._element, None
            own, self._faults = self._faults, []
            if tag == "category":
                faults = tuple(replace(each, field="name") if each.field == tag else each for each in own)
                self._ready.append(Entry("categories", element.line, category_of(element), element, faults))
            else:
                faults = named_by_field(own, element)
                self._ready.append(
                    Entry("goods", element.line, good_of(element, merging=self._merging), element, faults)
                )

    def _finish_child(self, tag: str, attributes: dict[str, str], line: int, depth: int) -> None:
        text = "".join(self._text)
        self._child, self._text, self._length = None, [], 0
        if len(text) > self._limits.max_scalar or not text.isprintable():
            text = self._checked(text, line, field_of(tag))
        if self._element is not None:
            self._element.children.append(Child(tag, attributes, text, line))
        elif depth == 2:
            self._ready.append(Entry("shop", line, text))

    def _checked(self, value: str, line: int, field: str) -> str:
        """Return the value as it may be kept; what is wrong with it is a fault of its element, or else of the file."""
        inside = self._element is not None
        limit = self._limits.max_scalar
        if len(value) > limit:
            if not inside:
                reject("text_too_long", line, value=value, limit=limit)
            self._note("field_too_long", line, field, value, limit=limit)
            value = damaged(value[:limit])
        if found := forbidden_in(value):
            if not inside:
                reject("control_character", line, value=found)
            self._note("control_in_text", line, field, found)
            value = without_forbidden(value)
        return value

    def _note(self, code: str, line: int, field: str, value: str | None = None, *, limit: int = 0) -> None:
        if len(self._faults) < _MAX_FAULTS:
            self._faults.append(fault(code, line, field=field, value=value, limit=limit))
