"""Flows proven by a mailed token: a forgotten password, a lost confirmation, a new e-mail address.

None of these calls reveals whether an address has an account: the answers and the throttling are the same.
"""

from chalicelib import clock, outbox
from chalicelib.accounts import throttle
from chalicelib.accounts.passwords import hash_password, password_faults
from chalicelib.accounts.sessions import end_sessions
from chalicelib.accounts.tokens import EMAIL, RESET, token_hash, token_owner
from chalicelib.accounts.users import find_user
from chalicelib.dynamo.transaction import Lost, Transaction
from chalicelib.errors import EmailTaken, FieldErrors, WrongToken
from chalicelib.models.accounts import Administrator, EmailLock, OneTimeToken, User
from chalicelib.models.mails import About


def _pace(email: str, network: str) -> throttle.Subjects:
    subjects = [(throttle.MAIL_ACCOUNT, email), (throttle.MAIL_NETWORK, network)]
    throttle.require_pace(subjects)
    throttle.count_failure(subjects)
    return subjects


def _mail(kind: str, user: User, about: About | None = None) -> None:
    mail = outbox.compose(kind, f"user:{user.user_id}", {"user_id": user.user_id, **(about or About())})
    mail.save()
    outbox.dispatch([mail])


def resend_confirmation(email: str, network: str) -> None:
    """Mail a new confirmation token if the address has an unconfirmed account. Raises TooManyAttempts."""
    _pace(email, network)
    user = find_user(email)
    if user is not None and not user.confirmed and not user.blocked:
        _mail("confirm_registration", user)


def ask_reset(email: str, network: str) -> None:
    """Mail a token for a new password if the address has a confirmed account. Raises TooManyAttempts."""
    _pace(email, network)
    user = find_user(email)
    if user is not None and user.confirmed and not user.blocked:
        _mail("password_reset", user)


def reset_password(email: str, token: str, password: str) -> None:
    """Set a new password with the token from the mail and end every session.

    The token works once. Raises FieldErrors for a password that breaks the rules, WrongToken.
    """
    faults = password_faults(password, email)
    if faults:
        raise FieldErrors({"password": faults})
    user = find_user(email)
    if user is None or token_owner(token) != user.user_id:
        raise WrongToken
    transaction = Transaction()
    stored = OneTimeToken.at(user.user_id, RESET, token_hash(token))
    transaction.delete("token", stored, OneTimeToken.expires_at > clock.now())
    transaction.update("user", user, [User.password_hash.set(hash_password(password))])
    try:
        transaction.commit()
    except Lost as lost:
        raise WrongToken from lost
    end_sessions(user)
    throttle.forget(throttle.LOGIN_ACCOUNT, email)


def ask_email_change(user: User, email: str, network: str) -> None:
    """Mail a token to the new address of the account. Nothing changes until the token comes back.

    Raises EmailTaken, TooManyAttempts.
    """
    _pace(email, network)
    if find_user(email) is not None:
        raise EmailTaken
    _mail("email_change", user, {"email": email, "to": email})


def change_email(user_id: int, token: str) -> None:
    """Change the account's address to the one that the token was mailed to, and notify the old one.

    The token works once. Raises WrongToken; EmailTaken if the address has been registered meanwhile.
    """
    user = User.at(user_id).require()
    stored = OneTimeToken.at(user_id, EMAIL, token_hash(token)).find()
    if stored is None:
        raise WrongToken
    email = stored.email
    lock = EmailLock.at(email)
    lock.user_id = user_id
    notice = outbox.compose("email_changed", f"user:{user_id}", {"user_id": user_id, "to": user.email})
    transaction = Transaction()
    transaction.delete("token", stored, OneTimeToken.expires_at > clock.now())
    transaction.create("new", lock)
    transaction.delete("old", EmailLock.at(user.email), EmailLock.user_id == user_id)
    transaction.update("user", user, [User.email.set(email)], User.email == user.email)
    if user.role == "administrator":
        transaction.update(
            "entry", Administrator.at(user_id), [Administrator.email.set(email)], Administrator.pk.exists()
        )
    transaction.create("mail", notice)
    try:
        transaction.commit()
    except Lost as lost:
        raise (EmailTaken() if "new" in lost.losers else WrongToken()) from lost
    outbox.dispatch([notice])
