"""The cases of firms that exist for the money: EM-07 to EM-10.

Rules kept here:

* What is told is told of a firm, and all its money shares one fate; all firms of a group share it too.
* A group is tied by one thing or by several, firm by firm; the way of writing an address differs on purpose.
* A claim on the last employer is lawful in itself: it is the crowd of them that is not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from reperform.city.attitudes import Attitude
from reperform.city.dates import DAY_BEFORE, FIRST, LAST_AFTER, LAST_BEFORE, on
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE, IN_BOTH
from reperform.city.town import deal
from reperform.city.truth import Fate, Kind

from .employment_desk import (
    BENEFITS,
    EXPANSION,
    GRADUATE,
    HRS,
    INSURANCE,
    KINDS,
    Benefit,
    Employer,
    Line,
    WorkDesk,
    benefit_text,
    first_day,
    month_at,
)

Change = Callable[[WorkDesk, Employer], dict[str, int]]


def _fate(desk: WorkDesk, code: str, body: str, fate: Fate | None) -> Fate:
    return desk.town.attitudes[code].fate(body) if fate is None else fate


def _worth(lines: list[Line]) -> int:
    return sum(line.amount for line in lines)


def _settle(desk: WorkDesk, lines: list[Line], fate: Fate) -> None:
    if fate.begins_after:
        for line in lines:
            desk.pay(line)
    else:
        desk.settle(lines, fate)


def _shell(desk: WorkDesk, body: str, note: str, *, signs: tuple[bool, bool, bool, bool], fate: Fate | None = None,
           people: int = 4, kind: Kind = Kind.PLANTED) -> None:  # fmt: skip
    """Write a firm with some of four signs: brief stays, gone after the payment, no sales, young."""
    brief, gone, idle, young = signs
    month = desk.when(after=fate is not None)
    firm = desk.employer(body)
    if young:
        firm = replace(firm, registered=first_day(month) - desk.between(60, 200))
    guilty = kind is Kind.PLANTED
    settled = _fate(desk, "EM-07", body, fate) if guilty else Fate.NONE
    tidied = settled is Fate.UNPROVEN and desk.chance(0.5)
    desk.open(firm, staff=1, sells=not idle)
    lines = []
    for _ in range(people):
        person = desk.person()
        line = desk.line(firm, person, EXPANSION, month)
        lines.append(line)
        last = month_at(line.paid) + desk.between(0, 1) if gone else ABSENT
        first = (last if gone else LAST_AFTER) - 2 if brief else month - 9
        desk.stay(person, firm, first, last, IN_BEFORE if tidied else IN_BOTH)
        if tidied:
            desk.stay(person, firm, month - 10, states=IN_AFTER)
    key = desk.firm_key(firm)
    if not guilty:
        for line in lines:
            desk.pay(line)
        desk.harmless("EM-07", key, body, note, kind, _worth(lines))
        return
    desk.plant_later("EM-07", key, body, _worth(lines), settled, note)
    if tidied:
        for line in lines:
            desk.pay(line)
    else:
        _settle(desk, lines, settled)


def hollow(desk: WorkDesk, body: str, fate: Fate | None = None) -> None:
    """All four signs."""
    people = desk.between(4, 7)
    _shell(desk, body, "all signs of a shell", signs=(True, True, True, True), people=people, fate=fate)


def hollow_but_old(desk: WorkDesk, body: str) -> None:
    """Three signs: bought as an old firm."""
    _shell(desk, body, "an old firm without sales, staff gone", signs=(True, True, True, False))


def hollow_but_selling(desk: WorkDesk, body: str) -> None:
    """Three signs, and invoices."""
    _shell(desk, body, "a young firm with invoices, staff gone", signs=(True, True, False, True))


def smallest_shell(desk: WorkDesk, body: str) -> None:
    """Three people are enough."""
    _shell(desk, body, "three people, all signs", signs=(True, True, True, True), people=3)


def seasonal(desk: WorkDesk, body: str) -> None:
    """Staff of one season: two signs."""
    _shell(desk, body, "staff of one season", signs=(True, True, False, False), kind=Kind.NEAR_MISS)


def failed(desk: WorkDesk, body: str) -> None:
    """A young firm without sales whose staff stayed."""
    _shell(desk, body, "a young firm without sales yet", signs=(False, False, True, True), kind=Kind.INNOCENT)


def two_people(desk: WorkDesk, body: str) -> None:
    """Two people only: not examined."""
    signs = (True, True, True, True)
    _shell(desk, body, "two people are too few to judge", signs=signs, people=2, kind=Kind.NEAR_MISS)


def same_address(desk: WorkDesk, first: Employer) -> dict[str, int]:
    """One room, written differently."""
    return {"address": first.address, "style": desk.between(0, 2)}


def same_phone(desk: WorkDesk, first: Employer) -> dict[str, int]:
    """One telephone, with or without the country's prefix."""
    return {"phone": first.phone, "style": desk.between(0, 1)}


def same_representative(desk: WorkDesk, first: Employer) -> dict[str, int]:
    """One representative."""
    return {"representative": first.representative}


def same_agent(desk: WorkDesk, first: Employer) -> dict[str, int]:
    """One agent."""
    return {"agent": first.agent}


_WAYS: tuple[Change, ...] = (same_address, same_phone, same_representative, same_agent)


def _group(desk: WorkDesk, districts: list[str], *, one_way: Change | None = None) -> list[Employer]:
    """Return tied firms, one in each of the districts; each is tied to the one before."""
    made = [desk.employer(districts[0], agent=desk.person())]
    for body in districts[1:]:
        way = _WAYS[desk.between(0, 3)] if one_way is None else one_way
        made.append(desk.employer(body, **{"agent": desk.person(), **way(desk, made[-1])}))
    return made


def _paid(desk: WorkDesk, firm: Employer, kind: int, month: int, people: int = 2) -> list[Line]:
    """Write a firm with subsidised staff that lasts, and return the lines, unpaid."""
    desk.open(firm)
    lines = []
    for _ in range(people):
        person = desk.person()
        desk.stay(person, firm, month - 8)
        lines.append(desk.line(firm, person, kind, month))
    return lines


def _tell(desk: WorkDesk, code: str, firm: Employer, lines: list[Line], fate: Fate, note: str) -> None:
    key = desk.firm_key(firm) | {"kind": KINDS[lines[0].kind]}
    if code == "EM-09":
        key["district_body"] = HRS[lines[0].place]
    desk.plant_later(code, key, HRS[firm.place], _worth(lines), fate, note)


def _tied(
    desk: WorkDesk, body: str, firms: int, note: str, fate: Fate | None = None, way: Change | None = None
) -> None:
    """Plant a group in one district."""
    settled, month = _fate(desk, "EM-08", body, fate), desk.when(after=fate is not None)
    kind = (INSURANCE, GRADUATE)[desk.between(0, 1)]
    for firm in _group(desk, [body] * firms, one_way=way):
        lines = _paid(desk, firm, kind, month)
        _tell(desk, "EM-08", firm, lines, settled, note)
        _settle(desk, lines, settled)


def chain_of_firms(desk: WorkDesk, body: str, fate: Fate | None = None) -> None:
    """Three to five firms, each tied to the next in some way."""
    _tied(desk, body, desk.between(3, 5), "a chain of tied firms", fate)


def one_room(desk: WorkDesk, body: str) -> None:
    """Three firms in one room."""
    _tied(desk, body, 3, "three firms in one room", way=same_address)


def one_telephone(desk: WorkDesk, body: str) -> None:
    """Four firms with one telephone."""
    _tied(desk, body, 4, "four firms with one telephone", way=same_phone)


def shared_staff(desk: WorkDesk, body: str) -> None:
    """Three firms that are paid for the same people, one after the other."""
    settled, month = _fate(desk, "EM-08", body, None), desk.between(FIRST, LAST_BEFORE - 8)
    people = [desk.person() for _ in range(3)]
    for turn in range(3):
        firm = desk.open(desk.employer(body))
        lines = []
        for person in people:
            desk.stay(person, firm, month + turn, month + turn)
            lines.append(desk.line(firm, person, INSURANCE, month + turn))
        _tell(desk, "EM-08", firm, lines, settled, "three firms paid for the same three people")
        _settle(desk, lines, settled)


def most_that_tie(desk: WorkDesk, body: str) -> None:
    """Ten firms share one agent: the most that still says something."""
    _tied(desk, body, 10, "ten firms with one agent", way=same_agent)


def _not_tied(desk: WorkDesk, body: str, made: list[Employer], note: str, kind: Kind = Kind.INNOCENT) -> None:
    month = desk.when()
    for firm in made:
        lines = _paid(desk, firm, INSURANCE, month)
        desk.harmless("EM-08", desk.firm_key(firm) | {"kind": "insurance"}, body, note, kind, _worth(lines))
        for line in lines:
            desk.pay(line)


def eleven_in_a_tower(desk: WorkDesk, body: str) -> None:
    """Eleven firms share an address: a tower."""
    made = _group(desk, [body] * 11, one_way=same_address)
    _not_tied(desk, body, made, "eleven firms at one address", Kind.NEAR_MISS)


def a_couple(desk: WorkDesk, body: str) -> None:
    """Two firms of one couple."""
    _not_tied(desk, body, _group(desk, [body] * 2), "two tied firms only", Kind.NEAR_MISS)


def others_draw_nothing(desk: WorkDesk, body: str) -> None:
    """One of five tied firms draws."""
    first, *others = _group(desk, [body] * 5)
    for firm in others:
        desk.open(firm)
    _not_tied(desk, body, [first], "tied to four firms that draw nothing")


def _across(desk: WorkDesk, body: str, firms: int, note: str, fate: Fate | None = None) -> None:
    """Plant a group that draws in as many districts as it has firms."""
    attitudes = desk.town.attitudes["EM-09"].of
    guilty = [one for one in HRS if attitudes[one] is not Attitude.CLEAN]
    at = guilty.index(body)
    settled, month = _fate(desk, "EM-09", body, fate), desk.when(after=fate is not None)
    for firm in _group(desk, [guilty[(at + turn) % len(guilty)] for turn in range(firms)]):
        lines = _paid(desk, firm, INSURANCE, month)
        _tell(desk, "EM-09", firm, lines, settled, note)
        if firms > 2:
            _tell(desk, "EM-08", firm, lines, settled, note)
        _settle(desk, lines, settled)


def two_districts(desk: WorkDesk, body: str, fate: Fate | None = None) -> None:
    """Two tied firms, two districts."""
    _across(desk, body, 2, "tied firms in two districts", fate)


def four_districts(desk: WorkDesk, body: str) -> None:
    """Four tied firms, four districts: a group in itself as well."""
    _across(desk, body, 4, "tied firms in four districts")


def _drawing_apart(desk: WorkDesk, first: str, second: str, kinds: tuple[int, int], note: str, kind: Kind) -> None:
    for firm, what in zip(_group(desk, [first, second]), kinds, strict=True):
        lines = _paid(desk, firm, what, desk.when())
        key = desk.firm_key(firm) | {"kind": KINDS[what], "district_body": HRS[firm.place]}
        desk.harmless("EM-09", key, HRS[firm.place], note, kind, _worth(lines))
        for line in lines:
            desk.pay(line)


def one_district(desk: WorkDesk, body: str) -> None:
    """Two tied firms in one district."""
    _drawing_apart(desk, body, body, (INSURANCE, INSURANCE), "tied firms in one district", Kind.NEAR_MISS)


def different_subsidies(desk: WorkDesk, body: str) -> None:
    """Two districts, two kinds of subsidies."""
    other = HRS[(HRS.index(body) + 3) % len(HRS)]
    _drawing_apart(desk, body, other, (INSURANCE, GRADUATE), "different subsidies in two districts", Kind.INNOCENT)


def _dismissed(desk: WorkDesk, firm: Employer, people: int, first: int, *, hidden: bool = False) -> list[Benefit]:
    """Let people who were briefly insured claim two months of benefit, and return what they draw."""
    drawn = []
    for _ in range(people):
        person = desk.person()
        desk.stay(person, firm, first - 3, first - 1)
        number, claimed = desk.town.serial("jobless_claim"), first_day(first) + desk.between(0, 20)
        drawn += [desk.benefit(number, firm.place, person, first + turn) for turn in range(2)]
        states = IN_AFTER if claimed > DAY_BEFORE else IN_BEFORE if hidden else IN_BOTH
        desk.claims.add(number, person, firm.number, claimed, 120, firm.place + 1, states=states)
    return drawn


def _crowd(desk: WorkDesk, body: str, claims: int, others: int, note: str, fate: Fate | None = None) -> None:
    """Plant a firm most of whose people claim benefit in one year."""
    after = fate is not None
    first = desk.between(LAST_BEFORE + 1, LAST_AFTER - 3) if after else desk.between(FIRST + 3, FIRST + 9)
    firm, settled = desk.open(desk.employer(body), staff=others), _fate(desk, "EM-10", body, fate)
    drawn = _dismissed(desk, firm, claims, first, hidden=settled is Fate.UNPROVEN)
    key = desk.firm_key(firm) | {"claim_year": on(first_day(first)).year}
    desk.plant_later("EM-10", key, body, sum(month.amount for month in drawn), settled, note)
    for month in drawn:
        desk.disburse(month)
        if settled is Fate.CLEARED:
            desk.remedy(settled, BENEFITS, benefit_text(month.number), month.amount)
    if settled is Fate.PARTLY:
        desk.remedy(settled, BENEFITS, benefit_text(drawn[0].number), drawn[0].amount)


def mostly_jobless(desk: WorkDesk, body: str, fate: Fate | None = None) -> None:
    """Seven to twelve claims, two or three who stay."""
    _crowd(desk, body, desk.between(7, 12), desk.between(2, 3), "nearly all of its people claim", fate)


def just_over_half(desk: WorkDesk, body: str) -> None:
    """Six of eleven."""
    _crowd(desk, body, 6, 5, "six of eleven claim")


def fewest(desk: WorkDesk, body: str) -> None:
    """Five claims: the fewest that count."""
    _crowd(desk, body, 5, 2, "five of seven claim")


def _lawful(desk: WorkDesk, body: str, claims: int, others: int, note: str, kind: Kind) -> None:
    first = desk.between(FIRST + 3, FIRST + 9)
    firm = desk.open(desk.employer(body), staff=others)
    for month in _dismissed(desk, firm, claims, first):
        desk.disburse(month)
    desk.harmless("EM-10", desk.firm_key(firm) | {"claim_year": on(first_day(first)).year}, body, note, kind)


def half(desk: WorkDesk, body: str) -> None:
    """Six of twelve: exactly half."""
    _lawful(desk, body, 6, 6, "exactly half claim", Kind.NEAR_MISS)


def four_of_five(desk: WorkDesk, body: str) -> None:
    """Four of five in a small firm."""
    _lawful(desk, body, 4, 1, "a small firm that lost four of five", Kind.NEAR_MISS)


SCENARIOS = {
    "EM-07": deal({
        hollow: 11, hollow_but_old: 5, hollow_but_selling: 5, smallest_shell: 3, seasonal: 2, failed: 1, two_people: 1,
    }),
    "EM-08": deal({
        chain_of_firms: 9, one_room: 4, one_telephone: 3, shared_staff: 3, most_that_tie: 2, eleven_in_a_tower: 1,
        a_couple: 1, others_draw_nothing: 1,
    }),
    "EM-09": deal({two_districts: 14, four_districts: 7, one_district: 2, different_subsidies: 1}),
    "EM-10": deal({mostly_jobless: 12, just_over_half: 6, fewest: 4, half: 2, four_of_five: 1}),
}  # fmt: skip
AGAIN = {"EM-07": hollow, "EM-08": chain_of_firms, "EM-09": two_districts, "EM-10": mostly_jobless}
