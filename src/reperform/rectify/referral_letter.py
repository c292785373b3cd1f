"""The letter of a referral (移送处理书) with its list of enclosures and its receipt.

Rules kept here:

* It exists once a second person approved the referral. Whoever may see the referral may see it, nobody else: it is
  made when it is asked for and kept nowhere.
* It names no finding: the receiver sees none. Persons and accounts are written in full, since the receiver must find
  them; on every other paper personal numbers are masked.
* Only what the audit body enclosed is listed; what came back with the answer is not.
"""

from __future__ import annotations

from pathlib import Path

from reperform.errors import N_, Refused
from reperform.ledger.models import Enclosure, Referral
from reperform.papers.manuscript import Manuscript
from reperform.rules.figures import YUAN, in_unit

FORM = Path(__file__).with_name("referral_letter.yaml")
UNDECIDED = frozenset({"drafted", "dropped"})


def letter(referral: Referral, language: str) -> Manuscript:
    """Return the letter of a referral that was approved."""
    if referral.state in UNDECIDED:
        raise Refused(
            "letter.approved", N_("{number} was not approved, so there is no letter."), number=referral.number,
            hint=N_("A second person approves it first."),
        )  # fmt: skip
    paper = Manuscript(FORM, language, dated=referral.sent_on, masked=False)
    enclosures = list(referral.enclosures.filter(by=referral.drafter).order_by("pk"))
    audit, receiver = referral.audit_body.name_in(language), referral.receiver.name_in(language)
    paper.masthead(audit)
    paper.head(f"title_{referral.purpose}")
    paper.say("salutation", "Salutation", to=receiver)
    _parts(paper, referral)
    paper.say("enclosed" if enclosures else "enclosed_none", count=len(enclosures))
    paper.signature(audit, referral.sent_on)
    if enclosures:
        paper.turn()
        paper.say("head_enclosed", "Title")
        paper.table("enclosures", [_enclosed(place, one) for place, one in enumerate(enclosures, 1)])
    _receipt(paper, referral, audit, receiver, len(enclosures))
    return paper


def _parts(paper: Manuscript, referral: Referral) -> None:
    paper.say("head_overview", "Heading 1")
    paper.add(referral.overview or paper.text("blank"))
    paper.say("head_matter", "Heading 1")
    paper.say("subject", title=referral.title)
    paper.add(referral.matter)
    if referral.amount is not None:
        paper.say("amount", amount=in_unit(referral.amount, YUAN))
    if referral.persons:
        paper.say("persons", count=referral.persons)
    paper.say("head_basis", "Heading 1")
    if referral.basis:
        paper.add(referral.basis)
    paper.say("law")
    paper.say("reply_due", day=paper.day(referral.reply_due_on))


def _enclosed(place: int, one: Enclosure) -> list[object]:
    return [place, one.name, one.size, f"{one.sha256}\n{one.sm3}"]


def _receipt(paper: Manuscript, referral: Referral, audit: str, receiver: str, count: int) -> None:
    paper.turn()
    paper.head("title_receipt")
    paper.facts(
        [
            ("f_paper", paper.text(f"title_{referral.purpose}")), ("f_number", paper.text("blank_number")),
            ("f_record", referral.number), ("f_from", audit), ("f_to", receiver), ("f_count", str(count)),
            ("f_sent", paper.day(referral.sent_on)), ("f_received", paper.day(referral.received_on)), ("f_by", ""),
            ("f_server", ""), ("f_remark", ""),
        ]
    )  # fmt: skip
    paper.add("")
    paper.say("return_slip")
