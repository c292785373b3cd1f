"""Ordinary medical care: visits, stays, charges, purchases and claims in which nothing is wrong.

Rules kept here:

* Whoever stays in a hospital in this city is not a patient of its ordinary visits, so that nobody is in two places.
  Some are readmitted, months later. Nobody is treated after death, and no item is charged outside its limits.
* A patient sees one institution one to four times in a month; most months nobody sees any.
* What is charged of a stocked drug has been bought before: each quarter begins with a receipt that covers it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from reperform.city.dates import DAY_AFTER, FIRST, LAST_AFTER, OPENING, Ints, day, first_days, months_of, spread
from reperform.city.people import Residents
from reperform.city.rows import ABSENT, IN_BOTH, known_from
from reperform.city.town import Part, Town

from .medical_tables import (
    AMLODIPINE,
    BED,
    BLOOD,
    CHEAPER_FROM,
    CONTRACTS,
    COUNTED,
    CT,
    DIABETES,
    DIAGNOSES,
    DRIP,
    GRANULES,
    GYNAECOLOGY,
    HOSPITALS,
    HYPERTENSION,
    INPATIENT,
    METFORMIN,
    NURSING,
    OUTPATIENT,
    PRICES,
    PROSTATE,
    REGISTRATION,
    STOCKED,
    TERTIARY,
    XRAY,
    MedicalTables,
)

COURSES_PER_MILLION, STAYS_PER_MILLION, CLAIMS_PER_MILLION = 200_000, 45_000, 4_000
FEWEST_COURSES = 1500
"""In the smallest city too, a patient has peers enough to be compared with."""
PATIENTS, STAYING, NEEDY = 8, 0, 7
"""Of every eight residents one may stay in a hospital and one may be needy; the other six see a doctor now and then."""
_OPENING_STOCK = 500
_VISITS = np.array([1, 2, 3, 4], dtype=np.int64)
_VISIT_SHARES = np.array([0.35, 0.25, 0.25, 0.15])
_PRICES = np.array(PRICES, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class _Patients:
    """Who is treated where and when; one row per settlement."""

    who: Ints
    hospital: Ints
    admitted: Ints
    discharged: Ints
    diagnosis: Ints
    kind: int

    def only(self, rows: np.ndarray) -> _Patients:
        columns = {
            name: getattr(self, name)[rows] for name in ("who", "hospital", "admitted", "discharged", "diagnosis")
        }
        return replace(self, **columns)


@dataclass(frozen=True, eq=False)
class _Lines:
    """Lines of charges; `at` is the row of the settlement."""

    at: Ints
    item: Ints
    on: Ints
    quantity: Ints


def prices(items: Ints, hospitals: Ints, on: Ints) -> Ints:
    """Return the highest price of each item on its day."""
    base = _PRICES[items]
    of_level = np.where(hospitals < TERTIARY, base * 11 // 10, base)
    return np.where((items == CT) & (on >= CHEAPER_FROM), of_level * 9 // 10, of_level)


class Life:
    """Writes a chunk of ordinary care."""

    def __init__(self, town: Town, part: Part, people: Residents, tables: MedicalTables) -> None:
        self.town, self.part, self.people, self.tables = town, part, people, tables
        self.rng = town.rng("medical life", part.number)
        self._place = np.arange(len(people), dtype=np.int64) % PATIENTS

    def write(self) -> None:
        """Write visits, stays and claims; the purchases come when all sales are known."""
        visits = self._visits()
        self._settle(visits, self._visit_lines(visits))
        stays = self._stays()
        self._settle(stays, self._stay_lines(stays))
        self._claims()

    def _count(self, per_million: int) -> int:
        return self.part.share(per_million * self.town.residents // 1_000_000)

    def _visits(self) -> _Patients:
        count, rng = self.town.share(COURSES_PER_MILLION, FEWEST_COURSES, self.part), self.rng
        patients = np.flatnonzero((self._place != STAYING) & (self._place != NEEDY) & ~self.people.taken)
        who = patients[rng.integers(0, len(patients), count)]
        hospital, diagnosis = rng.integers(0, len(HOSPITALS), count), rng.integers(0, 4, count)
        month = rng.integers(FIRST, LAST_AFTER + 1, count)
        visits = _VISITS[np.searchsorted(np.cumsum(_VISIT_SHARES), rng.random(count), side="right").clip(0, 3)]
        at, _ = spread(np.zeros(count, dtype=np.int64), visits - 1)
        admitted = first_days(month)[at] + rng.integers(0, 28, len(at))
        course = _Patients(who[at], hospital[at], admitted, admitted, diagnosis[at], OUTPATIENT)
        return self._alive(course)

    def _alive(self, course: _Patients) -> _Patients:
        people = self.people
        here = (course.discharged <= np.minimum(people.died[course.who], DAY_AFTER)) & (
            people.born[course.who] < course.admitted
        )
        return course.only(np.flatnonzero(here))

    def _visit_lines(self, visits: _Patients) -> _Lines:
        rng, count = self.rng, len(visits.who)
        rows = np.arange(count, dtype=np.int64)
        drug = np.where(visits.diagnosis == DIABETES, METFORMIN, GRANULES)
        drug = np.where(visits.diagnosis == HYPERTENSION, AMLODIPINE, drug)
        tested = np.flatnonzero(rng.random(count) < 0.4)
        own = np.where(self.people.male[visits.who[tested]] == 1, PROSTATE, GYNAECOLOGY)
        test = np.array([XRAY, BLOOD, CT, ABSENT], dtype=np.int64)[rng.integers(0, 4, len(tested))]
        test = np.where(test == ABSENT, own, test)
        at = np.r_[rows, rows, tested]
        item = np.r_[np.full(count, REGISTRATION), drug, test]
        quantity = np.r_[
            np.ones(count, dtype=np.int64), rng.integers(1, 5, count), np.ones(len(tested), dtype=np.int64)
        ]
        return _Lines(at, item, visits.admitted[at], quantity)

    def _stays(self) -> _Patients:
        rng = self.rng
        patients = rng.permutation(np.flatnonzero((self._place == STAYING) & ~self.people.taken))
        who = patients[: self._count(STAYS_PER_MILLION)]
        count = len(who)
        hospital, diagnosis = rng.integers(0, len(HOSPITALS), count), rng.integers(0, len(DIAGNOSES), count)
        admitted = rng.integers(day(OPENING), DAY_AFTER - 2, count)
        discharged = admitted + rng.integers(1, 13, count)
        back = np.flatnonzero(rng.random(count) < 0.1)
        again = discharged[back] + rng.integers(40, 200, len(back))
        stays = _Patients(
            np.r_[who, who[back]],
            np.r_[hospital, hospital[back]],
            np.r_[admitted, again],
            np.r_[discharged, again + rng.integers(1, 9, len(back))],
            np.r_[diagnosis, diagnosis[back]],
            INPATIENT,
        )
        return self._alive(stays)

    def _stay_lines(self, stays: _Patients) -> _Lines:
        nights, night = spread(stays.admitted, stays.discharged - 1)
        days, on = spread(stays.admitted, stays.discharged)
        cared = (on - stays.admitted[days]) % 4 != 2
        days, on = days[cared], on[cared]
        first = np.arange(len(stays.who), dtype=np.int64)
        item = np.repeat(np.array([BED, NURSING, DRIP, CT]), [len(nights), len(nights), len(days), len(first)])
        quantity = np.ones(len(item), dtype=np.int64)
        quantity[item == DRIP] = self.rng.integers(1, 3, len(days))
        return _Lines(np.r_[nights, nights, days, first], item, np.r_[night, night, on, stays.admitted], quantity)

    def _settle(self, patients: _Patients, lines: _Lines) -> None:
        people, count = self.people, len(patients.who)
        number = self.town.serial("settlement", count) + np.arange(count, dtype=np.int64)
        states = known_from(patients.discharged)
        hospital = patients.hospital[lines.at]
        amount = lines.quantity * prices(lines.item, hospital, lines.on)
        total = np.bincount(lines.at, weights=amount, minlength=count).astype(np.int64)
        none, zero = np.full(count, ABSENT, dtype=np.int64), np.zeros(count, dtype=np.int64)
        self.tables.settlements.block(
            number=number,
            person=people.person[patients.who],
            hospital=patients.hospital,
            kind=zero + patients.kind,
            male=people.male[patients.who],
            born=people.born[patients.who],
            admitted=patients.admitted,
            discharged=patients.discharged,
            diagnosis=patients.diagnosis,
            second=none,
            planned=none,
            leave=none,
            invoice=self.town.serial("medical invoice", count) + np.arange(count, dtype=np.int64),
            needy=zero,
            eligible=total * 9 // 10,
            fund=total * 9 // 10 * 6 // 10,
            states=states,
        )
        order = np.argsort(lines.at, kind="stable")
        at = lines.at[order]
        begins = np.searchsorted(at, np.arange(count))
        self.tables.fees.block(
            number=number[at],
            line=np.arange(len(at), dtype=np.int64) - begins[at] + 1,
            hospital=hospital[order],
            item=lines.item[order],
            on=lines.on[order],
            quantity=lines.quantity[order],
            amount=amount[order],
            states=states[at],
        )

    def _claims(self) -> None:
        count, rng = self._count(CLAIMS_PER_MILLION), self.rng
        claim = self.town.serial("insurer claim", count) + np.arange(count, dtype=np.int64)
        contract = rng.integers(0, len(CONTRACTS), count)
        days = np.array([term for term, _ in CONTRACTS], dtype=np.int64)[contract]
        submitted = np.sort(rng.integers(day(OPENING), DAY_AFTER + 1, count))
        amount = (rng.lognormal(7.5, 0.8, count) * 10).astype(np.int64) * 10 + 1000
        self.tables.claims.block(
            claim=claim,
            contract=contract,
            hospital=rng.integers(0, len(HOSPITALS), count),
            submitted=submitted,
            amount=amount,
            states=known_from(submitted),
        )
        paid = submitted + 1 + (rng.random(count) * days).astype(np.int64)
        here = paid <= DAY_AFTER
        self.tables.payments.block(
            voucher=self.town.serial("insurer payment", count) + np.flatnonzero(here),
            claim=claim[here],
            amount=amount[here],
            on=paid[here],
            states=known_from(paid[here]),
        )

    def stock(self) -> None:
        """Write the receipts that cover what this chunk has charged of stocked drugs."""
        fees = self.tables.fees.columns()
        place = np.searchsorted(STOCKED, fees["item"])
        known = np.flatnonzero(np.isin(fees["item"], STOCKED) & (fees["hospital"] < len(HOSPITALS)))
        quarter = (months_of(fees["on"][known]) - FIRST) // 3
        kinds, quarters = len(STOCKED), (LAST_AFTER - FIRST) // 3 + 1
        cell = (fees["hospital"][known] * kinds + place[known]) * quarters + quarter
        sold = np.bincount(cell, weights=fees["quantity"][known], minlength=len(HOSPITALS) * kinds * quarters)
        filled = np.flatnonzero(sold)
        received = first_days(FIRST + filled % quarters * 3)
        self.tables.purchases.block(
            receipt=self.town.serial("medical receipt", len(filled)) + np.arange(len(filled), dtype=np.int64),
            hospital=filled // quarters // kinds,
            item=np.array(STOCKED, dtype=np.int64)[filled // quarters % kinds],
            on=received,
            quantity=sold[filled].astype(np.int64) + self.rng.integers(0, 40, len(filled)),
            states=known_from(received),
        )
        if self.part.number == 0:
            for hospital in range(len(HOSPITALS)):
                for item in STOCKED:
                    self.tables.stocks.add(hospital, item, COUNTED, _OPENING_STOCK, states=IN_BOTH)
