"""E-mail addresses: one form each, and only those that mail can be sent to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.accounts.emails import normal_email


@pytest.mark.parametrize(
    ("given", "known_as"),
    [
        ("anna@chain.example", "anna@chain.example"),
        ("  Anna@Chain.EXAMPLE ", "anna@chain.example"),
        ("anna+orders@chain.example", "anna+orders@chain.example"),
        ("anna@почта.рф", "anna@xn--80a1acny.xn--p1ai"),
        ("anna@ПОЧТА.РФ", "anna@xn--80a1acny.xn--p1ai"),
        ("anna@xn--80a1acny.xn--p1ai", "anna@xn--80a1acny.xn--p1ai"),
        ("ａｎｎａ@chain.example", "anna@chain.example"),
        ("o'neil.a-b_c@sub.chain.example", "o'neil.a-b_c@sub.chain.example"),
        ("a" * 64 + "@chain.example", "a" * 64 + "@chain.example"),
    ],
)
def test_address_is_known_by_one_form(given: str, known_as: str) -> None:
    assert normal_email(given) == known_as


@pytest.mark.parametrize(
    "value",
    [
        *[
            "",
            "@",
            "anna",
            "anna@",
            "@chain.example",
            "anna@chain",
            "anna@chain.",
            "anna@.example",
            "anna@chain..example",
        ],
        *[
            "an na@chain.example",
            "anna@@chain.example",
            ".anna@chain.example",
            "anna.@chain.example",
            "a..b@chain.example",
        ],
        *[
            "анна@chain.example",
            '"anna"@chain.example',
            "anna@[127.0.0.1]",
            "anna@-chain.example",
            "anna@chain_.example",
        ],
        *["a" * 65 + "@chain.example", "anna@" + "a" * 64 + ".example", "anna@" + "a." * 130 + "example"],
        *[
            "anna@chain.example\nbcc:x@y.example",
            "<anna@chain.example>",
            "anna@chain.example,b@c.example",
            "a@\ud800.ru",
        ],
        # IDNA 2003 would make strasse.example of it, which is somebody else's.
        *["user@straße.example", "user@STRASSE-ẞ.example", "user@οδος.example", "user@a\u200db.example"],
    ],
)
def test_refuses_an_address_that_cannot_be_mailed(value: str) -> None:
    assert normal_email(value) is None


@given(st.text(max_size=60))
def test_no_text_breaks_the_check_and_the_form_is_final(value: str) -> None:
    known = normal_email(f"{value}@chain.example")
    assert known is None or normal_email(known) == known
