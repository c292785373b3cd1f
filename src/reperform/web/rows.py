"""A finding as a row of a table, a run as figures: state, flags, days left, what items show. Templates print it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reperform.ledger.models import Finding, Run
from reperform.ledger.models.findings import Repeat
from reperform.rectify.queries import Tally, contradicted
from reperform.reveal.queries import flag_rate
from reperform.rules.deadlines import days_left, is_overdue
from reperform.rules.figures import wan_yuan
from reperform.rules.outcomes import Supervision, Verdict
from reperform.rules.steps import OPEN_STATES
from reperform.web import words
from reperform.web.drawing import Part, Rect, bar
from reperform.web.words import Chip, Words

SOON = 7  # days
FILLS = {
    Verdict.CLEARED: "f-ok", Verdict.PARTLY: "f-part", Verdict.STILL: "f-bad", Verdict.UNPROVEN: "f-none",
    Verdict.PENDING: "f-wait",
}  # fmt: skip


@dataclass(frozen=True)
class Days:
    """How much time is left, in words, with its class and icon; empty where no time runs."""

    text: str = ""
    css: str = ""
    icon: str = ""


def days(finding: Finding, as_of: date) -> Days:
    """Return the days left of an open finding, or by how many days it is overdue."""
    if finding.due_on is None or finding.state not in OPEN_STATES:
        return Days()
    left = days_left(finding.due_on, as_of)
    if is_overdue(finding.state, finding.due_on, as_of):
        text = ngettext("%(days)d day overdue", "%(days)d days overdue", -left) % {"days": -left}
        return Days(text, "r-bad", "overdue")
    if left < 0:  # the limit has passed, but the work lies with the verifier
        return Days(_("with the verifier"), "r-2nd", "clock")
    if left == 0:
        return Days(_("today"), "r-warn", "clock")
    text = ngettext("%(days)d day left", "%(days)d days left", left) % {"days": left}
    return Days(text, "r-warn", "clock") if left <= SOON else Days(text, "r-2nd", "clock")


def flags(finding: Finding, as_of: date, tally: Tally, claimed: int) -> list[Chip]:
    """Return what follows the title: facts computed as of a date, never states."""
    found = []
    if finding.supervision == Supervision.KEY:
        found.append(words.KEY)
    if finding.relapse_of_id:
        found.append(words.RELAPSE)
    if finding.repeat == Repeat.YES:
        found.append(words.REPEAT)
    if finding.repeat == Repeat.CONTRADICTORY:
        found.append(words.REPEAT_UNSURE)
    if contradicted(tally, claimed):
        found.append(words.CONTRADICTED)
    return found


def verdict_bar(tally: Tally, width: float) -> list[Rect]:
    """Return the items by verdict as one bar."""
    return bar(
        [Part(fill, tally.share(verdict).count, words.verdict(verdict).label) for verdict, fill in FILLS.items()], width
    )


def in_words(tally: Tally) -> str:
    """Return the items by verdict as a sentence, for those who do not see the bar."""
    parts = [f"{words.verdict(verdict).label} {tally.share(verdict).count:,}" for verdict in FILLS]
    return ", ".join(parts)


@dataclass(frozen=True)
class Row:
    """A row of the ledger."""

    finding: Finding
    state: Chip
    flags: Sequence[Chip]
    days: Days
    term: Words
    amount: str
    proved: str
    cleared: int
    items: int
    bar: Sequence[Rect]
    said: str


def ledger_rows(
    findings: Sequence[Finding], tallies: Mapping[int, Tally], claims: Mapping[int, Mapping[str, int]], as_of: date
) -> list[Row]:
    """Return the rows of a page of the ledger."""
    return [_row(one, tallies[one.pk], sum(claims[one.pk].values()), as_of) for one in findings]


def _row(finding: Finding, tally: Tally, claimed: int, as_of: date) -> Row:
    looked_at = tally.items > tally.share(Verdict.PENDING).count
    return Row(
        finding=finding,
        state=words.state(finding.state),
        flags=flags(finding, as_of, tally, claimed),
        days=days(finding, as_of),
        term=words.word(words.TERMS, finding.term),
        amount=wan_yuan(finding.amount),
        proved=wan_yuan(tally.remedied if looked_at and finding.amount is not None else None),
        cleared=tally.share(Verdict.CLEARED).count,
        items=tally.items,
        bar=verdict_bar(tally, 40),
        said=in_words(tally),
    )


@dataclass(frozen=True)
class RunFigures:
    """The counts of a run as people read them, and the parameters that it was made with."""

    examined: str
    exceptions: str
    clean: str
    not_testable: str
    rate: str
    parameters: Sequence[tuple[str, str]]


def run_figures(run: Run) -> RunFigures:
    """Return the figures of a run; the date among its parameters is the snapshot's and is shown there."""
    given = json.loads(run.parameters)
    return RunFigures(
        examined=f"{run.population:,}",
        exceptions=f"{run.exceptions:,}",
        clean=f"{run.clean_rows:,}",
        not_testable=f"{run.not_testable:,}",
        rate=f"{flag_rate(run):.4f}%",
        parameters=[(name, str(value)) for name, value in given.items() if name != "as_of"],
    )
