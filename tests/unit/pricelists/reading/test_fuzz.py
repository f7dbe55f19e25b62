"""Broken files without end: each is read or refused, never anything else. ``NIGHTLY=1`` tries many more of them."""

import contextlib
import gzip
import io
import os
import random
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.catalogue.identity import gtin_is_valid
from chalicelib.goods import BY_COLUMN, Good, GoodPatch
from chalicelib.pricelists.planning.digest import digest
from chalicelib.pricelists.reading.faults import CODES, Fault, Limits, PriceListRejected
from chalicelib.pricelists.reading.reader import PriceList
from chalicelib.pricelists.reading.rows import MODES
from chalicelib.pricelists.reading.text import FORBIDDEN
from chalicelib.pricelists.written.refused_rows import refused_rows
from chalicelib.vat import all_rates
from tests.unit.pricelists.commerceml import as_version_2, as_version_3, bundle, good, offer, tag
from tests.unit.pricelists.files import SAMPLES

_CML_BEGINS = "<КоммерческаяИнформация><Каталог><Товары><Товар>".encode()
FILES = sorted(SAMPLES.iterdir())
NIGHTLY = bool(os.environ.get("NIGHTLY"))
ROUNDS = 3000 if NIGHTLY else 50  # for each sample
SEED = int(os.environ.get("FUZZ_SEED", "20261123"))
LIMITS = Limits(max_good_bytes=40_000, packed_free=100_000)
PIECES = [
    *(b"&a ", b"*a ", b"!!x ", b"<<: ", b"{", b"}", b"[", b"]", b"- ", b": ", b"'", b'"', b"\\", b"\\u", b"\\U", b","),
    *(
        b"\t",
        b"\r",
        b"\n",
        b"---\n",
        b"\x00",
        b"\xff",
        b"\xd0",
        b"\xef\xbb\xbf",
        b"\xe2\x80\xa8",
        b"\xc2\x85",
        b"#",
        b";",
    ),
    *(
        b"<",
        b">",
        b"</",
        b"<!--",
        b"]]>",
        b"<![CDATA[",
        b"&amp;",
        b"&#0;",
        b"&#x85;",
        b"<!DOCTYPE yml_catalog [",
        "</Предложение>".encode(),
        "<Товар><Ид>1</Ид>".encode(),
        b"<?x?>",
    ),
    *(b"null", b"true", b"-0", b"1e999", b"9" * 40, b"NaN", b"0x1F", b"\xed\xa0\x80", b"\\ud800", b"mode: merge\n"),
    *(b"x" * 600, b"[" * 300, b'{"a":' * 300, b"<a>" * 30, b"\x1f\x8b", b" " * 300, "Ж".encode("cp1251"), b"_error"),
]


def mutated(content: bytes, rng: random.Random) -> bytes:
    """The file with a few bytes or lines changed, moved, repeated, or cut away."""
    for _ in range(rng.choice([1, 1, 2, 3, 8])):
        lines = content.splitlines(keepends=True) or [b""]
        first, second = rng.randrange(len(lines)), rng.randrange(len(lines))
        start = rng.randrange(len(content) + 1)
        end = min(len(content), start + rng.choice([0, 0, 1, 2, 20]))
        match rng.randrange(8):
            case 0 | 1 | 2:
                content = content[:start] + rng.choice(PIECES) + content[end:]
            case 3:
                content = content[:start] + rng.randbytes(rng.randrange(1, 4)) + content[end:]
            case 4:
                lines[first], lines[second] = lines[second], lines[first]
                content = b"".join(lines)
            case 5:
                lines.insert(first, lines[second])
                content = b"".join(lines)
            case 6:
                del lines[first]
                content = b"".join(lines)
            case 7:
                content = content[: max(start, 1)]
    if rng.random() < 0.1:
        content = gzip.compress(content, mtime=0)
        cut = rng.randrange(len(content))
        content = content if rng.random() < 0.5 else content[:cut] + rng.randbytes(1) + content[cut + 1 :]
    return content


class Pieces(io.BytesIO):
    """Returns less than requested, never the same amount for long."""

    def read(self, size: int | None = -1) -> bytes:
        wanted = 1 + self.tell() * 31 % 97
        return super().read(wanted if size is None or size < 0 else min(size, wanted))


def outcome(open_stream: Callable[[], io.BytesIO]) -> list[Good | GoodPatch | Fault]:
    """Return what reading yields; the fault of a rejected file comes last."""
    items: list[Good | GoodPatch | Fault] = []
    prices = PriceList(open_stream, LIMITS)
    try:
        items.extend(prices)
    except PriceListRejected as rejected:
        items.append(rejected.fault)
    assert prices.mode in MODES
    return items


def check(content: bytes) -> None:
    items = outcome(lambda: io.BytesIO(content))
    assert items == outcome(lambda: Pieces(content))
    plain = content
    if content.startswith(b"\x1f\x8b"):
        with contextlib.suppress(OSError, EOFError, zlib.error):
            plain = gzip.decompress(content)
    # YAML has more line ends than others, and puts what is missing at the end of a file on the line after it.
    last = 2 + sum(map(plain.count, (b"\n", b"\r", b"\xe2\x80\xa8", b"\xe2\x80\xa9", b"\xc2\x85")))
    damaged = plain.startswith(b"\x1f\x8b")
    for item in items:
        if isinstance(item, Good):
            check_good(item)
        elif isinstance(item, GoodPatch):
            assert item.ext_id == item.ext_id.strip() != ""
        else:
            assert item.code in CODES
            assert item.severity != "fatal" or item is items[-1]
            assert item.line is None or damaged or 1 <= item.line <= last
    refused = any(isinstance(item, Fault) and item.severity == "error" for item in items)
    if refused and not any(isinstance(item, Fault) and item.severity == "fatal" for item in items):
        check_refused(content)


def check_good(good: Good) -> None:
    assert 0 < good.price <= BY_COLUMN["price"].limit
    assert 0 <= good.quantity <= BY_COLUMN["quantity"].limit
    assert good.price_rrc is None or good.price_rrc > 0
    assert good.min_quantity % good.step_quantity == 0 < good.step_quantity
    assert good.max_quantity is None or good.max_quantity >= good.min_quantity
    assert good.vat_rate is None or good.vat_rate in all_rates()
    assert not good.gtin or gtin_is_valid(good.gtin)
    assert all(url.lower().startswith(("http://", "https://")) for url in good.images)
    texts = [good.ext_id, good.category, good.model, good.name, good.unit, good.description, *good.images]
    texts += [part for pair in good.parameters for part in pair]
    assert all(text == text.strip() and not FORBIDDEN.search(text) for text in texts)
    assert all([good.ext_id, good.category, good.name])
    assert len({name for name, _ in good.parameters}) == len(good.parameters)
    assert len(digest(good)) == 22


def check_refused(content: bytes) -> None:
    """The file of refused rows can be read, and holds those rows."""
    bad = b"".join(refused_rows(lambda: io.BytesIO(content), "ru", LIMITS))
    rows = sum(
        row.entry.section == "goods" and any(each.severity == "error" for each in row.faults)
        for row in PriceList(lambda: io.BytesIO(content), LIMITS).rows()
    )
    again = PriceList(lambda: io.BytesIO(bad), Limits())
    if not rows:  # only a category is at fault
        with pytest.raises(PriceListRejected, match="goods_missing"):
            list(again)
        return
    list(again)
    assert again.progress.goods_read == rows
    assert again.mode == "merge"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_mutated_lists_are_read_or_refused(path: Path) -> None:
    rng = random.Random(f"{SEED} {path.name}")  # noqa: S311 -- to be repeated
    sample = path.read_bytes()
    for number in range(ROUNDS):
        content = mutated(sample, rng)
        try:
            check(content)
        except Exception as exc:
            raise AssertionError(f"{path.name}, file {number} of seed {SEED}: {content!r}") from exc


def check_exchange(content: bytes) -> None:
    items = outcome(lambda: io.BytesIO(content))
    assert items == outcome(lambda: Pieces(content))
    for item in items:
        if isinstance(item, Good):
            check_good(item)
        elif isinstance(item, Fault):
            assert item.severity != "fatal" or item is items[-1]


@pytest.mark.parametrize("version", [2, 3])
def test_mutated_exchanges_with_1c_are_read_or_refused(version: int) -> None:
    rng = random.Random(f"{SEED} {version}")  # noqa: S311 -- to be repeated
    goods, offers = good("1") + good("2", mark=' Статус="Удален"'), offer("1#a", more=tag("Артикул", "x")) + offer("3")
    files = as_version_3(goods, offers, offers, offers) if version == 3 else as_version_2(goods, offers)
    for number in range(ROUNDS):
        parts = {name: mutated(part.encode(), rng) if rng.random() < 0.5 else part for name, part in files.items()}
        try:
            check_exchange(bundle(parts))
        except Exception as exc:
            raise AssertionError(f"file {number} of seed {SEED}: {parts!r}") from exc


@settings(max_examples=1000 if NIGHTLY else 60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    start=st.sampled_from([b"", b"{", b"<yml_catalog>", b"id;name;price\n", b"goods:\n", _CML_BEGINS]),
    rest=st.binary(max_size=200),
)
def test_any_bytes_are_read_or_refused(start: bytes, rest: bytes) -> None:
    check(start + rest)
