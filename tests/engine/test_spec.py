"""A procedure is one SQL file; what is wrong in it is said with file, line, key, value and what is allowed."""

from __future__ import annotations

import pytest

from reperform.engine.spec import load_catalogue, load_procedure
from reperform.errors import BadInput
from tests.engine.written import REMEDIES, load, text, write


def refused(tmp_path, content: str) -> BadInput:
    with pytest.raises(BadInput) as caught:
        load_procedure(write(tmp_path, content))
    return caught.value


def test_the_file_gives_the_procedure(tmp_path):
    procedure = load(tmp_path)
    assert (procedure.code, procedure.version, procedure.domain, procedure.key) == (
        "XX-01",
        1,
        "fiscal_funds",
        ("fee_no",),
    )
    assert procedure.title == {"en": "Late fees", "zh": "滞纳金"}
    assert procedure.tables == {"fee": ("fee_no", "unit", "amount", "due_on"), "payment": ("fee_no", "paid", "voucher")}
    assert procedure.criteria[0].law == "某法"
    assert procedure.criteria[0].version == "2020-01-01"
    assert procedure.parameters["days"].value == 10
    assert procedure.not_testable_when[0].condition == "due_on IS NULL"
    assert list(procedure.sections) == ["population", "exceptions", "remedies"]


def test_sections_know_the_line_on_which_they_begin(tmp_path):
    procedure = load(tmp_path)
    lines = procedure.path.read_text(encoding="utf-8").splitlines()
    for section in procedure.sections.values():
        assert lines[section.line - 1] == section.sql.splitlines()[0]


def test_empty_lines_before_a_query_do_not_move_its_line(tmp_path):
    procedure = load(tmp_path, population="\n\n\nSELECT fee_no, unit, due_on\nFROM fee")
    lines = procedure.path.read_text(encoding="utf-8").splitlines()
    section = procedure.sections["population"]
    assert lines[section.line - 1].startswith("SELECT")


@pytest.mark.parametrize(
    ("key", "value", "column", "told"),
    [
        ("domain", "fiscal", "domain", "fiscal_funds, employment"),
        ("term", "soon", "term", "immediate, staged, continuous"),
        ("money", "profit", "money", "remit_treasury"),
        ("lookback", "never", "lookback", "absolute, group, relative"),
        ("refer_to", "the_police", "refer_to", "public_security_bureau"),
        ("seed", "[B7]", "seed", "form"),
        ("code", "xx1", "code", "form"),
        ("version", "0", "version", "1 or more"),
        ("version", "one", "version", "whole number"),
        ("key", "[]", "key", "at least one"),
        ("key", "[fee_no, fee_no]", "key", "twice"),
        ("body", "Unit", "body", "form"),
        ("tables", "{}", "tables", "at least one table"),
        ("tables", "{population: [a]}", "tables.population", "cannot be the name"),
        ("tables", "{fee: [Fee-No]}", "tables.fee", "form"),
        ("criteria", "[{law: 某法}]", "criteria", "verified is missing"),
        ("criteria", "[{law: 某法, verified: perhaps}]", "criteria.verified", "true, false"),
        ("criteria", "[{law: 某法, version: 2020, verified: true}]", "criteria.version", "YYYY-MM-DD"),
        ("title", "{en: Late}", "title", "zh is missing"),
        ("parameters", "{days: {type: integer, value: -1, min: 0}}", "parameters.days.value", "between 0"),
        ("optional", "[refund]", "optional", "fee, payment"),
        ("optional", "[fee, payment]", "optional", "At least one table must be needed"),
        ("facts", "[rate]", "facts", "known words"),
        ("not_testable_when", "[{condition: x}]", "not_testable_when", "reason is missing"),
        ("colour", "red", "colour", "not a known key"),
    ],
)
def test_what_is_wrong_is_said_with_key_and_line(tmp_path, key: str, value: str, column: str, told: str):
    content = text({key: value})
    error = refused(tmp_path, content)
    line = next(n for n, row in enumerate(content.splitlines(), 1) if row.startswith(f"{key}:"))
    assert (error.place.row, error.place.column) == (line, column)
    assert error.place.file.endswith("XX-01.sql")
    assert told in str(error)


@pytest.mark.parametrize("key", ["code", "title", "criteria", "tables", "key", "body", "term", "lookback", "guard"])
def test_what_must_be_said_is_missed(tmp_path, key: str):
    assert f"{key} is missing" in str(refused(tmp_path, text({key: None})))


def test_money_and_amount_belong_together(tmp_path):
    assert "belong together" in str(refused(tmp_path, text({"money": None})))
    assert "belong together" in str(refused(tmp_path, text({"amount": None})))
    assert load(tmp_path, {"money": None, "amount": None}).money == ""


def test_the_code_is_the_name_of_the_file(tmp_path):
    assert "must stand in a file of that name" in str(refused(tmp_path, text({"code": "XX-02"})))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("SELECT 1", "begins with its front matter"),
        ("/*---\ncode: XX-01\n", "begins with its front matter"),
        (text().replace("-- @exceptions", "-- exceptions"), "The section exceptions is missing"),
        (text().replace("-- @remedies", "-- @fixes"), "The section fixes is not known"),
        (text().replace("-- @remedies", "-- @population"), "given twice"),
        (text().replace("-- @population", "DROP TABLE fee;\n-- @population"), "comments alone"),
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path, content: str, told: str):
    assert told in str(refused(tmp_path, content))


def test_comments_before_the_first_section_are_welcome(tmp_path):
    assert load_procedure(write(tmp_path, text().replace("-- @population", "-- read this first\n\n-- @population")))


def test_remedies_may_be_left_out(tmp_path):
    assert "remedies" not in load(tmp_path, remedies=None).sections


def test_a_plain_text_stands_for_both_languages(tmp_path):
    assert load(tmp_path, {"question": "逾期？"}).question == {"en": "逾期？", "zh": "逾期？"}


def test_the_hash_is_of_the_text_and_not_of_its_line_ends(tmp_path):
    one, two = load(tmp_path / "a"), load(tmp_path / "b")
    (tmp_path / "b" / "fiscal_funds" / "XX-01.sql").write_bytes(("\ufeff" + text().replace("\n", "\r\n")).encode())
    two = load_procedure(two.path)
    assert one.hash == two.hash
    assert load(tmp_path / "c", remedies=REMEDIES + "  ").hash != one.hash


def fact(folder, monthly: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rate.yaml").write_text(
        "name: rate\ntitle: Rate\nsource: A paper\nverified: false\n"
        f"columns: [{{name: monthly, type: integer, title: Per month}}]\nrows: [[{monthly}]]\n",
        encoding="utf-8",
    )


def test_the_hash_follows_the_facts_that_are_read(tmp_path):
    fact(tmp_path / "facts", 1)
    one = load(tmp_path, {"facts": "[rate]"})
    fact(tmp_path / "facts", 2)
    two = load(tmp_path, {"facts": "[rate]"})
    assert one.facts["rate"].rows == ((1,),)
    assert one.hash != two.hash


def test_a_bureaus_own_fact_replaces_the_shipped_one(tmp_path):
    fact(tmp_path / "shipped" / "facts", 1)
    fact(tmp_path / "own" / "facts", 2)
    write(tmp_path / "shipped", text({"facts": "[rate]"}))
    assert load_catalogue(tmp_path / "shipped")["XX-01"].facts["rate"].rows == ((1,),)
    assert load_catalogue(tmp_path / "shipped", tmp_path / "own")["XX-01"].facts["rate"].rows == ((2,),)


def test_two_procedures_of_one_code_are_refused(tmp_path):
    write(tmp_path / "shipped")
    write(tmp_path / "own")
    with pytest.raises(BadInput, match="two procedures XX-01"):
        load_catalogue(tmp_path / "shipped", tmp_path / "own")


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(BadInput, match=r"XX-01\.sql: There is no such file"):
        load_procedure(tmp_path / "XX-01.sql")


def test_a_rule_alone_decides_unless_the_file_says_that_it_learns(tmp_path):
    assert load(tmp_path).deterministic
    assert not load(tmp_path, {"deterministic": "false"}).deterministic


def test_a_procedure_is_verified_when_every_figure_in_it_is(tmp_path):
    assert not load(tmp_path).verified
    head = {"parameters": "{days: {type: integer, value: 10, min: 0, source: x, verified: true}}"}
    assert load(tmp_path, head).verified
    doubted = head | {"criteria": "[{law: x, verified: false}, {law: y, verified: true}]"}
    assert not load(tmp_path, doubted).verified
