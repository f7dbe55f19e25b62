"""YAML: bytes → events → raw entries."""

from collections.abc import Callable, Iterator
from dataclasses import replace
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

from chalicelib.pricelists.formats.yaml.comments import NULLS, Comments
from chalicelib.pricelists.formats.yaml.mistakes import endless, mistake
from chalicelib.pricelists.reading.bytes import ByteSource
from chalicelib.pricelists.reading.faults import Fault, Limits, PriceListRejected, fault, reject
from chalicelib.pricelists.reading.raw import LISTS, TOPS, Entry, Node, RawMapping, tidy
from chalicelib.pricelists.reading.text import Text, damaged, forbidden_in, without_forbidden

# Only the events are used: nothing of what a loader would construct. CSafeLoader is absent where libyaml is.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Deeper nesting than any file has that was meant well; what the parser takes grows with the square of it.
_HARD_DEPTH = 100
# Of one element; a row of a megabyte could have a hundred thousand.
_MAX_FAULTS = 100


class Reader:
    """Turns the YAML of a price list into entries, in file order, refusing what a price list has no use for."""

    def __init__(self, source: ByteSource, limits: Limits) -> None:
        self.keys: dict[str, int] = {}  # the top-level keys met so far, with their lines
        self._source = source
        self._limits = limits
        self._text = Text(source, "utf-8")
        self._comments = Comments(self._text)
        self._next: Callable[[], Any]
        self._faults: list[Fault] = []  # those of the element that is being read
        self._last: Any = None  # the last scalar of a good

    def entries(self, *, skip: frozenset[str] = frozenset()) -> Iterator[Entry]:
        """Yield every entry except those under keys in ``skip``, as the protocol of readers says."""
        try:
            self._next = _LOADER(self._comments).get_event
            yield from self._document(skip)
        except PriceListRejected as rejected:
            raise (endless(rejected, self._last, self._text) or rejected) from rejected
        except yaml.YAMLError as exc:
            raise PriceListRejected(mistake(exc, self._last, self._text)) from exc
        except (ValueError, OverflowError) as exc:
            # The parser in Python lets chr() fail on an escape such as "\UFFFFFFFF".
            raise PriceListRejected(fault("syntax", None, why="escape")) from exc

    def _document(self, skip: frozenset[str]) -> Iterator[Entry]:
        self._next()  # the start of the stream
        if type(self._next()) is StreamEndEvent:
            reject("file_empty", None)
        root: Any = self._next()
        first: Any = self._next() if type(root) is SequenceStartEvent else None
        if type(first) is MappingStartEvent:
            self.keys["goods"] = _line(root)
            self._check(root)
            yield from self._elements("goods", first, skip)
        elif type(root) is MappingStartEvent:
            self._check(root)
            yield from self._sections(skip)
        else:
            line = _line(root)
            reject("top_not_mapping", line, value=self._text.line(line).strip())
        self._next()  # the end of the document
        event: Any = self._next()
        if type(event) is not StreamEndEvent:
            reject("several_documents", _line(event))

    def _sections(self, skip: frozenset[str]) -> Iterator[Entry]:
        while type(event := self._next()) is not MappingEndEvent:
            line = _line(event)
            key = self._section(event)
            if len(self.keys) > self._limits.max_keys:
                reject("too_many_keys", line, limit=self._limits.max_keys)
            value = self._next()
            if key in skip:
                self._pass(value, section=True)
            elif key in LISTS:
                yield from self._list(key, value)
            elif key in TOPS:
                self._faults = []
                node = self._scalar(value, key) if type(value) is ScalarEvent else self._node(value, 2)
                yield Entry(key, line, None if _is_null(value) else node, faults=tuple(self._faults))
            else:
                self._pass(value, section=True, strict=True)
                yield Entry(key, line, None)

    def _section(self, event: Any) -> str:
        """Return a top-level key, noted with its line."""
        line = _line(event)
        self._check(event)
        if type(event) is not ScalarEvent:
            reject("key_not_text", line)
        key: str = event.value
        self._bounded(key, line)
        if key == "<<" and not event.style:
            reject("merge_key", line)
        if key in self.keys:
            reject("duplicate_key", line, field=key, first_line=self.keys[key])
        self.keys[key] = line
        return key

    def _list(self, key: str, event: Any) -> Iterator[Entry]:
        self._check(event)
        if type(event) is SequenceStartEvent:
            yield from self._elements(key, self._next(), frozenset())
        elif type(event) is ScalarEvent:
            if not _is_null(event):
                reject("not_a_list", _line(event), field=key)
        elif type(event) is MappingStartEvent and self._mapping(event, 2).values:
            reject("not_a_list", _line(event), field=key)

    def _elements(self, key: str, event: Any, skip: frozenset[str]) -> Iterator[Entry]:
        """Yield the elements of a list, of which ``event`` begins the first."""
        limit = self._limits.max_goods if key == "goods" else self._limits.max_categories
        count = 0
        while type(event) is not SequenceEndEvent:
            self._source.mark()
            line = _line(event)
            count += 1
            if count > limit:
                reject(LISTS[key], line, limit=limit)
            self._faults = []
            node = self._node(event, 3)
            if key not in skip:
                yield Entry(key, line, node, faults=tuple(self._faults))
            event = self._next()
        self._source.mark()

    def _node(self, event: Any, depth: int) -> Node:
        kind = type(event)
        if kind is ScalarEvent:
            value = self._scalar(event, "")
            return None if not event.style and value in NULLS else value
        if kind is AliasEvent or event.anchor is not None or event.tag is not None:
            self._markup(event, "")
        if kind is AliasEvent:
            return None
        if depth > self._limits.max_depth:
            self._note("nested_too_deep", event, "", limit=self._limits.max_depth)
            self._pass(event)
            return None
        if kind is MappingStartEvent:
            return self._mapping(event, depth)
        nodes: list[Node] = []
        while type(event := self._next()) is not SequenceEndEvent:
            nodes.append(self._node(event, depth + 1))
        return nodes

    def _mapping(self, event: Any, depth: int) -> RawMapping:
        # Ten scalars of every good pass here: each call and each attribute less is a few percent of the speed.
        values: dict[str, Node] = {}
        lines: dict[str, int] = {}
        repeated: list[tuple[str, Node]] = []
        start = _line(event)
        following, scalar, comments = self._next, self._scalar, self._comments
        first: Any
        while type(first := following()) is not MappingEndEvent:
            if type(first) is not ScalarEvent:
                self._markup(first, "?")
                self._pass(first)
                self._pass(following())
                continue
            key = scalar(first, "")
            event = following()
            if type(event) is ScalarEvent:
                value: Node = scalar(event, key)
                if comments.ahead and not event.style:
                    self._faults += comments.cut(key, event.value, event.end_mark)
                if value in NULLS and not event.style:
                    value = None
            else:
                value = self._nested(key, event, depth)
            if key in values or (key == "<<" and not first.style):
                self._not_once(key, first, value, lines, depth)
                repeated.append((key, value))
            else:
                values[key] = value
                mark: Any = first.start_mark
                lines[key] = mark.line + 1
        return RawMapping(next(iter(lines.values()), start), values, lines, tuple(repeated))

    def _nested(self, key: str, event: Any, depth: int) -> Node:
        """Return a value that is not a scalar; the faults in it are faults of its field."""
        before = len(self._faults)
        node = self._node(event, depth + 1)
        for place in range(before, len(self._faults)):
            inner = self._faults[place]
            self._faults[place] = replace(inner, field=f"{key}.{inner.field}" if inner.field else key)
        return node

    def _not_once(self, key: str, event: Any, value: Node, lines: dict[str, int], depth: int) -> None:
        """Note a key that was there before, or means another mapping.

        Another id is that of another good, which is in the file as well.
        """
        if key not in lines:
            self._markup(event, key)
            return
        ext_id = tidy(value) if depth == 3 and key == "id" and isinstance(value, str) else None
        self._note("key_repeated", event, key, ext_id=ext_id, first_line=lines[key])

    def _scalar(self, event: Any, field: str) -> str:
        self._last = event
        value: str = event.value
        if event.tag is not None or event.anchor is not None:
            self._markup(event, field)
            value = damaged(value)
        if len(value) > self._limits.max_scalar:
            self._note("field_too_long", event, field, value, limit=self._limits.max_scalar)
            value = damaged(value[: self._limits.max_scalar])
        # An escape in quotes can write what the bytes of the file may not hold.
        if not value.isprintable() and (found := forbidden_in(value)):
            self._note("control_in_text", event, field, found)
            value = without_forbidden(value)
        return value

    def _markup(self, event: Any, field: str) -> None:
        """Note an alias, an anchor, a tag, a merge key or a key that is not text: usually it is a sign in a text."""
        if type(event) is AliasEvent:
            value = f"*{event.anchor}"
        elif getattr(event, "anchor", None) is not None:
            value = f"&{event.anchor}"
        else:
            value = getattr(event, "tag", None) or field
        self._note("yaml_markup", event, field, value)

    def _note(
        self, code: str, event: Any, field: str, value: str | None = None, *, ext_id: str | None = None, **hint: int
    ) -> None:
        if len(self._faults) < _MAX_FAULTS:
            line = _line(event)
            self._faults.append(fault(code, line, ext_id=ext_id, field=field or None, value=value, **hint))

    def _pass(self, event: Any, *, section: bool = False, strict: bool = False) -> None:
        """Read to the end of a node of which nothing is taken. A ``section`` may be longer than a good."""
        depth = 0
        while True:
            kind = type(event)
            if strict and kind not in (MappingEndEvent, SequenceEndEvent):
                self._check(event)
            if strict and kind is ScalarEvent:
                self._bounded(event.value, _line(event))
            if kind in (MappingStartEvent, SequenceStartEvent):
                depth += 1
                if depth > _HARD_DEPTH:
                    reject("too_deep", _line(event), limit=self._limits.max_depth)
                if section:
                    self._source.mark()
            elif kind in (MappingEndEvent, SequenceEndEvent):
                depth -= 1
            if not depth:
                return
            event = self._next()

    def _bounded(self, value: str, line: int) -> None:
        if len(value) > self._limits.max_scalar:
            reject("text_too_long", line, value=value, limit=self._limits.max_scalar)
        if not value.isprintable() and (found := forbidden_in(value)):
            reject("control_character", line, value=found)

    def _check(self, event: Any) -> None:
        """Refuses aliases, anchors and tags: they make a small file mean a huge one, or make objects of our classes."""
        line = _line(event)
        if type(event) is AliasEvent:
            reject("alias", line, value=event.anchor)
        if event.anchor is not None:
            reject("anchor", line, value=event.anchor)
        if event.tag is not None:
            reject("tag", line, value=event.tag)


def _line(event: Any) -> int:
    line: int = event.start_mark.line
    return line + 1


def _is_null(event: Any) -> bool:
    return type(event) is ScalarEvent and not event.style and event.value in NULLS
