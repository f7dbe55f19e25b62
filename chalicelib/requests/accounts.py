"""Requests about accounts and contacts."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints

from chalicelib.accounts.emails import normal_email
from chalicelib.hosts import is_ambiguous
from chalicelib.ids import as_id
from chalicelib.requests import described
from chalicelib.requests.base import Id, Schema, Text, fault, lowered


def _email(value: str) -> str:
    if is_ambiguous(value.rpartition("@")[2]):
        raise fault("host_spelling")
    address = normal_email(value)
    if address is None:
        raise fault("email")
    return address


def _known_ids(value: Any) -> list[int]:
    """Return the ids in a list, a number or a text like "1,2, x"; skip anything else, as the contract says."""
    if isinstance(value, str):
        value = value.strip().strip("[]").split(",")
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        value = [value]
    if not isinstance(value, list):
        raise fault("list")
    return [found for entry in value if (found := as_id(_bare(entry))) is not None]


def _bare(entry: object) -> object:
    return entry.strip().strip("\"'") if isinstance(entry, str) else entry


Email = Annotated[Text, Field(max_length=320), AfterValidator(_email), described.EMAIL]
Name = Annotated[Text, Field(max_length=100)]
# A password is taken as typed: spaces at its ends count.
Password = Annotated[str, StringConstraints(strip_whitespace=False), Field(max_length=1000), described.OPEN_PASSWORD]
NewPasswordText = Annotated[Password, described.PASSWORD]
Place = Annotated[Text, Field(max_length=200)]
IdList = Annotated[list[int], BeforeValidator(_known_ids), described.ID_LIST]


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
    """POST user/password_reset/confirm."""

    email: Email
    token: Annotated[Text, Field(min_length=1, max_length=200)]
    password: NewPasswordText


class Login(Schema):
    """POST user/login."""

    email: Annotated[Text, Field(max_length=320)]
    password: Password


class Details(Schema):
    """POST user/details: only the fields that are sent change."""

    first_name: Annotated[Name, Field(min_length=1)] | None = None
    last_name: Annotated[Name, Field(min_length=1)] | None = None
    email: Email | None = None
    password: NewPasswordText | None = None
    current_password: Annotated[Password | None, described.CURRENT_PASSWORD] = None
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
    email: Annotated[Text, Field(max_length=254)] = ""


class ContactChange(Schema):
    """PUT user/contact: the contact's id and the fields to change."""

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
    email: Annotated[Text, Field(max_length=254)] | None = None


class Items(Schema):
    """DELETE user/contact and basket: the ids to delete."""

    items: IdList
