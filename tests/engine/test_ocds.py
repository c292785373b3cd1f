"""Open contracting data become tables: what is read, merged, refused by name, and counted."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperform import catalogue
from reperform.engine.intake import Expect
from reperform.engine.ocds import PATHS
from reperform.engine.ocds_intake import OcdsOrder, load_ocds
from reperform.engine.ocds_merge import Unmergeable, merge, subset
from reperform.engine.rejects import RULES
from reperform.engine.store import Loaded, Store
from reperform.engine.tables import Table
from reperform.errors import BadInput
from tests.conftest import real_data

TABLES = catalogue.tables()
PROCESS: dict[str, Any] = {
    "ocid": "ocds-213czf-1",
    "id": "1",
    "date": "2026-03-01T00:00:00Z",
    "tag": ["compiled"],
    "buyer": {"id": "B-1", "name": "水务局"},
    "planning": {"budget": {"projectID": "XM1"}},
    "tender": {
        "title": "泵站工程",
        "status": "complete",
        "procurementMethod": "open",
        "procurementMethodDetails": "公开招标",
        "mainProcurementCategory": "works",
        "numberOfTenderers": 2,
        "procuringEntity": {"id": "E-1"},
        "value": {"amount": 1000000, "currency": "CNY"},
        "tenderPeriod": {"startDate": "2026-01-05T09:00:00+08:00", "endDate": "2026-01-30T09:00:00.250+08:00"},
    },
    "bids": {
        "details": [
            {
                "id": 1,
                "status": "valid",
                "date": "2026-01-29T16:00:00+08:00",
                "value": {"amount": 987654.32, "currency": "CNY"},
                "tenderers": [{"id": "T-1", "name": "甲公司"}],
            },
            {"id": 2, "status": "disqualified", "tenderers": [{"id": "T-2"}, {"id": "T-3"}]},
        ]
    },
    "awards": [
        {
            "id": "a",
            "status": "active",
            "date": "2026-02-10T23:30:00-05:00",
            "value": {"amount": 987654.32, "currency": "CNY"},
            "suppliers": [{"id": "T-1", "name": "甲公司"}],
            "items": [{"id": "i", "description": "水泵", "classification": {"scheme": "CPV", "id": "42122000"}}],
        }
    ],
    "contracts": [
        {
            "id": "c",
            "awardID": "a",
            "value": {"amount": 987654.32, "currency": "CNY"},
            "dateSigned": "2026-02-20",
            "period": {"durationInDays": 300},
        }
    ],
}


def write(folder: Path, *lines: object, name: str = "releases.jsonl") -> Path:
    path = folder / name
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def load(folder: Path, *sources: Path, expect: Mapping[str, Expect] | None = None) -> dict[str, Loaded]:
    """Read files as the child does, but here: most of these tests need no process of their own."""
    work = Path(tempfile.mkdtemp(dir=folder))
    tables = {name: TABLES[name] for name in PATHS}
    told = load_ocds(OcdsOrder(tuple(sources), tables, work, expect=expect or {}, threads=1))
    return {name: _loaded(TABLES[name], each, work / name) for name, each in told.items()}


def _loaded(table: Table, told: dict[str, Any], work: Path) -> Loaded:
    rejected = work / "rejects.csv" if told["rows_rejected"] else None
    told |= {"sources": tuple(told["sources"]), "issues": tuple(told["issues"])}
    return Loaded(table=table, path=work / "table.parquet", rejects=rejected, mapping={}, **told)


def rows(loaded: Loaded, *columns: str) -> list[tuple[Any, ...]]:
    names = ", ".join(f'"{name}"' for name in columns)
    return duckdb.execute(f"SELECT {names} FROM read_parquet('{loaded.path}') ORDER BY ALL").fetchall()  # noqa: S608


def rejects(loaded: Loaded) -> list[tuple[int, str, str, str, str]]:
    """Return line, pointer, field, value and rule of each fault."""
    if loaded.rejects is None:
        return []
    lines = duckdb.execute(
        f"SELECT row, \"column\", field, value, rule FROM read_csv('{loaded.rejects}', all_varchar=true)"  # noqa: S608
    ).fetchall()
    return [(int(row), column or "", field or "", value or "", rule) for row, column, field, value, rule in lines]


def changed(**changes: Any) -> dict[str, Any]:
    return {**PROCESS, **changes}


def plain(ocid: str, day: int, **fields: Any) -> dict[str, Any]:
    """One release of a process that is not compiled."""
    return {"ocid": ocid, "id": f"{ocid}-{day}", "date": f"2026-01-{day:02d}T00:00:00Z", "tag": ["tender"], **fields}


def test_a_compiled_release_fills_five_tables(tmp_path: Path) -> None:
    loaded = load(tmp_path, write(tmp_path, PROCESS))
    assert {name: one.rows_accepted for name, one in loaded.items()} == {
        "tender": 1, "bid": 3, "award": 1, "award_item": 1, "contract": 1,
    }  # fmt: skip
    assert rows(loaded["tender"], "tender_id", "project_id", "buyer_id", "procuring_entity_id", "kind", "status") == [
        ("ocds-213czf-1", "XM1", "B-1", "E-1", "works", "complete")
    ]
    assert rows(loaded["bid"], "bid_id", "bidder_id", "amount", "currency", "status", "submitted_at") == [
        ("1", "T-1", 98765432, "CNY", "valid", datetime(2026, 1, 29, 8)),
        ("2", "T-2", None, None, "disqualified", None),
        ("2", "T-3", None, None, "disqualified", None),
    ]
    assert rows(loaded["award"], "award_id", "supplier_id", "amount", "awarded_on") == [
        ("a", "T-1", 98765432, date(2026, 2, 10))
    ]
    assert rows(loaded["award_item"], "item_id", "classification_scheme", "classification_id") == [
        ("i", "CPV", "42122000")
    ]
    assert rows(loaded["contract"], "contract_id", "body_id", "supplier_id", "amount", "signed_on", "period_days") == [
        ("ocds-213czf-1/c", "B-1", "T-1", 98765432, date(2026, 2, 20), 300)
    ]


def test_instants_are_kept_in_utc_to_the_fraction(tmp_path: Path) -> None:
    loaded = load(tmp_path, write(tmp_path, PROCESS))
    assert rows(loaded["tender"], "tender_period_start", "tender_period_end") == [
        (datetime(2026, 1, 5, 1), datetime(2026, 1, 30, 1, 0, 0, 250_000))
    ]


@pytest.mark.parametrize("shape", ["release package", "record package", "records a line", "one release", "bytes mark"])
def test_every_way_to_publish_gives_the_same_tables(tmp_path: Path, shape: str) -> None:
    document: object = {
        "release package": {"uri": "u", "releases": [PROCESS]},
        "record package": {"records": [{"ocid": PROCESS["ocid"], "compiledRelease": PROCESS, "releases": []}]},
        "records a line": {"ocid": PROCESS["ocid"], "compiledRelease": PROCESS},
        "one release": PROCESS,
        "bytes mark": PROCESS,
    }[shape]
    text = json.dumps(document, ensure_ascii=False, indent=None if "line" in shape else 2)
    path = tmp_path / "file.json"
    path.write_text(text, encoding="utf-8-sig" if shape == "bytes mark" else "utf-8")
    alike, usual = load(tmp_path, path), load(tmp_path, write(tmp_path, PROCESS))
    assert {name: one.hash for name, one in alike.items()} == {name: one.hash for name, one in usual.items()}


def test_releases_of_one_process_are_merged_by_date_wherever_they_stand(tmp_path: Path) -> None:
    first = plain("o", 1, tender={"status": "active", "title": "旧", "value": {"amount": 5, "currency": "CNY"}})
    last = plain("o", 9, awards=[{"id": "a", "status": "active", "suppliers": [{"id": "S"}]}])
    middle = plain("o", 5, tender={"status": "complete", "title": None, "value": {"amount": 7}})
    one, other = write(tmp_path, last, first, name="a.jsonl"), write(tmp_path, middle, name="b.jsonl")
    loaded = load(tmp_path, one, other)
    assert rows(loaded["tender"], "tender_id", "status", "title", "value_amount", "currency") == [
        ("o", "complete", None, 700, "CNY")
    ]
    assert rows(loaded["award"], "supplier_id", "status") == [("S", "active")]
    notes = [(source["releases"], source.get("processes"), source.get("merged")) for source in loaded["tender"].sources]
    assert notes == [(2, None, 2), (1, 1, None)]


def test_an_organisation_without_identifier_counts_and_is_nobody_else(tmp_path: Path) -> None:
    bids = {
        "details": [{"id": "1", "status": "valid", "tenderers": [{"name": "无代码"}]}, {"id": "2", "status": "valid"}]
    }
    awards = [{"id": "a", "status": "active"}]
    loaded = load(tmp_path, write(tmp_path, changed(buyer={}, bids=bids, awards=awards, contracts=[])))
    assert rows(loaded["tender"], "buyer_id") == [("?ocds-213czf-1",)]
    assert rows(loaded["bid"], "bidder_id", "bidder_name") == [
        ("?ocds-213czf-1/1/0", "无代码"),
        ("?ocds-213czf-1/2/0", None),
    ]
    assert rows(loaded["award"], "supplier_id") == [("?ocds-213czf-1/a/0",)]


def test_before_version_one_one_an_organisation_is_known_by_its_scheme(tmp_path: Path) -> None:
    supplier = {"identifier": {"scheme": "PY-RUC", "id": "80030218-4"}, "name": "DATA LAB SA"}
    loaded = load(tmp_path, write(tmp_path, changed(awards=[{"id": 7, "status": "active", "suppliers": supplier}])))
    assert rows(loaded["award"], "award_id", "supplier_id") == [("7", "PY-RUC-80030218-4")]


def test_an_amount_without_currency_says_so_and_is_compared_with_none(tmp_path: Path) -> None:
    bids = {"details": [{"id": "1", "status": "valid", "value": {"amount": 3}, "tenderers": [{"id": "T"}]}]}
    loaded = load(tmp_path, write(tmp_path, changed(bids=bids)))
    assert rows(loaded["bid"], "amount", "currency") == [(300, "XXX")]


def test_an_instant_without_zone_is_left_empty_and_counted(tmp_path: Path) -> None:
    tender = {**PROCESS["tender"], "tenderPeriod": {"startDate": "2026-01-05", "endDate": "2026-01-30T09:00:00"}}
    loaded = load(tmp_path, write(tmp_path, changed(tender=tender)))
    assert rows(loaded["tender"], "tender_period_start", "tender_period_end") == [(None, None)]
    assert loaded["tender"].sources[0]["without_zone"] == 2


def test_an_award_in_an_unknown_state_stays_and_stands_in_the_way(tmp_path: Path) -> None:
    loaded = load(tmp_path, write(tmp_path, changed(awards=[{"id": "a", "status": "invalid"}])))
    assert rows(loaded["award"], "status") == [("other",)]
    assert loaded["award"].sources[0]["other_states"] == 1


@pytest.mark.parametrize(
    ("table", "changes", "fault"),
    [
        ("bid", {"bids": {"details": [{"id": "1", "status": "eligible", "tenderers": [{"id": "T"}]}]}},
         ("/bids/details/0/tenderers/0", "status", "eligible", "enum")),
        ("bid", {"bids": [{"id": "1"}]}, ("/bids", "", "[1]", "shape")),
        ("bid", {"bids": {"details": ["T"]}}, ("/bids/details/0", "", "T", "shape")),
        ("bid", {"bids": {"details": [{"id": "1", "value": {"amount": 1.005}, "tenderers": {"id": "T"}}]}},
         ("/bids/details/0/tenderers", "amount", "1.005", "finer_than_fen")),
        ("bid", {"bids": {"details": [{"id": "1", "date": "soon", "tenderers": {"id": "T"}}]}},
         ("/bids/details/0/tenderers", "submitted_at", "soon", "type")),
        ("award", {"awards": [{"id": "a", "value": {"amount": [1]}}]},
         ("/awards/0/suppliers", "amount", "[1]", "nested_value")),
        ("tender", {"tender": "open"}, ("/tender", "", "open", "shape")),
        ("contract", {"contracts": [{"id": "c", "awardID": "a"}]}, ("/contracts/0", "amount", "", "required")),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_with_line_and_pointer(
    tmp_path: Path, table: str, changes: dict[str, Any], fault: tuple[str, str, str, str]
) -> None:
    other = changed(ocid="ocds-213czf-0", id="0")
    loaded = load(tmp_path, write(tmp_path, other, changed(**changes)))
    assert rejects(loaded[table]) == [(2, *fault)]


LINES: list[tuple[object, str]] = [
    ('{"ocid": "x",', "json"),
    ("[1, 2]", "shape"),
    ('{"ocid": "x", "ocid": "y"}', "key_twice"),
    ('{"ocid": "x", "tender": {"title": NaN}}', "json"),
    ('{"ocid": "x", "tender": {"title": "\\u0000"}}', "nul"),
    ('{"ocid": "x", "tender": {"title": "\\ud800"}}', "json"),
    ('{"ocid": "x", "a": ' + "[" * 9000 + "]" * 9000 + "}", "too_deep"),
    ('{"ocid": "x", "a": ' + "1" * 5000 + "}", "json"),
    ({"id": "1"}, "no_ocid"),
    ({"ocid": 7}, "no_ocid"),
    ({"ocid": "x", "releases": [{"url": "https://example.org/1", "date": "2026-01-01T00:00:00Z"}]}, "linked_release"),
    (PROCESS, "release_twice"),
]


@pytest.mark.parametrize(("line", "rule"), LINES)
def test_a_line_that_is_no_release_is_a_reject_of_its_own(tmp_path: Path, line: object, rule: str) -> None:
    loaded = load(tmp_path, write(tmp_path, PROCESS, "", line))
    assert [(row, found) for row, _, _, _, found in rejects(loaded["tender"])] == [(3, rule)]
    assert rule in RULES
    assert (loaded["tender"].rows_read, loaded["tender"].rows_accepted) == (2, 1)
    assert loaded["tender"].issues == ("rejected: 1 of 2 rows, more than 5 %",)


@pytest.mark.parametrize(
    ("releases", "rule", "refused"),
    [
        ([plain("o", 1), plain("o", 1) | {"id": "other"}], "same_date", 2),
        ([plain("o", 1), plain("o", 2) | {"date": "2026-01-02"}], "no_date", 2),
        ([plain("o", 1), plain("o", 2), plain("o", 2)], "release_twice", 1),
        ([plain("o", 1, tender={"value": 1}), plain("o", 2, tender={"value": {"amount": 1}})], "shape", 2),
        ([plain("o", 1), plain("o", 2) | {"tag": ["compiled"]}], "compiled_already", 1),
    ],
)  # fmt: skip
def test_what_the_merge_routine_leaves_open_is_refused(
    tmp_path: Path, releases: Sequence[object], rule: str, refused: int
) -> None:
    loaded = load(tmp_path, write(tmp_path, PROCESS, *releases))
    assert [found for _, _, _, _, found in rejects(loaded["tender"])] == [rule] * refused


@pytest.mark.parametrize("content", ["{", "x", '{"ocid": "o"}}'])
def test_a_file_that_is_not_json_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadInput, match="neither one JSON document") as error:
        load(tmp_path, path)
    assert error.value.rule == "json"


@pytest.mark.parametrize(("content", "rule"), [("[]", "shape"), ('{"a": [\n1]}', "no_ocid"), ("7\n", "shape")])
def test_json_that_holds_no_release_is_a_reject(tmp_path: Path, content: str, rule: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content, encoding="utf-8")
    loaded = load(tmp_path, path)
    assert [found for _, _, _, _, found in rejects(loaded["tender"])] == [rule]
    assert "empty" in loaded["tender"].issues


def test_the_store_reads_in_a_child_and_keeps_the_tables(tmp_path: Path) -> None:
    source = write(tmp_path, PROCESS)
    loaded = Store(tmp_path / "store").read_ocds([source], TABLES)
    usual = load(tmp_path, source)
    assert {name: one.hash for name, one in loaded.items()} == {name: one.hash for name, one in usual.items()}
    assert all(one.path.parent == tmp_path / "store" / "tables" for one in loaded.values())
    kept = Store(tmp_path / "store").snapshot(date(2026, 3, 31), loaded)
    assert kept.tables["bid"].sources[0]["format"] == "ocds"


def test_text_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(json.dumps(PROCESS, ensure_ascii=False).encode("gb18030"))
    with pytest.raises(BadInput, match="utf-8"):
        load(tmp_path, path)


def test_control_totals_are_compared(tmp_path: Path) -> None:
    loaded = load(tmp_path, write(tmp_path, PROCESS), expect={"bid": Expect(rows=4, sums={"amount": 98765432})})
    assert loaded["bid"].issues == ("control_total rows: 3 read, 4 expected",)


def test_a_table_that_nobody_fills_is_absent(tmp_path: Path) -> None:
    loaded = load(tmp_path, write(tmp_path, {"ocid": "o", "tender": {"status": "active"}}))
    assert set(loaded) == {"tender"}


def test_many_files_are_read_in_one_go(tmp_path: Path) -> None:
    paths = [write(tmp_path, changed(ocid=f"o{place}"), name=f"{place}.jsonl") for place in range(60)]
    assert load(tmp_path, *paths)["bid"].rows_accepted == 180


def test_every_column_that_is_filled_is_a_column_of_the_contract() -> None:
    for table, columns in PATHS.items():
        assert set(columns) <= {field.name for field in TABLES[table].fields}


JSON = st.recursive(
    st.none() | st.integers(0, 3) | st.sampled_from("xyz"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "a", "b"]), inner, max_size=3),
    max_leaves=8,
)
OBJECT = st.dictionaries(st.sampled_from(["id", "a", "b"]), JSON, max_size=3)


@settings(max_examples=60)
@given(parts=st.lists(OBJECT, min_size=1, max_size=4))
def test_merging_takes_the_last_word_on_every_plain_field(parts: list[dict[str, Any]]) -> None:
    releases = [plain("o", day, buyer=part) for day, part in enumerate(parts, start=1)]
    try:
        compiled = merge(json.loads(json.dumps(releases)))
    except Unmergeable:
        return
    for name in {name for part in parts for name in part}:
        last = [part[name] for part in parts if name in part][-1]
        if last is None and len(parts) > 1:
            assert name not in compiled.get("buyer", {})
        elif not isinstance(last, dict | list):
            assert compiled["buyer"][name] == last


def test_objects_of_an_array_are_merged_by_identifier_and_others_appended() -> None:
    first = plain("o", 1, awards=[{"id": 1, "status": "pending"}, {"status": "x"}])
    second = plain("o", 2, awards=[{"id": "1", "status": "active"}, {"id": 2}, {"status": "y"}])
    assert merge([second, first])["awards"] == [
        {"id": "1", "status": "active"},
        {"status": "x"},
        {"id": 2},
        {"status": "y"},
    ]


def test_only_what_is_read_is_held() -> None:
    assert subset({"ocid": "o", "extra": {"a": 1}, "tender": {"title": "t", "documents": [1]}}) == {
        "ocid": "o", "tender": {"title": "t"},
    }  # fmt: skip


REAL = [("armenia", 100, 36, 21), ("mexico_grupo-aeroportuario", 282, 0, 282), ("canada_montreal", 20, 0, 20)]


@pytest.mark.real_data
@pytest.mark.parametrize(("name", "processes", "bids", "awards"), REAL)
def test_real_releases_are_read_and_every_one_is_accounted_for(
    tmp_path: Path, name: str, processes: int, bids: int, awards: int
) -> None:
    loaded = load(tmp_path, real_data("ocds_releases") / f"{name}.jsonl")
    source = loaded["tender"].sources[0]
    assert source["releases"] == source["processes"] + source.get("merged", 0) + source.get("refused", 0)
    assert loaded["tender"].rows_accepted == source["processes"] == processes
    assert loaded["award"].rows_accepted == awards
    assert (loaded["bid"].rows_read if "bid" in loaded else 0) == bids
