"""Records of looking back and of telling: checks with a verdict per item, and compiled reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from reperform.ledger.guard import Guarded
from reperform.ledger.models.bodies import Account, Body
from reperform.ledger.models.findings import Finding, Item
from reperform.ledger.models.revealing import Run, Snapshot
from reperform.ledger.models.subject import Subject, state_words, words
from reperform.rules.outcomes import Verdict

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class Conclusion(models.TextChoices):
    """What a check proposes, and what a person concludes."""

    HELD = "held", _("Held")
    NOT_HELD = "not_held", _("Not put right")
    RELAPSED = "relapsed", _("Relapsed")
    UNPROVEN = "unproven", _("Unproven")
    INCONCLUSIVE = "inconclusive", _("Inconclusive")


class Check(Subject):
    """One finding looked back at on one newer snapshot: a run proposes, a person decides."""

    kind: ClassVar[str] = "check"
    bound: ClassVar[tuple[str, ...]] = ("audit_body",)

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="checks")
    audit_body = models.ForeignKey(Body, models.PROTECT, related_name="checks_kept")
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="checks")
    run = models.ForeignKey(Run, models.PROTECT, related_name="checks")
    proposal = models.CharField(_("Proposal"), max_length=16, choices=Conclusion)
    conclusion = models.CharField(_("Conclusion"), max_length=16, blank=True)
    reason = models.TextField(_("Reason"), blank=True)
    gaps = models.TextField(_("What is missing"), blank=True)  # one a line
    cleared = models.PositiveIntegerField(_("Cleared"), default=0)
    partly = models.PositiveIntegerField(_("Partly"), default=0)
    still = models.PositiveIntegerField(_("Still there"), default=0)
    unproven = models.PositiveIntegerField(_("Unproven"), default=0)
    new = models.PositiveIntegerField(_("New"), default=0)
    checked_at = models.DateTimeField(_("Checked at"))
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    opened = models.ForeignKey(Finding, models.PROTECT, null=True, blank=True, related_name="opened_by_check")

    if TYPE_CHECKING:
        verdicts: RelatedManager[CheckVerdict]

    class Meta:
        verbose_name = _("Look-back check")
        constraints = [
            state_words("check"),
            words("check", "proposal", tuple(Conclusion.values)),
            words("check", "conclusion", ("", *Conclusion.values)),
        ]

    def __str__(self) -> str:
        return self.number

    def parties(self) -> dict[str, str]:
        return {"audit": self.audit_body.number}


class CheckVerdict(Guarded):
    """What the data say of one item at one check."""

    check_of = models.ForeignKey(Check, models.CASCADE, related_name="verdicts")
    item = models.ForeignKey(Item, models.PROTECT, related_name="verdicts")
    verdict = models.CharField(_("Verdict"), max_length=16)
    remedied = models.BigIntegerField(_("Remedied"), null=True)  # fen
    trace = models.CharField(_("Trace"), max_length=200, blank=True)
    reason = models.CharField(_("Reason"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["check_of", "item"], name="check_item"),
            words("check_verdict", "verdict", tuple(Verdict)),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.verdict}"


class ReportKind(models.TextChoices):
    LEDGER = "ledger", _("Ledger")
    RECTIFICATION = "rectification", _("Rectification report")


class Report(Subject):
    """A compiled document, frozen with its hash; `number` is given by the ledger."""

    kind: ClassVar[str] = "report"
    bound: ClassVar[tuple[str, ...]] = ("audit_body",)

    audit_body = models.ForeignKey(Body, models.PROTECT, related_name="reports")
    report_kind = models.CharField(_("Kind"), max_length=16, choices=ReportKind)
    title = models.CharField(_("Title"), max_length=300)
    as_of = models.DateField(_("As of"))
    file_name = models.CharField(_("File name"), max_length=255)
    sha256 = models.CharField(max_length=64)
    compiled_at = models.DateTimeField(_("Compiled at"))

    class Meta:
        verbose_name = _("Report")
        constraints = [state_words("report"), words("report", "report_kind", tuple(ReportKind.values))]

    def __str__(self) -> str:
        return self.title

    def parties(self) -> dict[str, str]:
        return {"audit": self.audit_body.number}
