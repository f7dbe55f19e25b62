"""Texts in two languages: both say the same things, and nothing that is said is missing."""

import ast
import json
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib import errors
from chalicelib.errors import AppError
from chalicelib.requests.base import _TEXTS
from chalicelib.texts import LANGUAGES, known_language, language_of, text

ROOT = Path(errors.__file__).parents[1]
# What reports field faults: the first text argument that is not a field name is the key.
_SAYERS = {"field_error": 1, "field_fault": 0, "fault": 0}
_SCHEMAS = [ROOT / "requests", ROOT / "accounts", ROOT / "ordering", ROOT / "handlers", ROOT / "catalogue"]
_SCHEMAS += [ROOT / "administration", ROOT / "console" / "screens"]
_MODULES = [
    ROOT / "pricelists" / "arrival" / "s3_events.py",
    ROOT / "pricelists" / "arrival" / "doors.py",
    ROOT / "cursors.py",
]


def texts(area: str, language: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((ROOT / "locales" / language / f"{area}.json").read_text("utf-8"))
    return found


def areas(language: str) -> list[str]:
    return sorted(path.stem for path in (ROOT / "locales" / language).glob("*.json"))


def every_text(language: str) -> dict[tuple[str, str], str]:
    """Each text by area and key."""
    return {(area, key): said for area in areas(language) for key, said in texts(area, language).items()}


def places(template: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(template) if name is not None)


def situations(base: type[AppError] = AppError) -> Iterator[type[AppError]]:
    for situation in base.__subclasses__():
        yield situation
        yield from situations(situation)


def constants(node: ast.AST) -> set[str]:
    return {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def said_in_code() -> set[str]:
    """Every ``field.<key>`` that a call of field_error or fault names."""
    sources = [path for folder in _SCHEMAS for path in folder.glob("*.py")] + _MODULES
    calls = [node for path in sources for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    named = [call for call in calls if isinstance(call, ast.Call) and getattr(call.func, "id", "") in _SAYERS]
    keys = [constants(call.args[_SAYERS[call.func.id]]) for call in named]  # type: ignore[attr-defined]
    return {f"field.{key}" for found in keys for key in found}


def said_by_passwords() -> set[str]:
    found = re.findall(r'"(password_\w+)"', (ROOT / "accounts" / "passwords.py").read_text("utf-8"))
    return {f"field.{key}" for key in found} | {"field.shop_company"}


def said_by_emails() -> set[str]:
    """What ``fault_of`` returns."""
    tree = ast.parse((ROOT / "accounts" / "emails.py").read_text("utf-8"))
    (named,) = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "fault_of")
    returned = [node for node in ast.walk(named) if isinstance(node, ast.IfExp)]
    return {f"field.{key}" for each in returned for key in constants(each)}


def said_of_rows() -> set[str]:
    sources = [*(ROOT / "ordering").glob("*.py"), ROOT / "errors" / "reasons.py"]
    source = "".join(path.read_text("utf-8") for path in sources)
    told = {key for key in texts("errors", "ru") if key.startswith(("row.", "shop."))}
    return {key for key in told if f'"{key.partition(".")[2]}"' in source}


def expected_errors() -> set[str]:
    # FieldErrors uses each field's own text, so its code has none.
    codes = {situation.code for situation in situations()} - {errors.FieldErrors.code}
    known = {f"field.{key}" for key in _TEXTS.values()} | {
        "field.too_many",
        "field.invalid",
        "field.blank",
        "more_errors",
    }
    return codes | known | said_in_code() | said_by_passwords() | said_by_emails() | said_of_rows()


def test_all_languages_have_the_same_areas_and_keys() -> None:
    for language in LANGUAGES:
        assert areas(language) == areas("ru")
        assert every_text(language).keys() == every_text("ru").keys()


def test_all_languages_fill_the_same_places() -> None:
    russian = every_text("ru")
    wrong = [
        (language, where)
        for language in LANGUAGES
        for where, said in every_text(language).items()
        if places(said) != places(russian[where])
    ]
    assert wrong == []


def test_no_text_is_blank() -> None:
    said = {(language, *where): one for language in LANGUAGES for where, one in every_text(language).items()}
    assert len(said) > 700
    assert [where for where, one in said.items() if not one.strip()] == []


def test_every_error_that_code_raises_has_a_text() -> None:
    assert expected_errors() - texts("errors", "ru").keys() == set()


def test_every_error_text_is_used() -> None:
    assert texts("errors", "ru").keys() - expected_errors() == set()


def test_codes_are_stable_words_and_no_two_situations_share_one() -> None:
    codes = [situation.code for situation in situations()]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", code) for code in codes)


def test_text_fills_its_places() -> None:
    assert text("errors", "too_many_contacts", "en", limit=5) == "You can have at most 5 contacts"


def test_values_are_never_templates_themselves() -> None:
    assert text("errors", "no_such_route", "en", method="GET", path="/{method}") == "There is no call GET /{method}"


def test_unknown_key_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError):
        text("errors", "no such text")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "ru"),
        ("", "ru"),
        ("en", "en"),
        ("EN-us,en;q=0.9", "en"),
        ("ru,en", "ru"),
        ("en,ru", "en"),
        ("xx,en;q=0.5", "en"),
        ("xx", "ru"),
        ("*", "ru"),
        ("en;q=0,ru", "ru"),
        ("en; q = 0.0", "ru"),
        ("english", "ru"),
        (",;,", "ru"),
    ],
)
def test_language_is_the_first_that_we_speak(header: str | None, language: str) -> None:
    assert language_of(header) == language


@pytest.mark.parametrize(("stored", "language"), [("ru", "ru"), ("en", "en"), ("xx", "ru"), ("", "ru"), (None, "ru")])
def test_a_stored_language_that_is_unknown_is_the_default(stored: str | None, language: str) -> None:
    assert known_language(stored) == language
