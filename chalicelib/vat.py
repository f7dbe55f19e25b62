"""VAT included in prices, at the rates valid in Russia on the day of an order, which is Moscow's. Pure.

Sources: Tax Code of the Russian Federation, article 164 (rates; the general one is 22 % from 2026-01-01 and was 20 %
from 2019-01-01; 5 and 7 % are for sellers under the simplified system, since 2025) and article 168 (prices shown to
buyers include the tax).

Rounding: the tax of each row is rounded to whole kopecks, half up; totals add up rounded rows, so the totals of a
document match the rows printed above them.
"""

from collections.abc import Iterable
from datetime import date

# The only list of rates: price lists, their texts and their JSON Schema follow it (``all_rates``).
# The general rate by the first day on which it holds. The other rates stay what a supplier marked.
_GENERAL = ((date(2019, 1, 1), 20), (date(2026, 1, 1), 22))
_OTHER = (10, 7, 5, 0)


def all_rates() -> tuple[int, ...]:
    """Every rate in percent that a good may be marked with, past general rates included, the highest first."""
    return tuple(sorted({*_OTHER, *(rate for _, rate in _GENERAL)}, reverse=True))


def general_rate(day: date) -> int:
    """Return the general rate in percent on this day; before the table's first day, the first rate."""
    return next((rate for since, rate in reversed(_GENERAL) if since <= day), _GENERAL[0][1])


def rate_on(marked: int | None, day: date) -> int | None:
    """Return the rate in percent that applies on ``day`` to a good marked with ``marked``.

    Any general rate, past or present, stands for the general rate of the day: price lists went on saying 20 % after it
    had become 22 %. Other rates, and None for no VAT, are returned unchanged.
    """
    return general_rate(day) if marked in {rate for _, rate in _GENERAL} else marked


def vat_within(amount: int, rate: int | None) -> int:
    """Return the VAT included in ``amount`` kopecks at ``rate`` percent, in whole kopecks, rounded half up."""
    if not rate:
        return 0
    return (2 * amount * rate + 100 + rate) // (2 * (100 + rate))


def vat_by_rate(rows: Iterable[tuple[int | None, int, int]]) -> list[tuple[int | None, int, int]]:
    """Total rows of (rate, sum, VAT) by rate, the highest rate first and goods without VAT (None) last."""
    sums: dict[int | None, tuple[int, int]] = {}
    for rate, amount, vat in rows:
        had = sums.get(rate, (0, 0))
        sums[rate] = (had[0] + amount, had[1] + vat)
    ordered = sorted(sums, key=lambda rate: -1 if rate is None else rate, reverse=True)
    return [(rate, *sums[rate]) for rate in ordered]
