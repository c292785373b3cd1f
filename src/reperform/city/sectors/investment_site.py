"""Cases of people on site, subcontracts and settlements: IV-12 to IV-15."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reperform.city.dates import NEVER, month, on
from reperform.city.rows import ABSENT
from reperform.city.truth import Kind

from .investment_desk import Undertaking, Works
from .investment_papers import (
    CLERK,
    LABOUR,
    MAIN_STRUCTURE,
    MANAGER,
    SAFETY,
    SPECIALIST,
    WHOLE,
    Award,
    Contract,
    Settlement,
    Staff,
    Subcontract,
    contract_text,
    person_text,
    subcontract_text,
)


def _key(contract: Contract) -> dict[str, object]:
    return {"contract_id": contract_text(contract.contract)}


def _months(desk: Works, made: Undertaking, role: int, employers: Sequence[int]) -> list[Staff]:
    """Return the months of one person, insured by these employers in turn."""
    person = made.contract.manager if role == MANAGER else desk.number("person")
    first = month(on(made.tender.published))
    return [Staff(made.contract.contract, person, role, first + at, firm) for at, firm in enumerate(employers)]


def _strange(desk: Works, body: str, role: int, firm: int, months: int, note: str) -> None:
    """Plant so many months insured by another firm, or none at `ABSENT`, then one in order."""
    made = desk.undertaking(body)
    good = _months(desk, made, role, [made.contract.firm] * (months + 1))
    spoilt = [replace(line, employer=firm) for line in good[:months]]
    line = good[0]
    ref = f"{contract_text(line.contract)}/{person_text(line.person)}"
    key = {"contract_id": contract_text(line.contract), "person_id": person_text(line.person)}
    desk.file(*made.papers, good[-1])
    desk.spoil("IV-12", key, body, note, spoilt, good[:months], trace=("site_staff", ref))


def lent_manager(desk: Works, body: str) -> None:
    """The manager is another firm's man."""
    _strange(desk, body, MANAGER, desk.firm(), desk.between(3, 4), "a manager of another firm")


def uninsured(desk: Works, body: str) -> None:
    """Nobody insures the safety manager."""
    _strange(desk, body, SAFETY, ABSENT, desk.between(2, 4), "insured by nobody")


def two_months(desk: Works, body: str) -> None:
    """Two months, one more than the grace."""
    _strange(desk, body, desk.between(MANAGER, SAFETY), desk.firm(), 2, "one month more than the grace")


def _employed(
    desk: Works, body: str, note: str, kind: Kind, lines: list[Staff], made: Undertaking, *awards: Award
) -> None:
    key = {"contract_id": contract_text(lines[0].contract), "person_id": person_text(lines[0].person)}
    desk.fine("IV-12", key, body, note, (*made.papers, *awards, *lines), kind)


def insured_late(desk: Works, body: str) -> None:
    """The first month late."""
    made = desk.undertaking(body)
    lines = _months(desk, made, MANAGER, [desk.firm(), *[made.contract.firm] * 3])
    _employed(desk, body, "insured a month late", Kind.NEAR_MISS, lines, made)


def consortium_member(desk: Works, body: str) -> None:
    """The other member of the consortium insures."""
    made = desk.undertaking(body)
    partner = replace(made.award, firm=desk.firm())
    lines = _months(desk, made, SAFETY, [partner.firm] * 4)
    _employed(desk, body, "insured by the other member of the consortium", Kind.INNOCENT, lines, made, partner)


def clerk(desk: Works, body: str) -> None:
    """A clerk from an agency."""
    made = desk.undertaking(body)
    lines = _months(desk, made, CLERK, [desk.firm()] * 4)
    _employed(desk, body, "a clerk is no manager", Kind.INNOCENT, lines, made)


def no_contract(desk: Works, body: str) -> None:
    """A contract number that leads nowhere."""
    made = desk.undertaking(body)
    nowhere = desk.number("contract")
    lines = [replace(line, contract=nowhere) for line in _months(desk, made, SAFETY, [desk.firm()] * 3)]
    _employed(desk, body, "a contract that stands nowhere", Kind.NOT_TESTABLE, lines, made)


def _passed_on(desk: Works, made: Undertaking, scope: int, **changes: int) -> Subcontract:
    good = Subcontract(
        subcontract=desk.number("subcontract"),
        contract=made.contract.contract,
        upper=ABSENT,
        firm=desk.firm(),
        scope=scope,
        amount=made.contract.amount // desk.between(4, 12),
        signed=made.contract.signed + 12,
        agreed=1,
        qualified=1,
    )
    return replace(good, **changes)


def _unlawful(desk: Works, body: str, spoilt: Subcontract, good: Subcontract, made: Undertaking, note: str) -> None:
    number = subcontract_text(spoilt.subcontract)
    desk.file(*made.papers)
    desk.spoil("IV-13", {"subcontract_id": number}, body, note, (spoilt,), (good,), trace=("subcontract", number))


def whole_work(desk: Works, body: str) -> None:
    """Everything passed on."""
    made = desk.undertaking(body)
    good = _passed_on(desk, made, SPECIALIST)
    spoilt = replace(good, scope=WHOLE, amount=made.contract.amount * 93 // 100)
    _unlawful(desk, body, spoilt, good, made, "the whole work passed on")


def main_structure(desk: Works, body: str) -> None:
    """The main structure passed on."""
    made = desk.undertaking(body)
    good = _passed_on(desk, made, SPECIALIST)
    _unlawful(desk, body, replace(good, scope=MAIN_STRUCTURE), good, made, "the main structure passed on")


def not_agreed(desk: Works, body: str) -> None:
    """Nobody asked the employer, or nobody asked for a licence."""
    made = desk.undertaking(body)
    good = _passed_on(desk, made, SPECIALIST)
    if desk.chance(0.5):
        _unlawful(desk, body, replace(good, agreed=0), good, made, "not agreed to")
    else:
        _unlawful(desk, body, replace(good, qualified=0), good, made, "without the qualification")


def passed_on_again(desk: Works, body: str) -> None:
    """A subcontractor passes on."""
    made = desk.undertaking(body)
    upper = _passed_on(desk, made, SPECIALIST)
    spoilt = _passed_on(desk, made, SPECIALIST, upper=upper.subcontract, amount=upper.amount * 9 // 10)
    desk.file(upper)
    _unlawful(desk, body, spoilt, replace(spoilt, upper=ABSENT), made, "passed on again")


def _lawful(desk: Works, body: str, note: str, kind: Kind, made: Undertaking, *papers: Subcontract) -> None:
    key = {"subcontract_id": subcontract_text(papers[-1].subcontract)}
    desk.fine("IV-13", key, body, note, (*made.papers, *papers), kind)


def labour(desk: Works, body: str) -> None:
    """Labour, without asking."""
    made = desk.undertaking(body)
    _lawful(desk, body, "labour needs no agreement", Kind.INNOCENT, made, _passed_on(desk, made, LABOUR, agreed=0))


def labour_of_a_subcontractor(desk: Works, body: str) -> None:
    """A subcontractor's labour."""
    made = desk.undertaking(body)
    upper = _passed_on(desk, made, SPECIALIST)
    below = _passed_on(desk, made, LABOUR, upper=upper.subcontract, agreed=ABSENT)
    _lawful(desk, body, "labour of a subcontractor", Kind.NEAR_MISS, made, upper, below)


def unknown_scope(desk: Works, body: str) -> None:
    """Nobody wrote down what was passed on."""
    made = desk.undertaking(body)
    papers = _passed_on(desk, made, ABSENT, agreed=0)
    _lawful(desk, body, "nobody says what was passed on", Kind.NOT_TESTABLE, made, papers)


def _settlement(made: Undertaking, settled: int) -> Settlement:
    """Return a settlement reviewed and closed soon enough after the contract."""
    closed = made.contract.signed + 20
    return Settlement(made.contract.contract, settled * 21 // 20, settled, closed, settled, closed + 3)


def _dear(desk: Works, body: str, made: Undertaking, over: int, note: str) -> None:
    good, spoilt = _settlement(made, made.contract.amount), _settlement(made, made.contract.amount + over)
    desk.file(*made.papers)
    trace = ("settlement", contract_text(good.contract))
    desk.spoil("IV-14", _key(made.contract), body, note, (spoilt,), (good,), trace=trace, amount=over)


def far_above_contract(desk: Works, body: str) -> None:
    """A fifth to three quarters above the contract."""
    made = desk.undertaking(body)
    over = made.contract.amount * desk.between(20, 75) // 100
    _dear(desk, body, made, over, "settled far above the contract")


def one_fen_above_ten_per_cent(desk: Works, body: str) -> None:
    """One fen more than ten per cent."""
    made = desk.undertaking(body)
    _dear(desk, body, made, made.contract.amount // 10 + 1, "settled one fen above ten per cent")


def ten_per_cent_above(desk: Works, body: str) -> None:
    """Exactly ten per cent."""
    made = desk.undertaking(body)
    paper = _settlement(made, made.contract.amount * 11 // 10)
    papers = (*made.papers, paper)
    desk.fine("IV-14", _key(made.contract), body, "settled ten per cent above", papers, Kind.NEAR_MISS)


def settled_blank(desk: Works, body: str) -> None:
    """Settled, nobody says for how much."""
    made = desk.undertaking(body)
    paper = replace(_settlement(made, made.contract.amount), settled=ABSENT)
    desk.fine("IV-14", _key(made.contract), body, "settled without an amount", (*made.papers, paper), Kind.NOT_TESTABLE)


def _unreviewed(desk: Works, body: str, note: str, **changes: int) -> None:
    made = desk.undertaking(body)
    good = _settlement(made, made.contract.amount)
    desk.file(*made.papers)
    trace = ("settlement", contract_text(good.contract))
    desk.spoil("IV-15", _key(made.contract), body, note, (replace(good, **changes),), (good,), trace=trace)


def not_reviewed(desk: Works, body: str) -> None:
    """Settled without a review."""
    _unreviewed(desk, body, "settled without a review", audited=ABSENT, audited_on=NEVER)


def before_review(desk: Works, body: str) -> None:
    """Settled a day or weeks before the review was closed."""
    made = desk.undertaking(body)
    good = _settlement(made, made.contract.amount)
    spoilt = replace(good, settled_on=good.audited_on - desk.between(1, 12))
    desk.file(*made.papers)
    trace = ("settlement", contract_text(good.contract))
    desk.spoil("IV-15", _key(made.contract), body, "settled before the review", (spoilt,), (good,), trace=trace)


def above_review(desk: Works, body: str) -> None:
    """One fen or more above what the review allowed."""
    made = desk.undertaking(body)
    good = _settlement(made, made.contract.amount)
    spoilt = replace(good, settled=good.audited + (1 if desk.chance(0.3) else desk.between(2, good.audited // 20)))
    desk.file(*made.papers)
    trace = ("settlement", contract_text(good.contract))
    desk.spoil("IV-15", _key(made.contract), body, "settled above the review", (spoilt,), (good,), trace=trace)


def on_the_day(desk: Works, body: str) -> None:
    """Settled on the day of the review."""
    made = desk.undertaking(body)
    paper = _settlement(made, made.contract.amount)
    papers = (*made.papers, replace(paper, settled_on=paper.audited_on))
    desk.fine("IV-15", _key(made.contract), body, "settled on the day of the review", papers, Kind.NEAR_MISS)


def only_claimed(desk: Works, body: str) -> None:
    """Claimed, not yet settled."""
    made = desk.undertaking(body)
    blank = {"audited": ABSENT, "audited_on": NEVER, "settled": ABSENT, "settled_on": NEVER}
    papers = (*made.papers, replace(_settlement(made, made.contract.amount), **blank))
    desk.fine("IV-15", _key(made.contract), body, "claimed and not yet settled", papers)


def review_undated(desk: Works, body: str) -> None:
    """Reviewed, nobody says when."""
    made = desk.undertaking(body)
    papers = (*made.papers, replace(_settlement(made, made.contract.amount), audited_on=NEVER))
    desk.fine("IV-15", _key(made.contract), body, "reviewed without a date", papers, Kind.NOT_TESTABLE)
