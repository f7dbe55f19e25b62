"""What happens around every screen: session, role, forgery, errors, one log line.

A screen that refuses a form is shown again with what was typed and the errors. A visitor who sends a form after the
session has ended logs in and finds the form as they left it; it has had no effect until then.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from chalicelib import logs
from chalicelib.accounts import limits
from chalicelib.console import forgery, reading, rendering, static
from chalicelib.console.addresses import find, methods_at
from chalicelib.console.again import admit, shown_again
from chalicelib.console.cookies import SESSION, Cookie
from chalicelib.console.headers import page_headers, policy_with
from chalicelib.console.screen import Screen
from chalicelib.console.sessions import prolonged, recognized
from chalicelib.console.visit import Answer, Page, Redirect, Visit
from chalicelib.errors import AppError, ForeignForm, FormExpired, MethodNotAllowed, NoSuchRoute
from chalicelib.http import fault_of
from chalicelib.lazy import Lazy
from chalicelib.routes import Access

_login_keeping = Lazy("console.screens.entrance:login_keeping")
_FILES = "static/"


@dataclass(frozen=True, slots=True)
class Written:
    """An HTTP response, ready to be sent."""

    status: int
    body: str
    headers: Mapping[str, str]
    cookies: tuple[Cookie, ...] = ()


@dataclass(slots=True)
class _Course:
    """What is known of a visit so far, for the log line and the error page."""

    visit: Visit
    screen: Screen | None = None
    error: AppError | None = None

    @property
    def route(self) -> str:
        """The path as written in the table, without ids and other input."""
        return f"/console/{self.screen.path if self.screen else ''}"


def serve(request: Any) -> tuple[int, str, dict[str, str | list[str]]]:
    """Return status, body and headers of the response to a Chalice request. Never raises."""
    started = time.perf_counter()
    course = _Course(reading.bare_visit(request))
    try:
        written = _served(course, request)
    except AppError as error:
        course.error = error
        written = _refused(course.visit, error)
    except Exception as failure:  # noqa: BLE001 - the edge: visitors get an error page, the log gets the cause
        course.error = fault_of(failure, course.route, course.visit.request_id)
        written = _refused(course.visit, course.error)
    _log(course, written.status, started)
    visit = course.visit
    headers: dict[str, str | list[str]] = {**page_headers(visit.language, visit.request_id), **written.headers}
    if written.cookies:
        headers["Set-Cookie"] = [cookie.header(visit.host) for cookie in written.cookies]
    return written.status, written.body, headers


def _log(course: _Course, status: int, started: float) -> None:
    visit = course.visit
    facts = {
        "request_id": visit.request_id,
        **{"method": visit.method, "route": course.route, "status": status},
        "code": course.error.code if course.error else None,
        "user_id": visit.found_caller.user_id if visit.found_caller else None,
        "ms": round((time.perf_counter() - started) * 1000, 1),
    }
    logs.log.info("request", extra=facts)


def _served(course: _Course, request: Any) -> Written:
    visit = course.visit
    if visit.method == "GET" and visit.path.startswith(_FILES):
        text, headers = static.static_file(visit.path)
        return Written(200, text, headers)
    if not reading.has_slash(request):
        # Relative links start from the directory, and without its slash this address is outside of it.
        return Written(303, "", {"Location": "console/"})
    course.visit = visit = recognized(visit)
    found = find(visit.method, visit.path)
    if found is None:
        if visit.method == "GET" and (of_form := find("POST", visit.path)):
            # Somebody reopened the address of an action, under which a refused form was shown: show the form's page.
            query = f"?{urlencode(visit.query)}" if visit.query else ""
            return _written(visit, Redirect(of_form[0].back.format(**of_form[1]) + query))
        if methods := methods_at(visit.path):
            raise MethodNotAllowed(visit.method, visit.path[:200], methods)
        raise NoSuchRoute(method=visit.method, path=visit.path[:200])
    course.screen, parameters = found
    if visit.method == "POST":
        if forgery.is_foreign(request.headers or {}):
            raise ForeignForm
        course.visit = visit = reading.with_form(visit, request)
    if course.screen.access is not Access.ANYONE and visit.found_caller is None:
        return _to_login(visit, course.screen)
    answer = _run(course, course.screen, parameters)
    return _written(visit, _with_session(visit, answer))


def _run(course: _Course, screen: Screen, parameters: Mapping[str, str]) -> Answer:
    """Call the view; if it refuses a form, show the form's screen again, filled as it was."""
    visit = course.visit
    admit(visit, screen)
    if visit.method == "GET":
        shown: Answer = screen.view(visit, **parameters)
        return shown
    try:
        if not forgery.is_ours(visit.secret, visit.form.get(forgery.FIELD, "")):
            raise FormExpired
        if screen.limit is not None:
            limits.spend(screen.limit, _limited(visit, screen))
        done: Answer = screen.view(visit, **parameters)
        return done
    except AppError as error:
        course.error = error
        return shown_again(replace(visit, error=error, action=visit.path), screen, parameters)


def _limited(visit: Visit, screen: Screen) -> int | str:
    """Return the key by which a limit counts visits, as for calls of the API."""
    if screen.access is Access.ANYONE:
        return limits.network_of(visit.network)
    return visit.caller.shop_id if screen.access is Access.SHOP else visit.caller.user_id


def _to_login(visit: Visit, screen: Screen) -> Written:
    """Redirect to the login page, which leads on to the requested page or to the form that was being sent."""
    if visit.method == "GET":
        query = f"?{urlencode(visit.query)}" if visit.query else ""
        return _written(visit, Redirect(f"login?next={quote(visit.path + query)}" if visit.path else "login"))
    if screen.back == "login":
        return _written(visit, Redirect("login"))
    return _written(visit, _login_keeping(visit))


def _with_session(visit: Visit, answer: Answer) -> Answer:
    """Add the cookie of a new session when the present one is half over, on pages that may set one."""
    has_one = any(cookie.name == SESSION for cookie in answer.cookies)
    if visit.root or has_one or visit.method != "GET" or not visit.token:
        return answer
    return replace(answer, cookies=(*answer.cookies, *prolonged(visit)))


def _written(visit: Visit, answer: Answer) -> Written:
    # Cookies set on a deeper page would be valid only in its directory.
    cookies = () if visit.root else answer.cookies
    if isinstance(answer, Page):
        html = rendering.rendered(answer.shown_as or visit, answer)
        return Written(answer.status, html, policy_with(answer.forms_to) if answer.forms_to else {}, cookies)
    to = answer.to
    if answer.notice is not None:
        to += f"{'&' if '?' in to else '?'}said={forgery.sealed(visit.secret, answer.notice)}"
    if answer.anchor:
        to += f"#{quote(answer.anchor)}"
    return Written(303, "", {"Location": (visit.root + to) or "./"}, cookies)


def _refused(visit: Visit, error: AppError) -> Written:
    headers = {name: value for name, value in error.headers.items() if name in {"Allow", "Retry-After"}}
    return Written(error.status, rendering.rendered_error(visit, error), headers)
