"""The files are such as the table contracts know: every header names a field, no field is left without a column."""

from __future__ import annotations

from pathlib import Path

import pytest

import reperform
from reperform.city.generate import all_layouts
from reperform.city.layout import Format, Layout
from reperform.city.sectors import SECTORS
from reperform.city.town import Town
from reperform.engine.headers import FEN, Matcher
from reperform.engine.tables import Table, load_tables
from reperform.errors import Place

CONTRACTS: dict[str, Table] = load_tables(Path(reperform.__file__).parent / "catalogue" / "tables")
LAYOUTS = all_layouts(Town(1, 1000), SECTORS)
NAMES = [layout.table for layout in LAYOUTS]


@pytest.mark.parametrize("layout", LAYOUTS, ids=NAMES)
def test_every_header_names_a_field_of_the_contract_and_every_field_has_one(layout: Layout) -> None:
    contract = CONTRACTS[layout.table]
    headers = [header for header, _ in layout.columns]
    match = Matcher(contract, {}, {}).match([headers], Place(file=layout.table))
    assert match.ignored == ()
    assert set(match.columns) == {field.name for field in contract.fields}


@pytest.mark.parametrize("layout", LAYOUTS, ids=NAMES)
def test_the_headers_are_chinese_and_some_are_aliases(layout: Layout) -> None:
    contract = CONTRACTS[layout.table]
    assert all("一" <= header[0] <= "鿿" for header, _ in layout.columns)
    own = {field.title["zh"] for field in contract.fields}
    assert {header for header, _ in layout.columns} - own


def test_there_is_one_layout_for_a_table_and_each_is_of_a_contract() -> None:
    assert len(set(NAMES)) == len(NAMES)


def test_there_is_a_layout_for_every_table_of_the_first_procedures() -> None:
    first = """pension_payment death_register pension_refund nontax_bill treasury_credit resident longevity_payment
    supplier_payment supplier_refund"""
    assert set(first.split()) <= set(NAMES) <= set(CONTRACTS)


def test_money_comes_in_three_units() -> None:
    factors = set()
    for layout in LAYOUTS:
        headers = [header for header, _ in layout.columns]
        match = Matcher(CONTRACTS[layout.table], {}, {}).match([headers], Place())
        factors |= {match.columns[f.name].factor for f in CONTRACTS[layout.table].fields if f.is_money}
    assert factors == {FEN["分"], FEN["元"], FEN["万元"]}


def test_every_format_is_used() -> None:
    assert {layout.format for layout in LAYOUTS} == set(Format)
