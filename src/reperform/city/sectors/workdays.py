"""The working days of the city, year by year, as the notices of the State Council arrange the holidays.

Rules kept here:

* Written from the days off as they are announced, weekends included, so that what is true of a term does not come from
  the table that a procedure reads.
"""

from __future__ import annotations

from datetime import date, timedelta

from reperform.city.dates import day

_OFF = (
    ("2024-01-01", 1), ("2024-02-10", 8), ("2024-04-04", 3), ("2024-05-01", 5), ("2024-06-10", 1), ("2024-09-15", 3),
    ("2024-10-01", 7), ("2025-01-01", 1), ("2025-01-28", 8), ("2025-04-04", 3), ("2025-05-01", 5), ("2025-05-31", 3),
    ("2025-10-01", 8), ("2026-01-01", 3), ("2026-02-15", 9), ("2026-04-04", 3), ("2026-05-01", 5), ("2026-06-19", 3),
    ("2026-09-25", 3), ("2026-10-01", 7),
)  # fmt: skip
_WORKED = (
    *("2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14", "2024-09-29", "2024-10-12"),
    *("2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"),
    *("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"),
)
_DAYS_OFF = frozenset(
    day(date.fromisoformat(first) + timedelta(days=turn)) for first, length in _OFF for turn in range(length)
)
_DAYS_WORKED = frozenset(day(date.fromisoformat(one)) for one in _WORKED)


def is_worked(when: int) -> bool:
    """Tell whether a day is worked."""
    return when in _DAYS_WORKED or ((when + 3) % 7 < 5 and when not in _DAYS_OFF)


def after(when: int, count: int) -> int:
    """Return the working day that is so many after a day."""
    while count:
        when += 1
        count -= is_worked(when)
    return when


def before(when: int, count: int) -> int:
    """Return the last day from which a day is so many working days away."""
    found = when - count
    while after(found, count) > when:
        found -= 1
    return found
