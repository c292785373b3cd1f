"""The page on table contracts is true: its example loads, its rules are those that exist."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from reperform.engine.rejects import RULES
from reperform.engine.tables import _CONSTRAINT_KEYS, _FIELD_KEYS, _TABLE_KEYS, SQL_TYPES
from tests.engine.sources import contract, read, write_csv

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "table-contracts.md").read_text(encoding="utf-8")
EXAMPLE = PAGE.split("```yaml\n")[1].split("```")[0]


def test_the_example_reads_a_file(tmp_path: Path) -> None:
    table = contract(tmp_path, EXAMPLE, "pension_payment")
    rows = [
        ["证件号码", "月份", "发放金额（万元）", "性别", "开户行"],
        ["440103195001011234", "2025年3月", "0.35", "女", "—"],
    ]
    outcome = read(tmp_path, table, write_csv(tmp_path / "a.csv", rows))
    assert outcome.rows == [("440103195001011234", date(2025, 3, 1), 350_000, None, "F")]
    assert outcome.told["issues"] == ["coverage bank: 0 of 1 rows, less than 90 %"]


def test_every_key_and_type_is_on_the_page() -> None:
    for word in (*_TABLE_KEYS, *_FIELD_KEYS, *_CONSTRAINT_KEYS, *SQL_TYPES):
        assert f"`{word}`" in PAGE, word


def test_every_rule_of_a_row_is_on_the_page_and_no_other() -> None:
    section = PAGE.split("## Rules\n")[1].split("Rules that refuse")[0]
    named = {
        rule
        for line in section.splitlines()
        if line.startswith("| `")
        for rule in re.findall(r"`([a-z_]+)`", line.split("|")[1])
    }
    assert named == RULES.keys()
