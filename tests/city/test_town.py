"""What lasts from chunk to chunk: shares, turns, running numbers."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperform.city import longevity_cases, pension_cases, revenue, suppliers
from reperform.city.dates import DAY_BEFORE
from reperform.city.rows import IN_AFTER, IN_BOTH, Rows, known_from
from reperform.city.town import SUBJECTS, Part, Town, deal, parts
from reperform.city.truth import Kind
from tests.city.small import made


@settings(deadline=None)
@given(st.integers(1, 10**8), st.integers(10**5, 10**6))
def test_chunks_are_even_and_cover_the_city(residents: int, largest: int) -> None:
    cut = parts(residents, largest)
    assert sum(part.size for part in cut) == residents
    assert [part.begin for part in cut[1:]] == [part.begin + part.size for part in cut[:-1]]
    assert max(part.size for part in cut) <= largest
    assert max(part.size for part in cut) - min(part.size for part in cut) <= 1


@settings(deadline=None)
@given(st.integers(1, 10**6), st.integers(0, 10**5), st.integers(1000, 10**5))
def test_shares_of_chunks_add_up(residents: int, total: int, largest: int) -> None:
    shares = [part.share(total) for part in parts(residents, largest)]
    assert sum(shares) == total
    assert min(shares) >= 0


@settings(deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 20), min_size=1, max_size=8))
def test_dealing_gives_each_its_weight(weights: dict[str, int]) -> None:
    assert Counter(deal(weights)) == Counter(weights)


def test_dealing_mixes_evenly_and_ends_with_the_rarest() -> None:
    assert deal({"a": 4, "b": 2, "c": 1}) == ("a", "a", "b", "a", "a", "b", "c")


@pytest.mark.parametrize("subject", [pension_cases, longevity_cases, revenue, suppliers])
def test_every_scenario_comes_up_in_the_smallest_city(subject: object) -> None:
    town = Town(1, 1000)
    (part,) = parts(1000, 1000)
    code, scenarios = subject.CODE, subject.SCENARIOS  # type: ignore[attr-defined]
    dealt = [scenario for scenario, _ in town.cases(code, scenarios, subject.CASES_PER_MILLION, part)]  # type: ignore[attr-defined]
    assert set(dealt) == set(scenarios)


def test_scenarios_go_on_where_the_last_chunk_stopped() -> None:
    whole, cut = Town(1, 50_000), Town(1, 50_000)
    (one,) = parts(50_000, 50_000)
    once = list(whole.cases("SI-01", "abcdefg", 2000, one))
    twice = [case for part in parts(50_000, 20_000) for case in cut.cases("SI-01", "abcdefg", 2000, part)]
    assert once == twice
    assert len(once) == 100


def test_random_streams_differ_by_subject_chunk_and_seed() -> None:
    draws = {
        Town(seed, 1000).rng(subject, part).integers(0, 2**62)
        for seed in (1, 2)
        for subject in SUBJECTS
        for part in (0, 1)
    }
    assert len(draws) == 2 * len(SUBJECTS) * 2


def test_running_numbers_are_never_given_twice() -> None:
    town = Town(1, 1000)
    assert [town.serial("bill"), town.serial("bill", 5), town.serial("bill"), town.serial("other")] == [0, 1, 6, 0]


def test_a_share_may_be_nothing() -> None:
    assert Part(0, 0, 1, 1000).share(3) == round(Fraction(3, 1000))


def test_rows_keep_their_order_across_blocks_and_single_rows() -> None:
    rows = Rows("value")
    rows.add(1, states=IN_BOTH)
    rows.block(value=np.array([2, 3]), states=np.array([1, 1]))
    rows.add(4, states=IN_AFTER)
    assert rows.columns()["value"].tolist() == [1, 2, 3, 4]
    assert rows.columns()["states"].tolist() == [3, 1, 1, 2]


def test_a_table_without_rows_still_has_its_columns() -> None:
    columns = Rows("value").columns()
    assert list(columns) == ["value", "states"]
    assert all(len(column) == 0 for column in columns.values())


def test_what_happens_on_the_day_of_the_first_state_is_known_at_it() -> None:
    assert known_from([DAY_BEFORE, DAY_BEFORE + 1]).tolist() == [IN_BOTH, IN_AFTER]


def test_cutting_the_city_into_chunks_changes_no_count_of_cases() -> None:
    """Another cut draws other people; how many cases there are, and of which kind, stays."""
    whole, cut = made(3, 12_000), made(3, 12_000, 5_000)
    for code in ("NT-01", "FF-01"):
        assert Counter(case.kind for case in whole.cases(code)) == Counter(case.kind for case in cut.cases(code))
    for table in ("resident", "pension_payment", "supplier_payment"):
        assert len(cut.tables[table]["states"]) == pytest.approx(len(whole.tables[table]["states"]), rel=0.05)


def test_chunks_share_no_person_bill_or_payment() -> None:
    city = made(3, 12_000, 5_000)
    for table, names in (("resident", ("person",)), ("nontax_bill", ("number",)), ("supplier_payment", ("number",))):
        rows = city.rows(table, "after")
        assert len({tuple(row[name] for name in names) for row in rows}) == len(rows), table


def test_no_person_carries_two_cases() -> None:
    city = made(3, 12_000)
    pensions = {dict(case.key)["person_id"] for case in city.cases("SI-01")}
    allowances = {dict(case.key)["person_id"] for case in city.cases("EL-02")}
    assert not pensions & allowances


def test_each_key_stands_in_the_truth_once() -> None:
    city = made(3, 12_000)
    keys = Counter((case.procedure, case.key) for case in city.truth)
    assert max(keys.values()) == 1
    assert {case.procedure for case in city.truth} == {"SI-01", "EL-02", "NT-01", "FF-01"}
    assert all(case.kind is Kind.PLANTED or not case.fate for case in city.truth)
