"""How fast findings pass the door, beside the same rows written without rules and log (the floor)."""

from __future__ import annotations

import time
from datetime import date

from django.db import connection, transaction

from reperform.ledger.change import Change
from reperform.ledger.guard import open_door
from reperform.ledger.models import Duty, Finding
from reperform.ledger.models.findings import DutyRole
from reperform.ledger.numbers import allocate
from reperform.ledger.record import record
from reperform.reveal.actions import issue
from tests.scale.figure import Figure
from tests.world import World, make_world

FINDINGS, BATCH = 10_000, 1_000


def measure() -> list[Figure]:
    """Draft and issue the findings in batches; return rates and the ratio to the floor."""
    world = make_world()
    drafts = _draft(world)
    started = time.perf_counter()
    for first in range(0, FINDINGS, BATCH):
        issue(drafts[first : first + BATCH], due_on=date(2026, 9, 30), by=world.auditor, at=world.now())
    issuing = time.perf_counter() - started
    floor = _without_door(world)
    name = connection.vendor
    return [
        Figure(f"issue findings through the door, {BATCH} a batch, {name}", FINDINGS / issuing, "findings/s"),
        Figure(f"the same rows updated and added in bulk, no rules, no log, {name}", FINDINGS / floor, "findings/s"),
        Figure(f"door / floor, {name}", issuing / floor, "x"),
    ]


def _draft(world: World) -> list[Finding]:
    drafts = []
    for _ in range(0, FINDINGS, BATCH):
        with transaction.atomic():
            changes = [
                Change("draft", _finding(world, number), facts={"audit": "YJ-AUD", "responsible": "YJ-SIF"})
                for number in allocate("", 2026, BATCH)
            ]
            record(changes, actor=world.auditor.actor(), at=world.now())
        drafts += [change.subject for change in changes]
    return drafts


def _finding(world: World, number: str) -> Finding:
    return Finding(
        number=number,
        engagement=world.engagement,
        title="测算",
        criteria="标准",
        condition="事实",
        audit_body=world.bodies["YJ-AUD"],
        responsible=world.bodies["YJ-SIF"],
    )


def _without_door(world: World) -> float:
    rows = list(Finding.objects.all())
    started = time.perf_counter()
    for first in range(0, FINDINGS, BATCH):
        batch = rows[first : first + BATCH]
        with transaction.atomic(), open_door():
            for row in batch:
                row.due_on = row.original_due_on = row.issued_on = date(2026, 9, 30)
            Finding.objects.bulk_update(batch, ["state", "seq", "due_on", "original_due_on", "issued_on"])
            Duty.objects.bulk_create(
                [
                    Duty(finding=row, body=world.bodies["YJ-CA"], role=role)
                    for row in batch
                    for role in list(DutyRole)[:2]
                ]
            )
    return time.perf_counter() - started
