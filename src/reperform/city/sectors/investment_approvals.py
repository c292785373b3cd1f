"""Cases of approvals, estimates and final accounts: IV-01, IV-02, IV-03 and IV-20."""

from __future__ import annotations

from dataclasses import replace

from reperform.city.dates import DAY_AFTER, DAY_BEFORE, NEVER
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE
from reperform.city.truth import Fate, Kind

from .investment_desk import Works
from .investment_papers import SERVICES, Project, Variation, project_text

LIMIT_DAYS = 90
"""Days in which final accounts are to be approved."""


def _key(project: Project) -> dict[str, object]:
    return {"project_id": project_text(project.project)}


def _order(desk: Works, body: str, spoilt: Project, good: Project, note: str) -> None:
    trace = ("project", project_text(good.project))
    desk.spoil("IV-01", _key(good), body, note, (spoilt,), (good,), trace=trace)


def started_early(desk: Works, body: str) -> None:
    """Works begun months before the estimate."""
    good = desk.project(body)
    days = desk.between(20, 150)
    _order(desk, body, replace(good, started=good.estimate_on - days), good, "works begun before the estimate")


def started_a_day_early(desk: Works, body: str) -> None:
    """Works begun on the day before the estimate and the permit."""
    good = desk.project(body)
    spoilt = replace(good, permit=good.estimate_on, started=good.estimate_on - 1)
    _order(desk, body, spoilt, good, "works begun one day early")


def never_approved(desk: Works, body: str) -> None:
    """Works begun, no estimate."""
    good = desk.project(body)
    spoilt = replace(good, estimate_on=NEVER, estimate=ABSENT, budget_on=NEVER, budget=ABSENT)
    _order(desk, body, spoilt, good, "works begun without an estimate")


def study_before_proposal(desk: Works, body: str) -> None:
    """The study approved before the proposal, or the estimate before the study."""
    good = desk.project(body)
    spoilt = replace(good, proposal=good.feasibility_on + desk.between(1, 60))
    if desk.chance(0.5):
        spoilt = replace(good, feasibility_on=good.estimate_on + desk.between(1, 40))
    _order(desk, body, spoilt, good, "approvals in the wrong order")


def without_permit(desk: Works, body: str) -> None:
    """The permit came after the works had begun."""
    good = desk.project(body)
    _order(desk, body, replace(good, permit=good.started + desk.between(1, 90)), good, "works begun before the permit")


def all_on_one_day(desk: Works, body: str) -> None:
    """All approvals on one day."""
    good = desk.project(body)
    one = good.estimate_on
    papers = (replace(good, proposal=one, feasibility_on=one, permit=one, started=one),)
    desk.fine("IV-01", _key(good), body, "everything approved on one day", papers, Kind.NEAR_MISS)


def small_project(desk: Works, body: str) -> None:
    """A small project without proposal, study and permit."""
    good = desk.project(body, 620_000_000)
    papers = (replace(good, proposal=NEVER, feasibility_on=NEVER, permit=NEVER),)
    desk.fine("IV-01", _key(good), body, "a small project with merged approvals", papers)


def accepted_undated(desk: Works, body: str) -> None:
    """Accepted, but nobody knows since when it was built."""
    good = desk.project(body)
    accepted = good.started + 200
    papers = (
        replace(good, started=NEVER, accepted=accepted, accounts_on=accepted + 60, accounts=desk.number("paper")),
    )
    desk.fine("IV-01", _key(good), body, "accepted without a date of beginning", papers, Kind.NOT_TESTABLE)


def _excess(desk: Works, body: str, percent: int, note: str) -> None:
    good = desk.project(body)
    good = replace(good, feasibility=good.estimate)
    spoilt = replace(good, estimate=good.feasibility * (100 + percent) // 100)
    trace = ("project", project_text(good.project))
    desk.spoil("IV-02", _key(good), body, note, (spoilt,), (good,), trace=trace)


def far_above(desk: Works, body: str) -> None:
    """Fifteen to sixty per cent above the study."""
    _excess(desk, body, desk.between(15, 60), "estimate far above the study")


def just_above(desk: Works, body: str) -> None:
    """Eleven per cent above the study."""
    _excess(desk, body, 11, "estimate eleven per cent above the study")


def ten_per_cent(desk: Works, body: str) -> None:
    """Exactly ten per cent above the study."""
    good = desk.project(body, 3_300_000_000)
    papers = (replace(good, feasibility=3_000_000_000),)
    desk.fine("IV-02", _key(good), body, "estimate exactly ten per cent above", papers, Kind.NEAR_MISS)


def one_fen_above(desk: Works, body: str) -> None:
    """The smallest step above ten per cent that a register in ten thousand yuan with six places can hold."""
    good = desk.project(body, 3_300_000_000)
    spoilt = replace(good, feasibility=3_000_000_000, estimate=3_300_000_001)
    trace = ("project", project_text(good.project))
    good = replace(good, feasibility=3_000_000_000)
    desk.spoil("IV-02", _key(good), body, "one fen above ten per cent", (spoilt,), (good,), trace=trace)


def no_study(desk: Works, body: str) -> None:
    """No figure of the study."""
    good = desk.project(body)
    papers = (replace(good, feasibility=ABSENT),)
    desk.fine("IV-02", _key(good), body, "no investment in the study", papers, Kind.NOT_TESTABLE)


def _over(desk: Works, body: str, over: int, note: str, varied: int = 0) -> None:
    """Let contracts and variations exceed an estimate by so much."""
    project = desk.project(body, 900_000_000)
    first = desk.contract(project, SERVICES, 500_000_000)
    second = desk.contract(project, SERVICES, 400_000_000 - varied + over)
    papers: list[Variation] = []
    if varied:
        worked = first.signed + 60
        papers.append(
            Variation(first.contract, desk.number("variation"), desk.between(0, 7), varied, worked, worked - 9)
        )
    trace = ("project", project_text(project.project))
    if not over:
        desk.fine("IV-03", _key(project), body, note, (project, first, second, *papers), Kind.NEAR_MISS)
        return
    desk.file(project, first, *papers)
    good = replace(second, amount=second.amount - over)
    desk.spoil("IV-03", _key(project), body, note, (second,), (good,), trace=trace, amount=over)


def contracts_above(desk: Works, body: str) -> None:
    """Contracts alone exceed the estimate."""
    _over(desk, body, desk.sum(60_000_000) + 2, "contracts above the estimate")


def variations_above(desk: Works, body: str) -> None:
    """The variation makes it too much."""
    over = desk.sum(8_000_000)
    _over(desk, body, over, "with its variation above the estimate", varied=over + 10_000_000)


def above_by_one_fen(desk: Works, body: str) -> None:
    """One fen too much."""
    _over(desk, body, 1, "one fen above the estimate")


def at_the_estimate(desk: Works, body: str) -> None:
    """Exactly the estimate."""
    _over(desk, body, 0, "exactly the estimate", varied=5_000_000)


def no_estimate(desk: Works, body: str) -> None:
    """Not begun, contracts signed, no estimate."""
    project = desk.project(body, started=NEVER, permit=NEVER)
    project = replace(project, estimate_on=NEVER, estimate=ABSENT, budget_on=NEVER, budget=ABSENT)
    papers = (project, desk.contract(project, SERVICES))
    desk.fine("IV-03", _key(project), body, "no estimate to measure by", papers, Kind.NOT_TESTABLE)


def _closing(desk: Works, body: str, days: int, note: str) -> None:
    """Plant a project accepted so many days before the state in which it is looked at."""
    state = DAY_AFTER if desk.begun_after else DAY_BEFORE
    project = desk.project(body, accepted=state - days)
    key = _key(project)
    if desk.begun_after:
        desk.spoil("IV-20", key, body, note, (project,), trace=("project", ""))
        return
    fate = desk.plant("IV-20", key, body, 0, note)
    closed = replace(project, accounts_on=desk.later(), accounts=desk.number("paper"))
    if fate is Fate.UNPROVEN:
        desk.hide((project,), (replace(project, accepted=NEVER),))
        return
    desk.file(project, states=IN_BEFORE)
    desk.file(closed if fate is Fate.CLEARED else project, states=IN_AFTER)


def never_closed(desk: Works, body: str) -> None:
    """Accepted half a year ago and more."""
    _closing(desk, body, desk.between(120, 300), "final accounts not closed")


def closed_too_late_by_a_day(desk: Works, body: str) -> None:
    """The ninety-first day."""
    _closing(desk, body, LIMIT_DAYS + 1, "final accounts one day late")


def ninety_days(desk: Works, body: str) -> None:
    """The ninetieth day; closed soon after."""
    project = desk.project(body, accepted=DAY_BEFORE - LIMIT_DAYS)
    desk.harmless("IV-20", _key(project), body, "the last day for final accounts", Kind.NEAR_MISS)
    desk.file(project, states=IN_BEFORE)
    desk.file(replace(project, accounts_on=DAY_BEFORE + 9, accounts=desk.number("paper")), states=IN_AFTER)


def closed_late(desk: Works, body: str) -> None:
    """Closed a year late, but closed."""
    project = desk.project(body)
    accepted = project.started + 60
    project = replace(project, accepted=accepted, accounts_on=DAY_BEFORE - 40, accounts=desk.number("paper"))
    desk.fine("IV-20", _key(project), body, "closed late, but closed", (project,))


def paper_without_date(desk: Works, body: str) -> None:
    """A number of the approval and no date."""
    project = desk.project(body)
    project = replace(project, accepted=project.started + 60, accounts=desk.number("paper"))
    desk.fine("IV-20", _key(project), body, "a number without a date", (project,), Kind.NOT_TESTABLE)
