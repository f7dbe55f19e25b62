"""From a registration to a confirmed account, and the login that follows."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib import clock, outbox
from chalicelib.accounts import throttle
from chalicelib.accounts.passwords import hash_password, password_faults, password_matches
from chalicelib.accounts.recovery import ask_email_change
from chalicelib.accounts.sessions import end_sessions, open_session
from chalicelib.accounts.tokens import CONFIRM, token_hash, token_owner
from chalicelib.accounts.users import find_user, get_user
from chalicelib.catalogue.shops import new_shop
from chalicelib.dynamo.transaction import Lost, Transaction
from chalicelib.errors import EmailTaken, FieldErrors, NotConfirmed, WrongCredentials, WrongToken, field_error
from chalicelib.ids import new_id
from chalicelib.models.accounts import EmailLock, OneTimeToken, User
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
    EmailTaken.
    """
    faults: dict[str, list[tuple[str, dict[str, object]]]] = {}
    if broken := password_faults(form.password, form.email):
        faults["password"] = broken
    if form.role == "shop" and not form.company:
        faults["company"] = [("shop_company", {})]
    if faults:
        raise FieldErrors(faults)
    user_id = new_id()
    user = User.at(user_id)
    user.user_id, user.role, user.email, user.language = user_id, form.role, form.email, language
    user.password_hash = hash_password(form.password)
    user.first_name, user.last_name = form.first_name, form.last_name
    user.company, user.position = form.company, form.position
    user.shop_id = new_id() if form.role == "shop" else 0
    user.created_at = clock.stamp(clock.now())
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
    user = find_user(email)
    if user is None or token_owner(token) != user.user_id:
        raise WrongToken
    stored = OneTimeToken.at(user.user_id, CONFIRM, token_hash(token))
    transaction = Transaction()
    # DynamoDB removes an expired token some time later, so the condition has to look.
    transaction.delete("token", stored, OneTimeToken.expires_at > clock.now())
    transaction.update("user", user, [User.confirmed.set(True)])
    if user.role == "shop" and not user.confirmed:
        transaction.create("shop", new_shop(user.shop_id, user.company, user.user_id))
    try:
        transaction.commit()
    except Lost as lost:
        raise WrongToken from lost


def login(email: str, password: str, network: str) -> str:
    """Return a new session token.

    ``network`` is where the request came from. Raises TooManyAttempts if the account or the network has guessed
    wrongly too often, WrongCredentials, or NotConfirmed if the password is right.
    """
    subjects = [(throttle.LOGIN_ACCOUNT, email), (throttle.LOGIN_NETWORK, network)]
    throttle.require_pace(subjects)
    user = find_user(email)
    if not password_matches(user.password_hash if user else None, password) or user is None or user.blocked:
        throttle.count_failure(subjects)
        raise WrongCredentials
    if not user.confirmed:
        raise NotConfirmed
    token = open_session(user)
    if not token:
        raise WrongCredentials
    throttle.forget(throttle.LOGIN_ACCOUNT, email)
    return token


def change_details(
    user_id: int,
    changes: Mapping[str, str],
    *,
    password: str | None,
    email: str | None,
    keep_session: str,
    network: str,
) -> None:
    """Change what ``changes`` names (first_name, last_name, company, position) and leave the rest.

    A new password ends every other session.

    Another e-mail address holds only when the token that is mailed to it comes back. Raises FieldErrors for a password
    that breaks the rules or a shop without a name, EmailTaken, TooManyAttempts.
    """
    user, _ = get_user(user_id)
    if changes.get("company") == "" and user.role == "shop":
        raise field_error("company", "shop_company")
    if password is not None:
        faults = password_faults(password, user.email)
        if faults:
            raise FieldErrors({"password": faults})
    actions = [getattr(User, name).set(value) for name, value in changes.items()]
    if password is not None:
        actions.append(User.password_hash.set(hash_password(password)))
    if actions:
        user.update(actions=actions, condition=User.pk.exists())
    if password is not None:
        end_sessions(user, keep=keep_session)
    if email is not None and email != user.email:
        ask_email_change(user, email, network)
