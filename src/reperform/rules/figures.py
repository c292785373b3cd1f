"""How official reports print figures.

* A rate is truncated, not rounded: 1691 of 1786 is printed 94 % (National Audit Office, report on fiscal year 2023);
  some cities round to two decimals instead (Panyu 2022: 179 of 189 is 94.71 %). The mode is the caller's choice.
* A sum is floored to a step and followed by 多: 9577.69 is printed 9570多亿元 (National Audit Office, 2022).
* Money is an integer in fen. Units: 元 = 100, 万元 = 10^6, 亿元 = 10^10, 万亿元 = 10^14 fen.
"""

from __future__ import annotations

import re
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from enum import StrEnum

YUAN, WAN, YI, WAN_YI = 10**2, 10**6, 10**10, 10**14
_UNITS = (("万元", WAN), ("元", YUAN), ("分", 1))
_AMOUNT = re.compile(r"[0-9]{1,18}(\.[0-9]{1,12})?")


class Rounding(StrEnum):
    FLOOR_WHOLE = "floor_whole"
    ROUND_HUNDREDTH = "round_hundredth"


def percent(part: int, whole: int, mode: Rounding = Rounding.FLOOR_WHOLE) -> str:
    """Return `part` of `whole` in percent as printed, or an em dash where there is nothing to divide."""
    if whole == 0:
        return "—"
    if mode is Rounding.FLOOR_WHOLE:
        return f"{part * 100 // whole}%"
    exact = Decimal(part * 100) / Decimal(whole)
    return f"{exact.quantize(Decimal('0.01'), ROUND_HALF_UP)}%"


def in_unit(fen: int, unit: int, places: int = 2) -> str:
    """Return an amount in a unit with thousands separators, truncated: no printed sum exceeds the true one."""
    exact = Decimal(fen) / Decimal(unit)
    return f"{exact.quantize(Decimal(1).scaleb(-places), ROUND_DOWN):,}"


def wan_yuan(fen: int | None) -> str:
    """Return an amount in 万元 with two decimals; an unknown amount is an em dash, a true zero is 0.00."""
    return "—" if fen is None else in_unit(fen, WAN)


def official_sum(fen: int) -> str:
    """Return a sum as a report prints it: the largest unit that fits, two decimals (万亿, 亿) or two (万元)."""
    if fen >= WAN_YI:
        return f"{in_unit(fen, WAN_YI)}万亿元"
    if fen >= YI:
        return f"{in_unit(fen, YI)}亿元"
    return f"{in_unit(fen, WAN)}万元"


def floor_and_more(value: int, step: int) -> str:
    """Return a number floored to a step with 多 where anything was left off: (9577, 10) -> 9570多."""
    floored = value // step * step
    return f"{floored}{'多' if value != floored else ''}"


def fen_of(text: str) -> int | None:
    """Read a written amount as integer fen, exactly: 12.50, 1,234, 3.5万元; none if it is none or finer than a fen."""
    bare, unit = text.strip().replace(",", "").replace("，", ""), YUAN
    for word, worth in _UNITS:
        if bare.endswith(word):
            bare, unit = bare.removesuffix(word).strip(), worth
            break
    if not _AMOUNT.fullmatch(bare):
        return None
    exact = Decimal(bare) * unit
    return int(exact) if exact == exact.to_integral_value() else None
