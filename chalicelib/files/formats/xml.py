"""Texts, attributes and elements of XML. Pure."""

from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr


def text(value: str) -> str:
    """Return ``value`` as the text of an element."""
    if value.isalnum():
        return value
    # A reader of XML turns a bare carriage return into a line feed.
    return escape(value, {"\r": "&#13;"})


def attributes(values: Mapping[str, str]) -> str:
    """Return the attributes, each with a space before it."""
    return "".join(f" {name}={quoteattr(value)}" for name, value in values.items())


def element(tag: str, value: str, given: Mapping[str, str] | None = None) -> str:
    """Return an element that holds nothing but a text."""
    start = f"{tag}{attributes(given)}" if given else tag
    return f"<{start}>{text(value)}</{tag}>"


def comment(value: str) -> str:
    """Return a comment in a line of its own; two hyphens, which no comment may hold, are separated."""
    while "--" in value:
        value = value.replace("--", "- -")
    return f"<!-- {value} -->\n"
