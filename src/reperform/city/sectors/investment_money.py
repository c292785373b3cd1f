"""Cases of variations and payments: IV-16, IV-17 and IV-18."""

from __future__ import annotations

from dataclasses import replace

from reperform.city.dates import NEVER
from reperform.city.rows import known_from
from reperform.city.truth import Fate, Kind

from .investment_desk import Undertaking, Works
from .investment_papers import (
    ADVANCE,
    FINAL,
    ITEMS,
    PROGRESS,
    Certificate,
    Payment,
    Settlement,
    Variation,
    contract_text,
    variation_text,
)

_WINDOW, _GRACE, _SMALLEST = 30, 7, 1_000_000


def _variation(desk: Works, made: Undertaking, amount: int = 0, item: int | None = None) -> Variation:
    """Make up a variation approved before it was carried out."""
    worked = made.contract.signed + desk.between(20, 25)
    value = amount or _SMALLEST + desk.sum(3_000_000)
    place = desk.between(0, len(ITEMS) - 1) if item is None else item
    number = desk.number("variation")
    return Variation(made.contract.contract, number, place, value, worked, worked - desk.between(3, 15))


def _variation_key(paper: Variation) -> dict[str, object]:
    return {"contract_id": contract_text(paper.contract), "variation_no": variation_text(paper.variation)}


def _late(desk: Works, body: str, days: int, note: str, amount: int = 0) -> None:
    made = desk.undertaking(body)
    good = _variation(desk, made, amount)
    spoilt = replace(good, approved=good.worked + days if days else NEVER)
    ref = f"{contract_text(good.contract)}/{variation_text(good.variation)}"
    desk.file(*made.papers)
    desk.spoil("IV-16", _variation_key(good), body, note, (spoilt,), (good,), trace=("variation", ref))


def approved_weeks_later(desk: Works, body: str) -> None:
    """Approved when all was done."""
    _late(desk, body, desk.between(14, 30), "approved weeks after the work")


def never_approved(desk: Works, body: str) -> None:
    """Never approved."""
    _late(desk, body, 0, "never approved")


def approved_on_the_eighth_day(desk: Works, body: str) -> None:
    """One day after the grace, for the smallest sum that counts; or a saving."""
    amount = _SMALLEST if desk.chance(0.5) else -_SMALLEST
    _late(desk, body, _GRACE + 1, "approved one day after the grace", amount)


def _in_order(desk: Works, body: str, note: str, kind: Kind, days: int, amount: int = 0) -> None:
    made = desk.undertaking(body)
    paper = _variation(desk, made, amount)
    paper = replace(paper, approved=paper.worked + days)
    desk.fine("IV-16", _variation_key(paper), body, note, (*made.papers, paper), kind)


def within_the_grace(desk: Works, body: str) -> None:
    """The seventh day."""
    _in_order(desk, body, "approved on the seventh day", Kind.NEAR_MISS, _GRACE)


def too_small(desk: Works, body: str) -> None:
    """One fen below the smallest that counts."""
    _in_order(desk, body, "one fen below what is looked at", Kind.NEAR_MISS, 25, _SMALLEST - 1)


def work_undated(desk: Works, body: str) -> None:
    """Nobody knows when it was carried out."""
    made = desk.undertaking(body)
    paper = replace(_variation(desk, made), worked=NEVER)
    desk.fine("IV-16", _variation_key(paper), body, "no date of the works", (*made.papers, paper), Kind.NOT_TESTABLE)


def _split(
    desk: Works, body: str, amounts: tuple[int, ...], days: int, note: str, kind: Kind = Kind.PLANTED, items: int = 1
) -> None:
    """Write variations of one part of the works, or of so many, the last approved so many days after the first."""
    made = desk.undertaking(body, value=2_000_000_000)
    item = desk.between(0, len(ITEMS) - 1)
    papers = [_variation(desk, made, sum_, (item + at % items) % len(ITEMS)) for at, sum_ in enumerate(amounts)]
    first = made.contract.signed + 1
    dates = [first + days * at // (len(amounts) - 1) for at in range(len(amounts))]
    papers = [replace(paper, approved=on, worked=on + 5) for paper, on in zip(papers, dates, strict=True)]
    key = {"contract_id": contract_text(made.contract.contract), "item": ITEMS[item]}
    if kind is not Kind.PLANTED:
        desk.fine("IV-17", key, body, note, (*made.papers, *papers), kind)
        return
    good = replace(papers[-1], amount=900_000)
    ref = f"{contract_text(made.contract.contract)}/{ITEMS[item]}"
    desk.file(*made.papers, *papers[:-1])
    desk.spoil("IV-17", key, body, note, papers[-1:], (good,), trace=("variation", ref))


def three_parts(desk: Works, body: str) -> None:
    """Three in three weeks."""
    _split(desk, body, (21_000_000, 23_000_000, 22_000_000), desk.between(6, 24), "a variation in three parts")


def two_on_one_day(desk: Works, body: str) -> None:
    """Two on one day."""
    _split(desk, body, (49_000_000, min(desk.sum(10_000_000), 40_000_000) + 1_000_000), 0, "two variations on one day")


def exactly_the_limit_on_the_last_day(desk: Works, body: str) -> None:
    """Together exactly the limit, thirty days apart."""
    _split(desk, body, (25_000_000, 25_000_000), _WINDOW, "together exactly the limit, thirty days apart")


def a_day_too_far(desk: Works, body: str) -> None:
    """Thirty-one days apart."""
    _split(desk, body, (30_000_000, 30_000_000), _WINDOW + 1, "thirty-one days apart", Kind.NEAR_MISS)


def one_fen_below(desk: Works, body: str) -> None:
    """Together one fen below the limit."""
    _split(desk, body, (25_000_000, 24_999_999), 10, "together one fen below the limit", Kind.NEAR_MISS)


def two_parts_of_the_works(desk: Works, body: str) -> None:
    """Two parts of the works."""
    _split(desk, body, (30_000_000, 30_000_000), 3, "two parts of the works", Kind.INNOCENT, items=2)


def approval_undated(desk: Works, body: str) -> None:
    """A small one whose approval has no date; it is young enough to be waiting."""
    made = desk.undertaking(body)
    paper = replace(_variation(desk, made, 800_000), approved=NEVER)
    key = {"contract_id": contract_text(paper.contract), "item": ITEMS[paper.item]}
    desk.fine("IV-17", key, body, "no date of approval", (*made.papers, paper), Kind.NOT_TESTABLE)


def _key(made: Undertaking) -> dict[str, object]:
    return {"contract_id": contract_text(made.contract.contract)}


def _payment(desk: Works, made: Undertaking, days: int, amount: int, kind: int = PROGRESS) -> Payment:
    return Payment(desk.number("payment"), made.contract.contract, made.contract.signed + days, amount, kind)


def _measured(made: Undertaking, share: int) -> list[Certificate]:
    """Return two certificates, the second over so many per cent of the contract."""
    contract, price = made.contract, made.contract.amount
    days = (contract.signed + 8, contract.signed + 18)
    return [
        Certificate(contract.contract, at + 1, on, price * share // 100 * (at + 1) // 2) for at, on in enumerate(days)
    ]


def _ahead(desk: Works, body: str, made: Undertaking, payable: int, over: int, note: str, *papers: Settlement) -> None:
    """Plant payments that exceed what was payable; what comes back is a payment with its sign turned."""
    first = _payment(desk, made, 10, payable // 3)
    second = _payment(desk, made, 20, payable - payable // 3 + over, FINAL if papers else PROGRESS)
    key, good = _key(made), replace(second, amount=second.amount - over)
    desk.file(*made.papers, *papers, first)
    if desk.begun_after:
        desk.spoil("IV-18", key, body, note, (second,), trace=("contract", ""), amount=over)
        return
    fate = desk.plant("IV-18", key, body, over, note)
    if fate is Fate.UNPROVEN:
        desk.hide((second,), (good,))
        return
    back = {Fate.CLEARED: over, Fate.PARTLY: over // 2}.get(fate, 0)
    desk.file(second)
    if back:
        returned = Payment(desk.number("payment"), made.contract.contract, desk.later(), -back, second.kind)
        desk.file(returned, states=int(known_from(returned.paid)))


def paid_ahead(desk: Works, body: str) -> None:
    """A third certified, two thirds paid."""
    made = desk.undertaking(body)
    certificates = _measured(made, desk.between(25, 60))
    payable = certificates[-1].cumulative * 80 // 100
    desk.file(*certificates)
    _ahead(desk, body, made, payable, payable * desk.between(20, 90) // 100, "paid ahead of the work")


def one_fen_ahead(desk: Works, body: str) -> None:
    """One fen more than eighty per cent."""
    made = desk.undertaking(body)
    certificates = _measured(made, 50)
    desk.file(*certificates)
    _ahead(desk, body, made, certificates[-1].cumulative * 80 // 100, 1, "one fen ahead of the work")


def above_the_review(desk: Works, body: str) -> None:
    """More was paid than the review allowed."""
    made = desk.undertaking(body)
    closed, audited = made.contract.signed + 15, made.contract.amount * desk.between(85, 97) // 100
    paper = Settlement(made.contract.contract, made.contract.amount, audited, closed, audited, closed + 2)
    over = made.contract.amount - audited
    _ahead(desk, body, made, audited, over, "paid above the reviewed price", paper)


def exactly_payable(desk: Works, body: str) -> None:
    """Exactly what may be paid, and an advance besides."""
    made = desk.undertaking(body)
    certificates = _measured(made, 60)
    paid = _payment(desk, made, 20, certificates[-1].cumulative * 80 // 100)
    advance = _payment(desk, made, 2, made.contract.amount // 5, ADVANCE)
    papers = (*made.papers, *certificates, paid, advance)
    desk.fine("IV-18", _key(made), body, "exactly what may be paid, and an advance", papers, Kind.NEAR_MISS)


def paid_back_before(desk: Works, body: str) -> None:
    """Too much was paid and came back long before the audit."""
    made = desk.undertaking(body)
    certificates = _measured(made, 30)
    paid = _payment(desk, made, 20, certificates[-1].cumulative)
    back = _payment(desk, made, 30, -(certificates[-1].cumulative // 4))
    desk.fine("IV-18", _key(made), body, "paid back before the audit", (*made.papers, *certificates, paid, back))


def nothing_measured(desk: Works, body: str) -> None:
    """Paid, nothing certified."""
    made = desk.undertaking(body)
    papers = (*made.papers, _payment(desk, made, 20, made.contract.amount // 3))
    desk.fine("IV-18", _key(made), body, "nothing certified, nothing reviewed", papers, Kind.NOT_TESTABLE)
