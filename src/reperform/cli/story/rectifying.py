"""Three months of rectification: on time, late, half, false; returned, accepted, struck off.

Each unit acts as the city's truth says that it did (`conduct`). The verifiers see the papers alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from reperform.cli.story import acts
from reperform.cli.story.conduct import Conduct
from reperform.cli.story.scene import Scene

if TYPE_CHECKING:
    from reperform.ledger.models import Finding, Item
    from reperform.rectify.actions import Attachment

    Cast = list[tuple[Finding, Conduct]]

PLANNED = date(2026, 6, 15)
FIRST, CHECKED = date(2026, 7, 20), date(2026, 7, 28)
SECOND, CHECKED_AGAIN = date(2026, 8, 12), date(2026, 8, 20)
STRUCK_OFF, LATE = date(2026, 8, 27), date(2026, 9, 15)
MONTH_ENDS = (date(2026, 6, 30), date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 30))


def rectify(scene: Scene, cast: Cast) -> None:
    """Play from June to September; at the end of each month the log is signed."""
    months = _Months(scene, cast)
    plot: tuple[tuple[date, Callable[[], None]], ...] = (
        (PLANNED, months.plan),
        (MONTH_ENDS[0], lambda: sign(scene)),
        (FIRST, months.first_papers),
        (CHECKED, months.first_check),
        (MONTH_ENDS[1], lambda: sign(scene)),
        (SECOND, months.second_papers),
        (CHECKED_AGAIN, months.second_check),
        (STRUCK_OFF, months.strike_off),
        (MONTH_ENDS[2], lambda: sign(scene)),
        (LATE, months.late_papers),
        (MONTH_ENDS[3], lambda: sign(scene)),
    )
    for done, (day, play) in enumerate(plot):
        scene.report(day.isoformat(), done, len(plot))
        scene.on(day)
        with acts.one_day():
            play()


def sign(scene: Scene) -> None:
    """Sign the log as it stands."""
    from reperform.ledger.publish import checkpoint

    checkpoint(at=scene.next())


class _Months:
    """Who does what: the honest in time but for one, the half with half the slips, the false with a sheet of paper."""

    def __init__(self, scene: Scene, cast: Cast) -> None:
        self.scene = scene
        told = {conduct: [finding for finding, one in cast if one is conduct] for conduct in Conduct}
        self.late, honest = told[Conduct.HONEST][:1], told[Conduct.HONEST][1:]
        self.silent, self.half = told[Conduct.HALF][:1], told[Conduct.HALF][1:]
        believed, self.doubted = told[Conduct.FALSE][:1], told[Conduct.FALSE][1:]
        self.whole = [*honest, *told[Conduct.RELAPSING], *believed]
        self.answering = [finding for finding, _one in cast if finding not in self.silent]

    def plan(self) -> None:
        for finding in self.answering:
            acts.plan(self.scene, finding, self._text(finding, "immediate"), self._text(finding, "mechanism"))

    def first_papers(self) -> None:
        for finding in self.whole:
            self._hand_in_all(finding)
        for finding in self.half:
            self._hand_in_half(finding, person=self.scene.words("person") if finding is self.half[0] else "")
        for finding in self.doubted:  # the same sheet of paper for every finding
            money = acts.total(acts.items_of(finding))
            acts.submit(self.scene, finding, self._text(finding, "done"), self._statement(), money=money)

    def first_check(self) -> None:
        for finding in self.whole:
            acts.judge(self.scene, finding)
            acts.accept(self.scene, finding)
        for finding in self.half:
            items = acts.items_of(finding)
            covered, total = len(_first_half(items)), len(items)
            acts.return_(self.scene, finding, self.scene.words("returned", "slips", covered=covered, total=total))
        for finding in self.doubted[:1]:
            acts.return_(self.scene, finding, self.scene.words("returned", "statement"))

    def second_papers(self) -> None:
        for finding in self.half:
            self._hand_in_half(finding, rule=self._text(finding, "rule"))

    def second_check(self) -> None:
        for finding in self.half[:1]:
            acts.return_(self.scene, finding, self.scene.words("returned", "again"))

    def strike_off(self) -> None:
        for finding in self.whole:
            acts.close(self.scene, finding)

    def late_papers(self) -> None:
        for finding in self.late:
            self._hand_in_all(finding)

    def _hand_in_all(self, finding: Finding) -> None:
        items = acts.items_of(finding)
        acts.submit(
            self.scene, finding, self._text(finding, "done"), acts.slips(self.scene, finding, items),
            money=acts.total(items), rule=self._text(finding, "rule"),
        )  # fmt: skip

    def _hand_in_half(self, finding: Finding, *, rule: str = "", person: str = "") -> None:
        items = _first_half(acts.items_of(finding))
        acts.submit(
            self.scene, finding, self._text(finding, "part"), acts.slips(self.scene, finding, items),
            money=acts.total(items), rule=rule, person=person, unfinished=self.scene.words("unfinished"),
        )  # fmt: skip

    def _statement(self) -> Attachment:
        name, text = self.scene.words("paper", "copied"), self.scene.words("paper", "statement")
        return acts.keep(self.scene, name, text, kind="certificate")

    def _text(self, finding: Finding, name: str) -> str:
        return self.scene.words("findings", finding.code, name)


def _first_half(items: Sequence[Item]) -> list[Item]:
    return list(items[: (len(items) + 1) // 2])
