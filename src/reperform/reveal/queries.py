"""The questions of the first stage: what data there are, what ran over them, what is to sift, what can be issued."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from reperform.errors import Refused
from reperform.ledger import scope
from reperform.ledger.drafting import bodies_by_code
from reperform.ledger.models import (
    Account,
    Body,
    Engagement,
    ExceptionRow,
    Exclusion,
    Finding,
    Inquiry,
    InquiryRow,
    Run,
    Snapshot,
)
from reperform.ledger.models.revealing import Sifting
from reperform.reveal.actions import issue_change
from reperform.rules.calendar import Due
from reperform.rules.take import take

NOISY_PERCENT = 20  # a procedure that flags a fifth of its population says little


def snapshots() -> QuerySet[Snapshot]:
    """Return the snapshots, the newest data first, with their tables."""
    return Snapshot.objects.filter(state="kept").prefetch_related("tables").order_by("-as_of", "-kept_at")


def runs(account: Account) -> QuerySet[Run]:
    """Return the runs, newest first, each with how many of its rows are still to be sifted."""
    pending = Count("rows", filter=Q(rows__sifting=Sifting.PENDING))
    seen = scope.runs(account).select_related("snapshot", "engagement", "lookback_of", "origin")
    return seen.annotate(pending=pending).order_by("-ran_at", "-pk")


def engagements(account: Account) -> QuerySet[Engagement]:
    """Return the open audit projects of this person's own body that take in new findings: no imported report does."""
    imported = Finding.objects.filter(engagement=OuterRef("pk"), source_key__isnull=False)
    own = scope.engagements(account).filter(~Exists(imported), audit_body=account.body, state="open")
    return own.order_by("-year", "number")


def flag_rate(run: Run) -> float:
    """Return the share of the population that a run singled out, in percent."""
    return run.exceptions * 100 / run.population if run.population else 0.0


def is_noisy(run: Run) -> bool:
    """Tell whether a run flags so much that its exceptions say little."""
    return flag_rate(run) >= NOISY_PERCENT


@dataclass(frozen=True)
class BodyShare:
    """What one run says of one body: examined, singled out, still to sift, and how much (fen)."""

    code: str
    body: Body | None
    examined: int
    singled_out: int
    pending: int
    amount: int | None

    @property
    def noisy(self) -> bool:
        return self.examined > 0 and self.singled_out * 100 >= self.examined * NOISY_PERCENT


def shares(run: Run) -> list[BodyShare]:
    """Return a run by body, the most to sift first, in two statements."""
    examined: dict[str, int] = json.loads(run.bodies)
    grouped = (
        run.rows.values("body_code")
        .annotate(n=Count("pk"), waiting=Count("pk", filter=Q(sifting=Sifting.PENDING)), sum_of=Sum("amount"))
        .order_by("-waiting", "-n", "body_code")
    )
    rows = list(grouped)
    bodies = bodies_by_code(row["body_code"] for row in rows)
    return [
        BodyShare(
            code=row["body_code"], body=bodies.get(row["body_code"]), examined=int(examined.get(row["body_code"], 0)),
            singled_out=row["n"], pending=row["waiting"], amount=row["sum_of"],
        )
        for row in rows
    ]  # fmt: skip


def rows(run: Run, *, sifting: str = "", body: str = "") -> QuerySet[ExceptionRow]:
    """Return the rows of a run in a fixed order, narrowed to a state of sifting and a body."""
    chosen = run.rows.select_related("item__finding").order_by("body_code", "pk")
    if sifting in Sifting.values:
        chosen = chosen.filter(sifting=sifting)
    return chosen.filter(body_code=body) if body else chosen


def count_sifting(run: Run) -> dict[str, int]:
    """Return how many rows of a run stand in each state of sifting."""
    return dict(run.rows.order_by().values_list("sifting").annotate(n=Count("pk")))


def exclusions(chosen: Sequence[ExceptionRow]) -> dict[int, Exclusion]:
    """Return the exclusion that holds for each row, by the row's primary key.

    A row of a later run is set aside by the exclusion of an earlier one of the same bureau: it is found by bureau,
    procedure and identity.
    """
    excluded = [row for row in chosen if row.sifting == Sifting.EXCLUDED]
    active = Exclusion.objects.filter(state="active", identity__in={row.identity for row in excluded})
    kept = {(one.audit_body_id, one.code, one.identity): one for one in active.select_related("set_by").order_by("pk")}
    found = {row.pk: kept.get((row.run.audit_body_id, row.run.code, row.identity)) for row in excluded}
    return {pk: one for pk, one in found.items() if one is not None}


def asked(chosen: Sequence[ExceptionRow]) -> dict[int, str]:
    """Return the number of the inquiry in which each row is being checked, by the row's primary key."""
    checking = [row.pk for row in chosen if row.sifting == Sifting.CHECKING]
    found = InquiryRow.objects.filter(row__in=checking, inquiry__state__in=("sent", "answered"))
    return dict(found.values_list("row_id", "inquiry__number")) if checking else {}


def waiting_inquiries(account: Account) -> QuerySet[Inquiry]:
    """Return the inquiries that this person's own body must answer, or settle since they are answered."""
    waiting = Q(state="sent", receiver=account.body)
    if scope.may_audit(account):
        waiting |= Q(state="answered", audit_body=account.body)
    return scope.inquiries(account).filter(waiting).select_related(*Inquiry.bound).order_by("due_on", "pk")


def active_exclusions(account: Account, *, code: str = "") -> QuerySet[Exclusion]:
    """Return the exclusions in force that an audit body keeps, or a body below it, each with its row."""
    if not scope.may_audit(account):
        return Exclusion.objects.none()
    kept = Exclusion.objects.filter(state="active", audit_body__path__startswith=account.body.path)
    chosen = kept.filter(code=code) if code else kept
    return chosen.select_related("row", "set_by", *Exclusion.bound).order_by("pk")


def to_sift(run: Run, *, keys: Sequence[int], all_of: str = "") -> list[ExceptionRow]:
    """Return the rows that a person chose: by their keys, or all that are still to sift of one body."""
    chosen = run.rows.select_related("run__snapshot").order_by("pk")
    if all_of:
        return list(chosen.filter(body_code=all_of, sifting=Sifting.PENDING))
    return list(chosen.filter(pk__in=keys))


@dataclass(frozen=True)
class Issuable:
    """A draft and why it can't be issued, or None where nothing forbids it."""

    finding: Finding
    refusal: Refused | None


def issuable(drafts: Sequence[Finding], *, due_on: date, by: Account) -> list[Issuable]:
    """Ask the rules about each draft, so that a bulk step can name every refusal before the rest is issued."""
    actor, today = by.actor(), timezone.localdate()
    found = []
    for finding in drafts:
        change = issue_change(finding, due=Due(due_on, estimated=False), on=today, served_on=today)
        try:
            take(finding.kind, "issue", finding.standing(), actor, change.facts)
        except Refused as refusal:
            found.append(Issuable(finding, refusal))
        else:
            found.append(Issuable(finding, None))
    return found
