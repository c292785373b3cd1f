"""The letters that go with records: one for each rung of the ladder, and the letter of a referral.

Rules kept here:

* There is a letter only once a person decided: a proposed rung has none, nor has a dropped one.
* Everything on it comes from the record; the number of the registry, signature, seal and what was said face to face
  are blanks where the record does not hold them.
* The days overdue are those on which the step was proposed: a letter printed again says what the first one said.

Sources: Audit Law (2021) art. 52; for the ladder Zhejiang Audit Regulations 2017 art. 38-43.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

from reperform.errors import N_, Refused
from reperform.ledger.models import Escalation, Subject
from reperform.papers.manuscript import Manuscript
from reperform.rectify import referral_letter
from reperform.rules.figures import YUAN, in_unit
from reperform.rules.outcomes import Rung

FORM = Path(__file__).with_name("letters.yaml")
ISSUED = frozenset({"issued", "answered", "settled"})


def letter(escalation: Escalation, language: str) -> Manuscript:
    """Return the document of a rung that was issued."""
    if escalation.state not in ISSUED or escalation.issued_on is None:
        raise Refused(
            "letter.issued", N_("{number} was not issued, so there is no letter."), number=escalation.number,
            hint=N_("A person issues it or drops it first."),
        )  # fmt: skip
    writer = _Letter(escalation, language)
    if escalation.rung == Rung.INTERVIEW:
        writer.interview()
    else:
        writer.letter()
    return writer.paper


class _Letter:
    """The letter of one rung while it is written."""

    def __init__(self, escalation: Escalation, language: str) -> None:
        self.escalation, self.finding = escalation, escalation.finding
        issued_on = escalation.issued_on
        assert issued_on is not None  # noqa: S101 - asked before
        self.paper = Manuscript(FORM, language, dated=issued_on)
        self.audit = escalation.audit_body.name_in(language)
        self.unit = escalation.responsible.name_in(language)
        self.known = {"unit": self.unit, "problem": self.finding.title}

    def letter(self) -> None:
        paper, rung = self.paper, self.escalation.rung
        paper.masthead(self.audit, self.escalation.paper)
        paper.head(f"title_{rung}")
        paper.say("salutation", "Salutation", to=paper.text(f"to_{rung}", unit=self.unit))
        if rung == Rung.REMINDER:
            self._matter()
        else:
            paper.say("head_matter", "Heading 1")
            self._matter()
            paper.say("head_ground", "Heading 1")
            self._ground()
            own = "head_request_accountability" if rung == Rung.ACCOUNTABILITY else "head_request"
            paper.say(own, "Heading 1")
        self._request()
        paper.signature(self.audit, self.escalation.issued_on)
        self._ladder()

    def interview(self) -> None:
        """Write the record of an interview: what the ledger knows is filled in, the rest is kept on the spot."""
        paper, blank = self.paper, ""
        paper.head("title_interview")
        paper.facts(
            [
                ("f_paper", self.escalation.paper), ("f_unit", self.unit),
                ("f_decided", paper.day(self.escalation.issued_on)), ("f_held", blank), ("f_place", blank),
                ("f_by", blank), ("f_with", blank), ("f_keeper", blank),
            ]
        )  # fmt: skip
        paper.say("head_matter", "Heading 1")
        self._matter()
        paper.say("head_ground", "Heading 1")
        self._ground()
        for head, said in (("head_said", self.escalation.answer), ("head_agreed", self.escalation.outcome)):
            paper.say(head, "Heading 1")
            paper.add(said or paper.text("blank"))
        self._request()
        for name in ("signed_with", "signed_by", "signed_keeper"):
            paper.say(name)
        self._ladder()

    def _matter(self) -> None:
        paper, finding, day = self.paper, self.finding, self.paper.day
        on, days = self.escalation.proposed_on, self.escalation.overdue_days
        due = on - timedelta(days=days)  # the limit when the step was proposed; it may have moved since
        matter = paper.text(
            "matter", **self.known, engagement=finding.engagement.title, number=finding.number,
            issued_on=day(finding.issued_on), due=day(due),
        )  # fmt: skip
        moved = finding.original_due_on not in (None, due)
        original = paper.text("original", original=day(finding.original_due_on)) if moved else ""
        paper.run_on(matter, original, paper.text("late" if days > 0 else "ahead", on=day(on), days=abs(days)))
        if finding.amount:
            amount, ordered = in_unit(finding.amount, YUAN), in_unit(finding.ordered, YUAN)
            paper.say("amount", amount=amount, ordered=ordered)
        paper.say("reason", text=self.escalation.reason)

    def _ground(self) -> None:
        for name in ("condition", "criteria"):
            if text := getattr(self.finding, name):
                self.paper.say(name, text=text)
        self.paper.say("law")

    def _request(self) -> None:
        if self.finding.requirement:
            self.paper.say("requirement", text=self.finding.requirement)
        reply_due = self.paper.day(self.escalation.reply_due_on)
        self.paper.say(f"request_{self.escalation.rung}", unit=self.unit, reply_due=reply_due)

    def _ladder(self) -> None:
        """Write the rungs that were issued for the finding before this one."""
        earlier = self.finding.escalations.filter(
            state__in=ISSUED, pk__lt=self.escalation.pk, issued_on__lte=self.escalation.issued_on
        ).order_by("issued_on", "pk")
        rows = [
            [
                self.paper.text(f"rung_{one.rung}"),
                one.paper or None,
                one.issued_on,
                one.reply_due_on,
                one.answer or None,
            ]
            for one in earlier
        ]
        if rows:
            self.paper.add("")
            self.paper.say("head_ladder", "Heading 2")
            self.paper.table("ladder", rows)


def has_letter(row: Subject) -> bool:
    """Tell whether there is a letter of a record in its present state."""
    decided = {"escalation": row.state in ISSUED, "referral": row.state not in referral_letter.UNDECIDED}
    return decided.get(row.kind, False)


LETTERS: Mapping[str, Callable[..., Manuscript]] = {"escalation": letter, "referral": referral_letter.letter}
