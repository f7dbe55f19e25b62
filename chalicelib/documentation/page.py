"""The API as one self-contained HTML page."""

import json
import re
from html import escape
from typing import cast

from chalicelib.answers.common import Description
from chalicelib.documentation.shapes import Components, Operation, Paths

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}"
    "h2{border-bottom:1px solid #ccc;margin-top:2.5rem}code,pre{font-family:ui-monospace,Consolas,monospace}"
    "details{border:1px solid #ddd;border-radius:6px;margin:.5rem 0;padding:.4rem .8rem}"
    "summary{cursor:pointer}summary b{display:inline-block;width:4.5rem}table{border-collapse:collapse;width:100%}"
    "td,th{border-bottom:1px solid #eee;padding:.2rem .6rem .2rem 0;text-align:left;vertical-align:top}"
    ".roles{color:#666;font-size:.85rem}"
)


def page(description: Description) -> str:
    """Return the page of an OpenAPI description made by ``openapi``."""
    calls: dict[str, list[str]] = {}
    for path, methods in cast(Paths, description["paths"]).items():
        for method, call in methods.items():
            calls.setdefault(call["tags"][0], []).append(_call(method, path, call, description))
    sections = "".join(f"<h2>{escape(tag)}</h2>{''.join(found)}" for tag, found in sorted(calls.items()))
    title, address = escape(str(description["info"]["title"])), escape(str(description["servers"][0]["url"]))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{_STYLE}</style><h1>{title}</h1>"
        f"<p>{escape(str(description['info']['description']))} Base URL: <code>{address}</code>. "
        f'Machine-readable: <a href="{address}/openapi.json">openapi.json</a>.</p>{sections}</html>'
    )


def _call(method: str, path: str, call: Operation, description: Description) -> str:
    roles = ", ".join(call.get("x-roles", ["anyone"]))
    answers = "".join(
        f"<tr><td><code>{status}</code><td>{_text(answer['description'])}"
        for status, answer in call["responses"].items()
    )
    return (
        f"<details><summary><b>{method.upper()}</b><code>{escape(path)}</code> {escape(call['summary'])} "
        f'<span class="roles">{escape(roles)}</span></summary>{_fields(call, description)}'
        f"<table><tr><th>answer<th>{answers}</table>{_examples(call)}</details>"
    )


def _examples(call: Operation) -> str:
    """The request and the answer; the body is in the first encoding that the call accepts."""
    sent = [*call["requestBody"]["content"].values()][:1] if "requestBody" in call else []
    answered = next(iter(next(iter(call["responses"].values()))["content"].values()))
    media = [*(("sent", one) for one in sent), ("answered", answered)]
    shown = [(name, one["example"]) for name, one in media if "example" in one]
    return "".join(
        f"<p>Example, {name}:<pre>{escape(json.dumps(example, ensure_ascii=False, indent=1))}</pre>"
        for name, example in shown
    )


def _fields(call: Operation, description: Description) -> str:
    rows: list[tuple[str, str, bool]] = [(one["name"], one["in"], one["required"]) for one in call["parameters"]]
    if "requestBody" in call:
        name = call["requestBody"]["content"]["multipart/form-data"]["schema"]["$ref"].rsplit("/", 1)[1]
        schema = cast(Components, description["components"])["schemas"][name]
        rows += [(field, "body", field in schema.get("required", ())) for field in schema["properties"]]
    if not rows:
        return ""
    shown = "".join(
        f"<tr><td><code>{escape(name)}</code><td>{place}<td>{'required' if required else 'optional'}"
        for name, place, required in rows
    )
    return f"<table><tr><th>field<th>in<th>{shown}</table>"


def _text(description: str) -> str:
    """A description as HTML: text between backticks becomes code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(description))
