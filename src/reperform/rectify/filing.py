"""The three duties of an audited unit, each with its date and proof (Audit Law 2021 art. 52).

To report to the audit body, to report at the same time to its government or competent body, and to publish. One paper
may cover many findings; each keeps its own entry. A duty has one proof for each finding: a better one renews it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from reperform.errors import N_, Refused
from reperform.ledger import clocks
from reperform.ledger.change import Change
from reperform.ledger.models import Account, Filing, Finding
from reperform.ledger.numbers import allocate
from reperform.ledger.record import record, step
from reperform.rectify.actions import Attachment
from reperform.rules.outcomes import Duty
from reperform.rules.standing import Fact

DUTY_CLOCKS = {Duty.REPORT: "report", Duty.CO_REPORT: "co_report", Duty.PUBLICATION: "publish"}


@dataclass(frozen=True)
class Owed:
    """One of the three duties for one finding: its last proof, and the day by which the policy wants it."""

    duty: Duty
    filing: Filing | None
    due: date | None


def duties_of(finding: Finding) -> list[Owed]:
    """Return the three duties of a finding, each with its last proof and its day."""
    filed = {one.duty: one for one in finding.filings.order_by("pk")}
    return [
        Owed(duty, filed.get(duty), clocks.due(clock, finding.served_on).on if finding.served_on else None)
        for duty, clock in DUTY_CLOCKS.items()
    ]


@transaction.atomic
def hand_in(
    findings: Sequence[Finding], *, duty: Duty, on: date, to: str, reference: str,
    attachments: tuple[Attachment, ...], by: Account, at: datetime,
) -> list[Filing]:  # fmt: skip
    """Hand in the proof of one duty for findings that one paper covers."""
    _require_none_yet(findings, duty)
    numbers = allocate("FIL", at.year, len(findings))
    changes = []
    for number, finding in zip(numbers, findings, strict=True):
        responsible = finding.responsible or by.body
        filing = Filing(
            number=number, finding=finding, audit_body=finding.audit_body, responsible=responsible, duty=duty,
            done_on=on, to=to, reference=reference,
        )  # fmt: skip
        facts: dict[str, Fact] = {
            "audit": finding.audit_body.number, "responsible": responsible.number, "finding": finding.number,
            "duty": duty.value, "on": on.isoformat(), "evidence": len(attachments),
        }  # fmt: skip
        proofs = [one.about(finding, filing.subject) for one in attachments]
        changes.append(
            Change("hand_in", filing, facts=facts, adds=proofs, evidence=[one.digest for one in attachments],
                   fields={"to": to, "reference": reference})
        )  # fmt: skip
    record(changes, actor=by.actor(), at=at)
    return [change.subject for change in changes]


def _require_none_yet(findings: Sequence[Finding], duty: Duty) -> None:
    """Refuse a second proof of a duty; the findings stay locked, so that two can't hand it in at once."""
    keys = [finding.pk for finding in findings]
    list(Finding.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    earlier = Filing.objects.filter(finding__in=keys, duty=duty).select_related("finding").order_by("pk").first()
    if earlier is not None:
        raise Refused(
            "filing.once", N_("A proof of this duty was handed in for {finding} already: {filing}."),
            finding=earlier.finding.number, filing=earlier.number,
            hint=N_("When it was returned, renew it with a better proof."),
        )  # fmt: skip


def return_(filing: Filing, *, reason: str, by: Account, at: datetime) -> Filing:
    """Return a proof that does not prove."""
    facts: dict[str, Fact] = {"reason": bool(reason.strip())}
    change = Change("return", filing, facts=facts, values={"remark": reason}, fields={"reason": reason})
    return step(change, by=by, at=at)


def renew(
    filing: Filing, *, on: date, reference: str, attachments: tuple[Attachment, ...], by: Account, at: datetime
) -> Filing:
    """Hand a better proof in; the earlier one stays."""
    facts: dict[str, Fact] = {"on": on.isoformat(), "evidence": len(attachments)}
    change = Change(
        "renew", filing, facts=facts, values={"done_on": on, "reference": reference}, fields={"reference": reference},
        adds=[one.about(filing.finding, filing.subject) for one in attachments],
        evidence=[one.digest for one in attachments],
    )  # fmt: skip
    return step(change, by=by, at=at)


def accept(filing: Filing, *, by: Account, at: datetime) -> Filing:
    """Accept the proof of a duty."""
    return step(Change("accept", filing), by=by, at=at)
