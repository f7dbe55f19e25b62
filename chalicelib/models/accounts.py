"""Stored items of the accounts table: users, e-mail locks, contacts, sessions, one-time tokens."""

from pynamodb.attributes import BooleanAttribute, TTLAttribute, UnicodeAttribute

from chalicelib.dynamo.item import Integer, Item
from chalicelib.settings import settings


class AccountItem(Item):
    """Any item of the table."""

    class Meta:
        table_name = settings().table("accounts")


def user_key(user_id: int) -> str:
    """Return the partition of everything that belongs to one user."""
    return f"USER#{user_id}"


class User(AccountItem):
    """A person's account. ``role`` is buyer, shop or administrator; ``shop_id`` is 0 unless the role is shop."""

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

    @classmethod
    def at(cls, user_id: int) -> "User":
        """Return the bare key of the user."""
        return cls(user_key(user_id), cls.SK)


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

    ``purpose`` is the only thing that the session may be used for; without one, it is for everything.
    """

    PREFIX = "SESSION#"

    user_id = Integer()
    role = UnicodeAttribute()
    shop_id = Integer(default=0)
    email = UnicodeAttribute(default="")
    created_at = UnicodeAttribute()
    expires_at = TTLAttribute()
    purpose = UnicodeAttribute(null=True)

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
