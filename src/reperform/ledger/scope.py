"""Who may see what, as querysets: the only way in to the records for pages, exports and counts.

Rules kept here (deny by default):

* audit bodies see what they or the bodies below them keep;
* a unit sees issued findings that it, or a body below it, must answer for; a lead body those it leads, too;
* a legislator sees every issued finding of the place and no draft;
* an administrator keeps bodies and accounts and sees no finding.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from reperform.ledger.models import Account, Check, Engagement, Evidence, Finding, Report, Run
from reperform.rules.standing import Role
from reperform.rules.steps import FindingState

HIDDEN = (FindingState.DRAFT, FindingState.DISCARDED)


def findings(account: Account) -> QuerySet[Finding]:
    """Return the findings that this person may see."""
    everything = Finding.objects.all()
    below = account.body.path
    issued = everything.exclude(state__in=HIDDEN)
    match Role(account.role):
        case Role.AUDITOR | Role.REVIEWER:
            return everything.filter(audit_body__path__startswith=below)
        case Role.LIAISON | Role.LEAD:
            return issued.filter(Q(responsible__path__startswith=below) | Q(lead__path__startswith=below))
        case Role.LEGISLATOR:
            return issued
        case _:
            return everything.none()


def may_audit(account: Account) -> bool:
    """Tell whether this person works for an audit body."""
    return Role(account.role) in {Role.AUDITOR, Role.REVIEWER}


def runs(account: Account) -> QuerySet[Run]:
    """Return the runs that this person may see: an audit body's own."""
    if not may_audit(account):
        return Run.objects.none()
    return Run.objects.filter(audit_body__path__startswith=account.body.path)


def engagements(account: Account) -> QuerySet[Engagement]:
    """Return the engagements that this person may see."""
    if not may_audit(account):
        return Engagement.objects.none()
    return Engagement.objects.filter(audit_body__path__startswith=account.body.path)


def checks(account: Account) -> QuerySet[Check]:
    """Return the look-back checks of the findings that this person may see."""
    return Check.objects.filter(finding__in=findings(account))


def evidence(account: Account) -> QuerySet[Evidence]:
    """Return the evidence of the findings that this person may see."""
    return Evidence.objects.filter(finding__in=findings(account))


def reports(account: Account) -> QuerySet[Report]:
    """Return the reports that this person may see: an audit body's own, and to others those that are published."""
    if may_audit(account):
        return Report.objects.filter(audit_body__path__startswith=account.body.path)
    if Role(account.role) is Role.LEGISLATOR:
        return Report.objects.filter(state="published")
    return Report.objects.none()
