"""Uploads a price list too large for a call: the page sends it directly to the bucket."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from chalicelib import clock
from chalicelib.accounts import limits
from chalicelib.console.visit import Page, Redirect, Visit
from chalicelib.ids import as_id
from chalicelib.pricelists.arrival.doors import MAX_UPLOAD, PAGE_SECONDS, PageForm, import_of, page_form
from chalicelib.settings import settings

_PAGE, _SENT = "partner/imports/large", "sent"


@dataclass(frozen=True, slots=True)
class LargeView:
    """The form that uploads to the bucket; None after the upload, while the page waits for its import.

    ``is_late`` means that the import may never begin. ``most`` is the size limit in megabytes.
    """

    form: PageForm | None
    is_late: bool = False
    most: int = MAX_UPLOAD // 1_000_000


def large(visit: Visit) -> Page | Redirect:
    """Show the form that uploads to the bucket; after the upload, wait for the import and then show it.

    The bucket adds the key of the stored file to the address that it redirects to.
    """
    shop_id = visit.caller.shop_id
    if visit.query.get(_SENT):
        return _after(visit.query[_SENT].partition("?")[0], shop_id)
    limits.spend(limits.UPLOADS, shop_id)
    form = page_form(shop_id, _returning)
    back = [settings().public_url] if settings().public_url else []
    return Page("partner/large", LargeView(form), forms_to=tuple(_origin(one) for one in (form["url"], *back)))


def _after(sent: str, shop_id: int) -> Page | Redirect:
    number, until = map(as_id, sent.partition(".")[::2])
    if number is not None and (import_id := import_of(shop_id, number)):
        return Redirect(f"partner/imports/{import_id}")
    is_late = until is None or until < clock.now().timestamp()
    return Page("partner/large", LargeView(None, is_late))


def _returning(number: int) -> str:
    """Return the address at which the console waits for the import, "" if it does not know its own address.

    It includes the end of the wait, which is when the form expires; a file sent at the last moment may be called late.
    """
    url = settings().public_url.rstrip("/")
    until = int(clock.after(PAGE_SECONDS).timestamp())
    return f"{url}/console/{_PAGE}?{_SENT}={number}.{until}" if url else ""


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
