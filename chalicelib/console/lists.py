"""Lists whose address says what they show: filters in the query, and the next page by a cursor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from chalicelib.console.visit import SchemaT, Visit
from chalicelib.cursors import seal
from chalicelib.errors import FieldErrors
from chalicelib.requests.base import parse


@dataclass(frozen=True, slots=True)
class Filter:
    """The filters of a list as they were typed, and their faults; with a fault, the list is unfiltered."""

    sent: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, list[str]] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """Return what was typed."""
        return self.sent.get(name, "")

    @property
    def is_set(self) -> bool:
        """Whether the list is filtered at all."""
        return any(self.sent.values())


def queried(visit: Visit, schema: type[SchemaT], names: Sequence[str]) -> tuple[SchemaT, Filter]:
    """Return the query as the API's schema, and its filters ``names`` as they were typed.

    A wrong filter is shown with its error above the unfiltered list, so that an incomplete address still opens a page.
    """
    sent = {name: visit.query[name][:200] for name in names if visit.query.get(name)}
    try:
        return visit.read_query(schema), Filter(sent)
    except FieldErrors as faults:
        errors = faults.errors(visit.language)
        return parse(schema, {}), Filter(sent, errors)


def page_after(visit: Visit, scope: str, position: str | None) -> str:
    """Return the query of the next page with the filters of this one, "" if ``position`` is None."""
    if not position:
        return ""
    return "?" + urlencode({**visit.query, "cursor": seal(scope, position)})
