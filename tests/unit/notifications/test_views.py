"""Text from users is cleaned before it reaches a mail or a document."""

import pytest

from chalicelib.documents import views
from chalicelib.notifications.kinds.order_part import PartProps
from tests.unit.documents.builders import PLACED, make_contact, make_part
from tests.unit.notifications.builders import DOCUMENTS


@pytest.mark.parametrize("unsafe", ["\n", "\r\n", "\t", "\x00", "\u2028", "\u202e", "\x85", "\ud800"])
def test_characters_that_break_a_line_become_a_space(unsafe: str) -> None:
    assert views.one_line(f" a{unsafe}b ") == "a b"


def test_cleaning_reaches_every_text_of_a_view() -> None:
    part = make_part(shop_name="Связь\nПлюс")
    assert views.cleaned(PartProps(7001, 1, PLACED, part, make_contact(city="A\rB"), DOCUMENTS)) == PartProps(
        7001, 1, PLACED, make_part(shop_name="Связь Плюс"), make_contact(city="A B"), DOCUMENTS
    )
