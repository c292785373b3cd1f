"""The invented city: how fast each sector and the whole are made, and how time and memory grow with the scale.

Made is all tables of both states as numbers in memory; written is with the files. Each city that is written has a
process of its own, so that its memory is its own. `REPERFORM_SCALES` names the scales (1,2,4).
"""

from __future__ import annotations

import os
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from multiprocessing import get_context
from pathlib import Path

from reperform.city.generate import chunk, generate
from reperform.city.rows import Columns
from reperform.city.sector import Sector
from reperform.city.sectors import SECTORS
from reperform.city.town import Town, parts
from tests.scale.figure import Figure

CHUNK, SEED = 250_000, 42
CORE = "the first four procedures"


def measure() -> list[Figure]:
    scales = [float(scale) for scale in os.environ.get("REPERFORM_SCALES", "1,2,4").split(",")]
    rows, seconds = _made(scales[0])
    figures = [Figure(f"{name}, made", rows[name] / seconds[name], "rows/s") for name in rows]
    figures.append(Figure(f"city of scale {scales[0]:g}, made", rows.total() / sum(seconds.values()), "rows/s"))
    for scale in scales:
        with get_context("spawn").Pool(1) as one:
            count, spent, peak = one.apply(written, (scale,))
        name = f"city of scale {scale:g}, {count:,} rows of both days, written"
        figures += [Figure(name, count / spent, "rows/s"), Figure(f"{name}: peak memory", peak, "MB")]
    return figures


def _made(scale: float) -> tuple[Counter[str], dict[str, float]]:
    """Return rows and seconds by sector."""
    town = Town(SEED, round(scale * 1_000_000))
    for sector in SECTORS:
        for code, bodies in sector.looks_at(town).items():
            town.look_at(code, bodies)
    rows: Counter[str] = Counter()
    seconds = dict.fromkeys((CORE, *(sector.name for sector in SECTORS)), 0.0)

    def watched(sector: Sector) -> Sector:
        def make(*given: object) -> dict[str, Columns]:
            started = time.perf_counter()
            tables = sector.make(*given)  # type: ignore[arg-type]
            seconds[sector.name] += time.perf_counter() - started
            rows[sector.name] += _count(tables)
            return tables

        return Sector(sector.name, sector.layouts, sector.looks_at, make)

    sectors = [watched(sector) for sector in SECTORS]
    for part in parts(town.residents, CHUNK):
        before, started = sum(seconds.values()), time.perf_counter()
        tables = chunk(town, part, sectors)
        seconds[CORE] += time.perf_counter() - started - (sum(seconds.values()) - before)
        rows[CORE] += _count(tables)
    rows[CORE] -= sum(rows[sector.name] for sector in SECTORS)
    return rows, seconds


def _count(tables: Mapping[str, Columns]) -> int:
    return sum(len(columns["states"]) for columns in tables.values())


def written(scale: float) -> tuple[int, float, float]:
    """Return rows of both days, seconds and megabytes of a city that is written into a folder."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        made = generate(Path(folder) / "city", scale=scale, seed=SEED, sectors=None)
        spent = time.perf_counter() - started
    rows = sum(made.before.counts.values()) + sum(made.after.counts.values())
    return rows, spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
