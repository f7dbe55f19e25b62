"""Quick order: codes and quantities in a grid, pasted or from a file, checked and put into the basket together."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace

from chalicelib.console.forms import form_key
from chalicelib.console.screens.adding import added_notice, key_of
from chalicelib.console.screens.quick_lines import (
    Choice,
    LineView,
    QuickView,
    Typed,
    choice_of,
    cured,
    shown,
    typed_in_rows,
    typed_lines,
    unreadable,
)
from chalicelib.console.visit import Page, Redirect, Visit
from chalicelib.errors import FieldErrors
from chalicelib.ordering.alternatives import Need, other_shops
from chalicelib.ordering.basket import read_basket
from chalicelib.ordering.bulk import AddOptions, Done, enter
from chalicelib.ordering.entries import Entered, Wanted
from chalicelib.ordering.likeness import offers_like

# The blank lines at the end of the grid, and of an empty grid; without JavaScript, each check adds more.
_BLANK, _AT_FIRST = 3, 10
# The number of unknown codes for which suggestions are searched: one search each.
_LOOKED_UP = 6


def quick(visit: Visit) -> Page:
    """Show the grid: empty, or as it was typed if it was refused."""
    lines = [LineView(number, line) for number, line in enumerate(typed_in_rows(visit), 1)]
    return _page(visit, QuickView(lines))


def send(visit: Visit) -> Page | Redirect:
    """Check the lines, or put those that can be ordered into the basket; the others stay as typed.

    The answer to a check is a page, since a thousand lines do not fit into an address. Sending the form again adds
    nothing, because the key in it makes the two requests one.
    """
    lines = cured(typed_lines(visit), visit.form.get("cure", ""))
    is_order = bool(visit.form.get("save"))
    views, again = _entered(visit, lines, is_order=is_order)
    if not is_order:
        return _page(visit, QuickView(views, is_checked=True))
    refused = [line for line in views if line.faults]
    added = len(views) - len(refused)
    if not refused:
        return Redirect("basket", added_notice(added, again=again))
    kept = [replace(line, number=number, same=0) for number, line in enumerate(refused, 1)]
    return _page(visit, QuickView(kept, is_checked=True, added=added, again=again))


def left_over(visit: Visit, lines: Sequence[Typed], added: int, *, again: bool) -> Page:
    """Check lines that another screen has refused, and show them with their corrections.

    ``added`` is how many others went into the basket; ``again`` means when the same form was sent before.
    """
    views, _ = _entered(visit, lines, is_order=False)
    return _page(visit, QuickView(views, is_checked=True, added=added, again=again))


def _page(visit: Visit, view: QuickView) -> Page:
    first, more = len(view.lines) + 1, _BLANK if view.lines else _AT_FIRST
    # After a partial order, the form starts another one.
    key = secrets.token_urlsafe(12) if view.added else form_key(visit)
    return Page("quick/quick", replace(view, blank=range(first, first + more), key=key))


def _others(visit: Visit, views: Sequence[LineView], known: Mapping[int, Entered]) -> dict[int, Choice]:
    """Return, by line, the offers of other shops for goods that cannot be ordered in the typed quantities."""
    refused = {
        view.number: Need(offer, view.quantity)
        for view in views
        if view.good and view.faults and (offer := known[view.number].offer) is not None
    }
    if not refused:
        return {}
    held = {row.offer_id: row.quantity for row in read_basket(visit.caller.user_id)[1].values()}
    found = other_shops(list(refused.values()), held)
    return {
        number: choice_of(offer, {shop.entity_id: shop})
        for number, need in refused.items()
        if need.offer.offer_id in found
        for offer, shop in [found[need.offer.offer_id]]
    }


def _entered(visit: Visit, lines: Sequence[Typed], *, is_order: bool) -> tuple[list[LineView], bool]:
    """Return the lines with their results, and whether they were added when the same form was sent before."""
    entries = [line.entry for line in lines]
    wanted = [entry for entry in entries if isinstance(entry, Wanted)]
    key = key_of(visit, lines) if is_order else None
    options = AddOptions(dry_run=not is_order, choose_cheapest=True, choose_last=True, key=key)
    done = enter(visit.caller.user_id, wanted, options) if wanted else Done([])
    numbers = [number for number, entry in enumerate(entries, 1) if isinstance(entry, Wanted)]
    known = dict(zip(numbers, done.entries, strict=True))
    views = []
    for number, (typed, entry) in enumerate(zip(lines, entries, strict=True), 1):
        if isinstance(entry, FieldErrors):
            views.append(unreadable(number, typed, entry, visit))
            continue
        first = known[number].first
        same = numbers[first] if first is not None else 0
        views.append(shown(number, typed, known[number], visit.language, same=same, quantity=entry.quantity))
    for number, choice in _others(visit, views, known).items():
        views[number - 1] = replace(views[number - 1], other=choice)
    unknown = [place for place, view in enumerate(views) if view.is_unknown]
    for place in unknown[:_LOOKED_UP]:
        offers, shops = offers_like(views[place].typed.code)
        views[place] = replace(views[place], choices=[choice_of(one, shops) for one in offers])
    return views, done.again
