"""HTML in the texts of price lists: what shop software exports of a page becomes the text that the page shows."""

import html
import re

from chalicelib.pricelists.reading.text import FORBIDDEN

# With the semicolon only: "R&D", "a&copy=1" and the like are texts.
_ENTITY = re.compile("&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
# Elements that begin a line; the others stand within one.
_LINES = "address|blockquote|br|dd|div|dl|dt|h[1-6]|hr|li|ol|p|pre|table|tbody|td|tfoot|th|thead|tr|ul"
_WORDS = "a|abbr|b|big|center|code|del|em|font|i|img|ins|mark|nobr|small|span|strike|strong|sub|sup|u|wbr"
# No other word in angle brackets is taken for a tag: "<5 кг>" and "<Тайга>" are texts.
_LINE_TAG = re.compile(rf"</?(?:{_LINES})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_TAG = re.compile(rf"</?(?:{_WORDS})(?:\s[^<>]*)?/?>|<!--[^<>]*-->", re.IGNORECASE)
# What is escaped twice is escaped for a page and for a file around it; more often nothing is.
_ROUNDS = 3


def plain(text: str) -> str:
    """Return the text without tags, its entities decoded; where a tag begins a line, a line break stands for it.

    A text without HTML is returned as it is.
    """
    if "&" in text:
        for _ in range(_ROUNDS):
            text, found = _ENTITY.subn(_decoded, text)
            if not found:
                break
    if "<" in text:
        text = _TAG.sub("", _LINE_TAG.sub("\n", text))
    return text


def _decoded(entity: "re.Match[str]") -> str:
    character = FORBIDDEN.sub("", html.unescape(entity[0]))
    return " " if character == "\xa0" else character
