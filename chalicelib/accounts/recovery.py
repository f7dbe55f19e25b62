"""Flows proven by a mailed token: a forgotten password, a lost confirmation, a new e-mail address.

Asking for a mail does the same work whether or not the address has an account: the mail job looks it up.
"""

from pynamodb.expressions.update import Action

from chalicelib import outbox
from chalicelib.accounts import guesses, limits, throttle
from chalicelib.accounts.one_time_tokens import end_tokens, require_token, use_token
from chalicelib.accounts.passwords import hash_password, password_faults
from chalicelib.accounts.sessions import end_sessions
from chalicelib.accounts.tokens import EMAIL, RESET
from chalicelib.accounts.users import find_user
from chalicelib.catalogue.shops import new_shop
from chalicelib.dynamo.transaction import Lost, Transaction
from chalicelib.errors import EmailTaken, FieldErrors, TooManyAttempts, WrongToken
from chalicelib.models.accounts import Administrator, EmailLock, User
from chalicelib.models.mails import About


def resend_confirmation(email: str, address: str) -> None:
    """Mail a new confirmation token if the address has an unconfirmed account.

    ``address`` is the network address that asks. Raises TooManyAttempts.
    """
    _ask("confirm_registration", email, address)


def ask_reset(email: str, address: str) -> None:
    """Mail a token for a new password if the address has an account. Raises TooManyAttempts.

    ``address`` is the network address that asks.
    """
    _ask("password_reset", email, address)


def _ask(kind: str, email: str, address: str) -> None:
    """Have a mail sent, slowly to those who ask again and again, and never so slowly that its owner has none.

    If an address has got as many mails as it may, of whoever's asking, no further one is sent: the last of them cannot
    be older than half an hour, half as long as the shortest-lived token is valid, so its owner is not shut out.
    """
    network = limits.network_of(address)
    throttle.charge(throttle.MAIL, throttle.pair(email, network))
    limits.spend(limits.MAIL_REQUESTS, network)
    if limits.count(limits.MAILS_TO_ADDRESS, email):
        mail = outbox.compose(kind, f"{outbox.ADDRESS}{email}", {})
        mail.save()
        outbox.dispatch([mail])


def reset_password(email: str, token: str, password: str, address: str) -> None:
    """Set a new password with the token from the mail, end every session and void every other token.

    The token proves the address, so an account that waits for its confirmation is confirmed: nobody is shut out by who
    registered that address first. Raises FieldErrors for a password that breaks the rules, WrongToken.
    """
    faults = password_faults(password, email)
    if faults:
        raise FieldErrors({"password": faults})
    user, stored = require_token(find_user(email), RESET, token)
    actions: list[Action] = [User.password_hash.set(hash_password(password)), User.confirmed.set(True), end_tokens()]
    transaction = Transaction()
    use_token(transaction, stored, user, actions, User.confirmed == user.confirmed)
    if user.role == "shop" and not user.confirmed:
        transaction.create("shop", new_shop(user.shop_id, user.company, user.user_id))
    try:
        transaction.commit()
    except Lost as lost:
        raise WrongToken from lost
    end_sessions(user)
    guesses.forgive(email, address)
    limits.restore(limits.MAILS_TO_ADDRESS, email)


def ask_email_change(user: User, email: str, address: str) -> None:
    """Mail a token to the new address of the account. Nothing changes until the token comes back.

    Raises EmailTaken, TooManyAttempts.
    """
    limits.spend(limits.ADDRESS_CHANGES, user.user_id)
    limits.spend(limits.MAIL_REQUESTS, limits.network_of(address))
    if find_user(email) is not None:
        raise EmailTaken
    if not limits.count(limits.MAILS_TO_ADDRESS, email):
        raise TooManyAttempts(limits.seconds_left(limits.MAILS_TO_ADDRESS))
    about: About = {"user_id": user.user_id, "email": email, "to": email, "epoch": user.token_epoch or 0}
    mail = outbox.compose("email_change", f"user:{user.user_id}", about)
    mail.save()
    outbox.dispatch([mail])


def change_email(user_id: int, token: str) -> None:
    """Change the account's address to the one that the token was mailed to, and notify the old one.

    Every other token of the account is void. Raises WrongToken; EmailTaken if the address has been registered
    meanwhile.
    """
    user, stored = require_token(User.at(user_id).require(), EMAIL, token)
    email = str(stored.email)
    lock = EmailLock.at(email)
    lock.user_id = user_id
    notice = outbox.compose("email_changed", f"user:{user_id}", {"user_id": user_id, "to": user.email})
    transaction = Transaction()
    use_token(transaction, stored, user, [User.email.set(email), end_tokens()])
    transaction.create("new", lock)
    transaction.delete("old", EmailLock.at(user.email), EmailLock.user_id == user_id)
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
