"""When a rectification may be recognised: which points of the closing standard apply, which kinds of proof are owed.

Rules kept here:

* The standard has six points: three for a matter put right, three for a mechanism set up. The second three apply where
  a mechanism was planned or a rule is claimed.
* What paper can't prove is looked at on site: an inspection that was held stands in for missing papers.
* Points and kinds are data (`recognition.yaml`); they are dated by the bureau's own file, never by this code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from reperform.engine.front_matter import read_text, read_yaml
from reperform.ledger.models import Finding, Submission
from reperform.ledger.models.rectifying import ActionKind, EvidenceKind
from reperform.rules.outcomes import OutcomeKind

SHIPPED = Path(__file__).parent / "recognition.yaml"
MATTER, MECHANISM = "matter", "mechanism"


@dataclass(frozen=True)
class Point:
    """One point of the closing standard."""

    name: str
    of: str
    title: Mapping[str, str]


@dataclass(frozen=True)
class Criterion:
    """What must be proved where an outcome of a kind is claimed, and by which kinds of evidence."""

    when: OutcomeKind
    evidence: tuple[EvidenceKind, ...]
    text: Mapping[str, str]
    source: Mapping[str, str]
    verified: bool


@dataclass(frozen=True)
class Recognition:
    """The standard and the criteria in force."""

    standard: tuple[Point, ...]
    criteria: tuple[Criterion, ...]


def recognition() -> Recognition:
    """Return what is in force: the bureau's own file, or the shipped one. `BadInput` names line and value."""
    own: Path = settings.HOME.policy / "recognition.yaml"
    path = own if own.is_file() else SHIPPED
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> Recognition:
    entries = read_yaml(read_text(path), str(path)).mapping(required=("standard", "criteria"))
    points = []
    for entry in entries["standard"].items():
        point = entry.mapping(required=("point", "of", "title"))
        points.append(Point(point["point"].text(), point["of"].word((MATTER, MECHANISM)), point["title"].bilingual()))
    criteria = []
    for entry in entries["criteria"].items():
        one = entry.mapping(required=("when", "evidence", "text", "source", "verified"))
        kinds = tuple(EvidenceKind(kind.word(EvidenceKind.values)) for kind in one["evidence"].items())
        when = OutcomeKind(one["when"].word(tuple(OutcomeKind)))
        criteria.append(
            Criterion(when, kinds, one["text"].bilingual(), one["source"].bilingual(), one["verified"].flag())
        )
    return Recognition(tuple(points), tuple(criteria))


def points_that_apply(finding: Finding, submission: Submission | None) -> tuple[Point, ...]:
    """Return the points of the standard that must be seen before this finding is accepted."""
    mechanism = finding.actions.filter(kind=ActionKind.MECHANISM).exists() or (
        submission is not None and submission.outcomes.filter(kind=OutcomeKind.RULE).exists()
    )
    return tuple(point for point in recognition().standard if point.of == MATTER or mechanism)


def missing_evidence(finding: Finding, submission: Submission | None) -> list[EvidenceKind]:
    """Return the kinds of evidence that the claimed outcomes owe and that no version of the unit brought."""
    if submission is None or finding.inspections.filter(state="held").exists():
        return []
    claimed = set(submission.outcomes.values_list("kind", flat=True))
    brought = set(finding.evidence.values_list("kind", flat=True))
    owed = [kind for one in recognition().criteria if one.when in claimed for kind in one.evidence]
    return [kind for kind in dict.fromkeys(owed) if kind not in brought]
