"""`reperform data add --format ocds`: several tables from one file, and red flags over them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Call
from tests.world import World


def process(number: int, *, rejected: bool) -> dict[str, Any]:
    bids = [
        {"id": "1", "status": "valid", "tenderers": [{"id": "W"}], "value": {"amount": 200, "currency": "CNY"}},
        {"id": "2", "status": "disqualified" if rejected else "withdrawn", "tenderers": [{"id": "D"}],
         "value": {"amount": 150, "currency": "CNY"}},
    ]  # fmt: skip
    return {
        "ocid": f"ocds-{number}",
        "tag": ["compiled"],
        "buyer": {"id": "YJ-WAT"},
        "bids": {"details": bids},
        "awards": [{"id": "a", "status": "active", "suppliers": [{"id": "W"}]}],
    }


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    path = tmp_path / "releases.jsonl"
    lines = [process(number, rejected=number == 3) for number in range(5)]
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return path


def test_one_file_fills_several_tables_and_a_flag_runs_over_them(ask: Call, world: World, releases: Path) -> None:
    added = ask("data", "add", "--as-of", "2026-03-31", "--format", "ocds", str(releases), "--json")
    assert added.code == 0, added.err
    assert {table["name"]: table["rows"] for table in added.json["tables"]} == {"tender": 5, "bid": 10, "award": 5}
    done = ask("reveal", "run", "RF-036", "--json")
    assert done.code == 1, done.err


def test_other_tables_are_named_in_the_same_call(ask: Call, world: World, releases: Path, tmp_path: Path) -> None:
    papers = tmp_path / "更正.csv"
    papers.write_text("文号,登记册,对象编号,更正日期\nZG-1,tender,ocds-3,2026-03-01\n", encoding="utf-8")
    day = ("data", "add", "--as-of", "2026-03-31", "--format", "ocds")
    added = ask(*day, str(releases), f"correction={papers}", "--json")
    assert added.code == 0, added.err
    assert "correction" in {table["name"] for table in added.json["tables"]}
    assert ask("reveal", "run", "RF-036", "--json").code == 0


def test_a_table_is_filled_once_and_an_unknown_format_is_refused(ask: Call, world: World, releases: Path) -> None:
    day = ("data", "add", "--as-of", "2026-03-31", "--format")
    assert ask(*day, "ocds", str(releases), f"bid={releases}").code == 2
    assert ask(*day, "ubl", str(releases)).code == 2
