"""Every word of the console is a text of the locales: templates and views have none of their own."""

import ast
import re
from pathlib import Path

import pytest

from chalicelib import console
from chalicelib.console.templating import TEMPLATES

FOLDER = Path(console.__file__).parent
_LETTERS = re.compile(r"[^\W\d_]{2,}")
# Attributes whose values people read or hear.
_SAID = re.compile(r'\b(?:title|alt|placeholder|aria-label)="([^"]*)"')
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_PUT_OUT, _OF_JINJA = re.compile(r"\{\{.*?\}\}", re.DOTALL), re.compile(r"\{[%#].*?[%#]\}", re.DOTALL)
# Macros write parts of a tag.
_ATTRIBUTE = re.compile(r'[\w-]+="[^"]*"|\bautofocus\b')
_TAG = re.compile(r"<[^>]*>|&\w+;")
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_template_has_no_words_of_its_own(path: Path) -> None:
    plain = _OF_JINJA.sub("", _PUT_OUT.sub("0", path.read_text("utf-8")))
    said = [_ATTRIBUTE.sub("", _TAG.sub(" ", plain)), *_SAID.findall(plain)]
    assert [word for text in said for word in _LETTERS.findall(text)] == []
    # Expressions too.
    assert not _CYRILLIC.search(_COMMENT.sub("", path.read_text("utf-8")))


def test_views_have_no_words_of_their_own() -> None:
    found = {}
    for path in FOLDER.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        docs = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
        texts = [one for one in ast.walk(tree) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        words = [one.value for one in texts if id(one) not in docs and _CYRILLIC.search(one.value)]
        if words:
            found[path.name] = words
    assert found == {}
