"""Spark in other processes says what DuckDB says: a standalone cluster by its master, a server by Spark Connect.

The servers are real. The command is called as a person calls it, in a process of its own: a process has one Spark.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from reperform import city
from tests.cli.conftest import Outcome, process
from tests.engine.spark_servers import connect, standalone, written_settings

pytestmark = pytest.mark.xdist_group("spark")

CODES = ("FF-01", "SI-01")
Server = Callable[[Path], AbstractContextManager[str]]


def scored(folder: Path, *words: str, **settings: str) -> Outcome:
    """Score the city of a folder with the command."""
    codes = [word for code in CODES for word in ("--code", code)]
    settings["SPARK_CONF_DIR"] = str(written_settings(folder / "conf"))
    return process("-q", "city", "score", folder / "city", *codes, "--json", *words, cwd=folder, **settings)


@pytest.mark.parametrize(("server", "option"), [(standalone, "--spark-master"), (connect, "--spark-remote")])
def test_procedures_are_scored_on_a_spark_in_other_processes(tmp_path: Path, server: Server, option: str) -> None:
    city.generate(tmp_path / "city", scale=0.001, seed=42)
    with server(tmp_path) as url:
        outcome = scored(tmp_path, "--engine", "spark", option, url)
    assert outcome.code == 0, outcome.err
    assert (outcome.json["engine"], outcome.json["failed"], outcome.json["unstable"]) == ("spark", [], [])
    told = {one["code"]: (one["recall"], one["deterministic"]) for one in outcome.json["procedures"]}
    assert told == dict.fromkeys(CODES, (1.0, True))
