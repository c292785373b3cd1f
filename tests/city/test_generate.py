"""The files of the city."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from reperform import city
from reperform.city.bodies import DISTRICTS
from reperform.city.files import Files
from reperform.city.layout import LARGEST_SHEET
from reperform.city.layouts import layouts
from reperform.city.rows import IN_BOTH
from reperform.city.town import Town
from reperform.errors import Usage
from tests.city.small import made

TABLES = {
    "death_register",
    "longevity_payment",
    "nontax_bill",
    "pension_payment",
    "pension_refund",
    "resident",
    "supplier_payment",
    "supplier_refund",
    "treasury_credit",
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> city.City:
    return city.generate(tmp_path_factory.mktemp("city") / "new", scale=0.004, seed=42)


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_seed_and_scale_give_the_same_bytes(small: city.City, tmp_path: Path) -> None:
    again = city.generate(tmp_path / "again", scale=0.004, seed=42)
    assert digests(again.folder) == digests(small.folder)


def test_another_seed_gives_another_city(small: city.City, tmp_path: Path) -> None:
    other = digests(city.generate(tmp_path / "other", scale=0.004, seed=43).folder)
    mine = digests(small.folder)
    assert set(other) == set(mine)
    assert all(other[name] != mine[name] for name in mine)


def test_every_table_has_files_in_both_states(small: city.City) -> None:
    for state in (small.before, small.after):
        assert set(state.files) == set(state.counts) == TABLES
        for paths in state.files.values():
            assert all(path.parent == state.folder and path.stat().st_size for path in paths)
    assert (small.before.folder.name, small.after.folder.name) == ("before", "after")
    assert (small.before.as_of, small.after.as_of) == (city.BEFORE, city.AFTER)


def test_nothing_else_lies_in_the_folder(small: city.City) -> None:
    told = {path for state in (small.before, small.after) for paths in state.files.values() for path in paths}
    there = {path for path in small.folder.rglob("*") if path.is_file()}
    assert there == told | {small.bodies_file, small.truth_file}


def test_every_kind_of_file_that_a_bureau_sends_occurs(small: city.City) -> None:
    suffixes = {path.suffix for paths in small.before.files.values() for path in paths}
    assert suffixes == {".parquet", ".csv", ".jsonl", ".xlsx"}
    (bills,) = small.before.files["nontax_bill"]
    with pytest.raises(UnicodeDecodeError):
        bills.read_bytes().decode("utf-8")
    assert bills.read_bytes().decode("gb18030").startswith("缴款书号,")
    (payments,) = small.before.files["supplier_payment"]
    assert payments.read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_counts_are_those_of_the_files(small: city.City) -> None:
    for state in (small.before, small.after):
        for table in ("resident", "pension_payment", "longevity_payment"):
            (path,) = state.files[table]
            assert len(duckdb.read_parquet(str(path))) == state.counts[table]
        assert len(state.files["treasury_credit"][0].read_text("utf-8").splitlines()) == state.counts["treasury_credit"]
        lines = state.files["nontax_bill"][0].read_text("gb18030").splitlines()
        assert len(lines) - 1 == state.counts["nontax_bill"]


def test_life_goes_on_between_the_states(small: city.City) -> None:
    for table in TABLES:
        assert small.after.counts[table] > small.before.counts[table], table


def test_counts_grow_with_the_scale(tmp_path: Path) -> None:
    small, large = (city.generate(tmp_path / str(scale), scale=scale, seed=5) for scale in (0.02, 0.04))
    for table in TABLES - {"supplier_refund", "pension_refund"}:
        assert large.after.counts[table] == pytest.approx(2 * small.after.counts[table], rel=0.08), table
    assert large.cases == pytest.approx(2 * small.cases, rel=0.15)


def test_the_truth_file_is_read_back_whole(small: city.City) -> None:
    planted = city.truth(small.folder)
    assert len(planted) == small.cases
    assert {case.kind for case in planted} == set(city.Kind)
    assert {case.fate for case in planted} == set(city.Fate)
    codes = {body.code for body in small.bodies}
    assert {case.body for case in planted} <= codes


def test_the_truth_in_the_file_is_the_truth_in_memory(small: city.City) -> None:
    assert tuple(city.truth(small.folder)) == made(42, 4000).truth


def test_progress_is_told_for_each_chunk(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    city.generate(tmp_path / "city", scale=0.001, seed=1, progress=lambda *step: told.append(step))
    assert told == [("city", 1000, 1000)]


@pytest.mark.parametrize("scale", [0, 0.0001, -1])
def test_a_city_too_small_is_refused(tmp_path: Path, scale: float) -> None:
    with pytest.raises(Usage, match="too small"):
        city.generate(tmp_path / "city", scale=scale, seed=1)
    assert not (tmp_path / "city").exists()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(Usage, match="not empty"):
        city.generate(tmp_path, scale=0.001, seed=1)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_folder_with_a_quote_in_its_name_works(tmp_path: Path) -> None:
    made_there = city.generate(tmp_path / "bureau's city", scale=0.001, seed=1)
    assert made_there.before.counts["resident"] > 900


def test_chunks_of_a_table_become_parts_or_grow_one_file(tmp_path: Path) -> None:
    """Two chunks: Parquet in two parts, text in one file with one header."""
    town = Town(1, 1000)
    files = Files(tmp_path, layouts(town))
    whole = made(1, 2000)
    for _ in range(2):
        chosen = ("resident", "nontax_bill", "treasury_credit", "supplier_payment", "supplier_refund")
        files.add({table: whole.tables[table] for table in chosen})
    files.close()
    assert [path.name for path in files.paths["before"]["resident"]] == ["resident-001.parquet", "resident-002.parquet"]
    (bills,) = files.paths["before"]["nontax_bill"]
    lines = bills.read_text("gb18030").splitlines()
    assert lines.count(lines[0]) == 1
    assert lines[1 : len(lines) // 2 + 1] == lines[len(lines) // 2 + 1 :]
    (payments,) = files.paths["before"]["supplier_payment"]
    assert payments.read_bytes().count(b"\xef\xbb\xbf") == 1
    (credits,) = files.paths["before"]["treasury_credit"]
    assert len(credits.read_text("utf-8").splitlines()) == 2 * len(whole.rows("treasury_credit", "before"))
    assert not list(tmp_path.rglob("*.part"))


def test_a_sheet_too_large_becomes_a_text_file(tmp_path: Path) -> None:
    town = Town(1, 1000)
    files = Files(tmp_path, layouts(town))
    refunds = made(1, 2000).tables["supplier_refund"]
    times = LARGEST_SHEET // len(refunds["states"]) + 1
    for _ in range(times):
        files.add({"supplier_refund": refunds})
    files.close()
    (path,) = files.paths["after"]["supplier_refund"]
    assert path.suffix == ".csv"
    in_both = int((refunds["states"] & 2 > 0).sum())
    assert len(path.read_text("utf-8-sig").splitlines()) == times * in_both + 1


def test_every_district_has_people(small: city.City) -> None:
    (path,) = small.before.files["resident"]
    shares = Counter(district for (district,) in duckdb.read_parquet(str(path)).project('"户籍所在区"').fetchall())
    assert set(shares) == {f"{short}-CIV" for short, _, _ in DISTRICTS}
    assert all(count > 100 for count in shares.values())


def test_states_of_a_row_are_a_set_of_two() -> None:
    assert IN_BOTH == 3
    assert all(set(columns["states"].tolist()) <= {1, 2, 3} for columns in made().tables.values())
