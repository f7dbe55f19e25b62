"""What a file has said so far, for finding ids that it repeats."""

from operator import attrgetter

from chalicelib.goods import FIELDS, Good, GoodPatch

_values = attrgetter(*(field.name for field in FIELDS))
_LINE_BITS = 32
_LINE = (1 << _LINE_BITS) - 1
# With the line, no more than 60 bits: Python stores that in as many bytes as the line alone.
_CONTENT = (1 << 28) - 1


class Repeats:
    """The ids of a file, each with the line of its first row and what that row said.

    For each id a 64-bit number and the line are kept, not its text: 105 MB for a million. Two different ids in a file
    of a million goods are mistaken for each other with a probability of 3 in 10^8, and two rows of one id with
    different values are taken for the same with one of 4 in 10^9.
    """

    def __init__(self) -> None:
        # Python seeds string hashes at random in each process, so nobody can choose ids that collide.
        self._first: dict[int, int] = {}

    def line_of(self, ext_id: str, line: int) -> int | None:
        """Return the line of the first row with this id; None, and remember ``line``, if this is the first one."""
        key = hash(ext_id)
        first = self._first.get(key)
        if first is None:
            self._first[key] = line & _LINE
            return None
        return first & _LINE

    def keep(self, found: Good | GoodPatch) -> None:
        """Remember what the first row of its id says."""
        self._first[hash(found.ext_id)] |= _content(found) << _LINE_BITS

    def has(self, found: Good | GoodPatch) -> bool:
        """Whether the first row of this id says the same, and is valid."""
        return self._first[hash(found.ext_id)] >> _LINE_BITS == _content(found)


def _content(found: Good | GoodPatch) -> int:
    said = _values(found) if isinstance(found, Good) else (frozenset(found.given.items()), found.assumed_stock)
    return hash(said) & _CONTENT or 1
