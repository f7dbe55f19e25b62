"""Typed settings, read once from the environment.

A variable that is missing or malformed fails the function at its start, by name, instead of the first request that
needs it.
"""

import os
from functools import cache

from pydantic import BaseModel, ConfigDict, Field, field_validator


class Settings(BaseModel):
    """What differs from stage to stage; ``.chalice/config.json`` sets every variable."""

    model_config = ConfigDict(frozen=True)

    stage: str = Field(min_length=1)
    table_prefix: str = Field(min_length=1)
    files_bucket: str = Field(min_length=1)
    imports_queue: str = Field(min_length=1)
    mail_queue: str = Field(min_length=1)
    mail_from: str = Field(min_length=3)
    cors_origins: tuple[str, ...] = ()
    # Hosts that URL imports may reach although their address is not public: the local stack only.
    url_import_allow: tuple[str, ...] = ()
    log_level: str = "INFO"

    @field_validator("cors_origins", "url_import_allow", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    def table(self, name: str) -> str:
        """The full name of one of the five tables."""
        return f"{self.table_prefix}-{name}"


@cache
def settings() -> Settings:
    """The settings of this process.

    Raises pydantic.ValidationError naming each variable that is missing or wrong.
    """
    return Settings.model_validate(
        {name: os.environ[name.upper()] for name in Settings.model_fields if name.upper() in os.environ}
    )
