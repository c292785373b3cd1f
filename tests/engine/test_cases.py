"""A case is a few small tables and what must come out; a difference is told in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from reperform.engine.cases import differences, load_cases, play
from reperform.errors import BadInput
from tests.engine.written import TABLES, load

HIT = """\
- name: {en: One fee is late, zh: 一笔逾期}
  kind: hit
  as_of: 2026-03-31
  tables:
    fee: |
      fee_no | unit | amount | due_on
      F1     | B1   | 100    | 2026-01-01
      F2     | B1   | 200    |
    payment: |
      voucher | fee_no | paid
      V1      | F1     | 40
  expect:
    population: 2
    not_testable: 1
    exceptions: |
      fee_no | unit | open | due_on
      F1     | B1   | 60   | 2026-01-01
    remedies: |
      fee_no | remedied | trace
      F1     | 40       | V1
"""


def played(folder: Path, text: str, head: dict[str, str] | None = None) -> list[str]:
    path = folder / "XX-01.yaml"
    path.write_text(text, encoding="utf-8")
    procedure = load(folder, head)
    (case,) = load_cases(path)
    return differences(procedure, case, play(procedure, case, TABLES))


def test_a_case_that_holds_has_no_differences(tmp_path):
    assert played(tmp_path, HIT) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("population: 2", "population: 3", "population: expected 3, came 2"),
        ("not_testable: 1", "not_testable: 0", "not_testable: expected 0, came 1"),
        ("| 60   |", "| 61   |", "exceptions: expected"),
        ("      F1     | B1   | 60   | 2026-01-01\n", "", "exceptions: expected []"),
        ("F1     | 40       | V1", "F1     | 40       | V2", "remedies: expected"),
        ("  expect:\n", "  expect:\n    reason: nothing_examined\n", "reason: expected nothing_examined"),
    ],
)
def test_what_came_out_otherwise_is_told(tmp_path, old: str, new: str, told: str):
    (difference,) = played(tmp_path, HIT.replace(old, new))
    assert difference.startswith(told)


def test_an_exception_that_nobody_expects_is_a_difference(tmp_path):
    text = HIT[: HIT.index("    exceptions: |")]
    assert played(tmp_path, text)[0].startswith("exceptions: expected []")


def test_a_table_that_is_not_drawn_is_missing_and_one_with_a_heading_alone_is_empty(tmp_path):
    table = HIT[HIT.index("    payment: |") : HIT.index("  expect:")]
    reason = "  expect:\n    reason: table_missing:payment\n"
    assert played(tmp_path, HIT[: HIT.index("  expect:")].replace(table, "") + reason) == []
    empty = HIT.replace("      V1      | F1     | 40\n", "").replace("| 60   |", "| 100  |")
    assert played(tmp_path, empty[: empty.index("    remedies")]) == []


def test_parameters_of_a_case_hold_for_it(tmp_path):
    late = HIT.replace("  tables:", "  parameters: {days: 89}\n  tables:")
    assert played(tmp_path, late)[0].startswith("exceptions: expected")


def test_a_month_may_be_drawn_without_its_day(tmp_path):
    whole = "      fee_no | unit | open | due_on\n      F1     | B1   | 60   | 2026-01-01"
    assert played(tmp_path, HIT.replace(whole, "      fee_no | due_on\n      F1     | 2026-01")) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("kind: hit", "kind: miss", "hit, clean, guard, not_testable, remedied, threshold"),
        ("F1     | B1   | 100    | 2026-01-01", "F1     | B1   | 100", "A row has 3 cells, the heading has 4"),
        ("| due_on\n", "| colour\n", "The table fee has no column colour"),
        ("as_of: 2026-03-31", "as_of: today", "must be a date"),
        ("    population: 2", "    subjects: 2", "not a known key"),
    ],
)
def test_a_case_that_is_drawn_wrongly_is_refused(tmp_path, old: str, new: str, told: str):
    with pytest.raises(BadInput, match=told):
        played(tmp_path, HIT.replace(old, new, 1))


def test_a_table_without_a_heading_is_refused(tmp_path):
    table = HIT[HIT.index("      fee_no | unit | amount") : HIT.index("    payment: |")]
    with pytest.raises(BadInput, match="at least its heading"):
        played(tmp_path, HIT.replace(table, "\n", 1))
