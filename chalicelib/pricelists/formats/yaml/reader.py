"""YAML: bytes → events → raw entries."""

from collections.abc import Callable, Iterator
from typing import Any

import yaml  # type: ignore[import-untyped, unused-ignore]
from yaml.events import (  # type: ignore[import-untyped, unused-ignore]
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from chalicelib.pricelists.formats.yaml.comments import Comments
from chalicelib.pricelists.reading.bytes import FORBIDDEN, ByteSource
from chalicelib.pricelists.reading.faults import MAX_SHOWN, Fault, Limits, PriceListRejected, fault, reject
from chalicelib.pricelists.reading.raw import LISTS, TOPS, Entry, Node, RawMapping

# Only the events are used: nothing of what a loader would construct. CSafeLoader is absent where libyaml is.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_BOOLEANS = frozenset({"true", "false", "yes", "no", "да", "нет"})
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


class Reader:
    """Turns the YAML of a price list into entries, in file order, refusing what a price list has no use for."""

    def __init__(self, source: ByteSource, limits: Limits) -> None:
        self.keys: dict[str, int] = {}  # the top-level keys met so far, with their lines
        self._source = source
        self._limits = limits
        self._comments = Comments(source)
        self._cut: list[Fault] = []  # texts of the element that is being read that a comment cuts off
        self._next: Callable[[], Any]

    def entries(self, *, skip: frozenset[str] = frozenset()) -> Iterator[Entry]:
        """Yield every entry except those under keys in ``skip``. Raises PriceListRejected if the file is unusable.

        What ``source.read`` raises passes through, but for a ValueError.
        """
        try:
            self._next = _LOADER(self._comments).get_event
            yield from self._document(skip)
        except yaml.reader.ReaderError as exc:
            raise PriceListRejected(self._source.unreadable()) from exc
        except yaml.YAMLError as exc:
            mark = getattr(exc, "problem_mark", None)
            problem = str(getattr(exc, "problem", None) or "")
            raise PriceListRejected(fault("syntax", mark.line + 1 if mark else None, problem=problem)) from exc
        except (ValueError, OverflowError) as exc:
            # The parser in Python lets chr() fail on an escape such as "\UFFFFFFFF".
            raise PriceListRejected(fault("syntax", None, problem=str(exc))) from exc

    def _document(self, skip: frozenset[str]) -> Iterator[Entry]:
        self._next()  # the start of the stream
        if type(self._next()) is StreamEndEvent:
            reject("file_empty", None)
        root = self._next()
        if type(root) is not MappingStartEvent:
            reject("top_not_mapping", root.start_mark.line + 1)
        self._check(root)
        while type(event := self._next()) is not MappingEndEvent:
            key, line = self._key(event, self.keys), event.start_mark.line + 1
            if len(self.keys) > self._limits.max_keys:
                reject("too_many_keys", line, limit=self._limits.max_keys)
            value = self._next()
            if key in skip:
                self._skip(value)
            elif key in LISTS:
                yield from self._list(key, value)
            elif key in TOPS:
                yield Entry(key, line, self._node(value, 2))
            else:
                self._skip(value)
                yield Entry(key, line, None)
        self._next()  # the end of the document
        if type(event := self._next()) is not StreamEndEvent:
            reject("several_documents", event.start_mark.line + 1)

    def _list(self, key: str, event: Any) -> Iterator[Entry]:
        if type(event) is not SequenceStartEvent:
            if self._node(event, 2):
                reject("not_a_list", event.start_mark.line + 1, field=key)
            return
        self._check(event)
        limit = self._limits.max_goods if key == "goods" else self._limits.max_categories
        count = 0
        while type(event := self._next()) is not SequenceEndEvent:
            self._source.mark()
            line = event.start_mark.line + 1
            count += 1
            if count > limit:
                reject(LISTS[key], line, limit=limit)
            self._cut = []
            node = self._node(event, 3)
            yield Entry(key, line, node, faults=tuple(self._cut))
        self._source.mark()

    def _node(self, event: Any, depth: int) -> Node:
        kind = type(event)
        if kind is ScalarEvent:
            value = self._scalar(event)
            return None if not event.style and value in _NULLS else value
        self._check(event)
        if depth > self._limits.max_depth:
            reject("too_deep", event.start_mark.line + 1, limit=self._limits.max_depth)
        if kind is MappingStartEvent:
            return self._mapping(event, depth)
        nodes: list[Node] = []
        while type(event := self._next()) is not SequenceEndEvent:
            nodes.append(self._node(event, depth + 1))
        return nodes

    def _mapping(self, event: Any, depth: int) -> RawMapping:
        values: dict[str, Node] = {}
        lines: dict[str, int] = {}
        start = event.start_mark.line + 1
        following, comments = self._next, self._comments
        while type(event := following()) is not MappingEndEvent:
            key = self._key(event, lines)
            event = following()
            if type(event) is not ScalarEvent:
                values[key] = self._node(event, depth + 1)
                continue
            value = self._scalar(event)  # nearly all values are, and a call apart would cost a tenth of the speed
            if comments.ahead and not event.style:
                self._note_cut(key, value, event.end_mark)
            values[key] = None if value in _NULLS and not event.style else value
        return RawMapping(next(iter(lines.values()), start), values, lines)

    def _note_cut(self, key: str, value: str, end: Any) -> None:
        """Warn about a comment that may be the end of a text. After a number it is just a comment."""
        comment = self._comments.after(end.line, end.column)
        if comment and any(map(str.isalpha, value)) and value not in _NULLS | _BOOLEANS:
            self._cut.append(fault("text_cut", end.line + 1, field=key, value=comment, text=value[:MAX_SHOWN]))

    def _key(self, event: Any, lines: dict[str, int]) -> str:
        """The text of a key, noted in ``lines`` with its line."""
        line = event.start_mark.line + 1
        if type(event) is not ScalarEvent:
            self._check(event)
            reject("key_not_text", line)
        key = self._scalar(event)
        if key == "<<" and not event.style:
            reject("merge_key", line)
        if key in lines:
            reject("duplicate_key", line, field=key, first_line=lines[key])
        lines[key] = line
        return key

    def _scalar(self, event: Any) -> str:
        value: str = event.value
        if event.tag is not None or event.anchor is not None:
            self._check(event)
        if len(value) > self._limits.max_scalar:
            reject("text_too_long", event.start_mark.line + 1, value=value, limit=self._limits.max_scalar)
        # An escape in quotes can write what the bytes of the file may not hold.
        if not value.isprintable() and (found := FORBIDDEN.search(value)):
            reject("control_character", event.start_mark.line + 1, value=f"U+{ord(found.group()):04X}")
        return value

    def _check(self, event: Any) -> None:
        """Refuses aliases, anchors and tags: they make a small file mean a huge one, or make objects of our classes."""
        line = event.start_mark.line + 1
        if type(event) is AliasEvent:
            reject("alias", line, value=event.anchor)
        if event.anchor is not None:
            reject("anchor", line, value=event.anchor)
        if event.tag is not None:
            reject("tag", line, value=event.tag)

    def _skip(self, event: Any) -> None:
        depth = 0
        while True:
            kind = type(event)
            if kind is ScalarEvent:
                self._scalar(event)
            elif kind in (MappingStartEvent, SequenceStartEvent, AliasEvent):
                self._check(event)
                depth += 1
                if depth >= self._limits.max_depth:
                    reject("too_deep", event.start_mark.line + 1, limit=self._limits.max_depth)
                self._source.mark()
            else:
                depth -= 1
            if not depth:
                return
            event = self._next()
