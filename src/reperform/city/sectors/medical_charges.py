"""Cases about charges: twice, outside the limits, for the wrong sex.

Rules kept here:

* What is wrong is decided here, from the story of the case and the lists of items; no procedure is asked.
* A body that only tidies its table takes the line out, or writes down less of it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Unpack

from reperform.city.dates import ALWAYS, day, on
from reperform.city.rows import ABSENT

from .cases import Book, Situation, innocent, near_miss, not_testable, planted, recoverable
from .medical_tables import (
    BED,
    BLOOD,
    BONE,
    CHEMOTHERAPY,
    CT,
    DIABETES,
    DRIP,
    GYNAECOLOGY,
    HYPERTENSION,
    IMPLANT,
    LUNG_CANCER,
    METFORMIN,
    NURSING,
    OPERATION,
    PROSTATE,
    SUTURE,
    SYRUP,
    TERTIARY,
    XRAY,
    Care,
    Changes,
    Line,
    item_text,
    price,
)
from .medical_ward import Ward


def _times(ward: Ward, body: str, when: int, item: int, quantity: int) -> Care:
    """Return a visit with an item so many times."""
    care = ward.visit(ward.place(body), when)
    return care.having(*care.lines, ward.line(item, care.hospital, when, quantity))


def several_a_day(ward: Ward, body: str, when: int) -> Situation:
    """An examination that is made once a day, charged several times."""
    item, extra = (XRAY, CT)[ward.between(0, 1)], ward.between(1, 3)
    care = _times(ward, body, when, item, 1 + extra)
    once = care.having(*care.lines[:-1], ward.line(item, care.hospital, when))
    return ward.item(care, item, extra * price(item, care.hospital, when), faked=once)


def one_over_the_day(ward: Ward, body: str, when: int) -> Situation:
    """A third infusion where two a day are the most."""
    care = _times(ward, body, when, DRIP, 3)
    return ward.item(care, DRIP, price(DRIP, care.hospital, when))


def on_two_lines(ward: Ward, body: str, when: int) -> Situation:
    """Blood counts on two lines of one day, together three."""
    care = _times(ward, body, when, BLOOD, 2)
    care = care.having(*care.lines, ward.line(BLOOD, care.hospital, when))
    return ward.item(care, BLOOD, price(BLOOD, care.hospital, when))


def _beds(ward: Ward, body: str, when: int, extra: int) -> Care:
    """Return a stay with so many beds more than nights."""
    care = ward.stay(ward.place(body), when, ward.between(3, 9))
    return care.having(*care.lines, ward.line(BED, care.hospital, care.discharged, extra))


def more_days_than_stayed(ward: Ward, body: str, when: int) -> Situation:
    """Beds for days on which nobody stayed."""
    extra = ward.between(2, 6)
    care = _beds(ward, body, when, extra)
    return ward.item(care, BED, (extra - 1) * price(BED, care.hospital, when), faked=care.having(*care.lines[:-1]))


def one_day_more(ward: Ward, body: str, when: int) -> Situation:
    """One day more than admission and discharge counted both."""
    care = _beds(ward, body, when, 2)
    return ward.item(care, BED, price(BED, care.hospital, when))


def first_and_last_day(ward: Ward, body: str, when: int) -> Situation:
    """Admission and discharge counted both."""
    return ward.item(_beds(ward, body, when, 1), BED, 0)


def with_its_whole(ward: Ward, body: str, when: int) -> Situation:
    """A package charged beside the operation that includes it."""
    care = ward.visit(ward.place(body), when, OPERATION, SUTURE)
    return ward.item(care, SUTURE, price(SUTURE, care.hospital, when), faked=care.having(*care.lines[:-1]))


def on_another_day(ward: Ward, body: str, when: int) -> Situation:
    """A package on the day after the operation."""
    care = ward.stay(ward.place(body), when, 4)
    lines = ward.line(OPERATION, care.hospital, when), ward.line(SUTURE, care.hospital, when + 1)
    return ward.item(care.having(*care.lines, *lines), SUTURE, 0)


def twice_as_allowed(ward: Ward, body: str, when: int) -> Situation:
    """The most that a day allows."""
    return ward.item(_times(ward, body, when, DRIP, 2), DRIP, 0)


def repaid_charge(ward: Ward, body: str, when: int) -> Situation:
    """Charged twice and paid back long before the audit."""
    care = _times(ward, body, when, XRAY, 2)
    return ward.item(care, XRAY, price(XRAY, care.hospital, when), returned=when + 30)


def never_discharged(ward: Ward, body: str, when: int) -> Situation:
    """A stay without an end: neither its beds nor its nursing can be counted."""
    care = ward.open_stay(body, when, "MI-01")
    key = {"setl_id": care.text, "item_code": item_text(NURSING)}
    return Situation(key, 0, recoverable(ward, lambda states: ward.tables.write(care, states), "", "", 0))


def _limited(ward: Ward, body: str, when: int, item: int, **changes: Unpack[Changes]) -> Situation:
    care = replace(ward.visit(ward.place(body), when, item), **changes)
    right = care.having(*care.lines[:-1])
    return ward.item(care, item, price(item, care.hospital, when), faked=right)


def wrong_diagnosis(ward: Ward, body: str, when: int) -> Situation:
    """A cancer drug for high blood pressure."""
    return _limited(ward, body, when, CHEMOTHERAPY, diagnosis=HYPERTENSION)


def no_diabetes(ward: Ward, body: str, when: int) -> Situation:
    """A drug for diabetes without it, in two diagnoses."""
    return _limited(ward, body, when, METFORMIN, diagnosis=HYPERTENSION, second=LUNG_CANCER)


def _birthday(when: int, years: int) -> int:
    """Return the day of birth of who is so many years old on a day; the day has such a date in every year."""
    then = on(when)
    return day(date(then.year - years, then.month, min(then.day, 28)))


def _on_the_28th(when: int) -> int:
    return day(on(when).replace(day=min(on(when).day, 28)))


def fifteen_today(ward: Ward, body: str, when: int) -> Situation:
    """A syrup for children up to fourteen, on the fifteenth birthday."""
    when = _on_the_28th(when)
    return _limited(ward, body, when, SYRUP, born=_birthday(when, 15))


def adult_on_syrup(ward: Ward, body: str, when: int) -> Situation:
    """A syrup for children for an adult."""
    return _limited(ward, body, when, SYRUP)


def too_young(ward: Ward, body: str, when: int) -> Situation:
    """A drug from sixty on, on the day before the sixtieth birthday."""
    when = _on_the_28th(when)
    return _limited(ward, body, when, BONE, born=_birthday(when, 60) + 1)


def wrong_level(ward: Ward, body: str, when: int) -> Situation:
    """An implant of the third level at a hospital of the second; at one of the third, a wrong diagnosis."""
    if ward.place(body) < TERTIARY:
        return wrong_diagnosis(ward, body, when)
    return _limited(ward, body, when, IMPLANT)


def fourteen_until_tomorrow(ward: Ward, body: str, when: int) -> Situation:
    """A syrup for children on the last day of fourteen."""
    when = _on_the_28th(when)
    return _limited(ward, body, when, SYRUP, born=_birthday(when, 15) + 1)


def sixty_today(ward: Ward, body: str, when: int) -> Situation:
    """A drug from sixty on, on the sixtieth birthday."""
    when = _on_the_28th(when)
    return _limited(ward, body, when, BONE, born=_birthday(when, 60))


def right_second_diagnosis(ward: Ward, body: str, when: int) -> Situation:
    """The second diagnosis opens the payment."""
    return _limited(ward, body, when, METFORMIN, diagnosis=HYPERTENSION, second=DIABETES)


def no_diagnosis(ward: Ward, body: str, when: int) -> Situation:
    """No diagnosis was entered."""
    return _limited(ward, body, when, CHEMOTHERAPY, diagnosis=ABSENT)


def no_birthday(ward: Ward, body: str, when: int) -> Situation:
    """No birthday was entered."""
    return _limited(ward, body, when, SYRUP, born=ALWAYS)


def of_the_other_sex(ward: Ward, body: str, when: int) -> Situation:
    """An examination that only the other sex can need."""
    male = ward.between(0, 1)
    return _limited(ward, body, when, GYNAECOLOGY if male else PROSTATE, male=male)


def one_fen_of_it(ward: Ward, body: str, when: int) -> Situation:
    """The same for one fen."""
    care = replace(ward.visit(ward.place(body), when), male=1)
    return ward.item(care.having(*care.lines, Line(GYNAECOLOGY, when, 1, 1)), GYNAECOLOGY, 1)


def for_nothing(ward: Ward, body: str, when: int) -> Situation:
    """The same, entered and charged at nothing."""
    care = replace(ward.visit(ward.place(body), when), male=1)
    return ward.item(care.having(*care.lines, Line(GYNAECOLOGY, when, 1, 0)), GYNAECOLOGY, 0)


def of_the_right_sex(ward: Ward, body: str, when: int) -> Situation:
    """An examination that this sex can need."""
    male = ward.between(0, 1)
    return _limited(ward, body, when, PROSTATE if male else GYNAECOLOGY, male=male)


def sex_unknown(ward: Ward, body: str, when: int) -> Situation:
    """No sex was entered."""
    return _limited(ward, body, when, PROSTATE, male=ABSENT)


def sex_repaid(ward: Ward, body: str, when: int) -> Situation:
    """Charged for the wrong sex and paid back before the audit."""
    care = replace(ward.visit(ward.place(body), when, PROSTATE), male=0)
    return ward.item(care, PROSTATE, price(PROSTATE, care.hospital, when), returned=when + 20)


BOOKS = (
    Book(
        "MI-01",
        {
            planted(several_a_day, "more examinations than a day allows"): 6,
            planted(more_days_than_stayed, "beds for more days than the stay had"): 6,
            planted(with_its_whole, "charged beside the item that includes it"): 5,
            planted(on_two_lines, "on two lines of one day"): 3,
            planted(one_over_the_day, "one more than a day allows"): 2,
            planted(one_day_more, "one day more than the stay had"): 2,
            near_miss(twice_as_allowed, "the most that a day allows"): 2,
            near_miss(first_and_last_day, "the first and the last day both"): 2,
            innocent(on_another_day, "the including item was on another day"): 1,
            innocent(repaid_charge, "paid back before the audit"): 1,
            not_testable(never_discharged, "no date of discharge"): 1,
        },
        several_a_day,
        300,
        60,
    ),
    Book(
        "MI-02",
        {
            planted(wrong_diagnosis, "a drug outside its diagnoses"): 7,
            planted(no_diabetes, "neither diagnosis opens the payment"): 4,
            planted(adult_on_syrup, "a drug for children for an adult"): 4,
            planted(wrong_level, "an item above the level of the hospital"): 4,
            planted(fifteen_today, "a drug up to fourteen on the fifteenth birthday"): 2,
            planted(too_young, "a drug from sixty on one day too early"): 2,
            near_miss(fourteen_until_tomorrow, "a drug up to fourteen on the last day"): 2,
            near_miss(sixty_today, "a drug from sixty on the sixtieth birthday"): 2,
            innocent(right_second_diagnosis, "the second diagnosis opens the payment"): 2,
            not_testable(no_diagnosis, "no diagnosis"): 1,
            not_testable(no_birthday, "no date of birth"): 1,
        },
        wrong_diagnosis,
        250,
        60,
    ),
    Book(
        "MI-05",
        {
            planted(of_the_other_sex, "an examination of the other sex"): 20,
            planted(one_fen_of_it, "an examination of the other sex for one fen"): 2,
            near_miss(for_nothing, "entered and charged at nothing"): 2,
            innocent(of_the_right_sex, "an examination of this sex"): 2,
            innocent(sex_repaid, "paid back before the audit"): 1,
            not_testable(sex_unknown, "no sex"): 1,
        },
        of_the_other_sex,
        150,
        40,
    ),
)
