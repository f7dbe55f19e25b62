"""Lists for administrators: all shops, categories, accounts and imports, in pages.

A request looks at a bounded number of entries for those that match, so a page may be short, or empty, and still have a
next one.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.catalogue.identity import normal_name
from chalicelib.catalogue.shops import get_shop, shops_by_name
from chalicelib.dynamo.reading import matching, read
from chalicelib.models.accounts import User, company_words
from chalicelib.models.catalogue import CATEGORIES, EMPTY_CATEGORIES, DirectoryItem, Shop
from chalicelib.models.imports import Import
from chalicelib.pricelists.states import Status
from chalicelib.roles import ROLES

# Names are compared in memory, so as to find any part of them.
_SHOPS_LOOKED_AT = 1_000
_CATEGORIES_LOOKED_AT = 2_000
_IMPORTS_LOOKED_AT = 500
# Bounds that sort before and after the keys of all accounts.
_FIRST, _LAST = " ", "\U0010ffff"
# What a position in the list of accounts begins with: that of addresses comes first.
_BY_EMAIL, _BY_COMPANY = "e", "k"


def find_shops(words: str, closed: bool | None, limit: int, after: str) -> tuple[list[Shop], str | None]:
    """Return shops whose names contain ``words``, by name: those closed, the others, or all for None."""
    wanted = words.casefold()
    listed = shops_by_name(closed, after)
    entries, position = matching(
        listed, lambda shop: wanted in shop.name.casefold(), DirectoryItem.directory_sort, limit, _SHOPS_LOOKED_AT
    )
    return list(read(*(Shop.at(entry.entity_id) for entry in entries)).all(Shop)), position


def shop_names(shop_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of these shops, by id; those that are gone are left out."""
    return {shop.entity_id: shop.name for shop in read(*map(Shop.at, set(shop_ids))).all(Shop)}


def find_categories(words: str, limit: int, after: str) -> tuple[list[DirectoryItem], str | None]:
    """Return categories whose names contain ``words``, by name, also those without goods on sale."""
    wanted = normal_name(words)
    later = DirectoryItem.directory_sort > after if after else None
    lists = [DirectoryItem.directory.query(key, later, page_size=200) for key in (CATEGORIES, EMPTY_CATEGORIES)]
    merged = heapq.merge(*lists, key=lambda category: category.directory_sort)
    return matching(
        merged, lambda one: wanted in one.directory_sort, DirectoryItem.directory_sort, limit, _CATEGORIES_LOOKED_AT
    )


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """Whose address or company begins with ``begins``, and of which role; "" and None mean any."""

    begins: str = ""
    role: str | None = None

    @property
    def email(self) -> str:
        """What the addresses begin with."""
        return self.begins.lower()

    @property
    def company(self) -> str:
        """What the companies begin with, as they are looked up."""
        return company_words(self.begins)


def find_accounts(wanted: AccountFilter, limit: int, after: str) -> tuple[list[User], str | None]:
    """Return accounts by address; behind them, if ``begins`` is given, those whose company begins with it."""
    places = list(islice(_places(wanted, after), limit + 1))
    found = read(*(key for _, key in places[:limit]))
    users = [
        user
        for place, key in places[:limit]
        # An account that both lists have is shown where the first has it.
        if (user := found.get(key)) and not (place.startswith(_BY_COMPANY) and user.email.startswith(wanted.email))
    ]
    return users, places[limit - 1][0] if len(places) > limit else None


def _places(wanted: AccountFilter, after: str) -> Iterator[tuple[str, User]]:
    """Yield positions, and the bare keys of the accounts there."""
    roles = [wanted.role] if wanted.role else sorted(ROLES)
    if not after.startswith(_BY_COMPANY):
        found = _listed(User.by_email, User.email_key, roles, wanted.email, after.removeprefix(_BY_EMAIL))
        yield from ((f"{_BY_EMAIL}{user.email_key}", user) for user in found)
        after = ""
    if wanted.company:
        found = _listed(User.by_company, User.company_key, roles, wanted.company, after.removeprefix(_BY_COMPANY))
        yield from ((f"{_BY_COMPANY}{user.company_key}", user) for user in found)


def _listed(
    index: GlobalSecondaryIndex[User], sort: UnicodeAttribute, roles: Sequence[str], begins: str, after: str
) -> Iterator[User]:
    within = sort.between(after or begins or _FIRST, begins + _LAST)
    lists = [index.query(User.role_partition(role), within, page_size=100) for role in roles]
    merged = heapq.merge(*lists, key=lambda user: getattr(user, sort.attr_name))
    return (user for user in merged if getattr(user, sort.attr_name) != after)


@dataclass(frozen=True, slots=True)
class ImportFilter:
    """Which imports are wanted; None means any."""

    status: Status | None = None
    shop_id: int | None = None

    def takes(self, record: Import) -> bool:
        """Return whether the import matches."""
        return self.status in {None, record.status} and self.shop_id in {None, record.shop_id}


def find_imports(wanted: ImportFilter, limit: int, before: str) -> tuple[list[Import], str | None]:
    """Return imports, newest first; ``before`` is the position that the page before returned, "" for the first one."""
    older = Import.created_key < before if before else None
    if wanted.shop_id is not None:
        partition = Import.owner_partition(wanted.shop_id)
        stored = Import.by_owner.query(partition, older, scan_index_forward=False, page_size=limit + 1)
        return matching(stored, wanted.takes, Import.created_key, limit, _IMPORTS_LOOKED_AT)
    lists = [
        Import.by_status.query(Import.status_partition(one), older, scan_index_forward=False, page_size=limit + 1)
        for one in ([wanted.status] if wanted.status else Status)
    ]
    merged = heapq.merge(*lists, key=lambda record: record.created_key, reverse=True)
    listed, position = matching(merged, lambda _: True, Import.created_key, limit, _IMPORTS_LOOKED_AT)
    # The list may lag behind what has been decided since.
    return [record for record in read(*listed).all(Import) if wanted.takes(record)], position


def imports_of_shop(wanted: ImportFilter, shop_id: int, limit: int, before: str) -> tuple[list[Import], str | None]:
    """Return imports of one shop, as ``find_imports`` does. Raises NotFound for an unknown shop."""
    get_shop(shop_id)
    return find_imports(ImportFilter(wanted.status, shop_id), limit, before)
