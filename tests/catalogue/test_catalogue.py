"""The shipped contracts and facts are whole, and a bureau's own folder stands beside them."""

from __future__ import annotations

from datetime import date

import pytest

from reperform import catalogue
from reperform.engine.facts import load_facts, valid_on
from reperform.errors import BadInput
from tests.engine.written import text, write

KEYS = {
    "pension_payment": ("person_id", "month", "scheme"),
    "death_register": ("person_id", "source"),
    "pension_refund": ("voucher", "person_id", "month", "scheme"),
    "nontax_bill": ("bill_no",),
    "treasury_credit": ("voucher", "bill_no"),
    "resident": ("person_id",),
    "longevity_payment": ("person_id", "month", "district_body"),
    "supplier_payment": ("body_id", "trans_no"),
    "supplier_refund": ("voucher", "body_id", "trans_no"),
}


def test_the_contracts_of_the_first_procedures_keep_their_keys():
    keys = {name: table.primary_key for name, table in catalogue.tables().items()}
    assert {name: keys[name] for name in KEYS} == KEYS


def test_every_contract_has_a_key_of_required_fields():
    for name, table in catalogue.tables().items():
        required = {field.name for field in table.fields if field.constraints.required}
        assert table.primary_key, name
        assert set(table.primary_key) <= required, name


def test_what_is_named_amount_is_money_in_every_contract():
    loose = {
        f"{name}.{field.name}"
        for name, table in catalogue.tables().items()
        for field in table.fields
        if field.name.split("_")[-1] in ("amount", "refunded", "price") and field.unit != "fen"
    }
    assert loose == set()


def test_the_rates_of_the_longevity_allowance():
    fact = load_facts(catalogue.FOLDER / "facts")["longevity_allowance"]
    assert [(row[0], row[1], row[2]) for row in fact.rows] == [
        (70, 79, 3000),
        (80, 89, 10000),
        (90, 99, 20000),
        (100, 150, 30000),
    ]


def test_the_tiers_of_the_longevity_allowance_leave_no_age_out_and_name_none_twice():
    fact = load_facts(catalogue.FOLDER / "facts")["longevity_allowance"]
    ages = [age for first, last, *_ in fact.rows for age in range(first, last + 1)]  # type: ignore[arg-type, operator]
    assert ages == list(range(70, 151))


def test_the_limit_of_a_fall_is_a_dated_fact():
    assert catalogue.fall_limit(date(2026, 10, 31)) == 10


def test_a_bureau_sets_its_own_limit(tmp_path):
    (tmp_path / "facts").mkdir()
    shipped = (catalogue.FOLDER / "facts" / "completeness.yaml").read_text(encoding="utf-8")
    own = shipped.replace(
        "[10, 0001-01-01, 9999-12-31]", "[10, 0001-01-01, 2025-12-31]\n  - [3, 2026-01-01, 9999-12-31]"
    )
    (tmp_path / "facts" / "completeness.yaml").write_text(own, encoding="utf-8")
    assert catalogue.fall_limit(date(2025, 12, 31), tmp_path) == 10
    assert catalogue.fall_limit(date(2026, 1, 1), tmp_path) == 3


def test_a_fact_with_two_rows_for_a_day_is_not_guessed_at(tmp_path):
    (tmp_path / "facts").mkdir()
    shipped = (catalogue.FOLDER / "facts" / "completeness.yaml").read_text(encoding="utf-8")
    (tmp_path / "facts" / "completeness.yaml").write_text(
        shipped + "  - [3, 2026-01-01, 9999-12-31]\n", encoding="utf-8"
    )
    with pytest.raises(BadInput, match="2 rows for 2026-01-01"):
        catalogue.fall_limit(date(2026, 1, 1), tmp_path)


def test_a_bureaus_own_procedures_stand_beside_the_shipped_ones(tmp_path):
    write(tmp_path, text())
    assert catalogue.procedures(tmp_path).keys() - catalogue.procedures().keys() == {"XX-01"}


def test_a_procedure_names_topics_of_its_own_rows(tmp_path):
    assert catalogue.procedures()["SI-01"].topics == ("after_death",)
    assert catalogue.topics()["A6"]["after_death"] == "死亡后领取"
    write(tmp_path, text({"seed": "[A1]", "topics": "[after_death]"}))
    with pytest.raises(BadInput, match="none of the rows A1") as caught:
        catalogue.procedures(tmp_path)
    assert caught.value.rule == "procedure.topic"
    assert "billed_paid_credited" in str(caught.value)


def test_a_procedure_without_cases_has_none(tmp_path):
    write(tmp_path, text())
    assert catalogue.cases(catalogue.procedures(tmp_path)["XX-01"]) == ()


def test_valid_on_gives_the_row_by_column():
    fact = load_facts(catalogue.FOLDER / "facts")["completeness"]
    assert valid_on(fact, date(2026, 1, 1))["fall_limit"] == 10
