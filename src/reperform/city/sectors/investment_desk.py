"""The desk of public investment: makes up papers in which nothing is wrong, and files them good or spoilt.

Rules kept here:

* Whatever a scenario does not spoil is in order for every procedure: approvals in their turn, limits and days kept,
  prices without a pattern, everybody employed by the contractor, work paid behind its progress.
* Firms, people, accounts and devices of a case occur in no other case.
* What is hidden after the audit is a paper that vanishes or one that was made good without a trace, in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from reperform.city.dates import DAY_AFTER, DAY_BEFORE, OPENING, Flags, Ints, day
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE, IN_BOTH, Columns, Rows
from reperform.city.sector import Desk
from reperform.city.town import Part, Town
from reperform.city.truth import Fate, Kind

from .investment_papers import (
    COLUMNS,
    COMPLETE,
    DISQUALIFIED,
    LIMITS,
    OPEN,
    SERVICES,
    TABLES,
    TEXTS,
    VALID,
    WORKS,
    Award,
    Bid,
    Contract,
    Paper,
    Project,
    Tender,
    bid_text,
    builders,
    firm_text,
)

_GAPS = (100, 230, 60, 170, 310, 90, 140)
"""Steps between prices, of which no three are alike in size or ratio."""


SEVEREST = 11


def severity(body: npt.ArrayLike) -> Ints:
    """Return how many of `SEVEREST` bids that may be thrown out a body throws out: from none to nearly all."""
    return np.asarray(body, dtype=np.int64) * 7 % SEVEREST


def falls(turn: npt.ArrayLike, share: npt.ArrayLike, of: int) -> Flags:
    """Return whether something falls on a turn that comes evenly, `share` times in `of` turns."""
    turns, shares = np.asarray(turn, dtype=np.int64), np.asarray(share, dtype=np.int64)
    return np.asarray((turns + 1) * shares // of > turns * shares // of, dtype=np.bool_)


@dataclass(frozen=True)
class Undertaking:
    """A project, its tender with the bids, the award and the contract."""

    project: Project
    tender: Tender
    bids: tuple[Bid, ...]
    award: Award
    contract: Contract

    @property
    def papers(self) -> tuple[Paper, ...]:
        """All of them."""
        return (self.project, self.tender, *self.bids, self.award, self.contract)

    def besides(self, *spoilt: Paper) -> tuple[Paper, ...]:
        """Return the papers except those of the kinds given."""
        kinds = {type(paper) for paper in spoilt}
        return tuple(paper for paper in self.papers if type(paper) not in kinds)


class Works(Desk):
    """Makes and files the papers of one chunk."""

    def __init__(self, town: Town, part: Part) -> None:
        super().__init__(town, part, "investment")
        self.rows = {table: Rows(*names, texts=TEXTS.get(table, ())) for table, names in COLUMNS.items()}
        self.bodies = builders(town)
        self._later: Fate | None = None

    def columns(self) -> dict[str, Columns]:
        """Return the rows of all registers."""
        return {table: rows.columns() for table, rows in self.rows.items()} | self.registers()

    @property
    def begun_after(self) -> bool:
        """Whether what is filed now begins after the audit."""
        return self._later is not None

    @contextmanager
    def after_audit(self, fate: Fate) -> Iterator[None]:
        """Let what is filed meanwhile begin after the audit, with that fate."""
        self._later = fate
        yield
        self._later = None

    def file(self, *papers: Paper, states: int | None = None) -> None:
        """Enter papers in their registers."""
        usual = IN_BOTH if self._later is None else IN_AFTER
        for paper in papers:
            self.rows[TABLES[type(paper)]].add(*vars(paper).values(), states=usual if states is None else states)

    def spoil(
        self,
        code: str,
        key: Mapping[str, object],
        body: str,
        note: str,
        spoilt: Sequence[Paper],
        good: Sequence[Paper] = (),
        *,
        trace: tuple[str, str],
        amount: int = 0,
        along: Sequence[tuple[Mapping[str, object], str]] = (),
    ) -> None:
        """File spoilt papers, tell the truth and let the fate take its course.

        `good` is what they would be without the fault, `trace` the register and the thing under which what was put
        right is entered. A scenario without good papers can hide its fault by letting the spoilt ones vanish alone.
        `along` holds keys and things of the same register that share the fault and so the fate.
        """
        fate = self._later
        if fate is None:
            fate = self.plant(code, key, body, amount, note)
        else:
            self.plant_later(code, key, body, amount, fate, note)
        for other, _ in along:
            self.plant_later(code, other, body, amount, fate, note)
        if fate is Fate.UNPROVEN:
            self.hide(spoilt, good)
            return
        self.file(*spoilt)  # a fate after the audit has no further course
        if amount:
            self.remedy(fate, *trace, amount)
        elif fate is Fate.CLEARED:
            for thing in (trace[1], *(thing for _, thing in along)):
                self.correct(trace[0], thing, self.later())

    def hide(self, spoilt: Sequence[Paper], good: Sequence[Paper]) -> None:
        """Let spoilt papers vanish after the audit, or make them good without a trace, in turn."""
        self.file(*spoilt, states=IN_BEFORE)
        if self.number("hidden") % 2:
            self.file(*good, states=IN_AFTER)

    def fine(
        self,
        code: str,
        key: Mapping[str, object],
        body: str,
        note: str,
        papers: Sequence[Paper],
        kind: Kind = Kind.INNOCENT,
    ) -> None:
        """File papers that a procedure must not single out."""
        self.harmless(code, key, body, note, kind)
        self.file(*papers)

    def when(self, room: int = 130) -> int:
        """Return a day with room for what follows it, before the audit or after."""
        if self._later is not None:
            return self.between(DAY_BEFORE + 3, DAY_AFTER - room)
        return self.between(day(OPENING) + 60, DAY_BEFORE - room)

    def number(self, name: str) -> int:
        """Return the next number of a register."""
        return self.town.serial(f"investment {name}")

    def firm(self) -> int:
        """Return a firm that stands in no other paper."""
        return self.number("firm")

    def project(self, body: str, estimate: int = 0, **changes: int) -> Project:
        """Make up a project whose works have begun; all approvals stand."""
        total = estimate or self.sum(4_000_000_000) + 600_000_000
        approved = day(OPENING) - self.between(20, 200)
        good = Project(
            project=self.number("project"),
            body=self.bodies.index(body),
            proposal=approved - 300,
            feasibility_on=approved - 170,
            feasibility=total * 97 // 1000 * 10,
            estimate_on=approved,
            estimate=total,
            budget_on=approved + 40,
            budget=total * 95 // 100,
            state_funds=total,
            permit=approved + 70,
            started=approved + self.between(75, 120),
        )
        return replace(good, **changes)

    def tender(self, project: Project, kind: int = WORKS, value: int = 0, published: int | None = None) -> Tender:
        """Make up a tender that keeps all time limits."""
        limit = LIMITS[kind] if kind < SERVICES else 0
        first = self.when() if published is None else published
        deadline = first + 1 + self.between(21, 30)
        candidates = deadline + self.between(1, 3)
        noticed = candidates + 3 + self.between(1, 4)
        return Tender(
            tender=self.number("tender"),
            project=project.project,
            body=project.body,
            agency=project.body % 40 + 1,
            kind=kind,
            method=OPEN,
            status=COMPLETE,
            value=value or limit + self.sum(limit or 100_000_000) // 2,
            published=first,
            docs_from=first + 1,
            docs_until=first + 1 + self.between(5, 9),
            deadline=deadline,
            candidates_from=candidates,
            candidates_until=candidates + self.between(2, 3),
            noticed=noticed,
            committee=5 + 2 * self.between(0, 1),
            experts=5,
            bidders=0,
        )

    def bid(self, tender: Tender, amount: int, rank: int = 1, firm: int | None = None) -> Bid:
        """Make up a bid of a firm that shares nothing with anybody."""
        number = self.number("bid")
        return Bid(
            tender=tender.tender,
            bid=number,
            firm=self.firm() if firm is None else firm,
            amount=amount,
            submitted=tender.deadline - self.between(1, 3),
            status=VALID,
            rank=rank,
            period=240,
            manager=self.number("person"),
            agent=self.number("person"),
            account=self.number("account"),
            author=self.number("author"),
            device=self.number("device"),
        )

    def bids(self, tender: Tender, count: int = 4, firms: Sequence[int] = ()) -> tuple[Bid, ...]:
        """Make up bids without a pattern, the lowest first; `firms` bid first."""
        amount, made, width = tender.value * 88 // 100 // 100 * 100, [], self.between(70, 130)
        for place in range(count):
            firm = firms[place] if place < len(firms) else None
            bid = self.bid(tender, amount, place + 1, firm)
            made.append(replace(bid, status=DISQUALIFIED) if place == 3 and self._throws_out(tender) else bid)
            amount += tender.value * _GAPS[place % len(_GAPS)] * width // 1_000_000 // 100 * 100
        return tuple(made)

    def _throws_out(self, tender: Tender) -> bool:
        """Whether a fourth bid is thrown out: as often as the body throws out in ordinary life."""
        turn = self.number(f"severity {tender.body}")
        return bool(falls(turn, severity(tender.body) * 2, SEVEREST * 3))

    def award(self, bid: Bid, tender: Tender) -> Award:
        """Make up the award to a bid."""
        return Award(tender.tender, self.number("award"), bid.firm, bid.amount, tender.noticed)

    def contract(self, project: Project, kind: int = WORKS, amount: int = 0, **changes: int) -> Contract:
        """Make up a contract for other services, or as changed, without a tender."""
        good = Contract(
            contract=self.number("contract"),
            project=project.project,
            body=project.body,
            tender=ABSENT,
            award=ABSENT,
            kind=kind,
            method=OPEN,
            exemption=ABSENT,
            firm=self.firm(),
            amount=amount or self.sum(20_000_000),
            signed=self.when(),
            period=240,
            manager=self.number("person"),
            percent=80,
        )
        return replace(good, **changes)

    def undertaking(
        self,
        body: str,
        kind: int = WORKS,
        *,
        value: int = 0,
        count: int = 4,
        firms: Sequence[int] = (),
        change: Callable[[Tender], Tender] | None = None,
    ) -> Undertaking:
        """Make up a project with one tender, won by its lowest bid, and the contract; `change` alters the tender."""
        project = self.project(body)
        tender = self.tender(project, kind, value)
        tender = replace(tender if change is None else change(tender), bidders=count)
        bids = self.bids(tender, count, firms)
        award = self.award(bids[0], tender)
        contract = self.contract(
            project,
            kind,
            award.amount,
            tender=tender.tender,
            award=award.award,
            method=tender.method,
            firm=award.firm,
            signed=tender.noticed + self.between(5, 28),
            manager=bids[0].manager,
        )
        project = replace(project, estimate=max(project.estimate, award.amount * 13 // 10))
        return Undertaking(replace(project, feasibility=project.estimate), tender, bids, award, contract)


def pair(first: Bid, second: Bid) -> tuple[str, str]:
    """Return the numbers of two bids, sorted."""
    low, high = sorted((bid_text(first.bid), bid_text(second.bid)))
    return low, high


def firm_pair(first: int, second: int) -> tuple[str, str]:
    """Return the numbers of two firms, sorted."""
    low, high = sorted((firm_text(first), firm_text(second)))
    return low, high
