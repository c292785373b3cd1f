"""Cases of bids and awards: IV-08, IV-09, IV-10, IV-19 and IV-21."""

from __future__ import annotations

from dataclasses import replace

from reperform.city.rows import ABSENT
from reperform.city.truth import Kind

from .investment_desk import Undertaking, Works, firm_pair
from .investment_papers import (
    DISQUALIFIED,
    LIMITS,
    REVOKED,
    WITHDRAWN,
    WORKS,
    Bid,
    Contract,
    Paper,
    Tender,
    contract_text,
    firm_text,
    tender_text,
)

_SIGNS = ("account", "author", "device", "manager", "agent")
_SERIALS = {"manager": "person", "agent": "person"}
_TOGETHER = 5
"""Common tenders from which two bidders are looked at."""


def _key(tender: Tender) -> dict[str, object]:
    return {"tender_id": tender_text(tender.tender)}


def _bidder_key(bid: Bid) -> dict[str, object]:
    return {"tender_id": tender_text(bid.tender), "bidder_id": firm_text(bid.firm)}


def _shared(desk: Works, body: str, signs: tuple[str, ...], sharing: int, note: str) -> None:
    """Let the first bidders of a tender share some signs; each of them is a case, and they share its fate."""
    made = desk.undertaking(body, count=max(4, sharing + 1))
    first = made.bids[0]
    same = {sign: getattr(first, sign) for sign in signs}
    contract = made.contract
    desk.file(made.project, made.tender, made.award, contract, *made.bids[sharing:])
    group = made.bids[:sharing]
    spoilt = [replace(good, **same) for good in group]
    blank = [replace(good, **{sign: desk.number(_SERIALS.get(sign, sign)) for sign in signs}) for good in group[1:]]
    cases = [(_bidder_key(bid), f"{tender_text(bid.tender)}/{firm_text(bid.firm)}") for bid in group]
    (key, ref), along = cases[0], cases[1:]
    desk.spoil("IV-08", key, body, note, spoilt, (first, *blank), trace=("bid", ref), along=along)


def same_account(desk: Works, body: str) -> None:
    """One account paid the bonds of two or three."""
    _shared(desk, body, ("account",), desk.between(2, 3), "bonds from one account")


def same_device(desk: Works, body: str) -> None:
    """Files made on one device by one author."""
    _shared(desk, body, ("author", "device"), 2, "files of one author and device")


def same_agent(desk: Works, body: str) -> None:
    """One person handled two bids."""
    _shared(desk, body, ("agent",), 2, "one person handled both bids")


def same_manager(desk: Works, body: str) -> None:
    """One manager is offered by two."""
    _shared(desk, body, ("manager",), 2, "one manager offered by two")


def consortium(desk: Works, body: str) -> None:
    """Two firms with one bid."""
    made = desk.undertaking(body)
    member = replace(made.bids[0], firm=desk.firm())
    desk.fine("IV-08", _bidder_key(member), body, "two firms with one bid", (*made.papers, member))


def agent_of_two_tenders(desk: Works, body: str) -> None:
    """One person handles bids in two tenders."""
    first, second = desk.undertaking(body), desk.undertaking(body)
    other = replace(second.bids[1], agent=first.bids[1].agent, device=first.bids[1].device)
    desk.file(*first.papers, *second.besides(other), *(bid for bid in second.bids if bid.bid != other.bid))
    desk.fine("IV-08", _bidder_key(other), body, "one person in two tenders", (other,))


def no_signs(desk: Works, body: str) -> None:
    """A paper bid without any sign."""
    made = desk.undertaking(body)
    blank = replace(made.bids[2], **dict.fromkeys(_SIGNS, ABSENT))
    rest = (bid for bid in made.bids if bid.bid != blank.bid)
    papers = (*made.besides(blank), *rest, blank)
    desk.fine("IV-08", _bidder_key(blank), body, "no sign on record", papers, Kind.NOT_TESTABLE)


def _priced(made: Undertaking, amounts: list[int], winner: int = 0) -> tuple[Undertaking, tuple[Bid, ...]]:
    """Return an undertaking and its bids at other prices; award and contract follow the winner."""
    bids = tuple(replace(bid, amount=amount) for bid, amount in zip(made.bids, amounts, strict=True))
    best = bids[winner]
    award = replace(made.award, amount=best.amount, firm=best.firm)
    contract = replace(made.contract, amount=best.amount, firm=best.firm, manager=best.manager)
    return replace(made, award=award, contract=contract, bids=bids), bids


def _patterned(desk: Works, body: str, made: Undertaking, amounts: list[int], note: str, winner: int = 0) -> None:
    patterned, bids = _priced(made, amounts, winner)
    good = replace(bids[-1], amount=amounts[-1] * 11 // 10)
    trace = ("tender", tender_text(made.tender.tender))
    desk.file(*patterned.besides(bids[0]), *bids[:-1])
    desk.spoil("IV-09", _key(made.tender), body, note, bids[-1:], (good,), trace=trace)


def equal_steps(desk: Works, body: str) -> None:
    """Prices at equal steps."""
    made = desk.undertaking(body, count=desk.between(4, 6))
    step = made.tender.value * desk.between(5, 15) // 1000
    lowest = made.bids[0].amount
    amounts = [lowest + step * place + desk.between(0, step // 400) for place in range(len(made.bids))]
    _patterned(desk, body, made, amounts, "prices at equal steps")


def equal_ratios(desk: Works, body: str) -> None:
    """Each price so many thousandths above the one before."""
    made, permille = desk.undertaking(body, count=desk.between(4, 5)), desk.between(9, 15)
    amounts = [made.bids[0].amount]
    while len(amounts) < len(made.bids):
        amounts.append(amounts[-1] * (1000 + permille) // 1000)
    _patterned(desk, body, made, amounts, "prices at equal ratios")


def nearly_one_price(desk: Works, body: str) -> None:
    """All within a thousandth; what is offered besides decides, and the dearest wins."""
    made = desk.undertaking(body)
    lowest = made.bids[0].amount
    amounts = [lowest, lowest + lowest // 9000, lowest + lowest // 2500, lowest + lowest // 1000]
    _patterned(desk, body, made, amounts, "nearly one price", winner=3)


def three_at_equal_steps(desk: Works, body: str) -> None:
    """Three bids at equal steps: chance."""
    made = desk.undertaking(body, count=4)
    amounts = [made.bids[0].amount + made.tender.value // 100 * place for place in range(4)]
    patterned, bids = _priced(made, amounts)
    gone = replace(bids[3], status=WITHDRAWN)
    papers = (*patterned.besides(gone), *bids[:3], gone)
    desk.fine("IV-09", _key(made.tender), body, "three at equal steps, a fourth withdrawn", papers, Kind.NEAR_MISS)


def nearly_equal_steps(desk: Works, body: str) -> None:
    """Steps that differ by a twentieth."""
    made = desk.undertaking(body, count=4)
    step, lowest = made.tender.value // 100, made.bids[0].amount
    amounts = [lowest, lowest + step, lowest + step * 205 // 100, lowest + step * 3]
    patterned, bids = _priced(made, amounts)
    papers = (*patterned.besides(bids[0]), *bids)
    desk.fine("IV-09", _key(made.tender), body, "steps that differ by a twentieth", papers, Kind.NEAR_MISS)


def unpriced(desk: Works, body: str) -> None:
    """A disqualified bid whose price nobody wrote down."""
    made = desk.undertaking(body, count=5)
    blank = replace(made.bids[4], amount=ABSENT, status=DISQUALIFIED)
    papers = (*made.besides(blank), *made.bids[:4], blank)
    desk.fine("IV-09", _key(made.tender), body, "a bid without a price", papers, Kind.NOT_TESTABLE)


def _companions(desk: Works, body: str, wins: str, note: str, kind: Kind = Kind.PLANTED, apart: int = 0) -> None:
    """Let two firms bid in as many tenders as `wins` has letters: who of a, b or another wins each.

    A companion is a matter of all tenders of the pair at once: when it is hidden, one bid in two goes.
    """
    one, two = desk.firm(), desk.firm()
    low, high = firm_pair(one, two)
    key = {"bidder_a": low, "bidder_b": high}
    later: list[Paper] = []
    for place, winner in enumerate(wins):
        firms = {"a": (one, two), "b": (two, one)}.get(winner, (desk.firm(), one, two))
        made = desk.undertaking(body, firms=firms)
        bids = [bid for bid in made.bids if place >= 3 or bid.firm != two]
        later += [bid for bid in made.bids if bid not in bids]
        award = made.award if winner != "-" else replace(made.award, status=REVOKED)
        desk.file(made.project, made.tender, award, *bids)
        if winner != "-":
            desk.file(made.contract)
    for _ in range(apart):
        alone = desk.undertaking(body, firms=(desk.firm(), one))
        desk.file(*alone.papers)
    if kind is Kind.PLANTED:
        desk.spoil("IV-10", key, body, note, later, trace=("bid", f"{low}/{high}"))
    else:
        desk.fine("IV-10", key, body, note, later, kind)


def companion(desk: Works, body: str) -> None:
    """One wins, the other always comes along."""
    _companions(desk, body, "aaaxxa"[: desk.between(_TOGETHER, 6)], "a companion that never wins")


def in_turn(desk: Works, body: str) -> None:
    """They take turns."""
    _companions(desk, body, "ababab"[: desk.between(_TOGETHER, 6)], "two that take turns")


def just_often_enough(desk: Works, body: str) -> None:
    """Five tenders, two wins, sixty-two per cent of all."""
    _companions(desk, body, "aaxxx", "five tenders together of eight", apart=3)


def four_times(desk: Works, body: str) -> None:
    """Four tenders together."""
    _companions(desk, body, "aaaa", "four times together", Kind.NEAR_MISS)


def often_apart(desk: Works, body: str) -> None:
    """Five of nine."""
    _companions(desk, body, "aaxxx", "five tenders together of nine", Kind.NEAR_MISS, apart=4)


def both_lose_and_win(desk: Works, body: str) -> None:
    """A narrow trade: each wins now and then, and so do others."""
    _companions(desk, body, "abxxxx", "a narrow trade", Kind.INNOCENT)


def no_awards(desk: Works, body: str) -> None:
    """All awards revoked."""
    _companions(desk, body, "-----", "no award in force", Kind.NOT_TESTABLE)


def _contract_key(contract: Contract) -> dict[str, object]:
    return {"contract_id": contract_text(contract.contract)}


def _departed(desk: Works, body: str, note: str, **changes: int) -> None:
    made = desk.undertaking(body)
    spoilt = replace(made.contract, **changes)
    desk.file(*made.besides(spoilt))
    trace = ("contract", contract_text(spoilt.contract))
    desk.spoil("IV-19", _contract_key(spoilt), body, note, (spoilt,), (made.contract,), trace=trace)


def other_manager(desk: Works, body: str) -> None:
    """Another manager than the one who was offered."""
    _departed(desk, body, "another manager than offered", manager=desk.number("person"))


def longer_period(desk: Works, body: str) -> None:
    """A longer period than was offered."""
    _departed(desk, body, "a longer period than offered", period=240 + desk.between(1, 120))


def other_price(desk: Works, body: str) -> None:
    """A higher price than was won."""
    made = desk.undertaking(body)
    more = desk.between(1, made.contract.amount // 12)
    spoilt = replace(made.contract, amount=made.contract.amount + more)
    desk.file(*made.besides(spoilt))
    trace = ("contract", contract_text(spoilt.contract))
    note = "another price than won"
    desk.spoil("IV-19", _contract_key(spoilt), body, note, (spoilt,), (made.contract,), trace=trace)


def two_contracts(desk: Works, body: str) -> None:
    """One award in two contracts."""
    made = desk.undertaking(body)
    part = made.contract.amount // 3
    first = replace(made.contract, amount=part)
    second = replace(made.contract, contract=desk.number("contract"), amount=made.contract.amount - part)
    desk.fine("IV-19", _contract_key(second), body, "one award, two contracts", (*made.besides(first), first, second))


def shorter_period(desk: Works, body: str) -> None:
    """A shorter period."""
    made = desk.undertaking(body)
    contract = replace(made.contract, period=239)
    papers = (*made.besides(contract), contract)
    desk.fine("IV-19", _contract_key(contract), body, "a day shorter than offered", papers, Kind.NEAR_MISS)


def revoked_award(desk: Works, body: str) -> None:
    """No award in force."""
    made = desk.undertaking(body)
    award = replace(made.award, status=REVOKED)
    papers: tuple[Paper, ...] = (*made.besides(award), award)
    desk.fine("IV-19", _contract_key(made.contract), body, "no award in force", papers, Kind.NOT_TESTABLE)


def _decided(desk: Works, body: str, note: str, *, count: int = 4, size: int = 5, experts: int = 4) -> None:
    made = desk.undertaking(body, count=count)
    spoilt = replace(made.tender, committee=size, experts=experts)
    trace, key = ("tender", tender_text(spoilt.tender)), _key(spoilt)
    desk.file(*made.besides(spoilt))
    good = replace(spoilt, committee=5, experts=4)
    desk.spoil("IV-21", key, body, note, (spoilt,), (good,) if count > 2 else (), trace=trace)


def two_bids(desk: Works, body: str) -> None:
    """Awarded with two bids."""
    _decided(desk, body, "awarded with two bids", count=2)


def even_committee(desk: Works, body: str) -> None:
    """Four or six members."""
    size = 4 + 2 * desk.between(0, 1)
    _decided(desk, body, "a committee of an even number", size=size, experts=size - 1)


def few_experts(desk: Works, body: str) -> None:
    """Four experts of seven, one fewer than two thirds."""
    _decided(desk, body, "too few experts", size=7, experts=4)


def two_thirds(desk: Works, body: str) -> None:
    """Six of nine and three bids."""
    made = desk.undertaking(body, count=3, change=lambda tender: replace(tender, committee=9, experts=6))
    desk.fine("IV-21", _key(made.tender), body, "two thirds experts, three bids", made.papers, Kind.NEAR_MISS)


def small_tender(desk: Works, body: str) -> None:
    """A tender below the limit with two bids and three members."""
    made = desk.undertaking(body, value=LIMITS[WORKS] - 1, count=2)
    tender = replace(made.tender, committee=3, experts=2)
    desk.fine("IV-21", _key(tender), body, "a voluntary tender", (*made.besides(tender), tender), Kind.NEAR_MISS)


def no_committee(desk: Works, body: str) -> None:
    """No committee on record."""
    made = desk.undertaking(body)
    tender = replace(made.tender, committee=ABSENT, experts=ABSENT)
    desk.fine("IV-21", _key(tender), body, "no committee on record", (*made.besides(tender), tender), Kind.NOT_TESTABLE)
