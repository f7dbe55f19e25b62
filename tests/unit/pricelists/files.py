"""Price lists for tests, built from text, and the results of reading them."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent, indent
from typing import BinaryIO

from chalicelib.goods import ESSENTIAL, Good, GoodPatch
from chalicelib.pricelists.reading.assembly import assembled
from chalicelib.pricelists.reading.faults import DEFAULT_LIMITS, Fault, Limits, PriceListRejected
from chalicelib.pricelists.reading.reader import PriceList

SAMPLES = Path(__file__).parent / "samples"
HEAD = "shop: Лавка\ncategories:\n  - id: 10\n    name: Смартфоны\n  - id: 20\n    name: Чехлы\ngoods:\n"
FIELDS = {"id": "1", "category": "10", "model": "a/b", "name": "Телефон", "price": "100", "quantity": "5"}
CSV = "id;category;name;price;quantity\n"


@dataclass
class Outcome:
    """What iterating gave, in the order of its kind; of complete patches also the goods that a new shop would get."""

    goods: list[Good] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    patches: list[GoodPatch] = field(default_factory=list)

    @property
    def codes(self) -> list[str]:
        return [each.code for each in self.faults]


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def told(outcome: Outcome) -> list[tuple[str, int | None, str | None]]:
    return [(each.code, each.line, each.field) for each in outcome.faults]


def opener(content: str | bytes) -> Callable[[], BinaryIO]:
    raw = content.encode() if isinstance(content, str) else content
    return lambda: io.BytesIO(raw)


def read(content: str | bytes, limits: Limits = DEFAULT_LIMITS) -> Outcome:
    """Everything of a file that is not refused as a whole."""
    outcome = Outcome()
    for item in PriceList(opener(content), limits):
        if isinstance(item, Fault):
            outcome.faults.append(item)
        elif isinstance(item, GoodPatch):
            outcome.patches.append(item)
            if all(field.name in item.given for field in ESSENTIAL if field.column != "id"):
                outcome.goods.append(assembled(item.line, item.ext_id, item.given, limits)[0])
        else:
            outcome.goods.append(item)
    return outcome


def refusal(content: str | bytes, limits: Limits = DEFAULT_LIMITS) -> Fault:
    """The fault for which the file is refused as a whole."""
    try:
        outcome = read(content, limits)
    except PriceListRejected as rejected:
        return rejected.fault
    raise AssertionError(f"accepted: {outcome}")


def good(**fields: str | None) -> str:
    """One good as YAML: the usual fields, with those given instead; None leaves a field out."""
    lines = [f"{key}: {value}" for key, value in {**FIELDS, **fields}.items() if value is not None]
    return "  - " + "\n    ".join(lines) + "\n"


def goods(*rows: str) -> str:
    """A file with these goods and two categories, 10 and 20. The first good's first line is 8."""
    return HEAD + "".join(rows)


def table(**fields: str) -> str:
    """One good as CSV: the usual fields, with those given instead or in addition."""
    cells = {**FIELDS, "category": "Смартфоны", **fields}
    return ";".join(cells) + "\n" + ";".join(cells.values()) + "\n"


def block(text: str, spaces: int = 0) -> str:
    return indent(dedent(text).lstrip("\n"), " " * spaces)
