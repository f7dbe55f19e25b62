"""Answers about accounts and contacts."""

from typing import Literal

from chalicelib.documentation.answers.base import Answer


class Contact(Answer):
    """A delivery contact."""

    id: int
    last_name: str
    first_name: str
    middle_name: str
    email: str
    phone: str
    city: str
    street: str
    house: str
    structure: str
    building: str
    apartment: str


class AccountDetails(Answer):
    """An account as its owner sees it."""

    id: int
    first_name: str
    last_name: str
    email: str
    company: str
    position: str
    type: Literal["buyer", "shop", "administrator"]
    contacts: list[Contact]


class Account(Answer):
    """An account as administrators see it."""

    id: int
    email: str
    type: str
    confirmed: bool
    blocked: bool
    created_at: str


class AccountChanged(Account):
    """The account as it is now."""

    Status: Literal[True]


class AccountsPage(Answer):
    """The accounts that were found."""

    results: list[Account]
    next: str | None
