"""To an account: its password was changed by somebody who was logged in."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib import clock
from chalicelib.models.accounts import User
from chalicelib.models.mails import Mail
from chalicelib.notifications.kinds import Kind, no_params
from chalicelib.texts import Language


@dataclass(frozen=True, slots=True)
class ChangeProps:
    """Whose password it is, and when it was changed."""

    first_name: str
    email: str
    at: datetime


def _build(mail: Mail, user: User | None, language: Language) -> ChangeProps:
    if user is None:
        raise ValueError(mail.recipient)
    return ChangeProps(user.first_name, user.email, clock.from_stamp(mail.created_at))


KIND = Kind(ChangeProps, _build, no_params)
