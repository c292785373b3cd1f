"""The three queries become a result: a denominator, exceptions by key, remedies; a wrong procedure says nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reperform.engine.results import Remedy, Status, SubjectOutcome, identity
from reperform.engine.run import RunLimits
from reperform.errors import BadInput, Inconclusive
from tests.engine.written import EXCEPTIONS, FEES, POPULATION, load, result_of


def of(fee_no: str) -> str:
    return identity("XX-01", {"fee_no": fee_no})


def test_every_row_of_the_population_has_one_of_three_outcomes(tmp_path):
    result = result_of(load(tmp_path))
    assert (result.population, result.clean, result.not_testable, len(result.exceptions)) == (5, 2, 1, 2)
    assert result.untestable == {"due_on IS NULL": 1}
    assert result.bodies == {"B1": 2, "B2": 3}


def test_exceptions_stand_by_key_with_body_money_and_the_other_columns_as_text(tmp_path):
    rows = result_of(load(tmp_path)).exceptions
    assert [(row.key, row.body, row.amount, row.fields) for row in rows] == [
        ({"fee_no": "F1"}, "B1", 100, {"due_on": "2026-01-01"}),
        ({"fee_no": "F5"}, "B2", 350, {"due_on": "2026-01-01"}),
    ]
    assert [row.identity for row in rows] == [of("F1"), of("F5")]


def test_remedies_are_those_of_exceptions_and_of_named_subjects(tmp_path):
    procedure = load(tmp_path)
    assert result_of(procedure).remedied == {of("F5"): Remedy(150, "V3")}
    named = result_of(procedure, asked=[{"fee_no": "F3"}]).remedied
    assert named == {of("F5"): Remedy(150, "V3"), of("F3"): Remedy(300, "V1")}


def test_named_subjects_have_an_outcome_even_when_they_are_gone(tmp_path):
    asked = [{"fee_no": name} for name in ("F1", "F3", "F4", "F9", "F10")]
    subjects = result_of(load(tmp_path), asked=asked).subjects
    assert {name: subjects[of(name)].outcome for name in ("F1", "F3", "F4", "F9", "F10")} == {
        "F1": SubjectOutcome.EXCEPTION,
        "F3": SubjectOutcome.CLEAN,
        "F4": SubjectOutcome.NOT_TESTABLE,
        "F9": SubjectOutcome.MISSING,
        "F10": SubjectOutcome.MISSING,
    }
    assert subjects[of("F1")].amount == 100
    assert subjects[of("F4")].reason == "due_on IS NULL"
    assert subjects[of("F9")].remedy == Remedy(9, "V9")


def test_the_result_does_not_depend_on_the_order_of_the_rows_or_the_threads(tmp_path):
    procedure = load(tmp_path)
    one = result_of(procedure)
    two = result_of(
        procedure, fee=tuple(reversed(FEES)), limits=RunLimits(memory=256 << 20, threads=1, temporary=1 << 20)
    )
    assert one.result_hash == two.result_hash
    assert one.to_json() == replace(two, seconds=one.seconds).to_json()


def test_an_exception_that_cannot_be_tested_accuses_nobody(tmp_path):
    head = {"not_testable_when": "[{condition: \"unit = 'B1'\", reason: {en: Unit under review, zh: 核查中}}]"}
    result = result_of(load(tmp_path, head))
    assert [row.key["fee_no"] for row in result.exceptions] == ["F5"]
    assert result.untestable == {"Unit under review": 2}
    assert result.population == result.clean + result.not_testable + len(result.exceptions)


def test_the_first_reason_that_holds_is_the_one_that_is_counted(tmp_path):
    head = {"not_testable_when": "[{condition: due_on IS NULL, reason: A}, {condition: \"unit = 'B2'\", reason: B}]"}
    assert result_of(load(tmp_path, head)).untestable == {"A": 1, "B": 2}


def test_a_procedure_without_money_has_no_amounts(tmp_path):
    exceptions = "SELECT fee_no, unit, amount FROM fee WHERE date_diff('day', due_on, :as_of) > :days"
    procedure = load(
        tmp_path,
        {"amount": None, "money": None},
        exceptions=exceptions,
        remedies="SELECT fee_no, max(voucher) AS trace FROM payment WHERE paid > 0 GROUP BY fee_no",
    )
    result = result_of(procedure)
    assert [row.amount for row in result.exceptions] == [None, None, None]
    assert result.remedied[of("F3")] == Remedy(None, "V1")


def test_without_remedies_there_are_none(tmp_path):
    head = {"tables": "{fee: [fee_no, unit, amount, due_on]}"}
    exceptions = "SELECT fee_no, unit, amount AS open FROM fee WHERE date_diff('day', due_on, :as_of) > :days"
    assert result_of(load(tmp_path, head, exceptions=exceptions, remedies=None)).remedied == {}


def test_an_optional_table_that_is_absent_is_empty_and_is_named(tmp_path):
    result = result_of(load(tmp_path, {"optional": "[payment]"}), payment=None)
    assert result.absent == ("payment",)
    assert [row.amount for row in result.exceptions] == [100, 300, 500]


def test_a_needed_table_that_is_absent_makes_everything_not_testable(tmp_path):
    result = result_of(load(tmp_path), payment=None, asked=[{"fee_no": "F1"}])
    assert (result.status, result.reason) == (Status.NOT_TESTABLE, "table_missing:payment")
    assert (result.population, result.clean, result.exceptions) == (0, 0, ())
    assert result.subjects[of("F1")].outcome == SubjectOutcome.NOT_TESTABLE


def test_where_nothing_was_examined_nothing_is_clean(tmp_path):
    result = result_of(load(tmp_path), fee=())
    assert (result.status, result.reason) == (Status.NOT_TESTABLE, "nothing_examined")


MONEY = "f.amount - coalesce(sum(p.paid), 0)"
TWICE = "SELECT fee_no, paid AS remedied, voucher AS trace FROM payment"
TEXTS = "SELECT fee_no, max(voucher) AS remedied, sum(paid) AS trace FROM payment GROUP BY fee_no"


BROKEN_PROMISES: list[tuple[dict[str, str], dict[str, object], str]] = [
    ({}, {"fee": (*FEES, FEES[0])}, "1 keys stand more than once"),
    ({}, {"fee": (*FEES, (None, "B1", 5, "2026-03-31"))}, "1 rows have a key with nothing in it"),
    ({"population": POPULATION + "\nWHERE unit = 'B1'"}, {}, "1 rows are not rows of the population"),
    ({"exceptions": EXCEPTIONS.replace(" AS open", " - 350 AS open")}, {}, "not above zero"),
    ({"exceptions": EXCEPTIONS.replace(MONEY, "avg(f.amount)")}, {}, "not exact"),
    ({"exceptions": EXCEPTIONS.replace(MONEY, "f.unit")}, {}, "whole number of fen"),
    ({"remedies": TWICE}, {}, "1 keys stand more than once"),
    ({"remedies": TEXTS}, {}, "whole number of fen"),
]


@pytest.mark.parametrize(("sections", "rows", "told"), BROKEN_PROMISES)
def test_a_procedure_that_breaks_its_promise_says_nothing(tmp_path, sections: dict[str, str], rows, told: str):
    procedure = load(tmp_path, **sections)
    with pytest.raises(BadInput, match=told) as caught:
        result_of(procedure, **rows)
    assert caught.value.place.file == str(procedure.path)


def test_a_key_that_stands_twice_among_the_clean_is_found_too(tmp_path):
    with pytest.raises(BadInput, match="@population: 1 keys stand more than once"):
        result_of(load(tmp_path), fee=(*FEES, FEES[1]))


def test_an_error_of_the_engine_names_the_procedure(tmp_path):
    exceptions = EXCEPTIONS.replace("f.amount > coalesce", "CAST(f.unit AS BIGINT) > coalesce")
    with pytest.raises(BadInput, match=r"XX-01\.sql: The procedure failed: Conversion Error") as caught:
        result_of(load(tmp_path, exceptions=exceptions))
    assert caught.value.rule == "run.failed"


def test_more_exceptions_than_the_limit_are_not_a_list_of_leads(tmp_path):
    with pytest.raises(Inconclusive, match="more than 1 rows"):
        result_of(load(tmp_path), limits=RunLimits(memory=256 << 20, threads=1, temporary=1 << 20, rows=1))


def test_keys_of_several_columns_and_types_are_found_again_by_their_text(tmp_path):
    head = {"key": "[fee_no, due_on]", "not_testable_when": None}
    procedure = load(
        tmp_path,
        head,
        population=POPULATION + "\nWHERE due_on IS NOT NULL",
        remedies="SELECT p.fee_no, f.due_on, sum(p.paid) AS remedied, max(p.voucher) AS trace"
        " FROM payment AS p JOIN fee AS f ON f.fee_no = p.fee_no GROUP BY p.fee_no, f.due_on",
    )
    asked = [
        {"due_on": "2026-01-01", "fee_no": "F3"},
        {"fee_no": "F3", "due_on": "2026-01-02"},
        {"fee_no": "F3", "due_on": "not a date"},
    ]
    subjects = list(result_of(procedure, asked=[{n: key[n] for n in procedure.key} for key in asked]).subjects.values())
    assert [subject.outcome for subject in subjects] == ["clean", "missing", "missing"]
