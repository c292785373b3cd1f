"""The questions of the second stage: the ledger, its views and totals, the to-dos, and one finding in full.

Rules kept here:

* Every queryset starts in `ledger.scope`; nothing is counted that the person may not see.
* Overdue, rate and to-do are computed as of a date; a counter and the view that it links to are the same predicate.
* The number of SQL statements does not depend on the number of findings or items.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    F,
    IntegerField,
    Max,
    Prefetch,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)  # fmt: skip
from django.db.models.functions import Coalesce

from reperform.ledger import scope
from reperform.ledger.models import (
    Account,
    Check,
    CorrectiveAction,
    Duty,
    Evidence,
    Finding,
    Item,
    Outcome,
    PriorReference,
    Submission,
    Verification,
)
from reperform.ledger.models.findings import Repeat
from reperform.rules.outcomes import OutcomeKind, Supervision, Term, Verdict
from reperform.rules.standing import Role
from reperform.rules.steps import OPEN_STATES, WITH_UNIT, FindingState

_S = FindingState
COUNTED = frozenset(_S) - {_S.DRAFT, _S.DISCARDED}  # what a rate is computed over
VERDICT_ORDER = (Verdict.STILL, Verdict.UNPROVEN, Verdict.PARTLY, Verdict.PENDING, Verdict.CLEARED)
NOBODY = Q(pk__in=())
# What counts as put right of an item: only where something was proved, and never more than its amount.
PROVED = Case(
    When(remedied__gt=F("amount"), then=F("amount")),
    default=Coalesce(F("remedied"), 0),
    output_field=BigIntegerField(),
)
SUMMED_AT_MOST = 5_000  # findings; beyond that their items are too many to sum for one page, and the page says so
COUNTS_AS_PROVED = Q(verdict__in=(Verdict.CLEARED, Verdict.PARTLY))


def findings(account: Account) -> QuerySet[Finding]:
    """Return the findings that this person may see, with what a row of the ledger shows."""
    return scope.findings(account).select_related("responsible", "engagement")


# Views of the ledger ---------------------------------------------------------------------------------------------


def _mine(account: Account, as_of: date) -> Q:
    """Return what waits for this very person: what he may take a step on."""
    match Role(account.role):
        case Role.AUDITOR | Role.REVIEWER:
            waiting = Q(state__in=(_S.DRAFT, _S.SUBMITTED)) & ~Q(submitter=account)
            # A second person strikes off: what I accepted waits for somebody else.
            second = Q(state=_S.ACCEPTED) & ~Q(verifier=account) & ~Q(submitter=account)
            return Q(audit_body=account.body) & (waiting | second)
        case Role.LIAISON:
            handled = Q(delegate=account.body, delegate_until__gte=as_of)
            return Q(state__in=WITH_UNIT) & (Q(responsible=account.body) | handled)
        case _:
            return NOBODY


def _due_this_week(_account: Account, as_of: date) -> Q:
    sunday = as_of + timedelta(days=6 - as_of.weekday())
    return Q(state__in=OPEN_STATES - {_S.DRAFT}, due_on__gte=as_of, due_on__lte=sunday)


def overdue(as_of: date) -> Q:
    """Return the predicate of `rules.deadlines.is_overdue`: past the limit, and the work lies with the unit."""
    return Q(state__in=WITH_UNIT, due_on__lt=as_of)


VIEWS: Mapping[str, Callable[[Account, date], Q]] = {
    "all": lambda _a, _d: Q(),
    "mine": _mine,
    "open": lambda _a, _d: Q(state__in=OPEN_STATES),
    "drafts": lambda _a, _d: Q(state=_S.DRAFT),
    "week": _due_this_week,
    "overdue": lambda _a, as_of: overdue(as_of),
    "verify": lambda _a, _d: Q(state=_S.SUBMITTED),
    "key": lambda _a, _d: Q(supervision=Supervision.KEY, state__in=OPEN_STATES),
    "repeat": lambda _a, _d: Q(repeat__in=(Repeat.YES, Repeat.CONTRADICTORY)) | Q(relapse_of__isnull=False),
    "closed": lambda _a, _d: Q(state=_S.CLOSED),
}


def count_views(account: Account, as_of: date, names: Iterable[str]) -> dict[str, int]:
    """Return how many findings each view holds, in one statement."""
    counts = {name: Count("pk", filter=VIEWS[name](account, as_of)) for name in names if name != "all"}
    return scope.findings(account).aggregate(all=Count("pk"), **counts)


DESK = ("mine", "week", "overdue", "verify", "open")


def count_desk(account: Account, as_of: date) -> dict[str, int]:
    """Return the counters of the workbench, and what of each waits for this person, in one statement."""
    chosen = {name: VIEWS[name](account, as_of) for name in DESK}
    mine = chosen["mine"]
    chosen |= {f"mine_{name}": mine & chosen[name] for name in ("week", "overdue", "verify")}
    chosen["mine_returned"] = mine & Q(state=_S.RETURNED)
    unfinished = scope.findings(account).filter(state__in=OPEN_STATES)  # each of these views is a part of it
    return unfinished.aggregate(**{name: Count("pk", filter=q) for name, q in chosen.items()})


@dataclass(frozen=True)
class Totals:
    """The whole of a filter: how many, and how much (fen); `remedied` is nothing where the items are too many."""

    count: int
    amount: int
    remedied: int | None


def totals(chosen: QuerySet[Finding]) -> Totals:
    """Return the totals of a filter, not of a page."""
    plain = chosen.order_by()
    found = plain.aggregate(n=Count("pk"), amount=Sum("amount"))
    if found["n"] > SUMMED_AT_MOST:
        return Totals(found["n"], found["amount"] or 0, None)
    proved = Item.objects.filter(COUNTS_AS_PROVED, finding__in=plain.values("pk"))
    remedied = proved.aggregate(remedied=Sum(PROVED))
    return Totals(found["n"], found["amount"] or 0, remedied["remedied"] or 0)


# Items and money -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """The items of one verdict: how many, their amount, and what was put right of it (fen)."""

    count: int = 0
    amount: int = 0
    remedied: int = 0


@dataclass(frozen=True)
class Tally:
    """The items of a finding by verdict."""

    shares: Mapping[str, Share] = field(default_factory=dict)

    def share(self, verdict: str) -> Share:
        return self.shares.get(verdict, Share())

    @property
    def items(self) -> int:
        return sum(one.count for one in self.shares.values())

    @property
    def remedied(self) -> int:
        return sum(one.remedied for one in self.shares.values())

    @property
    def unsettled(self) -> int:
        return self.items - self.share(Verdict.CLEARED).count

    @property
    def judged(self) -> bool:
        """Whether something was said of every item."""
        return self.items > 0 and not self.share(Verdict.PENDING).count


def tallies(chosen: Sequence[Finding]) -> dict[int, Tally]:
    """Return the tally of each finding by its primary key, in one statement."""
    grouped = (
        Item.objects.filter(finding__in=chosen)
        .values("finding_id", "verdict")
        .annotate(n=Count("pk"), amount_sum=Sum("amount"), remedied_sum=Sum(PROVED, filter=COUNTS_AS_PROVED))
    )
    found: dict[int, dict[str, Share]] = defaultdict(dict)
    for row in grouped:
        share = Share(row["n"], row["amount_sum"] or 0, row["remedied_sum"] or 0)
        found[row["finding_id"]][row["verdict"]] = share
    return {one.pk: Tally(found.get(one.pk, {})) for one in chosen}


def claims(chosen: Sequence[Finding]) -> dict[int, dict[str, int]]:
    """Return what the last submission of each finding claims, by money class (fen), in one statement."""
    rows = (
        Outcome.objects.filter(submission__finding__in=chosen, kind=OutcomeKind.MONEY)
        .annotate(last=Max("submission__finding__submissions__version"))
        .filter(submission__version=F("last"))
        .values_list("submission__finding_id", "money_class", "amount")
    )
    found: dict[int, dict[str, int]] = {one.pk: {} for one in chosen}
    for finding, money_class, amount in rows:
        classes = found[finding]
        classes[money_class] = classes.get(money_class, 0) + (amount or 0)
    return found


def contradicted(tally: Tally, claimed: int) -> bool:
    """Tell whether the unit claims more than the items show, once every item was looked at."""
    return tally.judged and claimed > tally.remedied


def items(finding: Finding, verdict: str = "") -> QuerySet[Item]:
    """Return the items, those not cleared first; `rank` and `position` are the key of the order."""
    rank = Case(
        *(When(verdict=one, then=Value(place)) for place, one in enumerate(VERDICT_ORDER)), output_field=IntegerField()
    )
    chosen = finding.items.annotate(rank=rank).order_by("rank", "position")
    return chosen.filter(verdict=verdict) if verdict in VERDICT_ORDER else chosen


# Workbench -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rate:
    """How far the findings of one term are put right; the four parts sum to `total`."""

    term: str
    total: int
    closed: int
    verifying: int
    overdue: int

    @property
    def in_progress(self) -> int:
        return self.total - self.closed - self.verifying - self.overdue


def rates(account: Account, as_of: date) -> list[Rate]:
    """Return the rate of each term, in the order of the terms, in one statement."""
    grouped = (
        scope.findings(account)
        .filter(state__in=COUNTED)
        .values("term")
        .annotate(
            total=Count("pk"),
            closed=Count("pk", filter=Q(state=_S.CLOSED)),
            verifying=Count("pk", filter=Q(state__in=(_S.SUBMITTED, _S.ACCEPTED))),
            overdue=Count("pk", filter=overdue(as_of)),
        )
    )
    by_term = {row["term"]: Rate(**row) for row in grouped}
    return [by_term[term] for term in Term if term in by_term]


def todos(account: Account, as_of: date, limit: int = 40) -> list[Finding]:
    """Return what waits for this person: returned first, then by the time limit, drafts without one last."""
    returned_first = Case(When(state=_S.RETURNED, then=Value(0)), default=Value(1), output_field=IntegerField())
    mine = findings(account).filter(_mine(account, as_of))
    return list(mine.order_by(returned_first, F("due_on").asc(nulls_last=True), "number")[:limit])


def watch(account: Account, as_of: date, limit: int = 20) -> list[Finding]:
    """Return the overdue findings that a person without steps of his own may press or read."""
    return list(findings(account).filter(overdue(as_of)).order_by("due_on", "number")[:limit])


def latest_submissions(account: Account, limit: int = 5) -> list[Submission]:
    """Return the newest submissions that this person may see."""
    seen = Submission.objects.filter(finding__in=scope.findings(account))
    return list(seen.select_related("finding__responsible").order_by("-at", "-pk")[:limit])


def latest_checks(account: Account, limit: int = 5) -> list[Check]:
    """Return the newest look-back checks that did not simply hold."""
    seen = scope.checks(account).exclude(proposal="held")
    return list(seen.select_related("finding__responsible").order_by("-checked_at", "-pk")[:limit])


# One finding -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Detail:
    """Everything that the page of one finding shows beside its own columns."""

    finding: Finding
    tally: Tally
    claimed: Mapping[str, int]
    duties: Sequence[Duty]
    measures: Sequence[CorrectiveAction]
    submissions: Sequence[Submission]
    checks: Sequence[Check]
    relapses: Sequence[Finding]
    relapse_of: Finding | None
    prior: Sequence[PriorReference]
    copies: Mapping[str, int]


def one_finding(account: Account) -> QuerySet[Finding]:
    """Return the scope from which one finding is taken by its number, with all that binds it."""
    return scope.findings(account).select_related(
        "responsible", "lead", "audit_body", "engagement", "submitter", "verifier", "closer", "run__snapshot", "joint"
    )


def detail(finding: Finding, account: Account) -> Detail:
    """Read the whole finding; what it links to is shown only as far as this person may see it."""
    visible = scope.findings(account)
    submissions = list(
        finding.submissions.select_related("by__body")
        .prefetch_related(
            "outcomes", "evidence", Prefetch("verifications", Verification.objects.select_related("by__body"))
        )
        .order_by("-version")
    )
    related = list(visible.filter(Q(relapse_of=finding) | Q(pk=finding.relapse_of_id or 0)))
    return Detail(
        finding=finding,
        tally=tallies([finding])[finding.pk],
        claimed=claims([finding])[finding.pk],
        duties=list(finding.duties.select_related("body").order_by("pk")),
        measures=list(finding.actions.order_by("pk")),  # their place in the plan names them
        submissions=submissions,
        checks=list(finding.checks.select_related("snapshot", "opened").order_by("-checked_at", "-pk")),
        relapses=[one for one in related if one.relapse_of_id == finding.pk],
        relapse_of=next((one for one in related if one.pk == finding.relapse_of_id), None),
        prior=list(finding.prior_references.select_related("earlier").order_by("cited")),
        copies=copies([file for one in submissions for file in one.evidence.all()], account),
    )


def copies(files: Sequence[Evidence], account: Account) -> dict[str, int]:
    """Return, by hash, how many other visible findings rest on the very same file (a sign of perfunctory work)."""
    rows = (
        scope.evidence(account)
        .filter(sha256__in={file.sha256 for file in files})
        .exclude(finding__in={file.finding_id for file in files})
        .values("sha256")
        .annotate(n=Count("finding", distinct=True))
    )
    return {row["sha256"]: row["n"] for row in rows}
