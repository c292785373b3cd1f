"""The figures of the ending, each counted from the ledger, the log or the city's truth; none is a constant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reperform.city import Score
    from reperform.cli.story.ending import Ending


@dataclass(frozen=True)
class Figures:
    """What `reperform demo --json` says (schema `reperform/demo/1`)."""

    residents: int | None
    tables: int
    procedures: int
    exceptions: int
    findings: int
    closed: int
    relapsed: int
    unproven: int
    inconclusive: int
    log_entries: int
    log_verified: bool
    tamper_detected: bool
    figures_recomputed: bool
    recall: float | None
    precision: float | None
    seconds: float
    files: list[str]
    home: str

    def plain(self) -> dict[str, object]:
        return asdict(self)


def count(
    *, residents: int | None, scores: Sequence[Score] | None, ending: Ending, home: Path, seconds: float
) -> Figures:
    """Count what the ledger holds now."""
    from django.db.models import Sum

    from reperform.ledger.models import Check, CheckVerdict, Finding, LogState, Run, SnapshotTable

    first = Run.objects.filter(lookback_of__isnull=True)
    checks = Check.objects.exclude(state="inconclusive")
    planted, found = (sum(getattr(one, name) for one in scores or ()) for name in ("planted", "found"))
    false = sum(one.false for one in scores or ())
    return Figures(
        residents=residents,
        tables=SnapshotTable.objects.values("name").distinct().count(),
        procedures=first.values("code").distinct().count(),
        exceptions=first.aggregate(total=Sum("exceptions"))["total"] or 0,
        findings=Finding.objects.count(),
        closed=Finding.objects.filter(state="closed").count(),
        relapsed=Finding.objects.filter(relapse_of__isnull=False).count(),
        unproven=CheckVerdict.objects.filter(check_of__in=checks, verdict="unproven").count(),
        inconclusive=Check.objects.filter(state="inconclusive").count(),
        log_entries=LogState.objects.get().size,
        log_verified=ending.verified.ok,
        tamper_detected=not ending.altered.ok and ending.altered.exit_code == 4,
        figures_recomputed=ending.figures > 0 and ending.differing == 0,
        recall=(found / planted if planted else 1.0) if scores is not None else None,
        precision=(found / (found + false) if found + false else 1.0) if scores is not None else None,
        seconds=round(seconds, 1),
        files=[str(path) for path in ending.files],
        home=str(home),
    )
