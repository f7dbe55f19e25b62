"""What all parts of a list hold, as they are read."""

from chalicelib.pricelists.formats.cml.parser import CATALOGUE, OFFERS, ONLY_CHANGES, Element
from chalicelib.pricelists.formats.cml.price_types import PriceType, PriceTypes
from chalicelib.pricelists.formats.cml.records import is_true, record_of
from chalicelib.pricelists.formats.cml.store import Store, Word
from chalicelib.pricelists.reading.commerceml import ROOT
from chalicelib.pricelists.reading.faults import Limits, reject
from chalicelib.pricelists.reading.raw import LISTS
from chalicelib.pricelists.reading.table_settings import TableSettings

_CHANGES = "ИзмененияПакетаПредложений"
_WORDS: dict[str, Word] = {"Группа": "group", "Свойство": "property", "СвойствоНоменклатуры": "property"}


class Contents:
    """Takes what the parser finds, and knows what kind of list it is. ``part`` is the number of the part being read."""

    def __init__(self, store: Store, limits: Limits) -> None:
        self.store = store
        self.types = PriceTypes()
        self.part = 0
        self.offers = 0
        self.first_line = 0  # of a good or an offer; 0 if there is none
        self.stocked = False
        self._limits = limits
        self._priced = self._named = False
        self._only_changes: bool | None = None  # if any part says
        self._groups: dict[str, int] = {}  # in which goods are, with the line of the first

    def begun(self, section: str, attributes: dict[str, str]) -> None:
        """Note what a section says of itself."""
        if section == _CHANGES:
            self._changes("true")
        elif section in OFFERS | {CATALOGUE, ROOT} and ONLY_CHANGES in attributes:
            self._changes(attributes[ONLY_CHANGES])

    def _changes(self, said: str) -> None:
        self._only_changes = is_true(said) or bool(self._only_changes)

    def piece(self, section: str, element: Element) -> None:
        """Keep a piece of the list."""
        match element.tag:
            case "Товар" | "Предложение":
                self._good(element)
            case "ТипЦены":
                found = PriceType(element.said("Наименование"), element.said("Валюта"))
                self.types.declare(element.said("Ид"), found)
            case "Справочник" | "ВариантЗначения":
                self.store.learn("value", element.said("ИдЗначения", "Ид"), element.said("Значение"))
            case "ЕдиницаИзмерения":
                name = element.said("НаименованиеКраткое") or element.said("НаименованиеПолное", "Наименование")
                self.store.learn("unit", element.said("Код", "Ид"), name)
            case _:
                if element.tag == ONLY_CHANGES and section in OFFERS | {CATALOGUE}:
                    self._changes(element.text)

    def named(self, kind: str, number: str, name: str) -> None:
        """Keep the name of a group or property."""
        if number and name:
            self.store.learn(_WORDS[kind], number, name)

    def merges(self, settings: TableSettings) -> bool:
        """Whether goods that the list does not name stay on sale.

        They do if it says so anywhere, and if it cannot say what is sold: no offers, or no prices, or no names.
        """
        if self._only_changes or (self._only_changes is None and settings.merges):
            return True
        return not (self.offers and self._priced and self._named)

    def groups(self) -> dict[str, tuple[str, int]]:
        """Return the groups that goods are in, by their ids: the name, and the line of the first such good."""
        named = ((number, self.store.word("group", number), line) for number, line in self._groups.items())
        return {number: (name, line) for number, name, line in named if name}

    def _good(self, element: Element) -> None:
        record = record_of(element, self.part)
        self.first_line = self.first_line or element.line
        self._named = self._named or bool(record.get("name"))
        if group := record.get("group"):
            self._groups.setdefault(group, element.line)
            if len(self._groups) > self._limits.max_categories:
                reject(LISTS["categories"], element.line, limit=self._limits.max_categories)
        if element.tag == "Товар":
            self.store.add("good", record)
            return
        self.offers += 1
        self.stocked = self.stocked or "stock" in record or "quantity" in record.get("own", {})
        prices = record.get("prices", [])
        self._priced = self._priced or bool(prices) or "price" in record.get("own", {})
        for price in prices:
            self.types.use(price["type"], price["line"])
        self.store.add("offer", record)
