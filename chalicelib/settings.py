"""Typed settings, read once from the environment.

A variable that is missing or malformed fails the function at its start, by name, instead of the first request that
needs it. Plain dataclass: pydantic would cost every cold start more than the rest of this package.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache

_LISTS = ("cors_origins", "url_import_allow")
_GUARD = ("guard_vanished_percent", "guard_moved_percent", "guard_move_percent", "guard_min_goods")
_NUMBERS = ("chunk_workers", "mail_workers", "settle_seconds", *_GUARD)
_OPTIONAL = (*_LISTS, *_NUMBERS, "mail_configuration_set", "aws_endpoint_url", "queues_url", "public_url", "log_level")


class WrongSettings(Exception):
    """Environment variables are missing, empty or not numbers; the message names them all."""


@dataclass(frozen=True)
class Settings:
    """What differs from stage to stage; ``.chalice/config.json`` sets every variable."""

    stage: str
    table_prefix: str
    files_bucket: str
    imports_queue: str
    chunks_queue: str
    exports_queue: str
    mail_queue: str
    feedback_queue: str
    # An address, or ``Name <address>``.
    mail_from: str
    # The configuration set of SES that reports bounces to the feedback queue; the emulators have none.
    mail_configuration_set: str = ""
    cors_origins: tuple[str, ...] = ()
    # Hosts that URL imports may reach although their address is not public: the local stack only.
    url_import_allow: tuple[str, ...] = ()
    # The most chunks applied at the same time (Lambda's minimum is two).
    chunk_workers: int = 2
    # The most batches of mails sent at the same time: SES limits the mails per second.
    mail_workers: int = 2
    # Seconds (900 at most) after which an index surely shows a change; usually it follows within a second.
    settle_seconds: int = 60
    # The one address of an emulator's services (botocore's own variable); empty on AWS.
    aws_endpoint_url: str = ""
    # The common prefix of the queues' URLs; without it each process asks for those it needs.
    queues_url: str = ""
    # Where the API is reached, up to the version, for links in mails; without it they name the call alone. Deploying
    # sets it for the function that sends mails.
    public_url: str = ""
    log_level: str = "INFO"
    # A list waits for review if it takes more than this share of a shop's goods off sale, or moves more than that share
    # of its prices by more than the third percentage; not in a shop with fewer goods on sale than the minimum.
    guard_vanished_percent: int = 30
    guard_moved_percent: int = 20
    guard_move_percent: int = 50
    guard_min_goods: int = 10

    def table(self, name: str) -> str:
        """Return the full name of one of the five tables."""
        return f"{self.table_prefix}-{name}"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings in these variables; lists are separated by commas. Raises WrongSettings."""
    names = [field.name for field in fields(Settings)]
    missing = [
        name.upper() for name in names if name not in _OPTIONAL and not environment.get(name.upper(), "").strip()
    ]
    if missing:
        raise WrongSettings(", ".join(missing))
    given = {name: environment[name.upper()].strip() for name in names if environment.get(name.upper(), "").strip()}
    lists = {name: _parts(given.pop(name)) for name in _LISTS if name in given}
    numbers = {name: given.pop(name) for name in _NUMBERS if name in given}
    if wrong := [name.upper() for name, value in numbers.items() if not value.isascii() or not value.isdigit()]:
        raise WrongSettings(", ".join(wrong))
    return Settings(**given, **lists, **{name: int(value) for name, value in numbers.items()})  # type: ignore[arg-type]


def _parts(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


@cache
def settings() -> Settings:
    """Return the settings of this process. Raises WrongSettings, naming each missing variable."""
    return read_settings(os.environ)
