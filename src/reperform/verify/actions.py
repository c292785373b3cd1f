"""The verbs of the verifier: judge items, return, accept, close. Never the person who submitted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from reperform.ledger.change import Change
from reperform.ledger.models import Account, Finding, Item, ItemClaim, Submission, Verification
from reperform.ledger.models.rectifying import VerificationResult
from reperform.ledger.record import step
from reperform.rules.outcomes import Claim, Closure, Verdict
from reperform.rules.standing import Fact
from reperform.verify.recognition import missing_evidence, points_that_apply


@dataclass(frozen=True)
class Opinion:
    """What a verifier says of one item after looking at the papers; `remedied` in fen."""

    verdict: Verdict
    reason: str
    remedied: int | None = None
    trace: str = ""


AS_CLAIMED = "claimed"
RECOGNISED = frozenset({Verdict.CLEARED, Verdict.PARTLY})


def as_claimed(item: Item, claim: ItemClaim | None, reason: str) -> Opinion | None:
    """Recognise an item as the unit claims it: its amount, with its proof as the trace; nothing else is recognised."""
    match claim.claim if claim else "":
        case Claim.DONE:
            return Opinion(Verdict.CLEARED, reason, item.amount, claim.reference if claim else "")
        case Claim.PARTLY:
            return Opinion(Verdict.PARTLY, reason, claim.amount if claim else None, claim.reference if claim else "")
    return None


def judge(
    finding: Finding, opinions: Mapping[int, Opinion], *, by: Account, at: datetime, seen: int | None = None
) -> Finding:
    """Judge items by their primary key, each with a reason."""
    items = list(finding.items.filter(pk__in=opinions))
    edits = [
        (
            item,
            {
                "verdict": opinions[item.pk].verdict, "verdict_reason": opinions[item.pk].reason[:300],
                "remedied": opinions[item.pk].remedied, "trace": opinions[item.pk].trace[:200],
            },
        )
        for item in items
    ]  # fmt: skip
    change = Change(
        "judge", finding, edits=edits,
        facts={
            "items": len(items), "cleared": _count(opinions, Verdict.CLEARED),
            "proved": sum(opinions[item.pk].remedied or 0 for item in items if opinions[item.pk].verdict in RECOGNISED),
        },
        fields={"opinions": [[one.identity, opinions[one.pk].verdict.value, opinions[one.pk].reason] for one in items]},
        expect_seq=seen,
    )  # fmt: skip
    return step(change, by=by, at=at)


def _count(opinions: Mapping[int, Opinion], verdict: Verdict) -> int:
    return sum(one.verdict == verdict for one in opinions.values())


def unsettled(finding: Finding) -> int:
    """Return how many items are not cleared."""
    return finding.items.exclude(verdict=Verdict.CLEARED).count()


def return_(finding: Finding, *, reason: str, by: Account, at: datetime, seen: int | None = None) -> Finding:
    """Return the finding to the unit with the reason; the time limit runs on."""
    return _decide(finding, "return", VerificationResult.RETURNED, reason=reason, by=by, at=at, seen=seen, values={})


def accept(
    finding: Finding, *, standard: Collection[str] = (), reason: str = "", waiver: str = "", by: Account, at: datetime,
    seen: int | None = None,
) -> Finding:  # fmt: skip
    """Accept the rectification: items cleared, points of the standard ticked, evidence there. A second person closes.

    A waiver, named by its number, may set the standard or the evidence aside.
    """
    submission = finding.submissions.order_by("-version").first()
    owed = points_that_apply(finding, submission)
    facts: dict[str, Fact] = {
        "standard": sorted(standard), "standard_missing": sum(point.name not in standard for point in owed),
        "evidence_missing": len(missing_evidence(finding, submission)),
    }  # fmt: skip
    if waiver:
        facts["waiver"] = waiver
    return _decide(
        finding, "accept", VerificationResult.ACCEPTED, reason=reason, by=by, at=at, seen=seen, values={"verifier": by},
        more=facts, standard=sorted(standard),
    )  # fmt: skip


def close(finding: Finding, *, reason: str = "", by: Account, at: datetime, seen: int | None = None) -> Finding:
    """Strike the finding off (销号); the person who accepted cannot."""
    values = {"closer": by, "closed_on": timezone.localdate(at), "closure": Closure.VERIFIED}
    return _decide(finding, "close", VerificationResult.CLOSED, reason=reason, by=by, at=at, seen=seen, values=values)


def set_aside(
    finding: Finding, *, closure: Closure, paper: str, reason: str, by: Account, at: datetime, seen: int | None = None
) -> Finding:
    """End a finding that no longer applies or can't be put right, on the paper that says so; never counted as done."""
    values = {"closed_on": timezone.localdate(at), "closure": closure, "closure_reason": reason}
    facts: dict[str, Fact] = {"closure": closure.value, "paper": paper.strip()}
    return _decide(
        finding,
        "set_aside",
        VerificationResult.ENDED,
        reason=reason,
        by=by,
        at=at,
        seen=seen,
        values=values,
        more=facts,
    )


def _decide(
    finding: Finding, verb: str, result: VerificationResult, *, reason: str, by: Account, at: datetime,
    seen: int | None, values: Mapping[str, object], more: Mapping[str, Fact] | None = None,
    standard: Sequence[str] = (),
) -> Finding:  # fmt: skip
    # Without a submission the state forbids the step; the door says so, so an absent one is not an error here.
    submission: Submission | None = finding.submissions.order_by("-version").first()
    verification = Verification(
        finding=finding, submission=submission, result=result, reason=reason, by=by, at=at, standard=list(standard)
    )
    facts: dict[str, Fact] = {
        "reason": bool(reason.strip()), "submission": submission.version if submission else 0,
        "unsettled": unsettled(finding), **(more or {}),
    }  # fmt: skip
    change = Change(
        verb,
        finding,
        facts=facts,
        values=values,
        adds=[verification],
        fields={"reason": reason},
        expect_seq=seen,
    )
    return step(change, by=by, at=at)
