"""One yuan in one class: which vouchers of a submission stand somewhere else already.

Rules kept here (classes and the rule that a yuan goes to one of them: 审计统计):

* A voucher is that of the body that answers for the finding: two bodies may have the same number.
* Where both say on which day, two days are two vouchers: numbers begin anew with each month.
* What stands in the last version of a finding counts; what ended without a remedy no longer does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import F, Max

from reperform.ledger.models import Finding, Outcome
from reperform.rules.outcomes import OutcomeKind, vouchers
from reperform.rules.steps import FindingState

Dated = tuple[str, date | None]


def twice(finding: Finding, references: Iterable[Dated]) -> list[str]:
    """Return the vouchers of a submission that stand twice in it, or in another finding of the same body."""
    seen: dict[str, list[date | None]] = defaultdict(list)
    claimed = [(voucher, on) for reference, on in references for voucher in vouchers(reference)]
    if claimed:
        for reference, on in _elsewhere(finding):
            for voucher in vouchers(reference):
                seen[voucher].append(on)
    found = []
    for voucher, on in claimed:
        if any(other is None or on is None or other == on for other in seen[voucher]):
            found.append(voucher)
        seen[voucher].append(on)
    return found


def _elsewhere(finding: Finding) -> Iterable[Dated]:
    return (
        Outcome.objects.filter(kind=OutcomeKind.MONEY, submission__finding__responsible=finding.responsible_id)
        .exclude(reference="")
        .exclude(submission__finding=finding)
        .exclude(submission__finding__state__in=(FindingState.NA, FindingState.DISCARDED))
        .annotate(last=Max("submission__finding__submissions__version"))
        .filter(submission__version=F("last"))
        .values_list("reference", "on")
    )
