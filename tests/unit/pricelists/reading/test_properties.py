"""What holds for every file: valid goods come back as they were, and no bytes cause any other exception."""

import contextlib
import random
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped, unused-ignore]
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.catalogue.identity import normal_name
from chalicelib.goods import Good
from chalicelib.pricelists.planning.digest import digest
from chalicelib.pricelists.reading.faults import Fault, PriceListRejected
from chalicelib.pricelists.reading.raw import tidy
from chalicelib.pricelists.reading.reader import PriceList
from chalicelib.pricelists.reading.text import forbidden_in
from tests.unit.pricelists.files import good, goods, opener, read

# Everything a text may hold: no control characters and surrogates, nor what is not assigned to a character, nor the
# characters of private use that stand for these inside the service.
LETTERS = st.characters(exclude_categories=["Cc", "Cs", "Cn"]).filter(lambda letter: forbidden_in(letter) is None)
TEXT = st.text(LETTERS, min_size=1, max_size=40).map(tidy).filter(bool)
KOPECKS = st.integers(1, 10**12)
EXAMPLES = Path(__file__).parents[4] / "examples"
CATEGORIES = ["Смартфоны", "Чехлы"]


@st.composite
def valid_goods(draw: st.DrawFn) -> list[Good]:
    ids = draw(st.lists(TEXT, min_size=1, max_size=5, unique=True))
    build = st.builds(
        Good,
        line=st.just(0),
        ext_id=st.just(""),
        category=st.sampled_from(CATEGORIES),
        model=st.just("") | TEXT,
        name=TEXT,
        price=KOPECKS,
        price_rrc=st.none() | KOPECKS,
        quantity=st.integers(0, 10**9),
        parameters=st.dictionaries(TEXT, TEXT, max_size=4).map(lambda found: tuple(found.items())),
    )
    return [
        Good(0, ext_id, *(getattr(rest, name) for name in Good.__slots__[2:]))
        for ext_id in ids
        for rest in [draw(build)]
    ]


def roubles(kopecks: int | None, mark: str) -> str | None:
    return None if kopecks is None else f"{kopecks // 100}{mark}{kopecks % 100:02}"


def as_written(row: Good, rng: random.Random) -> dict[str, Any]:
    """The good as a supplier may write it, its keys in any order."""
    pairs = list(row.parameters)
    fields: dict[str, Any] = {
        "id": row.ext_id,
        "category": rng.choice([row.category, CATEGORIES.index(row.category), row.category.upper()]),
        "model": row.model or None,
        "name": row.name,
        "price": roubles(row.price, rng.choice(".,")),
        "price_rrc": roubles(row.price_rrc, rng.choice(".,")),
        "quantity": rng.choice([row.quantity, float(row.quantity), f"{row.quantity:,}".replace(",", " ")]),
        "parameters": rng.choice([dict(pairs), [{"value": value, "name": name} for name, value in pairs]]),
    }
    return dict(rng.sample(list(fields.items()), len(fields)))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=valid_goods(), rng=st.randoms(use_true_random=False), flow=st.sampled_from([None, True, False]))
def test_valid_goods_come_back_as_they_were(rows: list[Good], rng: random.Random, flow: bool | None) -> None:
    sections = [
        ("shop", "Лавка"),
        ("categories", [{"id": number, "name": name} for number, name in enumerate(CATEGORIES)]),
        ("goods", [as_written(row, rng) for row in rows]),
    ]
    rng.shuffle(sections)
    content = yaml.safe_dump(
        dict(sections),
        allow_unicode=rng.random() < 0.5,
        sort_keys=False,
        default_flow_style=flow,
        width=rng.choice([20, 80]),
    )
    outcome = read(content)
    assert outcome.faults == []
    assert [digest(each) for each in outcome.goods] == [digest(each) for each in rows]
    assert [(each.ext_id, each.parameters) for each in outcome.goods] == [
        (each.ext_id, each.parameters) for each in rows
    ]


SAMPLE = goods(
    good(parameters="{Цвет: чёрный}"), good(id="2", price="'1 990,50'"), good(id="3", quantity="сто")
).encode()
PIECES = st.sampled_from(
    [b"&a ", b"*a ", b"!!x ", b"<<: ", b"{", b"[", b"- ", b": ", b"'", b'"', b"\\U", b"\t", b"\r", b"---\n", b"\x00"]
)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_mutated_bytes_are_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(SAMPLE)
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(content)))
        end = min(len(content), start + data.draw(st.integers(0, 20)))
        content[start:end] = data.draw(PIECES | st.binary(max_size=6))
    _read_or_refuse(bytes(content))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    _read_or_refuse(content)


def _read_or_refuse(content: bytes) -> None:
    prices = PriceList(opener(content))
    rows: list[Good | Fault] = []
    with contextlib.suppress(PriceListRejected):
        rows.extend(prices)
        counts = prices.progress
        assert counts.goods_ok == sum(isinstance(row, Good) for row in rows)
        assert len(rows) == counts.goods_ok + counts.errors + counts.warnings


@given(st.text())
def test_a_normal_name_is_its_own_normal_name(text: str) -> None:
    assert normal_name(normal_name(text)) == normal_name(text)


@pytest.mark.parametrize("name", ["electro", "gadgets"])
def test_the_sample_lists_are_without_fault(name: str) -> None:
    outcome = read((EXAMPLES / f"{name}.yaml").read_bytes())
    assert outcome.faults == []
    assert len(outcome.goods) == 12
