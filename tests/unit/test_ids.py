"""Ids: what is one, and that ours fit into a double."""

import secrets

import pytest

from chalicelib.ids import LIMIT, as_id, new_id


@pytest.mark.parametrize(
    ("value", "expected"),
    [(7, 7), ("7", 7), (" 7 ", 7), ("007", 7), (1, 1), (LIMIT - 1, LIMIT - 1), (str(LIMIT - 1), LIMIT - 1)],
)
def test_numbers_and_digits_are_ids(value: object, expected: int) -> None:
    assert as_id(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        *[0, -1, LIMIT, str(LIMIT), 10**4000, "9" * 5000, "", " ", "1.0", "+1", "-1", "1e3", "0x1", "6add", "٣", "²"],
        *[True, False, None, 1.0, [1], {"id": 1}, b"1"],
    ],
)
def test_refuses_any_value_that_is_not_an_id(value: object) -> None:
    assert as_id(value) is None


@pytest.mark.parametrize("drawn", [0, LIMIT - 2])
def test_new_ids_are_positive_and_exact_in_a_double(drawn: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "randbelow", {LIMIT - 1: drawn}.__getitem__)
    identity = new_id()
    assert as_id(identity) == identity == int(float(identity))


def test_new_ids_do_not_follow_each_other() -> None:
    ids = [new_id() for _ in range(50)]
    assert len(set(ids)) == 50
    assert ids != sorted(ids)
