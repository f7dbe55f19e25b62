"""From a registration to a confirmed account, the login that follows, and changes by its owner."""

from collections.abc import Mapping
from dataclasses import dataclass

from pynamodb.expressions.update import Action

from chalicelib import clock, outbox
from chalicelib.accounts import guesses, limits
from chalicelib.accounts.one_time_tokens import end_tokens, require_token, use_token
from chalicelib.accounts.passwords import hash_password, password_faults, password_matches
from chalicelib.accounts.recovery import allow_reset, mail_email_change, require_email_change
from chalicelib.accounts.sessions import end_sessions, open_session
from chalicelib.accounts.tokens import CONFIRM
from chalicelib.accounts.users import find_user, get_user
from chalicelib.catalogue import directory
from chalicelib.catalogue.shops import new_shop
from chalicelib.dynamo.conditions import is_false
from chalicelib.dynamo.transaction import Lost, Transaction
from chalicelib.errors import EmailTaken, FieldErrors, NotConfirmed, WrongCredentials, WrongToken, field_error
from chalicelib.ids import new_id
from chalicelib.models.accounts import EmailLock, User
from chalicelib.models.catalogue import SHOPS
from chalicelib.settings import settings
from chalicelib.texts import Language


@dataclass(frozen=True, slots=True)
class NewAccount:
    """The data of a registration; ``email`` is normalized, ``role`` is buyer or shop."""

    role: str
    email: str
    password: str
    first_name: str
    last_name: str
    company: str
    position: str


def register(form: NewAccount, language: Language) -> int:
    """Create the account and put the confirmation mail into the outbox, all in one transaction.

    Returns the user's id. Raises FieldErrors with every rule the password breaks and for a shop without a company,
    TooManyAttempts if one mailbox is registered under ever new tags (``anna+1@``), EmailTaken.
    """
    faults: dict[str, list[tuple[str, dict[str, object]]]] = {}
    if broken := password_faults(form.password, form.email):
        faults["password"] = broken
    if form.role == "shop" and not form.company:
        faults["company"] = [("shop_company", {})]
    if faults:
        raise FieldErrors(faults)
    local, _, domain = form.email.partition("@")
    mailbox, tag, _ = local.partition("+")
    if tag:
        limits.spend(limits.REGISTRATIONS, f"{mailbox}@{domain}")
    user_id = new_id()
    user = User.at(user_id)
    user.user_id, user.role, user.email, user.language = user_id, form.role, form.email, language
    user.password_hash = hash_password(form.password)
    user.first_name, user.last_name = form.first_name, form.last_name
    user.company, user.position = form.company, form.position
    user.shop_id = new_id() if form.role == "shop" else 0
    user.created_at = clock.stamp(clock.now())
    user.place()
    lock = EmailLock.at(form.email)
    lock.user_id = user_id
    mail = outbox.compose("confirm_registration", f"user:{user_id}", {"user_id": user_id})
    transaction = Transaction()
    transaction.create("email", lock)
    transaction.create("user", user)
    transaction.create("mail", mail)
    try:
        transaction.commit()
    except Lost as lost:
        if "email" in lost.losers:
            raise EmailTaken from lost
        raise
    outbox.dispatch([mail])
    return user_id


def confirm(email: str, token: str) -> None:
    """Confirm the address by the token from its mail; a supplier's shop opens with it.

    The token works once. Raises WrongToken for any other pair of address and token.
    """
    user, stored = require_token(find_user(email), CONFIRM, token)
    transaction = Transaction()
    use_token(transaction, stored, user, [User.confirmed.set(True)], is_false(User.confirmed))
    if user.role == "shop":
        transaction.create("shop", new_shop(user.shop_id, user.company, user.user_id))
    try:
        transaction.commit()
    except Lost as lost:
        raise WrongToken from lost
    if user.role == "shop":
        directory.changed(SHOPS)


def login(email: str, password: str, address: str) -> str:
    """Return a new session token; otherwise as ``prove``."""
    token = open_session(prove(email, password, address))
    if not token:
        raise WrongCredentials
    return token


def prove(email: str, password: str, address: str) -> User:
    """Return the account that this password opens; nothing is stored but the count of attempts.

    ``address`` is the network address that the request came from. Raises TooManyAttempts for who has guessed wrongly
    too often (``guesses``), WrongCredentials, or NotConfirmed if the password is right.
    """
    attempt = guesses.begin(email, address)
    user = find_user(email)
    if not password_matches(user.password_hash if user else None, password) or user is None or user.blocked:
        attempt.failed()
        raise WrongCredentials
    attempt.succeeded()
    if not user.confirmed:
        raise NotConfirmed
    return user


@dataclass(frozen=True, slots=True)
class Changes:
    """What an owner changes of an account: ``fields`` (first_name, last_name, company, position), password, address.

    ``current_password`` is None if it was not sent.
    """

    fields: Mapping[str, str]
    password: str | None = None
    email: str | None = None
    current_password: str | None = None


def change_details(user_id: int, changes: Changes, *, keep_session: str, address: str) -> str | None:
    """Change what ``changes`` names and leave the rest; the request came from the network address ``address``.

    A new password ends every other session, voids every one-time token, and is reported to the account by mail. Another
    e-mail address holds only when the token that is mailed to it comes back; it is returned. A change that is refused
    changes nothing: raises FieldErrors for a password that breaks the rules, a wrong or missing current password or a
    shop without a name, EmailTaken, TooManyAttempts.
    """
    user, _ = get_user(user_id)
    if changes.fields.get("company") == "" and user.role == "shop":
        raise field_error("company", "shop_company")
    if changes.password is not None and (faults := password_faults(changes.password, user.email)):
        raise FieldErrors({"password": faults})
    new_email = changes.email if changes.email != user.email else None
    _require_current_password(user, changes, address, needed=changes.password is not None or new_email is not None)
    if new_email is not None:
        require_email_change(user, new_email, address)
    _store(user, changes)
    if changes.password is not None:
        end_sessions(user, keep=keep_session)
        allow_reset(user.email)
    if new_email is not None:
        mail_email_change(user_id, new_email)
    return new_email


def _require_current_password(user: User, changes: Changes, address: str, *, needed: bool) -> None:
    """Raise FieldErrors for a wrong current password, or a missing one where the settings demand it."""
    if changes.current_password is None:
        if needed and settings().require_current_password:
            raise field_error("current_password", "missing")
        return
    attempt = guesses.begin(user.email, address)
    if not password_matches(user.password_hash, changes.current_password):
        attempt.failed()
        raise field_error("current_password", "password_wrong")
    attempt.succeeded()


def _store(user: User, changes: Changes) -> None:
    actions: list[Action] = [getattr(User, name).set(value) for name, value in changes.fields.items()]
    if "company" in changes.fields:
        actions.append(User.company_action(user.user_id, changes.fields["company"]))
    if changes.password is None:
        if actions:
            user.update(actions=actions, condition=User.pk.exists())
        return
    actions += [User.password_hash.set(hash_password(changes.password)), end_tokens()]
    notice = outbox.compose("password_changed", f"user:{user.user_id}", {"user_id": user.user_id})
    transaction = Transaction()
    transaction.update("user", User.at(user.user_id), actions, User.pk.exists())
    transaction.create("mail", notice)
    transaction.commit()
    outbox.dispatch([notice])
