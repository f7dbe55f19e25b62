"""Page cursors lead back to their place, and only in their own list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cursors import seal, unseal
from chalicelib.errors import FieldErrors

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@given(scope=TEXT, position=TEXT)
def test_a_cursor_leads_back_to_its_position(scope: str, position: str) -> None:
    assert unseal(scope, seal(scope, position)) == position


@given(position=TEXT, at=st.integers(0, 400), sign=st.sampled_from("AZaz09-_=!я"))
def test_an_altered_cursor_is_refused(position: str, at: int, sign: str) -> None:
    cursor = seal("list", position)
    at %= len(cursor)
    altered = cursor[:at] + sign + cursor[at + 1 :]
    if altered != cursor:
        with pytest.raises(FieldErrors):
            unseal("list", altered)


@pytest.mark.parametrize("cursor", ["", "x", "=", "яя", "A" * 5_000, "////"])
def test_refuses_an_invalid_cursor(cursor: str) -> None:
    with pytest.raises(FieldErrors):
        unseal("list", cursor)


def test_a_cursor_of_another_list_is_refused() -> None:
    with pytest.raises(FieldErrors):
        unseal("orders?state=new", seal("orders?state=sent", "1"))
