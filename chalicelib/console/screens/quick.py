"""Quick order: codes and quantities in a grid, pasted or from a file, checked and put into the basket together."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from chalicelib.console.screens.adding import added_notice, form_key, key_of
from chalicelib.console.screens.quick_lines import (
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
from chalicelib.ordering.bulk import Done, How, enter
from chalicelib.ordering.entries import Wanted
from chalicelib.ordering.last_bought import last_bought
from chalicelib.ordering.likeness import offers_like

# Blank lines at the end of the grid; without a script more come with each check.
_BLANK, _AT_FIRST = 3, 10
# The number of unknown codes for which suggestions are searched: one search each.
_LOOKED_UP = 6


def quick(visit: Visit) -> Page:
    """Show the grid: empty, or as it was typed if it was refused."""
    lines = [LineView(number, line) for number, line in enumerate(typed_in_rows(visit), 1)]
    return _page(visit, QuickView(lines))


def send(visit: Visit) -> Page | Redirect:
    """Check the lines, or put those that can be ordered into the basket: the others stay as they were typed.

    The answer to a check is a page: a thousand lines do not fit into an address. Sent again, it adds nothing, since
    the key of the form makes both requests one.
    """
    lines = cured(typed_lines(visit), visit.form.get("cure", ""))
    is_order = bool(visit.form.get("save"))
    views, again = _entered(visit, lines, is_order=is_order)
    if not is_order:
        return _page(visit, QuickView(_as_bought_last(visit, views), is_checked=True))
    refused = [line for line in views if line.faults]
    added = len(views) - len(refused)
    if not refused:
        return Redirect("basket", added_notice(added, again=again))
    kept = [replace(line, number=number, same=0) for number, line in enumerate(refused, 1)]
    return _page(visit, QuickView(kept, is_checked=True, added=added, again=again))


def _as_bought_last(visit: Visit, views: Sequence[LineView]) -> Sequence[LineView]:
    """Return the lines with the good that the buyer ordered last, where a code has several."""
    open_lines = [view for view in views if view.choices and not view.is_unknown]
    ids = {one.offer_id for view in open_lines for one in view.choices}
    bought = last_bought(visit.caller.user_id, ids) if ids else {}
    latest = {
        view.number: max(known, key=lambda one: one.placed_at).offer_id
        for view in open_lines
        if (known := [bought[one.offer_id] for one in view.choices if one.offer_id in bought])
    }
    if not latest:
        return views
    lines = [replace(view.typed, picked=latest.get(view.number, view.typed.picked)) for view in views]
    chosen, _ = _entered(visit, lines, is_order=False)
    return [replace(view, is_as_before=view.number in latest) for view in chosen]


def _page(visit: Visit, view: QuickView) -> Page:
    first, more = len(view.lines) + 1, _BLANK if view.lines else _AT_FIRST
    # After a partial order, the form starts another one.
    key = secrets.token_urlsafe(12) if view.added else form_key(visit)
    return Page("quick/quick", replace(view, blank=range(first, first + more), key=key))


def _entered(visit: Visit, lines: Sequence[Typed], *, is_order: bool) -> tuple[list[LineView], bool]:
    """Return the lines with their results, and whether this form added them before."""
    entries = [line.entry for line in lines]
    wanted = [entry for entry in entries if isinstance(entry, Wanted)]
    how = How(dry_run=not is_order, choose_cheapest=True, key=key_of(visit, lines) if is_order else None)
    done = enter(visit.caller.user_id, wanted, how) if wanted else Done([])
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
    unknown = [place for place, view in enumerate(views) if view.is_unknown]
    for place in unknown[:_LOOKED_UP]:
        offers, shops = offers_like(views[place].typed.code)
        views[place] = replace(views[place], choices=[choice_of(one, shops) for one in offers])
    return views, done.again
