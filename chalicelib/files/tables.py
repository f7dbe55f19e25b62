"""Tables, independent of their file format. Pure."""

from dataclasses import dataclass
from typing import Literal

ColumnKind = Literal["text", "number", "money", "moment"]


@dataclass(frozen=True, slots=True)
class Column:
    """``kind`` says what the values are: texts, whole numbers, kopecks or moments (aware); None is an empty cell.

    ``width`` is in characters.
    """

    title: str
    kind: ColumnKind = "text"
    width: int = 16
