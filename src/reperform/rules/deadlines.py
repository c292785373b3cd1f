"""Time limits, computed as of a date and never stored."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from reperform.rules.outcomes import Rung
from reperform.rules.steps import WITH_UNIT


def days_left(due: date, as_of: date) -> int:
    """Return whole calendar days until the limit; negative once it has passed. The day of the limit itself is 0."""
    return (due - as_of).days


def is_overdue(state: str, due: date | None, as_of: date) -> bool:
    """Tell whether the unit is late: the limit has passed and the work lies with the unit, not with the verifier."""
    return due is not None and state in WITH_UNIT and due < as_of


def due_rung(overdue: int, thresholds: Mapping[Rung, int], proposed: Collection[str]) -> Rung | None:
    """Return the highest rung whose day has come, if it and no higher one has been proposed for this limit.

    `overdue` counts days past the limit, negative before it; `thresholds` are days overdue by rung.
    """
    reached = [rung for rung in Rung if thresholds[rung] <= overdue]
    if not reached:
        return None
    ladder = list(Rung)
    highest = max((ladder.index(Rung(rung)) for rung in proposed), default=-1)
    return reached[-1] if ladder.index(reached[-1]) > highest else None
