"""The desk of the red flags: processes of small works in which nothing is odd but what a scenario makes so.

Rules kept here:

* Firms, tenders and agencies of a case occur in no other case; the rest of a process is as in ordinary life: the second
  bid 1.2 per cent above the winning one, all in time, nobody disqualified.
* A process is one value; a scenario replaces what it spoils. What is hidden after the audit vanishes, or is replaced by
  the process in which nothing is odd, in turn.
* No money is counted: what was put right stands in the register of corrections.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reperform.city.dates import DAY_AFTER, DAY_BEFORE, NEVER, OPENING, day
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE, IN_BOTH, Columns, Rows
from reperform.city.sector import Desk
from reperform.city.town import Part, Town
from reperform.city.truth import Fate, Kind

from .investment_papers import COLUMNS, COMPLETE, DISQUALIFIED, OPEN, VALID, WON, WORKS, builders, tender_text

ITEM_COLUMNS = ("tender", "award", "item", "code")


@dataclass(frozen=True)
class Offer:
    """One bid: of which firm, at which price, in which state, how many days before the deadline."""

    firm: int
    amount: int
    status: int = VALID
    ahead: int = 2


@dataclass(frozen=True)
class Process:
    """One tender with its bids, the firms that won, and the class of what they supply."""

    number: int
    body: int
    docs_from: int
    deadline: int
    offers: tuple[Offer, ...]
    winners: tuple[tuple[int, int], ...]
    """(award, firm) of each active award."""
    method: int = OPEN
    status: int = COMPLETE
    agency: int = ABSENT
    bidders: int = 3
    code: int = ABSENT

    @property
    def key(self) -> dict[str, object]:
        """The key under which a procedure names it."""
        return {"tender_id": tender_text(self.number)}


class Flags(Desk):
    """Makes and files the processes of the cases of one chunk."""

    def __init__(self, town: Town, part: Part) -> None:
        super().__init__(town, part, "red_flags")
        self.rows = {table: Rows(*COLUMNS[table]) for table in ("tender", "bid", "award")}
        self.rows["award_item"] = Rows(*ITEM_COLUMNS)
        self.bodies = builders(town)
        self.later_fate: Fate | None = None

    def columns(self) -> dict[str, Columns]:
        """Return the rows of all registers."""
        return {table: rows.columns() for table, rows in self.rows.items()} | self.registers()

    def number(self, name: str) -> int:
        """Return the next number of a register that this sector shares."""
        return self.town.serial(f"investment {name}")

    def firm(self) -> int:
        """Return a firm that stands in no other case."""
        return self.number("firm")

    def process(
        self,
        body: str,
        offers: Sequence[Offer] = (),
        *,
        method: int = OPEN,
        agency: int = ABSENT,
        bidders: int = 3,
        code: int = ABSENT,
    ) -> Process:
        """Make up a process that the lowest valid bid wins; without bids, two firms bid as usual."""
        begun = self.between(day(OPENING) + 40, DAY_BEFORE - 60)
        if self.later_fate is not None:
            begun = self.between(DAY_BEFORE + 5, DAY_AFTER - 60)
        made = tuple(offers) or self.usual()
        winner = min((offer for offer in made if offer.status == VALID), key=lambda offer: offer.amount)
        return Process(
            number=self.number("tender"),
            body=self.bodies.index(body),
            docs_from=begun,
            deadline=begun + self.between(21, 30),
            offers=made,
            winners=((self.number("award"), winner.firm),),
            method=method,
            agency=agency,
            bidders=bidders,
            code=code,
        )

    def price(self) -> int:
        """Return a price in whole hundreds of yuan, below that from which works must be tendered."""
        return min(self.sum(90_000_000), 290_000_000) // 10_000 * 10_000 + 10_000_000

    def usual(self, first: int | None = None) -> tuple[Offer, ...]:
        """Return two bids as in ordinary life, the lower one of the firm that is given."""
        low = self.price()
        return Offer(self.firm() if first is None else first, low), Offer(self.firm(), low * 1012 // 1000)

    def file(self, *processes: Process, states: int | None = None) -> None:
        """Enter processes in their registers."""
        usual = IN_BOTH if self.later_fate is None else IN_AFTER
        for process in processes:
            self._file(process, usual if states is None else states)

    def _file(self, process: Process, states: int) -> None:
        known = process.deadline != NEVER
        end = process.deadline if known else process.docs_from + 20
        first = min((offer.amount for offer in process.offers), default=20_000_000)
        self.rows["tender"].add(
            process.number, ABSENT, process.body, process.agency, WORKS, process.method, process.status,
            first * 115 // 100, process.docs_from - 1, process.docs_from, process.docs_from + 5, process.deadline,
            end + 2, end + 5, end + 8, 5, 4, process.bidders, states=states,
        )  # fmt: skip
        for place, offer in enumerate(process.offers):
            signs = (self.number(name) for name in ("person", "person", "account", "author", "device"))
            self.rows["bid"].add(
                process.number, self.number("bid"), offer.firm, offer.amount, end - offer.ahead, offer.status,
                ABSENT if offer.status == DISQUALIFIED else place + 1, 365, *signs, states=states,
            )  # fmt: skip
        price = {offer.firm: offer.amount for offer in reversed(process.offers)}
        for award, firm in process.winners:
            amount = price.get(firm, first)
            self.rows["award"].add(process.number, award, firm, amount, end + 8, WON, states=states)
            if process.code != ABSENT:
                self.rows["award_item"].add(process.number, award, 1, process.code, states=states)

    def odd(
        self,
        code: str,
        key: Mapping[str, object],
        body: str,
        note: str,
        processes: Sequence[Process],
        *,
        trace: tuple[str, str],
        hidden: Sequence[Process] | None = None,
        good: Sequence[Process] = (),
    ) -> None:
        """File processes that a flag must name, and let the fate take its course.

        `hidden` are those that vanish where the fault is hidden (all unless given), `good` what then stands for them.
        """
        if self.later_fate is not None:
            self.plant_later(code, key, body, 0, self.later_fate, note)
            self.file(*processes)
            return
        fate = self.plant(code, key, body, 0, note)
        if fate is Fate.UNPROVEN:
            gone = tuple(processes if hidden is None else hidden)
            self.file(*(process for process in processes if process not in gone))
            self.file(*gone, states=IN_BEFORE)
            if self.number("hidden flag") % 2:
                self.file(*good, states=IN_AFTER)
            return
        self.file(*processes)
        if fate is Fate.CLEARED:
            self.correct(*trace, self.later())

    def fine(
        self,
        code: str,
        key: Mapping[str, object],
        body: str,
        note: str,
        *processes: Process,
        kind: Kind = Kind.INNOCENT,
    ) -> None:
        """File processes that a flag must not name."""
        self.harmless(code, key, body, note, kind)
        self.file(*processes)
