"""The words that people see for the words that the rules use, with the icon and the colour class of each.

One word, one meaning: menu, chip, filter, export and report say the same. Solid icons are facts proved by data;
outlined ones are claims or work under way; dashed ones are not there yet (docs/how-to/use-the-pages.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reperform.rectify import forms
from reperform.rules.outcomes import Claim, MoneyClass, Nature, Sanction, Term, Verdict
from reperform.rules.standing import Role
from reperform.rules.steps import CheckState, FindingState
from reperform.verify.forms import FORMS

Words: TypeAlias = "str | Promise"


@dataclass(frozen=True)
class Chip:
    """State = word + icon + colour."""

    label: Words
    icon: str
    css: str = "mute"

    def saying(self, label: Words) -> Chip:
        """Return the same sign with a longer text (overdue by n days)."""
        return replace(self, label=label)


STATES: Mapping[str, Chip] = {
    FindingState.DRAFT: Chip(_("Draft"), "draft", "mute"),
    FindingState.ISSUED: Chip(_("Issued"), "issued", "info"),
    FindingState.RECTIFYING: Chip(_("In progress"), "rectifying", "info"),
    FindingState.SUBMITTED: Chip(_("To verify"), "submitted", "wait"),
    FindingState.RETURNED: Chip(_("Returned"), "returned", "bad"),
    FindingState.ACCEPTED: Chip(_("Accepted"), "accepted", "ok"),
    FindingState.CLOSED: Chip(_("Closed"), "closed", "done"),
    FindingState.DISPUTED: Chip(_("Disputed"), "disputed", "warn"),
    FindingState.NA: Chip(_("No longer applies"), "na", "mute"),
    FindingState.DISCARDED: Chip(_("Discarded"), "drop", "mute"),
}
CLAIMS: Mapping[str, Chip] = {
    Claim.DONE: Chip(_("Claimed done"), "submitted", "info"),
    Claim.PARTLY: Chip(_("Claimed partly done"), "submitted", "wait"),
    Claim.NOT_DONE: Chip(_("Not done"), "rectifying", "mute"),
    Claim.DISAGREES: Chip(_("The unit disagrees"), "disputed", "warn"),
}
SANCTIONS: Mapping[str, Words] = {
    Sanction.CRITICISM: _("Criticism"), Sanction.ADMONITION: _("Admonition"),
    Sanction.ORGANISATION: _("Organisational measure"), Sanction.PARTY: _("Party discipline"),
    Sanction.ADMINISTRATIVE: _("Administrative sanction"), Sanction.ECONOMIC: _("Economic sanction"),
    Sanction.OTHER: _("Other"),
}  # fmt: skip
VERDICTS: Mapping[str, Chip] = {
    Verdict.STILL: Chip(_("Still there"), "still", "bad"),
    Verdict.PARTLY: Chip(_("Partly"), "partly", "warn"),
    Verdict.UNPROVEN: Chip(_("Unproven"), "unproven", "open"),
    Verdict.CLEARED: Chip(_("Cleared"), "cleared", "ok"),
    Verdict.PENDING: Chip(_("Not looked at"), "pending", "mute"),
}
NEW_ROWS = Chip(_("New"), "new", "info")
CONCLUSIONS: Mapping[str, Chip] = {
    "held": Chip(_("Held"), "cleared", "ok"),
    "not_held": Chip(_("Not put right"), "still", "bad"),
    "relapsed": Chip(_("Relapsed"), "relapsed", "bad"),
    "unproven": Chip(_("Unproven"), "unproven", "open"),
    "inconclusive": Chip(_("Inconclusive"), "unproven", "open"),
}
CHECK_STATES: Mapping[str, Words] = {
    CheckState.PROPOSED: _("Proposed, to be decided"),
    CheckState.INCONCLUSIVE: _("Inconclusive"),
    CheckState.DECIDED: _("Decided"),
}
SIFTING: Mapping[str, Chip] = {
    "pending": Chip(_("To sift"), "pending", "mute"),
    "checking": Chip(_("Being checked"), "issued", "wait"),
    "confirmed": Chip(_("Confirmed"), "accepted", "ok"),
    "excluded": Chip(_("Excluded"), "na", "mute"),
}
DECISIONS: Mapping[str, Words] = {
    "confirmed": _("Confirm: a finding"),
    "excluded": _("Set aside: explained"),
    "pending": _("Sift again"),
}
INQUIRIES: Mapping[str, Chip] = {
    "sent": Chip(_("Waits for an answer"), "issued", "wait"),
    "answered": Chip(_("Answered"), "submitted", "info"),
    "settled": Chip(_("Settled"), "accepted", "ok"),
    "taken_back": Chip(_("Taken back"), "drop", "mute"),
}
OVERDUE = Chip(_("Overdue"), "overdue", "bad")
RELAPSE = Chip(_("Relapsed"), "relapsed", "bad")
REPEAT = Chip(_("Repeat"), "repeat", "warn")
REPEAT_UNSURE = Chip(_("Repeat: the source contradicts itself"), "contra", "bad")
COPIED = Chip(_("Perfunctory?"), "copied", "warn")
CONTRADICTED = Chip(_("Contradicted"), "contra", "bad")
KEY = Chip(_("Key supervision"), "key", "mute")
NOISY = Chip(_("Noisy"), "contra", "warn")

ROLES: Mapping[str, Words] = {
    Role.AUDITOR: _("Auditor"),
    Role.REVIEWER: _("Reviewer"),
    Role.LIAISON: _("Liaison of the unit"),
    Role.LEAD: _("Lead department"),
    Role.PARTNER: _("Partner body"),
    Role.LEGISLATOR: _("Legislator"),
    Role.ADMINISTRATOR: _("Administrator"),
    Role.SYSTEM: _("System"),
}
ROLE_TASKS: Mapping[str, Words] = {
    Role.AUDITOR: _("Run procedures, sift exceptions, issue findings, verify what was done."),
    Role.REVIEWER: _("The second person: strike findings off, conclude look-backs."),
    Role.LIAISON: _("Answer for the unit: plan measures, submit results with evidence."),
    Role.LEAD: _("Press the sector: see what its units still owe."),
    Role.PARTNER: _("Handle what was referred, and answer with the result."),
    Role.LEGISLATOR: _("Read every issued finding and how far it is put right."),
    Role.ADMINISTRATOR: _("Keep bodies and accounts; sees no finding."),
}
TERMS: Mapping[str, Words] = {
    Term.IMMEDIATE: _("Immediate"),
    Term.STAGED: _("Staged"),
    Term.CONTINUOUS: _("Continuous"),
}
SUPERVISIONS: Mapping[str, Words] = forms.SUPERVISIONS
NATURES: Mapping[str, Words] = {
    Nature.VIOLATION: _("Violation"),
    Nature.LOSS: _("Loss or waste"),
    Nature.MISMANAGEMENT: _("Mismanagement"),
}
MONEY: Mapping[str, Words] = {
    MoneyClass.REMIT_TREASURY: _("Paid into the treasury"),
    MoneyClass.RETURN_TO_CHANNEL: _("Returned to its channel"),
    MoneyClass.REDUCE_GRANT: _("Grant reduced"),
    MoneyClass.EXPEDITE: _("Payment expedited"),
    MoneyClass.ADJUST_BOOKS: _("Books adjusted"),
    MoneyClass.REVITALISE: _("Idle funds put to use"),
    MoneyClass.RECOVER_LOSS: _("Loss recovered"),
    MoneyClass.CUT_INVESTMENT: _("Investment cut"),
    MoneyClass.PAY_PERSONS: _("Paid to persons"),
}
CATEGORIES: Mapping[str, Words] = {
    "fiscal_funds": _("Fiscal funds"),
    "employment": _("Employment subsidies"),
    "social_insurance": _("Social insurance"),
    "medical_insurance": _("Medical insurance"),
    "elderly_care": _("Elderly care"),
    "needy_groups": _("Needy groups"),
    "water_sources": _("Drinking-water sources"),
    "sewage": _("Sewage treatment"),
    "public_investment": _("Public investment"),
    "state_assets": _("State-owned assets"),
    "performance": _("Value for money"),
}
STEPS: Mapping[str, Words] = {
    "draft": _("Draft"),
    "revise": _("Edit the draft"),
    "discard": _("Discard the draft"),
    "issue": _("Issue the finding"),
    "assign": _("Name who carries it"),
    "plan": _("Plan measures"),
    "submit": _("Submit the result"),
    "judge": _("Judge items"),
    "return": _("Return for more"),
    "accept": _("Accept the result"),
    "close": _("Strike off"),
    "confirm": _("Confirm that it held"),
    "relapse": _("Record a relapse"),
    "extend": _("Extend the time limit"),
    "claim": _("Say of items what was done"),
    **{form.verb: form.label for form in (*forms.FINDING_FORMS, *FORMS) if form.kind == "finding" and not form.opens},
}

WATCHED: Mapping[str, Words] = {
    "overdue": _("Overdue"),
    "due_soon": _("Due soon"),
    "no_answer": _("Not answered in time"),
    "no_plan": _("No measures planned in time"),
    "late_measure": _("A measure of the plan is late"),
    "duty_late": _("A duty to report or publish is not proved in time"),
    "disagreed": _("The unit disagrees"),
    "disputed": _("Disputed, no ruling yet"),
    "returned": _("Returned to the unit"),
    "late_check": _("Submitted and not verified in time"),
}
WAITING: Mapping[str, Words] = {
    "extensions": _("Extensions to decide"),
    "proposals": _("Steps of the ladder to issue or drop"),
    "answers": _("Answers to the ladder, given or late"),
    "instructions": _("Major matters without a reply"),
    "tasks": _("Tasks finished or late"),
    "referrals": _("Referrals whose reply is late"),
}


def state(value: str) -> Chip:
    return STATES.get(value) or Chip(value, "na")


def verdict(value: str) -> Chip:
    return VERDICTS.get(value) or Chip(value, "pending")


def word(words: Mapping[str, Words], value: str) -> Words:
    """Return the word shown for a value, or the value itself where no word was agreed (an imported category)."""
    return words.get(value, value)


def choices(words: Mapping[str, Words], *, empty: Words | None = None) -> list[tuple[str, Words]]:
    """Return the words as choices of a form, with a first empty one where it is named."""
    first: list[tuple[str, Words]] = [] if empty is None else [("", empty)]
    return first + [(str(value), label) for value, label in words.items()]
