"""Files of refused rows in JSON. Pure."""

import re

from chalicelib.files.formats.json import quoted
from chalicelib.pricelists.reading.raw import REPEATS, Entry, Node, RawMapping

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")


class RefusedRows:
    """A list of refused rows. JSON has no comments, so errors stand under the key ``_error``."""

    between = ","

    def head(self, note: str) -> str:
        return f'{{\n"_error": {quoted(note)},\n"mode": "merge"'

    def top(self, key: str, value: str) -> str:
        return f',\n"{key}": {_json(value)}'

    def opened(self, section: str) -> str:
        return f',\n"{section}": ['

    def entry(self, entry: Entry, errors: list[str], repeats: str) -> str:
        node = entry.node
        pairs: dict[str, Node] = {}
        repeated: tuple[tuple[str, Node], ...] = ()
        if isinstance(node, RawMapping):
            pairs = {REPEATS: repeats} if repeats else {}
            pairs.update((key, value) for key, value in node.values.items() if key != "_error")
            repeated = node.repeated
        elif node is not None:
            errors = [*errors, _json(node)]
        reported: list[Node] = list(errors)
        row = RawMapping(0, {"_error": reported, **pairs} if reported else pairs, {}, repeated)
        return f"\n{_json(row)}"

    def closed(self, section: str) -> str:
        return "\n]"

    def foot(self, note: str) -> str:
        return (f',\n"_left_out": {quoted(note)}' if note else "") + "\n}\n"


def _json(node: Node) -> str:
    """Return the value as JSON; what looks like a number was written as one, or may as well have been."""
    if isinstance(node, str):
        return node if _NUMBER.fullmatch(node) else quoted(node)
    if isinstance(node, RawMapping):
        pairs = (f"{quoted(key)}: {_json(value)}" for key, value in (*node.values.items(), *node.repeated))
        return "{" + ", ".join(pairs) + "}"
    return "null" if node is None else "[" + ", ".join(map(_json, node)) + "]"
