"""To an account: an administrator has blocked it, or lets it log in again."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib import clock
from chalicelib.documents import wording
from chalicelib.models.accounts import User
from chalicelib.models.mails import Mail
from chalicelib.notifications.kinds import Kind
from chalicelib.notifications.kinds._lines import lines_of
from chalicelib.texts import Language


@dataclass(frozen=True, slots=True)
class AccountStateProps:
    """Whose account it is, whether it is ``blocked`` or ``open``, why, since when, and whether it has a shop."""

    first_name: str
    email: str
    state: str
    reason: tuple[str, ...]
    at: datetime
    is_shop: bool


def _build(mail: Mail, user: User | None, language: Language) -> AccountStateProps:
    if user is None:
        raise ValueError(mail.recipient)
    state, reason = "blocked" if mail.about["blocked"] else "open", lines_of(mail.about.get("reason"))
    at = clock.from_stamp(mail.created_at)
    return AccountStateProps(user.first_name, user.email, state, reason, at, bool(user.shop_id))


def _subject(props: AccountStateProps, language: Language) -> dict[str, object]:
    return {"state": wording.named("account", props.state, language)}


def _is_due(mail: Mail, user: User | None) -> bool:
    return user is not None and bool(user.blocked) == mail.about["blocked"]


KIND = Kind(AccountStateProps, _build, _subject, is_due=_is_due)
