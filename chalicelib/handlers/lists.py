"""Calls about the lists that a buyer keeps."""

from chalicelib.answers.bulk import EntryResults, bulk_body
from chalicelib.answers.common import Done, RowsRemoved
from chalicelib.answers.goods_now import (
    SavedListCard,
    SavedListChanged,
    SavedListCreated,
    SavedListHead,
    good_now,
    list_head,
)
from chalicelib.http import Call
from chalicelib.ordering import saved_lists
from chalicelib.path_ids import path_id
from chalicelib.requests.accounts import Deletion
from chalicelib.requests.saved_lists import ListChange, ListLines, NewList


def saved_list_heads(call: Call[None]) -> list[SavedListHead]:
    """The buyer's own lists, by name, without their lines."""
    return [list_head(one) for one in saved_lists.lists_of(call.caller.user_id)]


def saved_list_create(call: Call[NewList]) -> SavedListCreated:
    """Keep a list: of offers, of what an order had, of what the basket holds, or of several of them."""
    user_id, body = call.caller.user_id, call.body
    saved_lists.require_offers(body.lines)
    lines = [
        *body.lines,
        *(saved_lists.lines_of_order(user_id, body.order) if body.order is not None else []),
        *(saved_lists.lines_of_basket(user_id) if body.basket else []),
    ]
    made = saved_lists.create_list(user_id, body.name, lines)
    return {"Status": True, "id": made.list_id, "lines": made.line_count, "version": made.version}


def saved_list(call: Call[None], list_id: str) -> SavedListCard:
    """One of the buyer's own lists, with its goods as they are sold now."""
    found = saved_lists.list_of(call.caller.user_id, path_id(list_id))
    lines = saved_lists.lines_of(found)
    offers, shops = saved_lists.goods_of(lines)
    return {**list_head(found), "items": [good_now(line, offers, shops, call.language) for line in lines]}


def saved_list_change(call: Call[ListChange], list_id: str) -> SavedListChanged:
    """Rename a list, or replace its lines."""
    body, lines = call.body, call.body.lines
    saved_lists.require_offers(lines or [])
    user_id, own = call.caller.user_id, path_id(list_id)
    return {
        "Status": True,
        **list_head(saved_lists.change_list(user_id, own, name=body.name, lines=lines, version=body.version)),
    }


def saved_list_delete(call: Call[None], list_id: str) -> Done:
    """Delete a list."""
    saved_lists.delete_list(call.caller.user_id, path_id(list_id))
    return {"Status": True}


def saved_list_set(call: Call[ListLines], list_id: str) -> SavedListChanged:
    """Set quantities of offers in a list; new ones are added to its end."""
    saved_lists.require_offers(call.body.lines)
    changed = saved_lists.set_lines(call.caller.user_id, path_id(list_id), call.body.lines, call.body.version)
    return {"Status": True, **list_head(changed)}


def saved_list_remove(call: Call[Deletion], list_id: str) -> RowsRemoved:
    """Remove offers from a list; ids that are not in it are skipped and not counted."""
    removed = saved_lists.remove_lines(call.caller.user_id, path_id(list_id), call.body.items)
    return {"Status": True, "Удалено объектов": removed}


def saved_list_to_basket(call: Call[None], list_id: str) -> EntryResults:
    """Add the goods of a list to the basket as far as they are available; one result per line."""
    entries, outcomes = saved_lists.list_to_basket(call.caller.user_id, path_id(list_id))
    return bulk_body([*entries], outcomes, call.language)
