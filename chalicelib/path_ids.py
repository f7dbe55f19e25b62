"""Ids in the paths of calls and screens."""

from chalicelib.errors import NotFound
from chalicelib.ids import as_id


def path_id(value: str) -> int:
    """Return the id in a path. Raises NotFound if the text is not an id."""
    found = as_id(value)
    if found is None:
        raise NotFound
    return found
