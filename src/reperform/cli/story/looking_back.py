"""The look-back of the story: a delivery that broke off says nothing; the whole one says what held.

The runs propose; the people of the story decide, and what follows is what the rules allow: what held is accepted and
struck off or confirmed, what did not is returned, what came back opens a new finding that names the old one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from reperform.cli.story import acts, revealing
from reperform.cli.story.conduct import Conduct
from reperform.cli.story.scene import Scene

if TYPE_CHECKING:
    from reperform.cli.story.rectifying import Cast
    from reperform.engine.store import Loaded
    from reperform.ledger.models import Check

THIN, WHOLE = date(2026, 11, 3), date(2026, 11, 10)
DECIDED, REISSUED = date(2026, 11, 12), date(2026, 11, 16)
DUE_AGAIN = date(2027, 1, 31)
BROKEN_OFF, TRACES = "supplier_payment", "supplier_refund"
LEFT_OPEN = 1  # checks that the visitor may decide
SHARE = 3  # of five lines


def broken_off(scene: Scene, files: Mapping[str, Sequence[Path]]) -> dict[str, list[Path]]:
    """Return the one file of a delivery that broke off after three fifths of its lines."""
    (whole,) = files[BROKEN_OFF]
    lines = whole.read_bytes().splitlines(keepends=True)
    folder = scene.folder / "broken-off"
    folder.mkdir(exist_ok=True)
    part = folder / whole.name
    part.write_bytes(b"".join(lines[: len(lines) * SHARE // 5]))
    return {BROKEN_OFF: [part]}


def look_back(
    scene: Scene, cast: Cast, thin: Mapping[str, Loaded], whole: Mapping[str, Loaded], as_of: date
) -> list[Check]:
    """Look back at every finding; return the checks on the whole delivery."""
    from reperform.lookback.running import rerun_all

    findings = [acts.again(finding) for finding, _conduct in cast]
    scene.on(THIN)
    part = revealing.keep(scene, {**thin, TRACES: whole[TRACES]}, as_of, scene.words("titles", "thin"))
    touched = [finding for finding in findings if finding.code.startswith("FF-")][:1]
    rerun_all(touched, snapshot=part, by=scene.people["auditor"], at=scene.next())
    scene.on(WHOLE)
    snapshot = revealing.keep(scene, whole, as_of, scene.words("titles", "after"))
    checks = rerun_all(findings, snapshot=snapshot, by=scene.people["auditor"], at=scene.next(), progress=scene.report)
    conducts = {finding.number: conduct for finding, conduct in cast}
    scene.on(DECIDED)
    with acts.one_day():
        _decide_all(scene, checks, conducts)
    _issue_again(scene, checks)
    return checks


def _decide_all(scene: Scene, checks: Sequence[Check], conducts: Mapping[str, Conduct]) -> None:
    open_ones = [check for check in checks if check.proposal in {"unproven", "not_held"}]
    left = {check.pk for check in open_ones[-LEFT_OPEN:]}
    for check in checks:
        if check.pk not in left and check.state == "proposed":
            _decide(scene, check, conducts[check.finding.number])


def _decide(scene: Scene, check: Check, conduct: Conduct) -> None:
    """Conclude one check as it proposes, and do what follows."""
    from reperform.ledger import workshop
    from reperform.ledger.models.lookbacks import Conclusion
    from reperform.lookback.actions import decide

    relapsed = check.proposal == Conclusion.RELAPSED
    conclusion = Conclusion(check.proposal) if check.proposal in {"held", "relapsed"} else Conclusion.NOT_HELD
    told = "faked" if relapsed and conduct is Conduct.FALSE else conclusion.value
    decide(
        check, conclusion, reason=scene.words("decided", told), by=scene.people["auditor2"], at=scene.next(),
        procedure=workshop.pinned(check.run.procedure_hash) if relapsed else None,
    )  # fmt: skip
    finding = acts.again(check.finding)
    if finding.state != "submitted":
        return
    if conclusion == Conclusion.HELD:
        acts.accept(scene, finding)
        acts.close(scene, finding)
    else:
        reason = scene.words("returned", "data", still=check.still + check.partly, unproven=check.unproven)
        acts.return_(scene, finding, reason)


def _issue_again(scene: Scene, checks: Sequence[Check]) -> None:
    """Issue what the relapses opened."""
    from reperform.ledger.models import Finding as Row

    drafts = Row.objects.filter(state="draft", opened_by_check__in=checks).select_related(
        "responsible", "lead", "audit_body"
    )
    revealing.issue(scene, list(drafts.order_by("number")), DUE_AGAIN, on=REISSUED)
