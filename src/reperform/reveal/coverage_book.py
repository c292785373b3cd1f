"""The coverage as a workbook: a matrix of procedures and bodies for the last period, then every cell, then every gap.

No cell is a formula or a link, whatever its text; the file's date is that of the last data.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time
from pathlib import Path

import xlsxwriter
from django.utils.translation import gettext as _

from reperform.ledger.drafting import in_language
from reperform.reveal.coverage import Coverage

Sentence = Callable[[str], str]


def write_book(path: Path, coverage: Coverage, *, reason: Sentence) -> None:
    """Write the workbook; `reason` gives the sentence for the reason of a gap."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        if coverage.periods:
            book.set_properties({"created": datetime.combine(coverage.periods[-1], time())})
        head = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#f4f5f3", "border": 1})
        _sheet(book, head, _("Coverage"), *_matrix(coverage, reason))
        titles = {one.code: in_language(one.title) for one in coverage.procedures}
        cells = [
            [one.code, titles[one.code], one.period.isoformat(), one.body, one.examined, one.singled_out, one.pending,
             one.run]
            for one in coverage.cells
        ]  # fmt: skip
        heads = [_("Procedure"), _("Title"), _("Period"), _("Body"), _("Examined"), _("Exceptions"), _("To sift"),
                 _("Run")]  # fmt: skip
        _sheet(book, head, _("Examined"), heads, cells)
        gaps = [
            [one.code, titles[one.code], one.period.isoformat(), reason(one.reason), one.run] for one in coverage.gaps
        ]
        _sheet(book, head, _("Not examined"), [_("Procedure"), _("Title"), _("Period"), _("Reason"), _("Run")], gaps)


def _matrix(coverage: Coverage, reason: Sentence) -> tuple[list[str], list[list[object]]]:
    """Return the matrix of the last period: rows examined by body, or the reason why there are none."""
    bodies = coverage.bodies()
    last = coverage.periods[-1] if coverage.periods else None
    examined = {(one.code, one.body): one.examined for one in coverage.cells if one.period == last}
    missing = {one.code: reason(one.reason) for one in coverage.gaps if one.period == last}
    rows: list[list[object]] = [
        [one.code, in_language(one.title), missing.get(one.code, ""),
         *(examined.get((one.code, body)) for body in bodies)]
        for one in coverage.procedures
    ]  # fmt: skip
    return [_("Procedure"), _("Title"), _("Reason"), *bodies], rows


def _sheet(
    book: xlsxwriter.Workbook, head: object, name: str, heads: Sequence[str], rows: Sequence[Sequence[object]]
) -> None:
    sheet = book.add_worksheet(name[:31])
    sheet.freeze_panes(1, 2)
    sheet.set_column(0, 0, 11)
    sheet.set_column(1, 1, 36)
    for place, title in enumerate(heads):
        sheet.write_string(0, place, title, head)
    for line, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(line, place, value)
            elif value:
                sheet.write_string(line, place, str(value))
    if rows:
        sheet.autofilter(0, 0, len(rows), len(heads) - 1)
