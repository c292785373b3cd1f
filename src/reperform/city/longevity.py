"""Residents and the longevity allowance: what the tables of "due but unpaid" hold.

Rules kept here:

* The allowance of Yunjiang follows the published rates of Guangzhou: 30, 100, 200 and 300 yuan a month from 70, 80, 90
  and 100. A rate begins with the month after the birthday.
* A month is due when the person lived and was registered in the city on all of its days. What is paid for the month of
  death or of moving out is custom, not due. A month is paid on the 15th of the next.
* The register of residents tells the state of a day: a later death or move isn't known before it happens.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .dates import (
    ALWAYS,
    DAY_AFTER,
    DAY_BEFORE,
    FIRST,
    LAST_AFTER,
    LAST_BEFORE,
    NEVER,
    Ints,
    first_days,
    months_of,
    spread,
)
from .people import Residents
from .rows import IN_AFTER, IN_BEFORE, IN_BOTH, Columns, Rows

AGES = np.array([70, 80, 90, 100], dtype=np.int64)
RATES = np.array([0, 3000, 10000, 20000, 30000], dtype=np.int64)
BY_HAND = 10**9
"""Vouchers from here on belong to payments out of the monthly run; a run's is its month and district."""
LAST_PAID_BEFORE, LAST_PAID_AFTER = LAST_BEFORE - 1, LAST_AFTER - 1


def rates(born: Ints, months: Ints) -> Ints:
    """Return what a month is worth to a person of that birthday."""
    age = (months - 1 - months_of(born)) // 12
    return RATES[np.searchsorted(AGES, age, side="right")]


def first_due(people: Residents) -> Ints:
    """Return the first month that is due to each person, the registers' first at the earliest."""
    begun = months_of(people.moved_in)
    whole = np.where(first_days(begun) == people.moved_in, begun, begun + 1)
    return np.maximum(np.maximum(months_of(people.born) + 12 * 70 + 1, whole), FIRST)


def paid_on(months: Ints) -> Ints:
    """Return the day of the monthly run."""
    return first_days(months + 1) + 14


@dataclass(frozen=True)
class Trace:
    """How a payment was made: by which district, on which day, under which voucher."""

    body: int
    on: int
    voucher: int


class LongevityTables:
    """The two tables of a chunk while cases are planted in them; people are told by their row."""

    def __init__(self, people: Residents) -> None:
        self.people = people
        self.payments = Rows("person", "month", "body", "amount", "paid_on", "voucher")
        self.by_hand: list[int] = []
        """People of cases, whose payments are written one by one."""
        self.no_birthday: list[int] = []
        self.hidden: dict[int, tuple[str, int]] = {}
        """People whose row changes at the second state: the column and its new value; `born` and `moved_out` or,
        for a row deleted without a trace, `states`."""

    def pay(self, who: int, month: int, amount: int, trace: Trace, states: int) -> None:
        """Write one payment."""
        self.payments.add(who, month, trace.body, amount, trace.on, trace.voucher, states=states)

    def in_run(self, who: int, month: int) -> Trace:
        """Return the trace of the monthly run of a person's district."""
        body = int(self.people.district[who])
        return Trace(body, int(paid_on(np.array([month]))[0]), month * 100 + body)

    def columns(self) -> dict[str, Columns]:
        """Write out the tables."""
        self._monthly_runs()
        payments = self.payments.columns()
        payments["person"] = self.people.person[payments["person"]]
        return {"resident": self._residents(), "longevity_payment": payments}

    def _monthly_runs(self) -> None:
        people = self.people
        start = first_due(people)
        end = np.minimum(np.minimum(months_of(people.died), months_of(people.moved_out)), LAST_PAID_AFTER)
        end[self.by_hand] = 0
        who, months = spread(start, end)
        body = np.where(months < people.switched[who], people.former[who], people.district[who])
        self.payments.block(
            person=who,
            month=months,
            body=body,
            amount=rates(people.born[who], months),
            paid_on=paid_on(months),
            voucher=months * 100 + body,
            states=np.where(months <= LAST_PAID_BEFORE, IN_BOTH, IN_AFTER),
        )

    def _residents(self) -> Columns:
        people, rows = self.people, Rows("person", "born", "male", "district", "moved_in", "moved_out", "died")
        for state, today in ((IN_BEFORE, DAY_BEFORE), (IN_AFTER, DAY_AFTER)):
            here = (people.born <= today) & (people.moved_in <= today)
            table = {
                "person": people.person,
                "born": people.born.copy(),
                "male": people.male,
                "district": people.district,
                "moved_in": people.moved_in,
                "moved_out": np.where(people.moved_out <= today, people.moved_out, NEVER),
                "died": np.where(people.died <= today, people.died, NEVER),
                "states": np.where(here, state, 0),
            }
            table["born"][self.no_birthday] = ALWAYS
            if state == IN_AFTER:
                for who, (column, value) in self.hidden.items():
                    table[column][who] = value
            rows.block(**{name: column[table["states"] > 0] for name, column in table.items()})
        return rows.columns()
