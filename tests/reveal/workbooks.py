"""Made-up workbooks in the clearinghouse's format: every row in the sheet of its agency and in that of its overseer."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from pathlib import Path

import openpyxl
import xlsxwriter

from reperform.reveal.formats.fac import COLUMNS

Row = dict[str, object]
FLAGS = ("is_modified_opinion", "is_other_matters", "is_material_weakness", "is_significant_deficiency")
PROGRAMS = {"10.555": "NATIONAL SCHOOL LUNCH PROGRAM", "84.010": "TITLE I GRANTS", "93.778": "MEDICAL ASSISTANCE"}


def row(**said: object) -> Row:
    """Return one correct row; what is said replaces what stands here."""
    plain: Row = {
        "id": 1, "report_id": "2023-06-GSAFAC-0000000001", "auditee_name": "Springfield School District",
        "auditee_uei": "ABCDEFGHJ123", "award_reference": "AWARD-0001", "reference_number": "2023-001",
        "aln": "84.010", "cog_over": "OVER-84", "federal_program_name": "TITLE I GRANTS", "amount_expended": 1250,
        "is_direct": "YES", "is_major": "YES", "is_passthrough_award": "NO", "passthrough_amount": "",
        "is_modified_opinion": "NO", "is_other_matters": "NO", "is_material_weakness": "YES",
        "is_significant_deficiency": "NO", "is_other_findings": "NO", "is_questioned_costs": "NO",
        "is_repeat_finding": "NO", "prior_finding_ref_numbers": "N/A",
    }  # fmt: skip
    return plain | said


def sheets_of(rows: Iterable[Mapping[str, object]]) -> dict[str, list[Mapping[str, object]]]:
    """Return the rows by sheet, as the clearinghouse publishes them: each row twice."""
    sheets: dict[str, list[Mapping[str, object]]] = {}
    for one in rows:
        for name in (str(one["aln"])[:2], str(one["cog_over"])):
            sheets.setdefault(name, []).append(one)
    return dict(sorted(sheets.items()))


def write(path: Path, rows: Iterable[Mapping[str, object]], *, columns: Iterable[str] = COLUMNS) -> Path:
    """Write a workbook of the rows and return its path."""
    columns = list(columns)
    book = xlsxwriter.Workbook(path)
    for name, lines in (sheets_of(rows) or {"84": []}).items():
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, columns)
        for position, one in enumerate(lines, 1):
            sheet.write_row(position, 0, [one.get(column, "") for column in columns])
    book.close()
    return path


def alter(source: Path, target: Path, *, where: Mapping[str, object], column: str, value: object) -> int:
    """Copy a workbook and set one column wherever a row fits; return how many cells were set."""
    book, count = openpyxl.load_workbook(source), 0
    for sheet in book:
        header = [cell.value for cell in sheet[1]]
        for cells in sheet.iter_rows(min_row=2):
            if all(cells[header.index(name)].value == wanted for name, wanted in where.items()):
                cells[header.index(column)].value = value
                count += 1
    book.save(target)
    return count


def made_up(reports: int, *, seed: int = 1) -> list[Row]:
    """Return the rows of some invented audits: some findings repeat those of the year before."""
    choose, rows = random.Random(seed), list[Row]()
    for index in range(reports):
        auditee, year = index // 2, 2022 + index % 2
        cog_over = choose.choice(("OVER-84", "COG-93"))
        for finding in range(1, choose.randint(2, 5)):
            repeat = year == 2023 and finding == 1
            for award in range(1, choose.randint(2, 4)):
                aln = choose.choice(sorted(PROGRAMS))
                line = row(
                    id=len(rows), report_id=f"{year}-06-GSAFAC-{index:010d}", auditee_uei=f"UEI{auditee:09d}",
                    auditee_name=f"Town {auditee}", reference_number=f"{year}-{finding:03d}", cog_over=cog_over,
                    award_reference=f"AWARD-{award:04d}", aln=aln, federal_program_name=PROGRAMS[aln],
                    amount_expended=choose.randint(0, 10**7), is_repeat_finding="YES" if repeat else "NO",
                    prior_finding_ref_numbers="2022-001" if repeat else "N/A",
                )  # fmt: skip
                rows.append(line | dict.fromkeys(FLAGS, "NO") | {choose.choice(FLAGS): "YES"})
    return rows
