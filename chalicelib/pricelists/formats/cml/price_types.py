"""Which of the prices of an offer is the one that counts. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from chalicelib.pricelists.reading.faults import reject
from chalicelib.pricelists.reading.header_words import IGNORED, plain, role_of
from chalicelib.pricelists.reading.table_settings import TableSettings

# The ids of the types in our own exports, which no other program has: these are not asked about.
OUR_PRICE, OUR_RECOMMENDED = "4f0c6a52-8f1e-4d0b-9a57-2a64c0f3d1b7", "b8f4c9de-53a0-4c8e-8d3f-6d5f1e97a2c4"
# As many as columns of a table.
_MAX_TYPES = 500


class PriceType(NamedTuple):
    """A type of price, as a file declares it."""

    name: str
    currency: str


class PriceTypes:
    """The types of price in a list, and which of them is the price of goods, and the recommended one."""

    def __init__(self) -> None:
        self._declared: dict[str, PriceType] = {}
        self._used: dict[str, int] = {}  # with the line of the first price

    def declare(self, number: str, found: PriceType) -> None:
        """Add a type that a file declares. Raises PriceListRejected if there are more than anyone has."""
        self._declared[number] = found
        self._require_few(self._declared)

    def use(self, number: str, line: int) -> None:
        """Note that a price is of this type; "" if the price says nothing of it."""
        self._used.setdefault(number, line)
        self._require_few(self._used)

    def currency(self, number: str) -> str:
        """Return the currency of a type; "" if it is not known."""
        return self._declared[number].currency if number in self._declared else ""

    def recommended(self) -> str | None:
        """Return the type that is the price recommended to retailers, by its name, or None."""
        if OUR_RECOMMENDED in self._used:
            return OUR_RECOMMENDED
        return next((each for each in self._used if role_of(self._name(each)) == "price_rrc"), None)

    def chosen(self, settings: TableSettings) -> str | None:
        """Return the type that counts; None if the list has no prices.

        Raises PriceListRejected if the shop has to choose: what may be meant for others is not guessed at.
        """
        if not self._used:
            return None
        if OUR_PRICE in self._used:  # whatever the shop calls its price in lists of its own making
            return OUR_PRICE
        wanted = {plain(label) for label, role in settings.columns.items() if role == "price"}
        everything = dict.fromkeys([*self._declared, *self._used])
        if picked := [each for each in everything if {plain(each), plain(self._name(each))} & wanted]:
            return next((each for each in picked if each in self._used), picked[0])
        ours = [each for each in self._used if role_of(self._name(each)) not in {IGNORED, "price_rrc"}]
        known = [each for each in everything if each]
        # What the shop has chosen may not be in a list of changes, but is not another price for that.
        if len(ours) == 1 and (not wanted or (len(known) < 2 and ours[0] in self._declared) or not ours[0]):
            return ours[0]
        names = ", ".join(f"«{self._name(each) or each}»" for each in known)
        return reject("prices_unclear", min(self._used.values()), field="price", value=names)

    def _name(self, number: str) -> str:
        return self._declared[number].name if number in self._declared else number

    def _require_few(self, types: Mapping[str, object]) -> None:
        if len(types) > _MAX_TYPES:
            reject("too_many_columns", None, limit=_MAX_TYPES)
