"""A price list larger than a call can carry: sent from the page directly to the bucket."""

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
    """The form to the bucket, or None after the file was sent by one; ``most`` is in megabytes.

    Then its import is waited for, or ``is_late``: nobody knows whether it will ever begin.
    """

    form: PageForm | None
    is_late: bool = False
    most: int = MAX_UPLOAD // 1_000_000


def large(visit: Visit) -> Page | Redirect:
    """Show the form to the bucket; after the file was sent, wait for its import and show that.

    The bucket adds what it stored to the address that it returns to.
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
    """Return the address at which the console waits for the import, "" where it does not know its own.

    It says until when: as long as the form is valid, so a file that was sent at the last moment may be called late.
    """
    url = settings().public_url.rstrip("/")
    until = int(clock.after(PAGE_SECONDS).timestamp())
    return f"{url}/console/{_PAGE}?{_SENT}={number}.{until}" if url else ""


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
