"""Table contracts: what they say, and what is said of bad ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from reperform.engine.tables import load_table, load_tables
from reperform.errors import BadInput
from tests.engine.sources import PAYMENTS, contract


def refused(folder: Path, text: str) -> BadInput:
    with pytest.raises(BadInput) as caught:
        contract(folder, text)
    return caught.value


def minimal(field: str) -> str:
    return f"name: payment\ntitle: Payments\nfields:\n  - {{{field}}}\n"


def test_a_contract_gives_its_fields_in_order(tmp_path: Path) -> None:
    table = contract(tmp_path)
    assert table.columns == (("person_id", "VARCHAR"), ("month", "DATE"), ("amount", "BIGINT"), ("note", "VARCHAR"))
    assert table.primary_key == ("person_id", "month")
    assert table.title == {"en": "Payments", "zh": "发放明细"}
    assert table.field("person_id").aliases == ("身份证号",)
    assert table.field("amount").is_money
    assert table.field("note").missing_values == ("", "无")


def test_a_field_of_the_key_is_required_without_saying_so(tmp_path: Path) -> None:
    table = contract(tmp_path)
    assert table.field("month").constraints.required
    assert not table.field("note").constraints.required


def test_a_contract_in_json_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "payment.json"
    path.write_text('{"name": "payment", "title": "P", "primaryKey": "a", "fields": [{"name": "a"}, {"name": "b"}]}')
    table = load_table(path)
    assert table.primary_key == ("a",)
    assert [field.type for field in table.fields] == ["string", "string"]


def test_the_hash_covers_all_that_is_said_and_no_comment(tmp_path: Path) -> None:
    first = contract(tmp_path).hash
    assert contract(tmp_path, "# a remark\n" + PAYMENTS).hash == first
    assert contract(tmp_path, PAYMENTS.replace("身份证号", "证件号")).hash != first
    assert contract(tmp_path, PAYMENTS + "rejectedPercent: 1\n").hash != first


def test_bounds_are_kept_as_texts_of_the_type(tmp_path: Path) -> None:
    text = (
        "name: payment\ntitle: P\nfields:\n"
        "  - {name: a, type: date, constraints: {minimum: 2020-01-01}}\n"
        "  - {name: b, type: yearmonth, constraints: {maximum: 2025-03}}\n"
        '  - {name: c, type: number, constraints: {minimum: "-0.5"}}\n'
        "  - {name: d, type: integer, constraints: {minimum: 0, maximum: 9}}\n"
    )
    a, b, c, d = (field.constraints for field in contract(tmp_path, text).fields)
    assert (a.minimum, b.maximum, c.minimum, d.minimum, d.maximum) == ("2020-01-01", "2025-03-01", "-0.5", "0", "9")


def test_a_later_folder_replaces_a_contract_of_the_same_name(tmp_path: Path) -> None:
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    shipped.mkdir()
    own.mkdir()
    contract(shipped)
    changed = contract(own, PAYMENTS.replace("Payments", "Our payments"))
    assert load_tables(shipped, own) == {"payment": changed}


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such folder") as caught:
        load_tables(tmp_path / "absent")
    assert caught.value.place.file.endswith("absent")


@pytest.mark.parametrize(
    ("text", "says", "line"),
    [
        (minimal("name: a, typ: string"), "not a known key", 4),
        (minimal("name: a, type: text"), "not one of the known words", 4),
        (minimal("name: A"), "does not have the form", 4),
        (minimal("type: string"), "name is missing", 4),
        (minimal("name: a, unit: fen"), "must have the type integer", 4),
        (minimal("name: a, type: integer, format: '%d'"), "Only dates have a format", 4),
        (minimal("name: a, type: date, format: 'd/m/Y'"), "must be written like", 4),
        (minimal("name: a, type: integer, categories: [{value: x}]"), "Only texts have categories", 4),
        (minimal("name: a, categories: [{value: x, aliases: [y]}, {value: Y}]"), "two meanings", 4),
        (minimal("name: a, coverage: 101"), "between 0 and 100", 4),
        (minimal("name: a, constraints: {pattern: '('}"), "not a regular expression", 4),
        (minimal("name: a, constraints: {pattern: 'a(?=b)'}"), "may not look around", 4),
        (minimal("name: a, constraints: {minimum: 1}"), "has no lowest or highest value", 4),
        (minimal("name: a, type: number, constraints: {minimum: x}"), "must be a number", 4),
        (minimal("name: a, type: integer, constraints: {minimum: 1.5}"), "must be a whole number", 4),
        (minimal("name: a, constraints: {unknown: 1}"), "not a known key", 4),
        (minimal("name: a}\n  - {name: a"), "names a twice", 4),
        (minimal("name: a") + "primaryKey: [b]\n", "names b, which is no field", 5),
        ("name: payment\ntitle: P\nfields: []\n", "at least one field", 3),
        ("name: other\ntitle: P\nfields: [{name: a}]\n", "must stand in a file of that name", 1),
        ("name: payment\ntitle: P\n", "fields is missing", 1),
        ("name: [", "not YAML", 2),
    ],
)
def test_a_bad_contract_is_refused_with_line_and_reason(tmp_path: Path, text: str, says: str, line: int) -> None:
    error = refused(tmp_path, text)
    assert says in str(error)
    assert error.place.file.endswith("payment.yaml")
    assert error.place.row == line
