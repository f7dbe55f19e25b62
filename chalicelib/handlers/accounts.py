"""Calls about accounts and contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from chalicelib.errors import (
    EmailTaken,
    NotConfirmed,
    NotFound,
    TooManyAttempts,
    TooManyContacts,
    WrongCredentials,
    WrongToken,
)
from chalicelib.http import Access, Call, endpoint

if TYPE_CHECKING:
    from chalicelib.requests import accounts as forms

blueprint = Blueprint(__name__)


@endpoint(blueprint, "POST", "/user/register", access=Access.ANYONE, body="accounts.Registration", errors=(EmailTaken,))
def user_register(call: Call[forms.Registration]) -> dict[str, Any]:
    """Create an account; the confirmation token goes out by mail and only there."""
    from chalicelib.accounts.registration import NewAccount, register

    form = call.body
    who = (form.first_name, form.last_name, form.company, form.position)
    register(NewAccount(form.type, form.email, form.password, *who), call.language)
    return {"Status": True}


@endpoint(
    blueprint,
    "POST",
    "/user/register/confirm",
    access=Access.ANYONE,
    body="accounts.Confirmation",
    errors=(WrongToken,),
)
def user_register_confirm(call: Call[forms.Confirmation]) -> dict[str, Any]:
    """Confirm the e-mail address by its token."""
    from chalicelib.accounts.registration import confirm

    confirm(call.body.email, call.body.token)
    return {"Status": True}


@endpoint(
    blueprint,
    "POST",
    "/user/login",
    access=Access.ANYONE,
    body="accounts.Login",
    errors=(WrongCredentials, NotConfirmed, TooManyAttempts),
)
def user_login(call: Call[forms.Login]) -> dict[str, Any]:
    """Give a session token for e-mail and password."""
    from chalicelib.accounts.emails import normal_email
    from chalicelib.accounts.registration import login

    return {"Status": True, "Token": login(normal_email(call.body.email) or "", call.body.password, call.network)}


@endpoint(
    blueprint, "POST", "/user/register/resend", access=Access.ANYONE, body="accounts.Address", errors=(TooManyAttempts,)
)
def user_register_resend(call: Call[forms.Address]) -> dict[str, Any]:
    """Mail a new confirmation token, where the address waits for one; the answer does not tell."""
    from chalicelib.accounts.recovery import resend_confirmation

    resend_confirmation(call.body.email, call.network)
    return {"Status": True}


@endpoint(
    blueprint, "POST", "/user/password_reset", access=Access.ANYONE, body="accounts.Address", errors=(TooManyAttempts,)
)
def user_password_reset(call: Call[forms.Address]) -> dict[str, Any]:
    """Mail a token for a new password, where the address has an account; the answer does not tell."""
    from chalicelib.accounts.recovery import ask_reset

    ask_reset(call.body.email, call.network)
    return {"status": "OK"}


@endpoint(
    blueprint,
    "POST",
    "/user/password_reset/confirm",
    access=Access.ANYONE,
    body="accounts.NewPassword",
    errors=(WrongToken,),
)
def user_password_reset_confirm(call: Call[forms.NewPassword]) -> dict[str, Any]:
    """Set a new password by the token from the mail; every session ends."""
    from chalicelib.accounts.recovery import reset_password

    reset_password(call.body.email, call.body.token, call.body.password)
    return {"status": "OK"}


@endpoint(blueprint, "POST", "/user/logout", access=Access.SIGNED_IN)
def user_logout(call: Call[None]) -> dict[str, Any]:
    """End the session that makes this call."""
    from chalicelib.accounts.sessions import end_session

    end_session(call.caller)
    return {"Status": True}


@endpoint(blueprint, "POST", "/user/logout/all", access=Access.SIGNED_IN)
def user_logout_all(call: Call[None]) -> dict[str, Any]:
    """End every session of the account."""
    from chalicelib.accounts.sessions import end_sessions
    from chalicelib.models.accounts import User

    end_sessions(User.at(call.caller.user_id))
    return {"Status": True}


@endpoint(
    blueprint,
    "POST",
    "/user/email/confirm",
    access=Access.SIGNED_IN,
    body="accounts.Proof",
    errors=(WrongToken, EmailTaken),
)
def user_email_confirm(call: Call[forms.Proof]) -> dict[str, Any]:
    """Take the new e-mail address, by the token that was mailed to it."""
    from chalicelib.accounts.recovery import change_email

    change_email(call.caller.user_id, call.body.token)
    return {"Status": True}


@endpoint(blueprint, "GET", "/user/details", access=Access.SIGNED_IN)
def user_details(call: Call[None]) -> dict[str, Any]:
    """The caller's own account and contacts."""
    from chalicelib.accounts.users import get_user
    from chalicelib.answers.accounts import details_body

    return details_body(*get_user(call.caller.user_id))


@endpoint(
    blueprint,
    "POST",
    "/user/details",
    access=Access.SIGNED_IN,
    body="accounts.Details",
    errors=(EmailTaken, TooManyAttempts),
)
def user_details_change(call: Call[forms.Details]) -> dict[str, Any]:
    """Change what is named of the caller's account."""
    from chalicelib.accounts.registration import change_details

    caller, form = call.caller, call.body
    changes = form.model_dump(exclude={"password", "email"}, exclude_none=True)
    kept = {"keep_session": caller.token_hash, "network": call.network}
    change_details(caller.user_id, changes, password=form.password, email=form.email, **kept)
    return {"Status": True}


@endpoint(blueprint, "GET", "/user/contact", access=Access.SIGNED_IN)
def user_contacts(call: Call[None]) -> list[dict[str, Any]]:
    """The caller's contacts."""
    from chalicelib.accounts.contacts import list_contacts
    from chalicelib.answers.accounts import contact_body

    return [contact_body(contact) for contact in list_contacts(call.caller.user_id)]


@endpoint(
    blueprint, "POST", "/user/contact", access=Access.SIGNED_IN, body="accounts.ContactForm", errors=(TooManyContacts,)
)
def user_contact_add(call: Call[forms.ContactForm]) -> dict[str, Any]:
    """Keep a delivery contact."""
    from chalicelib.accounts.contacts import add_contact

    return {"Status": True, "id": add_contact(call.caller.user_id, call.body.model_dump())}


@endpoint(blueprint, "PUT", "/user/contact", access=Access.SIGNED_IN, body="accounts.ContactChange", errors=(NotFound,))
def user_contact_change(call: Call[forms.ContactChange]) -> dict[str, Any]:
    """Change what is named of one contact."""
    from chalicelib.accounts.contacts import change_contact

    changes = call.body.model_dump(exclude={"id"}, exclude_none=True)
    change_contact(call.caller.user_id, call.body.id, changes)
    return {"Status": True}


@endpoint(blueprint, "DELETE", "/user/contact", access=Access.SIGNED_IN, body="accounts.Items")
def user_contact_delete(call: Call[forms.Items]) -> dict[str, Any]:
    """Remove contacts; entries that are no contact of the caller are skipped and not counted."""
    from chalicelib.accounts.contacts import delete_contacts

    return {"Status": True, "Удалено объектов": delete_contacts(call.caller.user_id, call.body.items)}
