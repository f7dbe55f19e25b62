"""A good and an offer of it together, as one row of a price list. Pure."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from chalicelib.goods import BY_COLUMN
from chalicelib.pricelists.formats.cml.price_types import PriceTypes
from chalicelib.pricelists.formats.cml.records import Pairs, Place, Price, Record
from chalicelib.pricelists.formats.cml.stock import price_per_unit, whole_pieces
from chalicelib.pricelists.formats.cml.store import Store
from chalicelib.pricelists.formats.cml.units import rate_of, unit_of
from chalicelib.pricelists.reading.faults import Fault, Limits, fault
from chalicelib.pricelists.reading.raw import Node, PartRow, RawMapping

# Where goods without a group are, as those of tables without headings.
NO_CATEGORY: Final = "Без категории"
_NOTHING: Final[Record] = {"part": 0, "line": 1, "at": {}, "wrong": []}
_GUID = 36
_MAX_FAULTS = 100


class Joined(NamedTuple):
    """A row; ``faults`` are those of its texts that only the reader of a format sees."""

    node: RawMapping
    raw: PartRow
    faults: tuple[Fault, ...]


class Joiner:
    """Makes rows of what the parts say.

    ``price`` is the type of price that counts; ``files`` are the names of the parts, none for a list that is one file.
    """

    def __init__(self, store: Store, types: PriceTypes, price: str | None, files: list[str], limits: Limits) -> None:
        self.adjusted = 0  # stocks that no shop can have, with the first of them and what it was taken for
        self.example = "", ""
        self._store, self._types, self._price = store, types, price
        self._recommended = types.recommended()
        self._files, self._limits = files, limits

    def row(self, offer: Record, good: Record | None, *, partial: bool) -> Joined:
        """Return the row of an offer; one that is ``partial`` lacks what neither it nor its good says.

        A good without an offer is its own: then what is empty is emptied, while programs leave much of an offer empty
        that its good says, perhaps in another list.
        """
        base = good or _NOTHING
        at = {**base["at"], **offer["at"]}
        values: dict[str, Node] = {}
        if number := offer.get("id"):
            values["id"] = number
        name = _name(offer, base)
        if name is not None:
            values["name"] = name
        self._texts(values, at, offer, base)
        self._category(values, offer, base, partial=partial)
        parameters = self._parameters(offer, base)
        if parameters:
            line = min((place[1] for field, place in at.items() if field.startswith("parameters")), default=1)
            lines = {field.partition(".")[2]: place[1] for field, place in at.items() if "." in field}
            values["parameters"] = RawMapping(line, parameters, lines)
        self._money(values, at, offer)
        if "stock" in offer:
            values["quantity"] = self._pieces(offer["stock"])
        for field, own in {**base.get("own", {}), **offer.get("own", {})}.items():
            values[field] = list(own) if field in BY_COLUMN and BY_COLUMN[field].kind == "urls" else own[0]
        node = RawMapping(offer["line"], values, {field: place[1] for field, place in at.items()})
        return Joined(node, self._raw(offer, at), self._faults(offer, base))

    def _texts(self, values: dict[str, Node], at: dict[str, Place], offer: Record, base: Record) -> None:
        said = {
            "model": (offer.get("model"), base.get("model")),
            "gtin": (offer.get("gtin"), base.get("gtin")),
            "description": (offer.get("description"), base.get("description")),
            "vat_rate": (offer.get("vat_rate"), base.get("vat_rate")),
            "unit": (self._unit(offer), self._unit(base)),
        }
        for field, (own, of_good) in said.items():
            if not own and of_good is None:
                continue
            # Offers often have another code for the unit, and no article or barcode where their good has one.
            text = (of_good or own) if field == "unit" else (own or of_good)
            values[field] = rate_of(text or "") if field == "vat_rate" else text or ""
            if text and text == of_good and field in base["at"]:
                at[field] = base["at"][field]
        images = offer.get("images") or base.get("images")
        if images:
            values["images"] = list(images)

    def _unit(self, record: Record) -> str | None:
        if "unit" not in record:
            return None
        text, code, full = record["unit"]
        number = (text if text.isdigit() else code).strip()
        known = self._store.word("unit", number) if number else None
        return unit_of(text, code, full or known or "")

    def _category(self, values: dict[str, Node], offer: Record, base: Record, *, partial: bool) -> None:
        group = offer.get("group") or base.get("group")
        if group and self._store.word("group", group):
            values["category"] = group
        elif not partial:
            values["category"] = NO_CATEGORY
        elif group == "":
            values["category"] = ""

    def _parameters(self, offer: Record, base: Record) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for record in (base, offer):
            for number, values in record.get("properties", []):
                self._property(found, number, values)
        for pairs in (*_pairs(base), *_pairs(offer)):
            for name, values in pairs:
                found[name] = ", ".join(values)
        return found

    def _property(self, found: dict[str, Node], number: str, values: list[str]) -> None:
        """Add a property whose name is known; a value that is only an id says nothing."""
        name = number[1:] if number.startswith("=") else self._store.word("property", number)
        if not name:
            return
        said = [self._store.word("value", value) or ("" if is_guid(value) else value) for value in values if value]
        if any(said) or not any(values):
            found[name] = ", ".join(filter(None, said))

    def _money(self, values: dict[str, Node], at: dict[str, Place], offer: Record) -> None:
        prices = offer.get("prices", [])
        price = _of(prices, self._price)
        if price is not None:
            values["price"] = price_per_unit(price["price"], price["units"])
            at["price"] = at["price"][0], price["line"]
            currency = price["currency"] or self._types.currency(price["type"])
            if currency:
                values["currency"] = currency
                at["currency"] = at["price"]
        recommended = _of(prices, self._recommended)
        if recommended is not None and recommended is not price:
            values["price_rrc"] = price_per_unit(recommended["price"], recommended["units"])
            at["price_rrc"] = at["price"][0], recommended["line"]

    def _pieces(self, stock: str) -> str:
        taken = whole_pieces(stock)
        if taken.changed:
            self.adjusted += 1
            if self.adjusted == 1:
                self.example = stock, taken.text
        return taken.text

    def _raw(self, offer: Record, at: Mapping[str, Place]) -> PartRow:
        if len(self._files) < 2:
            return PartRow({})
        files = {field: self._files[place[0]] for field, place in at.items()}
        return PartRow({**files, "": self._files[offer["part"]]})

    def _faults(self, offer: Record, base: Record) -> tuple[Fault, ...]:
        wrong = [*offer["wrong"], *([] if base is offer else base["wrong"])][:_MAX_FAULTS]
        limit = self._limits.max_scalar
        return tuple(
            fault(code, line, field=field, value=value, limit=limit) for code, _part, line, field, value in wrong
        )


def _name(offer: Record, base: Record) -> str | None:
    """Return the name: that of the offer, which usually says what kind of the good it is, else with that added."""
    own, of_good = offer.get("name"), base.get("name")
    if own and own != of_good:
        return own
    if own is None and of_good is None:
        return None
    name = own or of_good or ""
    kinds = offer.get("characteristics") or base.get("characteristics", [])
    kind = ", ".join(value for _, values in kinds for value in values if value)
    # An offer that names itself, and has no good, has said it all.
    return f"{name} ({kind})" if kind and of_good and name else name


def _pairs(record: Record) -> tuple[Pairs, Pairs]:
    return record.get("details", []), record.get("characteristics", [])


def _of(prices: list[Price], kind: str | None) -> Price | None:
    """Return the price of a type; of several, as for larger quantities, the one for a single unit, else the first."""
    there = [price for price in prices if price["type"] == kind]
    return next((price for price in there if price["units"] in {"", "1"}), next(iter(there), None))


def is_guid(value: str) -> bool:
    """Whether a value of a property is only the id of one."""
    return len(value) == _GUID and value.count("-") == 4
