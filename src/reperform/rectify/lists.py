"""The three lists of a body (问题清单、责任清单、整改措施清单) and the notice of rectification that goes with them.

Rules kept here:

* They are of one audited body and one audit body: of one engagement, or of all that is not struck off.
* Only what the person may see and what was issued stands on them; a draft never does.
* A finding without a measure stands on the list of measures all the same, with the place to be filled in.

Source: Audit Law (2021) art. 52; the practice of 清单式 management (National Audit Office 2022, Guangzhou).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db.models import QuerySet

from reperform.errors import N_, Refused
from reperform.ledger import scope
from reperform.ledger.models import Account, Body, CorrectiveAction, Finding
from reperform.ledger.models.findings import DutyRole
from reperform.papers.manuscript import Manuscript
from reperform.papers.sheets import Book
from reperform.papers.words import say
from reperform.rules.steps import OPEN_STATES

FORM = Path(__file__).with_name("lists.yaml")
LISTS = ("problems", "duties", "measures")
ORDER = DutyRole.values


@dataclass(frozen=True)
class Lists:
    """What the lists of a body hold."""

    body: Body
    audit_body: Body
    findings: Sequence[Finding]


def listed(account: Account, body: Body, engagement: str = "") -> Lists | None:
    """Return the findings of a body that this person may see, or None where there is none.

    Without the number of an engagement it is all that is not struck off; for an audit body, what it keeps itself.
    """
    chosen = scope.findings(account).exclude(state__in=scope.HIDDEN).filter(responsible=body)
    if engagement:
        chosen = chosen.filter(engagement__number=engagement)
    else:
        chosen = chosen.filter(state__in=OPEN_STATES)
        if scope.may_audit(account):
            chosen = chosen.filter(audit_body=account.body)
    findings = list(_whole(chosen))
    keepers = {one.audit_body_id for one in findings}
    if len(keepers) > 1:
        raise Refused(
            "lists.one_audit_body", N_("The open findings of {body} are kept by {count} audit bodies."),
            hint=N_("Name the engagement."), body=body.name, count=len(keepers),
        )  # fmt: skip
    return Lists(body, findings[0].audit_body, findings) if findings else None


def _whole(chosen: QuerySet[Finding]) -> QuerySet[Finding]:
    return (
        chosen.select_related("engagement", "audit_body", "responsible")
        .prefetch_related("duties__body", "actions")
        .order_by("engagement__number", "number")
    )


def manuscript(lists: Lists, language: str) -> Manuscript:
    """Return the notice with the three lists as its annexes."""
    issued = [one.issued_on for one in lists.findings if one.issued_on]
    paper = Manuscript(FORM, language, dated=max(issued, default=None))
    unit, audit = lists.body.name_in(language), lists.audit_body.name_in(language)
    paper.masthead(audit)
    paper.head("title")
    paper.say("salutation", "Salutation", to=unit)
    _found(paper, lists)
    paper.say("head_items", "Heading 1")
    paper.table("limits", [_limit(paper, place, one) for place, one in enumerate(lists.findings, 1)])
    paper.say("head_asked", "Heading 1")
    for name in ("asked_answer", "asked_do", "asked_tell", "asked_peers", "law"):
        paper.say(name)
    paper.say("head_where", "Heading 1")
    paper.say("where", audit=audit)
    paper.say("enclosed")
    paper.signature(audit, None)
    for place, name in enumerate(LISTS, 1):
        paper.turn(wide=True)
        paper.say("annex", "Annex", place=place)
        paper.say("heading", "Title", list=paper.text(f"list_{name}"), unit=unit)
        paper.say("note", "Caption", audit=audit, unit=unit, count=len(lists.findings))
        paper.table(name, _rows(paper, name, lists.findings))
    return paper


def _found(paper: Manuscript, lists: Lists) -> None:
    engagements = {one.engagement_id: one.engagement for one in lists.findings}
    count = len(lists.findings)
    if len(engagements) > 1:
        paper.say("many_engagements", engagements=len(engagements), count=count)
        return
    (one,) = engagements.values()
    told = paper.text("one_engagement", engagement=one.title, number=one.number, count=count)
    paper.run_on(told, paper.text("report_no", report_no=one.report_no) if one.report_no else "")


def _limit(paper: Manuscript, place: int, finding: Finding) -> list[object]:
    return [place, finding.number, finding.title, finding.criteria or paper.text("no_ground"), finding.due_on]


def _rows(paper: Manuscript, name: str, findings: Sequence[Finding]) -> list[list[object]]:
    rows = {"problems": _problem, "duties": _duties, "measures": _measures}[name]
    return [row for place, one in enumerate(findings, 1) for row in rows(paper, place, one)]


def _problem(paper: Manuscript, place: int, one: Finding) -> list[list[object]]:
    return [
        [
            place, one.number, one.engagement.title, one.title, one.condition or None,
            one.criteria or paper.text("no_ground"), one.amount, one.ordered, say("term", one.term, paper.language),
            one.requirement or None, one.due_on,
        ]
    ]  # fmt: skip


def _duties(paper: Manuscript, place: int, one: Finding) -> list[list[object]]:
    named = sorted(one.duties.all(), key=lambda duty: (ORDER.index(duty.role), duty.pk))
    return [
        [
            place, one.number, one.title, paper.text(f"role_{duty.role}"), duty.body.name_in(paper.language), duty.head,
            duty.leader, duty.handler,
        ]
        for duty in named
    ]  # fmt: skip


def _measures(paper: Manuscript, place: int, one: Finding) -> list[list[object]]:
    planned = sorted(one.actions.all(), key=lambda action: action.pk)
    return [_measure(paper, place, one, action) for action in planned] or [
        [place, one.number, one.title, "", paper.text("not_planned"), "", one.due_on, ""]
    ]


def _measure(paper: Manuscript, place: int, one: Finding, action: CorrectiveAction) -> list[object]:
    kind = paper.text(f"kind_{action.kind}")
    due = action.due_on or one.due_on
    return [place, one.number, one.title, kind, action.text, action.standard, due, action.handler]


def workbook(lists: Lists, language: str) -> bytes:
    """Return the three lists as a workbook, a sheet each."""
    paper = manuscript(lists, language)
    unit, audit = lists.body.name_in(language), lists.audit_body.name_in(language)
    note = paper.text("note", audit=audit, unit=unit, count=len(lists.findings))
    stream = io.BytesIO()
    book = Book(stream, language=language, title=paper.title, made_on=paper.dated)
    for table in paper.tables()[1:]:
        name = paper.text(f"list_{table.name}")
        sheet = book.sheet(name, table.columns, title=paper.text("heading", list=name, unit=unit), note=note)
        for row in table.rows:
            sheet.row(row)
        sheet.filter()
        sheet.end()
    book.close()
    return stream.getvalue()
