"""Read and check procedures, without a ledger."""

from __future__ import annotations

import shutil
from pathlib import Path

from reperform import catalogue
from tests.cli.conftest import Call

KEYS = ["code", "title", "domain", "seed", "topics", "tables", "engines", "deterministic", "verified"]


def test_the_shipped_procedures_are_listed_with_what_they_serve_and_where_they_run(call: Call) -> None:
    answer = call("procedures", "list", "--json").json
    assert answer["schema"] == "reperform/procedures/1"
    told = {one["code"]: one for one in answer["procedures"]}
    assert list(told) == list(catalogue.procedures())
    assert all(list(one) == KEYS for one in told.values())
    assert told["SI-01"] == {
        "code": "SI-01",
        "title": {"en": "Pension paid after death", "zh": "死亡后继续领取养老金"},
        "domain": "social_insurance",
        "seed": ["A6"],
        "topics": ["after_death"],
        "tables": ["pension_payment", "death_register", "pension_refund"],
        "engines": ["duckdb", "spark"],
        "deterministic": True,
        "verified": False,
    }


def test_the_procedures_of_one_domain_are_listed(call: Call) -> None:
    told = call("procedures", "list", "--domain", "elderly_care", "--json").json["procedures"]
    assert "EL-02" in {one["code"] for one in told}
    assert {one["domain"] for one in told} == {"elderly_care"}
    assert call("procedures", "list", "--domain", "nowhere").code == 2


def test_a_procedure_is_shown_with_its_law_its_guard_and_its_sql(call: Call) -> None:
    shown = call("procedures", "show", "SI-01").out
    for part in ("社会保险经办条例", "person_id, month, scheme", "-- @exceptions", "What looks guilty and is not"):
        assert part in shown
    assert set(call("procedures", "show", "SI-01", "--json").json["sql"]) == {"population", "exceptions", "remedies"}


def test_a_procedure_is_shown_in_chinese(call: Call) -> None:
    assert "死亡后继续领取养老金" in call("--lang", "zh", "procedures", "show", "SI-01").out


def test_the_shipped_procedures_keep_their_cases(call: Call) -> None:
    answer = call("procedures", "check", "--json")
    assert answer.code == 0
    assert all(one["cases"] >= 4 and not one["failed"] for one in answer.json["procedures"])


def own(tmp_path: Path, find: str, replace: str) -> Path:
    """Return a copy of SI-01 in a catalogue of one's own, with one text replaced."""
    folder = tmp_path / "social_insurance"
    shutil.copytree(catalogue.FOLDER / "social_insurance", folder)
    shutil.copytree(catalogue.FOLDER / "facts", tmp_path / "facts")
    file = folder / "SI-01.sql"
    text = file.read_text(encoding="utf-8")
    assert find in text
    file.write_text(text.replace(find, replace), encoding="utf-8")
    return file


def test_a_case_that_comes_out_otherwise_is_a_failed_check(call: Call, tmp_path: Path) -> None:
    answer = call("procedures", "check", own(tmp_path, "> :grace_months", ">= :grace_months"), "--json")
    assert answer.code == 1
    (checked,) = answer.json["procedures"]
    assert checked["failed"]
    assert "expected" in call("procedures", "check", tmp_path / "social_insurance" / "SI-01.sql").out


def test_sql_outside_the_subset_is_a_bad_input_with_its_line(call: Call, tmp_path: Path) -> None:
    answer = call("procedures", "check", own(tmp_path, "sum(refunded) AS remedied", "random() AS remedied"), "--json")
    assert answer.code == 3
    assert answer.json["error"]["rule"].startswith("sql.")
    assert answer.json["error"]["place"]["row"] > 1


def test_sql_that_spark_would_read_otherwise_is_a_bad_input_with_its_section(call: Call, tmp_path: Path) -> None:
    path = own(tmp_path, "p.amount AS paid", "p.amount / 3 || '' AS paid")
    answer = call("procedures", "check", str(path))
    assert answer.code == 3
    assert "@exceptions" in answer.err
    assert "[sql.spark]" in answer.err


def test_contracts_are_listed_and_shown_with_the_headers_that_are_understood(call: Call) -> None:
    assert "pension_payment" in call("data", "tables").out
    fields = call("data", "tables", "pension_payment", "--json").json["fields"]
    assert next(one for one in fields if one["name"] == "amount")["unit"] == "fen"
    assert "发放金额" in call("data", "tables", "pension_payment").out
    assert call("data", "tables", "nothing").code == 2
