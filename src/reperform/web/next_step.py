"""The next step of a finding: the single one that the rules permit to this person, and why the others are not.

No button is greyed out: a step is there, or it stands under its reason with the name of the rule that refuses it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reperform.ledger.models import Account, Finding, Snapshot
from reperform.rectify.queries import Tally
from reperform.rules.steps import FindingState
from reperform.rules.take import Offer
from reperform.web import words
from reperform.web.permissions import AUDIT
from reperform.web.sentences import Explained, explain
from reperform.web.words import Words

# The one step that moves a finding on from each state; which of two, the rules decide for this person.
NEXT: Mapping[str, tuple[str, ...]] = {
    FindingState.DRAFT: ("issue",),
    FindingState.ISSUED: ("plan",),
    FindingState.RECTIFYING: ("submit",),
    FindingState.RETURNED: ("submit",),
    FindingState.SUBMITTED: ("accept", "return"),
    FindingState.ACCEPTED: ("close",),
}
ICONS = {
    "issue": "issued", "plan": "doc", "submit": "submitted", "accept": "accepted", "return": "returned",
    "close": "closed", "judge": "cols", "revise": "edit", "assign": "person", "discard": "na",
}  # fmt: skip
ON_PAGE = {
    "issue": "finding", "plan": "fill", "submit": "fill", "accept": "verify", "return": "verify", "close": "verify",
    "judge": "verify", "revise": "revise", "assign": "assign", "discard": "revise",
}  # fmt: skip


@dataclass(frozen=True)
class StepLink:
    """A step that may be taken, and the page on which it is."""

    verb: str
    label: Words
    icon: str
    url: str
    says: str = ""


@dataclass(frozen=True)
class Steps:
    """What may be done now: one next step, others that are possible, and those that are not, with the reason."""

    primary: StepLink | None
    waiting: str
    also: Sequence[StepLink]
    refused: Sequence[tuple[Words, Explained]]
    snapshots: Sequence[Snapshot]


def steps(
    finding: Finding, account: Account, offers: Sequence[Offer], newer: QuerySet[Snapshot], tally: Tally
) -> Steps:
    """Choose the next step among those that the rules permit to this person."""
    permitted = [one.verb for one in offers if one.permitted]
    first = next((verb for verb in NEXT.get(finding.state, ()) if verb in permitted), "")
    return Steps(
        primary=_link(finding, first, tally) if first else None,
        waiting="" if first else _waiting(finding),
        also=[_link(finding, verb, tally) for verb in permitted if verb != first],
        refused=[
            (words.word(words.STEPS, one.verb), explain(one.refusal)) for one in offers if one.refusal is not None
        ],
        snapshots=list(newer[:5]) if account.role in AUDIT else [],
    )


def _link(finding: Finding, verb: str, tally: Tally) -> StepLink:
    url = reverse(ON_PAGE[verb], args=[finding.number])
    return StepLink(verb, words.word(words.STEPS, verb), ICONS[verb], f"{url}#{verb}", _says(verb, tally))


def _says(verb: str, tally: Tally) -> str:
    match verb:
        case "issue":
            return _("The responsible body will see it, and the time limit begins to run.")
        case "plan":
            return _("Name at least one measure; the finding is then in progress.")
        case "submit":
            return _("A new version goes to the audit body; earlier versions stay.")
        case "accept":
            return _("All items are cleared. A second person then strikes the finding off.")
        case "return":
            count = tally.unsettled
            return ngettext(
                "%(count)d item is not cleared; a reason must be written.",
                "%(count)d items are not cleared; a reason must be written.",
                count,
            ) % {"count": count}
        case "close":
            return _("You are the second person. A finding that is struck off never changes again.")
    return ""


def _waiting(finding: Finding) -> str:
    unit = finding.responsible.name if finding.responsible else _("the responsible body")
    match finding.state:
        case FindingState.DRAFT:
            return _("The audit body checks the draft and issues it.")
        case FindingState.ISSUED:
            return _("Next: %(unit)s plans measures.") % {"unit": unit}
        case FindingState.RECTIFYING | FindingState.RETURNED:
            return _("Next: %(unit)s submits what was done.") % {"unit": unit}
        case FindingState.SUBMITTED:
            return _("Next: the audit body verifies the submission.")
        case FindingState.ACCEPTED:
            return _("Next: a second person of the audit body strikes it off.")
        case FindingState.DISPUTED:
            return _("Disputed on %(day)s: the clock stands until the ruling.") % {
                "day": finding.disputed_on.isoformat() if finding.disputed_on else "—"
            }
        case FindingState.NA:
            return _("Ended without a remedy on %(day)s; it does not count as put right.") % {
                "day": finding.closed_on.isoformat() if finding.closed_on else "—"
            }
        case FindingState.CLOSED:
            return _("Struck off on %(day)s. It never changes again; a look-back may open a new finding.") % {
                "day": finding.closed_on.isoformat() if finding.closed_on else "—"
            }
    return _("This draft was discarded.")
