"""A price list larger than a call can carry: sent from the page directly to the bucket."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from chalicelib.accounts import limits
from chalicelib.console.visit import Page, Redirect, Visit
from chalicelib.ids import as_id
from chalicelib.pricelists.arrival.doors import MAX_UPLOAD, PageForm, import_of, page_form
from chalicelib.settings import settings

_PAGE, _SENT = "partner/imports/large", "sent"


@dataclass(frozen=True, slots=True)
class LargeView:
    """The form to the bucket, None while the file that was sent by one is waited for; ``most`` is in megabytes."""

    form: PageForm | None
    most: int = MAX_UPLOAD // 1_000_000


def large(visit: Visit) -> Page | Redirect:
    """Show the form to the bucket; after the file was sent, wait for its import and show that.

    The bucket adds what it stored to the address that it returns to.
    """
    shop_id = visit.caller.shop_id
    if visit.query.get(_SENT):
        number = as_id(visit.query[_SENT].partition("?")[0])
        import_id = import_of(shop_id, number) if number is not None else None
        return Redirect(f"partner/imports/{import_id}") if import_id else Page("partner/large", LargeView(None))
    limits.spend(limits.UPLOADS, shop_id)
    form = page_form(shop_id, _returning)
    back = [settings().public_url] if settings().public_url else []
    return Page("partner/large", LargeView(form), forms_to=tuple(_origin(one) for one in (form["url"], *back)))


def _returning(number: int) -> str:
    """Return the address at which the console waits for the import, "" where it does not know its own."""
    url = settings().public_url.rstrip("/")
    return f"{url}/console/{_PAGE}?{_SENT}={number}" if url else ""


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
