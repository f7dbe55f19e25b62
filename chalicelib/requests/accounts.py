"""Requests about accounts and contacts."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints

from chalicelib.accounts.emails import fault_of, leads_astray, normal_email
from chalicelib.ids import as_id
from chalicelib.requests import described
from chalicelib.requests.base import Id, Schema, Text, fault, lowered

# The most entries of a list of ids; a basket has at most 1,000 rows, and entries that are skipped count as well.
MAX_IDS = 10_000


def _email(value: str) -> str:
    address = normal_email(value)
    if address is None:
        raise fault(fault_of(value))
    return address


def _reachable(value: str) -> str:
    if leads_astray(value):
        raise fault("host_spelling")
    return value


def _known_ids(value: Any) -> list[int]:
    """Return the ids in a list, a number or a text like "1,2, x"; skip anything else, as the contract says."""
    if isinstance(value, str):
        value = value.strip().strip("[]").split(",", MAX_IDS)
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        value = [value]
    if not isinstance(value, list):
        raise fault("list")
    if len(value) > MAX_IDS:
        raise fault("too_many", limit=MAX_IDS)
    return [found for entry in value if (found := as_id(_bare(entry))) is not None]


def _bare(entry: object) -> object:
    return entry.strip().strip("\"'") if isinstance(entry, str) else entry


Email = Annotated[Text, Field(max_length=320), AfterValidator(_email), described.EMAIL]
# For people to write to: kept as typed, and nothing of ours is mailed to it.
ContactEmail = Annotated[Text, Field(max_length=254), AfterValidator(_reachable)]
Name = Annotated[Text, Field(max_length=100)]
# A password is taken as typed: spaces at its ends count.
Password = Annotated[str, StringConstraints(strip_whitespace=False), Field(max_length=1000), described.OPEN_PASSWORD]
NewPasswordText = Annotated[Password, described.PASSWORD]
Place = Annotated[Text, Field(max_length=200)]
IdList = Annotated[list[int], BeforeValidator(_known_ids), described.ID_LIST]


def _none_if_empty(value: object) -> object:
    """Return None for an empty password field; one of spaces alone was typed, and is refused or taken as such."""
    return None if value == "" else value


class Registration(Schema):
    """POST user/register; a shop names its company."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"type": {"const": "shop"}}, "required": ["type"]},
            "then": {"properties": {"company": {"minLength": 1}}, "required": ["company"]},
        }
    )

    first_name: Annotated[Name, Field(min_length=1)]
    last_name: Annotated[Name, Field(min_length=1)]
    email: Email
    password: NewPasswordText
    company: Name = ""
    position: Name = ""
    type: Annotated[Literal["buyer", "shop"], BeforeValidator(lowered)] = "buyer"


class Confirmation(Schema):
    """POST user/register/confirm."""

    email: Email
    token: Annotated[Text, Field(min_length=1, max_length=200)]


class Address(Schema):
    """POST user/password_reset and user/register/resend: the account's address."""

    email: Email


class Proof(Schema):
    """POST user/email/confirm: the token from the mail."""

    token: Annotated[Text, Field(min_length=1, max_length=200)]


class NewPassword(Schema):
    """POST user/password_reset/confirm; the token suffices, and an address that is sent has to be the account's."""

    email: Email | None = None
    token: Annotated[Text, Field(min_length=1, max_length=200)]
    password: NewPasswordText


class Login(Schema):
    """POST user/login."""

    email: Annotated[Text, Field(max_length=320)]
    password: Password


class Details(Schema):
    """POST user/details: only the fields that are sent change. A blank text empties a field or is refused there."""

    # A form leaves password and address blank to keep them; spaces may be meant as a password.
    BLANK_COUNTS = frozenset({"first_name", "last_name", "company", "position", "password", "current_password"})

    first_name: Annotated[Name, Field(min_length=1)] | None = None
    last_name: Annotated[Name, Field(min_length=1)] | None = None
    email: Email | None = None
    password: Annotated[NewPasswordText | None, BeforeValidator(_none_if_empty), described.OPTIONAL_PASSWORD] = None
    current_password: Annotated[Password | None, BeforeValidator(_none_if_empty), described.CURRENT_PASSWORD] = None
    company: Name | None = None
    position: Name | None = None


class ContactForm(Schema):
    """POST user/contact."""

    city: Annotated[Place, Field(min_length=1)]
    street: Annotated[Place, Field(min_length=1)]
    phone: Annotated[Text, Field(min_length=1, max_length=50)]
    house: Name = ""
    structure: Name = ""
    building: Name = ""
    apartment: Name = ""
    last_name: Name = ""
    first_name: Name = ""
    middle_name: Name = ""
    email: ContactEmail = ""


class ContactChange(Schema):
    """PUT user/contact: the contact's id and the fields to change. A blank text empties a field or is refused there."""

    BLANK_COUNTS = frozenset(
        {
            *("city", "street", "phone", "house", "structure", "building", "apartment"),
            *("last_name", "first_name", "middle_name", "email"),
        }
    )

    id: Id
    city: Annotated[Place, Field(min_length=1)] | None = None
    street: Annotated[Place, Field(min_length=1)] | None = None
    phone: Annotated[Text, Field(min_length=1, max_length=50)] | None = None
    house: Name | None = None
    structure: Name | None = None
    building: Name | None = None
    apartment: Name | None = None
    last_name: Name | None = None
    first_name: Name | None = None
    middle_name: Name | None = None
    email: ContactEmail | None = None


class Deletion(Schema):
    """DELETE user/contact and basket: the ids to delete."""

    items: IdList
