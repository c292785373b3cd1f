"""A sector of the city: the registers of one field of government beyond the first four procedures.

Rules kept here:

* A sector says which tables it fills and which bodies each of its procedures looks at; nothing else knows of it, so
  that a city can be made with it or without it.
* Money that came back stands in the register of recoveries, a thing put right in the register of corrections: they are
  the city's own, and every sector writes into them.
* A desk plants the cases of one sector in one chunk and tells the truth at the same moment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from .dates import DEMANDED, day
from .layout import Format, Layout, date_of, money, numbered
from .people import Residents
from .rows import Columns, Rows, known_from
from .town import Part, Town
from .truth import Fate, Kind, Planted, key_of

_REGISTERS = ("recovery", "correction")


@dataclass(frozen=True)
class Sector:
    """The tables of a sector, who can be at fault, and how a chunk of it is made."""

    name: str
    layouts: Callable[[Town], tuple[Layout, ...]]
    looks_at: Callable[[Town], Mapping[str, tuple[str, ...]]]
    """Codes of bodies by procedure: at least three, so that one of them can stay clean."""
    make: Callable[[Town, Part, Residents], dict[str, Columns]]


class Desk:
    """Makes the rows of a sector in one chunk, and the truth about its cases."""

    def __init__(self, town: Town, part: Part, sector: str) -> None:
        self.town, self.part, self.rng = town, part, town.rng(sector, part.number)
        self._recovered = Rows("voucher", "register", "ref", "amount", "received", texts=("register", "ref"))
        self._corrected = Rows("number", "register", "ref", "corrected", texts=("register", "ref"))

    def between(self, low: int, high: int) -> int:
        """Return a number from `low` to `high`, both included."""
        return int(self.rng.integers(low, high + 1))

    def chance(self, share: float) -> bool:
        """Return true in so large a share of all calls."""
        return bool(self.rng.random() < share)

    def sum(self, typical: int) -> int:
        """Return an amount in fen, whole tens of fen, around a typical one."""
        return max(10, int(typical * float(self.rng.lognormal(0, 0.6))) // 10 * 10)

    def later(self) -> int:
        """Return a day after the bodies were told and before the second state."""
        return day(DEMANDED) + self.between(7, 130)

    def plant(self, code: str, key: Mapping[str, object], body: str, amount: int, note: str) -> Fate:
        """Say that a procedure must find this, and return what becomes of it after the audit."""
        fate = self.town.attitudes[code].fate(body)
        if fate is Fate.PARTLY and amount < 2:
            fate = Fate.STILL
        self._tell(code, key, body, amount, Kind.PLANTED, fate, note)
        return fate

    def plant_later(self, code: str, key: Mapping[str, object], body: str, amount: int, fate: Fate, note: str) -> None:
        """Say that a procedure must find this at the second state; `town.again` gives body and fate."""
        self._tell(code, key, body, amount, Kind.PLANTED, fate, note)

    def harmless(
        self, code: str, key: Mapping[str, object], body: str, note: str, kind: Kind = Kind.INNOCENT, amount: int = 0
    ) -> None:
        """Say that a procedure must not find this, though it looks like it."""
        self._tell(code, key, body, amount, kind, Fate.NONE, note)

    def _tell(
        self, code: str, key: Mapping[str, object], body: str, amount: int, kind: Kind, fate: Fate, note: str
    ) -> None:
        self.town.truth.append(Planted(code, key_of(key), body, amount, kind, fate, note))

    def recover(self, register: str, ref: str, amount: int, received: int) -> None:
        """Enter money that came back for a document of a register."""
        self._recovered.add(self.town.serial("recovery"), register, ref, amount, received, states=_from(received))

    def correct(self, register: str, ref: str, corrected: int) -> None:
        """Enter that a thing of a register was put right."""
        self._corrected.add(self.town.serial("correction"), register, ref, corrected, states=_from(corrected))

    def remedy(self, fate: Fate, register: str, ref: str, amount: int) -> None:
        """Let money come back as the fate wants it: all, half or nothing."""
        if fate is Fate.CLEARED:
            self.recover(register, ref, amount, self.later())
        elif fate is Fate.PARTLY:
            self.recover(register, ref, amount // 2, self.later())

    def registers(self) -> dict[str, Columns]:
        """Return the two registers of what was put right."""
        return dict(zip(_REGISTERS, (self._recovered.columns(), self._corrected.columns()), strict=True))


def _from(when: int) -> int:
    return int(known_from(when))


def shared_layouts() -> tuple[Layout, ...]:
    """Return how the two registers look as files."""
    recovery = (
        ("凭证号", numbered("SH-", "voucher", 8)),
        ("业务类别", "register"),
        ("原业务单号", "ref"),
        ("收回金额（元）", money("amount")),
        ("到账日期", date_of("received")),
    )
    correction = (
        ("整改文号", numbered("ZG-", "number", 8)),
        ("登记册", "register"),
        ("对象编号", "ref"),
        ("更正日期", date_of("corrected")),
    )
    return Layout("recovery", Format.XLSX, recovery), Layout("correction", Format.CSV_GB18030, correction)


def joined(tables: Mapping[str, list[Columns]]) -> dict[str, Columns]:
    """Join what several sectors wrote into one table."""
    return {
        table: {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
        for table, blocks in tables.items()
    }
