"""Scalars of YAML. Pure.

Written by hand: a library would hold a whole document in memory and quote by its own rules.
"""

import re

from chalicelib.files.formats.json import quoted as json_quoted

# What every YAML parser takes for text without quotes: begins with a letter and holds no character with a meaning.
_PLAIN = re.compile(r"[^\W\d_](?:[\w ()«»°/+.%-]*[\w)»°%])?")
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_WHOLE = re.compile("0|[1-9][0-9]{0,14}")
# Characters that JSON leaves as they are and YAML would take for a line break or a mark of its own, or drop.
_UNSAFE = re.compile("[\x7f-\xa0\u2028\u2029\ufeff]")


def scalar(text: str) -> str:
    """Return ``text`` as one scalar in one line, bare if every reader takes it for that text, else quoted.

    Whole numbers without leading zeros stay bare: they read back the same, whether as text or as number.
    """
    if _WHOLE.fullmatch(text) or (_PLAIN.fullmatch(text) and text.casefold() not in _WORDS):
        return text
    return quoted(text)


def quoted(text: str) -> str:
    """Return ``text`` in double quotes, in one line."""
    return _UNSAFE.sub(lambda found: f"\\u{ord(found.group()):04x}", json_quoted(text))
