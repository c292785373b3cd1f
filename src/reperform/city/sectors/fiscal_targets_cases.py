"""Cases of performance management: no targets, wrong points, scores too good, empty words.

Rules kept here:

* A paper alone heals nothing: what is put right changes the table and has a paper. What is hidden changes the table
  without one, or leaves the tables.
* A project of a case has one problem; its other sides are as they should be.
"""

from __future__ import annotations

from dataclasses import replace

from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE
from reperform.city.town import deal
from reperform.city.truth import Fate, Kind

from .fiscal_desk import MANY_CASES, TEN_THOUSAND, THIS_YEAR, YEAR_BEFORE, Plot
from .fiscal_targets import (
    LIMIT,
    MISSED,
    PLAIN,
    SATISFACTION,
    UNKNOWN,
    VAGUE,
    Project,
    Target,
    TargetsDesk,
    in_words,
    project_text,
    scored,
    with_points,
)

Targets = list[Target]


def _key(project: Project) -> dict[str, object]:
    return {"project_no": project_text(project.number), "year": project.year}


def _ref(project: Project) -> str:
    return f"{project_text(project.number)}/{project.year}"


def _problem(
    desk: TargetsDesk, code: str, body: str, bad: tuple[Project, Targets], good: tuple[Project, Targets], note: str
) -> None:
    """Plant a project that is wrong, and what becomes of it."""
    fate = desk.plant(code, _key(bad[0]), body, 0, note)
    if fate is Fate.STILL:
        desk.write(*bad)
        return
    desk.write(*bad, IN_BEFORE)
    if fate is Fate.CLEARED or desk.town.serial("target hidden") % 2:
        desk.write(*good, IN_AFTER)
    if fate is Fate.CLEARED:
        desk.correct("performance_project", _ref(bad[0]), desk.later())


def _fine(desk: TargetsDesk, code: str, body: str, project: Project, targets: Targets, kind: Kind, note: str) -> None:
    desk.write(project, targets)
    desk.harmless(code, _key(project), body, note, kind)


def _large(desk: TargetsDesk, body: str) -> Project:
    return desk.project(body, THIS_YEAR, budget=LIMIT + desk.between(1, 900) * TEN_THOUSAND)


def _without_targets(desk: TargetsDesk, body: str, project: Project, note: str) -> None:
    fate = desk.plant("PF-01", _key(project), body, 0, note)
    if fate is Fate.UNPROVEN:
        small = replace(project, budget=LIMIT - 1)
        desk.projects.write(project, IN_BEFORE)
        if desk.town.serial("no targets hidden") % 2:
            desk.projects.write(small, IN_AFTER)
        return
    desk.projects.write(project)
    if fate is Fate.CLEARED:
        desk.write_targets(desk.full(project), IN_AFTER)


def no_targets(desk: TargetsDesk, body: str) -> None:
    """A large project without a target."""
    _without_targets(desk, body, _large(desk, body), "a large project without a target")


def limit_without_targets(desk: TargetsDesk, body: str) -> None:
    """A project of exactly the limit without a target."""
    _without_targets(desk, body, desk.project(body, THIS_YEAR, budget=LIMIT), "exactly the limit, no target")


def below_limit(desk: TargetsDesk, body: str) -> None:
    """One fen below the limit, no target."""
    project = desk.project(body, THIS_YEAR, budget=LIMIT - 1)
    _fine(desk, "PF-01", body, project, [], Kind.NEAR_MISS, "one fen below the limit, no target")


def large_without_satisfaction(desk: TargetsDesk, body: str) -> None:
    """A large project that serves nobody outside: no satisfaction, all else."""
    project = _large(desk, body)
    targets = with_points(desk.full(project)[:4], 10, 30, 20, 40)
    _fine(desk, "PF-01", body, project, targets, Kind.INNOCENT, "no satisfaction, all else")


def no_targets_again(desk: TargetsDesk, body: str, fate: Fate) -> None:
    """Let a large project be added after the audit without a target."""
    project = _large(desk, body)
    desk.projects.write(project, IN_AFTER)
    desk.plant_later("PF-01", _key(project), body, 0, fate, "added after the audit without a target")


NO_TARGETS = Plot[TargetsDesk](
    "PF-01",
    deal({no_targets: 19, limit_without_targets: 9, below_limit: 3, large_without_satisfaction: 2}),
    no_targets_again,
)


def _points(desk: TargetsDesk, body: str, note: str, *points: int) -> None:
    project = _large(desk, body)
    good = desk.full(project)
    _problem(desk, "PF-02", body, (project, with_points(good, *points)), (project, good), note)


def ninety(desk: TargetsDesk, body: str) -> None:
    """Execution was left out of the points."""
    _points(desk, body, "the points make ninety", 10, 30, 20, 20, 10)


def one_point_more(desk: TargetsDesk, body: str) -> None:
    """One point too many."""
    _points(desk, body, "one point too many", 10, 31, 20, 30, 10)


def levels_mixed_up(desk: TargetsDesk, body: str) -> None:
    """A hundred points, but output has forty."""
    _points(desk, body, "a hundred points, forty of output", 10, 20, 20, 40, 10)


def little_satisfaction(desk: TargetsDesk, body: str) -> None:
    """Satisfaction has five points, effect thirty-five."""
    _points(desk, body, "five points of satisfaction", 10, 30, 20, 35, 5)


def odd_parts(desk: TargetsDesk, body: str) -> None:
    """Fifty points of output in odd parts."""
    project = _large(desk, body)
    targets = with_points(desk.full(project), 10, 17, 33, 30, 10)
    _fine(desk, "PF-02", body, project, targets, Kind.NEAR_MISS, "fifty points of output in odd parts")


def points_of_satisfaction_in_effect(desk: TargetsDesk, body: str) -> None:
    """No satisfaction: its points are in effect."""
    project = _large(desk, body)
    targets = with_points(desk.full(project)[:4], 10, 30, 20, 40)
    _fine(desk, "PF-02", body, project, targets, Kind.INNOCENT, "the points of satisfaction are in effect")


def point_missing(desk: TargetsDesk, body: str) -> None:
    """An indicator without points."""
    project = _large(desk, body)
    targets = with_points(desk.full(project), 10, 30, 20, 30, ABSENT)
    _fine(desk, "PF-02", body, project, targets, Kind.NOT_TESTABLE, "an indicator without points")


def points_again(desk: TargetsDesk, body: str, fate: Fate) -> None:
    """Let a project be added after the audit with wrong points."""
    project = _large(desk, body)
    desk.write(project, with_points(desk.full(project), 20, 30, 20, 20, 10), IN_AFTER)
    desk.plant_later("PF-02", _key(project), body, 0, fate, "added after the audit with wrong points")


POINTS = Plot[TargetsDesk](
    "PF-02",
    deal(
        {
            ninety: 9,
            levels_mixed_up: 9,
            one_point_more: 5,
            little_satisfaction: 4,
            odd_parts: 2,
            points_of_satisfaction_in_effect: 2,
            point_missing: 2,
        }
    ),
    points_again,
    MANY_CASES,
)


def _score(desk: TargetsDesk, body: str, note: str, score: int, executed: int, missed: tuple[int, ...] = ()) -> None:
    """Plant a project with a score in tenths, so many per mille executed, and some indicators missed."""
    project = desk.project(body, YEAR_BEFORE)
    bad = scored(replace(project, executed=project.budget * executed // 1000), score)
    targets = [replace(target, achieved=MISSED) if target.indicator in missed else target for target in desk.full(bad)]
    _problem(desk, "PF-03", body, (bad, targets), (scored(bad, 700), targets), note)


def top_for_a_third(desk: TargetsDesk, body: str) -> None:
    """A top score with a third of the budget executed."""
    _score(desk, body, "a top score, a third executed", 930 + desk.between(0, 60), 330)


def top_with_output_missed(desk: TargetsDesk, body: str) -> None:
    """A top score with thirty points of output missed."""
    _score(desk, body, "a top score, thirty points of output missed", 955, 950, (2,))


def just_top(desk: TargetsDesk, body: str) -> None:
    """Exactly the lowest top score, not quite half executed."""
    _score(desk, body, "exactly the lowest top score, not quite half executed", 900, 499)


def top_with_two_missed(desk: TargetsDesk, body: str) -> None:
    """A top score with satisfaction and a part of output missed."""
    _score(desk, body, "a top score, two targets missed", 915, 880, (3, 5))


def _credible(desk: TargetsDesk, body: str, kind: Kind, note: str, **changes: int) -> None:
    project = replace(desk.project(body, YEAR_BEFORE), **changes)
    project = scored(project, project.score)
    _fine(desk, "PF-03", body, project, desk.full(project), kind, note)


def not_quite_top(desk: TargetsDesk, body: str) -> None:
    """A tenth of a point below the top, little executed."""
    _credible(desk, body, Kind.NEAR_MISS, "a tenth below the top, little executed", score=899, executed=TEN_THOUSAND)


def half_executed(desk: TargetsDesk, body: str) -> None:
    """A top score with exactly half executed."""
    budget = 40 * TEN_THOUSAND
    _credible(desk, body, Kind.NEAR_MISS, "exactly half executed", score=950, budget=budget, executed=budget // 2)


def ten_points_missed(desk: TargetsDesk, body: str) -> None:
    """A top score with exactly ten points missed."""
    project = scored(desk.project(body, YEAR_BEFORE), 905)
    targets = [replace(t, achieved=MISSED) if t.level == SATISFACTION else t for t in desk.full(project)]
    _fine(desk, "PF-03", body, project, targets, Kind.NEAR_MISS, "exactly ten points missed")


def completion_unknown(desk: TargetsDesk, body: str) -> None:
    """A top score, and nobody entered whether the largest target was reached."""
    project = scored(desk.project(body, YEAR_BEFORE), 970)
    targets = [replace(t, achieved=UNKNOWN) if t.indicator == 2 else t for t in desk.full(project)]
    _fine(desk, "PF-03", body, project, targets, Kind.INNOCENT, "completion of the largest target not entered")


def execution_unknown(desk: TargetsDesk, body: str) -> None:
    """A top score, and nobody knows what was executed."""
    _credible(desk, body, Kind.NOT_TESTABLE, "no executed amount", score=960, executed=ABSENT)


def score_again(desk: TargetsDesk, body: str, fate: Fate) -> None:
    """Let a project of last year be entered after the audit with a top score for little."""
    project = desk.project(body, YEAR_BEFORE)
    bad = scored(replace(project, executed=project.budget // 4), 960)
    desk.write(bad, desk.full(bad), IN_AFTER)
    desk.plant_later("PF-03", _key(bad), body, 0, fate, "entered after the audit, a top score for little")


SCORES = Plot[TargetsDesk](
    "PF-03",
    deal(
        {
            top_for_a_third: 10,
            top_with_output_missed: 9,
            just_top: 5,
            top_with_two_missed: 5,
            not_quite_top: 2,
            half_executed: 2,
            ten_points_missed: 1,
            completion_unknown: 1,
            execution_unknown: 2,
        }
    ),
    score_again,
)


def _copied(desk: TargetsDesk, body: str, fresh: int) -> tuple[Project, Targets, Targets]:
    """Make up a project of two years; of this year's targets so many are fresh."""
    project = _large(desk, body)
    targets = desk.full(project)
    earlier = desk.project(body, YEAR_BEFORE)
    desk.projects.write(replace(earlier, number=project.number))
    desk.write_targets([replace(target, year=YEAR_BEFORE, achieved=1) for target in targets])
    new = [replace(target, value=target.value + 7) for target in targets]
    return project, targets[: 5 - fresh] + new[5 - fresh :], new


def copied(desk: TargetsDesk, body: str) -> None:
    """All of last year's targets again."""
    project, same, new = _copied(desk, body, 0)
    _problem(desk, "PF-04", body, (project, same), (project, new), "all of last year's targets again")


def all_in_words(desk: TargetsDesk, body: str) -> None:
    """Four targets that nobody can measure."""
    project = _large(desk, body)
    good = desk.full(project)
    _problem(desk, "PF-04", body, (project, in_words(good, VAGUE, 4)), (project, good), "four targets of words alone")


def half_in_words(desk: TargetsDesk, body: str) -> None:
    """Two of four targets that nobody can measure."""
    project = _large(desk, body)
    good = desk.full(project)
    _problem(
        desk, "PF-04", body, (project, in_words(good, VAGUE + 2, 2)), (project, good), "two of four of words alone"
    )


def one_fresh(desk: TargetsDesk, body: str) -> None:
    """Last year's targets but for one."""
    project, targets, _ = _copied(desk, body, 1)
    _fine(desk, "PF-04", body, project, targets, Kind.NEAR_MISS, "last year's targets but for one")


def one_in_words(desk: TargetsDesk, body: str) -> None:
    """One of four targets in words alone."""
    project = _large(desk, body)
    targets = in_words(desk.full(project), VAGUE, 1)
    _fine(desk, "PF-04", body, project, targets, Kind.NEAR_MISS, "one of four of words alone")


def plain_words(desk: TargetsDesk, body: str) -> None:
    """Words that name a state one can see."""
    project = _large(desk, body)
    targets = in_words(desk.full(project), PLAIN, 4)
    _fine(desk, "PF-04", body, project, targets, Kind.INNOCENT, "words that name a state one can see")


def words_again(desk: TargetsDesk, body: str, fate: Fate) -> None:
    """Let a project be added after the audit with words alone."""
    project = _large(desk, body)
    desk.write(project, in_words(desk.full(project), VAGUE, 3), IN_AFTER)
    desk.plant_later("PF-04", _key(project), body, 0, fate, "added after the audit with words alone")


WORDS_ALONE = Plot[TargetsDesk](
    "PF-04",
    deal({copied: 11, all_in_words: 9, half_in_words: 8, one_fresh: 2, one_in_words: 2, plain_words: 2}),
    words_again,
    MANY_CASES,
)
