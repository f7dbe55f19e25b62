"""Messages in addresses arrive whole, whatever the names in them are."""

import pytest

from chalicelib.console.forgery import opened, sealed
from chalicelib.console.visit import Notice


@pytest.mark.parametrize("letter", ["ы", "🚀", '"', "\x01"])
def test_a_message_arrives_with_a_name_of_any_letters(letter: str) -> None:
    notice = Notice("admin.approved", {"name": letter * 200, "left": 12})
    assert opened("secret", sealed("secret", notice)) == notice
    assert opened("another", sealed("secret", notice)) is None
