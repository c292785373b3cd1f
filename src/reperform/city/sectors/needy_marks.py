"""Cases about marks: registered and not marked, marked and no longer registered, registered and not insured.

Rules kept here:

* What is wrong is decided here, from the story of the case; no procedure is asked.
* Whoever is registered without being insured is a case of one procedure and cannot be tested by another: both are told.
"""

from __future__ import annotations

from dataclasses import replace

from reperform.city.dates import DAY_BEFORE, NEVER, OPENING, day, on
from reperform.city.identity import person_text
from reperform.city.rows import IN_AFTER, IN_BEFORE, IN_BOTH
from reperform.city.truth import Fate, Kind

from .cases import Book, Situation, innocent, near_miss, not_testable, planted, states_of
from .needy_tables import (
    DISABLED,
    EMPLOYEE,
    KINDS,
    RESIDENT,
    SUBSIDY,
    SUBSISTENCE,
    Insurance,
    NeedyDesk,
)

_LAG = 31


def _need(person: int, kind: int, since: int, cut: int = 0) -> dict[str, object]:
    """Return the key of a registration."""
    return {"person_id": person_text(person)[: 18 - cut], "kind": KINDS[kind], "valid_from": on(since).isoformat()}


def _unmarked(desk: NeedyDesk, body: str, since: int, **changes: int) -> Situation:
    """Return a registration of an insured person without a mark; what is put right is the mark."""
    person, kind, district = desk.guest(), desk.between(0, len(KINDS) - 1), desk.district(body)
    one = replace(Insurance(person, RESIDENT, district, subsidy=SUBSIDY), **changes)

    def act(fate: Fate) -> None:
        states = states_of(fate)
        desk.register(person, kind, district, since, NEVER, states)
        if fate is Fate.CLEARED:
            desk.insure(one, IN_BEFORE)
            desk.insure(replace(one, marked=desk.later(), unmarked=NEVER), IN_AFTER)
        else:
            desk.insure(one, IN_BOTH)
        if fate is Fate.UNPROVEN and desk.town.serial("unmarked faked") % 2:
            desk.register(person, kind, district, since, DAY_BEFORE - 1, IN_AFTER)

    return Situation(_need(person, kind, since), 0, act)


def never_marked(desk: NeedyDesk, body: str, when: int) -> Situation:
    """Registered long ago, never marked."""
    return _unmarked(desk, body, when)


def mark_ended(desk: NeedyDesk, body: str, when: int) -> Situation:
    """Marked for a while, and registered still."""
    return _unmarked(desk, body, day(OPENING) + 20, marked=day(OPENING) + 25, unmarked=DAY_BEFORE - 50)


def one_day_over(desk: NeedyDesk, body: str, when: int) -> Situation:
    """One day more than the mark may take."""
    return _unmarked(desk, body, DAY_BEFORE - _LAG - 1)


def on_its_way(desk: NeedyDesk, body: str, when: int) -> Situation:
    """As many days as the mark may take; it comes on the next."""
    made = _unmarked(desk, body, DAY_BEFORE - _LAG)
    return replace(made, act=lambda _: made.act(Fate.CLEARED))


def marked_late(desk: NeedyDesk, body: str, when: int) -> Situation:
    """Marked months late, but before the audit."""
    return _unmarked(desk, body, when, marked=when + 80)


def marked_as_employee(desk: NeedyDesk, body: str, when: int) -> Situation:
    """Marked in the employees' scheme."""
    return _unmarked(desk, body, when, scheme=EMPLOYEE, subsidy=0, marked=when + 10)


def _still_marked(desk: NeedyDesk, body: str, ended: int, back: int = NEVER) -> Situation:
    """Return a mark whose registration ended on a day; what is put right is the end of the mark."""
    person, district = desk.guest(), desk.district(body)
    since = min(ended - 200, day(OPENING) - 100)
    one = Insurance(person, RESIDENT, district, subsidy=SUBSIDY, marked=since + 10)

    def act(fate: Fate) -> None:
        if fate.begins_after:
            desk.register(person, SUBSISTENCE, district, since, NEVER, IN_BEFORE)
            desk.register(person, SUBSISTENCE, district, since, ended, IN_AFTER)
            desk.insure(one, IN_BOTH)
            return
        desk.register(person, SUBSISTENCE, district, since, ended, IN_BOTH)
        if back != NEVER:
            desk.register(person, DISABLED, district, back, NEVER, IN_BOTH)
        if fate is Fate.CLEARED:
            desk.insure(one, IN_BEFORE)
            desk.insure(replace(one, unmarked=desk.later()), IN_AFTER)
        else:
            desk.insure(one, states_of(fate))
        if fate is Fate.UNPROVEN and desk.town.serial("marked faked") % 2:
            desk.insure(replace(one, marked=NEVER), IN_AFTER)

    key = {"person_id": person_text(person), "scheme": "resident", "valid_from": on(one.since).isoformat()}
    return Situation(key, 0, act)


def left_long_ago(desk: NeedyDesk, body: str, when: int) -> Situation:
    """Left the register long ago, marked still."""
    return _still_marked(desk, body, when)


def left_one_day_over(desk: NeedyDesk, body: str, when: int) -> Situation:
    """One day more than taking off the mark may take."""
    return _still_marked(desk, body, DAY_BEFORE - _LAG - 1)


def left_just_now(desk: NeedyDesk, body: str, when: int) -> Situation:
    """As many days as taking off the mark may take; it is off on the next."""
    made = _still_marked(desk, body, DAY_BEFORE - _LAG)
    return replace(made, act=lambda _: made.act(Fate.CLEARED))


def registered_again(desk: NeedyDesk, body: str, when: int) -> Situation:
    """Left the register and came back for another kind of need."""
    return _still_marked(desk, body, when, when + 40)


def marked_by_another_city(desk: NeedyDesk, body: str, when: int) -> Situation:
    """Marked, and in no register of this city."""
    one = Insurance(desk.guest(), RESIDENT, desk.district(body), subsidy=SUBSIDY, marked=when)
    key = {"person_id": person_text(one.person), "scheme": "resident", "valid_from": on(one.since).isoformat()}
    return Situation(key, 0, lambda _: desk.insure(one, IN_BOTH))


def _uninsured(desk: NeedyDesk, body: str, since: int, cut: int = 0, found: int = 0) -> Situation:
    """Return a registration of a person who is insured nowhere."""
    person, kind, district = desk.guest(), desk.between(0, len(KINDS) - 1), desk.district(body)
    key = _need(person, kind, since, cut)

    def act(fate: Fate) -> None:
        desk.registry.add(person, kind, district, since, NEVER, cut, states=states_of(fate))
        if fate is Fate.CLEARED and desk.town.serial("uninsured cleared") % 2:
            desk.correct("needy_registry", "/".join(str(value) for value in key.values()), desk.later())
        elif fate is Fate.CLEARED:
            begun = desk.later()
            desk.insure(Insurance(person, RESIDENT, district, since=begun, subsidy=SUBSIDY, marked=begun), IN_AFTER)
        if found:
            desk.correct("needy_registry", "/".join(str(value) for value in key.values()), found)

    return Situation(key, 0, act)


def _told(desk: NeedyDesk, made: Situation, body: str) -> Situation:
    """Say that the mark of somebody who is not insured cannot be tested."""
    desk.harmless("NG-01", made.key, body, "not insured", Kind.NOT_TESTABLE)
    return made


def never_insured(desk: NeedyDesk, body: str, when: int) -> Situation:
    """Registered long ago, insured nowhere."""
    return _told(desk, _uninsured(desk, body, when), body)


def never_insured_again(desk: NeedyDesk, body: str, when: int) -> Situation:
    """Registered after the audit, insured nowhere."""
    return _uninsured(desk, body, when)


def insured_one_day_over(desk: NeedyDesk, body: str, when: int) -> Situation:
    """One day more than the insurance may take."""
    return _told(desk, _uninsured(desk, body, DAY_BEFORE - _LAG - 1), body)


def insured_soon(desk: NeedyDesk, body: str, when: int) -> Situation:
    """As many days as the insurance may take; it begins later."""
    made = _told(desk, _uninsured(desk, body, DAY_BEFORE - _LAG), body)
    return replace(made, act=lambda _: made.act(Fate.CLEARED))


def insured_elsewhere(desk: NeedyDesk, body: str, when: int) -> Situation:
    """Insured in another city, as was found before the audit."""
    return _told(desk, _uninsured(desk, body, when, found=when + 50), body)


def number_cut(desk: NeedyDesk, body: str, when: int) -> Situation:
    """An identity number of seventeen signs."""
    return _told(desk, _uninsured(desk, body, when, cut=1), body)


BOOKS = (
    Book(
        "NG-01",
        {
            planted(never_marked, "registered long ago, never marked"): 18,
            planted(mark_ended, "the mark ended before the registration"): 4,
            planted(one_day_over, "one day more than the mark may take"): 2,
            near_miss(on_its_way, "as many days as the mark may take"): 2,
            innocent(marked_late, "marked late, but before the audit"): 2,
            innocent(marked_as_employee, "marked in the employees' scheme"): 1,
        },
        never_marked,
        400,
        80,
    ),
    Book(
        "NG-02",
        {
            planted(left_long_ago, "left the register long ago, marked still"): 20,
            planted(left_one_day_over, "one day more than taking off the mark may take"): 2,
            near_miss(left_just_now, "as many days as taking off the mark may take"): 2,
            innocent(registered_again, "registered again for another kind of need"): 2,
            not_testable(marked_by_another_city, "in no register of this city"): 1,
        },
        left_long_ago,
        300,
        60,
    ),
    Book(
        "NG-04",
        {
            planted(never_insured, "registered long ago, insured nowhere"): 20,
            planted(insured_one_day_over, "one day more than the insurance may take"): 2,
            near_miss(insured_soon, "as many days as the insurance may take"): 2,
            innocent(insured_elsewhere, "insured in another city"): 2,
            not_testable(number_cut, "an identity number of seventeen signs"): 1,
        },
        never_insured_again,
        200,
        40,
    ),
)
