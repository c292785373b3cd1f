"""The reconciliation and striking-off sheet (对账销号单) of a finding: found, claimed and proved, item by item.

Rules kept here:

* There is a sheet once a verifier accepted the finding. *Claimed* and *proved* stand in columns of their own and are
  never added; what was proved of an item never exceeds its amount.
* Files are named by their hash, items by their place, steps by their number and leaf in the log, so that an outsider
  can check the sheet with a proof bundle. An item's identity is a plain hash of its key: beside a masked number it
  would give the number away.
* It is the same for everyone who may see the finding: neither the drafting, nor a look-back's new findings, nor
  anything of a referral stands on it. Personal numbers in items are masked.

Source: the practice of registering and striking off against the list (挂号, 对账销号).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from reperform.errors import N_, Refused
from reperform.ledger.models import Body, Check, Event, Finding, Item, Submission, Verification
from reperform.ledger.workshop import known_fields
from reperform.papers.manuscript import Manuscript
from reperform.papers.masking import as_text
from reperform.papers.words import say
from reperform.rules.outcomes import OutcomeKind, Verdict
from reperform.rules.steps import CheckState, FindingState
from reperform.verify.queries import AUDIT_ONLY_STEPS
from reperform.verify.recognition import recognition

FORM = Path(__file__).with_name("slip.yaml")
RECOGNISED = (FindingState.ACCEPTED, FindingState.CLOSED)
PROVING = (Verdict.CLEARED, Verdict.PARTLY)


def slip(finding: Finding, language: str) -> Manuscript:
    """Return the sheet of a finding that was accepted or struck off."""
    if finding.state not in RECOGNISED:
        raise Refused(
            "slip.accepted", N_("{number} was not accepted, so there is nothing to strike off against."),
            number=finding.number, hint=N_("A verifier accepts it first."),
        )  # fmt: skip
    return _Slip(finding, language).written()


def proved(item: Item) -> int | None:
    """Return what was proved of an item (fen): nothing unless the verdict says so, at most its amount."""
    if item.verdict not in PROVING:
        return None
    remedied = item.remedied or 0
    return remedied if item.amount is None else min(remedied, item.amount)


class _Slip:
    """The sheet of one finding while it is written."""

    def __init__(self, finding: Finding, language: str) -> None:
        self.finding, self.language = finding, language
        self.items = list(finding.items.order_by("position"))
        self.submissions = list(finding.submissions.order_by("version"))
        self.verifications = list(finding.verifications.select_related("by", "submission").order_by("at", "pk"))
        self.checks = list(finding.checks.select_related("snapshot").order_by("checked_at", "pk"))
        self.paper = Manuscript(FORM, language, dated=timezone.localdate(self.verifications[-1].at))

    def written(self) -> Manuscript:
        paper = self.paper
        paper.head("title")
        self._facts()
        paper.add("")
        self._money()
        paper.turn(wide=True)
        self._items()
        paper.turn()
        self._claim()
        self._evidence()
        self._verified()
        self._lookback()
        self._log()
        paper.add("")
        for name in ("signed_verifier", "signed_closer", "signed_unit"):
            paper.say(name)
        return paper

    def _facts(self) -> None:
        paper, finding = self.paper, self.finding
        unit = finding.responsible.name_in(self.language) if finding.responsible else None
        rows: list[tuple[str, object]] = [
            ("f_number", finding.number), ("f_problem", finding.title), ("f_engagement", finding.engagement.title),
            ("f_audit", finding.audit_body.name_in(self.language)), ("f_unit", unit),
            ("f_condition", finding.condition or None), ("f_criteria", finding.criteria or None),
            ("f_requirement", finding.requirement or None), ("f_term", say("term", finding.term, self.language)),
            ("f_issued", finding.issued_on), ("f_original", finding.original_due_on), ("f_due", finding.due_on),
            ("f_state", paper.text(f"state_{finding.state}", day=paper.day(finding.closed_on))),
        ]  # fmt: skip
        paper.facts(rows)

    def _money(self) -> None:
        """Reconcile by money class. What items prove belongs to the class of the finding."""
        claimed: dict[str, int] = defaultdict(int)
        if self.submissions:
            for one in self.submissions[-1].outcomes.filter(kind=OutcomeKind.MONEY).order_by("pk"):
                claimed[one.money_class] += one.amount or 0
        own, sums = self.finding.money_class, [proved(item) for item in self.items]
        total = sum(one or 0 for one in sums) if self.items else None
        rows: list[list[object]] = []
        for name in dict.fromkeys((own, *claimed)):
            found = (self.finding.amount, self.finding.ordered) if name == own else (None, None)
            money_class = say("money_class", name, self.language)
            rows.append([money_class, *found, claimed.get(name), total if name == own else None])
        self.paper.say("head_money", "Heading 1")
        totals = [self.finding.amount, self.finding.ordered, sum(claimed.values()), total]
        self.paper.table("money", [*rows, [self.paper.text("total"), *totals]])

    def _items(self) -> None:
        paper = self.paper
        paper.say("head_items", "Heading 1")
        if not self.items:
            paper.say("items_none")
            return
        cleared = sum(item.verdict == Verdict.CLEARED for item in self.items)
        paper.say("items_summary", count=len(self.items), cleared=cleared)
        claimed: Mapping[int, int | None] = (
            dict(self.submissions[-1].claims.values_list("item", "amount")) if self.submissions else {}
        )
        known = known_fields().get(self.finding.code, {})
        paper.table(
            "items",
            [
                [
                    item.position, as_text(item.key, known, self.language), item.amount, claimed.get(item.pk),
                    proved(item), say("verdict", item.verdict, self.language), item.trace or None,
                    item.verdict_reason or None,
                ]
                for item in self.items
            ],
        )  # fmt: skip

    def _claim(self) -> None:
        paper = self.paper
        paper.say("head_claim", "Heading 1")
        for one in self.submissions[-1:]:
            paper.say("claim", version=one.version, at=_at(one.at), text=one.text)
            if one.unfinished:
                paper.say("unfinished", text=one.unfinished)
            for outcome in one.outcomes.filter(kind__in=(OutcomeKind.RULE, OutcomeKind.PERSON)).order_by("pk"):
                paper.say(outcome.kind, title=outcome.title, reference=outcome.reference)

    def _evidence(self) -> None:
        paper = self.paper
        paper.say("head_evidence", "Heading 1")
        files = self.finding.evidence.select_related("submission").order_by("pk")
        rows = [
            [place, one.name, paper.text(f"evidence_{one.kind}"), _version(one.submission), one.sha256]
            for place, one in enumerate(files, 1)
        ]
        if rows:
            paper.table("evidence", rows)
        else:
            paper.say("evidence_none")

    def _verified(self) -> None:
        paper = self.paper
        paper.say("head_verified", "Heading 1")
        paper.table("verifications", [self._decided(one) for one in self.verifications])

    def _decided(self, one: Verification) -> list[object]:
        points = {point.name: point.title[self.language] for point in recognition().standard}
        order = sorted(one.standard, key=lambda name: list(points).index(name) if name in points else len(points))
        seen = "\n".join(points.get(name, name) for name in order)
        result = self.paper.text(f"result_{one.result}")
        return [_at(one.at), result, _version(one.submission), one.by.name, seen or None, one.reason or None]

    def _lookback(self) -> None:
        self.paper.say("head_lookback", "Heading 1")
        if self.checks:
            self.paper.table("checks", [self._checked(one) for one in self.checks])
        else:
            self.paper.say("lookback_none")

    def _checked(self, one: Check) -> list[object]:
        decided = one.state == CheckState.DECIDED
        conclusion = say("conclusion", one.conclusion, self.language) if decided else self.paper.text("undecided")
        return [one.number, one.snapshot.as_of, conclusion, one.cleared, one.partly, one.still, one.unproven, one.new]

    def _log(self) -> None:
        self.paper.say("head_log", "Heading 1")
        self.paper.say("log_how")
        self.paper.table("log", _entries([self.finding.subject, *(one.subject for one in self.checks)], self.language))


def _entries(subjects: Sequence[str], language: str) -> list[list[object]]:
    """Return the entries of the log about these subjects, in the order of the log."""
    events = Event.objects.filter(subject__in=subjects).order_by("idx").values_list("idx", "body", "leaf")
    told = [(idx, json.loads(bytes(body)), bytes(leaf)) for idx, body, leaf in events]
    told = [one for one in told if one[1]["type"] not in AUDIT_ONLY_STEPS]
    names = {one.number: one for one in Body.objects.filter(number__in={envelope["org"] for _i, envelope, _l in told})}
    return [
        [
            idx, _at(datetime.fromisoformat(envelope["at"])), envelope["type"],
            names[envelope["org"]].name_in(language) if envelope["org"] in names else None, leaf.hex(),
        ]
        for idx, envelope, leaf in told
    ]  # fmt: skip


def _version(submission: Submission | None) -> int | None:
    return submission.version if submission else None


def _at(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
