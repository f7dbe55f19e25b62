"""Stored items of the accounts table: users, e-mail locks, contacts, sessions, one-time tokens."""

import re

from pynamodb.attributes import BooleanAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.dynamo.item import Integer, Item
from chalicelib.settings import settings

# What the names of companies begin with that nobody looks them up by.
_LEGAL_FORMS = frozenset(
    {"ооо", "оао", "зао", "пао", "нао", "ао", "ип", "одо", "нко", "фгуп", "гуп", "муп", "чп", "пк"}
)
_NOT_WORDS = re.compile(r"[\W_]+")
_COMPANY_LENGTH = 100


class AccountItem(Item):
    """Any item of the table."""

    class Meta:
        table_name = settings().table("accounts")


def user_key(user_id: int) -> str:
    """Return the partition of everything that belongs to one user."""
    return f"USER#{user_id}"


class ByEmail(GlobalSecondaryIndex["User"]):
    """Accounts of one role by address."""

    role_key = UnicodeAttribute(hash_key=True)
    email_key = UnicodeAttribute(range_key=True)

    class Meta:
        index_name = "by_email"
        projection = KeysOnlyProjection()


class ByCompany(GlobalSecondaryIndex["User"]):
    """Accounts of one role by company; those without a company are not in it."""

    role_key = UnicodeAttribute(hash_key=True)
    company_key = UnicodeAttribute(range_key=True)

    class Meta:
        index_name = "by_company"
        projection = KeysOnlyProjection()


def company_words(company: str) -> str:
    """Return what a company is looked up by: «ООО "Ёлка-2"» becomes ``елка 2``; "" if it has no name beside its form.

    m0003_register keeps a copy: a change here needs a migration of its own.
    """
    words = _NOT_WORDS.sub(" ", company.casefold().replace("ё", "е")).split()
    while words and words[0] in _LEGAL_FORMS:
        words.pop(0)
    return " ".join(words)[:_COMPANY_LENGTH]


class User(AccountItem):
    """A person's account. ``role`` is a Role; ``shop_id`` is 0 unless the role is shop."""

    SK = "USER"

    user_id = Integer()
    role = UnicodeAttribute()
    email = UnicodeAttribute()
    password_hash = UnicodeAttribute()
    confirmed = BooleanAttribute(default=False)
    blocked = BooleanAttribute(default=False)
    block_reason = UnicodeAttribute(null=True)
    first_name = UnicodeAttribute(default="")
    last_name = UnicodeAttribute(default="")
    company = UnicodeAttribute(default="")
    position = UnicodeAttribute(default="")
    language = UnicodeAttribute(default="ru")
    shop_id = Integer(default=0)
    # Grows whenever all sessions are ended; a login that began earlier then fails.
    epoch = Integer(default=0)
    # Grows with every change of password or address; one-time tokens made before are void. None means 0.
    token_epoch = Integer(null=True)
    contacts = Integer(default=0)
    # A new address that waits for its token to come back, and the stamp until which it may.
    pending_email = UnicodeAttribute(null=True)
    pending_until = UnicodeAttribute(null=True)
    # The ``token_epoch`` then; in another one, the token is void.
    pending_epoch = Integer(null=True)
    created_at = UnicodeAttribute()
    # Its places in the lists of administrators; accounts of a version before have none until they are migrated.
    role_key = UnicodeAttribute(null=True)
    email_key = UnicodeAttribute(null=True)
    company_key = UnicodeAttribute(null=True)

    by_email = ByEmail()
    by_company = ByCompany()

    @classmethod
    def at(cls, user_id: int) -> "User":
        """Return the bare key of the user."""
        return cls(user_key(user_id), cls.SK)

    @staticmethod
    def role_partition(role: str) -> str:
        """Return the partition of ``by_email`` and ``by_company`` that holds the accounts of one role."""
        return f"ROLE#{role}"

    def place(self) -> None:
        """Set the places of a new account in the lists of administrators."""
        self.role_key, self.email_key = self.role_partition(self.role), self.email
        self.company_key = _company_key(self.company, self.user_id)

    @classmethod
    def company_action(cls, user_id: int, company: str) -> Action:
        """Return the change that moves an account to its place by a new name of its company, or out of that list."""
        key = _company_key(company, user_id)
        return cls.company_key.set(key) if key else cls.company_key.remove()


def _company_key(company: str, user_id: int) -> str | None:
    words = company_words(company)
    return f"{words}#{user_id}" if words else None


class EmailLock(AccountItem):
    """Makes an address unique: the key is the normalized address."""

    SK = "EMAIL"

    user_id = Integer()

    @classmethod
    def at(cls, email: str) -> "EmailLock":
        """Return the bare key of the lock of a normalized address."""
        return cls(f"EMAIL#{email}", cls.SK)


class Contact(AccountItem):
    """A delivery contact of a buyer."""

    PREFIX = "CONTACT#"

    contact_id = Integer()
    last_name = UnicodeAttribute(default="")
    first_name = UnicodeAttribute(default="")
    middle_name = UnicodeAttribute(default="")
    email = UnicodeAttribute(default="")
    phone = UnicodeAttribute(default="")
    city = UnicodeAttribute(default="")
    street = UnicodeAttribute(default="")
    house = UnicodeAttribute(default="")
    structure = UnicodeAttribute(default="")
    building = UnicodeAttribute(default="")
    apartment = UnicodeAttribute(default="")

    @classmethod
    def at(cls, user_id: int, contact_id: int) -> "Contact":
        """Return the bare key of a contact. Another user's contact has another key, so it is out of reach."""
        return cls(user_key(user_id), f"{cls.PREFIX}{contact_id}", contact_id=contact_id)


class Session(AccountItem):
    """A login. Only the SHA-256 of the token is stored, with a copy of what requests need to know of the caller.

    ``purpose`` is the only thing that the session may be used for; without one, it is for everything. ``device`` is the
    browser and system that logged in on a page, as ``device_of`` names them.
    """

    PREFIX = "SESSION#"

    user_id = Integer()
    role = UnicodeAttribute()
    shop_id = Integer(default=0)
    email = UnicodeAttribute(default="")
    created_at = UnicodeAttribute()
    expires_at = TTLAttribute()
    purpose = UnicodeAttribute(null=True)
    device = UnicodeAttribute(null=True)

    @classmethod
    def at(cls, user_id: int, token_hash: str) -> "Session":
        """Return the bare key of the session."""
        return cls(user_key(user_id), f"{cls.PREFIX}{token_hash}")

    @property
    def hash_of_token(self) -> str:
        """The hash of the token, which only the key has."""
        return str(self.sk).removeprefix(self.PREFIX)


class OneTimeToken(AccountItem):
    """A mailed token for one purpose ("confirm", "reset", "email"); only its SHA-256 is stored.

    ``email`` is the address to which it was mailed, ``epoch`` the account's ``token_epoch`` then; tokens of a version
    before have neither, but for the address of a change of address.
    """

    PREFIX = "TOKEN#"

    email = UnicodeAttribute(null=True)
    epoch = Integer(null=True)
    expires_at = TTLAttribute()

    @classmethod
    def at(cls, user_id: int, purpose: str, token_hash: str) -> "OneTimeToken":
        """Return the bare key of the token."""
        return cls(user_key(user_id), f"{cls.PREFIX}{purpose}#{token_hash}")


class MailLink(AccountItem):
    """A mailed link that opens one page of one object; only the SHA-256 of its token is stored.

    It was mailed to the address ``email`` of ``user_id``, or to administrators if that is None. It shows what belongs
    to the shop ``shop_id``, or all if that is 0.
    """

    PREFIX = "LINK#"

    user_id = Integer(null=True)
    email = UnicodeAttribute(null=True)
    shop_id = Integer(default=0)
    expires_at = TTLAttribute()

    @classmethod
    def at(cls, page: str, object_id: int, token_hash: str) -> "MailLink":
        """Return the bare key of the link."""
        return cls(f"{cls.PREFIX}{page}#{object_id}", token_hash)


class Administrator(AccountItem):
    """Marks a user as an administrator, in the one small partition that lists them all."""

    PK = "ADMINISTRATORS"

    user_id = Integer()
    email = UnicodeAttribute()

    @classmethod
    def at(cls, user_id: int) -> "Administrator":
        """Return the bare key of the entry."""
        return cls(cls.PK, f"USER#{user_id}")


class Throttle(AccountItem):
    """How often a subject has done or failed something recently, and until when it has to wait, if it has to."""

    SK = "THROTTLE"

    failures = Integer(default=0)
    until = UnicodeAttribute(null=True)
    expires_at = TTLAttribute()

    @classmethod
    def at(cls, pace: str, subject: str) -> "Throttle":
        """Return the bare key of a subject: an e-mail address, a network, both, or the id of an account or a shop."""
        return cls(f"THROTTLE#{pace}#{subject}", cls.SK)
