"""The first stage of the story: data in, procedures over all of it, sifting, findings to the bodies that answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reperform.cli.story import acts
from reperform.cli.story.opening import liaison
from reperform.cli.story.scene import Scene
from reperform.home import Home

if TYPE_CHECKING:
    from reperform.engine.store import Loaded
    from reperform.ledger.models import Engagement, ExceptionRow, Finding, Run, Snapshot

REVEALED = date(2026, 4, 8)
ISSUED = date(2026, 6, 8)
DUE = date(2026, 8, 31)
EXPIRY = date(2027, 3, 31)
SET_ASIDE = 3


@dataclass(frozen=True)
class Revealed:
    """What the first stage left."""

    snapshot: Snapshot
    runs: list[Run]
    findings: list[Finding]
    excluded: int


class Delivery:
    """The files of one delivery while they are read into the store, each in a process of its own."""

    def __init__(self, pool: Executor, home: Home, files: Mapping[str, Sequence[Path]]) -> None:
        from reperform import catalogue
        from reperform.engine.store import Store

        contracts, store = catalogue.tables(), Store(home.snapshots)
        self._reading = {name: pool.submit(store.read, list(paths), contracts[name]) for name, paths in files.items()}

    def tables(self) -> dict[str, Loaded]:
        """Wait for the tables and return them."""
        return {name: one.result() for name, one in self._reading.items()}


def keep(scene: Scene, tables: Mapping[str, Loaded], as_of: date, title: str) -> Snapshot:
    """Fix the tables as of a date and enter the snapshot into the ledger."""
    from reperform.ledger import workshop
    from reperform.reveal.actions import keep_snapshot

    kept = workshop.store().snapshot(as_of, tables, title=title)
    return keep_snapshot(kept, by=scene.people["auditor"], at=scene.next())


def open_engagement(scene: Scene) -> Engagement:
    """Open the audit project of the story."""
    from reperform.reveal import actions

    auditor = scene.people["auditor"]
    project = scene.script["engagement"]
    return actions.open_engagement(
        number=project["number"], title=scene.words("engagement", "title"), year=REVEALED.year,
        audit_body=auditor.body, by=auditor, at=scene.next(), report_no=project["report_no"],
    )  # fmt: skip


def reveal(scene: Scene, tables: Mapping[str, Loaded], as_of: date) -> Revealed:
    """Run every procedure whose tables are in the first delivery, sift, word and issue."""
    from reperform.ledger import workshop
    from reperform.reveal.running import run

    scene.on(REVEALED)
    project = open_engagement(scene)
    snapshot = keep(scene, tables, as_of, scene.words("titles", "before"))
    codes = sorted(code for code, one in workshop.procedures().items() if set(one.tables) <= set(tables))
    runs = run(
        codes, snapshot=snapshot, engagement=project, by=scene.people["auditor"], at=scene.next(), progress=scene.report
    )
    with acts.one_day():
        excluded = _set_aside(scene, runs)
        drafts = [finding for one in runs for finding in confirm(scene, one, project)]
        for finding in drafts:
            _word(scene, finding)
    return Revealed(snapshot, runs, issue(scene, drafts, DUE), excluded)


def _set_aside(scene: Scene, runs: Sequence[Run]) -> int:
    """Exclude the smallest rows of the first run that a body has several of: a court has decided on them."""
    from reperform.reveal.actions import exclude

    chosen: list[ExceptionRow] = []
    for one in runs:
        rows = one.rows.select_related("run").order_by("body_code", "amount", "pk")
        by_body: dict[str, list[ExceptionRow]] = defaultdict(list)
        for row in rows:
            by_body[row.body_code].append(row)
        chosen += [members[0] for members in by_body.values() if len(members) > SET_ASIDE][:1]
    chosen = chosen[:SET_ASIDE]
    if chosen:
        reason = scene.words("exclusion")
        exclude(chosen, reason=reason, expires_on=EXPIRY, by=scene.people["auditor"], at=scene.next())
    return len(chosen)


def confirm(scene: Scene, one: Run, project: Engagement) -> list[Finding]:
    """Confirm what is left to sift of a run: one draft for each body."""
    from reperform.ledger import workshop
    from reperform.reveal import actions

    rows = list(one.rows.filter(sifting="pending").select_related("run__snapshot").order_by("body_code", "pk"))
    if not rows:
        return []
    procedure = workshop.pinned(one.procedure_hash)
    return actions.confirm(rows, procedure=procedure, engagement=project, by=scene.people["auditor"], at=scene.next())


def _word(scene: Scene, finding: Finding) -> None:
    """Write cause, effect and requirement, and say who leads."""
    from reperform.reveal.actions import revise

    texts: dict[str, Any] = {
        name: scene.words("findings", finding.code, name) for name in ("cause", "effect", "requirement")
    }
    wording = scene.script["findings"][finding.code]
    revise(
        finding, by=scene.people["auditor2"], at=scene.next(), lead=scene.bodies[wording["lead"]],
        supervision=wording["supervision"], **texts,
    )  # fmt: skip


def issue(scene: Scene, drafts: Sequence[Finding], due: date, *, on: date = ISSUED) -> list[Finding]:
    """Issue the drafts, one list to each body, and name who carries them there."""
    by_body: dict[str, list[Finding]] = defaultdict(list)
    for draft in drafts:
        if draft.responsible is not None:
            by_body[draft.responsible.number].append(draft)
    scene.on(on)
    with acts.one_day():
        return [finding for many in by_body.values() for finding in _issue_list(scene, many, due)]


def _issue_list(scene: Scene, drafts: Sequence[Finding], due: date) -> list[Finding]:
    from reperform.ledger.models.findings import DutyRole
    from reperform.rectify.actions import assign
    from reperform.reveal import actions

    auditor, body = scene.people["auditor"], drafts[0].responsible
    assert body is not None  # noqa: S101 - `issue` groups by it
    issued = actions.issue(drafts, due_on=due, by=auditor, at=scene.next())
    handler = liaison(scene, body).name
    for finding in issued:
        assign(finding, role=DutyRole.RESPONSIBLE, body=body, handler=handler, by=auditor, at=scene.next())
    return issued
