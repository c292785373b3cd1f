"""The file of rejects names every place, and does nothing when it is opened."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperform.engine.rejects import COLUMNS, RULES, harmless, write_rejects
from tests.engine.sources import HEADER, contract, read, write_csv

SOURCE = Path(__file__).parents[2] / "src" / "reperform" / "engine"


@pytest.mark.parametrize(
    "text", ["=1+1", "+1+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1+1", " =1", "\r\n=1", "＝1", "|x", "%x", "-x"]
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("text", ["", "x", "-5.20", "+7", "-1,234.00", "张三", "1=1", "5%"])
def test_other_values_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


@settings(deadline=None)
@given(st.text())
def test_nothing_that_is_written_can_act(text: str) -> None:
    written = harmless(text).lstrip()
    assert not written or written[0] not in "=@|%＝＠" or text.startswith("'")
    assert written.lstrip("'") == text.lstrip().lstrip("'")


def test_the_file_opens_in_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    write_rejects(path, [("发放.csv", "表1", 7, "C7", "金额", "amount", "=1+1", "type")])
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [list(COLUMNS), ["发放.csv", "表1", "7", "C7", "金额", "amount", "'=1+1", "type"]]


def test_a_header_that_would_act_is_harmless_too(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [["=人员编号", *HEADER[1:]], ["", "2025-01", "1", ""]])
    read(tmp_path, contract(tmp_path), path)
    assert ",'=人员编号,person_id," in (tmp_path / "work" / "rejects.csv").read_text(encoding="utf-8-sig")


def test_each_rule_that_a_row_can_break_is_explained() -> None:
    """The names are literals in the code that judges rows; every one of them has its sentence."""
    judging = "".join((SOURCE / name).read_text(encoding="utf-8") for name in ("values.py", "conversion.py"))
    named = set(re.findall(r"(?:THEN|ELSE) '([a-z_]+)'", judging)) | set(re.findall(r"quote\('([a-z_]+)'\)", judging))
    assert {"date_order", "duplicate_row", "repeated_header", "type"} <= named <= RULES.keys()
