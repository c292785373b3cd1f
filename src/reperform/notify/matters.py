"""What waits for a person, asked of the stages' own queries as that person.

Rules kept here:

* No second copy of who must act: `rectify.queries`, `rectify.watching` and `reveal.queries` say it, `ledger.scope` says
  who sees it.
* A matter is named by the record and by what must be done with it, so that the name stays the same while the reason
  changes, and another task of the same record is another matter.
* A matter is told of when it has a reason today: returned, overdue, due within the days of the policy
  (`watch.due_soon`), or waiting without a time limit of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reperform.ledger import clocks, scope
from reperform.ledger.models import Account
from reperform.notify.message import Message
from reperform.rectify import queries, watching
from reperform.reveal.queries import waiting_inquiries
from reperform.rules.deadlines import is_overdue
from reperform.rules.standing import Role
from reperform.rules.steps import FindingState

# What must be done, by the kind of record. The second word is the page that the link leads to; none: the record's own.
TASKS: Mapping[tuple[str, str], tuple[Promise, str]] = {
    ("finding", "respond"): (gettext_lazy("answer and plan measures"), "fill"),
    ("finding", "submit"): (gettext_lazy("submit the result"), "fill"),
    ("finding", "verify"): (gettext_lazy("verify the result"), "verify"),
    ("finding", "close"): (gettext_lazy("strike off"), "verify"),
    ("finding", "press"): (gettext_lazy("press the unit"), "finding"),
    ("extension", "decide"): (gettext_lazy("decide on the extension"), ""),
    ("escalation", "decide"): (gettext_lazy("decide on the proposed step"), ""),
    ("escalation", "answer"): (gettext_lazy("answer the letter"), ""),
    ("escalation", "settle"): (gettext_lazy("look at the answer, or at its absence"), ""),
    ("filing", "renew"): (gettext_lazy("hand in again"), ""),
    ("instruction", "reply"): (gettext_lazy("reply to the major matter"), ""),
    ("task", "accept"): (gettext_lazy("look at the issue of the campaign"), ""),
    ("task", "report"): (gettext_lazy("plan or report the issue of the campaign"), ""),
    ("inquiry", "answer"): (gettext_lazy("answer the inquiry"), "inquiry"),
    ("inquiry", "settle"): (gettext_lazy("settle the inquiry"), "inquiry"),
    ("referral", "receive"): (gettext_lazy("confirm the receipt"), ""),
    ("referral", "handle"): (gettext_lazy("reply with the result"), ""),
    ("referral", "press"): (gettext_lazy("ask for the reply that is due"), ""),
}
REASONS: Mapping[str, Promise] = {
    "returned": gettext_lazy("returned"),
    "overdue": gettext_lazy("overdue"),
    "due_soon": gettext_lazy("due soon"),
    "waiting": gettext_lazy("waiting"),
}
_UNIT_TASKS = {
    FindingState.ISSUED: "respond", FindingState.RECTIFYING: "submit", FindingState.RETURNED: "submit",
    FindingState.SUBMITTED: "verify", FindingState.ACCEPTED: "close",
}  # fmt: skip
_OF_AUDIT = {  # the questions of the daily list: kind of record, task, column of the time limit
    "extensions": ("extension", "decide", ""),
    "proposals": ("escalation", "decide", ""),
    "answers": ("escalation", "settle", "reply_due_on"),
    "instructions": ("instruction", "reply", "reply_due_on"),
    "tasks": ("task", "accept", "due_on"),
    "referrals": ("referral", "press", "reply_due_on"),
}


@dataclass(frozen=True)
class Matter:
    """One thing that somebody must do."""

    kind: str
    number: str
    task: str
    due: date | None
    reason: str  # of REASONS; empty if there is no need to tell it today

    @property
    def source(self) -> str:
        return f"{self.kind}:{self.number}#{self.task}"

    @classmethod
    def of_source(cls, source: str, due: date | None, reason: str = "") -> Matter:
        """Return the matter of a name."""
        record, _hash, task = source.rpartition("#")
        kind, _colon, number = record.partition(":")
        return cls(kind, number, task, due, reason)

    def message(self, *, person: str, done: bool = False) -> Message:
        """Return what is told of it, in the active language: number, task and link, nothing else."""
        words, page = TASKS[self.kind, self.task]
        said = {"number": self.number, "task": words, "reason": REASONS.get(self.reason, "")}
        if done:
            title = _("%(number)s: %(task)s – done") % said
        elif self.reason:
            title = _("%(number)s: %(task)s (%(reason)s)") % said
        else:
            title = _("%(number)s: %(task)s") % said
        path = reverse(page, args=[self.number]) if page else reverse("record", args=[self.kind, self.number])
        return Message(title, self.due, person, f"{settings.SITE}{path}", self.source, done)


def matters(account: Account, on: date) -> list[Matter]:
    """Return all that waits for this person, what is due first at the head."""
    found = {one.source: one for one in _matters(account, on)}.values()
    return sorted(found, key=lambda one: (not one.reason, one.due or date.max, one.source))


def _matters(account: Account, on: date) -> Iterator[Matter]:
    soon = on + timedelta(days=clocks.limit("watch.due_soon", on))
    mine = queries.findings(account).filter(queries.VIEWS["mine"](account, on))
    for number, state, due in mine.exclude(state=FindingState.DRAFT).values_list("number", "state", "due_on"):
        with_unit = account.role == Role.LIAISON  # the time limit is the unit's, not the verifier's
        reason = _reason_of_unit(FindingState(state), due, on, soon) if with_unit else "waiting"
        yield Matter("finding", number, _UNIT_TASKS[FindingState(state)], due if with_unit else None, reason)
    for number, state, due in waiting_inquiries(account).values_list("number", "state", "due_on"):
        if state == "sent":
            yield Matter("inquiry", number, "answer", due, _reason(due, on, soon))
        else:  # the time limit was the answer's
            yield Matter("inquiry", number, "settle", None, "waiting")
    match Role(account.role):
        case Role.AUDITOR | Role.REVIEWER:
            for name, rows in watching.waiting(account, on).items():
                yield from _rows(rows, *_OF_AUDIT[name], on=on, soon=soon)
        case Role.LIAISON:
            letters = scope.escalations(account).filter(state="issued", responsible=account.body)
            yield from _rows(letters, "escalation", "answer", "reply_due_on", on=on, soon=soon)
            returned = scope.filings(account).filter(state="returned", responsible=account.body)
            yield from _rows(returned, "filing", "renew", "", on=on, soon=soon)
        case Role.LEAD:
            late = queries.findings(account).filter(queries.overdue(on), lead=account.body)
            yield from _rows(late, "finding", "press", "due_on", on=on, soon=soon)
            led = scope.tasks(account).filter(state__in=("assigned", "planned", "returned"), lead=account.body)
            yield from _rows(led, "task", "report", "due_on", on=on, soon=soon)
        case Role.PARTNER:
            received = scope.referrals(account).filter(receiver=account.body)
            yield from _rows(received.filter(state="sent"), "referral", "receive", "", on=on, soon=soon)
            owed = received.filter(state__in=watching.REPLY_OWED).exclude(state="sent")
            yield from _rows(owed, "referral", "handle", "reply_due_on", on=on, soon=soon)


def _rows(rows: QuerySet[Any], kind: str, task: str, limit: str, *, on: date, soon: date) -> Iterator[Matter]:
    """Yield a matter for each row; `limit` is the column of its time limit, if it has one."""
    for row in rows.values("number", *([limit] if limit else [])):
        due = row[limit] if limit else None
        yield Matter(kind, row["number"], task, due, _reason(due, on, soon))


def _reason(due: date | None, on: date, soon: date) -> str:
    if due is None:
        return "waiting"
    return "overdue" if due < on else "due_soon" if due <= soon else ""


def _reason_of_unit(state: FindingState, due: date | None, on: date, soon: date) -> str:
    if state is FindingState.RETURNED:
        return "returned"
    if is_overdue(state, due, on):
        return "overdue"
    if state is FindingState.ISSUED:
        return "waiting"
    return "due_soon" if due is not None and due <= soon else ""
