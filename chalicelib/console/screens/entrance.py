"""Screens for visitors who are not signed in: login, registration, confirmation, a forgotten password."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from chalicelib.accounts import recovery, registration
from chalicelib.accounts import sessions as stored_sessions
from chalicelib.accounts.emails import normal_email
from chalicelib.accounts.registration import NewAccount
from chalicelib.console import sessions
from chalicelib.console.addresses import find, own_address
from chalicelib.console.again import shown_again
from chalicelib.console.visit import Answer, Notice, Page, Redirect, Visit
from chalicelib.errors import WrongCredentials, field_error
from chalicelib.requests import accounts as forms

# The messages on top of the login page, by ``why`` in its address.
_REASONS = frozenset({"out", "confirmed", "password", "ended"})
_KEPT = "kept."
_KEPT_TO = "kept-to"


@dataclass(frozen=True, slots=True)
class LoginView:
    """The login page: where it leads, why it is shown, and the fields of a form that waits for the login."""

    after: str
    why: str = ""
    kept_to: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TokenView:
    """A page that a mail leads to: the address and the token of the link."""

    email: str
    token: str


def login(visit: Visit) -> Answer:
    """Show the login page, also to signed-in visitors, who may want another account."""
    why = visit.query.get("why", "")
    view = LoginView(
        own_address(visit.query.get("next", "") or visit.form.get("next", "")),
        why if why in _REASONS else "",
        visit.form.get(_KEPT_TO, ""),
        visit.starting(_KEPT),
    )
    return _page(visit, "login", view)


def login_keeping(visit: Visit) -> Page:
    """Show the login page in place of a form's answer; it keeps what was typed, except passwords."""
    kept = {name: value for name, value in visit.form.items() if name != "csrf" and "password" not in name}
    return replace(_page(visit, "login", LoginView("", "ended", visit.path, kept)), status=401)


def log_in(visit: Visit) -> Answer:
    """Open a session, then redirect to the requested page, or back to the form that was being sent."""
    form = visit.read(forms.Login)
    user = registration.prove(normal_email(form.email) or "", form.password, visit.network)
    cookie = sessions.opened(user, visit.device)
    if cookie is None:
        raise WrongCredentials
    waiting = find("POST", visit.form.get(_KEPT_TO, ""))
    if waiting is None:
        return Redirect(own_address(visit.form.get("next", "")), cookies=(cookie,))
    signed_in = sessions.recognized(replace(visit, token=cookie.value, secret=cookie.value))
    kept, action = visit.starting(_KEPT), visit.form[_KEPT_TO]
    again = replace(signed_in, form=kept, action=action, error=None, notice=Notice("login.again"))
    shown = shown_again(again, *waiting)
    return replace(shown, cookies=(cookie,))


def log_out(visit: Visit) -> Redirect:
    """End the session."""
    stored_sessions.end_session(visit.caller)
    return Redirect("login?why=out", cookies=(sessions.ended(),))


def registration_form(visit: Visit) -> Answer:
    """Show the form of a new account."""
    return _page(visit, "register", None)


def register(visit: Visit) -> Answer:
    """Create an account, and ask for the token that was mailed."""
    form = visit.read(forms.Registration)
    who = (form.first_name, form.last_name, form.company, form.position)
    registration.register(NewAccount(form.type, form.email, form.password, *who), visit.language)
    return _page(visit, "confirm", TokenView(form.email, ""), notice=Notice("register.mailed", {"email": form.email}))


def confirmation(visit: Visit) -> Answer:
    """Show the form that confirms an address: opening the link must not, since mail scanners open links too."""
    return _page(visit, "confirm", _of_link(visit))


def confirm(visit: Visit) -> Answer:
    """Confirm the address with its token."""
    form = visit.read(forms.Confirmation)
    registration.confirm(form.email, form.token)
    return Redirect("login?why=confirmed")


def resend(visit: Visit) -> Answer:
    """Mail a new token if the address waits for one."""
    form = visit.read(forms.Address)
    recovery.resend_confirmation(form.email, visit.network)
    return _page(visit, "confirm", TokenView(form.email, ""), notice=Notice("confirm.mailed", {"email": form.email}))


def forgotten(visit: Visit) -> Answer:
    """Show the form that asks for a new password."""
    return _page(visit, "reset", _of_link(visit))


def ask_reset(visit: Visit) -> Answer:
    """Mail a token for a new password if the address has an account."""
    form = visit.read(forms.Address)
    recovery.ask_reset(form.email, visit.network)
    view = TokenView(form.email, "")
    return _page(visit, "new-password", view, notice=Notice("reset.mailed", {"email": form.email}))


def new_password(visit: Visit) -> Answer:
    """Show the form of a new password."""
    return _page(visit, "new-password", _of_link(visit))


def set_password(visit: Visit) -> Answer:
    """Set a new password with the token; this ends every session."""
    form = visit.read(forms.NewPassword)
    if visit.form.get("password_again", form.password) != form.password:
        raise field_error("password_again", "password_differs")
    recovery.reset_password(form.email, form.token, form.password, visit.network)
    return Redirect("login?why=password")


def _of_link(visit: Visit) -> TokenView:
    return TokenView(visit.query.get("email", "")[:320], visit.query.get("token", "")[:200])


def _page(visit: Visit, template: str, view: object, notice: Notice | None = None) -> Page:
    """Return a page with a form that works without a session."""
    made, cookies = sessions.as_visitor(visit)
    return Page(f"entrance/{template}", view, cookies=cookies, shown_as=replace(made, notice=notice or visit.notice))
