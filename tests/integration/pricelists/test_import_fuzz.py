"""Broken files through the import itself: the catalogue follows the valid rows, or stays as it was.

``NIGHTLY=1`` tries many more of them; ``FUZZ_SEED`` begins with others.
"""

import io
import random
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from chalicelib import aws
from chalicelib.catalogue.identity import normal_name
from chalicelib.goods import Good
from chalicelib.pricelists.reading.faults import PriceListRejected
from chalicelib.pricelists.reading.reader import PriceList
from chalicelib.settings import settings
from tests.integration.kept import kept
from tests.integration.world import Person, World
from tests.unit.pricelists.reading.test_fuzz import FILES, NIGHTLY, SEED, mutated

ROUNDS = 300 if NIGHTLY else 5  # for each sample
# What a row says of a good: every field but the line that it stood on.
_SAID = [field.name for field in fields(Good) if field.name not in {"line", "ext_id"}]
_Catalogue = dict[str, dict[str, Any]]


def on_sale(shop: Person) -> _Catalogue:
    """What the shop has, in the words of a price list."""
    return {ext_id: _said(good) for ext_id, good in kept(shop).items()}


def _said(good: dict[str, Any]) -> dict[str, Any]:
    said = {name: good.get(name) for name in _SAID}
    pairs = tuple(map(tuple, said["parameters"] or ()))
    return said | {
        "category": normal_name(good["category"]),
        "parameters": pairs,
        "images": tuple(said["images"] or ()),
    }


def meant(before: _Catalogue, content: bytes) -> _Catalogue:
    """Return what must be on sale after this file, by its valid rows alone."""
    prices = PriceList(lambda: io.BytesIO(content))
    try:
        rows = list(prices)
    except PriceListRejected:
        return before
    goods = {row.ext_id: row for row in rows if isinstance(row, Good)}
    if not goods:
        return before
    faulty = {row.ext_id for row in rows if not isinstance(row, Good)}
    stays = {ext_id: good for ext_id, good in before.items() if prices.mode == "merge" or ext_id in faulty}
    return stays | {ext_id: _said({name: getattr(good, name) for name in _SAID}) for ext_id, good in goods.items()}


def send(world: World, shop: Person, content: bytes) -> str:
    """Import the file; return its final status."""
    key = f"incoming/{shop.shop_id}/list"
    aws.client("s3").put_object(Bucket=settings().files_bucket, Key=key, Body=content)
    import_id = world.announce(key) or 0
    world.run_import(import_id)
    return str(shop.imported(import_id)["status"])


def check(world: World, shop: Person, content: bytes) -> None:
    before, stored = on_sale(shop), kept(shop)
    expected = meant(before, content)
    status = send(world, shop, content)
    assert status in {"done", "done_with_errors", "unchanged", "failed", "needs_review"}
    if status in {"failed", "needs_review", "unchanged"}:
        assert kept(shop) == stored
        assert status == "needs_review" or expected == before
    else:
        assert on_sale(shop) == expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_broken_list_is_applied_as_far_as_it_is_good_or_not_at_all(shared_world: World, path: Path) -> None:
    shop = shared_world.person(f"{path.name}@a.example", "shop")
    rng = random.Random(f"{SEED} catalogue {path.name}")  # noqa: S311 -- to be repeated
    sample = path.read_bytes()
    check(shared_world, shop, sample)
    assert on_sale(shop)
    for number in range(ROUNDS):
        content = mutated(sample, rng)
        try:
            check(shared_world, shop, content)
        except Exception as exc:
            raise AssertionError(f"{path.name}, file {number} of seed {SEED}: {content!r}") from exc
