"""How fast a workbook of findings is imported, beside the bare reader of workbooks (the floor)."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from django.db import connection
from python_calamine import CalamineWorkbook

from reperform.reveal.formats.known import FORMATS
from reperform.reveal.importing import import_findings, read, workbooks
from tests.reveal.workbooks import made_up, write
from tests.scale.figure import Figure
from tests.world import make_world

REPORTS = 10_000  # about 100,000 rows: each stands in two sheets


def measure() -> list[Figure]:
    """Read the workbook bare and through the format, import it, and import it again."""
    world, database = make_world(), connection.vendor
    with tempfile.TemporaryDirectory(prefix="reperform-bench-") as folder:
        files = workbooks([write(Path(folder) / "2024-02-01-findings.xlsx", made_up(REPORTS))])
        bare = _bare(files[0])
        started = time.perf_counter()
        rows = read(files, FORMATS["fac"]).rows_read
        reading = time.perf_counter() - started
        first = import_findings(files, format="fac", by=world.auditor, at=world.now())
        again = import_findings(files, format="fac", by=world.auditor, at=world.now())
    writing = first.seconds - first.seconds_reading
    return [
        Figure("read a workbook of findings, bare reader", rows / bare, "rows/s"),
        Figure(f"read and check {rows:,} rows in a child, to findings", rows / reading, "rows/s"),
        Figure("reading / bare reader", reading / bare, "x"),
        Figure(f"import them, {first.findings:,} new findings, {database}", rows / first.seconds, "rows/s"),
        Figure(f"of this, writing findings with their items, {database}", first.findings / writing, "findings/s"),
        Figure(f"import the same again, nothing changed, {database}", rows / again.seconds, "rows/s"),
    ]


def _bare(file: Path) -> float:
    started = time.perf_counter()
    with CalamineWorkbook.from_path(file) as book:
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return time.perf_counter() - started
