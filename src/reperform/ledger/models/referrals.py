"""Referrals (移送): records of their own access class. Nothing of a finding points to them but from here.

No record that an audited unit may see carries a count, a version or a file of a referral: enclosures are kept apart
from the evidence of the finding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from reperform.ledger.guard import Guarded
from reperform.ledger.models.bodies import Account, Body
from reperform.ledger.models.findings import Finding
from reperform.ledger.models.subject import Subject, state_words, words
from reperform.rules.outcomes import Purpose, Use

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class Referral(Subject):
    """A matter sent to another body to be handled there, or for that body to use the result; and its answer."""

    kind: ClassVar[str] = "referral"
    bound: ClassVar[tuple[str, ...]] = ("audit_body", "receiver", "drafter", "approver")

    audit_body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("Audit body"))
    receiver = models.ForeignKey(Body, models.PROTECT, related_name="referrals", verbose_name=_("Receiving body"))
    finding = models.ForeignKey(Finding, models.PROTECT, null=True, blank=True, related_name="+")
    purpose = models.CharField(_("Purpose"), max_length=16)
    title = models.CharField(_("Title"), max_length=300)
    overview = models.TextField(_("Overview of the audit"), blank=True)
    matter = models.TextField(_("Facts, nature and basis"))
    basis = models.TextField(_("Legal basis of the referral"), blank=True)
    amount = models.BigIntegerField(_("Amount"), null=True, blank=True)  # fen
    persons = models.PositiveIntegerField(_("Persons"), default=0)
    complex = models.BooleanField(_("Complex matter"), default=False)
    drafter = models.ForeignKey(Account, models.PROTECT, related_name="+")
    approver = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    sent_on = models.DateField(_("Sent on"), null=True, blank=True)
    received_on = models.DateField(_("Received on"), null=True, blank=True)
    reply_due_on = models.DateField(_("Reply due"), null=True, blank=True)
    concluded_on = models.DateField(_("Concluded on"), null=True, blank=True)
    use = models.CharField(_("Use made of it"), max_length=16, blank=True)
    reply = models.TextField(_("Reply"), blank=True)

    if TYPE_CHECKING:
        enclosures: RelatedManager[Enclosure]

    class Meta:
        verbose_name = _("Referral")
        constraints = [
            state_words("referral"),
            words("referral", "purpose", tuple(Purpose)),
            words("referral", "use", ("", *Use)),
            models.CheckConstraint(
                condition=~models.Q(drafter=models.F("approver")), name="referral_approver_not_drafter"
            ),
        ]
        indexes = [models.Index(fields=["receiver", "state", "reply_due_on"], name="referral_receiver_state")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def parties(self) -> dict[str, str]:
        return {"audit": self.audit_body.number, "receiver": self.receiver.number}

    def people(self) -> dict[str, str]:
        known = {"drafter": self.drafter, "approver": self.approver}
        return {part: account.number for part, account in known.items() if account is not None}


class Enclosure(Guarded):
    """A file that goes with a referral or comes back with its answer."""

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="enclosures")
    name = models.CharField(_("File name"), max_length=255)
    sha256 = models.CharField(max_length=64, db_index=True)
    sm3 = models.CharField(max_length=64)
    size = models.BigIntegerField(_("Size"))
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("Enclosure")

    def __str__(self) -> str:
        return self.name
