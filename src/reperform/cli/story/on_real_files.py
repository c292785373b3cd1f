"""The same loop on public files as they are published: US federal audit findings, a council's payments.

The data are real, the answers are not: what units write here is played, and says so. No row is called a finding of
anybody; the manual says what the council's payments show and what they do not (docs/explanation).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from reperform.cli.story import acts, ending, figures, opening, revealing
from reperform.cli.story.scene import Scene
from reperform.errors import N_, BadInput, Place

if TYPE_CHECKING:
    from reperform.engine.store import Loaded
    from reperform.ledger.models import Engagement, ExceptionRow, Finding, Run, Snapshot

FEDERAL, COUNCIL = "fac_findings", "oxford_spend"
BEGUN, IMPORTED = date(2024, 4, 2), date(2024, 4, 3)
ISSUED, DUE = date(2024, 4, 15), date(2024, 7, 31)
PLANNED, HANDED_IN, CHECKED, STRUCK_OFF = date(2024, 4, 29), date(2024, 6, 10), date(2024, 6, 24), date(2024, 6, 28)
RUN, RUN_ISSUED, RUN_DUE = date(2024, 7, 2), date(2024, 7, 8), date(2024, 10, 31)
RUN_PLANNED, RUN_HANDED_IN, LOOKED_BACK = date(2024, 7, 22), date(2024, 9, 9), date(2024, 11, 5)
TOLD, EXPIRY = date(2024, 11, 29), date(2025, 6, 30)
# The council is one body under three names in its own files; two files have no such column.
COUNCIL_CODE, COUNCIL_NAME = "OXFORD-CC", "Oxford City Council"
NAMES_LEFT_OUT = {"Body Name": "", "Body_Name": "", "Client": "", "Organisation": ""}
UNTIL_2016, UNTIL_2018 = date(2016, 12, 31), date(2018, 3, 31)
SERIES = 4  # so many equal payments to one supplier are rents, wages, equal goods
MOST = 20  # leads taken up
AUDITEES = 3


def play(scene: Scene, data: Path, *, started: float) -> figures.Figures:
    """Play the loop on the data sets that the folder holds."""
    present = [name for name in (FEDERAL, COUNCIL) if (data / name).is_dir()]
    if not present:
        raise BadInput(
            N_("There is nothing to play in {folder}."), place=Place(file=str(data)), rule="demo.data",
            hint=N_("It should hold a folder {federal} or {council}."), folder=data, federal=FEDERAL, council=COUNCIL,
        )  # fmt: skip
    names = {language: str(scene.script["real"]["bureau"][language]) for language in ("en", "zh")}
    opening.make_home(scene, origin=scene.script["real"]["origin"], names=names, prefix="DM")
    _people(scene, names)
    if FEDERAL in present:
        _federal_findings(scene, data / FEDERAL)
    if COUNCIL in present:
        _council_payments(scene, data / COUNCIL)
    told = ending.end(scene, TOLD)
    ending.tell(scene, told)
    return figures.count(
        residents=None, scores=None, ending=told, home=scene.call.home.root, seconds=time.perf_counter() - started
    )


def _people(scene: Scene, names: dict[str, str]) -> None:
    from reperform.rectify.organise import BodyEntry, register_bodies

    scene.on(BEGUN)
    entries = [BodyEntry("AUDIT", names["zh"], "audit", names["en"])]
    entries.append(BodyEntry("ASSEMBLY", "人大常委会", "legislature", "Legislature"))
    for body in register_bodies(entries, by=None, at=scene.next()):
        scene.bodies[body.number] = body
    for user in ("administrator", "auditor", "auditor2", "reviewer", "legislator"):
        body = scene.bodies["ASSEMBLY" if user == "legislator" else "AUDIT"]
        role = scene.script["people"][user]["role"]
        scene.people[user] = opening.enrol(scene, user, scene.words("people", user, "name"), role, body)


def _federal_findings(scene: Scene, folder: Path) -> None:
    """Import all workbooks, and play some auditees' findings to their end."""
    from reperform.reveal.importing import import_findings

    scene.on(IMPORTED)
    result = import_findings([folder], format="fac", by=scene.people["auditor"], at=scene.next(), progress=scene.report)
    scene.call.say(
        N_("Import: {rows} rows of {files} workbooks, {distinct} distinct; {findings} findings, {auditees} auditees."),
        rows=result.rows_read, files=result.files, distinct=result.rows_distinct, findings=result.findings,
        auditees=result.auditees,
    )  # fmt: skip
    drafts = _of_some_auditees()
    for finding in drafts:
        _say_played(scene, finding)
    issued = revealing.issue(scene, drafts, DUE, on=ISSUED)
    scene.on(PLANNED)
    for finding in issued:
        _plan(scene, finding)
    proved = issued[::AUDITEES]  # every third is struck off, every third returned, the rest stays silent
    returned = issued[1::AUDITEES]
    scene.on(HANDED_IN)
    _papers(scene, [*proved, *returned])
    scene.on(CHECKED)
    for finding in proved:
        acts.judge(scene, finding)
        acts.accept(scene, finding)
    for finding in returned:
        acts.return_(scene, finding, scene.words("real", "returned"))
    scene.on(STRUCK_OFF)
    for finding in proved:
        acts.close(scene, finding)


def _of_some_auditees() -> list[Finding]:
    """Return the drafts of the auditees that have the most, without those that contradict themselves."""
    from django.db.models import Count

    from reperform.ledger.models import Finding

    drafts = Finding.objects.filter(state="draft", source_key__isnull=False).exclude(repeat="contradictory")
    most = drafts.values("responsible").annotate(count=Count("pk")).order_by("-count", "responsible")[:AUDITEES]
    chosen = drafts.filter(responsible__in=[one["responsible"] for one in most])
    return list(chosen.select_related("responsible", "lead", "audit_body").order_by("number"))


def _say_played(scene: Scene, finding: Finding) -> None:
    from reperform.reveal.actions import revise

    revise(finding, effect=scene.words("real", "played"), by=scene.people["auditor2"], at=scene.next())


def _plan(scene: Scene, finding: Finding) -> None:
    acts.plan(scene, finding, scene.words("real", "immediate"), scene.words("real", "mechanism"))


def _papers(scene: Scene, findings: Sequence[Finding]) -> None:
    for finding in findings:
        note = scene.words("real", "note", number=finding.number)
        paper = acts.keep(scene, f"{finding.number}.txt", note, kind="voucher")
        acts.submit(scene, finding, scene.words("real", "done"), paper, money=acts.total(acts.items_of(finding)))


def _council_payments(scene: Scene, folder: Path) -> None:
    """Run the duplicate payments over the files up to 2016, sift, and look back on the files up to 2018."""
    from reperform.reveal.running import run

    project = _register_council(scene)
    files = sorted(folder.glob("*.csv"))
    early = [path for path in files if path.stem[-4:] <= str(UNTIL_2016.year)]
    with ThreadPoolExecutor(max_workers=2) as pool:
        first, whole = pool.map(lambda paths: _read(scene, paths), (early, files))
    scene.on(RUN)
    snapshot = revealing.keep(scene, {"supplier_payment": first}, UNTIL_2016, COUNCIL_NAME)
    (done,) = run(["FF-01"], snapshot=snapshot, engagement=project, by=scene.people["auditor"], at=scene.next())
    leads = _sift(scene, done)
    scene.call.say(
        N_("Reveal: {rows} payments were read, {rejected} rows rejected; FF-01 examined {population} and singled out {exceptions}; {leads} leads were taken up."),  # noqa: E501
        rows=first.rows_accepted, rejected=first.rows_rejected, population=done.population, exceptions=done.exceptions,
        leads=len(leads),
    )  # fmt: skip
    findings = _taken_up(scene, done, leads, project)
    scene.on(RUN_PLANNED)
    for finding in findings:
        _plan(scene, finding)
    scene.on(RUN_HANDED_IN)
    _papers(scene, findings)
    scene.on(LOOKED_BACK)
    later = revealing.keep(scene, {"supplier_payment": whole}, UNTIL_2018, COUNCIL_NAME)
    _look_back(scene, findings, later)


def _register_council(scene: Scene) -> Engagement:
    from reperform.rectify.organise import BodyEntry, register_bodies
    from reperform.reveal.actions import open_engagement

    (council,) = register_bodies(
        [BodyEntry(COUNCIL_CODE, COUNCIL_NAME, "unit", COUNCIL_NAME)], by=None, at=scene.next()
    )
    scene.bodies[council.number] = council
    auditor = scene.people["auditor"]
    return open_engagement(
        number="E-OXFORD", title=scene.words("real", "engagement"), year=BEGUN.year, audit_body=auditor.body,
        by=auditor, at=scene.next(),
    )  # fmt: skip


def _read(scene: Scene, files: Sequence[Path]) -> Loaded:
    from reperform import catalogue
    from reperform.engine.store import Store

    return Store(scene.call.home.snapshots).read(
        files, catalogue.tables()["supplier_payment"], mapping=NAMES_LEFT_OUT, constants={"body_id": COUNCIL_CODE}
    )


def _sift(scene: Scene, done: Run) -> list[ExceptionRow]:
    """Set aside what comes in a series, with the reason; return the largest of the others."""
    from reperform.reveal.actions import exclude

    rows = list(done.rows.filter(sifting="pending").select_related("run__snapshot").order_by("-amount", "pk"))
    often = Counter((row.fields.get("supplier_id"), row.amount) for row in rows)
    series = [row for row in rows if often[row.fields.get("supplier_id"), row.amount] >= SERIES]
    if series:
        exclude(
            series, reason=scene.words("real", "series"), expires_on=EXPIRY, by=scene.people["auditor"],
            at=scene.next(),
        )  # fmt: skip
    set_aside = {row.pk for row in series}
    return [row for row in rows if row.pk not in set_aside][:MOST]


def _taken_up(scene: Scene, done: Run, leads: Sequence[ExceptionRow], project: Engagement) -> list[Finding]:
    from reperform.ledger import workshop
    from reperform.reveal.actions import confirm

    if not leads:
        return []
    drafts = confirm(
        leads, procedure=workshop.pinned(done.procedure_hash), engagement=project, by=scene.people["auditor"],
        at=scene.next(),
    )  # fmt: skip
    for draft in drafts:
        _say_played(scene, draft)
    return revealing.issue(scene, drafts, RUN_DUE, on=RUN_ISSUED)


def _look_back(scene: Scene, findings: Sequence[Finding], later: Snapshot) -> None:
    from reperform.ledger.models.lookbacks import Conclusion
    from reperform.lookback.actions import decide
    from reperform.lookback.running import rerun_all

    checks = rerun_all(
        [acts.again(one) for one in findings], snapshot=later, by=scene.people["auditor"], at=scene.next()
    )
    for check in checks:
        scene.call.say(
            N_("Look back at {number}: {proposal}; {still} of {total} payments stand; no refund is published."),
            number=check.finding.number, proposal=str(check.proposal), still=check.still + check.unproven,
            total=check.finding.items.count(),
        )  # fmt: skip
        if check.state == "proposed":
            reason = scene.words("decided", "not_held")
            decide(check, Conclusion.NOT_HELD, reason=reason, by=scene.people["auditor2"], at=scene.next())
            finding = acts.again(check.finding)
            if finding.state == "submitted":
                acts.return_(scene, finding, scene.words("real", "returned"))
