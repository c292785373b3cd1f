"""Parameters of a run: checked before anything runs, recorded, shown, and heeded by `--changed`."""

from __future__ import annotations

from pathlib import Path

import pytest

from reperform.ledger.models import Finding, Run
from tests.cli.conftest import Call
from tests.cli.test_turn import write
from tests.world import World


@pytest.fixture
def loaded(ask: Call, world: World, tmp_path: Path) -> None:
    """Three people who were paid in the month after that of their death."""
    assert ask("data", "add", "--as-of", "2025-03-31", *write(tmp_path / "first", 3, [])).code == 0


def run(ask: Call, *words: str) -> dict[str, object]:
    found: list[dict[str, object]] = ask("reveal", "run", "SI-01", *words, "--json").json["runs"]
    return found[0] if found else {}


def test_a_parameter_is_set_recorded_and_told_in_the_finding(ask: Call, loaded: None) -> None:
    assert run(ask)["exceptions"] == 3
    done = run(ask, "--set", "grace_months=1")
    assert (done["exceptions"], done["parameters"]) == (0, {"as_of": "2025-03-31", "grace_months": "1"})
    kept = run(ask, "--set", "SI-01.grace_months=0")
    assert kept["exceptions"] == 3
    assert ask("reveal", "confirm", str(kept["number"]), "--all", "--engagement", "E-2026-01").code == 0
    assert "grace_months" not in Finding.objects.get().condition  # as declared: nothing to tell


def test_what_is_set_otherwise_than_declared_stands_in_the_finding(ask: Call, loaded: None, tmp_path: Path) -> None:
    folder = tmp_path / "more"
    words = write(folder, 3, [])
    deaths = folder / "死亡.csv"
    deaths.write_text(deaths.read_text("utf-8-sig").replace("2025-02-10", "2025-01-10"), encoding="utf-8-sig")
    ask("data", "add", "--as-of", "2025-04-30", *words)
    done = run(ask, "--set", "grace_months=1")
    assert done["exceptions"] == 3
    ask("reveal", "confirm", str(done["number"]), "--all", "--engagement", "E-2026-01")
    assert "grace_months = 1" in Finding.objects.get().condition


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("grace_months=99", 3), ("grace_months=-1", 3), ("grace_months=1.5", 3), ("grace_months=", 3),
        ("unknown=1", 2), ("NT-01.grace_months=1", 2), ("grace_months", 2), ("as_of=2025-01-01", 2),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_before_anything_runs(ask: Call, loaded: None, word: str, code: int) -> None:
    assert ask("reveal", "run", "SI-01", "--set", word).code == code
    assert not Run.objects.exists()


def test_other_parameters_are_a_change_and_the_same_ones_are_none(ask: Call, loaded: None) -> None:
    first = run(ask)
    assert run(ask, "--changed", "--set", "grace_months=1")["exceptions"] == 0
    assert run(ask, "--changed", "--set", "grace_months=1") == {}
    answer = ask("reveal", "run", "SI-01", "--changed", "--json").json
    assert (answer["runs"], answer["unchanged"][0]["number"]) == ([], first["number"])
