"""Suppliers' shops: opening one, and whether it takes orders."""

from chalicelib.errors import NotFound
from chalicelib.models.catalogue import SHOPS, Shop


def new_shop(shop_id: int, name: str, owner_id: int) -> Shop:
    """A shop that takes orders from the start; not stored yet."""
    shop = Shop.at(shop_id)
    shop.entity_id, shop.name, shop.owner_id, shop.accepting = shop_id, name, owner_id, True
    shop.directory_key, shop.directory_sort = SHOPS, f"{name.casefold()}#{shop_id}"
    return shop


def get_shop(shop_id: int) -> Shop:
    """The shop. Raises NotFound."""
    try:
        return Shop.get(*Shop.key(shop_id), consistent_read=True)
    except Shop.DoesNotExist:
        raise NotFound from None


def set_accepting(shop_id: int, accepting: bool) -> None:
    """Start or stop taking orders. While it is off the shop and its goods are not listed and cannot be ordered."""
    listed = Shop.directory_key.set(SHOPS) if accepting else Shop.directory_key.remove()
    Shop.at(shop_id).update(actions=[Shop.accepting.set(accepting), listed], condition=Shop.pk.exists())
