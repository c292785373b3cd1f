"""Give the numbers that people use: prefix, series, year, running number; none is given twice.

Must run inside the transaction of the step that uses them, so that a step undone gives its numbers back.
"""

from __future__ import annotations

from django.conf import settings

from reperform.ledger.guard import open_door
from reperform.ledger.models import Counter


def allocate(series: str, year: int, count: int) -> list[str]:
    """Return the next `count` numbers of a series: for findings RP-2026-0001, for others RP-RUN-2026-0001."""
    stem = "-".join(part for part in (settings.BUREAU.prefix, series, str(year)) if part)
    with open_door():
        counter, _new = Counter.objects.select_for_update().get_or_create(series=stem)
        first = counter.value + 1
        counter.value += count
        counter.save(update_fields=["value"])
    return [f"{stem}-{number:04d}" for number in range(first, first + count)]
