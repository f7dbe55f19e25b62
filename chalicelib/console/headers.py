"""Headers of every answer of the console."""

from collections.abc import Sequence

from chalicelib.texts import Language

# Pages load nothing from other sites and send no form to them; other sites cannot frame a page.
_FORMS = "form-action"
_POLICY = (
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    f"{_FORMS} 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
_HEADERS = {
    "Content-Security-Policy": "; ".join(_POLICY),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # With "no-referrer", browsers would not send the header that identifies a form as our own.
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=63072000",
    "X-Robots-Tag": "noindex, nofollow",
}


def page_headers(language: Language, request_id: str) -> dict[str, str]:
    """Return the headers of an answer in this language; an answer may override them with headers of its own."""
    return {
        **_HEADERS,
        "Content-Type": "text/html; charset=utf-8",
        "Content-Language": language,
        "Vary": "Accept-Language, Cookie",
        "X-Request-Id": request_id,
    }


def policy_with(origins: Sequence[str]) -> dict[str, str]:
    """Return the policy of a page with a form that is also sent to these origins, or returns from them."""
    named = " ".join([f"{_FORMS} 'self'", *dict.fromkeys(origins)])
    return {"Content-Security-Policy": "; ".join(named if one.startswith(_FORMS) else one for one in _POLICY)}
