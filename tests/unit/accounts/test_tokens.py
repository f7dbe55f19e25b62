"""Tokens: 256 random bits behind the owner's id."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.accounts.tokens import new_token, token_hash, token_owner
from chalicelib.ids import LIMIT


@given(st.integers(min_value=1, max_value=LIMIT - 1))
def test_token_names_its_owner(user_id: int) -> None:
    assert token_owner(new_token(user_id)) == user_id


def test_token_is_one_word_of_url_safe_characters() -> None:
    token = new_token(LIMIT - 1)
    assert len(token) == 52
    assert token.replace("-", "").replace("_", "").isalnum()


def test_two_tokens_of_one_user_share_no_secret() -> None:
    secrets = {base64.urlsafe_b64decode(new_token(7))[7:] for _ in range(20)}
    assert len(secrets) == 20
    assert {len(secret) for secret in secrets} == {32}


@pytest.mark.parametrize("text", ["", "x", "a" * 51, "a" * 53, "токен", "\ud800", "a" * 10_000, "=" * 52, "!" * 52])
def test_refuses_any_text_that_is_not_a_token(text: str) -> None:
    assert token_owner(text) is None


@given(st.text())
def test_no_text_breaks_the_check(text: str) -> None:
    assert token_owner(text) is None or isinstance(token_owner(text), int)


def test_stored_is_a_sha256_that_differs_by_token() -> None:
    assert len(token_hash("a")) == 64
    assert token_hash("a") != token_hash("b")
