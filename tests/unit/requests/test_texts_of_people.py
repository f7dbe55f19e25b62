"""What people write: sentences may have lines, words may be separated by any white space."""

import pytest

from chalicelib.errors import FieldErrors
from chalicelib.requests.administration import AdminMove, Block
from chalicelib.requests.base import Schema, parse
from chalicelib.requests.catalogue import ProductsQuery
from chalicelib.requests.orders import Cancellation, PartMove, RowsAnswer
from chalicelib.requests.partner import StateChange


@pytest.mark.parametrize(
    ("schema", "rest"),
    [
        (Cancellation, {}),
        (PartMove, {"state": "canceled"}),
        (AdminMove, {"state": "canceled"}),
        (StateChange, {"state": "off"}),
        (Block, {}),
    ],
)
def test_every_reason_may_have_several_lines(schema: type[Schema], rest: dict[str, str]) -> None:
    sent = {**rest, "reason": " Нет на складе.\r\nБудет\tв мае \n\n\n\nПозвоним\u2028сами\n"}
    found = parse(schema, sent).model_dump()["reason"]
    assert found == "Нет на складе.\nБудет в мае\n\nПозвоним\nсами"


def test_the_reason_of_a_row_may_have_several_lines() -> None:
    answer = parse(RowsAnswer, {"items": [{"id": 1, "quantity": 0, "reason": "Снят\vс производства"}]})
    assert answer.answers[0].reason == "Снят\nс производства"


@pytest.mark.parametrize("reason", ["a\x00b", "a\x1bb", "a\x7fb", "\ud800"])
def test_a_reason_with_a_control_character_is_refused(reason: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        parse(Cancellation, {"reason": reason})
    assert list(refused.value.faults) == ["reason"]


@pytest.mark.parametrize("reason", ["\n", "\r\n \n", "\u2028"])
def test_lines_without_a_word_are_not_a_reason(reason: str) -> None:
    with pytest.raises(FieldErrors):
        parse(PartMove, {"state": "canceled", "reason": reason})
    with pytest.raises(FieldErrors):
        parse(RowsAnswer, {"items": [{"id": 1, "quantity": 0, "reason": reason}]})


def test_words_to_look_for_may_be_pasted_with_tabs_and_line_breaks() -> None:
    assert parse(ProductsQuery, {"q": "чайник\tкрасный\r\n2 л"}).filters().words == "чайник красный 2 л"


@pytest.mark.parametrize("query", ["…", ".*", "😀🎉", "__"])
def test_words_without_a_letter_or_digit_are_refused_with_what_is_missing(query: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        parse(ProductsQuery, {"q": query})
    assert refused.value.errors("en") == {"q": ["At least one letter or digit is needed"]}
