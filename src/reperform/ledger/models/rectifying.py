"""Records of putting right and checking: measures, versions of the result, evidence, outcomes, verifications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from reperform.ledger.guard import Guarded
from reperform.ledger.models.bodies import Account
from reperform.ledger.models.findings import Finding, Item
from reperform.ledger.models.subject import words
from reperform.rules.outcomes import Claim, MoneyClass, OutcomeKind, Sanction

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class ActionKind(models.TextChoices):
    IMMEDIATE = "immediate", _("Immediate change")
    MECHANISM = "mechanism", _("Long-term mechanism")


class CorrectiveAction(Guarded):
    """A measure: what will be done, by when, by whom."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="actions")
    kind = models.CharField(_("Kind"), max_length=16, choices=ActionKind)
    text = models.TextField(_("Measure"))
    due_on = models.DateField(_("Due"), null=True, blank=True)
    handler = models.CharField(_("Handler"), max_length=100, blank=True)
    standard = models.CharField(_("Standard"), max_length=300, blank=True)  # by what it is seen to be done
    done_on = models.DateField(_("Done on"), null=True, blank=True)  # as the unit says

    class Meta:
        verbose_name = _("Corrective action")
        constraints = [words("action", "kind", tuple(ActionKind.values))]

    def __str__(self) -> str:
        return self.text[:40]


class Submission(Guarded):
    """One version of what the unit says it has done; a correction is a new version, the old one stays."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="submissions")
    version = models.PositiveIntegerField(_("Version"))
    text = models.TextField(_("What was done"))
    unfinished = models.TextField(_("What is not done yet, and why"), blank=True)
    over_reason = models.TextField(_("Why more was done than ordered"), blank=True)
    by = models.ForeignKey(Account, models.PROTECT, related_name="submissions")
    at = models.DateTimeField(_("Submitted at"))

    if TYPE_CHECKING:
        outcomes: RelatedManager[Outcome]
        evidence: RelatedManager[Evidence]
        claims: RelatedManager[ItemClaim]

    class Meta:
        verbose_name = _("Submission")
        constraints = [models.UniqueConstraint(fields=["finding", "version"], name="submission_version")]

    def __str__(self) -> str:
        return f"{self.finding_id} v{self.version}"


class EvidenceKind(models.TextChoices):
    """The kinds of proof that local recognition rules name."""

    VOUCHER = "voucher", _("Accounting voucher")
    CERTIFICATE = "certificate", _("Written certificate")
    REPLY = "reply", _("Reply of the handling body")
    APPROVAL = "approval", _("Approval document")
    RULE = "rule", _("Text of a rule")
    OTHER = "other", _("Other")


class Evidence(Guarded):
    """A file that proves something: kept by its hash, never deleted, at most superseded."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="evidence")
    submission = models.ForeignKey(Submission, models.CASCADE, null=True, blank=True, related_name="evidence")
    about = models.CharField(max_length=140, blank=True, db_index=True)  # the subject it proves, if not a submission
    kind = models.CharField(_("Kind"), max_length=16, choices=EvidenceKind, default=EvidenceKind.OTHER)
    name = models.CharField(_("File name"), max_length=255)
    sha256 = models.CharField(max_length=64, db_index=True)
    sm3 = models.CharField(max_length=64)
    size = models.BigIntegerField(_("Size"))

    class Meta:
        verbose_name = _("Evidence")
        constraints = [words("evidence", "kind", tuple(EvidenceKind.values))]

    def __str__(self) -> str:
        return self.name


class Outcome(Guarded):
    """One result that a submission claims: money in one class, a rule established, a person held accountable."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="outcomes")
    kind = models.CharField(_("Kind"), max_length=16)
    money_class = models.CharField(_("Money class"), max_length=32, blank=True)
    amount = models.BigIntegerField(_("Amount"), null=True, blank=True)  # fen
    title = models.CharField(_("Title"), max_length=300, blank=True)
    reference = models.CharField(_("Number or voucher"), max_length=100, blank=True)
    on = models.DateField(_("Date"), null=True, blank=True)
    count = models.PositiveIntegerField(_("People"), null=True, blank=True)
    before = models.CharField(_("Before"), max_length=100, blank=True)
    after = models.CharField(_("After"), max_length=100, blank=True)
    unit = models.CharField(_("Unit of measure"), max_length=50, blank=True)
    sanction = models.CharField(_("Sanction"), max_length=16, blank=True)

    class Meta:
        verbose_name = _("Outcome")
        constraints = [
            words("outcome", "kind", tuple(OutcomeKind)),
            words("outcome", "money_class", ("", *MoneyClass)),
            words("outcome", "sanction", ("", *Sanction)),
            models.CheckConstraint(
                condition=models.Q(kind="money", amount__gte=0) & ~models.Q(money_class="") | ~models.Q(kind="money"),
                name="outcome_money_has_class",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount or self.title}"


class ItemClaim(Guarded):
    """What a submission claims of one item: the fen put right, and how. A claim is never a verdict.

    Until it is submitted a claim belongs to no version; there is one such claim of an item at most.
    """

    submission = models.ForeignKey(Submission, models.CASCADE, null=True, blank=True, related_name="claims")
    item = models.ForeignKey(Item, models.CASCADE, related_name="claims")
    claim = models.CharField(_("Claim"), max_length=16, default=Claim.DONE)
    amount = models.BigIntegerField(_("Amount"), null=True, blank=True)  # fen
    reference = models.CharField(_("Number of the proof"), max_length=100, blank=True)
    text = models.CharField(_("What was done, or why not"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "item"], name="item_claim_once"),
            models.UniqueConstraint(
                fields=["item"], condition=models.Q(submission__isnull=True), name="item_claim_waiting"
            ),
            words("item_claim", "claim", tuple(Claim)),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.amount}"


class VerificationResult(models.TextChoices):
    ACCEPTED = "accepted", _("Accepted")
    RETURNED = "returned", _("Returned")
    CLOSED = "closed", _("Closed")
    ENDED = "ended", _("Ended without a remedy")


class Verification(Guarded):
    """What a verifier decided on one version, and why."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="verifications")
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, blank=True, related_name="verifications")
    standard = models.JSONField(default=list)  # the points of the closing standard that were ticked
    result = models.CharField(_("Result"), max_length=16, choices=VerificationResult)
    reason = models.TextField(_("Reason"), blank=True)
    by = models.ForeignKey(Account, models.PROTECT, related_name="verifications")
    at = models.DateTimeField(_("Verified at"))

    class Meta:
        verbose_name = _("Verification")
        constraints = [words("verification", "result", tuple(VerificationResult.values))]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.result}"
