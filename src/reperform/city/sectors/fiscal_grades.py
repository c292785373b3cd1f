"""Cases of self-evaluations whose grade is missing or does not fit the score.

Rules kept here:

* Score, budget and targets are as they should be; the grade alone is wrong.
* A grade that fits, with a paper, puts it right; one without a paper hides it.
"""

from __future__ import annotations

from dataclasses import replace

from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE, IN_BOTH
from reperform.city.town import deal
from reperform.city.truth import Fate, Kind

from .fiscal_desk import YEAR_BEFORE, Plot
from .fiscal_targets import Project, TargetsDesk, project_text, scored


def _key(project: Project) -> dict[str, object]:
    return {"project_no": project_text(project.number), "year": project.year}


def _ungraded(desk: TargetsDesk, body: str, score: int, grade: int, note: str) -> None:
    good = scored(desk.project(body, YEAR_BEFORE), score)
    bad = replace(good, grade=grade)
    fate = desk.plant("PF-06", _key(bad), body, 0, note)
    vanishes = fate is Fate.UNPROVEN and desk.town.serial("grade hidden") % 2 == 0
    desk.write_targets(desk.full(bad), IN_BEFORE if vanishes else IN_BOTH)
    if fate is Fate.STILL:
        desk.projects.write(bad)
    elif vanishes:
        desk.projects.write(bad, IN_BEFORE)
    else:
        desk.projects.becomes(bad, good)
    if fate is Fate.CLEARED:
        desk.correct("performance_project", f"{project_text(bad.number)}/{bad.year}", desk.later())


def no_grade(desk: TargetsDesk, body: str) -> None:
    """A score without a grade."""
    _ungraded(desk, body, 700 + desk.between(0, 180), ABSENT, "a score without a grade")


def grade_too_good(desk: TargetsDesk, body: str) -> None:
    """A fair score called good."""
    _ungraded(desk, body, 700 + desk.between(0, 90), 1, "a fair score called good")


def just_not_excellent(desk: TargetsDesk, body: str) -> None:
    """A tenth of a point short of excellent, called excellent."""
    _ungraded(desk, body, 899, 0, "a tenth short of excellent, called excellent")


def grade_too_bad(desk: TargetsDesk, body: str) -> None:
    """A good score called fair."""
    _ungraded(desk, body, 850, 2, "a good score called fair")


def _graded(desk: TargetsDesk, body: str, score: int, kind: Kind, note: str) -> None:
    project = scored(desk.project(body, YEAR_BEFORE), score)
    desk.write(project, desk.full(project))
    desk.harmless("PF-06", _key(project), body, note, kind)


def just_excellent(desk: TargetsDesk, body: str) -> None:
    """Exactly the lowest score of excellent."""
    _graded(desk, body, 900, Kind.NEAR_MISS, "exactly the lowest score of excellent")


def just_fair(desk: TargetsDesk, body: str) -> None:
    """Exactly the lowest score of fair."""
    _graded(desk, body, 600, Kind.NEAR_MISS, "exactly the lowest score of fair")


def honestly_poor(desk: TargetsDesk, body: str) -> None:
    """A poor score that is called poor."""
    _graded(desk, body, 420, Kind.INNOCENT, "a poor score called poor")


def ungraded_again(desk: TargetsDesk, body: str, fate: Fate) -> None:
    """Let a project be entered after the audit without a grade."""
    project = replace(desk.project(body, YEAR_BEFORE), grade=ABSENT)
    desk.write(project, desk.full(project), IN_AFTER)
    desk.plant_later("PF-06", _key(project), body, 0, fate, "entered after the audit without a grade")


UNGRADED = Plot[TargetsDesk](
    "PF-06",
    deal(
        {
            no_grade: 12,
            grade_too_good: 8,
            just_not_excellent: 5,
            grade_too_bad: 3,
            just_excellent: 2,
            just_fair: 2,
            honestly_poor: 1,
        }
    ),
    ungraded_again,
)
