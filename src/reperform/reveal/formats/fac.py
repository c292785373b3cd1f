"""The format `fac`: the daily findings workbooks of the US Federal Audit Clearinghouse, version 1.

A workbook holds the single audits with findings that the clearinghouse accepted on the day in its name. It has one
sheet for each awarding agency (the first two digits of the listing number) and one for each cognizant or oversight
agency, so every row stands twice. Source of the columns: the clearinghouse's page "FAC findings updates" (2024) and its
data dictionary; rules of the references: its published checks (`YYYY-NNN`, prior references as a list).

Declared keys, never guessed:

* row: (`report_id`, `reference_number`, `award_reference`); rows are the same when all columns but `id` agree, for `id`
  numbers the rows of the clearinghouse's own database;
* finding: (`report_id`, `reference_number`), kept as `fac:<report_id>:<reference_number>`;
* auditee: `auditee_uei`; report: `report_id`, whose first seven signs are the end of the audited period.

A later file decides over an earlier one, row by row. Where one file gives a row in two versions, both values are shown,
joined by ` / `. `parse` runs in a child process; the rest is pure.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from reperform.engine.child import report
from reperform.engine.sheets import Rows, sheets
from reperform.errors import N_, BadInput, Place
from reperform.reveal.formats.reading import Reading, SourceFile, SourceFinding, SourceItem

VERSION = 1
COLUMNS = (
    "id", "report_id", "auditee_name", "auditee_uei", "award_reference", "reference_number", "aln", "cog_over",
    "federal_program_name", "amount_expended", "is_direct", "is_major", "is_passthrough_award", "passthrough_amount",
    "is_modified_opinion", "is_other_matters", "is_material_weakness", "is_significant_deficiency", "is_other_findings",
    "is_questioned_costs", "is_repeat_finding", "prior_finding_ref_numbers",
)  # fmt: skip
FIELDS = COLUMNS[6:]  # what an item keeps beside its key
BOTH = " / "

_EXAMPLES = {
    "report_id": ("2023-06-GSAFAC-0000011762", r"[0-9]{4}-(0[1-9]|1[0-2])-[A-Z]+-[0-9]{10}"),
    "auditee_uei": ("XZNBV6B3YJ75", r"[0-9A-Z]{12}"),
    "award_reference": ("AWARD-0001", r"AWARD-[0-9]{4,5}"),
    "reference_number": ("2023-001", r"[0-9]{4}-[0-9]{3}"),
    "aln": ("93.778", r"[0-9]{2}\.[0-9A-Z]{1,6}"),
    "cog_over": ("COG-93", r"(COG|OVER)-[0-9]{2}"),
    **{name: ("YES", "YES|NO") for name in COLUMNS if name.startswith("is_")},
}
_RULES = {name: (example, re.compile(pattern)) for name, (example, pattern) in _EXAMPLES.items()}
_AMOUNTS = {"amount_expended": False, "passthrough_amount": True}  # the value says whether it may be empty
_LENGTHS = {"auditee_name": 150, "federal_program_name": 300, "prior_finding_ref_numbers": 2000}
_LARGEST = 1 << 53  # above it a spreadsheet no longer holds whole numbers exactly
_FILLED = ("auditee_name", "federal_program_name")
AUDITEE = "UEI-"
AGENCY = "US-ALN-"
_CANONICAL = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)
_EMPTY = ("", None)
_SPREADSHEET_ERRORS = frozenset({"#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!"})
_NOTHING = frozenset({"", "N/A", "NA", "NONE", "NIL", "NOT APPLICABLE", "-", "/", "无", "不适用"})
_SEPARATORS = re.compile(r"[,;、，；&\n]|\b(?:and|or)\b|和|与|及", re.IGNORECASE)
_REFERENCE = re.compile(r"(?<![0-9])[0-9]{4}-[0-9]{3}(?![0-9])")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})-findings")
CITED_LENGTH = 64


def source_key(report_id: str, number: str) -> str:
    """Return the name under which the ledger knows a finding of this format."""
    return f"fac:{report_id}:{number}"


def period_and_number(key: str) -> tuple[str, str]:
    """Return the audited period and the finding's number from its key."""
    _format, report_id, number = key.split(":")
    return report_id[:7], number


def references(text: str) -> tuple[str, ...]:
    """Return the numbers that a cell of prior references cites, in their order, each once.

    Lists come with every separator there is; what stands for "none" cites nothing; what has no number in the usual form
    is kept as it stands, to be shown as a citation that leads nowhere.
    """
    plain = re.sub(r"[‐-―−]", "-", unicodedata.normalize("NFKC", text)).strip()
    found: dict[str, None] = {}
    if plain.upper() in _NOTHING:
        return ()
    for part in (part.strip(" .") for part in _SEPARATORS.split(plain)):
        if part.upper() not in _NOTHING:
            found.update(dict.fromkeys(_REFERENCE.findall(part) or [part[:CITED_LENGTH]]))
    return tuple(found)


# -- in the child: files to plain values -------------------------------------------------------------------------------


def parse(paths: Sequence[str]) -> dict[str, object]:
    """Read the workbooks in the order given and return plain values for `gather`."""
    rows = _Rows()
    for done, path in enumerate(paths):
        report("reading", done, len(paths))
        rows.add(Path(path))
    report("reading", len(paths), len(paths))
    return rows.plain()


class _Rows:
    """The rows of all files so far, by their key."""

    def __init__(self) -> None:
        self.files: list[list[object]] = []
        self.cells: list[dict[object, str]] = [{} for _name in COLUMNS[1:]]  # what has been found right, by column
        self.contents: set[tuple[str, ...]] = set()
        self.versions: dict[tuple[str, str, str], list[tuple[str, ...]]] = {}
        self.reports: dict[str, list[str]] = {}  # uei, name, cog_over, day of acceptance
        self.names: dict[str, dict[str, None]] = {}

    def add(self, path: Path) -> None:
        """Read one workbook; its rows decide over those of the files before it."""
        day = _day(path)
        versions: dict[tuple[str, str, str], dict[tuple[str, ...], None]] = {}
        known: dict[tuple[object, ...], None] = {}
        count = 0
        reports: dict[str, list[str]] = {}
        for sheet, rows in sheets(path):
            order = _header(rows, Place(path.name, sheet))
            for number, row in enumerate(rows[1:], 2):
                raw = tuple(row[index] for index in order)
                if raw[0] in _EMPTY and all(cell in _EMPTY for cell in raw):
                    continue
                count += 1
                if raw in known:
                    continue
                known[raw] = None
                place = Place(path.name, sheet, number)
                content = self._content(raw, place)
                self._note(reports, content, day, place)
                versions.setdefault((content[0], content[4], content[3]), {})[content] = None
                self.contents.add(content)
        self.versions.update({key: list(found) for key, found in versions.items()})
        self.files.append([path.name, hashlib.sha256(path.read_bytes()).hexdigest(), count])

    def _content(self, raw: Sequence[object], place: Place) -> tuple[str, ...]:
        texts = []
        for name, known, value in zip(COLUMNS[1:], self.cells, raw, strict=True):
            text = known.get(value)  # only texts are remembered: 1, 1.0 and True are one key, and not one rule
            if text is None:
                text = _cell(name, value, place)
                if isinstance(value, str):
                    known[value] = text
            texts.append(text)
        return tuple(texts)

    def _note(self, reports: dict[str, list[str]], content: tuple[str, ...], day: str, place: Place) -> None:
        report_id, name, uei, lead = content[0], content[1], content[2], content[6]
        self.names.setdefault(uei, {})[name] = None
        first = reports.setdefault(report_id, [uei, name, lead])
        for column, said, now in (("auditee_uei", first[0], uei), ("cog_over", first[2], lead)):
            if said != now:
                raise BadInput(
                    N_("The report {report} has {said} in {column} elsewhere in this file."),
                    hint=N_("One report has one auditee and one agency; correct the row."),
                    place=Place(place.file, place.sheet, place.row, column),
                    value=now, rule="report.one", report=report_id, said=said, column=column,
                )  # fmt: skip
        earlier = self.reports.get(report_id)
        self.reports[report_id] = [*first, earlier[3] if earlier and earlier[3] else day]

    def plain(self) -> dict[str, object]:
        findings: dict[tuple[str, str], list[object]] = {}
        for (report_id, number, award), found in sorted(self.versions.items()):
            findings.setdefault((report_id, number), []).append([award, _joined([one[5:] for one in found])])
        return {
            "files": self.files,
            "rows_distinct": len(self.contents),
            "reports": self.reports,
            "names": {uei: list(names) for uei, names in self.names.items()},
            "findings": [[report_id, number, items] for (report_id, number), items in findings.items()],
        }


def _joined(versions: Sequence[Sequence[str]]) -> list[str]:
    """Return one value for each field; where the versions differ, all of them."""
    if len(versions) == 1:
        return list(versions[0])
    return [BOTH.join(sorted(set(values))) for values in zip(*versions, strict=True)]


def _day(path: Path) -> str:
    """Return the day of acceptance that a file's name gives, or nothing."""
    named = _DAY.fullmatch(path.stem)
    try:
        return date.fromisoformat(named[1]).isoformat() if named else ""
    except ValueError:  # digits that are no day
        return ""


def _header(rows: Rows, place: Place) -> list[int]:
    """Return where each column but `id` stands; a sheet without any cell has no rows and needs none."""
    if not rows:
        return []
    names = [str(cell).strip().lower() for cell in rows[0]]
    while names and not names[-1] and all(row[len(names) - 1] in _EMPTY for row in rows[1:]):
        names.pop()
    wrong = [name for name in COLUMNS if names.count(name) != 1] + [name for name in names if name not in COLUMNS]
    if wrong:
        column = wrong[0]
        raise BadInput(
            N_("The column {column} stands here twice, or does not belong to this format.")
            if column in names
            else N_("The column {column} is missing."),
            hint=N_("The columns of the format fac are: {columns}"),
            place=Place(place.file, place.sheet, 1, column),
            value=", ".join(names)[:200], rule="columns", column=column or "?", columns=", ".join(COLUMNS),
        )  # fmt: skip
    return [names.index(name) for name in COLUMNS[1:]]


def _cell(name: str, value: object, place: Place) -> str:
    """Return the value of one cell as text; raise `BadInput` naming the cell, the value and the rule."""
    if name in _AMOUNTS:
        return _amount(name, value, place)
    text = unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else ""
    rule = _RULES.get(name)
    if not isinstance(value, str):
        raise _wrong(N_("{column} must be text, not a number or a date."), name, value, place, "cell.text")
    if text in _SPREADSHEET_ERRORS:
        raise _wrong(N_("The cell holds the error value of a spreadsheet."), name, value, place, "cell.error")
    if rule and not rule[1].fullmatch(text):
        raise _wrong(N_("{column} must look like {example}."), name, value, place, "cell.form", rule[0])
    if name in _FILLED and not text:
        raise _wrong(N_("{column} must be filled in."), name, value, place, "cell.required")
    if len(text) > _LENGTHS.get(name, len(text)):
        raise _wrong(N_("{column} is longer than {limit} signs."), name, value, place, "cell.length")
    return text


def _amount(name: str, value: object, place: Place) -> str:
    if value in _EMPTY and _AMOUNTS[name]:
        return ""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not float(value).is_integer() or abs(value) >= _LARGEST:  # type: ignore[arg-type]
        raise _wrong(N_("{column} must be a number of whole dollars."), name, value, place, "cell.amount", "1250")
    return str(int(value))  # type: ignore[call-overload]


def _wrong(message: str, name: str, value: object, place: Place, rule: str, example: str = "") -> BadInput:
    return BadInput(
        message,
        hint=N_("Correct the cell and import again; nothing that was imported before is lost."),
        place=Place(place.file, place.sheet, place.row, name),
        value=str(value)[:200], rule=rule, column=name, example=example, limit=_LENGTHS.get(name, 0),
    )  # fmt: skip


# -- in the parent: plain values to findings ---------------------------------------------------------------------------


def gather(plain: Mapping[str, Any]) -> Reading:
    """Build the reading from what `parse` returned."""
    findings = []
    for report_id, number, lines in plain["findings"]:
        uei, name, lead, accepted = plain["reports"][report_id]
        items = [item(report_id, number, award, dict(zip(FIELDS, values, strict=True))) for award, values in lines]
        findings.append(assemble(report_id, number, auditee=(uei, name), lead=lead, accepted=accepted, items=items))
    return Reading(
        files=tuple(SourceFile(*one) for one in plain["files"]),
        rows_distinct=plain["rows_distinct"],
        findings=tuple(findings),
        names={auditee_code(uei): tuple(spelt) for uei, spelt in plain["names"].items()},
    )


def item(report_id: str, number: str, award: str, fields: Mapping[str, str]) -> SourceItem:
    """Return one line of a finding under its declared key."""
    key = {"report_id": report_id, "reference_number": number, "award_reference": award}
    return SourceItem(_digest(["fac", sorted(key.items())]), key, {**fields, "currency": "USD"})


def assemble(
    report_id: str, number: str, *, auditee: tuple[str, str], lead: str, accepted: str, items: Iterable[SourceItem]
) -> SourceFinding:
    """Return a finding from its lines: everything it says follows from them."""
    ordered = tuple(sorted(items, key=lambda one: one.key["award_reference"]))
    said = {word for one in ordered for word in one.fields["is_repeat_finding"].split(BOTH)}
    cited = [one.fields["prior_finding_ref_numbers"].split(BOTH) for one in ordered]
    cites = {number: None for cells in cited for cell in cells for number in references(cell)}
    content = [[one.key["award_reference"], sorted(one.fields.items())] for one in ordered]
    return SourceFinding(
        key=source_key(report_id, number),
        digest=_digest([VERSION, auditee[0], content]),
        report=report_id,
        number=number,
        period=report_id[:7],
        accepted=accepted,
        auditee=auditee_code(auditee[0]),
        auditee_name=auditee[1],
        lead=agency_code(lead),
        repeat="contradictory" if len(said) > 1 else "yes" if "YES" in said else "no",
        cites=tuple(sorted(cites)),
        items=ordered,
    )


def with_lines(found: SourceFinding, lines: Iterable[SourceItem]) -> SourceFinding:
    """Return the same finding with other lines; the first line says which agency it concerns."""
    lines = list(lines)
    return assemble(
        found.report, found.number, auditee=(found.auditee.removeprefix(AUDITEE), found.auditee_name),
        lead=lines[0].fields["cog_over"], accepted=found.accepted, items=lines,
    )  # fmt: skip


def auditee_code(uei: str) -> str:
    """Return the code of an auditee's body: its unique entity identifier, under the name of that register."""
    return f"{AUDITEE}{uei}"


def agency_code(cog_over: str) -> str:
    """Return the code of an agency's body: cognizant or oversight, it is the same agency."""
    return f"{AGENCY}{cog_over[-2:]}"


def _digest(value: object) -> str:
    return hashlib.sha256(_CANONICAL.encode(value).encode()).hexdigest()
