"""Who may see what, as querysets: the only way in to the records for pages, exports and counts.

Rules kept here (deny by default):

* audit bodies see what they or the bodies below them keep;
* a unit sees issued findings that it, or a body below it, must answer for or handles; a lead body those it leads, too;
* a referral is seen by the audit body that sent it and by the body that has it now, by nobody else: no other question
  of this module reads the table of referrals;
* a partner body sees no finding, only what was referred to it;
* a legislator sees every issued finding of the place and no draft;
* an administrator keeps bodies and accounts and sees no finding.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from reperform.ledger.models import (
    Account,
    Campaign,
    Check,
    Enclosure,
    Engagement,
    Escalation,
    Evidence,
    Extension,
    Filing,
    Finding,
    Inquiry,
    Inspection,
    Instruction,
    Job,
    Joint,
    Referral,
    Report,
    Run,
    Task,
    Waiver,
)
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
            ours = Q(responsible__path__startswith=below) | Q(delegate__path__startswith=below)
            return issued.filter(ours | Q(lead__path__startswith=below))
        case Role.LEGISLATOR:
            return issued
        case _:
            return everything.none()


def may_audit(account: Account) -> bool:
    """Tell whether this person works for an audit body."""
    return Role(account.role) in {Role.AUDITOR, Role.REVIEWER}


def joints(account: Account) -> QuerySet[Joint]:
    """Return the joint findings that this person may see: an audit body's own, to the others those with a part."""
    if may_audit(account):
        return Joint.objects.filter(audit_body__path__startswith=account.body.path)
    return Joint.objects.filter(pk__in=findings(account).filter(joint__isnull=False).values("joint"))


def runs(account: Account) -> QuerySet[Run]:
    """Return the runs that this person may see: an audit body's own."""
    if not may_audit(account):
        return Run.objects.none()
    return Run.objects.filter(audit_body__path__startswith=account.body.path)


def inquiries(account: Account) -> QuerySet[Inquiry]:
    """Return the inquiries that this person may see: of the audit body that asks, and of the body that is asked.

    Whoever is asked sees the rows that were sent to it and nothing else of the run.
    """
    received = Q(receiver__path__startswith=account.body.path)
    if may_audit(account):
        return Inquiry.objects.filter(received | Q(audit_body__path__startswith=account.body.path))
    if Role(account.role) in {Role.LIAISON, Role.LEAD, Role.PARTNER}:
        return Inquiry.objects.filter(received)
    return Inquiry.objects.none()


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


# Around findings -----------------------------------------------------------------------------------------------------


def extensions(account: Account) -> QuerySet[Extension]:
    """Return the extensions of the findings that this person may see."""
    return Extension.objects.filter(finding__in=findings(account))


def waivers(account: Account) -> QuerySet[Waiver]:
    """Return the waivers of the findings that this person may see: they are published."""
    return Waiver.objects.filter(finding__in=findings(account))


def escalations(account: Account) -> QuerySet[Escalation]:
    """Return the rungs of the findings that this person may see; proposals are the audit body's own."""
    found = Escalation.objects.filter(finding__in=findings(account))
    return found if may_audit(account) else found.exclude(state__in=("proposed", "dropped"))


def filings(account: Account) -> QuerySet[Filing]:
    """Return the filings of the findings that this person may see."""
    return Filing.objects.filter(finding__in=findings(account))


def inspections(account: Account) -> QuerySet[Inspection]:
    """Return the inspections of the findings that this person may see; plans are the audit body's own."""
    found = Inspection.objects.filter(finding__in=findings(account))
    return found if may_audit(account) else found.filter(state="held")


def campaigns(account: Account) -> QuerySet[Campaign]:
    """Return the campaigns that this person may see: an audit body's own, to a lead body those it has a task in."""
    if may_audit(account):
        return Campaign.objects.filter(audit_body__path__startswith=account.body.path)
    match Role(account.role):
        case Role.LEAD:
            return Campaign.objects.filter(pk__in=tasks(account).values("campaign"))
        case Role.LEGISLATOR:
            return Campaign.objects.all()
        case _:
            return Campaign.objects.none()


def tasks(account: Account) -> QuerySet[Task]:
    """Return the tasks that this person may see."""
    if may_audit(account):
        return Task.objects.filter(audit_body__path__startswith=account.body.path)
    match Role(account.role):
        case Role.LEAD:
            return Task.objects.filter(lead__path__startswith=account.body.path)
        case Role.LEGISLATOR:
            return Task.objects.all()
        case _:
            return Task.objects.none()


def instructions(account: Account) -> QuerySet[Instruction]:
    """Return the major matters that this person may see: an audit body's own."""
    if not may_audit(account):
        return Instruction.objects.none()
    return Instruction.objects.filter(audit_body__path__startswith=account.body.path)


# Beside the records --------------------------------------------------------------------------------------------------


def jobs(account: Account) -> QuerySet[Job]:
    """Return the jobs that this person may see: of his audit body, an administrator all (kind and state, no record)."""
    everything = Job.objects.all()
    if Role(account.role) is Role.ADMINISTRATOR:
        return everything
    return everything.filter(by__body__path__startswith=account.body.path) if may_audit(account) else everything.none()


# A class of its own --------------------------------------------------------------------------------------------------

NOT_SENT = ("drafted", "approved", "dropped")


def referrals(account: Account) -> QuerySet[Referral]:
    """Return the referrals that this person may see."""
    if may_audit(account):
        return Referral.objects.filter(audit_body__path__startswith=account.body.path)
    if Role(account.role) is Role.PARTNER:
        return Referral.objects.filter(receiver__path__startswith=account.body.path).exclude(state__in=NOT_SENT)
    return Referral.objects.none()


def enclosures(account: Account) -> QuerySet[Enclosure]:
    """Return the files of the referrals that this person may see."""
    return Enclosure.objects.filter(referral__in=referrals(account))
