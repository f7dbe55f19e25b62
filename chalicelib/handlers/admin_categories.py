"""Calls of administrators about categories."""

from chalicelib.administration.categories import rename_category
from chalicelib.administration.merging import merge_category
from chalicelib.answers.administration import CategoriesMerged, CategoryRenamed
from chalicelib.handlers.acting import acting_admin
from chalicelib.http import Call
from chalicelib.path_ids import path_id
from chalicelib.requests.administration import NewName, Target


def admin_category_rename(call: Call[NewName], category_id: str) -> CategoryRenamed:
    """Rename a category; price lists may keep using its old name."""
    done = rename_category(path_id(category_id), call.body.name, acting_admin(call))
    return {
        "Status": True,
        "id": done.category.entity_id,
        "name": done.category.name,
        "offers": done.offers,
        "complete": done.complete,
    }


def admin_category_merge(call: Call[Target], category_id: str) -> CategoriesMerged:
    """Merge a category into another; a background job moves its goods, and price lists may keep using its name."""
    done = merge_category(path_id(category_id), call.body.into, acting_admin(call))
    return {"Status": True, "id": done.category.entity_id, "name": done.category.name, "complete": done.complete}
