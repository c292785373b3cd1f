"""Seventeen files of a council's payments, as published: thirteen header rows, a quarter without dates.

The contract is the shipped one. Four thousand rows a file; every line of every file is accounted for.
"""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from reperform.engine.store import Loaded, Store
from reperform.engine.tables import Table, load_table
from reperform.errors import BadInput
from tests.conftest import real_data
from tests.engine.sources import contract

pytestmark = pytest.mark.real_data
SHIPPED = Path(__file__).parents[2] / "src" / "reperform" / "catalogue" / "tables" / "supplier_payment.yaml"
BODY = {"body_id": "Oxford City Council"}
UNDATED = "expenditure-over-500-apr-jun-2014.csv"


@pytest.fixture(scope="module")
def files() -> list[Path]:
    return sorted(real_data("oxford_spend").glob("*.csv"))


@pytest.fixture(scope="module")
def loaded(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    return Store(tmp_path_factory.mktemp("oxford")).read(files, load_table(SHIPPED), constants=BODY)


def first_rows(files: list[Path]) -> set[tuple[str, ...]]:
    lines = {path.read_text(encoding="utf-8-sig").split("\n")[0] for path in files}
    return {tuple(header.strip() for header in line.split(",")) for line in lines}


def test_seventeen_files_with_thirteen_headers_form_one_table(files: list[Path], loaded: Loaded) -> None:
    assert len(files) == len(loaded.sources) == 17
    assert len(first_rows(files)) == 13
    assert {name for source in loaded.sources for name in source["mapping"].values()} == {
        "body_id", "trans_no", "supplier_id", "supplier_name", "paid_on", "amount", "purpose", "category",
    }  # fmt: skip


def test_every_line_is_accounted_for(loaded: Loaded) -> None:
    assert loaded.rows_read == 61_529
    assert (loaded.rows_accepted, loaded.rows_rejected) == (61_526, 3)
    assert loaded.rejected_by_rule == {"duplicate_row": 2, "required": 1}
    assert sum(source["rows_accepted"] + source["rows_rejected"] for source in loaded.sources) == 61_529
    assert loaded.issues == ()


def test_the_one_line_that_is_no_payment_is_named(loaded: Loaded) -> None:
    assert loaded.rejects is not None
    with loaded.rejects.open(encoding="utf-8-sig", newline="") as file:
        required = [row for row in csv.DictReader(file) if row["rule"] == "required"]
    assert {(row["file"], row["row"]) for row in required} == {("expenditure-over-500-jan-mar-2014.csv", "3861")}
    assert [row["field"] for row in required] == ["body_id", "trans_no", "amount"]


def test_the_quarter_without_dates_keeps_its_rows_and_has_no_date(loaded: Loaded) -> None:
    with duckdb.connect() as con:
        undated = con.read_parquet(str(loaded.path)).filter("paid_on IS NULL").fetchall()
    assert len(undated) == 3_836
    assert next(source for source in loaded.sources if source["name"] == UNDATED)["rows_accepted"] == 3_836


def test_the_sum_is_that_of_an_independent_reader_in_exact_decimals(files: list[Path], loaded: Loaded) -> None:
    from decimal import Decimal

    seen: dict[tuple[str, ...], Decimal] = {}
    for path in files:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                folded = {key.strip().lower().replace("_", " "): value for key, value in row.items()}
                if folded["amount"]:
                    seen.setdefault((folded["trans no"],), Decimal(folded["amount"].replace(",", "")))
    assert loaded.totals["amount"] == sum(seen.values()) * 100


def test_where_a_date_is_required_the_quarter_is_refused_row_by_row(files: list[Path], tmp_path: Path) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    text = text.replace(
        'type: date, format: "%d/%m/%Y"', 'type: date, format: "%d/%m/%Y", constraints: {required: true}'
    )
    table: Table = contract(tmp_path, text.replace(', "00:00:00"]', "]"), "supplier_payment")
    undated = [path for path in files if path.name == UNDATED]
    loaded = Store(tmp_path / "store").read(undated, table, constants=BODY)
    assert (loaded.rows_read, loaded.rows_accepted, loaded.rows_rejected) == (3_836, 0, 3_836)
    assert loaded.rejected_by_rule == {"type": 3_836}
    assert loaded.issues == ("empty", "rejected: 3836 of 3836 rows, more than 5 %")


def test_a_file_without_the_paying_body_says_so(files: list[Path], tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"body_id \(付款单位\)") as caught:
        Store(tmp_path / "store").read(files, load_table(SHIPPED))
    assert caught.value.rule == "missing_column"
