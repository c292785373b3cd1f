"""Records for the pages to show: the small world, a second audit body in a district, runs without the engine."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings

from reperform.engine.results import ExceptionRow as Singled
from reperform.engine.results import Result, Status, identity
from reperform.engine.snapshot import Snapshot as Kept
from reperform.engine.snapshot import TableCopy
from reperform.ledger import workshop
from reperform.ledger.models import Account, Body, Engagement, Finding, Run, Snapshot
from reperform.ledger.models.rectifying import EvidenceKind
from reperform.ledger.vault import Vault
from reperform.rectify.actions import Attachment, Measure, plan, submit
from reperform.rectify.organise import BodyEntry, enrol, register_bodies
from reperform.reveal.actions import confirm, issue, keep_runs, keep_snapshot, open_engagement
from reperform.rules.standing import Role
from tests.world import World

PROCEDURE = "SI-01"
DISTRICT = (
    BodyEntry("DP", "东屏区", "district", "Dongping District", "YJ"),
    BodyEntry("DP-AUD", "东屏区审计局", "audit", "Dongping Audit Bureau", "DP"),
    BodyEntry("DP-SIF", "东屏区社会保险基金管理中心", "unit", "Dongping Insurance Centre", "DP"),
)


@dataclass
class District:
    """A second audit body with a unit of its own: what is theirs is foreign to the city's bureau, and the reverse."""

    bodies: dict[str, Body]
    auditor: Account
    reviewer: Account
    liaison: Account
    engagement: Engagement


def make_district(world: World) -> District:
    """Register the district's bodies and people."""
    bodies = {one.number: one for one in register_bodies(DISTRICT, by=None, at=world.now())}

    def person(name: str, role: Role, body: str) -> Account:
        return enrol(username=name, name=name, role=role, body=bodies[body], password=None, by=None, at=world.now())

    auditor = person("district_auditor", Role.AUDITOR, "DP-AUD")
    reviewer = person("district_reviewer", Role.REVIEWER, "DP-AUD")
    liaison = person("district_liaison", Role.LIAISON, "DP-SIF")
    engagement = open_engagement(
        number="E-2026-DP", title="区级审计", year=2026, audit_body=bodies["DP-AUD"], by=auditor, at=world.now()
    )
    return District(bodies, auditor, reviewer, liaison, engagement)


def singled(body: str, person: str, month: str, amount: int) -> Singled:
    """Return a row that a run singles out; the amount is in fen."""
    key = {"person_id": person, "month": month, "scheme": "basic"}
    return Singled(identity(PROCEDURE, key), key, body, amount, {"paid": str(amount), "died_on": "2025-01-07"})


def rows(body: str, count: int, amount: int = 100_000) -> list[Singled]:
    return [singled(body, f"99010119500101{place:04d}", "2025-03-01", amount) for place in range(count)]


def small_snapshot(world: World, as_of: date = date(2026, 3, 31), *, breaches: tuple[str, ...] = ()) -> Snapshot:
    """Enter a snapshot as the store would give it; no page opens its files."""
    deaths = TableCopy(
        name="death_register", hash="d" * 64, path=Path("d.parquet"), rows=1_234, rows_read=1_236, rows_rejected=2,
        totals={}, breaches=breaches, columns=(), contract="c" * 64,
    )  # fmt: skip
    number = hashlib.sha256(f"{as_of} {breaches}".encode()).hexdigest()
    kept = Kept(number, as_of, f"数据 {as_of}", {"death_register": deaths})
    return keep_snapshot(kept, by=world.auditor, at=world.now())


def ran(
    world: World, found: Sequence[Singled], *, by: Account | None = None, engagement: Engagement | None = None,
    population: int = 1000, snapshot: Snapshot | None = None,
) -> Run:  # fmt: skip
    """Enter a run as if the engine had made it: the counts and rows are given, everything else is real."""
    procedure = workshop.procedures()[PROCEDURE]
    workshop.pin(procedure)
    kept = snapshot or Snapshot.objects.first() or small_snapshot(world)
    bodies: dict[str, int] = {}
    for row in found:
        bodies[row.body] = population // 2
    result = Result(
        code=PROCEDURE, version=procedure.version, procedure_hash=procedure.hash, snapshot_hash=kept.number,
        as_of=kept.as_of, parameters={"as_of": kept.as_of.isoformat(), "grace_months": "0"}, status=Status.DONE,
        population=population, clean=population - len(found), bodies=bodies, exceptions=tuple(found),
        result_hash="f" * 64,
    )  # fmt: skip
    person = by or world.auditor
    (run,) = keep_runs([result], snapshot=kept, engagement=engagement or world.engagement, by=person, at=world.now())
    return run


def confirmed(world: World, count: int = 4, *, body: str = "YJ-SIF", amount: int = 100_000) -> Finding:
    """Return a draft with items."""
    run = ran(world, rows(body, count, amount))
    found = list(run.rows.select_related("run__snapshot").order_by("pk"))
    procedure = workshop.procedures()[PROCEDURE]
    (draft,) = confirm(found, procedure=procedure, engagement=world.engagement, by=world.auditor, at=world.now())
    return draft


def with_items(world: World, count: int = 4, *, state: str = "issued", amount: int = 100_000) -> Finding:
    """Return a finding with items, moved on to a state."""
    finding = confirmed(world, count, amount=amount)
    if state == "draft":
        return finding
    issue([finding], due_on=date(2026, 6, 30), by=world.auditor, at=world.now())
    if state == "issued":
        return finding
    plan(finding, [Measure("immediate", "追回多发养老金")], by=world.liaison, at=world.now())
    if state == "rectifying":
        return finding
    submit(finding, text="已全部追回", attachments=[attachment()], by=world.liaison, at=world.now())
    return finding


def attachment(content: bytes = b"voucher", name: str = "回单.pdf") -> Attachment:
    """Keep a file for real."""
    digest = Vault(settings.HOME.evidence).keep([content], name=name, limit=10**6)
    return Attachment(digest, name, EvidenceKind.VOUCHER)
