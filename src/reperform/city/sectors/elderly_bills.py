"""Bills of institutions for the elderly for water, power and gas, and the cases of "billed at the wrong price".

Rules kept here:

* Institutions pay the residential price from the month after their registration on, and another one from the month of
  their closure on; other customers pay the commercial price.
* What is put right is money that came back; a body that only tidies its table writes another class beside the amount.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from reperform.city.bodies import DISTRICTS
from reperform.city.dates import DAY_BEFORE, FIRST, LAST_AFTER, LAST_BEFORE, NEVER, day, first_on, month, months_of, on
from reperform.city.layout import Format, Layout, date_of, money, month_of, named, numbered
from reperform.city.rows import ABSENT, IN_AFTER, IN_BOTH, Columns, Rows, known_from
from reperform.city.sector import Desk
from reperform.city.town import CIVIL_AFFAIRS, Part, Town

from .cases import Book, Situation, innocent, near_miss, not_testable, planted, recoverable, settled

WATER, POWER, GAS = range(3)
RESIDENTIAL, COMMERCIAL, SPECIAL = range(3)
PRICES = np.array([[198_000, 346_000, 900_000], [62_000, 85_000, 85_000], [345_000, 420_000, 420_000]])
"""Fen per thousand units, by utility and class."""
_USED = np.array([300, 9000, 400], dtype=np.int64)
INSTITUTIONS_PER_MILLION, CUSTOMERS_PER_MILLION = 240, 4000
_OLDEST = day(date(2019, 1, 1))


@dataclass(frozen=True)
class Bill:
    """One bill of a case, and the institution that it is for."""

    number: int
    licence: int
    district: int
    registered: int
    closed: int
    utility: int
    month: int
    tariff: int
    quantity: int
    amount: int

    @property
    def text(self) -> str:
        """The number as it is written."""
        return f"ZD{self.number:09d}"

    @property
    def due(self) -> int:
        """What the quantity costs at the residential price."""
        return self.quantity * int(PRICES[self.utility, RESIDENTIAL]) // 1000


class BillDesk(Desk):
    """Writes ordinary bills, then those of the cases."""

    def __init__(self, town: Town, part: Part) -> None:
        super().__init__(town, part, "elderly bills")
        self.institutions = Rows("licence", "district", "registered", "closed")
        self.bills = Rows("bill", "licence", "utility", "month", "tariff", "quantity", "amount")

    def ordinary(self) -> None:
        """Write institutions with a bill per utility and month, and bills of other customers."""
        rng, count = self.rng, self.town.share(INSTITUTIONS_PER_MILLION, 16, self.part)
        licence = self.town.serial("care institution", count) + np.arange(count, dtype=np.int64)
        registered = rng.integers(_OLDEST, DAY_BEFORE, count)
        closed = np.where(rng.random(count) < 0.05, np.maximum(registered, DAY_BEFORE - 200) + 10, NEVER)
        closed = np.where(closed <= DAY_BEFORE, closed, NEVER)
        self.institutions.block(
            licence=licence,
            district=rng.integers(0, len(DISTRICTS), count),
            registered=registered,
            closed=closed,
            states=np.full(count, IN_BOTH, dtype=np.int64),
        )
        months = np.arange(FIRST, LAST_AFTER, dtype=np.int64)
        of, at, utility = (axis.ravel() for axis in np.meshgrid(np.arange(count), months, np.arange(3), indexing="ij"))
        lawful = (at > months_of(registered)[of]) & (at < months_of(closed)[of])
        self._block(licence[of], utility, at, np.where(lawful, RESIDENTIAL, COMMERCIAL))
        others = self.part.share(CUSTOMERS_PER_MILLION * self.town.residents // 1_000_000)
        none = np.full(others, ABSENT, dtype=np.int64)
        at = rng.integers(FIRST, LAST_AFTER, others)
        self._block(none, rng.integers(0, 3, others), at, np.full(others, COMMERCIAL, dtype=np.int64))

    def _block(self, licence: np.ndarray, utility: np.ndarray, at: np.ndarray, tariff: np.ndarray) -> None:
        count = len(licence)
        quantity = (_USED[utility] * self.rng.lognormal(0, 0.4, count)).astype(np.int64) + 1
        self.bills.block(
            bill=self.town.serial("utility bill", count) + np.arange(count, dtype=np.int64),
            licence=licence,
            utility=utility,
            month=at,
            tariff=tariff,
            quantity=quantity,
            amount=quantity * PRICES[utility, tariff] // 1000,
            states=np.where(at < LAST_BEFORE, IN_BOTH, IN_AFTER),
        )

    def write(self, bill: Bill, states: int) -> None:
        """Write a bill as it stands in some states."""
        one = bill
        self.bills.add(
            one.number, one.licence, one.utility, one.month, one.tariff, one.quantity, one.amount, states=states
        )

    def open(self, bill: Bill) -> None:
        """Write the institution of a bill."""
        one = bill
        states = int(known_from(min(one.registered, DAY_BEFORE)))
        self.institutions.add(one.licence, one.district, one.registered, one.closed, states=states)

    def columns(self) -> dict[str, Columns]:
        """Return the tables."""
        return {"care_institution": self.institutions.columns(), "utility_bill": self.bills.columns()}


def _bill(desk: BillDesk, body: str, when: int, tariff: int = COMMERCIAL) -> Bill:
    """Make up a bill of a new institution for the month of a day."""
    utility = desk.between(WATER, GAS)
    quantity = int(_USED[utility]) * desk.between(50, 150) // 100
    return Bill(
        number=desk.town.serial("utility bill"),
        licence=desk.town.serial("care institution"),
        district=CIVIL_AFFAIRS.index(body),
        registered=when - desk.between(100, 1500),
        closed=NEVER,
        utility=utility,
        month=month(on(when)),
        tariff=tariff,
        quantity=quantity,
        amount=quantity * int(PRICES[utility, tariff]) // 1000,
    )


def _situation(desk: BillDesk, bill: Bill, returned: int = 0) -> Situation:
    """Return what becomes of a bill; the class is what a body tidies."""
    desk.open(bill)
    over = max(0, bill.amount - bill.due)

    def write(states: int) -> None:
        desk.write(bill, states)

    def tidied(states: int) -> None:
        desk.write(replace(bill, tariff=RESIDENTIAL), states)

    act = recoverable(desk, write, "utility_bill", bill.text, over, tidied)
    if returned:
        act = settled(desk, write, "utility_bill", bill.text, over, returned)
    return Situation({"bill_no": bill.text}, over, act)


def at_the_commercial_price(desk: BillDesk, body: str, when: int) -> Situation:
    """Billed like a firm."""
    return _situation(desk, _bill(desk, body, when))


def at_the_special_price(desk: BillDesk, body: str, when: int) -> Situation:
    """Billed like a bath house."""
    return _situation(desk, _bill(desk, body, when, SPECIAL))


def in_the_first_month(desk: BillDesk, body: str, when: int) -> Situation:
    """Billed like a firm in the month after the registration on a last day."""
    bill = _bill(desk, body, when)
    return _situation(desk, replace(bill, registered=day(first_on(bill.month)) - 1))


def one_fen_above(desk: BillDesk, body: str, when: int) -> Situation:
    """One fen above the residential price."""
    bill = _bill(desk, body, when)
    return _situation(desk, replace(bill, amount=bill.due + 1))


def of_another_class_at_the_price(desk: BillDesk, body: str, when: int) -> Situation:
    """Of the wrong class, at the right amount."""
    bill = _bill(desk, body, when)
    return _situation(desk, replace(bill, amount=bill.due))


def in_the_month_of_registration(desk: BillDesk, body: str, when: int) -> Situation:
    """Billed like a firm in the month of the registration."""
    bill = _bill(desk, body, when)
    return _situation(desk, replace(bill, registered=day(first_on(bill.month))))


def after_the_closure(desk: BillDesk, body: str, when: int) -> Situation:
    """Billed like a firm in the month of the closure."""
    bill = _bill(desk, body, when)
    return _situation(desk, replace(bill, closed=day(first_on(bill.month)) + 12))


def refunded(desk: BillDesk, body: str, when: int) -> Situation:
    """Billed like a firm, refunded before the audit."""
    return _situation(desk, _bill(desk, body, when), when + 60)


def class_unknown(desk: BillDesk, body: str, when: int) -> Situation:
    """The class was not entered."""
    return _situation(desk, replace(_bill(desk, body, when), tariff=ABSENT))


def registration_unknown(desk: BillDesk, body: str, when: int) -> Situation:
    """The day of the registration was not entered."""
    return _situation(desk, replace(_bill(desk, body, when), registered=NEVER))


BOOK = Book(
    "EL-01",
    {
        planted(at_the_commercial_price, "billed like a firm"): 20,
        planted(at_the_special_price, "billed like a bath house"): 4,
        planted(in_the_first_month, "billed like a firm in the first month"): 2,
        planted(one_fen_above, "one fen above the residential price"): 1,
        near_miss(of_another_class_at_the_price, "of the wrong class, at the right amount"): 2,
        near_miss(in_the_month_of_registration, "in the month of the registration"): 2,
        innocent(after_the_closure, "in the month of the closure"): 2,
        innocent(refunded, "refunded before the audit"): 1,
        not_testable(class_unknown, "no class"): 1,
        not_testable(registration_unknown, "no day of registration"): 1,
    },
    at_the_commercial_price,
    300,
    60,
)
_UTILITIES, _CLASSES = ("水费", "电费", "燃气费"), ("居民合表", "一般工商业", "特种")
LAYOUTS = (
    Layout(
        "care_institution",
        Format.XLSX,
        (
            ("备案号", numbered("YL-", "licence", 6)),
            ("养老机构名称", f"{named([name for _, name, _ in DISTRICTS], 'district')} || '颐养院' || licence"),
            ("主管单位", named(CIVIL_AFFAIRS, "district")),
            ("登记日期", date_of("registered")),
            ("停业日期", date_of("closed")),
        ),
    ),
    Layout(
        "utility_bill",
        Format.CSV_BOM,
        (
            ("账单号", numbered("ZD", "bill", 9)),
            ("养老机构备案编号", numbered("YL-", "licence", 6)),
            ("能源类别", named(_UTILITIES, "utility")),
            ("计费月份", month_of("month", "%Y-%m")),
            ("用户性质", f"CASE WHEN tariff >= 0 THEN {named(_CLASSES, 'tariff')} END"),
            ("计费用量", "quantity"),
            ("应收金额（元）", money("amount")),
        ),
    ),
)
