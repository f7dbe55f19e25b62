"""Lines of a quick order, as typed and as shown after the check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib.answers.bulk import refusal
from chalicelib.console.forms import label_of
from chalicelib.console.screens.adding import addable
from chalicelib.console.visit import Visit
from chalicelib.errors import FieldErrors, field_error
from chalicelib.ids import as_id
from chalicelib.models.catalogue import Offer, Shop
from chalicelib.ordering.bulk import ADDED
from chalicelib.ordering.codes import AMBIGUOUS, NOT_FOUND
from chalicelib.ordering.entries import Entered
from chalicelib.ordering.pasted import Line, lines_in, lines_of, plain_quantity
from chalicelib.pricelists.sheets.first_sheet import UnreadableTable, rows_of_workbook, text_in
from chalicelib.requests.orders import MAX_ITEMS, Entry, read_entry
from chalicelib.texts import Language

_MOST_TYPED = 500
# The keys that the script handles, listed on the page.
KEYS = (
    ("Enter", "quick.key.enter"),
    ("↑ ↓", "quick.key.arrows"),
    ("Ctrl+V", "quick.key.paste"),
    ("Ctrl+Enter", "quick.key.check"),
    ("Ctrl+S", "quick.key.save"),
    ("Esc", "quick.key.clear"),
    ("/", "quick.key.search"),
    ("?", "quick.key.keys"),
)


@dataclass(frozen=True, slots=True)
class Typed:
    """A line as it was typed; ``picked`` is the id of the offer chosen for its code, 0 for none."""

    code: str
    quantity: str
    picked: int = 0

    @property
    def entry(self) -> Entry:
        """The line as the API reads it, or its errors."""
        if not self.code:
            return field_error("code", "blank")
        if not self.quantity:
            return field_error("quantity", "blank")
        named = {"product_info": self.picked} if self.picked else {"code": self.code}
        return read_entry({**named, "quantity": plain_quantity(self.quantity)})


@dataclass(frozen=True, slots=True)
class Choice:
    """An offer that a line may mean; the price is in kopecks."""

    offer_id: int
    name: str
    model: str
    shop: str
    price: int
    unit: str
    stock: int


@dataclass(frozen=True, slots=True)
class LineView:
    """A checked line: ``good`` is the offer to order, ``faults`` why the line cannot be ordered.

    ``nearest`` are possible quantities, ``choices`` offers that the code may mean or that have similar names. ``same``
    is the number of the first line of the same good, 0 for none, ``held`` the quantity in the basket, ``other`` the
    offer of another shop that could be ordered instead. ``is_quantity`` means that the quantity is wrong,
    ``is_unknown`` that no offer has the code, ``is_as_before`` that the good is the one that the buyer ordered last.
    """

    number: int
    typed: Typed
    good: Choice | None = None
    faults: Sequence[str] = ()
    nearest: Sequence[int] = ()
    choices: Sequence[Choice] = ()
    same: int = 0
    quantity: int = 0
    held: int = 0
    other: Choice | None = None
    is_cheapest: bool = False
    is_as_before: bool = False
    is_quantity: bool = False
    is_unknown: bool = False

    @property
    def total(self) -> int:
        """The price of the line in kopecks, 0 if it cannot be ordered."""
        return self.good.price * self.quantity if self.good and not self.faults else 0


@dataclass(frozen=True, slots=True)
class QuickView:
    """The page: its lines and the numbers of the blank ones after them.

    ``is_checked`` means that the lines were checked. ``added`` is how many were put into the basket just now or, with
    ``again``, when the same form was sent before.
    """

    lines: Sequence[LineView] = ()
    blank: Sequence[int] = ()
    key: str = ""
    is_checked: bool = False
    added: int = 0
    again: bool = False

    @property
    def keys(self) -> Sequence[tuple[str, str]]:
        """The keys of the script, and the keys of the texts that explain them."""
        return KEYS

    @property
    def wrong(self) -> list[LineView]:
        """The lines that were refused."""
        return [line for line in self.lines if line.faults]

    @property
    def able(self) -> int:
        """The number of lines that can be put into the basket."""
        return len(self.lines) - len(self.wrong)

    @property
    def total(self) -> int:
        """The price of these lines in kopecks."""
        return sum(line.total for line in self.lines)


def typed_in_rows(visit: Visit) -> list[Typed]:
    """Return the lines of the grid in their order, without blank ones."""
    codes, quantities, picked = (visit.starting(f"{name}.") for name in ("code", "quantity", "pick"))
    numbers = sorted({int(one) for one in (*codes, *quantities) if one.isdecimal() and len(one) < 6})
    lines: list[Typed] = []
    for number in map(str, numbers):
        code, quantity = codes.get(number, "").strip(), quantities.get(number, "").strip()
        offer, _, of = picked.get(number, "").partition(" ")
        if code or quantity:
            # An offer was chosen for another code, which has been overwritten since.
            lines.append(Typed(code[:_MOST_TYPED], quantity[:_MOST_TYPED], (as_id(offer) or 0) if of == code else 0))
    return lines


def typed_lines(visit: Visit) -> list[Typed]:
    """Return the lines of the grid, the text box and the file. Raises FieldErrors if there are none or too many."""
    pasted = lines_of(visit.form.get("lines", ""))
    file = visit.files.get("file")
    if file is not None and file.content:
        pasted += lines_of_file(file.content)
    lines = typed_in_rows(visit) + [Typed(one.code[:_MOST_TYPED], one.quantity[:_MOST_TYPED]) for one in pasted]
    if not lines:
        raise field_error("lines", "blank")
    if len(lines) > MAX_ITEMS:
        raise field_error("lines", "too_many", limit=MAX_ITEMS)
    return lines


def lines_of_file(content: bytes) -> list[Line]:
    """Return the lines of an uploaded file. Raises FieldErrors if it cannot be read."""
    text = text_in(content)
    try:
        return lines_of(text) if text is not None else lines_in(rows_of_workbook(content))
    except UnreadableTable:
        raise field_error("file", "table_file") from None


def cured(lines: Sequence[Typed], cure: str) -> list[Typed]:
    """Return the lines corrected by a button: ``7-q-10`` sets the quantity of line 7, ``7-p-123`` picks its offer."""
    number, _, rest = cure.partition("-")
    kind, _, value = rest.partition("-")
    return [_cured(line, kind, value) if str(place) == number else line for place, line in enumerate(lines, 1)]


def _cured(line: Typed, kind: str, value: str) -> Typed:
    if kind == "q" and value.isdecimal():
        return replace(line, quantity=value)
    return replace(line, picked=as_id(value) or 0) if kind == "p" else line


def shown(number: int, typed: Typed, entered: Entered, language: Language, *, same: int, quantity: int) -> LineView:
    """Return a line that could be read, with its quantity and result."""
    match, fault, result = entered.match, entered.outcome.fault, entered.outcome.result
    candidates = match.candidates if match is not None and match.refused == AMBIGUOUS else ()
    return LineView(
        *(number, typed),
        good=choice_of(entered.offer, entered.shops) if entered.offer is not None else None,
        faults=() if result == ADDED else (refusal(entered.outcome, language),),
        nearest=addable(entered.outcome),
        held=entered.outcome.quantity if result != ADDED else 0,
        choices=[choice_of(one, entered.shops) for one in candidates],
        same=same,
        quantity=quantity,
        is_cheapest=match is not None and match.chosen and not match.as_before,
        is_as_before=match is not None and match.as_before,
        is_quantity=fault is not None and fault.reason not in {"gone", "closed"},
        is_unknown=result == NOT_FOUND,
    )


def unreadable(number: int, typed: Typed, faults: FieldErrors, visit: Visit) -> LineView:
    """Return a line with the errors of its fields."""
    named = faults.errors(visit.language)
    texts = [f"{label_of(visit, name)}: {one}" for name, some in named.items() for one in some]
    return LineView(number, typed, faults=texts, is_quantity="quantity" in named)


def choice_of(offer: Offer, shops: Mapping[int, Shop]) -> Choice:
    """Return an offer as a choice, with the name of its shop."""
    shop = shops.get(offer.shop_id)
    return Choice(
        *(offer.offer_id, offer.name, offer.model, shop.name if shop is not None else ""),
        *(offer.price, offer.unit, offer.quantity),
    )
