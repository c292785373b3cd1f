"""What SQL can't say: a function beside the procedure, its columns checked, its text part of the hash."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from reperform.engine.cases import differences, load_cases, play
from reperform.engine.derived import Derived, Script, derive, functions
from reperform.engine.lint import lint
from reperform.engine.run import types_of
from reperform.engine.spec import Procedure, load_catalogue, load_procedure
from reperform.errors import BadInput
from tests.engine.written import FEES, TABLES, result_of, text, write

DERIVED = "{twin: {from: {fee: [fee_no, amount]}, columns: {fee_no: string, twins: integer}, text: {en: -, zh: 双}}}"
PYTHON = """\
def twin(tables, parameters):
    fee = tables["fee"]
    near = parameters["near"]
    counts = [sum(abs(one - other) <= near for other in fee["amount"]) - 1 for one in fee["amount"]]
    return {"fee_no": fee["fee_no"], "twins": counts}
"""
HEAD = {
    "tables": "{fee: [fee_no, unit, amount, due_on]}",
    "amount": None,
    "money": None,
    "derived": DERIVED,
    "parameters": "{near: {type: integer, value: 100, min: 0, source: 某规定, verified: false}}",
}
EXCEPTIONS = (
    "SELECT f.fee_no, f.unit, f.amount, t.twins\nFROM fee AS f JOIN twin AS t USING (fee_no)\nWHERE t.twins > 1"
)


def written(folder: Path, python: str | None = PYTHON, head: dict[str, str | None] | None = None) -> Path:
    path = write(folder, text({**HEAD, **(head or {})}, exceptions=EXCEPTIONS, remedies=None))
    if python is not None:
        path.with_suffix(".py").write_text(python, encoding="utf-8")
    return path


def load(folder: Path, python: str = PYTHON, head: dict[str, str | None] | None = None) -> Procedure:
    return load_procedure(written(folder, python, head), installed=True)


def test_the_sections_read_what_the_function_gives(tmp_path):
    procedure = load(tmp_path)
    lint(procedure, types_of(TABLES))
    result = result_of(procedure, payment=None)
    assert {row.key["fee_no"]: row.fields["twins"] for row in result.exceptions} == {"F2": "2", "F3": "2"}


def test_the_rows_reach_the_function_in_one_order_whatever_theirs(tmp_path):
    python = "def twin(tables, parameters):\n    fee, near = tables['fee'], parameters['near']\n    return "
    python += "{'fee_no': fee['fee_no'], 'twins': [n + near for n in range(len(fee['fee_no']))]}\n"
    procedure = load(tmp_path, python)
    one, two = result_of(procedure), result_of(procedure, fee=tuple(reversed(FEES)))
    assert one.result_hash == two.result_hash
    assert [row.fields["twins"] for row in one.exceptions] == ["100", "101", "102", "104"]


def test_columns_that_only_the_function_reads_are_declared_by_it(tmp_path):
    head: dict[str, str | None] = {"tables": "{fee: [fee_no, unit, due_on]}"}
    path = write(tmp_path, text(HEAD | head, exceptions=EXCEPTIONS.replace("f.amount, ", ""), remedies=None))
    path.with_suffix(".py").write_text(PYTHON, encoding="utf-8")
    procedure = load_procedure(path, installed=True)
    assert procedure.tables == {"fee": ("fee_no", "unit", "due_on", "amount")}
    lint(procedure, types_of(TABLES))


def test_the_python_text_is_part_of_the_hash_and_no_text_leaves_it_as_it_was(tmp_path):
    first = load(tmp_path)
    assert load(tmp_path, PYTHON + "\n").hash != first.hash
    path = write(tmp_path / "plain", text())
    assert load_procedure(path).hash == load_procedure(path, installed=True).hash


def test_python_of_a_plain_folder_is_refused(tmp_path):
    path = written(tmp_path)
    for refused in (lambda: load_procedure(path), lambda: load_catalogue(tmp_path)):
        with pytest.raises(BadInput, match=r"XX-01\.py: Python of a plain folder is not run") as caught:
            refused()
        assert caught.value.rule == "procedure.python"
    assert load_catalogue(tmp_path, installed=[tmp_path])["XX-01"].script is not None


@pytest.mark.parametrize(
    ("python", "head", "told"),
    [
        (None, {}, "belong together"),
        (PYTHON, {"derived": None}, "belong together"),
        (PYTHON.replace("twin(", "other("), {}, "The function twin is missing"),
        ("def twin(:\n", {}, r"row 1: This is not Python"),
        (PYTHON, {"derived": DERIVED.replace("integer", "decimal")}, "known words"),
        (PYTHON, {"derived": "{twin: {from: {}, columns: {a: string}, text: x}}"}, "reads a table"),
        (PYTHON, {"derived": DERIVED.replace("twins:", "Twins:")}, "name of a column"),
        (PYTHON, {"engines": "[oracle]"}, "known words"),
    ],
)
def test_a_declaration_that_does_not_fit_is_told(tmp_path, python, head, told: str):
    with pytest.raises(BadInput, match=told):
        load_procedure(written(tmp_path, python, head), installed=True)


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ({"derived": DERIVED.replace("twin:", "fee:")}, "fee is declared already"),
        ({"derived": DERIVED.replace("twins: integer", "twins: integer, more: date")}, "twin.more is declared and"),
        ({"derived": DERIVED.replace("[fee_no, amount]", "[fee_no, colour]")}, "no column colour"),
        ({"parameters": "{far: {type: integer, value: 1, source: x, verified: false}}"}, ":far is declared and never"),
    ],
)
def test_the_linter_holds_the_relation_to_its_declaration(tmp_path, head, told: str):
    python = PYTHON.replace("twin(", "fee(") if "fee:" in str(head).split("from")[0] else PYTHON
    with pytest.raises(BadInput, match=told):
        lint(load(tmp_path, python, head), types_of(TABLES))


@pytest.mark.parametrize(
    ("line", "place", "told"),
    [
        ("return None", "twin", "must give the columns fee_no, twins"),
        ("return {'fee_no': []}", "twin", "must give the columns"),
        ("return {'fee_no': [], 'twins': [1]}", "twin.twins", "all are of one length"),
        ("return {'fee_no': ('F1',), 'twins': [1]}", "twin.fee_no", "Every column is a list"),
        ("return {'fee_no': ['F1'], 'twins': [True]}", "twin.twins", "Row 1 is not of the type integer"),
        ("return {'fee_no': ['F1', 2], 'twins': [1, 2]}", "twin.fee_no", "Row 2 is not of the type string"),
        ("return {'fee_no': ['F1'], 'twins': [2**63]}", "twin.twins", "Row 1 is not"),
        ("return {'fee_no': ['F1'], 'twins': [1.0]}", "twin.twins", "Row 1 is not"),
    ],
)
def test_what_the_function_gives_is_checked_before_any_sql_reads_it(tmp_path, line: str, place: str, told: str):
    procedure = load(tmp_path, f"def twin(tables, parameters):\n    parameters['near']\n    {line}\n")
    with pytest.raises(BadInput, match=told) as caught:
        result_of(procedure)
    assert caught.value.place.column == place
    assert caught.value.rule == "run.derived"


@pytest.mark.parametrize(
    ("python", "line"),
    [
        ("def twin(tables, parameters):\n    x = parameters['near']\n    return 1 // (x - x)\n", 3),
        ("NEAR = 'near'\n\nimport nothing_of_the_kind\n\n\ndef twin(tables, parameters):\n    return {}\n", 3),
    ],
)
def test_a_failure_names_the_line_of_the_script(tmp_path, python: str, line: int):
    procedure = load(tmp_path, python)
    with pytest.raises(BadInput, match="The function failed") as caught:
        result_of(procedure)
    assert caught.value.place.file.endswith("XX-01.py")
    assert caught.value.place.row == line
    assert caught.value.rule == "run.derived"


def test_dates_truth_values_and_nothing_pass_as_they_are():
    columns = (("a", "date"), ("b", "boolean"), ("c", "string"))
    relation = Derived("r", {"t": ("x",)}, columns, {"en": "-", "zh": "-"})
    source = "import datetime\n\n\ndef r(tables, parameters):\n"
    source += "    return {'a': [datetime.date(2026, 1, 1)], 'b': [False], 'c': [None]}\n"
    script = Script("r.py", source, (relation,))
    assert derive(script, relation, functions(script)["r"], {}, {}) == [(date(2026, 1, 1), False, None)]
    moment = replace(script, text=source.replace("datetime.date(2026, 1, 1)", "datetime.datetime(2026, 1, 1)"))
    with pytest.raises(BadInput, match="Row 1 is not of the type date"):
        derive(moment, relation, functions(moment)["r"], {}, {})


def test_a_case_plays_the_function_too(tmp_path):
    procedure = load(tmp_path)
    path = tmp_path / "XX-01.yaml"
    path.write_text(
        "- name: {en: Two near, zh: 相近}\n  kind: hit\n  as_of: 2026-03-31\n  parameters: {near: 5}\n  tables:\n"
        "    fee: |\n      fee_no | unit | amount | due_on\n      F1 | B1 | 10 | 2026-01-01\n"
        "      F2 | B1 | 12 | 2026-01-01\n      F3 | B1 | 14 | 2026-01-01\n"
        "  expect:\n    population: 3\n    exceptions: |\n      fee_no | twins\n"
        "      F1 | 2\n      F2 | 2\n      F3 | 2\n",
        encoding="utf-8",
    )
    (case,) = load_cases(path)
    assert differences(procedure, case, play(procedure, case, TABLES)) == []
