"""Every figure of docs/explanation/duplicate-payments-oxford.md, computed again from the public files."""

# ruff: noqa: S608 - the texts are our own
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb
import pytest

from reperform import catalogue
from reperform.engine.results import ExceptionRow, Result, Status
from reperform.engine.run import run
from reperform.engine.snapshot import Snapshot
from reperform.engine.store import Loaded, Store
from tests.conftest import real_data

pytestmark = pytest.mark.real_data
PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "duplicate-payments-oxford.md"
TABLES = catalogue.tables()
FF_01 = catalogue.procedures()["FF-01"]
NAMES_LEFT_OUT = {"Body Name": "", "Body_Name": "", "Client": "", "Organisation": ""}
ONE_BODY = {"body_id": "Oxford City Council"}


class Oxford:
    """The files, read once in both ways."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.store, self.files = Store(root), sorted(folder.glob("*.csv"))
        self.loaded = self._read(NAMES_LEFT_OUT)
        self.snapshot = self._fixed(self.loaded)
        self.result = self.run()

    def run(self, **parameters: int) -> Result:
        return run(FF_01, self.snapshot, tables=TABLES, parameters=parameters)

    def with_its_own_names(self) -> Result:
        return run(FF_01, self._fixed(self._read({})), tables=TABLES)

    def one(self, condition: str) -> tuple[object, ...]:
        with duckdb.connect() as connection:
            connection.read_parquet(str(self.loaded.path)).create_view("payment")
            sql = f"SELECT count(*), coalesce(sum(amount), 0) FROM payment WHERE {condition}"
            return connection.execute(sql).fetchall()[0]

    def _read(self, mapping: Mapping[str, str]) -> Loaded:
        return self.store.read(self.files, TABLES["supplier_payment"], mapping=mapping, constants=ONE_BODY)

    def _fixed(self, loaded: Loaded) -> Snapshot:
        return self.store.snapshot(date(2018, 3, 31), {"supplier_payment": loaded})


@pytest.fixture(scope="module")
def oxford(tmp_path_factory) -> Oxford:
    return Oxford(real_data("oxford_spend"), tmp_path_factory.mktemp("oxford"))


def pounds(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}"


def classes(result: Result) -> dict[str, list[ExceptionRow]]:
    """Sort the exceptions by what they probably are; the first rule that fits decides."""
    often = Counter((row.fields["supplier_id"], row.amount) for row in result.exceptions)

    def name(row: ExceptionRow) -> str:
        later, earlier = row.key["trans_no"], row.fields["earlier_trans_no"]
        if re.match(r"\d+", later)[0] == re.match(r"\d+", earlier)[0]:  # type: ignore[index]
            return "lines of one document"
        if later[:2] != earlier[:2]:
            return "two number series"
        if often[row.fields["supplier_id"], row.amount] >= 4:
            return "a series"
        return "same day" if row.fields["days_apart"] == "0" else "another day"

    sorted_: dict[str, list[ExceptionRow]] = {}
    for row in result.exceptions:
        sorted_.setdefault(name(row), []).append(row)
    return sorted_


def test_what_was_read_and_what_was_not(oxford: Oxford):
    loaded = oxford.loaded
    assert (len(oxford.files), loaded.rows_read, loaded.rows_accepted, loaded.rows_rejected) == (17, 61_529, 61_526, 3)
    assert loaded.rejected_by_rule == {"duplicate_row": 2, "required": 1}
    assert pounds(loaded.totals["amount"]) == "228,209,578.32"
    assert loaded.issues == ()


def test_the_files_have_thirteen_different_header_rows(oxford: Oxford):
    headers = {path.read_text(encoding="utf-8-sig").splitlines()[0].strip() for path in oxford.files}
    assert len(headers) == 13


def test_a_quarter_without_dates_is_not_testable_and_not_lost(oxford: Oxford):
    assert oxford.one("paid_on IS NULL")[0] == 3_836
    assert oxford.one("paid_on IS NULL AND amount >= 100000") == (1_887, 1_321_279_820)
    assert oxford.result.untestable == {"No date of payment": 1_887, "No supplier": 0}
    assert oxford.one("supplier_id IS NULL")[0] == 18
    assert oxford.one("supplier_id IS NULL AND amount >= 100000")[0] == 0


def test_what_the_procedure_says(oxford: Oxford):
    result = oxford.result
    assert (result.status, result.absent) == (Status.DONE, ("supplier_refund",))
    assert (result.population, len(result.exceptions), result.clean, result.not_testable) == (
        29_816,
        2_616,
        25_313,
        1_887,
    )
    assert pounds(result.amount) == "10,333,477.09"
    assert f"{result.flagged:.1%}" == "8.8%"
    assert result.bodies == {"Oxford City Council": 29_816}


def test_three_names_of_one_body_hide_sixty_pairs(oxford: Oxford):
    result = oxford.with_its_own_names()
    assert len(result.exceptions) == 2_556
    assert set(result.bodies) == {"Oxford City Council", "OCC"}


def test_the_classes_of_noise(oxford: Oxford):
    found = {
        name: (len(rows), pounds(sum(row.amount or 0 for row in rows))) for name, rows in classes(oxford.result).items()
    }
    assert found == {
        "lines of one document": (26, "65,490.78"),
        "two number series": (67, "712,802.65"),
        "a series": (1_637, "5,359,016.27"),
        "same day": (464, "2,234,916.36"),
        "another day": (422, "1,961,251.03"),
    }


def test_a_series_goes_by_weeks(oxford: Oxford):
    series = classes(oxford.result)["a series"]
    assert sum(int(row.fields["days_apart"]) % 7 == 0 for row in series) == 1_503
    assert sum(row.fields["category"] == "Temporary Bureau Staffing" for row in series) == 554


def test_codes_that_stand_for_many_payees(oxford: Oxford):
    rows = oxford.result.exceptions
    assert sum(row.fields["supplier_id"] in ("20000000", "20000019") for row in rows) == 33
    assert sum(not row.fields["supplier_name"].strip() for row in rows) == 16


def test_the_pairs_of_two_number_series_are_the_ones_to_begin_with(oxford: Oxford):
    often = Counter((row.fields["supplier_id"], row.amount) for row in oxford.result.exceptions)
    rows = classes(oxford.result)["two number series"]
    assert len({row.fields["supplier_id"] for row in rows}) == 53
    largest = max(oxford.result.exceptions, key=lambda row: row.amount or 0)
    assert largest in rows
    assert (pounds(largest.amount or 0), largest.fields["days_apart"]) == ("278,783.93", "0")
    once = [row for row in rows if often[row.fields["supplier_id"], row.amount] == 1]
    assert (len(once), pounds(sum(row.amount or 0 for row in once))) == (42, "493,852.94")


def test_codes_made_for_one_document_hide_their_payee(oxford: Oxford):
    one_off = "supplier_id LIKE '%\\_%' ESCAPE '\\'"
    assert oxford.one(one_off)[0] == 1_140
    repeats = (
        "trans_no IN (SELECT trans_no FROM (SELECT trans_no, paid_on - lag(paid_on) OVER ("
        " PARTITION BY upper(trim(supplier_name)), amount ORDER BY paid_on, trans_no) AS days FROM payment"
        f" WHERE {one_off} AND amount >= 100000 AND paid_on IS NOT NULL AND trim(supplier_name) <> ''"
        " AND NOT supplier_name ILIKE '%redact%') WHERE days <= 30)"
    )
    assert oxford.one(repeats)[0] == 5


@pytest.mark.parametrize(
    ("days", "count", "money"),
    [(0, 1_265, "5,603,027.95"), (7, 1_693, "6,831,940.63"), (60, 3_214, "13,202,784.84")],
)
def test_how_much_the_window_matters(oxford: Oxford, days: int, count: int, money: str):
    result = oxford.run(window_days=days)
    assert (len(result.exceptions), pounds(result.amount)) == (count, money)


@pytest.mark.parametrize(
    ("least", "examined", "count", "money"),
    [(5_000, 6_804, 378, "5,840,725.90"), (10_000, 3_230, 169, "4,535,874.30"), (50_000, 421, 17, "1,427,942.18")],
)
def test_how_much_the_smallest_amount_matters(oxford: Oxford, least: int, examined: int, count: int, money: str):
    result = oxford.run(min_amount=least * 100)
    assert (result.population, len(result.exceptions), pounds(result.amount)) == (examined, count, money)


def test_the_same_files_give_the_same_bytes(oxford: Oxford):
    again = oxford.run()
    assert again.result_hash == oxford.result.result_hash
    assert again.exceptions == oxford.result.exceptions


def test_the_page_prints_these_figures():
    text = PAGE.read_text(encoding="utf-8")
    for figure in (
        "61,529",
        "61,526",
        "228,209,578.32",
        "29,816",
        "2,616",
        "10,333,477.09",
        "1,637",
        "2,556",
        "278,783.93",
    ):
        assert figure in text
