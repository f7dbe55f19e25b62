"""What the mails with a one-time token share: the token is made when the mail is sent, never before."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from chalicelib import clock
from chalicelib.accounts.tokens import new_token, token_hash
from chalicelib.models.accounts import OneTimeToken, User
from chalicelib.models.mails import Mail
from chalicelib.notifications.kinds import Kind, no_params
from chalicelib.texts import Language


@dataclass(frozen=True, slots=True)
class TokenProps:
    """The only place where a token is shown. ``email`` is the address that the token proves."""

    first_name: str
    email: str
    token: str


def token_kind(purpose: str, lifetime: timedelta) -> Kind[TokenProps]:
    """Return a kind of mail that carries a new token of this purpose, valid for ``lifetime``."""
    return Kind(TokenProps, _builder(purpose, lifetime), no_params)


def _builder(purpose: str, lifetime: timedelta) -> Callable[[Mail, User | None, Language], TokenProps]:
    def build(mail: Mail, user: User | None, language: Language) -> TokenProps:
        if user is None:
            raise ValueError(mail.recipient)
        token = new_token(user.user_id)
        stored = OneTimeToken.at(user.user_id, purpose, token_hash(token))
        stored.email, stored.expires_at = mail.about.get("email"), clock.now() + lifetime
        stored.save()
        return TokenProps(user.first_name, mail.about.get("email") or user.email, token)

    return build
