"""A host name has one ASCII form, or none where programs disagree on the host that it means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.hosts import ascii_host, is_ambiguous


@pytest.mark.parametrize(
    ("name", "known_as"),
    [
        ("Chain.EXAMPLE", "chain.example"),
        ("почта.рф", "xn--80a1acny.xn--p1ai"),
        ("ПОЧТА。РФ", "xn--80a1acny.xn--p1ai"),
        ("ΟΔΟΣ.example", "xn--pxavbq.example"),
        ("xn--strae-oqa.example", "xn--strae-oqa.example"),
        ("192.0.2.1", "192.0.2.1"),
    ],
)
def test_a_host_has_one_ascii_form(name: str, known_as: str) -> None:
    assert (ascii_host(name), is_ambiguous(name)) == (known_as, False)


@pytest.mark.parametrize(
    "name", ["straße.example", "STRAẞE.example", "οδος.example", "نامه\u200cای.example", "a\u200db.example"]
)
def test_a_name_that_programs_read_differently_has_none(name: str) -> None:
    assert (ascii_host(name), is_ambiguous(name)) == (None, True)


@pytest.mark.parametrize("name", ["a..b", "a" * 64, "\ud800.ru"])
def test_what_is_not_a_host_name_has_none_either(name: str) -> None:
    assert (ascii_host(name), is_ambiguous(name)) == (None, False)


@given(st.text(max_size=60))
def test_the_ascii_form_is_final(name: str) -> None:
    known = ascii_host(name)
    assert known is None or (known.isascii() and ascii_host(known) == known)
