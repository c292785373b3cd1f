"""The tree of bodies."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from reperform.city import Body, bodies
from reperform.city.bodies import DISTRICTS, write_bodies

KINDS = ["audit", "government", "department", "district", "unit", "enterprise", "discipline", "legislature", "finance"]
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ALL = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def check_of_code(code: str) -> str:
    """GB 32100-2015: weights 3 ** (i - 1) modulo 31, check 31 minus the sum modulo 31."""
    total = sum(LETTERS.index(letter) * 3**place for place, letter in enumerate(code[:17]))
    return LETTERS[(31 - total % 31) % 31]


def check_of_own_number(own: str) -> str:
    """GB 11714-1997: eight weights, 11 minus the sum modulo 11, ten as X, eleven as 0."""
    total = sum(ALL.index(letter) * weight for letter, weight in zip(own[:8], (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


@pytest.fixture(scope="module")
def tree() -> tuple[Body, ...]:
    return bodies(42)


def test_every_parent_stands_before_its_children(tree: tuple[Body, ...]) -> None:
    seen = {""}
    for body in tree:
        assert body.parent in seen, body.code
        seen.add(body.code)


def test_codes_names_and_credit_codes_are_unique(tree: tuple[Body, ...]) -> None:
    for name in ("code", "name_zh", "name_en", "uscc"):
        assert len({getattr(body, name) for body in tree}) == len(tree), name


def test_every_kind_of_body_occurs_and_no_other(tree: tuple[Body, ...]) -> None:
    assert {body.kind for body in tree} == set(KINDS)


def test_each_district_has_its_own_bodies(tree: tuple[Body, ...]) -> None:
    codes = {body.code: body for body in tree}
    for short, name, _ in DISTRICTS:
        own = [body for body in tree if body.district == f"{short}-GOV"]
        assert {"audit", "finance", "department", "unit", "district"} <= {body.kind for body in own}
        assert all(body.name_zh.startswith(name) for body in own)
        assert codes[f"{short}-SIC"].parent == f"{short}-HRS"


def test_the_citys_own_bodies_belong_to_no_district(tree: tuple[Body, ...]) -> None:
    city = [body for body in tree if body.code.startswith("YJ-")]
    assert {body.district for body in city} == {""}
    assert all("云江" in body.name_zh for body in city)


def test_credit_codes_have_the_form_of_the_standard_and_no_real_region(tree: tuple[Body, ...]) -> None:
    for body in tree:
        code = body.uscc
        assert len(code) == 18
        assert code[2:6] == "9901"
        assert code[16] == check_of_own_number(code[8:16]), code
        assert code[17] == check_of_code(code), code


def test_the_seed_changes_credit_codes_and_nothing_else(tree: tuple[Body, ...]) -> None:
    other = bodies(43)
    assert [body.code for body in other] == [body.code for body in tree]
    assert [body.name_zh for body in other] == [body.name_zh for body in tree]
    assert [body.uscc for body in other] != [body.uscc for body in tree]
    assert bodies(42) == tree


def test_the_file_holds_the_tree(tree: tuple[Body, ...], tmp_path: Path) -> None:
    write_bodies(tmp_path / "bodies.csv", tree)
    with (tmp_path / "bodies.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["code", "name_zh", "name_en", "kind", "parent", "district", "uscc"]
    assert [Body(**row) for row in rows] == list(tree)
