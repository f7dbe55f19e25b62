"""Passwords: which are accepted, and how they are kept."""

import pytest

from chalicelib.accounts.passwords import hash_password, password_faults, password_matches

GOOD = "correct horse 9"


def keys(password: str, email: str = "") -> list[str]:
    return [key for key, _ in password_faults(password, email)]


@pytest.mark.parametrize("password", [GOOD, "a" * 128, "пароль мой 7", "        ", "12345678a"])
def test_long_enough_and_not_guessable_is_accepted(password: str) -> None:
    assert keys(password, "anna@chain.example") == []


@pytest.mark.parametrize(
    ("password", "faults"),
    [
        ("", ["password_short"]),
        ("seven77", ["password_short"]),
        ("a" * 129, ["password_long"]),
        ("1234567890", ["password_digits"]),
        ("PassWord1", ["password_common"]),
        ("my-anna.k-1", ["password_email"]),
        ("Chain.example", ["password_email"]),
        ("123", ["password_short", "password_digits"]),
        ("1" * 129, ["password_long", "password_digits"]),
    ],
)
def test_every_broken_rule_is_reported_at_once(password: str, faults: list[str]) -> None:
    assert keys(password, "anna.k@chain.example") == faults


def test_short_local_part_says_nothing_about_a_password() -> None:
    assert keys("banana boat", "ana@chain.example") == []


def test_limits_are_reported_with_the_rule() -> None:
    assert password_faults("x") == [("password_short", {"limit": 8})]


def test_only_the_right_password_matches() -> None:
    stored = hash_password(GOOD)
    assert password_matches(stored, GOOD)
    assert not password_matches(stored, GOOD + " ")


def test_hash_is_argon2id_salted_and_never_the_password() -> None:
    one, other = hash_password(GOOD), hash_password(GOOD)
    assert one.startswith("$argon2id$")
    assert one != other
    assert GOOD not in one


@pytest.mark.parametrize("stored", [None, "", "not a hash", "$argon2id$v=19$broken"])
def test_nothing_matches_an_account_without_a_usable_hash(stored: str | None) -> None:
    assert not password_matches(stored, GOOD)
    assert not password_matches(stored, "nobody has this password")
