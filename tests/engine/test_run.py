"""A run over a real snapshot, in a child: deterministic, locked, and not testable rather than green."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from reperform.engine import child
from reperform.engine.results import Status, SubjectOutcome, identity
from reperform.engine.run import RunLimits, run, why_not
from reperform.engine.snapshot import Snapshot
from reperform.engine.store import Store
from reperform.engine.tables import Table
from reperform.errors import BadInput, IntegrityBroken, Usage
from tests.engine.written import EXCEPTIONS, FEES, PAYMENTS, TABLES, load

AS_OF = date(2026, 3, 31)
LIMITS = RunLimits(memory=512 << 20, seconds=60)


def snapshot(folder: Path, as_of: date = AS_OF, **rows: object) -> Snapshot:
    """Write sources, read them through the store and fix them; a table given as None is left out."""
    store, loaded = Store(folder / "store"), {}
    folder.mkdir(parents=True, exist_ok=True)
    for name, given in {"fee": FEES, "payment": PAYMENTS, **rows}.items():
        if given is not None:
            fields = TABLES[name].fields
            lines = [",".join(field.name for field in fields)]
            lines += [",".join("" if cell is None else str(cell) for cell in row) for row in given]  # type: ignore[attr-defined]
            path = folder / f"{name}.csv"
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
            loaded[name] = store.read(path, TABLES[name])
    return store.snapshot(as_of, loaded)


@pytest.fixture(scope="module")
def fees(tmp_path_factory) -> Snapshot:
    return snapshot(tmp_path_factory.mktemp("fees"))


def test_a_run_over_a_snapshot_singles_out_what_the_procedure_says(tmp_path, fees):
    result = run(load(tmp_path), fees, tables=TABLES, limits=LIMITS)
    assert (result.status, result.population, result.clean, result.not_testable) == (Status.DONE, 5, 2, 1)
    assert [(row.key["fee_no"], row.amount) for row in result.exceptions] == [("F1", 100), ("F5", 350)]
    assert (result.as_of, result.snapshot_hash) == (AS_OF, fees.hash)
    assert result.parameters == {"as_of": "2026-03-31", "days": "10"}
    assert result.engine == f"duckdb {duckdb.__version__}"


def test_the_same_procedure_snapshot_and_parameters_give_the_same_bytes(tmp_path, fees):
    procedure = load(tmp_path)
    one = run(procedure, fees, tables=TABLES, limits=LIMITS)
    two = run(procedure, fees, tables=TABLES, limits=replace(LIMITS, threads=1))
    assert replace(one, seconds=0.0).to_json() == replace(two, seconds=0.0).to_json()


def test_other_parameters_are_another_result(tmp_path, fees):
    procedure = load(tmp_path)
    one = run(procedure, fees, tables=TABLES, limits=LIMITS)
    two = run(procedure, fees, tables=TABLES, limits=LIMITS, parameters={"days": "88"})
    three = run(procedure, fees, tables=TABLES, limits=LIMITS, parameters={"days": "89"})
    assert [len(result.exceptions) for result in (one, two, three)] == [2, 2, 0]
    assert len({one.result_hash, two.result_hash, three.result_hash}) == 3


def test_subjects_are_asked_for_by_their_key(tmp_path, fees):
    asked = [{"fee_no": "F1"}, {"fee_no": "F3"}, {"fee_no": "gone"}, {"fee_no": "F1"}]
    subjects = run(load(tmp_path), fees, tables=TABLES, subjects=asked, limits=LIMITS).subjects
    assert {name: subject.outcome for name, subject in subjects.items()} == {
        identity("XX-01", {"fee_no": "F1"}): SubjectOutcome.EXCEPTION,
        identity("XX-01", {"fee_no": "F3"}): SubjectOutcome.CLEAN,
        identity("XX-01", {"fee_no": "gone"}): SubjectOutcome.MISSING,
    }


def test_a_subject_with_another_key_is_refused(tmp_path, fees):
    with pytest.raises(Usage, match="The key of a subject of XX-01 is fee_no"):
        run(load(tmp_path), fees, tables=TABLES, subjects=[{"person_id": "P1"}], limits=LIMITS)


def test_a_missing_table_makes_the_procedure_not_testable(tmp_path):
    result = run(load(tmp_path), snapshot(tmp_path / "s", payment=None), tables=TABLES, limits=LIMITS)
    assert (result.status, result.reason) == (Status.NOT_TESTABLE, "table_missing:payment")
    assert why_not(result.reason) == "The snapshot does not hold the table payment."


def test_a_table_in_breach_of_its_contract_makes_the_procedure_not_testable(tmp_path):
    broken = [(f"G{n}", "B1", "much", "2026-01-01") for n in range(3)]
    result = run(load(tmp_path), snapshot(tmp_path / "s", fee=[*FEES, *broken]), tables=TABLES, limits=LIMITS)
    assert (result.status, result.reason) == (Status.NOT_TESTABLE, "table_in_breach:fee")
    assert result.clean == 0
    assert why_not(result.reason) == "The table fee is in breach of its contract."


def test_an_optional_table_may_be_missing_or_empty_but_not_in_breach(tmp_path):
    procedure = load(tmp_path, {"optional": "[payment]"})
    absent = run(procedure, snapshot(tmp_path / "a", payment=None), tables=TABLES, limits=LIMITS)
    empty = run(procedure, snapshot(tmp_path / "b", payment=()), tables=TABLES, limits=LIMITS)
    broken = run(procedure, snapshot(tmp_path / "c", payment=[("F1", "much", "V1")]), tables=TABLES, limits=LIMITS)
    assert absent.exceptions == empty.exceptions
    assert (absent.absent, empty.absent) == (("payment",), ())
    assert broken.reason == "table_in_breach:payment"


def test_an_empty_needed_table_is_not_green(tmp_path):
    result = run(load(tmp_path), snapshot(tmp_path / "s", payment=()), tables=TABLES, limits=LIMITS)
    assert result.reason == "table_in_breach:payment"


def test_the_sentence_of_an_unknown_reason_is_the_reason():
    assert why_not("something else") == "something else"


def test_progress_is_told(tmp_path, fees):
    told: list[tuple[str, int, int]] = []
    run(load(tmp_path), fees, tables=TABLES, limits=LIMITS, progress=lambda *step: told.append(step))
    assert [phase for phase, _, _ in told] == ["population", "exceptions", "count", "unique"]


def test_a_snapshot_that_changes_during_the_run_is_noticed(tmp_path):
    kept = snapshot(tmp_path / "s")

    def meddle(*step: object) -> None:
        os.utime(kept.tables["fee"].path, ns=(1, 1))

    with pytest.raises(IntegrityBroken, match="changed during the run"):
        run(load(tmp_path), kept, tables=TABLES, limits=LIMITS, progress=meddle)


def test_a_procedure_that_never_ends_is_stopped(tmp_path, fees):
    endless = (
        "WITH RECURSIVE forever(n) AS (SELECT 1 AS n UNION ALL SELECT n + 1 AS n FROM forever WHERE n > 0),"
        " counted AS (SELECT count(*) AS steps FROM forever)"
        " SELECT fee_no, unit, due_on FROM fee CROSS JOIN counted WHERE steps > 0"
    )
    with pytest.raises(child.ChildStopped) as caught:
        run(load(tmp_path, population=endless), fees, tables=TABLES, limits=replace(LIMITS, seconds=3))
    assert caught.value.reason in ("seconds", "cpu", "memory")


def test_a_procedure_that_wants_all_memory_is_stopped(tmp_path, fees):
    greedy = (
        "WITH RECURSIVE grown(n, t) AS (SELECT 1 AS n, 'x' AS t UNION ALL"
        " SELECT n + 1 AS n, concat(t, t) AS t FROM grown WHERE n < 60)"
        " SELECT f.fee_no, f.unit, f.due_on FROM fee AS f JOIN grown AS g ON length(g.t) > 0"
    )
    with pytest.raises((child.ChildStopped, BadInput)) as caught:
        run(load(tmp_path, population=greedy), fees, tables=TABLES, limits=replace(LIMITS, memory=128 << 20))
    assert getattr(caught.value, "reason", "memory") == "memory" or "The procedure failed" in str(caught.value)


def test_contracts_are_needed_for_what_is_declared(tmp_path, fees):
    only: dict[str, Table] = {"fee": TABLES["fee"]}
    with pytest.raises(BadInput, match="no contract for the table payment"):
        run(load(tmp_path), fees, tables=only, limits=LIMITS)


def test_a_parameter_that_looks_like_sql_is_a_value(tmp_path, fees):
    head = {"parameters": "{unit: {type: string, value: B1}}"}
    exceptions = EXCEPTIONS.replace(
        "date_diff('day', f.due_on, :as_of) > :days", "f.unit = :unit AND f.due_on < :as_of"
    )
    procedure = load(tmp_path, head, exceptions=exceptions)
    assert len(run(procedure, fees, tables=TABLES, limits=LIMITS).exceptions) == 2
    evil = {"unit": "B1' OR 1=1; COPY fee TO '/tmp/x'; --"}
    assert run(procedure, fees, tables=TABLES, limits=LIMITS, parameters=evil).exceptions == ()
