"""How the invented units behave: as the truth of the city says that they did.

Whether a unit really put things right is in the city's data; what it writes is played to fit. The look-back knows
neither: it has the data of the second day alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reperform.city import Planted


class Conduct(StrEnum):
    """What a unit did about one procedure's findings."""

    HONEST = "honest"
    """Put everything right."""
    RELAPSING = "relapsing"
    """Put everything right, and let it happen again."""
    HALF = "half"
    """Put some of it right."""
    FALSE = "false"
    """Took rows out of the books instead."""


def conducts(truth: Iterable[Planted]) -> dict[tuple[str, str], Conduct]:
    """Return the conduct by procedure and body, from the fates of what was planted."""
    fates: dict[tuple[str, str], set[str]] = defaultdict(set)
    for case in truth:
        if case.kind == "planted":
            fates[case.procedure, case.body].add(str(case.fate))
    return {place: _conduct(found) for place, found in fates.items()}


def _conduct(fates: set[str]) -> Conduct:
    if "unproven" in fates:
        return Conduct.FALSE
    if fates & {"still", "partly"}:
        return Conduct.HALF
    return Conduct.RELAPSING if fates & {"relapse", "new"} else Conduct.HONEST
