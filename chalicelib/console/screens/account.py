"""The visitor's own account: details, password, address, contacts and sessions."""

from dataclasses import dataclass

from chalicelib.accounts import contacts, recovery, registration
from chalicelib.accounts import sessions as stored_sessions
from chalicelib.accounts.registration import Changes
from chalicelib.accounts.sessions import SHOWN, OwnSession, own_sessions
from chalicelib.accounts.users import get_user, pending_email
from chalicelib.console.visit import Answer, Notice, Page, Redirect, Visit
from chalicelib.errors import NotFound, field_error
from chalicelib.ids import as_id
from chalicelib.models.accounts import Contact, User
from chalicelib.requests import accounts as forms


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account as its owner sees it; ``pending`` is the address that waits for its token, if any."""

    user: User
    contacts: list[Contact]
    may_add: bool
    sessions: list[OwnSession]
    pending: str | None

    @property
    def may_be_more(self) -> bool:
        """Whether there may be more sessions than those shown."""
        return len(self.sessions) == SHOWN


def account(visit: Visit) -> Page:
    """Show the account."""
    user, own = get_user(visit.caller.user_id)
    may_add = user.role == "buyer" and len(own) < contacts.LIMIT
    return Page("account/account", AccountView(user, own, may_add, own_sessions(visit.caller), pending_email(user)))


def change_details(visit: Visit) -> Redirect:
    """Change names, company and position."""
    form = visit.read(forms.Details, email="", password="", current_password="")
    named = form.model_dump(include={"first_name", "last_name", "company", "position"}, exclude_none=True)
    return _changed(visit, Changes(named), Notice("account.saved"))


def change_password(visit: Visit) -> Redirect:
    """Change the password; this ends every other session."""
    form = visit.read(forms.Details, email="")
    if form.password is None:
        raise field_error("password", "missing")
    if form.current_password is None:
        raise field_error("current_password", "missing")
    if visit.form.get("password_again", "") != form.password:
        raise field_error("password_again", "password_differs")
    return _changed(
        visit, Changes({}, form.password, current_password=form.current_password), Notice("account.password_saved")
    )


def change_email(visit: Visit) -> Redirect:
    """Mail a token to the new address."""
    form = visit.read(forms.Details, password="")
    if form.email is None:
        raise field_error("email", "missing")
    if form.current_password is None:
        raise field_error("current_password", "missing")
    changes = Changes({}, email=form.email, current_password=form.current_password)
    return _changed(visit, changes, Notice("account.email_mailed", {"email": form.email}))


def _changed(visit: Visit, changes: Changes, notice: Notice) -> Redirect:
    keep = visit.caller.token_hash
    registration.change_details(visit.caller.user_id, changes, keep_session=keep, address=visit.network)
    return Redirect("account", notice)


def new_email(visit: Visit) -> Answer:
    """Show the form that confirms a new address: the page that the mail links to."""
    return Page("account/new-email", visit.query.get("token", "")[:200])


def confirm_email(visit: Visit) -> Redirect:
    """Change the address, with the token that was mailed to it."""
    recovery.change_email(visit.caller.user_id, visit.read(forms.Proof).token)
    return Redirect("account", Notice("account.email_saved"))


def add_contact(visit: Visit) -> Redirect:
    """Add a delivery contact."""
    contacts.add_contact(visit.caller.user_id, visit.read(forms.ContactForm).model_dump())
    return Redirect(_next(visit), Notice("account.contact_saved"))


def change_contact(visit: Visit, contact_id: str) -> Redirect:
    """Change a delivery contact."""
    form = visit.read(forms.ContactChange, id=contact_id)
    contacts.change_contact(visit.caller.user_id, form.id, form.model_dump(exclude={"id"}, exclude_none=True))
    return Redirect("account", Notice("account.contact_saved"))


def delete_contact(visit: Visit, contact_id: str) -> Redirect:
    """Delete a delivery contact."""
    wanted = as_id(contact_id)
    if wanted is None or not contacts.delete_contacts(visit.caller.user_id, [wanted]):
        raise NotFound
    return Redirect("account", Notice("account.contact_deleted"))


def end_session(visit: Visit, session_id: str) -> Redirect:
    """End one of the visitor's sessions; ending the present one logs out."""
    stored_sessions.end_own_session(visit.caller, session_id)
    return Redirect("account", Notice("account.session_ended"))


def end_other_sessions(visit: Visit) -> Redirect:
    """End every session except the present one."""
    stored_sessions.end_sessions(User.at(visit.caller.user_id).require(), keep=visit.caller.token_hash)
    return Redirect("account", Notice("account.sessions_ended"))


def _next(visit: Visit) -> str:
    """Return the page to go to: the one that asked for a contact, or the account."""
    return "basket" if visit.form.get("next") == "basket" else "account"
