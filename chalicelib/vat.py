"""The VAT that prices hold, by the rates valid in Russia on the day of an order. Pure.

Sources: Tax Code of the Russian Federation, article 164 (rates; the general one is 22 % from 2026-01-01 and was 20 %
from 2019-01-01; 5 and 7 % are for sellers under the simplified system, since 2025) and article 168 (prices shown to
buyers include the tax).

Rounding: each row's tax is rounded to whole kopecks, half up; sums are added up from rounded rows, so that a document's
totals are those of the rows printed above them.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

# The general rate by the first day on which it holds. The other rates, 10, 0, 7 and 5 %, stay what a supplier marked.
_GENERAL = ((date(2019, 1, 1), 20), (date(2026, 1, 1), 22))
# The day of a tax is Moscow's, three hours ahead of UTC all the year.
_MOSCOW = timedelta(hours=3)


def tax_day(moment: datetime) -> date:
    """The day that an aware UTC moment counts to."""
    return (moment + _MOSCOW).date()


def general_rate(day: date) -> int:
    """The general rate in percent on this day; for days before the table begins, its first one."""
    return next((rate for since, rate in reversed(_GENERAL) if since <= day), _GENERAL[0][1])


def rate_on(marked: int | None, day: date) -> int | None:
    """The rate in percent of a good that its supplier marked with ``marked``.

    Any general rate means the one of the day, since price lists go on saying 20 % after it became 22 %. Other rates
    and None, no VAT, stay as they are.
    """
    return general_rate(day) if marked in {rate for _, rate in _GENERAL} else marked


def vat_within(amount: int, rate: int | None) -> int:
    """The VAT that ``amount`` kopecks hold at ``rate`` percent, in whole kopecks, half up."""
    if not rate:
        return 0
    return (2 * amount * rate + 100 + rate) // (2 * (100 + rate))


def vat_by_rate(rows: Iterable[tuple[int | None, int, int]]) -> list[tuple[int | None, int, int]]:
    """(rate, sum, VAT) by rate, the highest first and no VAT last, of the same of each row."""
    sums: dict[int | None, tuple[int, int]] = {}
    for rate, amount, vat in rows:
        had = sums.get(rate, (0, 0))
        sums[rate] = (had[0] + amount, had[1] + vat)
    ordered = sorted(sums, key=lambda rate: -1 if rate is None else rate, reverse=True)
    return [(rate, *sums[rate]) for rate in ordered]
