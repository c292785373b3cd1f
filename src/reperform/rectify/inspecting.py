"""Special inspections (专项检查): a look on site, planned for a day and held by two persons.

What paper can't prove is looked at (Nanle, local rule): a held inspection stands in for missing papers when a result is
recognised.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from reperform.errors import N_, Refused
from reperform.ledger.change import Change
from reperform.ledger.models import Account, Finding, Inspection
from reperform.ledger.numbers import allocate
from reperform.ledger.record import step
from reperform.rectify.actions import Attachment
from reperform.rules.standing import Fact


@transaction.atomic
def plan(finding: Finding, *, on: date, matter: str, by: Account, at: datetime) -> Inspection:
    """Plan a look on site."""
    responsible = finding.responsible
    if responsible is None:
        raise Refused("inspection.issued", N_("Only a finding with a responsible body can be looked at on site."))
    inspection = Inspection(
        number=allocate("INS", at.year, 1)[0], finding=finding, audit_body=finding.audit_body, responsible=responsible,
        planned_on=on, subject_matter=matter,
    )  # fmt: skip
    facts: dict[str, Fact] = {
        "audit": finding.audit_body.number, "responsible": responsible.number, "finding": finding.number,
        "due": on.isoformat(),
    }  # fmt: skip
    return step(Change("plan", inspection, facts=facts, fields={"matter": matter}), by=by, at=at)


def hold(
    inspection: Inspection, *, inspectors: Sequence[str], result: str, on: date,
    attachments: tuple[Attachment, ...] = (), by: Account, at: datetime,
) -> Inspection:  # fmt: skip
    """Enter what two or more persons saw on site, with photographs or records."""
    named = [one.strip() for one in inspectors if one.strip()]
    values = {"held_on": on, "inspectors": "、".join(named), "result": result}
    facts: dict[str, Fact] = {"persons": len(set(named)), "result": bool(result.strip()), "on": on.isoformat()}
    change = Change(
        "hold", inspection, facts=facts, values=values, fields={"result": result, "inspectors": named},
        adds=[one.about(inspection.finding, inspection.subject) for one in attachments],
        evidence=[one.digest for one in attachments],
    )  # fmt: skip
    return step(change, by=by, at=at)


def cancel(inspection: Inspection, *, reason: str, by: Account, at: datetime) -> Inspection:
    """Give a planned look on site up."""
    facts: dict[str, Fact] = {"reason": bool(reason.strip())}
    return step(Change("cancel", inspection, facts=facts, fields={"reason": reason}), by=by, at=at)
