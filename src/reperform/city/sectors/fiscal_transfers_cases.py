"""Cases of transfers to lower governments: kept too long, or notified too little of.

Rules kept here:

* What is put right is a paper that passes the rest on, or a part of it.
* What is hidden is a row deleted, or relabelled as one to which the days do not apply.
"""

from __future__ import annotations

from dataclasses import replace

from reperform.city.dates import DAY_AFTER, DAY_BEFORE, NEVER
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE
from reperform.city.town import deal
from reperform.city.truth import Fate, Kind

from .fiscal_desk import THIS_YEAR, YEAR_BEFORE, YUAN, Plot, on, states_from
from .fiscal_transfers import (
    BY_FACT,
    EMERGENCY,
    GENERAL,
    MILLION,
    NORMAL,
    OWN,
    SPECIAL,
    UPPER,
    Line,
    Transfer,
    TransfersDesk,
    line_text,
    transfer_text,
)

GENERAL_DAYS, SPECIAL_DAYS, UPPER_DAYS = 30, 60, 30


def _transfer(desk: TransfersDesk, body: str, starts: int, kind: int = GENERAL, source: int = OWN) -> Transfer:
    place, number = desk.bureau(body), desk.town.serial("transfer")
    approved, received = (starts, NEVER) if source == OWN else (NEVER, starts)
    amount = desk.sum(3 * MILLION) + YUAN
    return Transfer(number, place, desk.other(place), kind, source, NORMAL, approved, received, amount)


def _kept(desk: TransfersDesk, body: str, transfer: Transfer, note: str, issued: int = 0) -> None:
    starts = min(transfer.approved, transfer.received)
    if issued:
        desk.issue(desk.issues, "transfer issue", transfer.number, issued, starts + 10)
    rest = transfer.amount - issued
    fate = desk.plant("BP-03", {"doc_no": transfer_text(transfer.number)}, body, rest, note)
    if fate is not Fate.UNPROVEN:
        desk.transfers.write(transfer)
    elif desk.town.serial("transfer hidden") % 2:
        desk.transfers.becomes(transfer, replace(transfer, nature=BY_FACT))
    else:
        desk.transfers.write(transfer, IN_BEFORE)
    if fate is Fate.CLEARED:
        desk.issue(desk.issues, "transfer issue", transfer.number, rest, desk.later())
    elif fate is Fate.PARTLY:
        desk.issue(desk.issues, "transfer issue", transfer.number, rest // 2, desk.later())


def never_issued(desk: TransfersDesk, body: str) -> None:
    """Adopted last year, never issued."""
    _kept(desk, body, _transfer(desk, body, on(YEAR_BEFORE, 1, 25)), "adopted last year, never issued")


def issued_in_part(desk: TransfersDesk, body: str) -> None:
    """Special transfer issued in part."""
    transfer = _transfer(desk, body, on(YEAR_BEFORE, 1, 25), SPECIAL)
    _kept(desk, body, transfer, "a special transfer issued in part", transfer.amount * 2 // 5)


def one_fen_kept(desk: TransfersDesk, body: str) -> None:
    """All but one fen was issued."""
    transfer = _transfer(desk, body, on(YEAR_BEFORE, 1, 25))
    _kept(desk, body, transfer, "all but one fen issued", transfer.amount - 1)


def money_from_above_kept(desk: TransfersDesk, body: str) -> None:
    """Money from above one day over the allowed days."""
    transfer = _transfer(desk, body, DAY_BEFORE - UPPER_DAYS - 1, SPECIAL, UPPER)
    _kept(desk, body, transfer, "money from above, one day over")


def special_a_day_over(desk: TransfersDesk, body: str) -> None:
    """A special transfer one day over sixty."""
    _kept(desk, body, _transfer(desk, body, DAY_BEFORE - SPECIAL_DAYS - 1, SPECIAL), "a special transfer on day 61")


def _in_time(desk: TransfersDesk, body: str, transfer: Transfer, kind: Kind, note: str, issued: int = NEVER) -> None:
    desk.transfers.write(transfer)
    if issued < NEVER:
        desk.issue(desk.issues, "transfer issue", transfer.number, transfer.amount, issued)
    desk.harmless("BP-03", {"doc_no": transfer_text(transfer.number)}, body, note, kind, transfer.amount)


def general_on_last_day(desk: TransfersDesk, body: str) -> None:
    """A general transfer on its thirtieth day; issued the day after the audit."""
    transfer = _transfer(desk, body, DAY_BEFORE - GENERAL_DAYS)
    _in_time(desk, body, transfer, Kind.NEAR_MISS, "a general transfer on day 30", DAY_BEFORE + 1)


def special_on_last_day(desk: TransfersDesk, body: str) -> None:
    """A special transfer on its sixtieth day; issued the day after the audit."""
    transfer = _transfer(desk, body, DAY_BEFORE - SPECIAL_DAYS, SPECIAL)
    _in_time(desk, body, transfer, Kind.NEAR_MISS, "a special transfer on day 60", DAY_BEFORE + 1)


def late_in_full(desk: TransfersDesk, body: str) -> None:
    """Issued months late, but before the audit."""
    transfer = _transfer(desk, body, on(YEAR_BEFORE, 1, 25))
    _in_time(desk, body, transfer, Kind.INNOCENT, "months late, but before the audit", DAY_BEFORE - 20)


def emergency(desk: TransfersDesk, body: str) -> None:
    """Held for an emergency: no such days."""
    transfer = replace(_transfer(desk, body, on(YEAR_BEFORE, 1, 25)), nature=EMERGENCY)
    _in_time(desk, body, transfer, Kind.INNOCENT, "held for an emergency")


def start_lost(desk: TransfersDesk, body: str) -> None:
    """Nobody knows when it was adopted."""
    _in_time(desk, body, _transfer(desk, body, NEVER), Kind.NOT_TESTABLE, "no date of adoption")


def kept_again(desk: TransfersDesk, body: str, fate: Fate) -> None:
    """Let money from above stay after the audit."""
    received = desk.between(DAY_BEFORE + 10, DAY_AFTER - UPPER_DAYS - 1)
    transfer = _transfer(desk, body, received, SPECIAL, UPPER)
    desk.transfers.write(transfer, states_from(received))
    key = {"doc_no": transfer_text(transfer.number)}
    desk.plant_later("BP-03", key, body, transfer.amount, fate, "received after the audit, kept")


KEPT = Plot[TransfersDesk](
    "BP-03",
    deal(
        {
            never_issued: 9,
            issued_in_part: 8,
            money_from_above_kept: 5,
            special_a_day_over: 4,
            one_fen_kept: 3,
            general_on_last_day: 2,
            special_on_last_day: 2,
            late_in_full: 1,
            emergency: 1,
            start_lost: 1,
        }
    ),
    kept_again,
)


def _line(desk: TransfersDesk, body: str, kind: int = GENERAL) -> Line:
    place, number = desk.bureau(body), desk.town.serial("advance line")
    expected = desk.between(100, 9000) * 10_000 * YUAN
    return Line(number, place, desk.other(place), THIS_YEAR, kind, 0, expected)


def _short(desk: TransfersDesk, body: str, line: Line, notified: int, note: str) -> None:
    """Plant a line of which so much was notified last November."""
    if notified:
        desk.issue(desk.notices, "advance notice", line.number, notified, on(YEAR_BEFORE, 11, 5))
    rest = line.expected // 100 * (90 if line.kind == GENERAL else 70) - notified
    fate = desk.plant("BP-04", {"line_no": line_text(line.number)}, body, rest, note)
    if fate is not Fate.UNPROVEN:
        desk.lines.write(line)
    elif desk.town.serial("line hidden") % 2:
        desk.lines.becomes(line, replace(line, by_fact=1))
    else:
        desk.lines.write(line, IN_BEFORE)
    if fate is Fate.CLEARED:
        desk.issue(desk.notices, "advance notice", line.number, rest, desk.later())
    elif fate is Fate.PARTLY:
        desk.issue(desk.notices, "advance notice", line.number, rest // 2, desk.later())


def four_fifths_of_general(desk: TransfersDesk, body: str) -> None:
    """Four fifths of a general transfer."""
    line = _line(desk, body)
    _short(desk, body, line, line.expected * 4 // 5, "four fifths of a general transfer")


def no_notice(desk: TransfersDesk, body: str) -> None:
    """No notice of a special transfer."""
    _short(desk, body, _line(desk, body, SPECIAL), 0, "no notice of a special transfer")


def general_less_one(desk: TransfersDesk, body: str) -> None:
    """One fen less than ninety percent."""
    line = _line(desk, body)
    _short(desk, body, line, line.expected // 100 * 90 - 1, "one fen less than ninety percent")


def special_less_one(desk: TransfersDesk, body: str) -> None:
    """One fen less than seventy percent."""
    line = _line(desk, body, SPECIAL)
    _short(desk, body, line, line.expected // 100 * 70 - 1, "one fen less than seventy percent")


def _enough(desk: TransfersDesk, body: str, line: Line, parts: tuple[int, ...], kind: Kind, note: str) -> None:
    desk.lines.write(line)
    for place, part in enumerate(parts):
        desk.issue(desk.notices, "advance notice", line.number, part, on(YEAR_BEFORE, 11, 3 + 9 * place))
    desk.harmless("BP-04", {"line_no": line_text(line.number)}, body, note, kind, line.expected)


def exactly_ninety(desk: TransfersDesk, body: str) -> None:
    """Exactly ninety percent, in two notices."""
    line = _line(desk, body)
    half = line.expected // 100 * 45
    _enough(desk, body, line, (half, half), Kind.NEAR_MISS, "exactly ninety percent, in two notices")


def exactly_seventy(desk: TransfersDesk, body: str) -> None:
    """Exactly seventy percent of a special transfer."""
    line = _line(desk, body, SPECIAL)
    _enough(desk, body, line, (line.expected // 100 * 70,), Kind.NEAR_MISS, "exactly seventy percent")


def settled_by_fact(desk: TransfersDesk, body: str) -> None:
    """Settled by fact: nothing to notify."""
    line = replace(_line(desk, body), by_fact=1)
    _enough(desk, body, line, (), Kind.INNOCENT, "settled by fact")


def expected_unknown(desk: TransfersDesk, body: str) -> None:
    """Nobody said what was expected."""
    line = replace(_line(desk, body), expected=ABSENT)
    _enough(desk, body, line, (), Kind.NOT_TESTABLE, "no expected execution")


def short_again(desk: TransfersDesk, body: str, fate: Fate) -> None:
    """Let a line be added after the audit of which nothing was notified."""
    line = _line(desk, body)
    desk.lines.write(line, IN_AFTER)
    owed = line.expected // 100 * 90
    desk.plant_later("BP-04", {"line_no": line_text(line.number)}, body, owed, fate, "added after the audit, no notice")


NOTICES = Plot[TransfersDesk](
    "BP-04",
    deal(
        {
            four_fifths_of_general: 10,
            no_notice: 9,
            general_less_one: 4,
            special_less_one: 4,
            exactly_ninety: 2,
            exactly_seventy: 2,
            settled_by_fact: 1,
            expected_unknown: 2,
        }
    ),
    short_again,
)
