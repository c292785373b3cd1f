"""Days and months as whole numbers, for arrays.

Rules kept here:

* A day is the number of days since 1970-01-01, a month the number of months since 1970-01: what numpy and DuckDB
  count too, so nothing is converted row by row.
* `NEVER` is a day after everything that happens in the city; `ALWAYS` a day before. Neither is ever written.
* The two states of the city are fixed dates, not the clock: the same seed gives the same bytes in any year.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

BEFORE = date(2026, 3, 31)
AFTER = date(2026, 10, 31)
OPENING = date(2025, 1, 1)
"""The first day of the audited period; the registers begin here."""
DEMANDED = date(2026, 6, 8)
"""The day on which the bodies are told of the problems; what they put right comes later."""

_EPOCH = date(1970, 1, 1)


def day(when: date) -> int:
    """Return the number of a day."""
    return (when - _EPOCH).days


def month(when: date) -> int:
    """Return the number of the month in which a day lies."""
    return (when.year - 1970) * 12 + when.month - 1


NEVER = day(date(9999, 1, 1))
ALWAYS = day(date(1, 1, 1))
DAY_BEFORE, DAY_AFTER = day(BEFORE), day(AFTER)
FIRST, LAST_BEFORE, LAST_AFTER = month(OPENING), month(BEFORE), month(AFTER)


def on(number: int) -> date:
    """Return the date of a day's number."""
    return _EPOCH + timedelta(days=int(number))


def first_on(number: int) -> date:
    """Return the first date of a month's number."""
    return date(1970 + int(number) // 12, int(number) % 12 + 1, 1)


def months_of(days: Ints) -> Ints:
    """Return the month of each day."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def first_days(months: Ints) -> Ints:
    """Return the first day of each month."""
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def last_days(months: Ints) -> Ints:
    """Return the last day of each month."""
    return first_days(months + 1) - 1


def compact(days: Ints) -> Ints:
    """Return each day as the number yyyymmdd, as identity numbers and vouchers carry it."""
    months = months_of(days)
    return (1970 + months // 12) * 10000 + (months % 12 + 1) * 100 + days - first_days(months) + 1


def spread(starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """Write out ranges: return, for every number from `starts[i]` to `ends[i]`, the row `i` and the number."""
    counts = np.maximum(ends - starts + 1, 0)
    rows = np.repeat(np.arange(len(starts), dtype=np.int64), counts)
    begins = np.cumsum(counts) - counts
    return rows, np.arange(len(rows), dtype=np.int64) - begins[rows] + starts[rows]
