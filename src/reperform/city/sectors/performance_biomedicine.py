"""Projects of the biomedicine programme: money, milestones and outputs.

Rules kept here:

* In ordinary life a milestone is reached by its day or deferred with approval, and a project registers an output
  before its end.
* What is put right is a report of acceptance, or money that came back. What is hidden is a milestone or a project
  taken out, a day moved, or a milestone called reached without a report.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from reperform.city.bodies import DISTRICTS
from reperform.city.dates import DAY_AFTER, DAY_BEFORE, NEVER, OPENING, day
from reperform.city.history import History, followed, numbers
from reperform.city.layout import Format, Layout, date_of, money, named, numbered
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE, IN_BOTH, Columns, Rows, known_from
from reperform.city.sector import Desk
from reperform.city.town import Part, Town
from reperform.city.truth import Fate

from .cases import Book, Situation, innocent, near_miss, not_testable, planted

BODIES = (
    *("YJ-SCI", "YJ-HEA", "YJ-HO1", "YJ-HO2", "YJ-HO3", "YJ-UNI"),
    *(f"{short}-HOS" for short, _, _ in DISTRICTS),
)
PROJECTS, MILESTONES = 300, 4
KINDS = ("发明专利", "临床试验批件", "医疗器械注册证", "论文", "中试线")
MILESTONE_DAYS, OUTPUT_DAYS = 30, 180
FOUNDED = day(date(2022, 1, 1))


class GrantDesk(Desk):
    """Writes projects, payments, milestones and outputs."""

    def __init__(self, town: Town, part: Part) -> None:
        super().__init__(town, part, "performance biomedicine")
        self.projects = Rows("number", "body", "grant", "ends")
        self.payments = Rows("voucher", "project", "day", "amount")
        self.milestones = History(
            *("project", "place", "due", "deferred", "done", "report", "agreed"),
            began="agreed",
            later={"done": ("report",)},
        )
        self.outputs = Rows("number", "project", "kind", "day")

    def ordinary(self) -> None:
        """Write projects of ordinary life."""
        rng, town = self.rng, self.town
        count = town.share(PROJECTS, 200, self.part)
        number, body = numbers(town, "bio project", count), rng.integers(0, len(BODIES), count)
        start = rng.integers(FOUNDED, DAY_BEFORE - 200, count)
        length = rng.integers(600, 1500, count)
        grant = (rng.lognormal(6, 0.8, count) * 10).astype(np.int64) * 100_000 + 10_000_000
        ends = start + length
        self.projects.block(number=number, body=body, grant=grant, ends=ends, states=np.full(count, IN_BOTH))
        paid_on = np.concatenate([start + 30, start + length // 2])
        here = paid_on <= DAY_AFTER
        self.payments.block(
            voucher=numbers(town, "bio payment", int(here.sum())),
            project=np.concatenate([number, number])[here],
            day=paid_on[here],
            amount=np.concatenate([grant // 2, grant // 3])[here],
            states=known_from(paid_on[here]),
        )
        place = np.tile(np.arange(1, MILESTONES + 1), count)
        due = np.repeat(start, MILESTONES) + np.repeat(length, MILESTONES) * place // (MILESTONES + 1)
        deferred = np.where(rng.random(len(due)) < 0.08, due + 90, NEVER)
        self.milestones.block(
            project=np.repeat(number, MILESTONES),
            place=place,
            due=due,
            deferred=deferred,
            done=np.where(deferred < NEVER, deferred, due) - rng.integers(0, 40, len(due)),
            report=numbers(town, "bio report", len(due)),
            agreed=np.repeat(start, MILESTONES),
        )
        registered = ends - rng.integers(10, 300, count)
        known = registered <= DAY_AFTER
        self.outputs.block(
            number=numbers(town, "bio output", int(known.sum())),
            project=number[known],
            kind=rng.integers(0, len(KINDS), int(known.sum())),
            day=registered[known],
            states=known_from(registered[known]),
        )

    def project(self, body: str, ends: int, paid: int, states: int = IN_BOTH, number: int | None = None) -> int:
        """Write a project of a case with its one payment, and return its number."""
        own = self.town.serial("bio project") if number is None else number
        self.projects.add(own, BODIES.index(body), max(paid, 10_000_000), ends, states=states)
        if paid and number is None:
            self.payments.add(self.town.serial("bio payment"), own, day(OPENING) - 200, paid, states=IN_BOTH)
        return own

    def output(self, project: int, when: int) -> None:
        """Register an output of a case."""
        number = self.town.serial("bio output")
        self.outputs.add(number, project, self.between(0, len(KINDS) - 1), when, states=int(known_from(when)))


def project_text(number: int) -> str:
    """Return a project's number as it is written."""
    return f"SW{number:06d}"


# --- milestones (BM-01) ---


def _milestone(
    desk: GrantDesk, body: str, due: int, done: int = NEVER, *, paid: int = 80_000_000, deferred: int = NEVER
) -> Situation:
    project = desk.project(body, DAY_AFTER + 400, paid)
    first = {"project": project, "place": 1, "due": FOUNDED + 900, "deferred": NEVER, "done": FOUNDED + 880}
    desk.milestones.add(IN_BOTH, **first, report=desk.town.serial("bio report"), agreed=FOUNDED + 600)
    values = {
        "project": project,
        "place": 2,
        "due": due,
        "deferred": deferred,
        "done": done,
        "report": desk.town.serial("bio report") if done < NEVER else ABSENT,
        "agreed": FOUNDED + 600,
    }
    fakes = {"due": DAY_AFTER + 200}, {"done": DAY_BEFORE + 90, "report": ABSENT}
    act = followed(desk, desk.milestones, values, "done", "report", *fakes)
    return Situation({"project_id": project_text(project), "milestone_no": 2}, 0, act)


def missed(desk: GrantDesk, body: str, when: int) -> Situation:
    """Long overdue, and paid for."""
    return _milestone(desk, body, desk.between(day(OPENING), DAY_BEFORE - 60))


def missed_by_a_day(desk: GrantDesk, body: str, when: int) -> Situation:
    """The first day after the days that are let pass."""
    return _milestone(desk, body, DAY_BEFORE - MILESTONE_DAYS - 1)


def on_the_last_day(desk: GrantDesk, body: str, when: int) -> Situation:
    """The last day that is let pass; reached the day after."""
    return _milestone(desk, body, DAY_BEFORE - MILESTONE_DAYS, DAY_BEFORE + 1)


def reached_late(desk: GrantDesk, body: str, when: int) -> Situation:
    """Reached half a year late, before the audit."""
    return _milestone(desk, body, when - 180, when)


def deferred_with_approval(desk: GrantDesk, body: str, when: int) -> Situation:
    """Overdue by its first day, not by the approved one."""
    return _milestone(desk, body, when, deferred=DAY_AFTER + 60)


def nothing_paid(desk: GrantDesk, body: str, when: int) -> Situation:
    """Overdue, and no money was paid."""
    return _milestone(desk, body, when, paid=0)


def without_day(desk: GrantDesk, body: str, when: int) -> Situation:
    """A milestone without a day."""
    return _milestone(desk, body, NEVER)


def missed_again(desk: GrantDesk, body: str, when: int) -> Situation:
    """Fell due after the audit, and was not reached."""
    return _milestone(desk, body, when)


# --- outputs (BM-02) ---


def _ended(desk: GrantDesk, body: str, ends: int, *, paid: int | None = None, output: int = NEVER) -> Situation:
    amount = desk.sum(60_000_000) if paid is None else paid
    number = desk.project(body, ends, amount, 0)

    def act(fate: Fate) -> None:
        desk.project(body, ends, amount, IN_BEFORE if fate is Fate.UNPROVEN else IN_BOTH, number)
        if fate is Fate.UNPROVEN and desk.town.serial("hidden project") % 2:
            desk.project(body, DAY_AFTER + 300, amount, IN_AFTER, number)
        if output < NEVER:
            desk.output(number, output)
        desk.remedy(fate, "bio_project", project_text(number), amount)

    return Situation({"project_id": project_text(number)}, amount, act)


def _harmless(made: Situation) -> Situation:
    return Situation(made.key, 0, made.act)


def nothing_to_show(desk: GrantDesk, body: str, when: int) -> Situation:
    """Ended long ago without an output."""
    return _ended(desk, body, desk.between(FOUNDED + 900, DAY_BEFORE - OUTPUT_DAYS - 2))


def nothing_a_day_too_long(desk: GrantDesk, body: str, when: int) -> Situation:
    """The first day after the days in which outputs may come."""
    return _ended(desk, body, DAY_BEFORE - OUTPUT_DAYS - 1)


def output_still_to_come(desk: GrantDesk, body: str, when: int) -> Situation:
    """The last day on which an output may come; it comes the day after."""
    return _harmless(_ended(desk, body, DAY_BEFORE - OUTPUT_DAYS, output=DAY_BEFORE + 1))


def one_late_output(desk: GrantDesk, body: str, when: int) -> Situation:
    """An output was registered a year after the end."""
    return _harmless(_ended(desk, body, DAY_BEFORE - 400, output=DAY_BEFORE - 30))


def all_given_back(desk: GrantDesk, body: str, when: int) -> Situation:
    """No output, and the money came back before the audit."""
    made = _ended(desk, body, DAY_BEFORE - 400)
    desk.recover("bio_project", str(made.key["project_id"]), made.amount, DAY_BEFORE - 40)
    return _harmless(made)


def never_paid(desk: GrantDesk, body: str, when: int) -> Situation:
    """No output, and nothing was paid."""
    return _ended(desk, body, DAY_BEFORE - 400, paid=0)


def without_end(desk: GrantDesk, body: str, when: int) -> Situation:
    """No end is recorded."""
    return _harmless(_ended(desk, body, NEVER))


def nothing_to_show_again(desk: GrantDesk, body: str, when: int) -> Situation:
    """The days in which outputs may come ended after the audit."""
    return _ended(desk, body, desk.between(DAY_BEFORE - 170, DAY_AFTER - OUTPUT_DAYS - 1))


BOOKS = (
    Book(
        "BM-01",
        {
            planted(missed, "long overdue and paid for"): 9,
            planted(missed_by_a_day, "a day after the days that are let pass"): 2,
            near_miss(on_the_last_day, "the last day that is let pass"): 2,
            innocent(reached_late, "reached late, before the audit"): 1,
            innocent(deferred_with_approval, "deferred with approval"): 1,
            innocent(nothing_paid, "nothing was paid"): 1,
            not_testable(without_day, "a milestone without a day"): 1,
        },
        missed_again,
        60,
        12,
    ),
    Book(
        "BM-02",
        {
            planted(nothing_to_show, "ended without an output"): 18,
            planted(nothing_a_day_too_long, "a day after outputs may come"): 4,
            near_miss(output_still_to_come, "the last day on which an output may come"): 2,
            innocent(one_late_output, "one output, a year late"): 1,
            innocent(all_given_back, "the money came back before the audit"): 1,
            innocent(never_paid, "nothing was paid"): 1,
            not_testable(without_end, "no end is recorded"): 1,
        },
        nothing_to_show_again,
        40,
        12,
    ),
)
LOOKS_AT = {book.code: BODIES for book in BOOKS}
_PROJECT = numbered("SW", "project", 6)
LAYOUTS = (
    Layout(
        "bio_project",
        Format.XLSX,
        (
            ("立项编号", numbered("SW", "number", 6)),
            ("主管单位", named(BODIES, "body")),
            ("立项资助金额（万元）", '("grant"::DECIMAL(16, 0) * 0.000001)::DECIMAL(18, 6)'),
            ("计划结题日期", date_of("ends")),
        ),
    ),
    Layout(
        "bio_payment",
        Format.CSV_BOM,
        (
            ("凭证号", numbered("BK", "voucher", 7)),
            ("立项编号", _PROJECT),
            ("支付日期", date_of("day")),
            ("支付金额（元）", money("amount")),
        ),
    ),
    Layout(
        "bio_milestone",
        Format.XLSX,
        (
            ("立项编号", _PROJECT),
            ("里程碑序号", "place"),
            ("节点日期", date_of("due")),
            ("延期日期", date_of("deferred")),
            ("完成日期", date_of("done")),
            ("验收报告号", numbered("YS-", "report", 7)),
        ),
    ),
    Layout(
        "bio_output",
        Format.JSON_LINES,
        (
            ("成果登记号", numbered("CG", "number", 7)),
            ("立项编号", _PROJECT),
            ("成果类别", named(KINDS, "kind")),
            ("取得日期", date_of("day")),
        ),
    ),
)


def make(town: Town, part: Part) -> dict[str, Columns]:
    """Write the projects of a chunk."""
    desk = GrantDesk(town, part)
    desk.ordinary()
    for book in BOOKS:
        book.play(desk, town, part)
    tables = {"bio_project": desk.projects, "bio_payment": desk.payments, "bio_output": desk.outputs}
    made = {name: rows.columns() for name, rows in tables.items()}
    return made | {"bio_milestone": desk.milestones.columns()} | desk.registers()
