"""The menu, by role."""

from dataclasses import dataclass

from chalicelib.console.visit import Visit

# Paths below the console's address; their names are the texts ``menu.<path>``.
_MENUS = {
    "buyer": ("quick", "goods", "basket", "orders", "lists", "account"),
    "shop": ("partner/orders", "partner/imports", "partner/goods", "partner/settings", "account"),
    "administrator": (
        *("admin/orders", "admin/imports", "admin/shops", "admin/users", "admin/mails", "admin/categories"),
        *("admin/synonyms", "account"),
    ),
}


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the menu; ``is_here`` if the page is this one or below it."""

    path: str
    key: str
    is_here: bool


def links_for(visit: Visit) -> list[Link]:
    """Return the visitor's menu; it is empty if they are not signed in."""
    if visit.found_caller is None:
        return []
    paths = _MENUS.get(visit.found_caller.role, ())
    here = visit.action or visit.path
    return [Link(path, f"menu.{path}", here == path or here.startswith(f"{path}/")) for path in paths]
