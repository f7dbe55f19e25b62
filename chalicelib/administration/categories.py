"""Renaming a category; price lists may continue to use its old name (docs/decisions/0008-category-rename.md)."""

from dataclasses import dataclass

from chalicelib.administration.acts import Admin
from chalicelib.catalogue import directory
from chalicelib.catalogue.categories import copy_name, find_category, stored_category
from chalicelib.catalogue.identity import normal_name
from chalicelib.dynamo.retry import retry_lost
from chalicelib.dynamo.transaction import Lost, Transaction
from chalicelib.errors import Busy, CategoryTaken, NotFound
from chalicelib.models.catalogue import CATEGORIES, Category


@dataclass(frozen=True, slots=True)
class Renamed:
    """A category with its new name, the number of offers this call updated, and whether all offers are up to date."""

    category: Category
    offers: int
    complete: bool


def rename_category(category_id: int, name: str, by: Admin) -> Renamed:
    """Rename the category and copy the name into its offers on sale. The id stays.

    Repeating the call with the same name continues with the offers. Raises NotFound, Busy; CategoryTaken if the name
    is or was another category's.
    """
    category = _named(category_id, " ".join(name.split()))
    done, complete = copy_name(category)
    by.did("rename_category", category_id, new_name=category.name, offers=done, complete=complete)
    return Renamed(category, done, complete)


def _named(category_id: int, name: str) -> Category:
    def attempt(_: frozenset[str]) -> Category:
        category = _stored(category_id)
        if category.name != name:
            _rename(category, name)
            category = _stored(category_id)
        if category.name != name:
            raise Lost
        return category

    # An attempt loses if an import has just made a category of this name, or another administrator renamed this one.
    return retry_lost(attempt, otherwise=Busy)


def _stored(category_id: int) -> Category:
    category = stored_category(category_id)
    if category is None or category.alias_of is not None:
        raise NotFound
    return category


def _rename(category: Category, name: str) -> None:
    owner, identity = find_category(name)
    if owner is not None and owner.entity_id != category.entity_id:
        raise CategoryTaken(detail={"id": owner.entity_id})
    actions = [
        Category.name.set(name),
        Category.directory_sort.set(normal_name(name)),
        Category.origin.set(category.origin or category.name),
    ]
    transaction = Transaction()
    transaction.update("category", Category.at(category.entity_id), actions, Category.name == category.name)
    if owner is None:
        alias = Category.at(identity)
        alias.entity_id, alias.name, alias.alias_of = identity, name, category.entity_id
        alias.directory_sort = normal_name(name)
        transaction.create("alias", alias)
    transaction.commit()
    directory.changed(CATEGORIES)
