"""Time limits, computed as of a date and never stored."""

from __future__ import annotations

from datetime import date

from reperform.rules.steps import OPEN_STATES, FindingState

_WITH_THE_UNIT = OPEN_STATES - {FindingState.DRAFT, FindingState.SUBMITTED, FindingState.ACCEPTED}


def days_left(due: date, as_of: date) -> int:
    """Return whole calendar days until the limit; negative once it has passed. The day of the limit itself is 0."""
    return (due - as_of).days


def is_overdue(state: str, due: date | None, as_of: date) -> bool:
    """Tell whether the unit is late: the limit has passed and the work lies with the unit, not with the verifier."""
    return due is not None and state in _WITH_THE_UNIT and due < as_of
