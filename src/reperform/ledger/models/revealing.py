"""Records of the first stage: snapshots, runs, the rows that they single out, and what was set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from reperform.ledger.guard import Guarded
from reperform.ledger.models.bodies import Body
from reperform.ledger.models.subject import Subject, state_words, words

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class Snapshot(Subject):
    """An immutable copy of loaded data as of a date; `number` is its content hash."""

    kind: ClassVar[str] = "snapshot"

    title = models.CharField(_("Title"), max_length=200, blank=True)
    as_of = models.DateField(_("As of"))
    kept_at = models.DateTimeField(_("Kept at"))

    if TYPE_CHECKING:
        tables: RelatedManager[SnapshotTable]
        parts: RelatedManager[SnapshotPart]

    class Meta:
        verbose_name = _("Snapshot")
        constraints = [state_words("snapshot")]

    def __str__(self) -> str:
        return f"{self.title or self.number[:12]} ({self.as_of})"


class SnapshotPart(Guarded):
    """A snapshot that a joint one was put together from."""

    joint = models.ForeignKey(Snapshot, models.CASCADE, related_name="parts")
    part = models.ForeignKey(Snapshot, models.PROTECT, related_name="joint_in")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["joint", "part"], name="snapshot_part_once")]

    def __str__(self) -> str:
        return f"{self.joint_id} {self.part_id}"


class SnapshotTable(Guarded):
    """One table of a snapshot, with what the intake counted."""

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="tables")
    name = models.CharField(_("Table"), max_length=64)
    content_hash = models.CharField(max_length=64)
    rows = models.BigIntegerField(_("Rows"))
    rows_rejected = models.BigIntegerField(_("Rows rejected"), default=0)
    breaches = models.TextField(_("Breaches of the contract"), blank=True)  # one a line

    class Meta:
        constraints = [models.UniqueConstraint(fields=["snapshot", "name"], name="snapshot_table")]

    def __str__(self) -> str:
        return self.name


class Run(Subject):
    """One execution of one procedure over one snapshot."""

    kind: ClassVar[str] = "run"
    bound: ClassVar[tuple[str, ...]] = ("audit_body",)

    engagement = models.ForeignKey("ledger.Engagement", models.PROTECT, null=True, blank=True, related_name="runs")
    audit_body = models.ForeignKey(Body, models.PROTECT, related_name="runs_kept")
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="runs")
    code = models.CharField(_("Procedure"), max_length=32)
    version = models.PositiveIntegerField(_("Version of the procedure"))
    procedure_hash = models.CharField(max_length=64)
    parameters = models.TextField(default="{}")  # canonical JSON, part of the identity of the run
    population = models.BigIntegerField(_("Population"), default=0)
    clean_rows = models.BigIntegerField(_("Clean"), default=0)
    not_testable = models.BigIntegerField(_("Not testable"), default=0)
    exceptions = models.BigIntegerField(_("Exceptions"), default=0)
    bodies = models.TextField(default="{}")  # population by body, canonical JSON
    reason = models.TextField(_("Why it could not be tested"), blank=True)
    result_hash = models.CharField(max_length=64, blank=True)
    seconds = models.FloatField(default=0)
    ran_at = models.DateTimeField(_("Ran at"))
    lookback_of = models.ForeignKey("ledger.Finding", models.PROTECT, null=True, blank=True, related_name="reruns")
    origin = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="runs_handed")  # received from
    handover = models.CharField(max_length=64, blank=True)  # the hash of the bundle in which it came
    question = models.TextField(_("Question"), blank=True)  # what the origin asks of it

    if TYPE_CHECKING:
        rows: RelatedManager[ExceptionRow]

    class Meta:
        verbose_name = _("Run")
        constraints = [
            state_words("run"),
            models.UniqueConstraint(fields=["handover"], condition=~models.Q(handover=""), name="run_handover_once"),
        ]
        indexes = [models.Index(fields=["code", "-ran_at"], name="run_code_ran_at")]

    def __str__(self) -> str:
        return self.number

    def parties(self) -> dict[str, str]:
        return {"audit": self.audit_body.number}


class Sifting(models.TextChoices):
    """What became of an exception: a lead (疑点) until an auditor has looked at it."""

    PENDING = "pending", _("To sift")
    CHECKING = "checking", _("Being checked")
    CONFIRMED = "confirmed", _("Confirmed")
    EXCLUDED = "excluded", _("Excluded")


class ExceptionRow(Guarded):
    """A row that a run singled out."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="rows")
    identity = models.CharField(max_length=64, db_index=True)
    body_code = models.CharField(_("Body"), max_length=64)
    amount = models.BigIntegerField(_("Amount"), null=True)  # fen; null where the procedure has no amount
    key = models.JSONField(default=dict)  # the declared natural key: its shape is the procedure's
    fields = models.JSONField(default=dict)  # the other columns, as text
    baseline_remedied = models.BigIntegerField(default=0)  # fen already put right when it was found
    sifting = models.CharField(_("Sifting"), max_length=16, choices=Sifting, default=Sifting.PENDING)
    across = models.BooleanField(default=False)  # of a joint run: no snapshot shows it alone
    told = models.CharField(max_length=16, blank=True)  # of a received run: what its origin made of the row
    item = models.ForeignKey("ledger.Item", models.SET_NULL, null=True, blank=True, related_name="rows")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "identity"], name="exception_run_identity"),
            words("exception", "sifting", tuple(Sifting.values)),
        ]
        indexes = [models.Index(fields=["run", "sifting", "body_code", "id"], name="exception_sift")]

    def __str__(self) -> str:
        return self.identity[:12]


class Exclusion(Subject):
    """An exception set aside with a reason and an expiry; it does not return until its content changes."""

    kind: ClassVar[str] = "exclusion"
    bound: ClassVar[tuple[str, ...]] = ("audit_body",)

    audit_body = models.ForeignKey(Body, models.PROTECT, related_name="exclusions_kept")
    code = models.CharField(_("Procedure"), max_length=32)
    identity = models.CharField(max_length=64)
    content_hash = models.CharField(max_length=64)
    reason = models.TextField(_("Reason"))
    expires_on = models.DateField(_("Expires"))
    row = models.ForeignKey(ExceptionRow, models.PROTECT, related_name="exclusions")
    set_by = models.ForeignKey("ledger.Account", models.PROTECT, related_name="exclusions_set")

    class Meta:
        verbose_name = _("Exclusion")
        constraints = [state_words("exclusion")]
        indexes = [models.Index(fields=["code", "identity"], name="exclusion_identity")]

    def __str__(self) -> str:
        return self.number

    def parties(self) -> dict[str, str]:
        return {"audit": self.audit_body.number}
