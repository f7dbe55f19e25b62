"""The texts of the description in one language, from ``locales/<language>/api.json``."""

from dataclasses import dataclass

from chalicelib.errors import AppError
from chalicelib.routes import Access
from chalicelib.texts import Language, has_text, text


@dataclass(frozen=True, slots=True)
class Words:
    """What the description says in ``language``. Raises KeyError for anything that has no text: a test finds that."""

    language: Language

    def plain(self, key: str) -> str:
        """Return the text under the key."""
        return text("api", key, self.language)

    def field(self, schema: str, name: str) -> str:
        """Return what a field means: in this schema if that differs, else wherever it is used."""
        own = f"field.{schema}.{name}"
        return self.plain(own if has_text("api", own) else f"field.{name}")

    def has_field(self, schema: str, name: str) -> bool:
        """Return whether a field means something of its own in this schema."""
        return has_text("api", f"field.{schema}.{name}")

    def schema(self, name: str) -> str:
        """Return what a component is; a page is described by one text, whatever it lists."""
        return self.plain("schema.page" if name.endswith("Page") else f"schema.{name}")

    def refusal(self, situation: type[AppError]) -> str:
        """Return when a call is refused with this code."""
        return self.plain(f"error.{situation.code}")

    def callers(self, access: Access) -> str:
        """Return who may make a call."""
        return self.plain(f"access.{access.name.lower()}")
