"""The truth knows no procedure: what plants the cases may not read what looks for them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import reperform.city

MODULES = sorted(Path(reperform.city.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_of_the_city_imports_nothing_of_ours_but_errors(path: Path) -> None:
    imported = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            imported.add(node.module or "")
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 1, "nothing above the city"
    ours = {name for name in imported if name.startswith("reperform")}
    assert {name for name in ours if not name.startswith("reperform.city")} <= {"reperform.errors"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_of_the_city_opens_no_procedure_fact_or_contract(path: Path) -> None:
    texts = {
        node.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert not [text for text in texts if text.endswith((".sql", ".yaml")) or "catalogue" in text]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_of_the_city_asks_no_clock_and_no_unseeded_chance(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"now", "today", "utcnow", "time", "perf_counter", "urandom", "uuid4"}
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "default_rng":
            assert node.args, "every random stream has a seed"
