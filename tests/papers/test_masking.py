"""Identity numbers never leave the ledger in a document."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperform.engine.tables import Field
from reperform.ledger.workshop import contracts
from reperform.papers.masking import as_text, mask, masked


def test_the_first_and_last_four_characters_stay() -> None:
    assert mask("990101194803152121") == "9901**********2121"
    assert mask("99010119480315212X") == "9901**********212X"


@pytest.mark.parametrize(
    "text",
    [
        "已追回990101194803152121多领养老金",
        "（990101194803152121）",
        "990101194803152121、990101194803152121",
        "a 990101194803152121.",
    ],
)
def test_a_number_within_a_text_is_masked_wherever_it_stands(text: str) -> None:
    assert not re.search(r"\d{17}", mask(text))
    assert "9901**********2121" in mask(text)


@pytest.mark.parametrize(
    "text",
    [
        "RP-2026-0001",
        "12345678901234567890",  # twenty digits: an account, not a person
        "990101194813152121",  # there is no thirteenth month
        "990101194803992121",
        "91440101MA5XXXXX0X",  # a unified social credit code
        "2026-11-30 16:00:00",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize("name", ["person_id", "Person_ID", "身份证号", "证件号码", "社会保障号码"])
def test_a_column_of_persons_is_masked_in_any_form(name: str) -> None:
    assert masked(name, "P-12345678") == "P-******78"
    assert masked(name, "123") == "***"


def test_a_column_of_other_things_is_left() -> None:
    assert masked("voucher", "P-12345678") == "P-12345678"


@given(st.text(max_size=40))
def test_half_of_a_personal_value_at_most_stays_readable(value: str) -> None:
    hidden = masked("person_id", value)
    assert len(hidden) == len(value)
    assert sum(old == new and new != "*" for old, new in zip(value, hidden, strict=True)) <= len(value) // 2


def _fields() -> dict[str, Field]:
    return {field.name: field for field in contracts()["pension_payment"].fields}


def test_a_key_is_printed_in_the_order_and_with_the_titles_of_its_contract_and_money_in_yuan() -> None:
    key = {"other": "x", "amount": "123456", "month": "2026-01", "person_id": "990101194803152121"}
    assert as_text(key, _fields(), "zh") == "人员编号 9901**********2121；待遇月份 2026-01；发放金额 1,234.56；other x"
    assert as_text(key, _fields(), "en").startswith("Person ID 9901**********2121; Month 2026-01; Amount 1,234.56;")
