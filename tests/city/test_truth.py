"""The truth file and the scores: computed by hand here, on cases small enough to see."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperform.city import Fate, Key, Kind, Planted, key_of, score, score_verdicts, truth
from reperform.errors import BadInput


def key(name: str) -> Key:
    return key_of({"bill_no": name})


def case(name: str, kind: Kind = Kind.PLANTED, fate: Fate = Fate.CLEARED, procedure: str = "NT-01") -> Planted:
    return Planted(procedure, key(name), "YJ-FIN", 1234, kind, fate, "说明")


def test_recall_and_precision_are_counted_over_keys() -> None:
    planted = [case("1"), case("2"), case("3"), case("4", Kind.NEAR_MISS, Fate.NONE)]
    (result,) = score(planted, {"NT-01": {key("1"), key("2"), key("4"), key("9")}})
    assert (result.code, result.planted, result.found, result.false) == ("NT-01", 3, 2, 2)
    assert result.recall == pytest.approx(2 / 3)
    assert result.precision == pytest.approx(1 / 2)
    assert result.missed == (key("3"),)
    assert result.strays == (key("4"), key("9"))


def test_what_begins_after_the_audit_is_not_owed_before_it() -> None:
    planted = [case("1"), case("2", fate=Fate.NEW), case("3", fate=Fate.RELAPSE)]
    (result,) = score(planted, {"NT-01": {key("1"), key("2")}})
    assert (result.planted, result.found, result.false) == (1, 1, 1)


@pytest.mark.parametrize("kind", [Kind.NEAR_MISS, Kind.INNOCENT, Kind.NOT_TESTABLE])
def test_only_planted_cases_are_owed(kind: Kind) -> None:
    (result,) = score([case("1", kind, Fate.NONE)], {"NT-01": {key("1")}})
    assert (result.planted, result.found, result.false, result.precision) == (0, 0, 1, 0.0)


def test_a_procedure_that_was_not_run_missed_everything() -> None:
    results = score([case("1"), case("2", procedure="SI-01")], {"NT-01": {key("1")}})
    assert [(result.code, result.recall) for result in results] == [("NT-01", 1.0), ("SI-01", 0.0)]


def test_a_procedure_that_nothing_was_planted_for_is_judged_by_what_it_found() -> None:
    quiet, noisy = score([], {"A": set(), "B": {key("1")}})
    assert (quiet.recall, quiet.precision) == (1.0, 1.0)
    assert (noisy.recall, noisy.precision) == (1.0, 0.0)


def test_verdicts_are_compared_with_fates() -> None:
    planted = [case("1"), case("2", fate=Fate.STILL), case("3", fate=Fate.UNPROVEN), case("4", fate=Fate.PARTLY)]
    given_verdicts = {key("1"): "cleared", key("2"): "cleared", key("4"): "partly"}
    (result,) = score_verdicts(planted, {"NT-01": given_verdicts})
    assert (result.expected, result.agreed) == (4, 2)
    assert result.differing == ((key("2"), "still", "cleared"), (key("3"), "unproven", ""))


@pytest.mark.parametrize("fate", [Fate.NEW, Fate.RELAPSE])
def test_new_rows_are_owed_as_new_whether_or_not_their_body_was_clean_in_between(fate: Fate) -> None:
    (result,) = score_verdicts([case("1", fate=fate)], {"NT-01": {key("1"): "new"}})
    assert (result.expected, result.agreed, result.differing) == (1, 1, ())


def test_a_verdict_on_what_was_never_planted_differs() -> None:
    (result,) = score_verdicts([case("1", Kind.INNOCENT, Fate.NONE)], {"NT-01": {key("1"): "cleared"}})
    assert result.differing == ((key("1"), "", "cleared"),)


def test_keys_are_compared_whatever_the_order_of_their_names() -> None:
    assert key_of({"b": 2, "a": "1"}) == key_of({"a": 1, "b": "2"}) == (("a", "1"), ("b", "2"))


TEXT = st.text(max_size=12)
CASES = st.builds(
    Planted,
    procedure=TEXT,
    key=st.dictionaries(TEXT, TEXT, max_size=3).map(key_of),
    body=TEXT,
    amount=st.integers(0, 10**15),
    kind=st.sampled_from(Kind),
    fate=st.sampled_from(Fate),
    note=TEXT,
)


@settings(deadline=None)
@given(st.lists(CASES, max_size=8))
def test_a_truth_file_reads_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, cases: list[Planted]
) -> None:
    folder = tmp_path_factory.mktemp("truth")
    lines = "".join(one.to_json() + "\n" for one in cases)
    (folder / "truth.jsonl").write_text(lines, encoding="utf-8", newline="\n")
    assert truth(folder) == cases


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[]",
        "{}",
        '{"procedure": "NT-01", "key": {}, "body": "", "amount": 1, "kind": "guilty", "fate": "", "note": ""}',
        '{"procedure": "NT-01", "key": [], "body": "", "amount": 1, "kind": "planted", "fate": "", "note": ""}',
        '{"procedure": "NT-01", "key": {}, "body": "", "amount": "x", "kind": "planted", "fate": "", "note": ""}',
    ],
)
def test_a_line_that_is_none_of_ours_is_refused_with_its_place(tmp_path: Path, line: str) -> None:
    (tmp_path / "truth.jsonl").write_text(case("1").to_json() + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        truth(tmp_path)
    assert caught.value.place.row == 2
    assert caught.value.rule == "city.truth"
