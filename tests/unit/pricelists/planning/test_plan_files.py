"""How a plan is divided into chunks."""

import json
from collections import Counter
from typing import Any

import pytest

from chalicelib.goods import Good
from chalicelib.pricelists.planning import plan_files


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What is put into the bucket, by the last part of its key."""
    put: dict[str, Any] = {}

    def take(key: str, body: Any) -> None:
        put[key.rpartition("/")[2].partition(".")[0]] = body

    monkeypatch.setattr(plan_files, "put_json", take)
    return put


def good(number: int, **more: Any) -> Good:
    return Good(number, str(number), "Стулья", "", f"Стул {number}", 100, None, 1, **{"parameters": (), **more})


def written(goods: list[Good], gone: int = 0) -> plan_files.ChunkWriter:
    writer = plan_files.ChunkWriter(1)
    for each in goods:
        writer.good(each, "digest", each.line, new=True)
    for number in range(gone):
        writer.gone(number)
    writer.close(Counter(), len(goods))
    return writer


LARGE = {"description": "а" * 6_000, "parameters": tuple((f"{n}", "б" * 600) for n in range(100))}


def test_small_goods_come_a_thousand_in_a_chunk(stored: dict[str, Any]) -> None:
    assert written([good(n) for n in range(2_100)], gone=5).chunks == 3
    assert [len(stored[n]["goods"]) + len(stored[n]["gone"]) for n in "012"] == [1_000, 1_000, 105]


@pytest.mark.parametrize("more", [LARGE, {"images": ("http://a.example/" + "x" * 60_000,)}], ids=["texts", "images"])
def test_a_chunk_holds_about_two_million_characters_and_no_good_is_lost(
    stored: dict[str, Any], more: dict[str, Any]
) -> None:
    writer = written([good(n, **more) for n in range(100)])
    parts = [stored[str(number)]["goods"] for number in range(writer.chunks)]
    assert stored.keys() == {"head", *map(str, range(writer.chunks))}
    assert max(map(len, parts)) * 60_000 <= plan_files.CHUNK_TEXT + 60_000
    assert [place for part in parts for _, _, place, _ in part] == list(range(100))


def test_a_chunk_of_an_earlier_release_is_read(stored: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    writer = written([good(1), good(2)])
    writer.good(good(3), "digest", 3, new=False, keeps_stock=True)
    writer.close(Counter(), 3)
    assert [len(each) for number in "01" for each in stored[number]["goods"]] == [4, 4, 5]
    monkeypatch.setattr(plan_files, "get_json", lambda key: json.loads(json.dumps(stored[key.split("/")[-1][0]])))
    writes = [write for number in range(2) for write in plan_files.read_chunk(writer.where, number).writes]
    assert [(write.good, write.new, write.keeps_stock) for write in writes] == [
        (good(1), True, False),
        (good(2), True, False),
        (good(3), False, True),
    ]
