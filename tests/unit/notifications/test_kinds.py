"""Every kind of mail is whole: a module, both templates, texts in both languages; and nothing composes another kind."""

import ast
import json
from pathlib import Path

import pytest

from chalicelib import texts
from chalicelib.notifications import kinds as package
from chalicelib.notifications.kinds import kind_of, kinds
from tests.unit.notifications.builders import CONTEXTS

LIBRARY = Path(texts.__file__).parent
TEMPLATES = LIBRARY / "notifications" / "templates"
# Entries that a job makes several mails of, or documents; no mail is of these kinds.
NOT_MAILS = {"order", "documents"}


def strings_of(node: ast.AST) -> set[str]:
    return {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def composed() -> set[str]:
    """The kinds that code names where it composes a mail, or lists the mails of an order."""
    named: set[str] = set()
    for path in LIBRARY.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in {
                "compose",
                "compose_of_order",
                "_mail",
            }:
                named |= strings_of(node.args[0]) if node.args else set()
    return named


def test_every_kind_has_its_props_templates_and_subject_in_both_languages() -> None:
    missing = []
    for kind in kinds():
        missing += [f"{kind}.{form}" for form in ("txt", "html") if not (TEMPLATES / f"{kind}.{form}").is_file()]
        for language in texts.LANGUAGES:
            said = json.loads((LIBRARY / "locales" / language / "mail.json").read_text("utf-8"))
            missing += [f"{language} {kind}.subject"] if f"{kind}.subject" not in said else []
        missing += [] if isinstance(kind_of(kind).props, type) else [f"{kind}.props"]
    assert missing == []


def test_every_template_belongs_to_a_kind() -> None:
    own = {path.stem for path in TEMPLATES.iterdir() if not path.name.startswith(("_", "layout"))}
    assert own == set(kinds())


def test_every_kind_that_is_composed_has_a_module() -> None:
    found = composed()
    assert found >= {"order_state", "import_report", "confirm_registration"}
    assert found - NOT_MAILS - set(kinds()) == set()


def test_every_kind_is_shown_in_tests() -> None:
    assert set(CONTEXTS) == set(kinds())


@pytest.mark.parametrize("name", ["", "no_such_kind", "_order", "../render", "order.placed"])
def test_an_unknown_kind_is_a_key_error(name: str) -> None:
    with pytest.raises(KeyError):
        kind_of(name)


def test_a_kind_that_cannot_be_imported_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("import a_module_that_is_missing\n")
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    with pytest.raises(ModuleNotFoundError, match="a_module_that_is_missing"):
        kind_of("broken")
