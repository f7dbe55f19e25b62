"""The page that shows the description: Swagger UI, served by us, in the language of the reader (decision 33)."""

import gzip
import json
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path

from chalicelib.documentation.groups import GROUPS
from chalicelib.documentation.words import Words
from chalicelib.texts import LANGUAGES, Language, texts_under

_VIEWER = Path(__file__).parent / "viewer"
_JS, _CSS = "text/javascript; charset=utf-8", "text/css; charset=utf-8"
# Swagger UI first: ours come over it.
_STYLES, _SCRIPTS = ("swagger-ui.css.gz", "docs.css"), ("swagger-ui-bundle.js.gz", "docs.js")


def viewer_file(name: str) -> tuple[str, str] | None:
    """Return the text of a file of the page and its media type; None if there is none of this name."""
    stored = file_names().get(name)
    if stored is None:
        return None
    content = (_VIEWER / stored).read_bytes()
    text = (gzip.decompress(content) if stored.endswith(".gz") else content).decode()
    return text, _CSS if stored in _STYLES else _JS


@cache
def file_names() -> dict[str, str]:
    """Return the files by their names in addresses, which change with the contents: clients keep a file for good."""
    return {
        f"{sha256((_VIEWER / stored).read_bytes()).hexdigest()[:16]}.{stored.removesuffix('.gz')}": stored
        for stored in (*_STYLES, *_SCRIPTS)
    }


def page(path: str, language: Language) -> str:
    """Return the page in ``language``.

    ``path`` is that of the request: everything is named relative to it, so the page works under any address. Scripts
    and styles are files, because the page forbids those that stand in it.
    """
    words = Words(language)
    here, base = ("", "..") if path.endswith("/") else ("docs/", ".")
    settings = {"base": base, "language": language, "texts": texts_under("api", "viewer.", language)}
    addresses = {stored: here + name for name, stored in file_names().items()}
    styles = "".join(f'<link rel="stylesheet" href="{addresses[one]}">' for one in _STYLES)
    scripts = "".join(f'<script src="{addresses[one]}"></script>' for one in _SCRIPTS)
    title = escape(words.plain("title"))
    others = "".join(
        f'<a href="?language={one}" lang="{one}" hreflang="{one}">{escape(Words(one).plain("language"))}</a>'
        for one in LANGUAGES
        if one != language
    )
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,">'
        f"<title>{title}</title>{styles}</head><body><header><h1>{title}</h1>"
        f'<code id="base"></code><a href="{base}/openapi.json">openapi.json</a>{others}</header>'
        f"<nav>{_contents(words)}</nav>"
        f'<main id="viewer"><noscript>{escape(words.plain("noscript"))}</noscript></main>'
        f'<script type="application/json" id="page">{_in_script(settings)}</script>{scripts}</body></html>'
    )


def _contents(words: Words) -> str:
    return "".join(
        f"<section><h2>{escape(words.plain(f'group.{name}'))}</h2><ul>{_links(tags, words)}</ul></section>"
        for name, tags in GROUPS.items()
    )


def _links(tags: tuple[str, ...], words: Words) -> str:
    names = [escape(words.plain(f"tag.{tag}"), quote=True) for tag in tags]
    return "".join(f'<li><a href="#{name}" data-tag="{name}">{name}</a></li>' for name in names)


def _in_script(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
