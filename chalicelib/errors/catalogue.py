"""Refusals about categories and shops."""

from chalicelib.errors.base import AppError


class CategoryTaken(AppError):
    """Another category has this name; ``id`` names it."""

    status, code = 409, "category_taken"


class CategoryMerged(AppError):
    """The category is an alias of another or was merged into it; ``id`` names that one."""

    status, code = 409, "category_merged"


class SynonymsChanged(AppError):
    """The synonyms have changed since the caller saw them; ``version`` is their current version."""

    status, code = 409, "synonyms_changed"


class ShopClosed(AppError):
    """An administrator switched the shop off; ``reason`` is the reason, if one was given."""

    status, code = 409, "shop_closed"
