"""What the mails with a one-time token share: the token is made when the mail is sent, never before."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from chalicelib import clock
from chalicelib.accounts.tokens import new_token, token_hash
from chalicelib.models.accounts import OneTimeToken, User
from chalicelib.models.mails import Mail
from chalicelib.notifications.kinds import Kind, no_params
from chalicelib.texts import Language


@dataclass(frozen=True, slots=True)
class TokenProps:
    """The only place where a token is shown. ``email`` is the address that the token proves.

    ``page`` is the address, below the API's, of the page that takes the token: it fills the form there, and using it
    takes a button, since programs open the links of mails, too.
    """

    first_name: str
    email: str
    token: str
    page: str


def token_kind(
    purpose: str, lifetime: timedelta, page: str, is_due: Callable[[Mail, User | None], bool] | None = None
) -> Kind[TokenProps]:
    """Return a kind of mail that carries a new token of this purpose, valid for ``lifetime``.

    The token is bound to the address it is mailed to, and void if the account's tokens have been voided since it was
    asked for. ``page`` is the console's that takes it.
    """
    return Kind(TokenProps, _builder(purpose, lifetime, page), no_params, is_due=is_due)


def _builder(purpose: str, lifetime: timedelta, page: str) -> Callable[[Mail, User | None, Language], TokenProps]:
    def build(mail: Mail, user: User | None, language: Language) -> TokenProps:
        if user is None:
            raise ValueError(mail.recipient)
        token = new_token(user.user_id)
        stored = OneTimeToken.at(user.user_id, purpose, token_hash(token))
        stored.email, stored.expires_at = mail.about.get("email") or user.email, clock.now() + lifetime
        stored.epoch = mail.about.get("epoch", user.token_epoch or 0)
        stored.save()
        query = urlencode({"email": stored.email, "token": token})
        return TokenProps(user.first_name, stored.email, token, f"console/{page}?{query}")

    return build
