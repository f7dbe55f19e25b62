"""Compares two descriptions of the API by what they mean: `python -m tests.openapi_compare OLD.json NEW.json`.

Every difference is one line; the exit code is 1 if there are any. What counts: calls, who may call them, parameters,
fields of bodies and answers with their types, limits and whether they are required, statuses and codes of refusals.
What does not: names of components, descriptions, examples, titles, and the order of anything.

A file ending in .gz holds the facts of a description instead, as the golden test keeps them
(tests/integration/documentation). `python -m tests.openapi_compare --accept` writes it for the present code.
"""

import gzip
import json
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

KEPT = Path(__file__).parent / "integration" / "documentation" / "openapi.json.gz"
_METHODS = ("get", "put", "post", "delete", "patch", "options", "head")
# What only a reader of the description sees.
_WORDS = frozenset({"title", "description", "example", "examples", "$comment", "deprecated"})
_CODE = re.compile(r"`([a-z0-9_]+)`:")
_REF = "#/components/schemas/"

Facts = dict[str, str]
Fact = tuple[str, Any]


def facts(document: dict[str, Any]) -> Facts:
    """Everything that the description says, as places and what stands there, both as text."""
    reader = _Reader(document.get("components", {}).get("schemas", {}))
    found: Facts = {}
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                call = f"{method.upper()} {path}"
                found |= {f"{call} {place}".rstrip(): _text(what) for place, what in reader.call(methods[method])}
    # Described in words only, in a component.
    found |= {f"largest body {place}": _text(what) for place, what in reader.named("MaxBody")}
    return found


def differences(old: Facts, new: Facts) -> list[str]:
    """One line for each place at which the two differ."""
    lines = []
    for place in sorted(old.keys() | new.keys()):
        if place not in new:
            lines.append(f"gone: {place} = {old[place]}")
        elif place not in old:
            lines.append(f"new: {place} = {new[place]}")
        elif old[place] != new[place]:
            lines.append(f"changed: {place} = {old[place]} -> {new[place]}")
    return lines


class _Reader:
    """Reads operations of one document, whose components it resolves."""

    def __init__(self, components: dict[str, Any]) -> None:
        self._components = components

    def call(self, operation: dict[str, Any]) -> Iterator[Fact]:
        yield "", "described"
        yield "security", sorted(json.dumps(one, sort_keys=True) for one in operation.get("security", []))
        yield "roles", sorted(operation.get("x-roles", []))
        for parameter in operation.get("parameters", []):
            place = f"{parameter['in']} {parameter['name']}"
            yield f"{place} required", parameter.get("required", False)
            for key in ("style", "explode"):
                if key in parameter:
                    yield f"{place} {key}", parameter[key]
            yield from self._schema(place, parameter["schema"], asked=True)
        body = operation.get("requestBody")
        if body is not None:
            yield "body required", body.get("required", False)
            yield from self._contents("body", body["content"], asked=True)
        for status, answer in operation["responses"].items():
            place = f"answer {status}"
            yield place, sorted(_CODE.findall(answer.get("description", "")))
            for header, about in answer.get("headers", {}).items():
                yield from self._schema(f"{place} header {header}", about["schema"], asked=False)
            yield from self._contents(place, answer.get("content", {}), asked=False)

    def named(self, component: str) -> Iterator[Fact]:
        if component in self._components:
            yield from self._schema("$", self._components[component], asked=True)

    def _contents(self, place: str, content: dict[str, Any], *, asked: bool) -> Iterator[Fact]:
        for media, about in content.items():
            yield f"{place} {media}", "taken" if asked else "answered"
            yield from self._schema(f"{place} {media} $", about.get("schema", {}), asked=asked)

    def _schema(self, place: str, schema: Any, *, asked: bool) -> Iterator[Fact]:
        yield from _flat(place, self._plain(schema, asked=asked, within=()))

    def _plain(self, schema: Any, *, asked: bool, within: tuple[str, ...]) -> Any:
        """The schema without references and words, with one spelling for what can be said in several ways."""
        if not isinstance(schema, dict):
            return schema
        if "$ref" in schema:
            name = schema["$ref"].removeprefix(_REF)
            if name in within:
                return {"recursion": len(within) - within.index(name)}
            aside = {key: value for key, value in schema.items() if key != "$ref"}
            return self._plain({**self._components[name], **aside}, asked=asked, within=(*within, name))

        def plain(one: Any) -> Any:
            return self._plain(one, asked=asked, within=within)

        made: dict[str, Any] = {}
        for key, value in schema.items():
            # A default says what is meant where a field is left out, which no answer does.
            if key in _WORDS or (key == "default" and not asked) or (key == "additionalProperties" and value is True):
                continue
            if key in ("properties", "patternProperties"):
                made[key] = {name: plain(one) for name, one in value.items()}
            elif key in ("anyOf", "oneOf", "allOf", "prefixItems"):
                made[key] = [plain(one) for one in value]
            elif key == "required":
                made[key] = sorted(value)
            else:
                made[key] = plain(value)
        return _one_spelling(made)


def _one_spelling(schema: dict[str, Any]) -> dict[str, Any]:
    """Constants are lists of one, several types are alternatives, and alternatives are flat and sorted."""
    if "const" in schema:
        schema["enum"] = [schema.pop("const")]
    if "enum" in schema:
        schema["enum"] = sorted(schema["enum"], key=_text)
        # The values say of which type they are.
        schema.pop("type", None)
    if isinstance(schema.get("type"), list):
        kinds = schema.pop("type")
        schema = {"anyOf": [_one_spelling({**schema, "type": kind}) for kind in kinds]}
    if schema.get("type") == "null":
        schema = {"enum": [None]}
    if len(schema.get("allOf", ())) == 1:
        (only,) = schema.pop("allOf")
        schema = {**only, **schema}
    if "oneOf" in schema and "anyOf" not in schema:
        schema["anyOf"] = schema.pop("oneOf")
    if "anyOf" in schema:
        rest = {key: value for key, value in schema.items() if key != "anyOf"}
        flat = [inner for one in schema["anyOf"] for inner in (one["anyOf"] if set(one) == {"anyOf"} else [one])]
        values = [value for one in flat if set(one) == {"enum"} for value in one["enum"]]
        others = {_text(one): one for one in flat if set(one) != {"enum"}}
        merged = [others[text] for text in sorted(others)]
        merged += [{"enum": sorted({_text(value): value for value in values}.values(), key=_text)}] if values else []
        schema = {**merged[0], **rest} if len(merged) == 1 else {**rest, "anyOf": merged}
    return schema


def _flat(place: str, schema: Any) -> Iterator[Fact]:
    if not isinstance(schema, dict):
        yield place, schema
        return
    required = schema.get("required", [])
    for name, one in schema.get("properties", {}).items():
        yield f"{place}.{name}", "required" if name in required else "optional"
        yield from _flat(f"{place}.{name}", one)
    undeclared = [name for name in required if name not in schema.get("properties", {})]
    if undeclared:
        yield f"{place} required", undeclared
    counted: dict[str, int] = {}
    for one in schema.get("anyOf", ()):
        kind = str(one.get("type", "value" if "enum" in one else "any")) if isinstance(one, dict) else "any"
        counted[kind] = counted.get(kind, 0) + 1
        yield from _flat(f"{place}|{kind}{counted[kind] if counted[kind] > 1 else ''}", one)
    if "items" in schema:
        yield from _flat(f"{place}[]", schema["items"])
    for key, value in schema.items():
        if key not in ("properties", "required", "anyOf", "items"):
            yield f"{place} {key}", value
    if not schema:
        yield place, "anything"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def read(file: Path) -> Facts:
    """The facts of a description, or those kept in a file that ends in .gz."""
    if file.suffix == ".gz":
        kept: Facts = json.loads(gzip.decompress(file.read_bytes()))
        return kept
    return facts(json.loads(file.read_text(encoding="utf-8")))


def present() -> Facts:
    """The facts of the description that the present code serves."""
    # The first sets the environment in which the second, the application, can be imported; that declares the calls.
    for module in ("tests.conftest", "app"):
        import_module(module)
    openapi = import_module("chalicelib.documentation.openapi").openapi
    return facts(json.loads(json.dumps(openapi("https://api.example/v1"))))


def keep(found: Facts, file: Path = KEPT) -> None:
    """Write facts for the golden test."""
    text = json.dumps(found, ensure_ascii=False, sort_keys=True, indent=0)
    file.write_bytes(gzip.compress(text.encode(), mtime=0))


def main(arguments: list[str]) -> int:
    """Compare the two files named, or accept the present description."""
    if arguments == ["--accept"]:
        keep(present())
        return 0
    if len(arguments) != 2:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    found = differences(*(read(Path(name)) for name in arguments))
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
