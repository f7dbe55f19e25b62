"""To an account's old address: the account has a new one."""

from dataclasses import dataclass

from chalicelib.models.accounts import User
from chalicelib.models.mails import Mail
from chalicelib.notifications.kinds import Kind, no_params
from chalicelib.texts import Language


@dataclass(frozen=True, slots=True)
class NoticeProps:
    """Whose address it was, and the address that the account has now."""

    first_name: str
    email: str


def _build(mail: Mail, user: User | None, language: Language) -> NoticeProps:
    if user is None:
        raise ValueError(mail.recipient)
    return NoticeProps(user.first_name, user.email)


KIND = Kind(NoticeProps, _build, no_params)
