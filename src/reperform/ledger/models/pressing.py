"""Records around a finding that is being put right: extensions, waivers, the ladder, filings, inspections."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from reperform.ledger.models.bodies import Account, Body
from reperform.ledger.models.findings import Finding
from reperform.ledger.models.subject import Subject, state_words, words
from reperform.rules.checks import WAIVABLE
from reperform.rules.outcomes import Duty, Rung
from reperform.rules.waivers import moment


class OfFinding(Subject):
    """A record about one finding; its parties are those of the finding when it was made."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="%(class)ss", verbose_name=_("Finding"))
    audit_body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("Audit body"))
    responsible = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("Responsible body"))
    bound: ClassVar[tuple[str, ...]] = ("audit_body", "responsible")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number

    def parties(self) -> dict[str, str]:
        return {"audit": self.audit_body.number, "responsible": self.responsible.number}


class Extension(OfFinding):
    """A request for more time and its decision; the time limit moves only when it is granted."""

    kind: ClassVar[str] = "extension"
    bound: ClassVar[tuple[str, ...]] = (*OfFinding.bound, "requester")

    due_before = models.DateField(_("Time limit before"))
    due_on = models.DateField(_("New time limit asked for"))
    reason = models.TextField(_("Reason"))
    requester = models.ForeignKey(Account, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(_("Requested at"))
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("Decided at"), null=True, blank=True)
    decision = models.TextField(_("Decision"), blank=True)

    class Meta:
        verbose_name = _("Extension")
        constraints = [
            state_words("extension"),
            models.CheckConstraint(
                condition=models.Q(due_on__gt=models.F("due_before")), name="extension_moves_forward"
            ),
        ]

    def people(self) -> dict[str, str]:
        return {"requester": self.requester.number}


class Waiver(Subject):
    """One named rule set aside for one subject, with a reason, until a moment; published."""

    kind: ClassVar[str] = "waiver"
    bound: ClassVar[tuple[str, ...]] = ("audit_body",)

    audit_body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("Audit body"))
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="waivers", verbose_name=_("Finding"))
    for_subject = models.CharField(max_length=140, db_index=True)  # the subject's name in the log
    rule = models.CharField(_("Rule"), max_length=64)
    reason = models.TextField(_("Reason"))
    expires_at = models.DateTimeField(_("Ends"))
    granted_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(_("Granted at"))

    class Meta:
        verbose_name = _("Waiver")
        constraints = [state_words("waiver"), words("waiver", "rule", tuple(WAIVABLE))]

    def __str__(self) -> str:
        return f"{self.number} {self.rule}"

    def parties(self) -> dict[str, str]:
        return {
            "audit": self.audit_body.number,
            "rule": self.rule,
            "subject": self.for_subject,
            "expires": moment(self.expires_at),
        }


class Escalation(OfFinding):
    """One rung of the ladder for one finding: proposed by the calendar, issued by a person, answered by the unit."""

    kind: ClassVar[str] = "escalation"

    rung = models.CharField(_("Step of the ladder"), max_length=16)
    reason = models.TextField(_("Reason"))
    overdue_days = models.IntegerField(_("Days overdue"), default=0)
    proposed_on = models.DateField(_("Proposed on"))
    issued_on = models.DateField(_("Issued on"), null=True, blank=True)
    reply_due_on = models.DateField(_("Reply due"), null=True, blank=True)
    paper = models.CharField(_("Document number"), max_length=100, blank=True)
    answer = models.TextField(_("Answer"), blank=True)
    outcome = models.TextField(_("Outcome"), blank=True)

    class Meta:
        verbose_name = _("Escalation")
        constraints = [state_words("escalation"), words("escalation", "rung", tuple(Rung))]
        indexes = [models.Index(fields=["state", "reply_due_on"], name="escalation_state_due")]


class Filing(OfFinding):
    """One of the three duties of the unit done, with its proof: report, report to its government, publication."""

    kind: ClassVar[str] = "filing"

    duty = models.CharField(_("Duty"), max_length=16)
    done_on = models.DateField(_("Done on"))
    to = models.CharField(_("Handed to"), max_length=200, blank=True)
    reference = models.CharField(_("Document number or address"), max_length=300, blank=True)
    remark = models.TextField(_("Remark"), blank=True)

    class Meta:
        verbose_name = _("Filing")
        constraints = [
            state_words("filing"),
            words("filing", "duty", tuple(Duty)),
            models.UniqueConstraint(fields=["finding", "duty"], name="filing_once"),
        ]


class Inspection(OfFinding):
    """A look on site: planned for a day, held by two persons, with what they saw."""

    kind: ClassVar[str] = "inspection"

    planned_on = models.DateField(_("Planned for"))
    subject_matter = models.TextField(_("What is looked at"))
    held_on = models.DateField(_("Held on"), null=True, blank=True)
    inspectors = models.CharField(_("Inspectors"), max_length=300, blank=True)
    result = models.TextField(_("What was seen"), blank=True)

    class Meta:
        verbose_name = _("Inspection")
        constraints = [state_words("inspection")]
