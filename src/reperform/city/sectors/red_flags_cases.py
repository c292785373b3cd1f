"""Cases of the published red flags: RF-003 to RF-058.

Every scenario says what it is from what it does: so many days, such a price, who won. The fences of the flags that
learn what is usual lie where ordinary life (`red_flags_life`) puts them, and cases stay clear of them on either side.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from reperform.city.dates import NEVER
from reperform.city.rows import ABSENT
from reperform.city.truth import Kind

from .investment_papers import CANCELLED, DIRECT, DISQUALIFIED, INVITED, OPEN, VALID, WITHDRAWN, firm_text
from .red_flags_desk import Flags, Offer, Process
from .red_flags_life import AWARDS_OF_A_REGULAR, FEWEST_OF_A_TOP_BIDDER

Scenario = Callable[[Flags, str], None]


def _tender(desk: Flags, code: str, body: str, note: str, process: Process, good: Process | None = None) -> None:
    ref = str(process.key["tender_id"])
    desk.odd(code, process.key, body, note, (process,), trace=("tender", ref), good=(good,) if good else ())


def _lasting(desk: Flags, body: str, days: int, note: str) -> None:
    good = desk.process(body)
    _tender(desk, "RF-003", body, note, replace(good, deadline=good.docs_from + days), good)


def one_week(desk: Flags, body: str) -> None:
    """A few days for writing a bid."""
    _lasting(desk, body, desk.between(2, 10), "a few days to write a bid")


def fourteen_days(desk: Flags, body: str) -> None:
    """A day less than is enough."""
    _lasting(desk, body, 14, "fourteen days and an hour and a half")


def fifteen_days(desk: Flags, body: str) -> None:
    """Just enough."""
    good = desk.process(body)
    process = replace(good, deadline=good.docs_from + 15)
    desk.fine("RF-003", process.key, body, "fifteen days", process, kind=Kind.NEAR_MISS)


def cancelled_in_a_hurry(desk: Flags, body: str) -> None:
    """A cancelled tender."""
    good = desk.process(body)
    process = replace(good, deadline=good.docs_from + 3, status=CANCELLED)
    desk.fine("RF-003", process.key, body, "a short tender that was cancelled", process)


def no_deadline(desk: Flags, body: str) -> None:
    """Nobody wrote down the deadline."""
    process = replace(desk.process(body), deadline=NEVER)
    desk.fine("RF-003", process.key, body, "no deadline", process, kind=Kind.NOT_TESTABLE)


def _alone(desk: Flags, body: str, *, method: int = OPEN, bidders: int = 1) -> Process:
    return desk.process(body, (Offer(desk.firm(), desk.price()),), method=method, bidders=bidders)


def one_bidder(desk: Flags, body: str) -> None:
    """An open tender with one bidder."""
    good = desk.process(body)
    process = replace(good, offers=good.offers[:1], bidders=1)
    _tender(desk, "RF-018", body, "one bidder in an open tender", process, good)


def one_invited(desk: Flags, body: str) -> None:
    """Several invited, one came."""
    good = desk.process(body, method=INVITED)
    process = replace(good, offers=good.offers[:1], bidders=1)
    _tender(desk, "RF-018", body, "one bidder of those invited", process, good)


def two_bidders(desk: Flags, body: str) -> None:
    """Two bidders."""
    process = desk.process(body, bidders=2)
    desk.fine("RF-018", process.key, body, "two bidders", process, kind=Kind.NEAR_MISS)


def given_directly(desk: Flags, body: str) -> None:
    """A direct award needs one bidder."""
    process = _alone(desk, body, method=DIRECT)
    desk.fine("RF-018", process.key, body, "a direct award", process)


def not_counted(desk: Flags, body: str) -> None:
    """Nobody counted the bidders."""
    process = _alone(desk, body, bidders=ABSENT)
    desk.fine("RF-018", process.key, body, "bidders not counted", process, kind=Kind.NOT_TESTABLE)


def _apart(desk: Flags, body: str, thousandths: int) -> Process:
    low = desk.price()
    return desk.process(body, (Offer(desk.firm(), low), Offer(desk.firm(), low * (1000 + thousandths) // 1000)))


def _distance(desk: Flags, code: str, body: str, thousandths: int, note: str) -> None:
    process = _apart(desk, body, thousandths)
    first, second = process.offers
    good = replace(process, offers=(first, replace(second, amount=first.amount * 1012 // 1000)))
    _tender(desk, code, body, note, process, good)


def side_by_side(desk: Flags, body: str) -> None:
    """Some thousandths apart."""
    _distance(desk, "RF-024", body, desk.between(1, 3), "second bid within thousandths")


def three_thousandths(desk: Flags, body: str) -> None:
    """Three thousandths apart."""
    _distance(desk, "RF-024", body, 3, "second bid three thousandths above")


def five_thousandths(desk: Flags, body: str) -> None:
    """Five thousandths."""
    process = _apart(desk, body, 5)
    desk.fine("RF-024", process.key, body, "five thousandths apart", process, kind=Kind.NEAR_MISS)


def lowest_lost(desk: Flags, body: str) -> None:
    """A cheaper bid hardly below the winner's lost: price was not the only criterion."""
    process = _apart(desk, body, 2)
    dearer = process.offers[1].firm
    process = replace(process, winners=((process.winners[0][0], dearer),))
    desk.fine("RF-024", process.key, body, "price was not the only criterion", process, kind=Kind.NOT_TESTABLE)


def two_lots(desk: Flags, body: str) -> None:
    """Two awards: lots, of which nobody can tell which bids compete."""
    process = _apart(desk, body, 2)
    both = tuple((desk.number("award"), offer.firm) for offer in process.offers)
    process = replace(process, winners=both)
    desk.fine("RF-024", process.key, body, "two awards", process, kind=Kind.NOT_TESTABLE)


def half_price(desk: Flags, body: str) -> None:
    """Far below the second bid."""
    _distance(desk, "RF-058", body, desk.between(60, 900), "far below the second bid")


def three_percent(desk: Flags, body: str) -> None:
    """Three per cent."""
    _distance(desk, "RF-058", body, 30, "three per cent below the second bid")


def eighteen_thousandths(desk: Flags, body: str) -> None:
    """Little more than usual."""
    process = _apart(desk, body, 18)
    desk.fine("RF-058", process.key, body, "eighteen thousandths apart", process, kind=Kind.NEAR_MISS)


def only_valid_bid(desk: Flags, body: str) -> None:
    """The cheap bid has no valid rival."""
    process = desk.process(body, (Offer(desk.firm(), desk.price()),))
    dear = Offer(desk.firm(), process.offers[0].amount * 2, WITHDRAWN)
    process = replace(process, offers=(*process.offers, dear))
    desk.fine("RF-058", process.key, body, "the rival withdrew", process, kind=Kind.NOT_TESTABLE)


def _losing(desk: Flags, body: str, tried: int, won: int, note: str, kind: Kind = Kind.PLANTED) -> None:
    """Let a firm bid in processes that others win, or it."""
    firm = desk.firm()
    made = []
    for turn in range(tried):
        first, second = desk.usual(firm if turn < won else None)
        made.append(desk.process(body, (first, second if turn < won else replace(second, firm=firm))))
    key, trace = {"bidder_id": firm_text(firm)}, ("bid", firm_text(firm))
    if kind is not Kind.PLANTED:
        desk.fine("RF-025", key, body, note, *made, kind=kind)
        return
    less = [replace(process, offers=process.offers[:1]) for process in made[8:]]
    desk.odd("RF-025", key, body, note, made, trace=trace, hidden=made[8:], good=less)


def always_second(desk: Flags, body: str) -> None:
    """Always there, never the winner."""
    _losing(desk, body, FEWEST_OF_A_TOP_BIDDER + desk.between(1, 6), 0, "always bids, never wins")


def one_in_ten(desk: Flags, body: str) -> None:
    """One in ten."""
    _losing(desk, body, 20, 2, "wins one in ten")


def one_in_eight(desk: Flags, body: str) -> None:
    """One in eight: exactly the fence."""
    _losing(desk, body, 16, 2, "wins one in eight")


def just_a_top_bidder(desk: Flags, body: str) -> None:
    """As few bids as make a top bidder, none won."""
    _losing(desk, body, FEWEST_OF_A_TOP_BIDDER, 0, "just a top bidder, never wins")


def one_in_seven(desk: Flags, body: str) -> None:
    """One in seven."""
    _losing(desk, body, 21, 3, "wins one in seven", Kind.NEAR_MISS)


def one_bid_fewer(desk: Flags, body: str) -> None:
    """One bid fewer than makes a top bidder, none won."""
    _losing(desk, body, FEWEST_OF_A_TOP_BIDDER - 1, 0, "one bid fewer than a top bidder", Kind.NEAR_MISS)


def three_times(desk: Flags, body: str) -> None:
    """A new firm that lost three times."""
    _losing(desk, body, 3, 0, "a new firm that lost three times", Kind.INNOCENT)


def _equal(desk: Flags, body: str, *, more: int = 0) -> Process:
    first, second = desk.usual()
    return desk.process(body, (first, second, Offer(desk.firm(), second.amount + more)))


def one_price(desk: Flags, body: str) -> None:
    """Two losers with one price."""
    process = _equal(desk, body)
    _tender(desk, "RF-028", body, "two bids with one price", process, replace(process, offers=process.offers[:2]))


def price_of_a_disqualified(desk: Flags, body: str) -> None:
    """The same price, one of them disqualified."""
    process = _equal(desk, body)
    *others, last = process.offers
    process = replace(process, offers=(*others, replace(last, status=DISQUALIFIED)))
    _tender(desk, "RF-028", body, "the price of a disqualified bid", process, replace(process, offers=tuple(others)))


def one_fen_apart(desk: Flags, body: str) -> None:
    """One fen apart."""
    process = _equal(desk, body, more=1)
    desk.fine("RF-028", process.key, body, "one fen apart", process, kind=Kind.NEAR_MISS)


def same_firm_twice(desk: Flags, body: str) -> None:
    """One firm, two bids, one price."""
    process = _equal(desk, body)
    *others, last = process.offers
    process = replace(process, offers=(*others, replace(last, firm=others[1].firm)))
    desk.fine("RF-028", process.key, body, "one firm with two bids", process)


def withdrawn_equal(desk: Flags, body: str) -> None:
    """The equal bid was withdrawn."""
    process = _equal(desk, body)
    *others, last = process.offers
    process = replace(process, offers=(*others, replace(last, status=WITHDRAWN)))
    desk.fine("RF-028", process.key, body, "the equal bid was withdrawn", process)


def unpriced(desk: Flags, body: str) -> None:
    """Bids without prices."""
    process = desk.process(body)
    process = replace(process, offers=tuple(replace(offer, amount=ABSENT) for offer in process.offers))
    desk.fine("RF-028", process.key, body, "bids without prices", process, kind=Kind.NOT_TESTABLE)


def _late(desk: Flags, body: str, ahead: int, place: int = 0) -> Process:
    process = desk.process(body)
    offers = list(process.offers)
    offers[place] = replace(offers[place], ahead=ahead)
    return replace(process, offers=tuple(offers))


def days_late(desk: Flags, body: str) -> None:
    """The winner's bid came days late."""
    process = _late(desk, body, -desk.between(1, 9))
    _tender(desk, "RF-030", body, "the winning bid came days late", process)


def hours_late(desk: Flags, body: str) -> None:
    """The winner's bid came on the day, hours late."""
    process = _late(desk, body, 0)
    _tender(desk, "RF-030", body, "the winning bid came hours late", process)


def day_before(desk: Flags, body: str) -> None:
    """The afternoon before."""
    process = _late(desk, body, 1)
    desk.fine("RF-030", process.key, body, "the afternoon before", process, kind=Kind.NEAR_MISS)


def late_loser(desk: Flags, body: str) -> None:
    """A late bid that lost."""
    process = _late(desk, body, -2, place=1)
    desk.fine("RF-030", process.key, body, "a late bid that lost", process)


def _thrown_out(desk: Flags, body: str, others: int, status: int = DISQUALIFIED) -> Process:
    """Make up a process in which all but the lowest are dearer and in some state."""
    low = desk.price()
    losers = (Offer(desk.firm(), low * (1020 + 13 * turn) // 1000, status) for turn in range(others))
    return desk.process(body, (Offer(desk.firm(), low), *losers))


def all_but_one(desk: Flags, body: str) -> None:
    """Several thrown out, one left."""
    process = _thrown_out(desk, body, desk.between(2, 5))
    good = replace(process, offers=tuple(replace(offer, status=VALID) for offer in process.offers[:1]))
    _tender(desk, "RF-035", body, "all but the winner disqualified", process, good)


def the_only_rival(desk: Flags, body: str) -> None:
    """The only rival is thrown out."""
    _tender(desk, "RF-035", body, "the only rival disqualified", _thrown_out(desk, body, 1))


def one_rival_left(desk: Flags, body: str) -> None:
    """One rival stays."""
    process = _thrown_out(desk, body, 3)
    first, second, *rest = process.offers
    second = replace(second, amount=first.amount * 1012 // 1000, status=VALID)
    process = replace(process, offers=(first, second, *rest))
    desk.fine("RF-035", process.key, body, "one rival stays", process, kind=Kind.NEAR_MISS)


def all_withdrew(desk: Flags, body: str) -> None:
    """The others withdrew."""
    process = _thrown_out(desk, body, 3, WITHDRAWN)
    desk.fine("RF-035", process.key, body, "all others withdrew", process)


def _cheapest(desk: Flags, body: str, low: int, status: int = DISQUALIFIED) -> Process:
    """Make up a process with a third bid, so many thousandths of the winner's, in some state."""
    process = desk.process(body)
    first = process.offers[0]
    return replace(process, offers=(*process.offers, Offer(desk.firm(), first.amount * low // 1000, status)))


def cheapest_thrown_out(desk: Flags, body: str) -> None:
    """The cheapest bid is thrown out."""
    process = _cheapest(desk, body, desk.between(700, 980))
    _tender(desk, "RF-036", body, "the cheapest bid disqualified", process, replace(process, offers=process.offers[:2]))


def equally_cheap(desk: Flags, body: str) -> None:
    """A hair cheaper than the winner."""
    process = _cheapest(desk, body, 999)
    _tender(desk, "RF-036", body, "a hair cheaper, disqualified", process, replace(process, offers=process.offers[:2]))


def dearer_thrown_out(desk: Flags, body: str) -> None:
    """A hair dearer than the winner."""
    process = _cheapest(desk, body, 1001)
    desk.fine("RF-036", process.key, body, "a hair dearer, disqualified", process, kind=Kind.NEAR_MISS)


def cheapest_withdrew(desk: Flags, body: str) -> None:
    """The cheapest bid was withdrawn."""
    process = _cheapest(desk, body, 900, WITHDRAWN)
    desk.fine("RF-036", process.key, body, "the cheapest bid was withdrawn", process)


def _rejected(desk: Flags, body: str, tried: int, out: int, note: str, kind: Kind = Kind.PLANTED) -> None:
    """Let a firm bid behind others, and be thrown out so often."""
    firm, made = desk.firm(), []
    for turn in range(tried):
        first, second = desk.usual()
        third = Offer(firm, first.amount * 1031 // 1000, DISQUALIFIED if turn < out else VALID)
        made.append(desk.process(body, (first, second, third)))
    key, trace = {"role": "tenderer", "organisation_id": firm_text(firm)}, ("tenderer", firm_text(firm))
    if kind is Kind.PLANTED:
        desk.odd("RF-038", key, body, note, made, trace=trace)
    else:
        desk.fine("RF-038", key, body, note, *made, kind=kind)


def always_rejected(desk: Flags, body: str) -> None:
    """Thrown out each time."""
    tried = desk.between(2, 4)
    _rejected(desk, body, tried, tried, "a firm that is always disqualified")


def five_of_eight(desk: Flags, body: str) -> None:
    """Five of eight: exactly the fence."""
    _rejected(desk, body, 8, 5, "a firm disqualified five times in eight")


def three_of_five(desk: Flags, body: str) -> None:
    """Three of five."""
    _rejected(desk, body, 5, 3, "a firm disqualified three times in five", Kind.NEAR_MISS)


def once_of_once(desk: Flags, body: str) -> None:
    """One bid, thrown out."""
    _rejected(desk, body, 1, 1, "one bid, disqualified", Kind.INNOCENT)


def _through(desk: Flags, body: str, out: int, note: str, kind: Kind = Kind.PLANTED) -> None:
    """Let an agency run one tender with eight bids, so many of them thrown out."""
    agency = 1000 + desk.number("agency") % 9000
    low = desk.price()
    prices = [low, low * 1012 // 1000, *(low * (1030 + 17 * turn) // 1000 for turn in range(6))]
    states = [VALID] * (8 - out) + [DISQUALIFIED] * out
    offers = [Offer(desk.firm(), price, status) for price, status in zip(prices, states, strict=True)]
    process = desk.process(body, offers, agency=agency)
    name = f"DL{agency:04d}"
    key, trace = {"role": "procuring_entity", "organisation_id": name}, ("procuring_entity", name)
    if kind is Kind.PLANTED:
        desk.odd("RF-038", key, body, note, (process,), trace=trace)
    else:
        desk.fine("RF-038", key, body, note, process, kind=kind)


def sweeping_agency(desk: Flags, body: str) -> None:
    """Six of eight."""
    _through(desk, body, 6, "an agency that disqualified six of eight")


def agency_at_the_fence(desk: Flags, body: str) -> None:
    """Five of eight: exactly the fence."""
    _through(desk, body, 5, "an agency that disqualified five of eight")


def strict_agency(desk: Flags, body: str) -> None:
    """Half of them."""
    _through(desk, body, 4, "an agency that disqualified half", Kind.NEAR_MISS)


def _supplying(desk: Flags, body: str, variety: int, note: str, *, times: int = 0, kind: Kind = Kind.PLANTED) -> None:
    """Let a supplier be awarded directly, again and again, in so many classes."""
    firm, made = desk.firm(), []
    for turn in range(times or AWARDS_OF_A_REGULAR):
        plain = desk.process(body, (Offer(firm, desk.price()),), method=DIRECT, bidders=ABSENT, code=turn % variety)
        made.append(replace(plain, offers=(), deadline=NEVER))
    key, trace = {"supplier_id": firm_text(firm)}, ("award", firm_text(firm))
    if kind is Kind.PLANTED:
        desk.odd("RF-048", key, body, note, made, trace=trace, hidden=made[3:])
    else:
        desk.fine("RF-048", key, body, note, *made, kind=kind)


def everything(desk: Flags, body: str) -> None:
    """From food to software."""
    _supplying(desk, body, desk.between(10, 15), "a supplier of everything")


def nine_classes(desk: Flags, body: str) -> None:
    """Nine classes."""
    _supplying(desk, body, 9, "a supplier of nine classes")


def seven_classes(desk: Flags, body: str) -> None:
    """Seven classes."""
    _supplying(desk, body, 7, "a supplier of seven classes", kind=Kind.NEAR_MISS)


def too_few_awards(desk: Flags, body: str) -> None:
    """Nineteen awards of as many kinds as there are."""
    times = AWARDS_OF_A_REGULAR - 1
    _supplying(desk, body, 15, "nineteen awards of all classes", times=times, kind=Kind.INNOCENT)


CASES: Mapping[str, Mapping[Scenario, int]] = {
    "RF-003": {one_week: 8, fourteen_days: 6, fifteen_days: 2, cancelled_in_a_hurry: 1, no_deadline: 1},
    "RF-018": {one_bidder: 8, one_invited: 6, two_bidders: 2, given_directly: 1, not_counted: 1},
    "RF-024": {side_by_side: 8, three_thousandths: 6, five_thousandths: 2, lowest_lost: 1, two_lots: 1},
    "RF-025": {
        always_second: 5,
        one_in_ten: 3,
        one_in_eight: 3,
        just_a_top_bidder: 3,
        one_in_seven: 1,
        one_bid_fewer: 1,
        three_times: 1,
    },
    "RF-028": {
        one_price: 8,
        price_of_a_disqualified: 6,
        one_fen_apart: 2,
        same_firm_twice: 1,
        withdrawn_equal: 1,
        unpriced: 1,
    },
    "RF-030": {days_late: 8, hours_late: 6, day_before: 2, late_loser: 1},
    "RF-035": {all_but_one: 8, the_only_rival: 6, one_rival_left: 2, all_withdrew: 1},
    "RF-036": {cheapest_thrown_out: 8, equally_cheap: 6, dearer_thrown_out: 2, cheapest_withdrew: 1},
    "RF-038": {
        always_rejected: 6,
        sweeping_agency: 4,
        agency_at_the_fence: 4,
        five_of_eight: 3,
        three_of_five: 1,
        once_of_once: 1,
        strict_agency: 1,
    },
    "RF-048": {everything: 8, nine_classes: 6, seven_classes: 2, too_few_awards: 1},
    "RF-058": {half_price: 8, three_percent: 6, eighteen_thousandths: 2, only_valid_bid: 1},
}
"""Scenarios by procedure and how often each is dealt; what begins after the audit is the first of them."""
