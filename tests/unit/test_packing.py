"""What is packed is read again; what was stored before, as text, is read too; what is damaged is never half read."""

import base64
import json
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.packing import ROWS, compact, pack, unpack

JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda one: st.lists(one))
VALUES = st.lists(JSON) | st.dictionaries(st.text(), JSON)


@given(VALUES)
def test_everything_is_read_as_it_was_packed_in_bytes_in_base64_and_as_text(value: Any) -> None:
    packed = pack(value, ROWS)
    for stored in (packed, base64.b64encode(packed).decode(), json.dumps(value)):
        assert unpack(stored, ROWS) == value


@pytest.mark.parametrize("damaged", [lambda packed: packed[:-1], lambda packed: packed[:-1] + b"?"])
def test_what_is_damaged_is_refused(damaged: Any) -> None:
    with pytest.raises(zlib.error):
        unpack(damaged(pack([{"id": 7}], ROWS)), ROWS)


def test_another_dictionary_is_noticed() -> None:
    with pytest.raises(zlib.error):
        unpack(pack([{"id": 7}], ROWS), ROWS + b" ")


def test_rows_that_were_stored_with_this_dictionary_are_read() -> None:
    stored = bytes.fromhex("78bbc554ab558b8638c01caeffc2726068ec54aa8d0500776c0a42")
    assert unpack(stored, ROWS) == [{"id": 7, "name": "Чай"}]


def test_the_rows_of_a_part_take_less_than_half() -> None:
    about: dict[str, Any] = {"parameters": [["Диагональ (дюйм)", "6.5"], ["Цвет", "синий"]], "unit": "", "vat_rate": 20}
    rows = [
        {"id": 2839671397078835 + n * 90071992547, "name": f"Смартфон {n}", "model": f"apple/{n}", "price": n, **about}
        for n in range(5)
    ]
    assert len(pack(rows, ROWS)) < len(compact(rows).encode()) / 2
