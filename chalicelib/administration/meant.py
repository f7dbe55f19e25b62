"""What the words in an administrator's search mean: the number of an order, a buyer, or a shop."""

from dataclasses import dataclass, field

from chalicelib.administration.lists import AccountFilter, find_accounts, find_shops
from chalicelib.dynamo.reading import read
from chalicelib.models.accounts import User
from chalicelib.models.catalogue import Shop
from chalicelib.ordering.search import OrderFilter, find_orders
from chalicelib.ordering.typed_numbers import typed_number

# How many buyers and shops are offered to choose from.
_MOST = 8


@dataclass(frozen=True, slots=True)
class MeantShop:
    """A shop that may be meant, and its owner's address, by which shops of the same name differ."""

    shop: Shop
    owner: str


@dataclass(frozen=True, slots=True)
class Meant:
    """Who was meant: buyers, shops; ``more`` says that there are others of them."""

    buyers: list[User] = field(default_factory=list)
    shops: list[MeantShop] = field(default_factory=list)
    more: bool = False

    @property
    def one_buyer(self) -> User | None:
        """The only one who was meant, if that is a buyer."""
        return self.buyers[0] if len(self.buyers) == 1 and not self.shops else None

    @property
    def one_shop(self) -> Shop | None:
        """The only one who was meant, if that is a shop."""
        return self.shops[0].shop if len(self.shops) == 1 and not self.buyers else None


def order_of_number(words: str) -> tuple[int, int | None] | None:
    """Return the order whose number was typed, and the shop of the part if that was named; None if there is none."""
    typed = typed_number(words)
    if typed is None:
        return None
    found, _ = find_orders(OrderFilter(number=typed.number), 1, "")
    for order, parts in found:
        named = [part.shop_id for part in parts if part.position == typed.position]
        return order.order_id, named[0] if named else None
    return None


def shops_meant(words: str) -> Meant:
    """Return the shops whose names contain the words; the one that is called exactly so, if there is one."""
    shops, more = _shops(words)
    return Meant(shops=_with_owners(shops), more=more)


def people_meant(words: str) -> Meant:
    """Return buyers by the beginning of an e-mail or company, and shops by any part of their names.

    The e-mail of one account means that account alone: a buyer, or a supplier's shop.
    """
    users, later = find_accounts(AccountFilter(words), _MOST, "")
    if "@" in words:
        users = [user for user in users if user.email == words.lower()] or users
    shops, more = _shops(words)
    known = {shop.entity_id for shop in shops}
    shops += read(*(Shop.at(user.shop_id) for user in users if user.shop_id and user.shop_id not in known)).all(Shop)
    buyers = [user for user in users if user.role == "buyer"]
    return Meant(buyers, _with_owners(shops), bool(later) or more)


def _shops(words: str) -> tuple[list[Shop], bool]:
    shops, later = find_shops(words, None, _MOST, "")
    exact = [shop for shop in shops if shop.name.casefold() == words.casefold()]
    return (exact, False) if len(exact) == 1 else (shops, bool(later))


def _with_owners(shops: list[Shop]) -> list[MeantShop]:
    owners = read(*(User.at(shop.owner_id) for shop in shops), consistent=False)
    emails = {user.user_id: user.email for user in owners.all(User)}
    return [MeantShop(shop, emails.get(shop.owner_id, "")) for shop in shops]
