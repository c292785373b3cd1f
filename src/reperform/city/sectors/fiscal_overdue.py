"""Cases of the periodic notice: targets and self-evaluations that were not handed in.

Rules kept here:

* Each case is a unit that has no other projects.
* Handing in later, with an acknowledgement, puts it right; a due date that moves away hides it.
"""

from __future__ import annotations

from dataclasses import replace

from reperform.city.dates import DAY_AFTER, DAY_BEFORE, NEVER
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE
from reperform.city.town import deal
from reperform.city.truth import Fate, Kind

from .fiscal_desk import THIS_YEAR, YEAR_BEFORE, Plot, states_from
from .fiscal_targets import Project, TargetsDesk, unit_text


def _overdue(desk: TargetsDesk, body: str, bad: Project, good: Project, note: str) -> None:
    key = {"unit_no": unit_text(bad.unit), "year": bad.year}
    fate = desk.plant("PF-05", key, body, 0, note)
    targets = desk.full(good)
    filed = bad.target_filed < NEVER
    if fate is Fate.STILL:
        desk.write(bad, targets if filed else [])
        return
    desk.write(bad, targets if filed else [], IN_BEFORE)
    if fate is Fate.CLEARED:
        desk.write(good, targets, IN_AFTER)
        desk.correct("performance_project", f"{unit_text(bad.unit)}/{bad.year}", desk.later())
    elif desk.town.serial("overdue hidden") % 2:
        later = replace(bad, target_due=max(bad.target_due, DAY_AFTER + 60), evaluation_due=DAY_AFTER + 90)
        desk.write(later, targets if filed else [], IN_AFTER)


def _unit(desk: TargetsDesk, body: str, year: int) -> Project:
    return desk.project(body, year, unit=desk.unit())


def targets_overdue(desk: TargetsDesk, body: str) -> None:
    """This year's targets were not handed in."""
    good = _unit(desk, body, THIS_YEAR)
    late = replace(good, target_filed=desk.later())
    _overdue(desk, body, replace(good, target_filed=NEVER), late, "targets not handed in")


def evaluation_overdue(desk: TargetsDesk, body: str) -> None:
    """Last year's evaluation was not handed in."""
    good = _unit(desk, body, YEAR_BEFORE)
    bad = replace(good, evaluated=NEVER, score=ABSENT)
    _overdue(desk, body, bad, replace(good, evaluated=desk.later()), "evaluation not handed in")


def due_yesterday(desk: TargetsDesk, body: str) -> None:
    """The evaluation was due the day before the audit."""
    good = replace(_unit(desk, body, YEAR_BEFORE), evaluation_due=DAY_BEFORE - 1)
    bad = replace(good, evaluated=NEVER, score=ABSENT)
    _overdue(desk, body, bad, replace(good, evaluated=desk.later()), "evaluation due the day before")


def due_today(desk: TargetsDesk, body: str) -> None:
    """The evaluation is due on the day of the audit; it comes the day after."""
    good = replace(_unit(desk, body, YEAR_BEFORE), evaluation_due=DAY_BEFORE, evaluated=DAY_BEFORE + 1)
    targets = desk.full(good)
    desk.write(replace(good, evaluated=NEVER, score=ABSENT), targets, IN_BEFORE)
    desk.write(good, targets, states_from(good.evaluated))
    key = {"unit_no": unit_text(good.unit), "year": good.year}
    desk.harmless("PF-05", key, body, "due on the day of the audit", Kind.NEAR_MISS)


def late_but_there(desk: TargetsDesk, body: str) -> None:
    """Targets that came weeks late, before the audit."""
    project = replace(_unit(desk, body, THIS_YEAR), target_filed=DAY_BEFORE - 10)
    desk.write(project, desk.full(project))
    key = {"unit_no": unit_text(project.unit), "year": project.year}
    desk.harmless("PF-05", key, body, "came weeks late, before the audit")


def overdue_again(desk: TargetsDesk, body: str, fate: Fate) -> None:
    """Let a unit miss the due date of the summer."""
    project = replace(_unit(desk, body, THIS_YEAR), target_due=desk.between(DAY_BEFORE + 30, DAY_AFTER - 30))
    project = replace(project, target_filed=NEVER)
    desk.projects.write(project, IN_AFTER)
    key = {"unit_no": unit_text(project.unit), "year": project.year}
    desk.plant_later("PF-05", key, body, 0, fate, "missed the due date of the summer")


OVERDUE = Plot[TargetsDesk](
    "PF-05",
    deal({targets_overdue: 11, evaluation_overdue: 11, due_yesterday: 5, due_today: 3, late_but_there: 2}),
    overdue_again,
)
