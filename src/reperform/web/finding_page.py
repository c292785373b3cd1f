"""What the page of one finding shows, ready to print: facts, money strip, items, versions, time line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reperform.engine.spec import Procedure
from reperform.ledger.models import (
    Account,
    CheckVerdict,
    Evidence,
    Finding,
    Item,
    ItemClaim,
    Outcome,
    Submission,
    Verification,
)
from reperform.rectify.queries import Detail, Tally
from reperform.rules.figures import YUAN, in_unit, wan_yuan
from reperform.rules.outcomes import OutcomeKind, Verdict
from reperform.rules.steps import FindingState
from reperform.verify.queries import Logged
from reperform.web import shelf, words
from reperform.web.drawing import Part, Rect, bar
from reperform.web.pager import Slice
from reperform.web.permissions import AUDIT, UNIT
from reperform.web.rows import days
from reperform.web.sentences import dot, told
from reperform.web.words import Chip, Words

# Facts and money ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fact:
    label: str
    value: Words
    more: str = ""
    css: str = ""


def facts_of(finding: Finding, on: date) -> list[Fact]:
    """Return the facts under the title."""
    left = days(finding, on)
    origin = f"{finding.code} v{finding.run.version}" if finding.run else (finding.code or _("by the auditors"))
    found = [
        Fact(_("Term"), words.word(words.TERMS, finding.term)),
        Fact(_("Due"), finding.due_on.isoformat() if finding.due_on else "—", left.text, left.css),
        Fact(_("Responsible body"), finding.responsible.name if finding.responsible else "—"),
        Fact(_("Lead body"), finding.lead.name if finding.lead else "—"),
        Fact(_("Supervision"), words.word(words.SUPERVISIONS, finding.supervision)),
        Fact(_("Nature"), words.word(words.NATURES, finding.nature)),
        Fact(_("Issued on"), finding.issued_on.isoformat() if finding.issued_on else "—"),
        Fact(_("Revealed by"), origin),
    ]
    if finding.original_due_on and finding.original_due_on != finding.due_on:
        found.insert(1, Fact(_("Original due date"), finding.original_due_on.isoformat()))
    return found


@dataclass(frozen=True)
class Sum:
    """One station of the money: its sum, and the lines under it."""

    label: str
    amount: str
    css: str = ""
    lines: Sequence[tuple[Words, str]] = ()


@dataclass(frozen=True)
class Strip:
    """Found, ordered, claimed, proved, outstanding; the bar below sums to what was found."""

    sums: Sequence[Sum]
    rects: Sequence[Rect]
    legend: Sequence[tuple[str, Words, str]]
    said: str


def money_strip(finding: Finding, whole: Detail, claimed: int) -> Strip:
    """Return the strip; claimed and proved are never added or merged."""
    tally = whole.tally
    looked_at = tally.items > tally.share(Verdict.PENDING).count
    own = words.word(words.MONEY, finding.money_class) if finding.money_class else ""
    count = ngettext("%(count)d item", "%(count)d items", tally.items) % {"count": tally.items}
    proved = tally.remedied if looked_at else None
    owed = max(0, finding.ordered - tally.remedied) if tally.items or finding.ordered else None
    sums = [
        Sum(_("Found"), wan_yuan(finding.amount), lines=[(count, "")] if tally.items else []),
        Sum(_("Ordered"), wan_yuan(finding.ordered), lines=_line(own, finding.ordered)),
        Sum(_("Claimed by the unit"), wan_yuan(claimed if whole.submissions else None),
            lines=[(words.word(words.MONEY, name), wan_yuan(amount)) for name, amount in whole.claimed.items()]),
        Sum(_("Proved"), wan_yuan(proved), "r-ok" if proved else "", _line(own, proved)),
        Sum(_("Outstanding"), wan_yuan(owed), "r-bad" if owed else "", _line(own, owed)),
    ]  # fmt: skip
    parts = _parts(tally)
    return Strip(
        sums=sums,
        rects=bar(parts, 1000),
        legend=[(one.fill, one.label, wan_yuan(one.size)) for one in parts if one.size],
        said=", ".join(f"{one.label} {wan_yuan(one.size)}" for one in parts if one.size),
    )


def _line(label: Words, amount: int | None) -> list[tuple[Words, str]]:
    return [(label, wan_yuan(amount))] if label and amount else []


def _parts(tally: Tally) -> list[Part]:
    rest = {name: max(0, tally.share(name).amount - tally.share(name).remedied) for name in Verdict}
    return [
        Part("f-ok", tally.remedied, _("Proved")),
        Part("f-part", rest[Verdict.PARTLY] + rest[Verdict.CLEARED], _("Partly, still owed")),
        Part("f-bad", rest[Verdict.STILL], _("Still there")),
        Part("f-none", rest[Verdict.UNPROVEN], _("Unproven")),
        Part("f-wait", rest[Verdict.PENDING], _("Not looked at")),
    ]


# Items --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ItemRow:
    """One item: the cells of its key, its money in yuan, the trace and the verdict."""

    pk: int
    position: int
    cells: Sequence[tuple[str, str]]
    amount: str
    proved: str
    trace: str
    verdict: Chip
    reason: str
    claim: Claimed | None = None
    data: Chip | None = None


@dataclass(frozen=True)
class Claimed:
    """What the unit claims of one item; never merged with what was proved."""

    chip: Chip
    amount: str
    reference: str
    text: str


@dataclass(frozen=True)
class ItemTab:
    label: Words
    icon: str
    count: int
    url: str
    current: bool


@dataclass(frozen=True)
class ItemTable:
    columns: Sequence[str]
    rows: Sequence[ItemRow]
    tabs: Sequence[ItemTab]
    total: int
    shown: int
    before: str = ""
    after: str = ""
    masked: bool = field(default=False)


def sees_in_full(account: Account) -> bool:
    """Tell whether this person must act on single persons: the unit that pays back, the auditor who sifts."""
    return account.role in AUDIT | UNIT


def item_table(
    finding: Finding, tally: Tally, cutting: Slice[Item], procedure: Procedure | None, verdict: str, account: Account,
    route: str = "finding", claims: Mapping[int, ItemClaim] | None = None,
    data: Mapping[int, CheckVerdict] | None = None,
) -> ItemTable:  # fmt: skip
    """Return one page of items with the tabs above it."""
    in_full = sees_in_full(account)
    names = tuple(cutting.rows[0].key) if cutting.rows else ()
    columns = shelf.columns(procedure, names)
    base = reverse(route, args=[finding.number])

    def address(**parameters: str) -> str:
        asked = {**({"verdict": verdict} if verdict else {}), **parameters}
        return f"{base}?{'&'.join(f'{name}={value}' for name, value in asked.items())}#items"

    counts = [(name, tally.share(name).count) for name in words.VERDICTS]
    tabs = [ItemTab(_("All"), "", tally.items, f"{base}#items", not verdict)]
    tabs += [
        ItemTab(
            words.verdict(name).label, words.verdict(name).icon, count, f"{base}?verdict={name}#items", name == verdict
        )
        for name, count in counts
        if count
    ]
    return ItemTable(
        columns=[one.title for one in columns],
        rows=[
            replace(
                _item_row(item, columns, in_full=in_full),
                claim=_claimed((claims or {}).get(item.pk)),
                data=words.verdict(data[item.pk].verdict) if data and item.pk in data else None,
            )
            for item in cutting.rows
        ],
        tabs=tabs,
        total=tally.share(verdict).count if verdict in words.VERDICTS else tally.items,
        shown=len(cutting.rows),
        before=address(before=cutting.before) if cutting.before else "",
        after=address(after=cutting.after) if cutting.after else "",
        masked=not in_full,
    )


def _claimed(claim: ItemClaim | None) -> Claimed | None:
    if claim is None:
        return None
    amount = in_unit(claim.amount, YUAN) if claim.amount is not None else "—"
    return Claimed(words.CLAIMS[claim.claim], amount, claim.reference, claim.text)


def _item_row(item: Item, columns: Sequence[shelf.Column], *, in_full: bool) -> ItemRow:
    return ItemRow(
        pk=item.pk,
        position=item.position,
        cells=[(one.title, shelf.shown(one, item.key.get(one.name, ""), in_full=in_full)) for one in columns],
        amount=in_unit(item.amount, YUAN) if item.amount is not None else "—",
        proved=in_unit(item.remedied, YUAN) if item.remedied is not None else "—",
        trace=item.trace,
        verdict=words.verdict(item.verdict),
        reason=item.verdict_reason,
    )


# What the unit sent, what the verifier said -------------------------------------------------------


@dataclass(frozen=True)
class File:
    """An evidence file as a list shows it."""

    evidence: Evidence
    url: str
    size: str
    digest: str
    copied: str
    version: int


@dataclass(frozen=True)
class Version:
    """One submission, what it claims, its files, and what was decided on it."""

    submission: Submission
    money: Sequence[tuple[Words, str, Outcome]]
    rules: Sequence[Outcome]
    persons: Sequence[tuple[Outcome, Words]]
    services: Sequence[Outcome]
    paid: Sequence[tuple[Outcome, str]]
    files: Sequence[File]
    decisions: Sequence[tuple[Chip, Verification]]


DECISIONS = {
    "accepted": words.STATES[FindingState.ACCEPTED],
    "returned": words.STATES[FindingState.RETURNED],
    "closed": words.STATES[FindingState.CLOSED],
    "ended": words.STATES[FindingState.NA],
}


def versions(whole: Detail) -> list[Version]:
    """Return every version, the newest first."""
    return [_version(whole.finding, one, whole.copies) for one in whole.submissions]


def _version(finding: Finding, submission: Submission, copies: Mapping[str, int]) -> Version:
    outcomes = list(submission.outcomes.all())
    return Version(
        submission=submission,
        money=[
            (words.word(words.MONEY, one.money_class), wan_yuan(one.amount), one)
            for one in outcomes
            if one.kind == OutcomeKind.MONEY
        ],
        rules=[one for one in outcomes if one.kind == OutcomeKind.RULE],
        persons=[
            (one, words.word(words.SANCTIONS, one.sanction) if one.sanction else "")
            for one in outcomes
            if one.kind == OutcomeKind.PERSON
        ],
        services=[one for one in outcomes if one.kind == OutcomeKind.SERVICE],
        paid=[
            (one, in_unit(one.amount, YUAN) if one.amount is not None else "")
            for one in outcomes
            if one.kind == OutcomeKind.PAID
        ],
        files=[_file(finding, one, copies, submission.version) for one in submission.evidence.all()],
        decisions=[(DECISIONS[one.result], one) for one in submission.verifications.all()],
    )


def _file(finding: Finding, evidence: Evidence, copies: Mapping[str, int], version: int) -> File:
    others = copies.get(evidence.sha256, 0)
    said = ngettext("also in %(count)d other finding", "also in %(count)d other findings", others) % {"count": others}
    return File(
        evidence=evidence,
        url=reverse("evidence", args=[finding.number, evidence.pk]),
        size=_size(evidence.size),
        digest=f"{evidence.sha256[:8]}…{evidence.sha256[-4:]}",
        copied=said if others else "",
        version=version,
    )


def _size(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, size // 1024)} kB"


# Time line ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Moment:
    """One entry of the log on the time line."""

    idx: int
    at: datetime
    who: str
    sentence: str
    css: str


def time_line(entries: Iterable[Logged]) -> list[Moment]:
    """Return the entries, newest first."""
    return [
        Moment(one.idx, one.at, one.body or str(words.word(words.ROLES, one.role)), told(one.type, one.facts),
               dot(one.type, one.facts))
        for one in entries
    ]  # fmt: skip
