"""Cases about stays: split, empty, two at once, after death.

Rules kept here:

* What is wrong is decided here, from the story of the case; no procedure is asked.
* A dead guest stands in the death register with a row of its own. A week's drugs that are charged at once
  cannot be told from guilt by the columns of the tables; they are there to be honest about precision.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Unpack

from reperform.city.dates import NEVER
from reperform.city.rows import ABSENT, IN_AFTER, IN_BOTH

from .cases import Book, Situation, innocent, near_miss, not_testable, planted, recoverable, settled
from .medical_tables import (
    BED,
    DRIP,
    NURSING,
    OTHER_STROKE,
    PHARMACY,
    PNEUMONIA,
    STROKE,
    Care,
    Changes,
)
from .medical_ward import CREMATORIUM, Ward

WEEKLY = "a week's drugs charged at once"


def _again(ward: Ward, body: str, when: int, apart: int, **changes: Unpack[Changes]) -> Situation:
    """Return a second stay so many days after a first one of the same person at the same hospital."""
    hospital = ward.place(body)
    first = replace(ward.stay(hospital, when, 8), diagnosis=STROKE)
    second = ward.same_person(first, ward.stay(hospital, first.discharged + apart, ward.between(4, 9)))
    second = replace(replace(second, diagnosis=OTHER_STROKE), **changes)
    return later_one(ward, second, first, faked=replace(second, planned=1))


def later_one(ward: Ward, care: Care, first: Care, *, faked: Care | None = None, returned: int = 0) -> Situation:
    """Return the situation of a later stay; the first one is written where the later one is."""
    tables = ward.tables

    def write(states: int) -> None:
        tables.write(first, IN_BOTH if states != IN_AFTER else IN_AFTER)
        tables.write(care, states)

    def tidy(states: int) -> None:
        if faked is not None:
            tables.write(faked, states)

    ref = care.text
    act = recoverable(ward, write, "medical_settlement", ref, care.fund, tidy if faked is not None else None)
    if returned:
        act = settled(ward, write, "medical_settlement", ref, care.fund, returned)
    return Situation({"setl_id": ref}, care.fund, act)


def back_within_days(ward: Ward, body: str, when: int) -> Situation:
    """Back within days for the same disease."""
    return _again(ward, body, when, ward.between(1, 6))


def back_on_the_same_day(ward: Ward, body: str, when: int) -> Situation:
    """Discharged and admitted on one day."""
    return _again(ward, body, when, 0)


def back_on_day_seven(ward: Ward, body: str, when: int) -> Situation:
    """Back on the seventh day."""
    return _again(ward, body, when, 7)


def back_on_day_eight(ward: Ward, body: str, when: int) -> Situation:
    """Back on the eighth day."""
    return _again(ward, body, when, 8)


def planned_course(ward: Ward, body: str, when: int) -> Situation:
    """The next course of a chemotherapy."""
    return _again(ward, body, when, 3, planned=1)


def another_disease(ward: Ward, body: str, when: int) -> Situation:
    """Back for another disease."""
    return _again(ward, body, when, 3, diagnosis=PNEUMONIA)


def split_repaid(ward: Ward, body: str, when: int) -> Situation:
    """Split, and the second stay paid back before the audit."""
    first = ward.stay(ward.place(body), when, 6)
    second = ward.same_person(first, ward.stay(first.hospital, first.discharged + 2, 4))
    return later_one(ward, second, first, returned=second.discharged + 30)


def unrelated_for_all_we_know(ward: Ward, body: str, when: int) -> Situation:
    """The diagnosis of the second stay was not entered."""
    return _again(ward, body, when, 3, diagnosis=ABSENT)


def _empty(ward: Ward, body: str, when: int, idle: int) -> Care:
    """Return a stay with so many idle days between the day after admission and the day of discharge."""
    care = ward.stay(ward.place(body), when, idle + 2)
    kept = [line for line in care.lines if line.item in (BED, NURSING) or line.on in (when + 1, care.discharged)]
    return care.having(*kept)


def bed_alone(ward: Ward, body: str, when: int) -> Situation:
    """Days on which nothing but the bed was charged."""
    care = _empty(ward, body, when, ward.between(6, 12))
    drips = [ward.line(DRIP, care.hospital, later) for later in range(when, care.discharged)]
    return ward.whole(care, faked=care.having(*care.lines, *drips))


def five_idle_days(ward: Ward, body: str, when: int) -> Situation:
    """Five idle days."""
    return ward.whole(_empty(ward, body, when, 5))


def four_idle_days(ward: Ward, body: str, when: int) -> Situation:
    """Four idle days."""
    return ward.whole(_empty(ward, body, when, 4))


def on_leave(ward: Ward, body: str, when: int) -> Situation:
    """Seven idle days, three of them approved leave."""
    return ward.whole(replace(_empty(ward, body, when, 7), leave=3))


def weekly_drugs(ward: Ward, body: str, when: int) -> Situation:
    """Drugs for a week charged on one day."""
    return ward.whole(_empty(ward, body, when, 6))


def _elsewhere(ward: Ward, body: str, when: int, after: int, kind: int) -> tuple[Care, Care]:
    """Return a stay and a visit of the same person elsewhere, so many days after the admission."""
    care = ward.stay(ward.place(body), when, 6)
    seen = ward.visit(ward.other(body), when + after, kind=kind)
    return care, ward.same_person(care, seen)


def seen_elsewhere(ward: Ward, body: str, when: int) -> Situation:
    """Seen at another hospital, or buying elsewhere, in the middle of a stay."""
    care, seen = _elsewhere(ward, body, when, ward.between(1, 5), ward.between(1, PHARMACY))
    made = later_one(ward, care, seen)
    return made


def seen_on_the_way(ward: Ward, body: str, when: int) -> Situation:
    """Seen elsewhere on the day of the admission."""
    care, seen = _elsewhere(ward, body, when, 0, 1)
    return later_one(ward, care, seen)


def never_discharged(ward: Ward, body: str, when: int) -> Situation:
    """A stay without an end."""
    return ward.whole(ward.open_stay(body, when, "MI-04"))


def _dead(ward: Ward, body: str, when: int, late: int, nights: int) -> Care:
    """Return a settlement that ends so many days after the death of the person."""
    hospital = ward.place(body)
    care = ward.stay(hospital, when - nights, nights) if nights else ward.visit(hospital, when, kind=PHARMACY)
    ward.die(care.person, when - late)
    return care


def bought_after_death(ward: Ward, body: str, when: int) -> Situation:
    """A purchase weeks after the death."""
    return ward.whole(_dead(ward, body, when, ward.between(10, 90), 0))


def stayed_after_death(ward: Ward, body: str, when: int) -> Situation:
    """A stay that goes on after the death."""
    return ward.whole(_dead(ward, body, when, ward.between(3, 8), 9))


def two_days_after_death(ward: Ward, body: str, when: int) -> Situation:
    """The second day after the death."""
    return ward.whole(_dead(ward, body, when, 2, 6))


def the_day_after_death(ward: Ward, body: str, when: int) -> Situation:
    """The day after the death."""
    return ward.whole(_dead(ward, body, when, 1, 6))


def on_the_day_of_death(ward: Ward, body: str, when: int) -> Situation:
    """A stay that ends with the death."""
    return ward.whole(_dead(ward, body, when, 0, 6))


def dead_and_repaid(ward: Ward, body: str, when: int) -> Situation:
    """Bought after the death, and paid back before the audit."""
    return ward.whole(_dead(ward, body, when, 20, 0), returned=when + 30)


def dead_without_a_date(ward: Ward, body: str, when: int) -> Situation:
    """Recorded as dead, nobody knows since when."""
    care = ward.visit(ward.place(body), when, kind=PHARMACY)
    ward.die(care.person, NEVER)
    return ward.whole(care)


def between_two_deaths(ward: Ward, body: str, when: int) -> Situation:
    """The registers disagree on the date of death, and the purchase lies between."""
    care = _dead(ward, body, when, 15, 0)
    ward.die(care.person, when + 15, CREMATORIUM)
    return ward.whole(care)


def _overlapping(ward: Ward, body: str, when: int, shared: int) -> tuple[Care, Care]:
    """Return a stay elsewhere and one that begins so many days before its end."""
    first = ward.stay(ward.other(body), when, 9)
    second = ward.stay(ward.place(body), first.discharged - shared, 9)
    return first, ward.same_person(first, second)


def in_two_beds(ward: Ward, body: str, when: int) -> Situation:
    """In two hospitals at once."""
    first, second = _overlapping(ward, body, when, ward.between(3, 8))
    return later_one(ward, second, first, faked=replace(second, person=ward.visit(0, when).person))


def two_shared_days(ward: Ward, body: str, when: int) -> Situation:
    """Two shared days."""
    first, second = _overlapping(ward, body, when, 2)
    return later_one(ward, second, first)


def one_shared_day(ward: Ward, body: str, when: int) -> Situation:
    """A transfer with one shared day."""
    first, second = _overlapping(ward, body, when, 1)
    return later_one(ward, second, first)


def one_after_the_other(ward: Ward, body: str, when: int) -> Situation:
    """A transfer on the day of discharge."""
    first, second = _overlapping(ward, body, when, 0)
    return later_one(ward, second, first)


def first_repaid(ward: Ward, body: str, when: int) -> Situation:
    """In two hospitals at once, and the first stay was paid back: that one did not happen."""
    first, second = _overlapping(ward, body, when, 5)
    ward.recover("medical_settlement", first.text, first.fund, second.discharged + 30)
    return later_one(ward, second, first)


def open_ended(ward: Ward, body: str, when: int) -> Situation:
    """A stay without an end overlaps with everything, or with nothing."""
    return ward.whole(ward.open_stay(body, when, "MI-07"))


BOOKS = (
    Book(
        "MI-03",
        {
            planted(back_within_days, "back within days for the same disease"): 16,
            planted(back_on_the_same_day, "discharged and admitted on one day"): 4,
            planted(back_on_day_seven, "back on the seventh day"): 2,
            near_miss(back_on_day_eight, "back on the eighth day"): 2,
            innocent(planned_course, "a planned course"): 2,
            innocent(another_disease, "another disease"): 2,
            innocent(split_repaid, "paid back before the audit"): 1,
            not_testable(unrelated_for_all_we_know, "no diagnosis"): 1,
        },
        back_within_days,
        150,
        40,
    ),
    Book(
        "MI-04",
        {
            planted(bed_alone, "days on which nothing but the bed was charged"): 14,
            planted(seen_elsewhere, "seen elsewhere during the stay"): 8,
            planted(five_idle_days, "five idle days"): 2,
            near_miss(four_idle_days, "four idle days"): 2,
            innocent(on_leave, "approved leave"): 2,
            innocent(seen_on_the_way, "seen elsewhere on the day of admission"): 2,
            innocent(weekly_drugs, WEEKLY): 1,
            not_testable(never_discharged, "no date of discharge"): 1,
        },
        bed_alone,
        150,
        40,
    ),
    Book(
        "MI-06",
        {
            planted(bought_after_death, "a purchase weeks after the death"): 14,
            planted(stayed_after_death, "a stay that goes on after the death"): 6,
            planted(two_days_after_death, "the second day after the death"): 2,
            near_miss(the_day_after_death, "the day after the death"): 2,
            innocent(on_the_day_of_death, "the stay ended with the death"): 2,
            innocent(dead_and_repaid, "paid back before the audit"): 1,
            not_testable(dead_without_a_date, "dead without a date"): 1,
            not_testable(between_two_deaths, "the registers disagree"): 1,
        },
        bought_after_death,
        120,
        30,
    ),
    Book(
        "MI-07",
        {
            planted(in_two_beds, "in two hospitals at once"): 20,
            planted(two_shared_days, "two shared days"): 2,
            near_miss(one_shared_day, "one shared day"): 2,
            innocent(one_after_the_other, "transferred on the day of discharge"): 2,
            innocent(first_repaid, "the first stay was paid back"): 1,
            not_testable(open_ended, "no date of discharge"): 1,
        },
        in_two_beds,
        120,
        30,
    ),
)
