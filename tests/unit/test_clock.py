"""Time: aware, UTC, as texts that sort."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import clock

MOMENT = datetime(2026, 11, 23, 15, 48, 10, 123456, UTC)
MOMENTS = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


def test_now_is_aware_and_utc() -> None:
    assert clock.now().utcoffset() == timedelta(0)


def test_stamp_has_microseconds_and_the_zone() -> None:
    assert clock.stamp(MOMENT) == "2026-11-23T15:48:10.123456Z"


def test_a_stamp_of_another_zone_is_returned_in_utc() -> None:
    moscow = MOMENT.astimezone(timezone(timedelta(hours=3)))
    assert clock.stamp(moscow) == clock.stamp(MOMENT)


@pytest.mark.parametrize("hours", [0, 9])
def test_the_day_of_papers_and_taxes_is_moscows(hours: int) -> None:
    zone = timezone(timedelta(hours=hours))
    last, first = datetime(2025, 12, 31, 20, 59, 59, tzinfo=UTC), datetime(2025, 12, 31, 21, 0, tzinfo=UTC)
    assert clock.moscow_day(last.astimezone(zone)) == date(2025, 12, 31)
    assert clock.moscow_day(first.astimezone(zone)) == date(2026, 1, 1)


@given(MOMENTS, MOMENTS)
def test_stamps_sort_as_their_moments_do(one: datetime, other: datetime) -> None:
    assert (clock.stamp(one) < clock.stamp(other)) == (one < other)


@given(MOMENTS)
def test_stamp_can_be_read_back(moment: datetime) -> None:
    assert clock.from_stamp(clock.stamp(moment)) == moment


@pytest.mark.parametrize("value", ["", "2026-11-23", "2026-11-23T15:48:10Z", "2026-11-23T15:48:10.1+03:00"])
def test_refuses_any_text_that_is_not_a_stamp(value: str) -> None:
    with pytest.raises(ValueError, match="does not match"):
        clock.from_stamp(value)


def test_after_counts_from_the_moment_or_from_now() -> None:
    assert clock.after(1.5, MOMENT) == MOMENT + timedelta(seconds=1.5)
    assert clock.after(60) - clock.now() <= timedelta(seconds=60)


def test_epoch_is_whole_seconds() -> None:
    assert clock.epoch(MOMENT) == 1795448890
