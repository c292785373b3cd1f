"""Cases of what must be tendered and how: IV-04, IV-05, IV-06, IV-07, IV-19 and IV-21."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from reperform.city.dates import NEVER, OPENING, day
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE
from reperform.city.truth import Fate, Kind

from .investment_desk import Undertaking, Works
from .investment_papers import (
    BID_BOND,
    DESIGN,
    DIRECT,
    GOODS,
    INVITED,
    KIND_WORDS,
    LIMITS,
    NEGOTIATED,
    OPEN,
    PERFORMANCE,
    QUALITY,
    SERVICES,
    SUPERVISION,
    WAGES,
    WORKS,
    Bond,
    Contract,
    Project,
    Settlement,
    Tender,
    bond_text,
    contract_text,
    project_text,
    tender_text,
)

_LARGE = 20_000_000_000
"""An estimate in which the contracts of a case have room."""


def _contract_key(contract: Contract) -> dict[str, object]:
    return {"contract_id": contract_text(contract.contract)}


def _tender_key(tender: Tender) -> dict[str, object]:
    return {"tender_id": tender_text(tender.tender)}


def _untendered(desk: Works, body: str, kind: int, amount: int, note: str, method: int = DIRECT) -> None:
    project = desk.project(body, _LARGE)
    desk.file(project)
    spoilt = desk.contract(project, kind, amount, method=method)
    good = replace(spoilt, method=OPEN)
    trace = ("contract", contract_text(spoilt.contract))
    desk.spoil("IV-04", _contract_key(spoilt), body, note, (spoilt,), (good,), trace=trace)


def works_given_directly(desk: Works, body: str) -> None:
    """Works far above the limit, given directly."""
    _untendered(desk, body, WORKS, LIMITS[WORKS] + desk.sum(300_000_000), "works given directly")


def goods_negotiated(desk: Works, body: str) -> None:
    """Equipment bought by negotiation."""
    _untendered(desk, body, GOODS, LIMITS[GOODS] + desk.sum(90_000_000), "equipment by negotiation", NEGOTIATED)


def exactly_at_the_limit(desk: Works, body: str) -> None:
    """Exactly the limit of its kind."""
    kind = (WORKS, GOODS, DESIGN, SUPERVISION)[desk.between(0, 3)]
    _untendered(desk, body, kind, LIMITS[kind], "exactly at the limit")


def _tenderless(desk: Works, body: str, contract: Contract, project: Project, note: str, kind: Kind) -> None:
    desk.fine("IV-04", _contract_key(contract), body, note, (project, contract), kind)


def one_fen_below(desk: Works, body: str) -> None:
    """One fen below the limit."""
    project, kind = desk.project(body, _LARGE), (WORKS, GOODS, DESIGN, SUPERVISION)[desk.between(0, 3)]
    contract = desk.contract(project, kind, LIMITS[kind] - 1, method=DIRECT)
    _tenderless(desk, body, contract, project, "one fen below the limit", Kind.NEAR_MISS)


def relief_works(desk: Works, body: str) -> None:
    """Works with a ground on record."""
    project = desk.project(body, _LARGE)
    contract = desk.contract(project, WORKS, 900_000_000, method=DIRECT, exemption=desk.between(0, 3))
    _tenderless(desk, body, contract, project, "a ground for no tender on record", Kind.INNOCENT)


def little_public_money(desk: Works, body: str) -> None:
    """A project with less public money than makes a tender a duty."""
    project = desk.project(body, _LARGE, state_funds=199_999_999)
    contract = desk.contract(project, WORKS, 900_000_000, method=DIRECT)
    _tenderless(desk, body, contract, project, "too little public money", Kind.INNOCENT)


def by_invitation(desk: Works, body: str) -> None:
    """Tendered by invitation."""
    made = desk.undertaking(body, change=lambda tender: replace(tender, method=INVITED))
    contract = replace(made.contract, method=ABSENT)  # it is its tender that says
    desk.fine("IV-04", _contract_key(contract), body, "tendered by invitation", (*made.besides(contract), contract))


def unknown_method(desk: Works, body: str) -> None:
    """Nobody wrote down how it was given."""
    project = desk.project(body, _LARGE)
    contract = desk.contract(project, WORKS, 900_000_000, method=ABSENT)
    _tenderless(desk, body, contract, project, "method unknown", Kind.NOT_TESTABLE)


def _split(desk: Works, body: str, amounts: tuple[int, ...], days: int, note: str) -> None:
    """Plant contracts of one kind of works, the last so many days after the first."""
    project = desk.project(body, _LARGE)
    first = desk.when()
    step = days // (len(amounts) - 1)
    signed = [first + step * place for place in range(len(amounts) - 1)] + [first + days]
    parts = [desk.contract(project, WORKS, sum_, method=DIRECT) for sum_ in amounts]
    parts = [replace(part, signed=on) for part, on in zip(parts, signed, strict=True)]
    key = {"project_id": project_text(project.project), "kind": KIND_WORDS[WORKS]}
    ref = f"{project_text(project.project)}/{KIND_WORDS[WORKS]}"
    desk.file(project, *parts[1:])
    good = replace(parts[0], method=OPEN)
    desk.spoil("IV-05", key, body, note, parts[:1], (good,), trace=("contract", ref))


def three_parts(desk: Works, body: str) -> None:
    """Three contracts of a third more than they may."""
    _split(desk, body, (150_000_000, 140_000_000, 130_000_000), desk.between(20, 90), "works split in three")


def two_parts_at_the_limit(desk: Works, body: str) -> None:
    """Two halves that make exactly the limit."""
    _split(desk, body, (200_000_000, 200_000_000), desk.between(5, 60), "two halves make exactly the limit")


def last_day_of_the_year(desk: Works, body: str) -> None:
    """The second half on the last day of the year that counts."""
    project = desk.project(body, _LARGE)
    _halves(desk, body, project, 365, (210_000_000, 210_000_000), "the second half on the last day")


def _halves(desk: Works, body: str, project: Project, days: int, amounts: tuple[int, int], note: str) -> None:
    first = day(OPENING) + desk.between(30, 60)
    parts = [desk.contract(project, WORKS, sum_, method=DIRECT) for sum_ in amounts]
    parts = [replace(part, signed=on) for part, on in zip(parts, (first, first + days), strict=True)]
    key = {"project_id": project_text(project.project), "kind": KIND_WORDS[WORKS]}
    ref = f"{project_text(project.project)}/{KIND_WORDS[WORKS]}"
    if days > 365 or sum(amounts) < LIMITS[WORKS]:
        desk.fine("IV-05", key, body, note, (project, *parts), Kind.NEAR_MISS)
        return
    desk.file(project, parts[1])
    desk.spoil("IV-05", key, body, note, parts[:1], (replace(parts[0], method=OPEN),), trace=("contract", ref))


def a_day_more_than_a_year(desk: Works, body: str) -> None:
    """The second half one day later than counts."""
    _halves(desk, body, desk.project(body, _LARGE), 366, (300_000_000, 300_000_000), "one day more than a year apart")


def one_fen_below_together(desk: Works, body: str) -> None:
    """Together one fen below the limit."""
    _halves(desk, body, desk.project(body, _LARGE), 30, (200_000_000, 199_999_999), "together one fen below the limit")


def part_with_a_ground(desk: Works, body: str) -> None:
    """An addition to the first contractor's work, with its paper."""
    project = desk.project(body, _LARGE)
    first = desk.contract(project, WORKS, 380_000_000, method=DIRECT)
    second = desk.contract(project, WORKS, 90_000_000, method=DIRECT, exemption=3, firm=first.firm)
    key = {"project_id": project_text(project.project), "kind": KIND_WORDS[WORKS]}
    desk.fine("IV-05", key, body, "an addition with its paper", (project, first, second))


def undated_part(desk: Works, body: str) -> None:
    """A contract without a date."""
    project = desk.project(body, _LARGE)
    parts = [desk.contract(project, WORKS, 250_000_000, method=DIRECT, signed=NEVER) for _ in range(2)]
    key = {"project_id": project_text(project.project), "kind": KIND_WORDS[WORKS]}
    desk.fine("IV-05", key, body, "a contract without a date", (project, *parts), Kind.NOT_TESTABLE)


def _hurried(desk: Works, body: str, change: Callable[[Tender], Tender], note: str, value: int = 0) -> None:
    made = desk.undertaking(body, value=value)
    spoilt = change(made.tender)
    desk.file(*made.besides(spoilt))
    trace = ("tender", tender_text(spoilt.tender))
    desk.spoil("IV-06", _tender_key(spoilt), body, note, (spoilt,), (made.tender,), trace=trace)


def short_sale(desk: Works, body: str) -> None:
    """Four days of sale, first and last counted."""
    _hurried(
        desk, body, lambda t: replace(t, docs_until=t.docs_from + desk.between(1, 3)), "documents too short on sale"
    )


def short_preparation(desk: Works, body: str) -> None:
    """Fifteen to nineteen days for preparing bids."""
    days = desk.between(15, 19)
    _hurried(desk, body, lambda t: replace(t, docs_from=t.deadline - days, docs_until=t.deadline), "bids in a hurry")


def nineteen_days_at_the_limit(desk: Works, body: str) -> None:
    """Nineteen days for a tender exactly at the limit."""
    change = _days(19)
    _hurried(desk, body, change, "nineteen days for a tender at the limit", LIMITS[WORKS])


def _days(preparation: int) -> Callable[[Tender], Tender]:
    def change(tender: Tender) -> Tender:
        return replace(tender, docs_from=tender.deadline - preparation, docs_until=tender.deadline - preparation + 6)

    return change


def short_publicity(desk: Works, body: str) -> None:
    """Candidates published for two days."""
    _hurried(
        desk, body, lambda t: replace(t, candidates_until=t.candidates_from + 1), "candidates published too shortly"
    )


def _signed(desk: Works, body: str, days: int, note: str) -> None:
    made = desk.undertaking(body)
    late = replace(made.contract, signed=made.tender.noticed + days)
    key, trace = _tender_key(made.tender), ("tender", tender_text(made.tender.tender))
    desk.file(*made.besides(late))
    if days <= 30:
        desk.fine("IV-06", key, body, note, (late,), Kind.NEAR_MISS)
        return
    desk.spoil("IV-06", key, body, note, (late,), (made.contract,), trace=trace)


def signed_late(desk: Works, body: str) -> None:
    """Signed five to eight weeks after the notice."""
    _signed(desk, body, desk.between(35, 55), "contract signed late")


def signed_a_day_late(desk: Works, body: str) -> None:
    """The thirty-first day."""
    _signed(desk, body, 31, "contract signed on the thirty-first day")


def signed_on_the_last_day(desk: Works, body: str) -> None:
    """The thirtieth day."""
    _signed(desk, body, 30, "contract signed on the thirtieth day")


def every_limit_just_kept(desk: Works, body: str) -> None:
    """Five, twenty and three days."""

    def change(tender: Tender) -> Tender:
        first = tender.deadline - 20
        return replace(tender, docs_from=first, docs_until=first + 4, candidates_until=tender.candidates_from + 2)

    made = desk.undertaking(body, change=change)
    desk.fine("IV-06", _tender_key(made.tender), body, "every limit just kept", made.papers, Kind.NEAR_MISS)


def voluntary_tender(desk: Works, body: str) -> None:
    """A tender that nobody had to hold, in a hurry."""
    made = desk.undertaking(body, value=LIMITS[WORKS] - 1, change=_days(15))
    desk.fine("IV-06", _tender_key(made.tender), body, "a voluntary tender in fifteen days", made.papers)


def no_deadline(desk: Works, body: str) -> None:
    """Nobody wrote down the deadline."""
    made = desk.undertaking(body)
    papers = (*made.besides(made.tender), replace(made.tender, deadline=NEVER, docs_until=made.tender.docs_from))
    desk.fine("IV-06", _tender_key(made.tender), body, "no deadline on record", papers, Kind.NOT_TESTABLE)


def _bond(desk: Works, made: Undertaking, kind: int, amount: int) -> Bond:
    tender = made.tender.tender if kind == BID_BOND else ABSENT
    contract = ABSENT if kind == BID_BOND else made.contract.contract
    taken = made.tender.deadline - 2 if kind == BID_BOND else made.contract.signed
    return Bond(desk.number("bond"), kind, made.tender.body, tender, contract, made.award.firm, amount, taken)


def _ceiling(made: Undertaking, kind: int) -> int:
    base = made.tender.value * 2 if kind == BID_BOND else made.contract.amount * (10 if kind == PERFORMANCE else 3)
    return base // 100


def _taken(desk: Works, body: str, kind: int, over: int, note: str) -> None:
    """Plant a bond above its ceiling; what is put right is given back in the same row."""
    made = desk.undertaking(body)
    bond = _bond(desk, made, kind, _ceiling(made, kind) + over)
    desk.file(*made.papers)
    key = {"bond_no": bond_text(bond.bond)}
    if desk.begun_after:
        desk.spoil("IV-07", key, body, note, (bond,), trace=("bond", ""), amount=over)
        return
    fate = desk.plant("IV-07", key, body, over, note)
    back = {Fate.CLEARED: over, Fate.PARTLY: over // 2}.get(fate, 0)
    if back:
        desk.file(bond, states=IN_BEFORE)
        voucher = desk.number("bond voucher")
        desk.file(replace(bond, returned=back, returned_on=desk.later(), voucher=voucher), states=IN_AFTER)
    elif fate is Fate.UNPROVEN:
        desk.hide((bond,), (replace(bond, amount=bond.amount - over),))
    else:
        desk.file(bond)


def bid_bond_above(desk: Works, body: str) -> None:
    """A bid bond of three to five per cent."""
    _taken(desk, body, BID_BOND, desk.sum(6_000_000), "bid bond above two per cent")


def performance_above(desk: Works, body: str) -> None:
    """A performance bond above ten per cent."""
    _taken(desk, body, PERFORMANCE, desk.sum(20_000_000), "performance bond above ten per cent")


def retention_above(desk: Works, body: str) -> None:
    """A retention above three per cent."""
    _taken(desk, body, QUALITY, desk.sum(9_000_000), "retention above three per cent")


def bond_above_by_one_fen(desk: Works, body: str) -> None:
    """One fen above the ceiling."""
    _taken(desk, body, desk.between(BID_BOND, QUALITY), 1, "one fen above the ceiling")


def at_the_ceiling(desk: Works, body: str) -> None:
    """Exactly the ceiling."""
    made = desk.undertaking(body)
    kind = desk.between(BID_BOND, QUALITY)
    bond = _bond(desk, made, kind, _ceiling(made, kind))
    key = {"bond_no": bond_text(bond.bond)}
    desk.fine("IV-07", key, body, "exactly the ceiling", (*made.papers, bond), Kind.NEAR_MISS)


def given_back_in_time(desk: Works, body: str) -> None:
    """Too much was taken, all of it was given back long before the audit."""
    made = desk.undertaking(body)
    bond = _bond(desk, made, BID_BOND, made.tender.value // 20)
    back = made.contract.signed + 4
    bond = replace(bond, returned=bond.amount, returned_on=back, voucher=desk.number("bond voucher"))
    key = {"bond_no": bond_text(bond.bond)}
    desk.fine("IV-07", key, body, "given back before the audit", (*made.papers, bond))


def wages_bond(desk: Works, body: str) -> None:
    """A bond for wages, which has a rule of its own."""
    made = desk.undertaking(body)
    bond = _bond(desk, made, WAGES, made.contract.amount // 5)
    key = {"bond_no": bond_text(bond.bond)}
    desk.fine("IV-07", key, body, "a bond for wages", (*made.papers, bond))


def retention_of_a_cut_settlement(desk: Works, body: str) -> None:
    """Three per cent of what was settled, which is less than was contracted."""
    made = desk.undertaking(body)
    signed, price = made.contract.signed, made.contract.amount
    settled = Settlement(made.contract.contract, price, price * 9 // 10, signed + 5, price * 9 // 10, signed + 9)
    bond = _bond(desk, made, QUALITY, settled.audited * 3 // 100)
    key = {"bond_no": bond_text(bond.bond)}
    desk.fine("IV-07", key, body, "three per cent of the settled price", (*made.papers, settled, bond), Kind.NEAR_MISS)


def bond_of_no_tender(desk: Works, body: str) -> None:
    """A bond whose tender stands nowhere."""
    made = desk.undertaking(body)
    bond = replace(_bond(desk, made, BID_BOND, 9_000_000), tender=desk.number("tender"))
    key = {"bond_no": bond_text(bond.bond)}
    desk.fine("IV-07", key, body, "a bond of an unknown tender", (*made.papers, bond), Kind.NOT_TESTABLE)


def services_given_directly(desk: Works, body: str) -> None:
    """Other services, however large."""
    project = desk.project(body, _LARGE)
    contract = desk.contract(project, SERVICES, 900_000_000, method=DIRECT)
    _tenderless(desk, body, contract, project, "other services have no limit", Kind.INNOCENT)
