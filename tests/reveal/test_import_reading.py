"""What the format `fac` reads: rows, findings, contradictions and citations, and errors that name the cell."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperform.engine.child import Limits
from reperform.errors import BadInput, Usage
from reperform.reveal.formats import fac
from reperform.reveal.formats.fac import COLUMNS
from reperform.reveal.formats.known import FORMATS, find_format
from reperform.reveal.formats.reading import Index, Reading
from reperform.reveal.importing import batches, read, workbooks
from tests.reveal.workbooks import Row, made_up, row, write

FAC = FORMATS["fac"]


def read_here(*paths: Path) -> Reading:
    return fac.gather(fac.parse([str(path) for path in paths]))


@pytest.fixture
def reading_of(tmp_path: Path) -> object:
    def build(rows: Iterable[Mapping[str, object]], name: str = "2024-02-01-findings.xlsx") -> Reading:
        return read_here(write(tmp_path / name, rows))

    return build


def refused(tmp_path: Path, *rows: Row, columns: Iterable[str] = COLUMNS) -> BadInput:
    path = write(tmp_path / "2024-02-01-findings.xlsx", rows, columns=columns)
    with pytest.raises(BadInput) as caught:
        read_here(path)
    return caught.value


# -- counts ------------------------------------------------------------------------------------------------------------


def test_a_row_that_stands_in_two_sheets_is_read_twice_and_is_one_row(reading_of) -> None:
    reading = reading_of([row()])
    assert (reading.rows_read, reading.rows_distinct, len(reading.findings)) == (2, 1, 1)


def test_a_finding_is_a_report_and_a_reference_whatever_its_awards(reading_of) -> None:
    lines = [row(award_reference=f"AWARD-{n:04d}") for n in range(1, 8)]
    other = row(reference_number="2023-002")
    reading = reading_of([*lines, other])
    assert [(one.number, len(one.items)) for one in reading.findings] == [("2023-001", 7), ("2023-002", 1)]
    assert (reading.reports, reading.auditees) == (1, 1)


def test_the_number_of_the_database_row_is_no_part_of_a_row(tmp_path: Path) -> None:
    first = write(tmp_path / "2024-02-01-findings.xlsx", [row(id=1)])
    second = write(tmp_path / "2024-02-02-findings.xlsx", [row(id=2)])
    assert read_here(first, second).rows_distinct == 1
    assert read_here(first).findings[0].digest == read_here(second).findings[0].digest


def test_the_order_of_rows_and_columns_does_not_change_a_digest(tmp_path: Path) -> None:
    rows = made_up(6)
    plain = read_here(write(tmp_path / "a.xlsx", rows))
    turned = read_here(write(tmp_path / "b.xlsx", reversed(rows), columns=reversed(COLUMNS)))
    assert {one.key: one.digest for one in plain.findings} == {one.key: one.digest for one in turned.findings}


def test_every_column_but_the_id_and_the_name_changes_the_digest(tmp_path: Path) -> None:
    changed = {
        "aln": "84.027", "cog_over": "COG-84", "federal_program_name": "OTHER", "amount_expended": -7,
        "passthrough_amount": 5, "prior_finding_ref_numbers": "2022-009", "auditee_uei": "ZBCDEFGHJ123",
        "award_reference": "AWARD-0002", **{name: "NO" for name in COLUMNS if row()[name] == "YES"},
        **{name: "YES" for name in COLUMNS if row()[name] == "NO"},
    }  # fmt: skip
    digests = {read_here(write(tmp_path / "plain.xlsx", [row()])).findings[0].digest}
    for name, value in changed.items():
        digests.add(read_here(write(tmp_path / f"{name}.xlsx", [row(**{name: value})])).findings[0].digest)
    assert len(digests) == len(changed) + 1
    for name, value in (("id", 99), ("auditee_name", "Springfield S.D.")):
        same = read_here(write(tmp_path / f"{name}.xlsx", [row(**{name: value})])).findings[0]
        assert same.digest in digests


def test_spellings_of_one_auditee_are_kept_in_the_order_of_their_appearance(tmp_path: Path) -> None:
    first = write(tmp_path / "1.xlsx", [row(auditee_name="St. Louis")])
    second = write(tmp_path / "2.xlsx", [row(auditee_name="St.Louis", report_id="2022-06-GSAFAC-0000000009")])
    reading = read_here(first, second)
    assert reading.auditees == 1
    assert reading.name_variants == {"UEI-ABCDEFGHJ123": ("St. Louis", "St.Louis")}


def test_blank_rows_and_blank_sheets_are_no_rows(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [row()])
    book = openpyxl.load_workbook(path)
    book.create_sheet("empty")
    book["84"].cell(row=9, column=3).value = ""
    book["84"].cell(row=12, column=1).value = 7  # a number of the database alone is no row either
    book.save(path)
    assert read_here(path).rows_read == 2


def test_a_later_file_decides_row_by_row_and_what_it_lacks_stays(tmp_path: Path) -> None:
    first = write(tmp_path / "1.xlsx", [row(), row(award_reference="AWARD-0002")])
    second = write(tmp_path / "2.xlsx", [row(is_repeat_finding="YES")])
    finding = read_here(first, second).findings[0]
    assert [one.fields["is_repeat_finding"] for one in finding.items] == ["YES", "NO"]
    assert finding.repeat == "contradictory"
    assert read_here(second, first).findings[0].repeat == "no"


# -- contradictions and citations --------------------------------------------------------------------------------------


def test_awards_that_disagree_on_repeat_make_the_finding_contradictory(reading_of) -> None:
    reading = reading_of(
        [
            row(is_repeat_finding="YES", prior_finding_ref_numbers="2022-001"),
            row(award_reference="AWARD-0002"),
            row(reference_number="2023-002", is_repeat_finding="YES"),
            row(reference_number="2023-003"),
        ]
    )
    assert [one.repeat for one in reading.findings] == ["contradictory", "yes", "no"]
    assert reading.declared_repeat == 2
    assert [one.number for one in reading.contradictory] == ["2023-001"]


def test_one_row_in_two_versions_shows_both_values(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [row()])
    book = openpyxl.load_workbook(path)
    book["OVER-84"].cell(row=2, column=COLUMNS.index("is_repeat_finding") + 1).value = "YES"
    book.save(path)
    reading = read_here(path)
    assert reading.rows_distinct == 2
    assert reading.findings[0].items[0].fields["is_repeat_finding"] == "NO / YES"
    assert reading.findings[0].repeat == "contradictory"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("N/A", ()),
        ("", ()),
        ("  n/a ", ()),
        ("None", ()),
        ("—", ()),
        ("无", ()),
        ("2022-001", ("2022-001",)),
        ("2022-001, 2022-002", ("2022-001", "2022-002")),
        ("2021-001,2022-001,2019-003", ("2021-001", "2022-001", "2019-003")),
        ("2022-001 AND 2021-001", ("2022-001", "2021-001")),
        ("2022-001 & 2021-001", ("2022-001", "2021-001")),
        ("2022-001；2021-001、2020-004", ("2022-001", "2021-001", "2020-004")),
        ("2022-001/2021-001", ("2022-001", "2021-001")),
        ("2022–001", ("2022-001",)),
        ("２０２２－００１", ("2022-001",)),
        ("2022-001, 2022-001", ("2022-001",)),
        ("Finding 2022-001 (partly repeated).", ("2022-001",)),
        ("2022-001, N/A", ("2022-001",)),
        ("Finding 22-1", ("Finding 22-1",)),
        ("12022-0011", ("12022-0011",)),
        ("x" * 100, ("x" * 64,)),
    ],
)
def test_prior_references_are_read_as_people_write_them(text: str, numbers: tuple[str, ...]) -> None:
    assert fac.references(text) == numbers


@given(
    st.lists(st.from_regex(r"\A(19|20)[0-9]{2}-[0-9]{3}\Z"), unique=True, max_size=12),
    st.sampled_from([",", ", ", ";", "，", "、", "；", " and ", " AND ", "和", "\n", " & ", "  ,  "]),
)
def test_any_list_of_references_comes_back_whatever_separates_it(numbers: list[str], separator: str) -> None:
    assert fac.references(separator.join(numbers)) == tuple(numbers)


@given(st.text(max_size=200))
def test_any_text_at_all_gives_references_that_fit_the_ledger(text: str) -> None:
    found = fac.references(text)
    assert len(set(found)) == len(found)
    assert all(0 < len(one) <= fac.CITED_LENGTH for one in found)


def test_a_citation_resolves_to_an_earlier_report_of_the_same_auditee(reading_of) -> None:
    earlier = row(report_id="2022-06-GSAFAC-0000000001", reference_number="2022-001")
    stranger = row(report_id="2022-06-GSAFAC-0000000002", auditee_uei="ZZZZZZZZZZZ9", reference_number="2022-002")
    citing = row(is_repeat_finding="YES", prior_finding_ref_numbers="2022-001, 2022-002, 2022-003")
    reading = reading_of([earlier, stranger, citing])
    assert (reading.prior_references, reading.prior_resolved) == (3, 1)


@pytest.mark.parametrize("report_id", ["2023-06-GSAFAC-0000000001", "2023-06-GSAFAC-0000000002"])
def test_a_citation_of_its_own_report_or_period_leads_nowhere(reading_of, report_id: str) -> None:
    cited = row(report_id=report_id, reference_number="2023-002")
    citing = row(is_repeat_finding="YES", prior_finding_ref_numbers="2023-001, 2023-002")
    assert reading_of([cited, citing]).prior_resolved == 0


def test_of_several_earlier_findings_the_latest_is_meant() -> None:
    index = Index([("a", "1", "2020-06", "old"), ("a", "1", "2021-06", "newer"), ("a", "1", "2023-06", "own")])
    assert index.earlier("a", "1", "2023-06") == "newer"
    assert index.earlier("a", "1", "2020-06") is None
    assert index.earlier("b", "1", "2023-06") is None


# -- errors ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("report_id", "2023-13-GSAFAC-0000000001", "cell.form"),
        ("report_id", "", "cell.form"),
        ("auditee_uei", "ABC", "cell.form"),
        ("reference_number", "2023-1", "cell.form"),
        ("award_reference", "0001", "cell.form"),
        ("aln", "84", "cell.form"),
        ("cog_over", "HHS", "cell.form"),
        ("is_repeat_finding", "Y", "cell.form"),
        ("is_major", True, "cell.text"),
        ("reference_number", 2023001, "cell.text"),
        ("auditee_name", "  ", "cell.required"),
        ("auditee_name", "x" * 151, "cell.length"),
        ("federal_program_name", "#REF!", "cell.error"),
        ("prior_finding_ref_numbers", "#N/A", "cell.error"),
        ("amount_expended", "", "cell.amount"),
        ("amount_expended", "1,250", "cell.amount"),
        ("amount_expended", 12.5, "cell.amount"),
        ("amount_expended", True, "cell.amount"),
        ("amount_expended", 1e300, "cell.amount"),
        ("passthrough_amount", "N/A", "cell.amount"),
    ],
)
def test_a_wrong_cell_is_named_with_file_sheet_row_column_value_and_rule(
    tmp_path: Path, column: str, value: object, rule: str
) -> None:
    good = row(reference_number="2023-009", cog_over="COG-10", aln="10.555", report_id="2021-06-GSAFAC-0000000002")
    error = refused(tmp_path, good, row(**{column: value}))
    place = error.place
    assert (place.file, place.row, place.column) == ("2024-02-01-findings.xlsx", 2, column)
    assert place.sheet
    assert error.rule == rule
    assert error.render()
    assert "nothing" in error.render_hint()


def test_a_number_where_a_text_belongs_is_refused_because_a_spreadsheet_ate_its_zeros(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [row()])
    book = openpyxl.load_workbook(path)
    book["84"].cell(row=2, column=COLUMNS.index("aln") + 1).value = 84.01
    book.save(path)
    with pytest.raises(BadInput) as caught:
        read_here(path)
    assert (caught.value.rule, caught.value.value) == ("cell.text", "84.01")


@pytest.mark.parametrize(
    ("columns", "named"),
    [
        (COLUMNS[:-1], "prior_finding_ref_numbers"),
        ((*COLUMNS, "remark"), "remark"),
        ((*COLUMNS, "aln"), "aln"),
        (("Report", *COLUMNS[2:]), "id"),
        (("", *COLUMNS), ""),
    ],
)
def test_wrong_columns_are_refused_by_name(tmp_path: Path, columns: tuple[str, ...], named: str) -> None:
    error = refused(tmp_path, row(), columns=columns)
    assert (error.rule, error.place.row, error.place.column, error.place.sheet) == ("columns", 1, named, "84")
    assert "report_id" in error.render_hint()


def test_a_column_of_data_without_a_header_is_refused_and_an_empty_one_is_not(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [row()])
    book = openpyxl.load_workbook(path)
    book["84"].cell(row=1, column=25).value = " "
    book.save(path)
    assert read_here(path).rows_read == 2
    book["84"].cell(row=2, column=24).value = "a remark"
    book.save(path)
    with pytest.raises(BadInput) as caught:
        read_here(path)
    assert (caught.value.rule, caught.value.place.sheet, caught.value.params["column"]) == ("columns", "84", "?")


@pytest.mark.parametrize(
    ("name", "accepted"),
    [
        ("2024-02-29-findings.xlsx", "2024-02-29"),
        ("2024-02-30-findings.xlsx", ""),
        ("findings.xlsx", ""),
        ("2024-02-29-findings (1).xlsx", ""),
    ],
)
def test_the_day_of_acceptance_is_the_day_in_the_name_if_it_is_one(reading_of, name: str, accepted: str) -> None:
    assert reading_of([row()], name).findings[0].accepted == accepted


def test_one_report_with_two_auditees_in_one_file_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, row(), row(reference_number="2023-002", auditee_uei="ZZZZZZZZZZZ9"))
    assert (error.rule, error.place.column, error.place.row, error.value) == (
        "report.one", "auditee_uei", 3, "ZZZZZZZZZZZ9",
    )  # fmt: skip


@pytest.mark.parametrize("value", [None, 42], ids=["without a stored result", "with one"])
def test_a_formula_is_refused_by_its_cell(tmp_path: Path, value: object) -> None:
    import xlsxwriter

    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("10", "84"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, COLUMNS)
            sheet.write_row(1, 0, row().values())
        sheet.write_formula("J2", "=1000+250", value=value)
    with pytest.raises(BadInput) as caught:
        read_here(path)
    place = caught.value.place
    assert (place.file, place.sheet, place.row, place.column) == ("a.xlsx", "84", 2, "J")
    assert caught.value.rule == "cell.formula"


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04 torn"])
def test_what_is_no_workbook_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(BadInput) as caught:
        read_here(path)
    assert (caught.value.rule, caught.value.place.file) == ("damaged", "a.xlsx")


def test_a_zip_that_is_no_workbook_is_refused_by_name(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("notes.txt", "no workbook")
    with pytest.raises(BadInput) as caught:
        read_here(tmp_path / "a.xlsx")
    assert caught.value.place.file == "a.xlsx"


def test_a_workbook_whose_sheet_is_torn_is_refused_by_name(tmp_path: Path) -> None:
    write(tmp_path / "good.xlsx", [row()])
    with zipfile.ZipFile(tmp_path / "good.xlsx") as good, zipfile.ZipFile(tmp_path / "a.xlsx", "w") as torn:
        for name in good.namelist():
            torn.writestr(name, "<worksheet><sheetData><row" if "worksheets" in name else good.read(name))
    with pytest.raises(BadInput) as caught:
        read_here(tmp_path / "a.xlsx")
    assert (caught.value.rule, caught.value.place.file) == ("workbook.unreadable", "a.xlsx")


def test_a_bomb_is_refused_before_a_reader_opens_it(tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx", [row()])
    with zipfile.ZipFile(tmp_path / "a.xlsx", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", b" " * (8 << 20))
    with pytest.raises(BadInput) as caught:
        read_here(tmp_path / "a.xlsx")
    assert (caught.value.rule, caught.value.place.file) == ("archive_bomb", "a.xlsx")


def test_a_cell_that_shows_an_error_is_refused_because_a_reader_would_give_it_as_empty(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [row(passthrough_amount="")])
    book = openpyxl.load_workbook(path)
    book["OVER-84"]["N2"] = "#REF!"
    book.save(path)
    with pytest.raises(BadInput) as caught:
        read_here(path)
    place = caught.value.place
    assert (place.file, place.sheet, place.row, place.column) == ("a.xlsx", "OVER-84", 2, "N")
    assert (caught.value.rule, caught.value.value) == ("cell.error", "#REF!")


def test_hidden_sheets_are_read_too(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [row()])
    book = openpyxl.load_workbook(path)
    book["84"].sheet_state = "hidden"
    book.save(path)
    assert read_here(path).rows_read == 2


# -- files and the child -----------------------------------------------------------------------------------------------


def test_the_child_returns_what_the_parser_read_and_tells_how_far_it_is(tmp_path: Path) -> None:
    paths = [write(tmp_path / f"2024-02-0{n}-findings.xlsx", made_up(4, seed=n)) for n in (1, 2)]
    seen: list[tuple[str, int, int]] = []
    reading = read(paths, FAC, progress=lambda *step: seen.append(step))
    assert reading == read_here(*paths)
    assert seen == [("reading", 0, 2), ("reading", 1, 2), ("reading", 2, 2)]


def test_an_error_in_the_child_names_the_cell(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [row(is_major="maybe")])
    with pytest.raises(BadInput) as caught:
        read([path], FAC)
    assert (caught.value.place.column, caught.value.value) == ("is_major", "maybe")


def test_a_child_that_is_stopped_names_the_file_at_hand(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [row()])
    with pytest.raises(BadInput) as caught:
        read([path], FAC, limits=Limits(seconds=0.01))
    assert (caught.value.rule, caught.value.place.file) == ("workbook.unreadable", "a.xlsx")
    assert "longer than" in caught.value.render()


def test_folders_and_files_give_each_workbook_once_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("2024-02-02-findings.xlsx", "2024-02-01-findings.xlsx", "~$2024-02-01-findings.xlsx", "notes.txt"):
        (tmp_path / name).touch()
    found = workbooks([tmp_path / "2024-02-02-findings.xlsx", tmp_path])
    assert [path.name for path in found] == ["2024-02-01-findings.xlsx", "2024-02-02-findings.xlsx"]


def test_nothing_to_import_is_said(tmp_path: Path) -> None:
    with pytest.raises(Usage, match="no file or folder"):
        workbooks([tmp_path / "absent"])
    with pytest.raises(Usage, match=r"no \.xlsx workbook"):
        workbooks([tmp_path])
    with pytest.raises(Usage, match=r"no \.xlsx workbook"):
        workbooks([])


def test_an_unknown_format_names_those_there_are() -> None:
    with pytest.raises(Usage, match="The formats are: fac"):
        find_format("facs")


# -- batches -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [4, 9, 50, 0])
def test_batches_hold_every_finding_once_within_the_limit_and_one_year(reading_of, limit: int) -> None:
    reading = reading_of(made_up(30))
    found = list(batches(reading.findings, limit))
    assert [one.key for batch in found for one in batch] == sorted(one.key for one in reading.findings)
    for batch in found:
        entries = {name for one in batch for name in (one.key, one.report, one.auditee, one.lead)}
        assert len(entries) <= (limit or 1000)
        assert len({one.period[:4] for one in batch}) == 1
    assert not limit or len(found) > 2
