"""How records are shown: as a row of a table, and as plain values for a program.

Rules kept here:

* Money is integer fen for programs and 万元 with two decimals for people; nothing known is not zero.
* What is computed as of a date (overdue, days left) says of which date.
* Only what the acting person may see comes in; names of people do not come in at all, but their user names.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from reperform.cli.answer import Grid
from reperform.errors import N_
from reperform.rules.deadlines import days_left, is_overdue
from reperform.rules.figures import wan_yuan

if TYPE_CHECKING:
    from reperform.ledger.models import Check, ExceptionRow, Finding, Item, ItemClaim, Run

FINDING_HEADS = (
    N_("Number"), N_("State"), N_("Due"), N_("Days left"), N_("Responsible"), N_("Amount (10,000 yuan)"), N_("Title"),
)  # fmt: skip
ITEM_HEADS = (
    N_("No."),
    N_("Verdict"),
    N_("Amount (10,000 yuan)"),
    N_("Remedied (10,000 yuan)"),
    N_("Trace"),
    N_("Key"),
)
RUN_HEADS = (
    N_("Number"), N_("Procedure"), N_("State"), N_("Population"), N_("Exceptions"), N_("Clean"), N_("Not testable"),
    N_("Snapshot"),
)  # fmt: skip
ROW_HEADS = (N_("Row"), N_("Sifting"), N_("Body"), N_("Amount (10,000 yuan)"), N_("Key"))
CHECK_HEADS = (
    N_("Number"), N_("Finding"), N_("State"), N_("Proposal"), N_("Conclusion"), N_("Cleared"), N_("Partly"),
    N_("Still"), N_("Unproven"), N_("New"),
)  # fmt: skip


def finding_plain(finding: Finding, as_of: date) -> dict[str, object]:
    """Return a finding as plain values."""
    return {
        "number": finding.number, "title": finding.title, "state": finding.state, "seq": finding.seq,
        "engagement": finding.engagement.number, "audit_body": finding.audit_body.number,
        "responsible": finding.responsible.number if finding.responsible else None,
        "lead": finding.lead.number if finding.lead else None,
        "procedure": finding.code or None, "category": finding.category, "amount": finding.amount,
        "ordered": finding.ordered, "money_class": finding.money_class or None, "term": finding.term,
        "issued_on": finding.issued_on, "due_on": finding.due_on, "closed_on": finding.closed_on,
        "overdue": is_overdue(finding.state, finding.due_on, as_of),
        "relapse_of": finding.relapse_of.number if finding.relapse_of else None,
    }  # fmt: skip


def finding_grid(findings: Iterable[Finding], as_of: date) -> Grid:
    """Return findings as a table."""
    return Grid(FINDING_HEADS, [_finding_row(one, as_of) for one in findings])


def _finding_row(finding: Finding, as_of: date) -> list[object]:
    left = days_left(finding.due_on, as_of) if finding.due_on else None
    responsible = finding.responsible.number if finding.responsible else None
    return [
        finding.number, finding.state, finding.due_on, left, responsible, wan_yuan(finding.amount), finding.title,
    ]  # fmt: skip


def item_plain(item: Item) -> dict[str, object]:
    """Return one item of a finding as plain values."""
    return {
        "position": item.position, "identity": item.identity, "key": item.key, "body": item.body_code,
        "amount": item.amount, "verdict": item.verdict, "remedied": item.remedied, "trace": item.trace,
        "reason": item.verdict_reason,
    }  # fmt: skip


def item_grid(items: Iterable[Item]) -> Grid:
    """Return items as a table."""
    return Grid(
        ITEM_HEADS,
        [
            [one.position, one.verdict, wan_yuan(one.amount), wan_yuan(one.remedied), one.trace, key_text(one.key)]
            for one in items
        ],
    )


def claim_plain(item: Item, claim: ItemClaim) -> dict[str, object]:
    """Return what a unit claims of one item as plain values."""
    return {
        "position": item.position, "claim": claim.claim, "amount": claim.amount, "reference": claim.reference,
        "text": claim.text,
    }  # fmt: skip


def claim_grid(claims: Iterable[tuple[Item, ItemClaim]]) -> Grid:
    """Return claims as a table."""
    return Grid(
        (N_("No."), N_("Claim"), N_("Claimed (10,000 yuan)"), N_("Proof"), N_("Words")),
        [[item.position, claim.claim, wan_yuan(claim.amount), claim.reference, claim.text] for item, claim in claims],
    )


def key_text(key: dict[str, str]) -> str:
    """Return a natural key in one line."""
    return " ".join(f"{name}={value}" for name, value in key.items())


def run_plain(run: Run) -> dict[str, object]:
    """Return a run as plain values."""
    return {
        "number": run.number, "procedure": run.code, "version": run.version, "procedure_hash": run.procedure_hash,
        "snapshot": run.snapshot.number, "as_of": run.snapshot.as_of, "parameters": json.loads(run.parameters),
        "origin": run.origin.number if run.origin else None, "question": run.question or None,
        "state": run.state, "reason": run.reason or None, "population": run.population, "clean": run.clean_rows,
        "not_testable": run.not_testable, "exceptions": run.exceptions, "result_hash": run.result_hash,
        "seconds": round(run.seconds, 3), "ran_at": run.ran_at,
    }  # fmt: skip


def run_grid(runs: Iterable[Run]) -> Grid:
    """Return runs as a table."""
    return Grid(
        RUN_HEADS,
        [
            [
                one.number, one.code, one.state, one.population, one.exceptions, one.clean_rows, one.not_testable,
                f"{one.snapshot.number[:12]} ({one.snapshot.as_of})",
            ]
            for one in runs
        ],
    )  # fmt: skip


def row_plain(row: ExceptionRow) -> dict[str, object]:
    """Return an exception as plain values."""
    return {
        "identity": row.identity, "body": row.body_code, "amount": row.amount, "key": row.key, "fields": row.fields,
        "sifting": row.sifting, "told": row.told or None, "across": row.across,
        "baseline_remedied": row.baseline_remedied,
    }  # fmt: skip


def row_grid(rows: Iterable[ExceptionRow]) -> Grid:
    """Return exceptions as a table; a row is named by the first letters of its identity."""
    return Grid(
        ROW_HEADS,
        [[one.identity[:12], one.sifting, one.body_code, wan_yuan(one.amount), key_text(one.key)] for one in rows],
    )


def check_plain(check: Check) -> dict[str, object]:
    """Return a look-back check as plain values."""
    from reperform.ledger.drafting import gap_sentences

    return {
        "number": check.number, "finding": check.finding.number, "state": check.state,
        "snapshot": check.snapshot.number,
        "run": check.run.number, "proposal": check.proposal, "conclusion": check.conclusion or None,
        "reason": check.reason or None, "gaps": gap_sentences(check.gaps), "cleared": check.cleared,
        "partly": check.partly, "still": check.still, "unproven": check.unproven, "new": check.new,
        "opened": check.opened.number if check.opened else None, "checked_at": check.checked_at,
    }  # fmt: skip


def check_grid(checks: Iterable[Check]) -> Grid:
    """Return look-back checks as a table."""
    return Grid(
        CHECK_HEADS,
        [
            [
                one.number, one.finding.number, one.state, one.proposal, one.conclusion, one.cleared, one.partly,
                one.still, one.unproven, one.new,
            ]
            for one in checks
        ],
    )  # fmt: skip
