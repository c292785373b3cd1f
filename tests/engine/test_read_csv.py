"""CSV as it comes: encodings, delimiters, titles above the header, ragged rows, quotation marks."""

from __future__ import annotations

from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reperform.engine.values import BLANKS
from reperform.errors import BadInput
from tests.engine.sources import HEADER, ROWS, Outcome, contract, one_field, read, write_bytes, write_csv

LOADED = [
    (p, m, fen)
    for p, m, fen in (("P1", "2025-01-01", 10000), ("P2", "2025-01-01", 20050), ("P3", "2025-02-01", 130000))
]


def loaded(outcome: Outcome) -> list[tuple[str, str, int]]:
    return [(person, month.isoformat(), fen) for person, month, fen, _ in outcome.rows]


def refused(folder: Path, content: bytes) -> BadInput:
    with pytest.raises(BadInput) as caught:
        read(folder, contract(folder), write_bytes(folder / "a.csv", content))
    return caught.value


def of_lines(folder: Path, *lines: str, end: str = "\n") -> Outcome:
    return read(folder, contract(folder), write_bytes(folder / "a.csv", "".join(line + end for line in lines).encode()))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_the_same_rows_come_out_of_each_encoding_and_line_end(tmp_path: Path, encoding: str, end: str) -> None:
    path = write_csv(tmp_path / "a.csv", [HEADER, *ROWS], encoding=encoding, end=end)
    outcome = read(tmp_path, contract(tmp_path), path)
    assert loaded(outcome) == LOADED
    assert outcome.told["sources"][0]["encoding"] == encoding.replace("-sig", "")


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_the_one_that_makes_sense_of_the_header(tmp_path: Path, delimiter: str) -> None:
    outcome = of_lines(tmp_path, delimiter.join(HEADER), delimiter.join(["P1", "2025-01", "100", "a"]))
    assert loaded(outcome) == [("P1", "2025-01-01", 10000)]


def test_titles_and_blank_lines_above_the_header_are_passed_over(tmp_path: Path) -> None:
    outcome = of_lines(tmp_path, "发放明细表,,,", "单位：万元,,,", ",".join(HEADER), "P1,2025-01,0.5,")
    assert loaded(outcome) == [("P1", "2025-01-01", 500000)]
    assert outcome.told["sources"][0]["header_row"] == 3
    (tmp_path / "work").rename(tmp_path / "first")
    outcome = of_lines(tmp_path, "", "发放明细表", "", ",".join(HEADER), "P1,2025-01,0.5,", "P2,2025-01,x,")
    assert loaded(outcome) == [("P1", "2025-01-01", 50)]
    assert outcome.faults == [(6, "amount", "x", "type")]


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    outcome = of_lines(tmp_path, ",".join(HEADER), 'P1,2025-01,1,"two', 'lines"', "P2,2025-01,x,", "", "P3,2025-01,y,")
    assert outcome.faults == [(3, "amount", "x", "type"), (5, "amount", "y", "type")]


def test_blank_lines_and_blank_rows_are_counted_and_are_no_rows(tmp_path: Path) -> None:
    outcome = of_lines(tmp_path, ",".join(HEADER), "P1,2025-01,1,", ",,,", " ,　,,", "", "P2,2025-01,1,", "", "")
    assert (outcome.told["rows_read"], outcome.told["sources"][0]["rows_blank"]) == (2, 5)
    (tmp_path / "work").rename(tmp_path / "first")
    outcome = of_lines(tmp_path, ",".join(HEADER), "P1,2025-01,1,", ",,,", " ,　,,", "P2,2025-01,1,", "", "")
    assert (outcome.told["rows_read"], outcome.told["sources"][0]["rows_blank"]) == (2, 2)


def test_a_row_with_too_few_or_too_many_cells_is_a_reject_and_costs_no_other(tmp_path: Path) -> None:
    outcome = of_lines(tmp_path, ",".join(HEADER), "P1,2025-01,1,", "P2,2025-01", "P3,2025-01,1,a,b", "P4,2025-01,1,a,")
    assert [row[0] for row in outcome.rows] == ["P1", "P4"]
    assert outcome.faults == [(3, "", "P2 | 2025-01", "columns"), (4, "", "P3 | 2025-01 | 1 | a | b", "columns")]


def test_mixed_line_ends_cost_no_row(tmp_path: Path) -> None:
    content = ",".join(HEADER) + "\r\nP1,2025-01,1,a\nP2,2025-01,1,b\rP3,2025-01,1,c\r\n"
    outcome = read(tmp_path, contract(tmp_path), write_bytes(tmp_path / "a.csv", content.encode()))
    assert [row[0] for row in outcome.rows] == ["P1", "P2", "P3"]


def test_a_mark_inside_a_bare_field_is_a_sign_like_others(tmp_path: Path) -> None:
    outcome = of_lines(tmp_path, ",".join(HEADER), 'P1,2025-01,1,5" pipe', 'P2,2025-01,1,6" pipe')
    assert [row[3] for row in outcome.rows] == ['5" pipe', '6" pipe']
    (tmp_path / "work").rename(tmp_path / "first")
    outcome = of_lines(tmp_path, ",".join(HEADER), 'P1,2025-01,1,5" pipe')
    assert [row[3] for row in outcome.rows] == ['5" pipe']


def test_an_unclosed_quote_refuses_the_file_and_names_the_row(tmp_path: Path) -> None:
    lines = "".join(f"Q{number},2025-01,1,b\n" for number in range(1000))
    error = refused(tmp_path, (",".join(HEADER) + '\nP1,2025-01,1,a\nP2,2025-01,1,"open\n' + lines).encode())
    assert (error.rule, error.place.row, error.place.file) == ("quote", 3, "a.csv")


def test_text_behind_a_closing_quote_refuses_the_file_and_names_the_row(tmp_path: Path) -> None:
    error = refused(tmp_path, (",".join(HEADER) + '\nP1,2025-01,1,"a"b\n').encode())
    assert (error.rule, error.place.row) == ("quote", 2)


def test_a_field_of_200_kilobytes_is_read(tmp_path: Path) -> None:
    outcome = of_lines(tmp_path, ",".join(HEADER), f"P1,2025-01,1,{'长' * 70_000}")
    assert len(outcome.rows[0][3]) == 70_000


def test_a_row_of_three_megabytes_is_a_reject(tmp_path: Path) -> None:
    outcome = of_lines(tmp_path, ",".join(HEADER), f"P1,2025-01,1,{'x' * 3_000_000}", "P2,2025-01,1,")
    assert [row[0] for row in outcome.rows] == ["P2"]
    assert [(fault[0], fault[3]) for fault in outcome.faults] == [(2, "too_long")]


def test_more_columns_than_any_table_has_are_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, (",".join(HEADER) + "," * 100_000 + "\n").encode())
    assert error.rule == "too_many_columns"


def test_a_header_alone_gives_an_empty_table_that_says_so(tmp_path: Path) -> None:
    outcome = of_lines(tmp_path, ",".join(HEADER))
    assert outcome.rows == []
    assert outcome.told["issues"] == ["empty"]


@pytest.mark.parametrize("content", [b"", b"\n \r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    assert refused(tmp_path, content).rule == "empty"


CELL = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(st.lists(CELL, min_size=1, max_size=12), st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_what_is_written_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, values: list[str], encoding: str
) -> None:
    folder = tmp_path_factory.mktemp("csv")
    rows = [["n", "x"], *([str(number), value] for number, value in enumerate(values))]
    outcome = read(folder, one_field(folder, "type: string"), write_csv(folder / "t.csv", rows, encoding=encoding))
    seen = dict(outcome.rows)
    faulty = {row - 2: rule for row, _, _, rule in outcome.faults}
    assert seen.keys() | faulty.keys() == set(range(len(values)))
    assert set(faulty.values()) <= {"id_as_number", "cell_error"}
    assert seen == {
        number: (normalize("NFC", value.strip(BLANKS)) or None)
        for number, value in enumerate(values)
        if number not in faulty
    }
