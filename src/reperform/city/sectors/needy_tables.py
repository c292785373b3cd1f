"""Needy groups: who is registered as needy, who is insured and marked, and how their costs were settled.

Rules kept here:

* Everybody is insured once, employees and residents; one resident in forty is needy. A mark follows the registration
  within a month, in both directions, unless a case says otherwise, and costs are settled as needy from the mark on.
* People of cases are guests, insured by the agency of the body that is at fault.
* A mark is put right by the mark itself; a benefit that was withheld by a payment; a subsidy by money that came back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from reperform.city.bodies import DISTRICTS
from reperform.city.dates import DAY_AFTER, DAY_BEFORE, NEVER, OPENING, Ints, day
from reperform.city.layout import PERSON, Format, Layout, date_of, money, named, numbered
from reperform.city.people import Residents
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE, IN_BOTH, Columns, Rows, known_from
from reperform.city.sector import Desk
from reperform.city.town import CIVIL_AFFAIRS, Part, Town

from .cases import guest
from .medical_life import NEEDY, PATIENTS
from .medical_tables import HEART, HOSPITALS, OUTPATIENT, SETTLEMENT, Care, MedicalTables

AGENCIES = tuple(f"{short}-SIC" for short, _, _ in DISTRICTS)
EMPLOYEE, RESIDENT = 0, 1
SUBSISTENCE, DESTITUTE, ORPHAN, DISABLED, MARGINAL = range(5)
KINDS = ("subsistence", "destitute", "orphan", "disabled", "marginal")
_KIND_NAMES = ("低保", "特困", "孤儿", "重残人员", "低边对象")
SHARES = (80, 100, 100, 70, 60)
"""Percent of what the basic insurance leaves, by kind of need."""
SUBSIDY = 67_000
INSURED_SINCE = day(date(2024, 1, 1))
_NEEDY_SHARE, _WORKING = 0.3, (22 * 365, 58 * 365)


@dataclass(frozen=True)
class Insurance:
    """One period of insurance of a guest; a day is `NEVER` where there is none."""

    person: int
    scheme: int
    agency: int
    since: int = INSURED_SINCE
    until: int = NEVER
    subsidy: int = 0
    marked: int = NEVER
    unmarked: int = NEVER


class NeedyDesk(Desk):
    """Writes ordinary insurance and need, and the rows of the cases."""

    def __init__(self, town: Town, part: Part) -> None:
        super().__init__(town, part, "needy")
        self.insured = Rows("person", "scheme", "agency", "since", "until", "subsidy", "marked", "unmarked")
        self.registry = Rows("person", "kind", "district", "since", "until", "cut")
        self.supplements = Rows("voucher", "number", "amount", "on")
        self.medical = MedicalTables()

    def guest(self) -> int:
        """Return the number of a new person of working age."""
        born = day(OPENING) - self.between(25 * 365, 65 * 365)
        return guest(self.town, born, self.between(0, 1))

    def district(self, body: str) -> int:
        """Return the place of a body's district."""
        return (AGENCIES if body in AGENCIES else CIVIL_AFFAIRS).index(body)

    def insure(self, one: Insurance, states: int) -> None:
        """Write a period of insurance."""
        values = (one.person, one.scheme, one.agency, one.since, one.until, one.subsidy, one.marked, one.unmarked)
        self.insured.add(*values, states=states)

    def register(self, person: int, kind: int, district: int, since: int, until: int, states: int) -> None:
        """Write a registration of need."""
        self.registry.add(person, kind, district, since, until, 0, states=states)

    def supplement(self, care: Care, amount: int, on: int) -> None:
        """Pay a benefit later."""
        voucher = self.town.serial("needy supplement")
        self.supplements.add(voucher, care.number, amount, on, states=int(known_from(on)))

    def ordinary(self, people: Residents) -> None:
        """Insure everybody, register the needy, and settle some of their costs."""
        rng, count = self.rng, len(people)
        age = DAY_BEFORE - people.born
        working = (age > _WORKING[0]) & (age < _WORKING[1]) & (rng.random(count) < 0.6)
        since = np.maximum(np.maximum(people.born, people.moved_in), INSURED_SINCE)
        until = np.minimum(people.died, people.moved_out)
        stays = (until == NEVER) & (since < day(OPENING)) & ~working & ~people.taken
        needy = stays & (np.arange(count) % PATIENTS == NEEDY) & (rng.random(count) < _NEEDY_SHARE)
        registered = np.where(needy, rng.integers(day(OPENING), DAY_AFTER - 60, count), NEVER)
        # Nobody's mark is on its way on the day of a state, so that a row of insurance stands in both or changes once.
        around = (registered > DAY_BEFORE - 40) & (registered <= DAY_BEFORE)
        registered = np.where(around, registered - 60, registered)
        marked = np.where(needy, registered + rng.integers(0, 29, count), NEVER)
        left = needy & (registered < day(OPENING) + 200) & (rng.random(count) < 0.15)
        ended = np.where(left, registered + 90, NEVER)
        unmarked = np.where(left, ended + rng.integers(0, 29, count), NEVER)
        self._insure_all(people, np.where(working, EMPLOYEE, RESIDENT), since, until, marked, unmarked)
        who = np.flatnonzero(needy)
        self.registry.block(
            person=people.person[who],
            kind=rng.integers(0, len(KINDS), len(who)),
            district=people.district[who],
            since=registered[who],
            until=ended[who],
            cut=np.zeros(len(who), dtype=np.int64),
            states=known_from(registered[who]),
        )
        self._settle(people, who, marked[who], np.minimum(ended[who], DAY_AFTER))

    def _insure_all(
        self, people: Residents, scheme: Ints, since: Ints, until: Ints, marked: Ints, unmarked: Ints
    ) -> None:
        """Write a row for each state in which it looks different."""
        changes = ((until > DAY_BEFORE) & (until <= DAY_AFTER)) | ((marked > DAY_BEFORE) & (marked <= DAY_AFTER))
        begun = since <= DAY_BEFORE
        for states, today, here in (
            (IN_BOTH, DAY_AFTER, begun & ~changes),
            (IN_BEFORE, DAY_BEFORE, begun & changes),
            (IN_AFTER, DAY_AFTER, (since <= DAY_AFTER) & (~begun | changes)),
        ):
            who = np.flatnonzero(here & (since <= until))
            self.insured.block(
                person=people.person[who],
                scheme=scheme[who],
                agency=people.district[who],
                since=since[who],
                until=np.where(until[who] <= today, until[who], NEVER),
                subsidy=np.where(scheme[who] == RESIDENT, SUBSIDY, 0),
                marked=np.where(marked[who] <= today, marked[who], NEVER),
                unmarked=np.where(unmarked[who] <= today, unmarked[who], NEVER),
                states=np.full(len(who), states, dtype=np.int64),
            )

    def _settle(self, people: Residents, who: Ints, first: Ints, last: Ints) -> None:
        """Settle one visit of most needy persons, as needy, while they are marked and registered."""
        seen = first + ((last - first) * self.rng.random(len(who))).astype(np.int64)
        here = (seen >= first) & (seen <= last) & (self.rng.random(len(who)) < 0.8)
        who, seen = who[here], seen[here]
        count = len(who)
        zero, none = np.zeros(count, dtype=np.int64), np.full(count, ABSENT, dtype=np.int64)
        eligible = self.rng.integers(500, 90_000, count) * 10
        self.medical.settlements.block(
            number=self.town.serial("settlement", count) + np.arange(count, dtype=np.int64),
            person=people.person[who],
            hospital=self.rng.integers(0, len(HOSPITALS), count),
            kind=zero + OUTPATIENT,
            male=people.male[who],
            born=people.born[who],
            admitted=seen,
            discharged=seen,
            diagnosis=zero + HEART,
            second=none,
            planned=none,
            leave=none,
            invoice=self.town.serial("medical invoice", count) + np.arange(count, dtype=np.int64),
            needy=zero + 1,
            eligible=eligible,
            fund=eligible * 6 // 10,
            states=known_from(seen),
        )

    def columns(self) -> dict[str, Columns]:
        """Return the tables of the sector."""
        return {
            "insured_person": self.insured.columns(),
            "needy_registry": self.registry.columns(),
            "needy_supplement": self.supplements.columns(),
            "medical_settlement": self.medical.settlements.columns(),
            **self.registers(),
        }


_INSURED = Layout(
    "insured_person",
    Format.PARQUET,
    (
        ("参保人证件号", PERSON),
        ("参保险种", named(("城镇职工", "城乡居民"), "scheme")),
        ("参保经办机构", named(AGENCIES, "agency")),
        ("参保日期", date_of("since")),
        ("停保日期", date_of("until")),
        ("财政补助金额", f"CASE WHEN subsidy >= 0 THEN {money('subsidy')} END"),
        ("困难标识生效日期", date_of("marked")),
        ("困难标识失效日期", date_of("unmarked")),
    ),
)
_REGISTRY = Layout(
    "needy_registry",
    Format.CSV_GB18030,
    (
        ("救助对象证件号", f"CASE cut WHEN 1 THEN substr({PERSON}, 1, 17) ELSE {PERSON} END"),
        ("救助类别", named(_KIND_NAMES, "kind")),
        ("认定单位", named(CIVIL_AFFAIRS, "district")),
        ("认定日期", date_of("since")),
        ("退出日期", date_of("until")),
    ),
)
_SUPPLEMENT = Layout(
    "needy_supplement",
    Format.XLSX,
    (
        ("补发凭证号", numbered("BF-", "voucher", 7)),
        ("原结算单号", numbered("JS", "number", 10)),
        ("补发金额（元）", money("amount")),
        ("到账日期", date_of('"on"')),
    ),
)


LAYOUTS = (_INSURED, _REGISTRY, _SUPPLEMENT, SETTLEMENT)
