"""What a waiver sets aside: one named rule, for one subject, until a moment.

A waiver that is lifted, has ended, or was granted for another subject sets nothing aside; nor does one for a rule that
can't be waived, however it came into the log.
"""

from __future__ import annotations

from datetime import UTC, datetime

from reperform.rules.checks import WAIVABLE
from reperform.rules.standing import Standing


def moment(at: datetime) -> str:
    """Return a moment as entries carry it: RFC 3339 in UTC, with microseconds, so that texts sort as moments do."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def waived_by(waiver: Standing, *, subject: str, at: str) -> frozenset[str]:
    """Return the rules that a waiver sets aside for a subject at a moment; moments are RFC 3339 texts in UTC."""
    bound = waiver.parties
    if waiver.state != "active" or bound.get("subject") != subject or not "" < at <= bound.get("expires", ""):
        return frozenset()
    return WAIVABLE & {bound.get("rule", "")}
