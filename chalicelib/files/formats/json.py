"""Texts of JSON. Pure."""

import json


def quoted(text: str) -> str:
    """Return ``text`` as a JSON string that keeps its letters."""
    return json.dumps(text, ensure_ascii=False)
