"""Bars as SVG, computed on the server: rectangles with whole attributes, no style, no script.

Bars start at zero, parts stand in the order ok, part, info, bad, none, and a part that is there is never thinner than
one unit, so that it can be seen and clicked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reperform.web.words import Words

GAP = 1.0
THINNEST = 1.5


@dataclass(frozen=True)
class Part:
    """One part of a bar: its fill class, its size and what it says."""

    fill: str
    size: int
    label: Words = ""


@dataclass(frozen=True)
class Rect:
    """A rectangle ready for the page; figures are text, so that no locale changes their decimal point."""

    fill: str
    x: str
    width: str
    label: Words


def bar(parts: Sequence[Part], width: float) -> list[Rect]:
    """Return the rectangles of a bar whose parts fill the width; parts of size zero are left out."""
    there = [part for part in parts if part.size > 0]
    whole = sum(part.size for part in there)
    if not whole:
        return []
    room = width - GAP * (len(there) - 1)
    thin = [part for part in there if part.size * room / whole < THINNEST]
    scale = (room - THINNEST * len(thin)) / max(1, whole - sum(part.size for part in thin))
    rects, x = [], 0.0
    for part in there:
        wide = THINNEST if part in thin else part.size * scale
        rects.append(Rect(part.fill, f"{x:.1f}", f"{wide:.1f}", part.label))
        x += wide + GAP
    return rects
