"""Answers for administrators."""

from typing import Any, Literal

from chalicelib.documentation.answers.accounts import Account
from chalicelib.documentation.answers.base import Answer
from chalicelib.documentation.answers.catalogue import DirectoryEntry
from chalicelib.documentation.answers.orders import OrderCard
from chalicelib.documentation.answers.partner import ShopState


class MailQuiet(Answer):
    """Why an address gets no mail: ``mail`` is what bounced or was complained about."""

    since: str
    reason: str
    mail: int | None


class AccountCard(Account):
    """An account; ``mail_quiet`` is null where it gets mail."""

    mail_quiet: MailQuiet | None


class MailAllowed(AccountCard):
    """The account, which is mailed again."""

    Status: Literal[True]


class ShopCard(ShopState):
    """A shop and its owner."""

    owner: Account | None


class ShopSwitched(ShopState):
    """The shop as it is now."""

    Status: Literal[True]


class OutboxMail(Answer):
    """An entry of the outbox."""

    id: int
    kind: str
    recipient: str
    about: dict[str, Any]
    status: str
    attempts: int
    error: str | None
    message_id: str | None
    created_at: str
    sent_at: str | None
    feedback: list[dict[str, Any]]


class MailsPage(Answer):
    """A page of the outbox, newest first."""

    results: list[OutboxMail]
    next: str | None


class MailsResent(Answer):
    """How many mails begin anew; ``more`` says that the call has to be repeated for the others."""

    Status: Literal[True]
    resent: int
    more: bool


class AdminOrder(OrderCard):
    """A whole order with its events and the mails about it."""

    buyer: int
    mails: list[OutboxMail]


class CategoryRenamed(DirectoryEntry):
    """The category as it is now; ``offers`` counts those that carry the new name, ``complete`` says that all do."""

    Status: Literal[True]
    offers: int
    complete: bool


class CategoriesMerged(DirectoryEntry):
    """The category that holds the goods of both; ``complete`` says that all of them are in its list."""

    Status: Literal[True]
    complete: bool
