"""The order in which a newcomer needs the calls: a buyer's first, an administrator's last."""

from collections.abc import Mapping

from chalicelib.routes import Route

#: Tags by group, in the order of the page; a tag is a module of views, or the exports of one role.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "buyers": ("accounts", "catalogue", "basket", "lists", "orders", "order_exports"),
    "suppliers": (
        *("partner_shop", "partner_imports", "reviews", "mail_pages", "partner_orders", "partner_exchange"),
        "partner_exports",
    ),
    "administrators": (
        *("admin_orders", "admin_exports", "admin_users", "admin_shops", "admin_imports"),
        *("admin_categories", "admin_synonyms", "admin_mails"),
    ),
    "programs": ("documentation",),
}


def tag_of(route: Route) -> str:
    """Return the tag of a call."""
    module = route.view_name.partition(".")[0]
    return f"{route.path.split('/')[1]}_exports" if module == "exports" else module
