"""What a shop has, in arrays: found, changed, written to a file and read again."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.pricelists.planning.digest import KnownOffer
from chalicelib.pricelists.planning.snapshot import Known, SnapshotUnreadable

DIGESTS = ["A" * 21 + "A", "abcdefghijklmnopqrstuA", "_-" * 10 + "_w"]


def known_of(*stored: KnownOffer) -> Known:
    known = Known()
    for one in stored:
        known.add(one.ext_id, one.digest, one.offer_id, one.price, one.name, listed=one.listed, sold=one.sold)
    known.sort()
    return known


def everything(known: Known, ext_ids: set[str]) -> dict[str, KnownOffer]:
    places = {ext_id: known.find(ext_id) for ext_id in ext_ids}
    return {ext_id: known.at(place, ext_id) for ext_id, place in places.items() if place is not None}


def reread(known: Known) -> Known:
    file = io.BytesIO()
    known.dump(file)
    file.seek(0)
    return Known.load(file)


GOODS = st.dictionaries(
    st.text(min_size=1, max_size=8),
    st.tuples(st.sampled_from(DIGESTS), st.integers(1, 2**53 - 1), st.integers(1, 10**15), st.booleans()),
    max_size=40,
)


@given(GOODS)
def test_a_snapshot_reads_back_as_it_was_written(goods: dict[str, tuple[str, int, int, bool]]) -> None:
    stored = {
        name: KnownOffer(offer, name, code, listed, False, price, offer % 2**32)
        for name, (code, offer, price, listed) in goods.items()
    }
    known = known_of(*stored.values())
    assert everything(known, set(stored) | {"another"}) == stored
    again = reread(known)
    assert everything(again, set(stored) | {"another"}) == stored
    assert (len(again), again.listed) == (len(stored), sum(one.listed for one in stored.values()))


def test_a_snapshot_of_an_earlier_release_is_read_without_names() -> None:
    known = known_of(KnownOffer(5, "a", DIGESTS[0], True, False, 1, 77))
    file = io.BytesIO()
    known.dump(file)
    now = file.getvalue()
    columns = 16 + 4 * 8
    earlier = Known.load(io.BytesIO(b"known-1\n" + now[8:columns] + now[columns + 4 :]))
    assert everything(earlier, {"a"}) == {"a": KnownOffer(5, "a", DIGESTS[0], True, False, 1, 0)}
    assert not earlier.has_names()
    assert reread(known).has_names()


def test_sales_are_marked_and_are_not_part_of_the_file() -> None:
    known = known_of(KnownOffer(5, "a", DIGESTS[0], True, False, 1), KnownOffer(6, "b", DIGESTS[0], True, False, 1))
    known.mark_sold([6, 99])
    assert [one.sold for one in everything(known, {"a", "b"}).values()] == [
        one == "b" for one in everything(known, {"a", "b"})
    ]
    assert not any(one.sold for one in everything(reread(known), {"a", "b"}).values())


def test_the_file_holds_what_will_be_when_the_list_is_applied() -> None:
    known = known_of(KnownOffer(5, "a", DIGESTS[0], True, True, 1), KnownOffer(6, "b", DIGESTS[0], True, False, 1))
    place = known.find("a")
    assert place is not None
    known.replace(place, DIGESTS[1], 7, 0)
    known.add("c", DIGESTS[2], 8, 9, listed=True)
    assert list(known.withdraw_unseen()) == [6]
    assert everything(reread(known), {"a", "b", "c"}) == {
        "a": KnownOffer(5, "a", DIGESTS[1], True, False, 7),
        "b": KnownOffer(6, "b", DIGESTS[0], False, False, 1),
        "c": KnownOffer(8, "c", DIGESTS[2], True, False, 9),
    }


@pytest.mark.parametrize(
    "content", [b"", b"known-0\n", b"known-2\n", b"known-1\n", b"known-1\n" + (3).to_bytes(8, "big") + b"x" * 40]
)
def test_an_invalid_snapshot_is_reported(content: bytes) -> None:
    with pytest.raises(SnapshotUnreadable):
        Known.load(io.BytesIO(content))
