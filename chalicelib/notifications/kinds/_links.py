"""What mails with a link to a page share: its token is made when the mail is sent, never before."""

from dataclasses import dataclass

from chalicelib.accounts.links import new_link
from chalicelib.models.accounts import User
from chalicelib.settings import settings
from chalicelib.texts import Language


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page that opens without a login for this many ``days``; ``path`` is its address below the API's."""

    path: str
    days: int


def page_link(
    path: str, page: str, object_id: int, user: User | None, language: Language, shop_id: int = 0
) -> PageLink:
    """Return a new link to the page of an object, in the language of the mail; ``user`` is who receives the mail.

    The page shows what is ``shop_id``'s, or all if that is 0.
    """
    token = new_link(page, object_id, user, shop_id)
    return PageLink(with_language(f"{path}?token={token}", language), settings().mail_link_days)


def with_language(path: str, language: Language) -> str:
    """Return the path of a page, which has a query, in this language."""
    return f"{path}&language={language}"
