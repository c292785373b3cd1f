"""Engagements, findings, their items and duties, and where findings were imported from."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from reperform.ledger.guard import Guarded
from reperform.ledger.models.bodies import Account, Body
from reperform.ledger.models.subject import Subject, numbers, state_words, words
from reperform.rules.outcomes import Closure, MoneyClass, Nature, Response, Supervision, Term, Verdict

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from reperform.ledger.models import CorrectiveAction, Evidence, Submission, Verification


class Engagement(Subject):
    """An audit project (审计项目)."""

    kind: ClassVar[str] = "engagement"
    bound: ClassVar[tuple[str, ...]] = ("audit_body",)

    title = models.CharField(_("Title"), max_length=200)
    year = models.PositiveIntegerField(_("Year"))
    report_no = models.CharField(_("Report number"), max_length=100, blank=True)
    audit_body = models.ForeignKey(Body, models.PROTECT, related_name="engagements")

    if TYPE_CHECKING:
        findings: RelatedManager[Finding]

    class Meta:
        verbose_name = _("Engagement")
        constraints = [state_words("engagement")]

    def __str__(self) -> str:
        return self.title

    def parties(self) -> dict[str, str]:
        return {"audit": self.audit_body.number}


class Joint(Subject):
    """A problem for which several bodies answer: the common text. Each part is a finding of one body."""

    kind: ClassVar[str] = "joint"
    bound: ClassVar[tuple[str, ...]] = ("audit_body",)

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="joints", verbose_name=_("Engagement"))
    audit_body = models.ForeignKey(Body, models.PROTECT, related_name="joints")
    title = models.CharField(_("Title"), max_length=300)
    text = models.TextField(_("What concerns all"), blank=True)
    ordered = models.BigIntegerField(_("Amount ordered"), default=0)  # fen, the sum of the parts
    formed_on = models.DateField(_("Formed on"))
    concluded_on = models.DateField(_("Concluded on"), null=True, blank=True)
    result = models.TextField(_("Result"), blank=True)

    if TYPE_CHECKING:
        parts: RelatedManager[Finding]

    class Meta:
        verbose_name = _("Joint finding")
        constraints = [state_words("joint")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def parties(self) -> dict[str, str]:
        return {"audit": self.audit_body.number}


class Repeat(models.TextChoices):
    """Whether the source declares the finding a repeat; a source can contradict itself."""

    UNKNOWN = "unknown", _("Not stated")
    NO = "no", _("Not a repeat")
    YES = "yes", _("Repeat")
    CONTRADICTORY = "contradictory", _("The source contradicts itself")


def _where_set(column: str) -> models.Index:
    """Return an index of the few rows that have a value."""
    return models.Index(fields=[column], condition=models.Q(**{f"{column}__isnull": False}), name=f"finding_{column}")


_PARTIES = {"audit": "audit_body", "responsible": "responsible", "delegate": "delegate", "lead": "lead"}
_PEOPLE = {"submitter": "submitter", "verifier": "verifier", "closer": "closer"}


class Finding(Subject):
    """A problem that the audit found: criteria, condition, cause, effect, and its life until it is closed."""

    kind: ClassVar[str] = "finding"
    bound: ClassVar[tuple[str, ...]] = (
        "audit_body", "responsible", "delegate", "lead", "submitter", "verifier", "closer",
    )  # fmt: skip

    # Each step writes the row anew into every index that it has: an index stands here only if questions need it, and
    # foreign keys that another index begins with, or that are mostly empty, have none of their own.
    engagement = models.ForeignKey(
        Engagement, models.PROTECT, related_name="findings", verbose_name=_("Engagement"), db_index=False
    )
    title = models.CharField(_("Title"), max_length=300)
    category = models.CharField(_("Category"), max_length=64, blank=True)
    criteria = models.TextField(_("Criteria"), blank=True)
    condition = models.TextField(_("Condition"), blank=True)
    cause = models.TextField(_("Cause"), blank=True)
    effect = models.TextField(_("Effect"), blank=True)
    requirement = models.TextField(_("What must be done"), blank=True)
    amount = models.BigIntegerField(_("Amount found"), null=True, blank=True)  # fen
    ordered = models.BigIntegerField(_("Amount ordered"), default=0)  # fen
    money_class = models.CharField(_("Money class"), max_length=32, blank=True)
    term = models.CharField(_("Term"), max_length=16, default=Term.IMMEDIATE)
    supervision = models.CharField(_("Supervision"), max_length=16, default=Supervision.COMPREHENSIVE)
    nature = models.CharField(_("Nature"), max_length=16, default=Nature.VIOLATION)
    issued_on = models.DateField(_("Issued on"), null=True, blank=True)
    due_on = models.DateField(_("Due"), null=True, blank=True)
    original_due_on = models.DateField(_("Original due date"), null=True, blank=True)
    closed_on = models.DateField(_("Closed on"), null=True, blank=True)  # struck off, or ended without a remedy
    served_on = models.DateField(_("Served on"), null=True, blank=True)  # the day on which the clocks start
    due_estimated = models.BooleanField(default=False)  # a year without an official calendar was needed
    response = models.CharField(_("Response of the unit"), max_length=16, blank=True)
    response_reason = models.TextField(_("Reasons of the unit"), blank=True)
    responded_on = models.DateField(_("Responded on"), null=True, blank=True)
    disputed_on = models.DateField(_("Disputed on"), null=True, blank=True)
    closure = models.CharField(_("Reason for the end"), max_length=16, blank=True)
    closure_reason = models.TextField(_("Grounds for the end"), blank=True)

    audit_body = models.ForeignKey(Body, models.PROTECT, related_name="findings_kept", verbose_name=_("Audit body"))
    responsible = models.ForeignKey(
        Body,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="findings_answered",
        verbose_name=_("Responsible body"),
        db_index=False,
    )
    delegate = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="findings_handled", verbose_name=_("Delegate"),
        db_index=False,
    )  # fmt: skip
    delegate_until = models.DateField(_("Delegated until"), null=True, blank=True)
    lead = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="findings_led", verbose_name=_("Lead body")
    )
    submitter = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    verifier = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    closer = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    run = models.ForeignKey("ledger.Run", models.PROTECT, null=True, blank=True, related_name="findings")
    code = models.CharField(_("Procedure"), max_length=32, blank=True)
    relapse_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="relapses", db_index=False
    )

    joint = models.ForeignKey(
        Joint, models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("Joint finding"),
        db_index=False,
    )  # fmt: skip

    source_key = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001 - null: not imported
    source_digest = models.CharField(max_length=64, blank=True)
    repeat = models.CharField(_("Repeat"), max_length=16, choices=Repeat, default=Repeat.UNKNOWN)

    if TYPE_CHECKING:
        items: RelatedManager[Item]
        duties: RelatedManager[Duty]
        actions: RelatedManager[CorrectiveAction]
        submissions: RelatedManager[Submission]
        verifications: RelatedManager[Verification]
        evidence: RelatedManager[Evidence]
        relapses: RelatedManager[Finding]
        prior_references: RelatedManager[PriorReference]

    class Meta:
        verbose_name = _("Finding")
        constraints = [
            state_words("finding"),
            words("finding", "term", tuple(Term)),
            words("finding", "supervision", tuple(Supervision)),
            words("finding", "nature", tuple(Nature)),
            words("finding", "repeat", tuple(Repeat.values)),
            words("finding", "money_class", ("", *MoneyClass)),
            words("finding", "response", ("", *Response)),
            words("finding", "closure", ("", *Closure)),
            # Two persons, in the database too: who submitted neither accepts nor closes; who accepted does not close.
            models.CheckConstraint(
                condition=~models.Q(submitter=models.F("verifier")), name="finding_verifier_not_submitter"
            ),
            models.CheckConstraint(
                condition=~models.Q(submitter=models.F("closer")), name="finding_closer_not_submitter"
            ),
            models.CheckConstraint(
                condition=~models.Q(verifier=models.F("closer")), name="finding_closer_not_verifier"
            ),
            models.UniqueConstraint(
                fields=["source_key"], condition=models.Q(source_key__isnull=False), name="finding_source_key"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_on", "id"], name="finding_state_due"),
            models.Index(fields=["responsible", "state", "due_on", "id"], name="finding_unit_state_due"),
            models.Index(fields=["due_on", "number"], name="finding_due_number"),
            models.Index(fields=["engagement", "number"], name="finding_engagement"),
            _where_set("delegate"),
            _where_set("relapse_of"),
            _where_set("joint"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def parties(self) -> dict[str, str]:
        known = numbers(self, _PARTIES)
        if self.delegate_until is not None:
            known["delegate_until"] = self.delegate_until.isoformat()
        return known

    def people(self) -> dict[str, str]:
        return numbers(self, _PEOPLE)


class Item(Guarded):
    """One confirmed exception of a finding, with what the data say of it now."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="items", db_index=False)
    position = models.PositiveIntegerField(_("No."))
    identity = models.CharField(max_length=64, db_index=True)
    body_code = models.CharField(_("Body"), max_length=64, blank=True)
    key = models.JSONField(default=dict)
    fields = models.JSONField(default=dict)
    amount = models.BigIntegerField(_("Amount"), null=True)  # fen
    baseline_remedied = models.BigIntegerField(default=0)  # fen
    verdict = models.CharField(_("Verdict"), max_length=16, default=Verdict.PENDING)
    remedied = models.BigIntegerField(_("Remedied"), null=True)  # fen, proved by data or judged by a person
    trace = models.CharField(_("Trace"), max_length=200, blank=True)
    verdict_reason = models.CharField(_("Reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("Item")
        constraints = [
            models.UniqueConstraint(fields=["finding", "identity"], name="item_finding_identity"),
            words("item", "verdict", tuple(Verdict)),
        ]

    def __str__(self) -> str:
        return f"{self.finding_id}/{self.position}"


class DutyRole(models.TextChoices):
    RESPONSIBLE = "responsible", _("Responsible")
    LEAD = "lead", _("Lead")
    CO_RESPONSIBLE = "co_responsible", _("Co-responsible")
    SUPERVISING = "supervising", _("Supervising")


class Duty(Guarded):
    """Who carries a finding: a body, and in it the head, the leader in charge and the handler."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="duties", db_index=False)
    body = models.ForeignKey(Body, models.PROTECT, related_name="duties")
    role = models.CharField(_("Duty"), max_length=16, choices=DutyRole)
    head = models.CharField(_("Head (first responsible person)"), max_length=100, blank=True)
    leader = models.CharField(_("Leader in charge"), max_length=100, blank=True)
    handler = models.CharField(_("Handler"), max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["finding", "body", "role"], name="duty_once"),
            words("duty", "role", tuple(DutyRole.values)),
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.body_id}"


class PriorReference(Guarded):
    """An earlier finding that a finding cites; what is cited need not exist, and is then shown as such."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="prior_references", db_index=False)
    cited = models.CharField(_("Cited number"), max_length=64)
    earlier = models.ForeignKey(Finding, models.PROTECT, null=True, blank=True, related_name="cited_by")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["finding", "cited"], name="prior_reference_once")]

    def __str__(self) -> str:
        return self.cited


class Import(Subject):
    """One import of findings from outside: what was read, what it changed. `number` is given by the ledger."""

    kind: ClassVar[str] = "import"
    bound: ClassVar[tuple[str, ...]] = ("audit_body",)

    audit_body = models.ForeignKey(Body, models.PROTECT, related_name="imports")
    format = models.CharField(_("Format"), max_length=32)
    source_digest = models.CharField(max_length=64)
    files = models.PositiveIntegerField(_("Files"), default=0)
    rows_read = models.BigIntegerField(_("Rows read"), default=0)
    rows_distinct = models.BigIntegerField(_("Distinct rows"), default=0)
    created = models.BigIntegerField(_("Created"), default=0)
    changed = models.BigIntegerField(_("Changed"), default=0)
    imported_at = models.DateTimeField(_("Imported at"))

    class Meta:
        verbose_name = _("Import")
        constraints = [state_words("import")]

    def __str__(self) -> str:
        return self.number

    def parties(self) -> dict[str, str]:
        return {"audit": self.audit_body.number}
