"""Records of asking another body to check exceptions (疑点核实): the inquiry, its rows with answers, their proofs."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from reperform.ledger.guard import Guarded
from reperform.ledger.models.bodies import Account, Body
from reperform.ledger.models.revealing import ExceptionRow, Run, Sifting
from reperform.ledger.models.subject import Subject, state_words, words

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class Inquiry(Subject):
    """Exceptions of one run, sent to one body with a question and a day."""

    kind: ClassVar[str] = "inquiry"
    bound: ClassVar[tuple[str, ...]] = ("audit_body", "receiver")

    run = models.ForeignKey(Run, models.PROTECT, related_name="inquiries", verbose_name=_("Run"))
    audit_body = models.ForeignKey(Body, models.PROTECT, related_name="inquiries_kept", verbose_name=_("Audit body"))
    receiver = models.ForeignKey(Body, models.PROTECT, related_name="inquiries", verbose_name=_("Sent to"))
    question = models.TextField(_("Question"))
    sent_by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name=_("Sent by"))
    sent_on = models.DateField(_("Sent on"))
    due_on = models.DateField(_("Reply due"))
    answered_on = models.DateField(_("Answered on"), null=True, blank=True)
    remark = models.TextField(_("Remark"), blank=True)  # why it was returned or taken back

    if TYPE_CHECKING:
        rows: RelatedManager[InquiryRow]

    class Meta:
        verbose_name = _("Inquiry")
        constraints = [state_words("inquiry")]

    def __str__(self) -> str:
        return self.number

    def parties(self) -> dict[str, str]:
        return {"audit": self.audit_body.number, "receiver": self.receiver.number}


class Answer(models.TextChoices):
    """What the body that was asked says of a row."""

    CONFIRMED = "confirmed", _("It is so")
    EXPLAINED = "explained", _("It is explained")
    NOT_OURS = "not_ours", _("It is not ours")


class InquiryRow(Guarded):
    """One row of an inquiry: what was answered, and what the auditor made of it."""

    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="rows")
    row = models.ForeignKey(ExceptionRow, models.PROTECT, related_name="asked")
    answer = models.CharField(_("Answer"), max_length=16, choices=Answer, blank=True)
    text = models.TextField(_("Explanation"), blank=True)
    by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("Answered at"), null=True, blank=True)
    decision = models.CharField(_("Decision"), max_length=16, blank=True)

    if TYPE_CHECKING:
        files: RelatedManager[InquiryFile]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inquiry", "row"], name="inquiry_row_once"),
            words("inquiryrow", "answer", ("", *Answer.values)),
            words("inquiryrow", "decision", ("", Sifting.CONFIRMED, Sifting.EXCLUDED, Sifting.PENDING)),
        ]

    def __str__(self) -> str:
        return f"{self.inquiry_id} {self.row_id}"


class InquiryFile(Guarded):
    """A proof that was handed in with an answer."""

    asked = models.ForeignKey(InquiryRow, models.CASCADE, related_name="files")
    name = models.CharField(_("File name"), max_length=255)
    sha256 = models.CharField(max_length=64, db_index=True)
    sm3 = models.CharField(max_length=64)
    size = models.BigIntegerField(_("Size"))
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.name
