"""Typed settings, read once from the environment.

A variable that is missing or malformed fails the function at its start, by name, instead of the first request that
needs it. Plain dataclass: pydantic would cost every cold start more than the rest of this package.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache

_LISTS = ("cors_origins", "url_import_allow")
_OPTIONAL = (*_LISTS, "log_level")


class WrongSettings(Exception):
    """Environment variables are missing or empty; the message names them all."""


@dataclass(frozen=True)
class Settings:
    """What differs from stage to stage; ``.chalice/config.json`` sets every variable."""

    stage: str
    table_prefix: str
    files_bucket: str
    imports_queue: str
    mail_queue: str
    feedback_queue: str
    mail_from: str
    cors_origins: tuple[str, ...] = ()
    # Hosts that URL imports may reach although their address is not public: the local stack only.
    url_import_allow: tuple[str, ...] = ()
    log_level: str = "INFO"

    def table(self, name: str) -> str:
        """The full name of one of the five tables."""
        return f"{self.table_prefix}-{name}"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings in these variables, lists parted by commas. Raises WrongSettings."""
    names = [field.name for field in fields(Settings)]
    missing = [
        name.upper() for name in names if name not in _OPTIONAL and not environment.get(name.upper(), "").strip()
    ]
    if missing:
        raise WrongSettings(", ".join(missing))
    given = {name: environment[name.upper()].strip() for name in names if environment.get(name.upper(), "").strip()}
    lists = {name: _parts(given.pop(name)) for name in _LISTS if name in given}
    return Settings(**given, **lists)  # type: ignore[arg-type]


def _parts(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


@cache
def settings() -> Settings:
    """The settings of this process. Raises WrongSettings, naming each variable that is missing."""
    return read_settings(os.environ)
