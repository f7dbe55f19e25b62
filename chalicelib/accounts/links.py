"""Links of mails that open one page without a login.

A token is 256 random bits, of which only the SHA-256 is stored, under the page and the object that it opens: it opens
no other. It may be used any number of times until it expires, is spent by no reading, and changes nothing
(docs/decisions/0036-links-in-mails.md).
"""

import secrets

from chalicelib import clock
from chalicelib.accounts.tokens import token_hash
from chalicelib.errors import WrongToken
from chalicelib.models.accounts import MailLink, User
from chalicelib.settings import settings

# The pages, as they are in stored keys.
REPORT = "report"
EXPORT = "export"
DOCUMENTS = "documents"
_DAY = 86_400


def new_link(page: str, object_id: int, user: User | None, shop_id: int = 0) -> str:
    """Return a new token that opens the page of this object; ``user`` receives the mail, None for administrators.

    Of an object that belongs to several shops it shows what is ``shop_id``'s; 0 shows all.
    """
    token = secrets.token_urlsafe(32)
    link = MailLink.at(page, object_id, token_hash(token))
    link.shop_id, link.expires_at = shop_id, clock.after(settings().mail_link_days * _DAY)
    if user is not None:
        link.user_id, link.email = user.user_id, user.email
    link.save()
    return token


def opened(page: str, object_id: int, token: str) -> MailLink:
    """Return the link with this token.

    Raises WrongToken if there is none for this page and object, if it has expired, or if the account that it was
    mailed to is blocked or has another address since.
    """
    link = MailLink.at(page, object_id, token_hash(token)).find()
    if link is None or link.expires_at <= clock.now():
        raise WrongToken
    if link.user_id is not None:
        user = User.at(link.user_id).find()
        if user is None or user.blocked or user.email != link.email:
            raise WrongToken
    return link
