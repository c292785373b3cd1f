"""Projects in performance management: their targets, points and self-evaluations.

Rules kept here:

* In ordinary life a project has an indicator of execution with 10 points, two of output with 50, one of effect with 30
  and one of satisfaction with 10; a target of last year is never taken over as it stands.
* Last year's projects were evaluated in winter: a high score goes to those that spent their budget and missed little.
  This year's have targets and no evaluation yet.
* The units of "periodic notice" have no other projects.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from reperform.city.bodies import DISTRICTS
from reperform.city.dates import NEVER, Ints
from reperform.city.rows import ABSENT, IN_BOTH, Columns
from reperform.city.sector import Desk
from reperform.city.town import Part, Town

from .fiscal_desk import TEN_THOUSAND, THIS_YEAR, YEAR_BEFORE, Book, amounts, on, text, turns

PROJECTS_PER_MILLION, UNITS_OF_A_BODY = 8_000, 3
LIMIT = 100 * TEN_THOUSAND
"""A million yuan: from there on a project needs targets."""
LEVELS = ("预算执行率", "产出", "效益", "满意度")
EXECUTION, OUTPUT, EFFECT, SATISFACTION = range(4)
TEXTS = (
    "预算执行率",
    "服务人次",
    "完成数量",
    "验收合格率",
    "按期完成率",
    "设施完好率",
    "受益群众占比",
    "投诉办结率",
    "服务对象满意度",
)
COUNT, PERCENT, WORDS = 0, 1, 2
PHRASES = ("显著提高", "进一步加强", "明显改善", "不断提升", "验收合格", "按期建成投入使用")
VAGUE, PLAIN = 0, 4
"""Where the phrases begin that nobody can measure, and those that one can."""
UNKNOWN, REACHED, MISSED = ABSENT, 1, 0
GRADES = ("优", "良", "中", "差")
STEPS = (900, 800, 600)
"""The lowest scores, in tenths, of all grades but the last."""
DUE = {
    YEAR_BEFORE: (on(YEAR_BEFORE, 1, 31), on(THIS_YEAR, 2, 28)),
    THIS_YEAR: (on(THIS_YEAR, 1, 31), on(THIS_YEAR + 1, 2, 28)),
}


@dataclass(frozen=True)
class Project:
    """One project in one year; the score in tenths of a point."""

    number: int
    year: int
    body: int
    unit: int
    budget: int
    executed: int
    target_due: int
    target_filed: int
    evaluation_due: int
    evaluated: int
    score: int
    grade: int


@dataclass(frozen=True)
class Target:
    """One indicator of a project in one year."""

    project: int
    year: int
    indicator: int
    level: int
    name: int
    measure: int
    value: int
    points: int
    achieved: int


def project_text(number: int) -> str:
    """Return a project's number as it is written."""
    return text("XM", number, 8)


def unit_text(number: int) -> str:
    """Return a unit's number as it is written."""
    return text("DW", number, 6)


def district_names(town: Town) -> list[str]:
    """Return the district of each spending body, as the files name it."""
    names = {f"{short}-GOV": name for short, name, _ in DISTRICTS}
    district = {body.code: body.district for body in town.tree}
    return [names.get(district[code], "市本级") for code in town.spending]


FULL = ((EXECUTION, 10), (OUTPUT, 30), (OUTPUT, 20), (EFFECT, 30), (SATISFACTION, 10))


class TargetsDesk(Desk):
    """Writes ordinary projects and targets, then those of the cases."""

    def __init__(self, town: Town, part: Part) -> None:
        super().__init__(town, part, "fiscal targets")
        self.projects, self.targets = Book(Project), Book(Target)
        self.bodies = len(town.spending)

    def ordinary(self) -> None:
        """Write what is in order."""
        rng, count = self.rng, self.town.share(PROJECTS_PER_MILLION, 6 * self.bodies, self.part)
        first = self.town.serial("performance project", count)
        number = first + np.arange(count, dtype=np.int64)
        body = turns(first, count, self.bodies)
        unit = body * UNITS_OF_A_BODY + rng.integers(0, UNITS_OF_A_BODY, count)
        name, base = rng.integers(1, 5, count), rng.integers(20, 70, count)
        missed = rng.random(count) < 0.1
        for year in (YEAR_BEFORE, THIS_YEAR):
            here = np.ones(count, dtype=bool) if year == YEAR_BEFORE else rng.random(count) < 0.6
            past = year == YEAR_BEFORE
            budget, (target_due, evaluation_due) = amounts(rng, count, 2 * LIMIT), DUE[year]
            none = np.full(count, ABSENT)
            score = np.where(missed, rng.integers(600, 890, count), rng.integers(850, 1000, count))
            table = {
                "number": number,
                "year": np.full(count, year),
                "body": body,
                "unit": unit,
                "budget": budget,
                "executed": budget * rng.integers(60, 101, count) // 100 if past else none,
                "target_due": np.full(count, target_due),
                "target_filed": target_due - rng.integers(0, 20, count),
                "evaluation_due": np.full(count, evaluation_due),
                "evaluated": evaluation_due - rng.integers(0, 25, count) if past else np.full(count, NEVER),
                "score": score if past else none,
                "grade": np.searchsorted(-np.array(STEPS), -score, side="left") if past else none,
                "states": np.full(count, IN_BOTH),
            }
            self.projects.block(**{column: values[here] for column, values in table.items()})
            grown = base + (0 if past else rng.integers(1, 20, count))
            self._targets(number[here], year, name[here], grown[here], missed[here] if past else None)

    def _targets(self, project: Ints, year: int, name: Ints, base: Ints, missed: np.ndarray | None) -> None:
        count = len(project)
        for place, (level, points) in enumerate(FULL):
            reached = np.full(count, UNKNOWN if missed is None else REACHED)
            if missed is not None and place == 2:
                reached = np.where(missed, MISSED, REACHED)
            names = {EXECUTION: np.zeros(count, dtype=np.int64), SATISFACTION: np.full(count, len(TEXTS) - 1)}
            self.targets.block(
                project=project,
                year=np.full(count, year),
                indicator=np.full(count, place + 1),
                level=np.full(count, level),
                name=names.get(level, name + (place if level != EFFECT else 2)),
                measure=np.full(count, COUNT if place == 1 else PERCENT),
                value=np.full(count, 100) if level == EXECUTION else base + place,
                points=np.full(count, points),
                achieved=reached,
                states=np.full(count, IN_BOTH),
            )

    def project(self, body: str, year: int, *, budget: int = 0, unit: int | None = None) -> Project:
        """Make up a project that is in order, below the limit unless given."""
        place = self.town.spending.index(body)
        past, (target_due, evaluation_due) = year == YEAR_BEFORE, DUE[year]
        money = budget or self.between(20, 90) * TEN_THOUSAND
        return Project(
            number=self.town.serial("performance project"),
            year=year,
            body=place,
            unit=place * UNITS_OF_A_BODY if unit is None else unit,
            budget=money,
            executed=money * 9 // 10 if past else ABSENT,
            target_due=target_due,
            target_filed=target_due - 5,
            evaluation_due=evaluation_due,
            evaluated=evaluation_due - 5 if past else NEVER,
            score=880 if past else ABSENT,
            grade=grade_of(880) if past else ABSENT,
        )

    def unit(self) -> int:
        """Take the number of a unit that has no projects yet."""
        return UNITS_OF_A_BODY * self.bodies + self.town.serial("performance unit")

    def full(self, project: Project) -> list[Target]:
        """Make up targets that are in order."""
        reached = REACHED if project.year == YEAR_BEFORE else UNKNOWN
        base = self.between(20, 60)
        return [
            Target(
                project=project.number,
                year=project.year,
                indicator=place + 1,
                level=level,
                name={EXECUTION: 0, SATISFACTION: len(TEXTS) - 1}.get(level, place + 1),
                measure=PERCENT,
                value=100 if level == EXECUTION else base + place,
                points=points,
                achieved=reached,
            )
            for place, (level, points) in enumerate(FULL)
        ]

    def write(self, project: Project, targets: list[Target], states: int = IN_BOTH) -> None:
        """Write a project with its targets as they stand in some states."""
        self.projects.write(project, states)
        self.write_targets(targets, states)

    def write_targets(self, targets: list[Target], states: int = IN_BOTH) -> None:
        """Write targets as they stand in some states."""
        for target in targets:
            self.targets.write(target, states)

    def columns(self) -> dict[str, Columns]:
        """Return the tables."""
        return {
            "performance_project": self.projects.columns(),
            "performance_target": self.targets.columns(),
        } | self.registers()


def grade_of(score: int) -> int:
    """Return the place of the grade that a score in tenths bears."""
    return sum(score < step for step in STEPS)


def scored(project: Project, score: int) -> Project:
    """Return the project with another score and the grade that it bears."""
    return replace(project, score=score, grade=grade_of(score))


def with_points(targets: list[Target], *points: int) -> list[Target]:
    """Return targets with other points, one for each."""
    return [replace(target, points=given) for target, given in zip(targets, points, strict=True)]


def in_words(targets: list[Target], phrase: int, count: int) -> list[Target]:
    """Return targets of which so many, execution left out, are phrases instead of figures."""
    return [
        replace(target, measure=WORDS, value=phrase + place % 2) if 0 <= place - 1 < count else target
        for place, target in enumerate(targets)
    ]
