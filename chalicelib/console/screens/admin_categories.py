"""Categories: finding one, renaming it, and merging it into another, with what that would move shown before."""

from dataclasses import dataclass

from chalicelib.administration.categories import rename_category
from chalicelib.administration.lists import find_categories
from chalicelib.administration.merging import MergePreview, merge_category, preview_merge
from chalicelib.catalogue.categories import behind, stored_category
from chalicelib.catalogue.regrouping import find_move
from chalicelib.console.lists import Filter, page_after, queried
from chalicelib.console.screens.admin import PAGE, admin_of
from chalicelib.console.visit import Notice, Page, Redirect, Visit
from chalicelib.errors import NotFound
from chalicelib.ids import as_id
from chalicelib.models.catalogue import Category, DirectoryItem
from chalicelib.path_ids import path_id
from chalicelib.requests.administration import CategoriesQuery, NewName, Target

_TARGETS = 10
# The fewest letters by which similar names are looked for.
_STEM = 4


@dataclass(frozen=True, slots=True)
class CategoriesView:
    """A page of categories by name, and the query of the next one, "" at the end."""

    categories: list[DirectoryItem]
    filter: Filter
    next: str


@dataclass(frozen=True, slots=True)
class CategoryView:
    """A category; ``merged_into`` is where an alias leads to, ``is_moving`` says that its goods are under way there.

    ``targets`` are what was found to merge it into, at first those named alike; ``preview`` is what the chosen one of
    them would get.
    """

    category: Category
    merged_into: Category | None
    is_moving: bool
    filter: Filter
    targets: list[DirectoryItem]
    preview: MergePreview | None


def categories(visit: Visit) -> Page:
    """Show categories by any part of their names."""
    query, shown = queried(visit, CategoriesQuery, ("q",))
    scope = f"console/{query.scope}"
    found, position = find_categories(query.q, PAGE, query.after(scope))
    return Page("admin/categories", CategoriesView(found, shown, page_after(visit, scope, position)))


def category(visit: Visit, category_id: str) -> Page:
    """Show one category, and what it would move into the one that it is to be merged into, if that was chosen."""
    number = path_id(category_id)
    found = stored_category(number)
    if found is None:
        raise NotFound
    if found.alias_of is not None:
        move = find_move(number)
        is_moving = move is not None and move.status == "moving"
        return Page("admin/category", CategoryView(found, behind(found), is_moving, Filter(), [], None))
    query, shown = queried(visit, CategoriesQuery, ("q",))
    into = as_id(visit.form.get("into", "") or visit.query.get("into", ""))
    preview = preview_merge(number, into) if into is not None and _may_take(into, number) else None
    near = find_categories(query.q or _beginning(found.name), _TARGETS + 1, "")[0]
    targets = [one for one in near if one.entity_id != number][:_TARGETS]
    return Page("admin/category", CategoryView(found, None, False, shown, targets, preview))


def rename(visit: Visit, category_id: str) -> Redirect:
    """Rename a category."""
    done = rename_category(path_id(category_id), visit.read(NewName).name, admin_of(visit))
    said = "admin.category_renamed" if done.complete else "admin.category_renamed_partly"
    return Redirect(f"admin/categories/{done.category.entity_id}", Notice(said, {"count": done.offers}))


def merge(visit: Visit, category_id: str) -> Redirect:
    """Merge a category into another; its goods follow in the background."""
    number, into = path_id(category_id), visit.read(Target).into
    source = stored_category(number)
    goods = preview_merge(number, into).goods if source is not None and _may_take(into, number) else 0
    done = merge_category(number, into, admin_of(visit))
    said = Notice("admin.category_merged", {"name": source.name if source else "", "count": goods})
    return Redirect(f"admin/categories/{done.category.entity_id}", said)


def _beginning(name: str) -> str:
    """Return the part of a name that other spellings of it are likely to share: most of its first word."""
    word = (name.split() or [""])[0]
    return word[: max(_STEM, len(word) - 2)]


def _may_take(into: int, category_id: int) -> bool:
    """Return whether the address names a category that another can be merged into: it may be old."""
    target = stored_category(into)
    return target is not None and target.alias_of is None and into != category_id
