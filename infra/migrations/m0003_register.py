"""Accounts, closed shops and imports get their places in the lists of administrators.

Versions before these lists wrote accounts and imports without them, and took a shop that closed off every list.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from infra.migrations.steps import Migration, Step
from infra.people.person import text_of
from infra.table_pass import Change, Rule

if TYPE_CHECKING:
    from infra.table_pass import Wire

_LEGAL_FORMS = frozenset(
    {"ооо", "оао", "зао", "пао", "нао", "ао", "ип", "одо", "нко", "фгуп", "гуп", "муп", "чп", "пк"}
)
_NOT_WORDS = re.compile(r"[\W_]+")
_COMPANY_LENGTH = 100


def accounts(_: datetime) -> Rule:
    """Return the rule that places an account by its address and company."""
    return _account


def catalogue(_: datetime) -> Rule:
    """Return the rule that places a closed shop by its name."""
    return _shop


def jobs(_: datetime) -> Rule:
    """Return the rule that places an import by its status."""
    return _import


def _account(item: "Wire") -> Change | None:
    if item["sk"]["S"] != "USER" or not item["pk"]["S"].startswith("USER#"):
        return None
    wanted = {"role_key": f"ROLE#{text_of(item, 'role')}", "email_key": text_of(item, "email")}
    if words := _company_words(text_of(item, "company")):
        wanted["company_key"] = f"{words}#{item['user_id']['N']}"
    return _placed("accounts", item, wanted, ("role", "email", "company"))


def _shop(item: "Wire") -> Change | None:
    # Shops that are open, or open by themselves, have their place.
    if item["sk"]["S"] != "SHOP" or "directory_key" in item:
        return None
    place = f"{text_of(item, 'name').casefold()}#{item['entity_id']['N']}"
    return _placed("closed shops", item, {"directory_key": "CLOSED_SHOPS", "directory_sort": place}, ())


def _import(item: "Wire") -> Change | None:
    if item["sk"]["S"] != "IMPORT":
        return None
    return _placed("imports", item, {"status_key": f"IMPORT#{text_of(item, 'status')}"}, ("status",))


def _placed(why: str, item: "Wire", wanted: Mapping[str, str], seen: tuple[str, ...]) -> Change | None:
    missing = {name: value for name, value in wanted.items() if text_of(item, name) != value}
    return Change(why, set={name: {"S": value} for name, value in missing.items()}, seen=seen) if missing else None


def _company_words(company: str) -> str:
    words = _NOT_WORDS.sub(" ", company.casefold().replace("ё", "е")).split()
    while words and words[0] in _LEGAL_FORMS:
        words.pop(0)
    return " ".join(words)[:_COMPANY_LENGTH]


REGISTER = Migration(
    3, "register", "after", (Step("accounts", accounts), Step("catalogue", catalogue), Step("jobs", jobs))
)
