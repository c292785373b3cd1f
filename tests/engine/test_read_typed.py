"""JSON Lines and Parquet."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from reperform.errors import BadInput
from tests.engine.sources import contract, one_field, read, write_bytes, write_jsonl, write_parquet


def test_objects_give_rows_whatever_the_order_of_their_keys(tmp_path: Path) -> None:
    lines = [
        {"person_id": "P1", "month": "2025-01", "amount": 100, "备注": "甲", "other": [1]},
        {"金额": 200.5, "人员编号": "P2", "月份": "202502"},
    ]
    with pytest.raises(BadInput) as caught:  # two keys for one field, as with two columns
        read(tmp_path, contract(tmp_path), write_jsonl(tmp_path / "a.jsonl", lines))
    assert (caught.value.rule, caught.value.place.row) == ("duplicate_header", 0)
    lines[1] = {"amount": 200.5, "person_id": "P2", "month": "202502"}
    (tmp_path / "work").rename(tmp_path / "first")
    outcome = read(tmp_path, contract(tmp_path), write_jsonl(tmp_path / "a.jsonl", lines))
    assert outcome.rows == [
        ("P1", date(2025, 1, 1), 10000, "甲"), ("P2", date(2025, 2, 1), 20050, None),
    ]  # fmt: skip
    assert outcome.told["sources"][0]["ignored"] == ["other"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_lines_are_read_in_each_encoding(tmp_path: Path, encoding: str) -> None:
    content = '{"n": 1, "值": "中"}\r\n{"n": 2, "值": null}\r\n'.encode(encoding)
    outcome = read(tmp_path, one_field(tmp_path, "type: string"), write_bytes(tmp_path / "t.jsonl", content))
    assert outcome.rows == [(1, "中"), (2, None)]


def test_long_numbers_keep_their_digits(tmp_path: Path) -> None:
    content = b'{"n": 1, "x": 440103199001011234}\n{"n": 2, "x": 12345678901234567890123}\n{"n": 3, "x": 1.0e17}\n'
    outcome = read(tmp_path, one_field(tmp_path, "type: string"), write_bytes(tmp_path / "t.jsonl", content))
    assert outcome.rows == [(1, "440103199001011234"), (2, "12345678901234567890123")]
    assert [(fault[0], fault[3]) for fault in outcome.faults] == [(3, "id_as_number")]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ('{"n": 2, "x": "a"', "json"),
        ("[2]", "json"),
        ("2", "json"),
        ('{"n": 2, "x": "a", "x": "b"}', "key_twice"),
        ('{"n": 2, "x": "a\\u0000b"}', "nul"),
        ('{"n": 2, "x": {"y": 1}}', "nested_value"),
        ('{"n": 2, "x": [1]}', "nested_value"),
    ],
)
def test_a_line_that_is_no_row_is_a_reject_with_its_number(tmp_path: Path, line: str, rule: str) -> None:
    content = f'{{"n": 1, "x": "a"}}\n\n{line}\n{{"n": 4, "x": "d"}}'.encode()
    outcome = read(tmp_path, one_field(tmp_path, "type: string"), write_bytes(tmp_path / "t.jsonl", content))
    assert outcome.rows == [(1, "a"), (4, "d")]
    assert [(fault[0], fault[3]) for fault in outcome.faults] == [(3, rule)]
    assert outcome.told["sources"][0]["rows_blank"] == 1


def test_keys_with_slashes_tildes_and_dots_are_found(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "t.jsonl", [{"n": 1, "a/b~c.d": "v"}])
    outcome = read(tmp_path, one_field(tmp_path, "type: string"), path, mapping={"a/b~c.d": "x"})
    assert outcome.rows == [(1, "v")]


def test_lines_without_a_needed_key_are_rejects(tmp_path: Path) -> None:
    path = write_jsonl(
        tmp_path / "a.jsonl", [{"person_id": "P1", "month": "2025-01", "amount": 1}, {"person_id": "P2"}]
    )
    outcome = read(tmp_path, contract(tmp_path), path)
    assert outcome.faults == [(2, "month", "", "required"), (2, "amount", "", "required")]


def test_parquet_keeps_types_where_they_are_those_of_the_contract(tmp_path: Path) -> None:
    query = (
        "SELECT * FROM (VALUES ('P1', DATE '2025-01-31', 10, 'a'), ('P2', NULL, 20, NULL))"
        ' AS t("人员编号", "月份", "金额（分）", note)'
    )
    outcome = read(tmp_path, contract(tmp_path), write_parquet(tmp_path / "a.parquet", query))
    assert outcome.rows == [("P1", date(2025, 1, 1), 10, "a")]
    assert outcome.faults == [(2, "month", "", "required")]


@pytest.mark.parametrize(
    ("type_", "value", "fen"),
    [
        ("DOUBLE", "12.34", 1234),
        ("DECIMAL(10,2)", "12.34", 1234),
        ("VARCHAR", "'1,234.50'", 123450),
        ("INTEGER", "12", 1200),
        ("HUGEINT", "12", 1200),
        ("FLOAT", "12.5", 1250),
    ],
)
def test_amounts_of_each_type_become_fen(tmp_path: Path, type_: str, value: str, fen: int) -> None:
    path = write_parquet(tmp_path / "t.parquet", f"SELECT 1 AS n, CAST({value} AS {type_}) AS x")
    outcome = read(tmp_path, one_field(tmp_path, "type: integer, unit: fen"), path)
    assert outcome.rows == [(1, fen)]


def test_a_nested_column_is_refused_by_name(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "t.parquet", "SELECT 1 AS n, [1, 2] AS x")
    with pytest.raises(BadInput, match=r"INTEGER\[\]") as caught:
        read(tmp_path, one_field(tmp_path, "type: string"), path)
    assert (caught.value.rule, caught.value.place.column) == ("nested_value", "x")


def test_a_damaged_parquet_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        read(tmp_path, one_field(tmp_path, "type: string"), write_bytes(tmp_path / "t.parquet", b"PAR1" + b"x" * 99))
    assert caught.value.rule == "damaged"


def test_a_missing_column_of_a_file_without_rows_of_headers_names_no_row(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        read(tmp_path, contract(tmp_path), write_parquet(tmp_path / "t.parquet", "SELECT 1 AS person_id"))
    assert (caught.value.rule, caught.value.place.row) == ("missing_column", 0)
