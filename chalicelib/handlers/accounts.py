"""Calls about accounts and contacts."""

from chalicelib.accounts.contacts import add_contact, change_contact, delete_contacts, list_contacts
from chalicelib.accounts.emails import normal_email
from chalicelib.accounts.recovery import ask_reset, change_email, resend_confirmation, reset_password
from chalicelib.accounts.registration import Changes, NewAccount, change_details, confirm, login, register
from chalicelib.accounts.sessions import end_session, end_sessions
from chalicelib.accounts.users import get_user
from chalicelib.answers.accounts import AccountDetails, Contact, DetailsChanged, contact_body, details_body
from chalicelib.answers.common import Created, Done, ResetAccepted, RowsRemoved, Token
from chalicelib.http import Call
from chalicelib.models.accounts import User
from chalicelib.requests import accounts as forms


def user_register(call: Call[forms.Registration]) -> Done:
    """Create an account; the confirmation token goes out by mail and only there."""
    form = call.body
    who = (form.first_name, form.last_name, form.company, form.position)
    register(NewAccount(form.type, form.email, form.password, *who), call.language)
    return {"Status": True}


def user_register_confirm(call: Call[forms.Confirmation]) -> Done:
    """Confirm the e-mail address with its token."""
    confirm(call.body.email, call.body.token)
    return {"Status": True}


def user_login(call: Call[forms.Login]) -> Token:
    """Return a session token for an e-mail address and password."""
    return {"Status": True, "Token": login(normal_email(call.body.email) or "", call.body.password, call.network)}


def user_register_resend(call: Call[forms.Address]) -> Done:
    """Mail a new confirmation token if the address waits for one; the answer does not reveal whether it does."""
    resend_confirmation(call.body.email, call.network)
    return {"Status": True}


def user_password_reset(call: Call[forms.Address]) -> ResetAccepted:
    """Mail a token for a new password if the address has an account; the answer does not reveal whether it has."""
    ask_reset(call.body.email, call.network)
    return {"status": "OK"}


def user_password_reset_confirm(call: Call[forms.NewPassword]) -> ResetAccepted:
    """Set a new password with the token from the mail; this ends every session."""
    reset_password(call.body.email, call.body.token, call.body.password, call.network)
    return {"status": "OK"}


def user_logout(call: Call[None]) -> Done:
    """End the session that makes this call."""
    end_session(call.caller)
    return {"Status": True}


def user_logout_all(call: Call[None]) -> Done:
    """End every session of the account."""
    end_sessions(User.at(call.caller.user_id))
    return {"Status": True}


def user_email_confirm(call: Call[forms.Proof]) -> Done:
    """Change the e-mail address, with the token that was mailed to the new one."""
    change_email(call.caller.user_id, call.body.token)
    return {"Status": True}


def user_details(call: Call[None]) -> AccountDetails:
    """The caller's own account and contacts."""
    return details_body(*get_user(call.caller.user_id))


def user_details_change(call: Call[forms.Details]) -> DetailsChanged:
    """Change the given fields of the caller's account; a new e-mail address waits for the token mailed to it."""
    caller, form = call.caller, call.body
    fields = form.model_dump(exclude={"password", "email", "current_password"}, exclude_none=True)
    changes = Changes(fields, form.password, form.email, form.current_password)
    pending = change_details(caller.user_id, changes, keep_session=caller.token_hash, address=call.network)
    return {"Status": True, "email_pending": pending} if pending else {"Status": True}


def user_contacts(call: Call[None]) -> list[Contact]:
    """The caller's contacts."""
    return [contact_body(contact) for contact in list_contacts(call.caller.user_id)]


def user_contact_add(call: Call[forms.ContactForm]) -> Created:
    """Add a delivery contact."""
    return {"Status": True, "id": add_contact(call.caller.user_id, call.body.model_dump())}


def user_contact_change(call: Call[forms.ContactChange]) -> Done:
    """Change the given fields of one contact."""
    changes = call.body.model_dump(exclude={"id"}, exclude_none=True)
    change_contact(call.caller.user_id, call.body.id, changes)
    return {"Status": True}


def user_contact_delete(call: Call[forms.Items]) -> RowsRemoved:
    """Remove contacts; ids that are not the caller's contacts are skipped and not counted."""
    return {"Status": True, "Удалено объектов": delete_contacts(call.caller.user_id, call.body.items)}
