"""The verbs with which a unit answers: agree or not, hand the handling down, dispute; and the ruling on a dispute.

Rules kept here:

* Agreement is no state: a unit that disagrees still has its time limit, unless it disputes.
* A dispute stops the clock: what is upheld goes on with as many days as were left, from the day of the ruling; the
  first limit stays as it was.
* A delegate acts for the responsible body until a day; who is responsible does not change.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.utils import timezone

from reperform.ledger import clocks
from reperform.ledger.change import Change
from reperform.ledger.models import Account, Body, Finding
from reperform.ledger.record import step
from reperform.rules.outcomes import Closure, Response, Supervision
from reperform.rules.standing import Fact


def respond(
    finding: Finding, *, response: Response, reason: str = "", by: Account, at: datetime, seen: int | None = None
) -> Finding:
    """Say whether the unit agrees; what it does not agree to needs its reasons."""
    on = timezone.localdate(at)
    values = {"response": response, "response_reason": reason, "responded_on": on}
    facts: dict[str, Fact] = {"response": response.value, "reason": bool(reason.strip()), "on": on.isoformat()}
    return _step(finding, "respond", facts, values, {"reason": reason}, by=by, at=at, seen=seen)


def delegate(
    finding: Finding, *, to: Body, until: date, reason: str, by: Account, at: datetime, seen: int | None = None
) -> Finding:
    """Let another body handle the finding until a day; it may then answer, plan and submit in the unit's place."""
    facts: dict[str, Fact] = {
        "delegate": to.number, "delegate_until": until.isoformat(), "reason": bool(reason.strip()),
        "on": timezone.localdate(at).isoformat(),
    }  # fmt: skip
    values = {"delegate": to, "delegate_until": until}
    return _step(finding, "delegate", facts, values, {"reason": reason}, by=by, at=at, seen=seen)


def recall(finding: Finding, *, by: Account, at: datetime, seen: int | None = None) -> Finding:
    """Take the handling back."""
    facts: dict[str, Fact] = {"delegate": "", "delegate_until": ""}
    return _step(finding, "recall", facts, {"delegate": None, "delegate_until": None}, {}, by=by, at=at, seen=seen)


def dispute(finding: Finding, *, reason: str, by: Account, at: datetime, seen: int | None = None) -> Finding:
    """Dispute the finding (Audit Law 2021 art. 53); the clock stops until the ruling."""
    values = {"disputed_on": timezone.localdate(at)}
    return _step(
        finding, "dispute", {"reason": bool(reason.strip())}, values, {"reason": reason}, by=by, at=at, seen=seen
    )


def withdraw(finding: Finding, *, reason: str, by: Account, at: datetime, seen: int | None = None) -> Finding:
    """Withdraw the dispute; the clock goes on where it stopped."""
    values = _resumed(finding, timezone.localdate(at))
    facts: dict[str, Fact] = {"reason": bool(reason.strip()), "due": _day(values["due_on"])}
    return _step(finding, "withdraw", facts, values, {"reason": reason}, by=by, at=at, seen=seen)


def uphold(finding: Finding, *, reason: str, paper: str, by: Account, at: datetime, seen: int | None = None) -> Finding:
    """Enter the ruling that the finding stands; the unit answers it again from where it was issued."""
    values = _resumed(finding, timezone.localdate(at))
    facts: dict[str, Fact] = {
        "reason": bool(reason.strip()), "paper": paper.strip(), "due": _day(values["due_on"]),
    }  # fmt: skip
    return _step(finding, "uphold", facts, values, {"reason": reason}, by=by, at=at, seen=seen)


def annul(finding: Finding, *, reason: str, paper: str, by: Account, at: datetime, seen: int | None = None) -> Finding:
    """Enter the ruling that the finding falls; it ends, and never counts as put right."""
    values = {"closed_on": timezone.localdate(at), "closure": Closure.OVERTURNED, "closure_reason": reason}
    facts: dict[str, Fact] = {"reason": bool(reason.strip()), "paper": paper.strip()}
    return _step(finding, "annul", facts, values, {"reason": reason}, by=by, at=at, seen=seen)


def supervise(
    finding: Finding, *, supervision: Supervision, reason: str, by: Account, at: datetime, seen: int | None = None
) -> Finding:
    """Say by which of the three methods the finding is supervised."""
    facts: dict[str, Fact] = {"supervision": supervision.value, "reason": bool(reason.strip())}
    values = {"supervision": supervision}
    return _step(finding, "supervise", facts, values, {"reason": reason}, by=by, at=at, seen=seen)


def _resumed(finding: Finding, on: date) -> dict[str, object]:
    """Return the time limit moved by the days of the dispute, to the next working day."""
    if finding.due_on is None or finding.disputed_on is None:
        return {"due_on": finding.due_on, "disputed_on": None}
    calendar = clocks.working_calendar()
    plain = max(on, finding.due_on + (on - finding.disputed_on))
    moved = calendar.next_working(plain)
    return {
        "due_on": moved, "disputed_on": None,
        "due_estimated": finding.due_estimated or calendar.is_estimated(plain, moved),
    }  # fmt: skip


def _day(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else ""


def _step(
    finding: Finding, verb: str, facts: dict[str, Fact], values: Mapping[str, object],
    fields: Mapping[str, str], *, by: Account, at: datetime, seen: int | None,
) -> Finding:  # fmt: skip
    kept = {name: text for name, text in fields.items() if text}
    change = Change(verb, finding, facts=facts, values=dict(values), fields=kept, expect_seq=seen)
    return step(change, by=by, at=at)
