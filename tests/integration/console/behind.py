"""The calls of the API that show what each screen shows, asked for as much; ids are filled in."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Pair:
    """A page of the console, whose it is, and the calls that a client would make instead of opening it."""

    page: str
    role: str
    calls: tuple[str, ...]


#: By address, in the order of the table of screens. What is not here shows nothing that is stored.
BEHIND = (
    Pair("", "buyer", ("/basket", "/order?limit=20")),
    Pair("", "shop", ("/partner/orders?state=new&limit=20", "/partner/imports?limit=20", "/partner/state")),
    Pair(
        *("", "admin"),
        (
            "/admin/imports?status=needs_review&limit=10",
            "/admin/mails?status=failed&limit=10",
            "/admin/orders?state=new&limit=10",
        ),
    ),
    Pair("account", "buyer", ("/user/details",)),
    Pair("goods", "buyer", ("/products?limit=25&sort=name{facets}",)),
    Pair("goods?q=кабель", "buyer", ("/products?limit=25&q=кабель{by_words}",)),
    Pair("goods/{offer_id}", "buyer", ("/products/{offer_id}", "/order?limit=20")),
    Pair("basket", "buyer", ("/basket", "/user/contact")),
    Pair("orders", "buyer", ("/order?limit=25",)),
    Pair("orders/{order_id}", "buyer", ("/order/{order_id}",)),
    Pair("orders/{order_id}/documents", "buyer", ("/order/{order_id}/documents",)),
    Pair("orders/{order_id}/receipt/{shop_id}", "buyer", ("/order/{order_id}",)),
    Pair("lists", "buyer", ("/lists",)),
    Pair("lists/usual", "buyer", ("/order/usual?limit=50",)),
    Pair("lists/{list_id}", "buyer", ("/lists/{list_id}",)),
    Pair("partner/orders", "shop", ("/partner/orders?state=new&limit=50",)),
    Pair("partner/orders/{order_id}", "shop", ("/partner/orders/{order_id}",)),
    Pair("partner/orders/{order_id}/picking", "shop", ("/partner/orders/{order_id}",)),
    Pair("partner/orders/picking?orders={order_id}", "shop", ("/partner/orders/{order_id}",)),
    Pair("partner/orders/{order_id}/documents", "shop", ("/partner/orders/{order_id}/documents",)),
    Pair("partner/imports", "shop", ("/partner/imports?limit=25",)),
    Pair(
        *("partner/imports/{import_id}", "shop"),
        ("/partner/imports/{import_id}", "/partner/imports/{import_id}/changes"),
    ),
    Pair("partner/goods", "shop", ("/products?limit=50&shop_id={shop_id}",)),
    Pair("partner/settings", "shop", ("/partner/state", "/partner/source", "/partner/exports?limit=10")),
    Pair("partner/format", "shop", ("/partner/pricelist-format",)),
    Pair("admin/orders", "admin", ("/admin/orders?limit=25",)),
    Pair("admin/orders/{order_id}", "admin", ("/admin/orders/{order_id}",)),
    Pair("admin/orders/{order_id}/documents", "admin", ("/admin/orders/{order_id}/documents",)),
    Pair("admin/imports", "admin", ("/admin/imports?limit=25",)),
    Pair("admin/imports/{import_id}", "admin", ("/admin/imports/{import_id}", "/admin/imports/{import_id}/changes")),
    Pair("admin/shops", "admin", ("/admin/shops?limit=25",)),
    Pair("admin/shops/{shop_id}", "admin", ("/admin/shops/{shop_id}", "/admin/orders?shop={shop_id}&limit=10")),
    Pair("admin/users", "admin", ("/admin/users?limit=25",)),
    Pair("admin/users/{user_id}", "admin", ("/admin/users/{user_id}", "/admin/orders?buyer={user_id}&limit=10")),
    Pair("admin/mails", "admin", ("/admin/mails?limit=25",)),
    Pair("admin/categories", "admin", ("/categories?limit=25",)),
    Pair("admin/synonyms", "admin", ("/admin/synonyms",)),
    Pair("admin/synonyms/{group_id}", "admin", ("/admin/synonyms",)),
)


def filled_in(pair: Pair, ids: Mapping[str, int | str], *, searched: bool) -> tuple[str, list[str]]:
    """The page below the console's address and the calls, with ids; ``searched`` if an engine counts and ranks."""
    more = {
        "facets": "&facets=category,shop,param" if searched else "",
        "by_words": "&sort=relevance&facets=category,shop,param" if searched else "&sort=name",
    }
    return pair.page.format(**ids), [call.format(**ids, **more) for call in pair.calls]
