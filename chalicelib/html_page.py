"""Self-contained pages for people who follow a link of a mail, or open an address of the API in a browser.

Pages hold personal data behind a token in their address: nothing is loaded from elsewhere, stored or indexed, and
``http`` has the browser send no Referer.
"""

from collections.abc import Iterable
from html import escape

from chalicelib.texts import Language

_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Robots-Tag": "noindex, nofollow",
}
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:1.5rem auto;padding:0 1rem;color:#1a1a1a;"
    "overflow-wrap:anywhere}h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.1rem;margin:1.5rem 0 .25rem}"
    "table{border-collapse:collapse}td,th{padding:.2rem 1rem .2rem 0;text-align:left;vertical-align:top}"
    "tr>:not(:first-child){text-align:right;white-space:nowrap}th{font-weight:normal;color:#595959}"
    "li{margin:.15rem 0}ul{padding-left:1.25rem}.note{color:#595959;font-size:.875rem}"
    "a{color:#0b57d0}button,.button{font:inherit;display:inline-block;padding:.5rem 1.25rem;margin:0 .75rem .5rem 0;"
    "border:1px solid #1a1a1a;border-radius:.25rem;background:#fff;color:#1a1a1a;text-decoration:none}"
)


def headers(language: Language) -> dict[str, str]:
    """Return the headers of a page in this language."""
    return {**_HEADERS, "Content-Language": language}


def page(title: str, body: str, language: Language) -> str:
    """Return a page; ``body`` is HTML, ``title`` plain text."""
    title = escape(title)
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{title}</title><style>{_STYLE}</style><h1>{title}</h1>{body}</html>"
    )


def paragraph(words: str, style: str = "") -> str:
    """Return the words, plain text, as a paragraph; ``style`` is "note" for what matters less."""
    return f'<p class="{style}">{escape(words)}</p>' if style else f"<p>{escape(words)}</p>"


def section(title: str, body: str) -> str:
    """Return HTML below a heading, which is plain text."""
    return f"<h2>{escape(title)}</h2>{body}"


def listing(lines: Iterable[str]) -> str:
    """Return plain texts as a list, "" for none."""
    items = "".join(f"<li>{escape(line)}" for line in lines)
    return f"<ul>{items}</ul>" if items else ""


def table(rows: Iterable[Iterable[object]], heads: Iterable[str] = ()) -> str:
    """Return cells of plain text as a table, all but the first of a row at the right."""
    first = "".join(f"<th>{escape(head)}" for head in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}" for cell in row) for row in rows)
    return f"<table>{f'<tr>{first}' if first else ''}{body}</table>"


def button(words: str, address: str) -> str:
    """Return a link that looks like a button."""
    return f'<p><a class="button" rel="noreferrer" href="{escape(address)}">{escape(words)}</a></p>'


def link(words: str, address: str) -> str:
    """Return a link in a paragraph of its own."""
    return f'<p class="note"><a rel="noreferrer" href="{escape(address)}">{escape(words)}</a></p>'
