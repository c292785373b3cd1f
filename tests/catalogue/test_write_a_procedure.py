"""What the page on writing a procedure shows really loads, passes the linter, and plays."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reperform import catalogue
from reperform.engine.cases import differences, play
from reperform.engine.lint import lint
from reperform.engine.run import types_of
from reperform.engine.spec import OPTIONAL, REQUIRED, load_procedure
from reperform.engine.subset import FUNCTIONS
from reperform.errors import BadInput

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "how-to" / "write-a-procedure.md").read_text(encoding="utf-8")
CONTRACT, CASES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
(SQL,) = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (
        ("tables/parking_fine.yaml", CONTRACT),
        ("fiscal_funds/TF-01.sql", SQL),
        ("fiscal_funds/cases/TF-01.yaml", CASES),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_procedure_of_the_page_stands_beside_the_shipped_ones_and_its_case_holds(folder: Path):
    procedure, tables = catalogue.procedures(folder)["TF-01"], catalogue.tables(folder)
    (case,) = catalogue.cases(procedure)
    assert differences(procedure, case, play(procedure, case, tables)) == []


def test_the_page_lists_the_functions_of_the_subset():
    listed = re.search(r"`(sum count .*?)`", PAGE, re.DOTALL)
    assert listed is not None
    assert sorted(listed[1].split()) == sorted(FUNCTIONS.values())


def test_the_page_explains_every_key_of_the_front_matter():
    explained = set(re.findall(r"`([a-z_]+)`", PAGE)) | {"title", "question"}
    assert {*REQUIRED, *OPTIONAL} <= explained


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("FROM parking_fine\nWHERE", "FROM parking_fine\nWHERE colour = 'red' AND", "sql.column"),
        ("amount > coalesce(paid, 0)", "amount / paid > 1", "sql.division"),
        ("domain: fiscal_funds", "domain: fines", "yaml.word"),
    ],
)
def test_complaints_have_the_form_that_the_page_shows(folder: Path, old: str, new: str, line: str):
    path = folder / "fiscal_funds" / "TF-01.sql"
    path.write_text(SQL.replace(old, new), encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        lint(load_procedure(path), types_of(catalogue.tables(folder)))
    (shown,) = [row for row in PAGE.splitlines() if row.endswith(f"[{line}]")]
    told = str(caught.value).replace(str(path), "TF-01.sql")
    blank = re.compile(r"row \d+|Allowed here: [^(]*")
    assert blank.sub("…", told) == blank.sub("…", shown)
