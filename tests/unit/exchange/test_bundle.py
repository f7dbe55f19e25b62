"""What a bundle notices of the parts that pass through it."""

import io

import pytest

from chalicelib.exchange.bundle import Bundle
from chalicelib.exchange.errors import ExchangeFailed
from chalicelib.models.exchange import Exchange


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "utf-16"])
@pytest.mark.parametrize("size", [1, 7, 1_000])
def test_prices_and_stock_are_seen_wherever_a_piece_ends(
    monkeypatch: pytest.MonkeyPatch, encoding: str, size: int
) -> None:
    monkeypatch.setattr("chalicelib.exchange.bundle._PIECE", size)
    for tag, seen in (("ЦенаЗаЕдиницу", (True, False)), ("Количество", (False, True)), ("Цена", (False, False))):
        bundle, into = Bundle(Exchange(files=[])), io.BytesIO()
        content = f"<a><{tag}>5</{tag}></a>".encode(encoding)
        bundle._copy(io.BytesIO(content), into)
        assert (bundle.has_prices, bundle.has_stock) == seen
        assert into.getvalue() == content


def test_what_unpacks_to_more_than_anybody_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.exchange.bundle.MAX_UNPACKED", 10)
    with pytest.raises(ExchangeFailed, match="too_large"):
        Bundle(Exchange(files=[]))._copy(io.BytesIO(b"x" * 11), io.BytesIO())
