"""The forms of the third stage beside accepting and returning: ending without a remedy, setting a rule aside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from reperform.ledger.asking import RULES, Ask, Field, Form, Words
from reperform.ledger.models import Account, Extension, Finding
from reperform.rules.outcomes import Closure
from reperform.rules.steps import OPEN_STATES, FindingState
from reperform.verify import actions, waiving

CLOSURES: Mapping[str, Words] = {
    Closure.NOT_APPLICABLE: _("No longer applies"), Closure.CANNOT_BE_DONE: _("Can't be put right"),
}  # fmt: skip
ACCEPTING = {rule: label for rule, label in RULES.items() if rule.startswith("accept.")}
EXTENDING = {rule: label for rule, label in RULES.items() if rule.startswith("extension.")}
REASON = Field("reason", _("Reason"), Ask.TEXT)
ENDS = Field("expires_at", _("Ends"), Ask.MOMENT)


def _set_aside(finding: Finding, *, closure: str, paper: str, reason: str, by: Account, at: datetime) -> Finding:
    return actions.set_aside(finding, closure=Closure(closure), paper=paper, reason=reason, by=by, at=at)


def _waive(
    subject: Finding | Extension, *, rule: str, reason: str, expires_at: datetime, by: Account, at: datetime
) -> object:
    return waiving.grant(subject, rule=rule, reason=reason, expires_at=expires_at, by=by, at=at)


FORMS = (
    Form(
        "finding", "set_aside", _("End it without a remedy"), _set_aside,
        (
            Field("closure", _("Reason for the end"), Ask.WORD, words=CLOSURES),
            Field("paper", _("Paper that says so")), REASON,
        ),
    ),
    Form(
        "finding", "waive", _("Set a rule aside"), _waive, opens="waiver", step="waiver.grant",
        states=OPEN_STATES - {FindingState.DRAFT},
        fields=(Field("rule", _("Rule"), Ask.WORD, words=ACCEPTING), ENDS, REASON),
    ),
    Form(
        "extension", "waive", _("Set a rule aside"), _waive, opens="waiver", step="waiver.grant",
        states=frozenset({"requested"}),
        fields=(Field("rule", _("Rule"), Ask.WORD, words=EXTENDING), ENDS, REASON),
    ),
    Form("waiver", "lift", _("Lift"), waiving.lift, (REASON,)),
)  # fmt: skip
