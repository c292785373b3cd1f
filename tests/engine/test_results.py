"""A result has one canonical form and one hash; identities do not move."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperform.engine.results import (
    ExceptionRow,
    Remedy,
    Result,
    Status,
    Subject,
    SubjectOutcome,
    canonical,
    content_hash,
    from_json,
    identity,
)
from reperform.errors import BadInput, IntegrityBroken

ROW = ExceptionRow(identity("SI-01", {"person_id": "P1"}), {"person_id": "P1"}, "B1", 300, {"note": "甲"})


def result() -> Result:
    plain = Result(
        code="SI-01", version=1, procedure_hash="a" * 64, snapshot_hash="b" * 64, as_of=date(2026, 3, 31),
        parameters={"as_of": "2026-03-31", "grace_months": "0"}, status=Status.DONE, population=10, clean=8,
        not_testable=1, untestable={"No date": 1}, bodies={"B1": 10}, exceptions=(ROW,),
        remedied={ROW.identity: Remedy(20, "V-1"), "other": Remedy(None, "V-2")},
        subjects={"other": Subject("other", SubjectOutcome.CLEAN, remedy=Remedy(None, "V-2"))},
        absent=("pension_refund",), engine="duckdb", seconds=1.25,
    )  # fmt: skip
    return replace(plain, result_hash=content_hash(plain))


def test_an_identity_is_the_hash_of_code_names_and_values():
    text = '["SI-01",["month","person_id"],["2026-01-01","甲"]]'
    assert identity("SI-01", {"person_id": "甲", "month": "2026-01-01"}) == hashlib.sha256(text.encode()).hexdigest()


def test_an_identity_does_not_depend_on_the_order_of_the_key():
    assert identity("X", {"a": "1", "b": "2"}) == identity("X", {"b": "2", "a": "1"})


@given(st.tuples(st.text(), st.text()), st.tuples(st.text(), st.text()))
def test_different_keys_have_different_identities_however_their_values_are_cut(one, two):
    same = identity("X", dict(zip("ab", one, strict=True))) == identity("X", dict(zip("ab", two, strict=True)))
    assert same == (one == two)


def test_a_result_comes_back_from_its_json_as_it_was():
    assert from_json(result().to_json()) == result()


def test_its_json_is_canonical():
    text = result().to_json()
    assert canonical(json.loads(text)) == text
    assert json.loads(text)["schema"] == "reperform/result/1"


@pytest.mark.parametrize(
    "change",
    [
        {"population": 11},
        {"clean": 9},
        {"parameters": {"as_of": "2026-03-31", "grace_months": "1"}},
        {"exceptions": ()},
        {"exceptions": (replace(ROW, amount=301),)},
        {"exceptions": (replace(ROW, body="B2"),)},
        {"exceptions": (replace(ROW, fields={"note": "乙"}),)},
        {"remedied": {ROW.identity: Remedy(21, "V-1")}},
        {"procedure_hash": "c" * 64},
        {"snapshot_hash": "c" * 64},
        {"as_of": date(2026, 4, 1)},
        {"bodies": {"B1": 9, "B2": 1}},
        {"untestable": {"No date": 2}},
        {"absent": ()},
        {"reason": "nothing_examined"},
    ],
)
def test_the_hash_covers_what_two_equal_runs_have_in_common(change: dict[str, object]):
    changed = replace(result(), **change)
    assert content_hash(changed) != result().result_hash
    with pytest.raises(IntegrityBroken):
        from_json(changed.to_json())


@pytest.mark.parametrize(
    "change", [{"seconds": 9.0}, {"engine": "spark"}, {"subjects": {}}, {"remedied": {ROW.identity: Remedy(20, "V-1")}}]
)
def test_the_hash_leaves_out_what_was_asked_for_and_how_long_it_took(change: dict[str, object]):
    assert content_hash(replace(result(), **change)) == result().result_hash


def test_what_is_not_a_result_is_refused():
    with pytest.raises(BadInput):
        from_json('{"schema": "reperform/demo/1"}')


def test_money_and_share_are_counted_from_the_rows():
    assert result().amount == 300
    assert result().flagged == 0.1
    assert replace(result(), population=0).flagged == 0.0
