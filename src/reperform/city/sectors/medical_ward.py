"""The desk of medical insurance: makes up visits and stays of guests for the cases of its procedures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from reperform.city.dates import NEVER, month
from reperform.city.dates import on as day_on
from reperform.city.identity import person_text
from reperform.city.rows import IN_BOTH, Rows, known_from
from reperform.city.sector import Desk
from reperform.city.town import Part, Town, month_text
from reperform.city.truth import Fate, Kind

from .cases import Situation, guest, recoverable, settled
from .medical_tables import (
    BED,
    CLINIC,
    DRIP,
    HEART,
    INPATIENT,
    NURSING,
    OUTPATIENT,
    PLACES,
    REGISTRATION,
    Care,
    Line,
    MedicalTables,
    item_text,
    price,
)

POLICE, CREMATORIUM = 0, 1
_YEAR = 365


class Ward(Desk):
    """Makes up settlements; nothing is written before the fate of a case is known."""

    def __init__(self, town: Town, part: Part, tables: MedicalTables) -> None:
        super().__init__(town, part, "medical")
        self.tables = tables
        self.deaths = Rows("person", "died", "flag", "source")

    def die(self, person: int, died: int, source: int = POLICE) -> None:
        """Enter a death; `NEVER` is a death without a date."""
        states = IN_BOTH if died == NEVER else int(known_from(died))
        self.deaths.add(person, died, 1, source, states=states)

    def place(self, body: str) -> int:
        """Return the place of a hospital in the list."""
        return PLACES.index(body)

    def other(self, body: str) -> int:
        """Return another hospital than that of a body."""
        return (self.place(body) + 1) % (len(PLACES) - 1)

    def line(self, item: int, hospital: int, on: int, quantity: int = 1) -> Line:
        """Make up a line at the highest price."""
        return Line(item, on, quantity, quantity * price(item, hospital, on))

    def visit(self, hospital: int, on: int, *items: int, kind: int = OUTPATIENT) -> Care:
        """Make up a visit of a new guest, with lines at the highest price; the clinic sends no lines."""
        male = self.between(0, 1)
        born = on - self.between(30 * _YEAR, 55 * _YEAR)
        lines = [self.line(item, hospital, on) for item in (REGISTRATION, *items)]
        return Care(
            number=self.town.serial("settlement"),
            person=guest(self.town, born, male),
            hospital=hospital,
            kind=kind,
            male=male,
            born=born,
            admitted=on,
            discharged=on,
            diagnosis=HEART,
            invoice=self.town.serial("medical invoice"),
            eligible=(eligible := self.sum(20_000) + 1000),
            fund=eligible * 6 // 10,
            lines=() if hospital == CLINIC else tuple(lines),
        )

    def stay(self, hospital: int, on: int, nights: int) -> Care:
        """Make up a stay of a new guest: bed and nursing by night, infusions on every day."""
        care = replace(self.visit(hospital, on), kind=INPATIENT, discharged=on + nights)
        daily = [self.line(item, hospital, on + night) for night in range(nights) for item in (BED, NURSING)]
        drips = [self.line(DRIP, hospital, on + later) for later in range(nights + 1)]
        eligible = self.sum(900_000) + 10_000
        return replace(care, lines=(*daily, *drips), eligible=eligible, fund=eligible * 7 // 10)

    def same_person(self, care: Care, other: Care) -> Care:
        """Return the other settlement as one of the same person."""
        return replace(other, person=care.person, male=care.male, born=care.born)

    def open_stay(self, body: str, on: int, teller: str) -> Care:
        """Make up a stay whose discharge was never entered, and tell it of all procedures but the teller's own key."""
        care = replace(self.stay(self.place(body), on, 6), discharged=NEVER)
        stay: dict[str, object] = {"setl_id": care.text}
        told = [("MI-04", stay), ("MI-07", stay)]
        told += [("MI-01", {**stay, "item_code": item_text(item)}) for item in (BED, NURSING)]
        for code, key in told:
            if code != teller or key.get("item_code") == item_text(BED):
                self.harmless(code, key, body, "no date of discharge", Kind.NOT_TESTABLE)
        return care

    def clinic(self, person: int, on: int) -> None:
        """Say that visits to the campus clinic cannot be compared."""
        key = {"person_id": person_text(person), "institution": PLACES[CLINIC], "month": month_text(month(day_on(on)))}
        self.harmless("MI-10", key, PLACES[CLINIC], "an institution of unknown level", Kind.NOT_TESTABLE)

    def whole(self, care: Care, *, faked: Care | None = None, returned: int = 0) -> Situation:
        """Say that all that the fund paid for a settlement is wrong.

        `faked` is what a body makes of it that only tidies its table; `returned` is the day on which it came back.
        """

        def write(states: int) -> None:
            self.tables.write(care, states)

        return Situation(
            {"setl_id": care.text},
            care.fund,
            self._act(write, "medical_settlement", care.text, care.fund, faked, returned),
        )

    def item(self, care: Care, item: int, amount: int, *, faked: Care | None = None, returned: int = 0) -> Situation:
        """Say that an amount for one item of a settlement is wrong."""

        def write(states: int) -> None:
            self.tables.write(care, states)

        key, ref = {"setl_id": care.text, "item_code": item_text(item)}, f"{care.text}/{item_text(item)}"
        return Situation(key, amount, self._act(write, "medical_fee", ref, amount, faked, returned))

    def one_line(
        self, care: Care, place: int, amount: int, *, faked: Care | None = None, returned: int = 0
    ) -> Situation:
        """Say that an amount of one line is wrong."""

        def write(states: int) -> None:
            self.tables.write(care, states)

        key, ref = {"setl_id": care.text, "line_no": place}, f"{care.text}/{place}"
        return Situation(key, amount, self._act(write, "medical_fee", ref, amount, faked, returned))

    def _act(
        self, write: Callable[[int], None], register: str, ref: str, amount: int, faked: Care | None, returned: int
    ) -> Callable[[Fate], None]:
        if returned:
            return settled(self, write, register, ref, amount, returned)
        tidied = None if faked is None else _writer(self.tables, faked)
        return recoverable(self, write, register, ref, amount, tidied)


def _writer(tables: MedicalTables, care: Care) -> Callable[[int], None]:
    return lambda states: tables.write(care, states)
