"""Records of special supervision and of major matters: campaigns with their tasks, instructions."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from reperform.ledger.guard import Guarded
from reperform.ledger.models.bodies import Account, Body
from reperform.ledger.models.findings import Finding
from reperform.ledger.models.subject import Subject, state_words, words
from reperform.rules.outcomes import InstructionKind

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class Campaign(Subject):
    """Special rectification (专项整改): salient issues, each given to one lead department."""

    kind: ClassVar[str] = "campaign"
    bound: ClassVar[tuple[str, ...]] = ("audit_body",)

    audit_body = models.ForeignKey(Body, models.PROTECT, related_name="campaigns", verbose_name=_("Audit body"))
    title = models.CharField(_("Title"), max_length=200)
    basis = models.CharField(_("Basis"), max_length=300, blank=True)
    due_on = models.DateField(_("Due"))
    opened_on = models.DateField(_("Opened on"))
    concluded_on = models.DateField(_("Concluded on"), null=True, blank=True)
    result = models.TextField(_("Result"), blank=True)

    if TYPE_CHECKING:
        tasks: RelatedManager[Task]

    class Meta:
        verbose_name = _("Campaign")
        constraints = [state_words("campaign")]

    def __str__(self) -> str:
        return self.title

    def parties(self) -> dict[str, str]:
        return {"audit": self.audit_body.number}


class Task(Subject):
    """One issue of a campaign with the department that leads it: plan, progress, result."""

    kind: ClassVar[str] = "task"
    bound: ClassVar[tuple[str, ...]] = ("audit_body", "lead")

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="tasks", verbose_name=_("Campaign"))
    audit_body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("Audit body"))
    lead = models.ForeignKey(Body, models.PROTECT, related_name="tasks", verbose_name=_("Lead body"))
    title = models.CharField(_("Issue"), max_length=300)
    finding = models.ForeignKey(Finding, models.PROTECT, null=True, blank=True, related_name="tasks")
    due_on = models.DateField(_("Due"))
    plan = models.TextField(_("Plan"), blank=True)
    result = models.TextField(_("Result"), blank=True)

    if TYPE_CHECKING:
        notes: RelatedManager[TaskNote]

    class Meta:
        verbose_name = _("Task")
        constraints = [state_words("task")]

    def __str__(self) -> str:
        return self.title

    def parties(self) -> dict[str, str]:
        return {"audit": self.audit_body.number, "lead": self.lead.number}


class TaskNote(Guarded):
    """What a lead department reported of a task, one after the other."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="notes")
    text = models.TextField(_("Progress"))
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("Reported at"))

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return self.text[:40]


class Instruction(Subject):
    """A major matter (重大事项): a request or report upwards, or an instruction; and the reply that is due."""

    kind: ClassVar[str] = "instruction"
    bound: ClassVar[tuple[str, ...]] = ("audit_body",)

    audit_body = models.ForeignKey(Body, models.PROTECT, related_name="instructions", verbose_name=_("Audit body"))
    instruction_kind = models.CharField(_("Kind"), max_length=16)
    title = models.CharField(_("Title"), max_length=300)
    paper = models.CharField(_("Document number"), max_length=100, blank=True)
    person = models.CharField(_("From or to"), max_length=100, blank=True)
    text = models.TextField(_("Content"))
    entered_on = models.DateField(_("Entered on"))
    reply_due_on = models.DateField(_("Reply due"), null=True, blank=True)
    reply = models.TextField(_("Reply"), blank=True)
    replied_on = models.DateField(_("Replied on"), null=True, blank=True)

    if TYPE_CHECKING:
        concerns: RelatedManager[InstructionFinding]

    class Meta:
        verbose_name = _("Instruction")
        constraints = [
            state_words("instruction"),
            words("instruction", "instruction_kind", tuple(InstructionKind)),
        ]

    def __str__(self) -> str:
        return self.title

    def parties(self) -> dict[str, str]:
        return {"audit": self.audit_body.number}


class InstructionFinding(Guarded):
    """A finding that an instruction is about."""

    instruction = models.ForeignKey(Instruction, models.CASCADE, related_name="concerns")
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="instructed_by")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instruction", "finding"], name="instruction_finding_once")]

    def __str__(self) -> str:
        return f"{self.instruction_id} {self.finding_id}"
