"""Generate the invented city from the command line."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Call
from tests.world import World


def test_the_same_seed_gives_the_same_bytes(call: Call, tmp_path: Path) -> None:
    for name in ("a", "b"):
        answer = call("-q", "city", "generate", tmp_path / name, "--scale", "0.001", "--json")
        assert answer.code == 0
        assert answer.json["residents"] == 1000
    files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*") if path.is_file())
    assert len(files) >= 18
    assert all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in files)


def test_a_city_overwrites_nothing(call: Call, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    assert call("city", "generate", tmp_path, "--scale", "0.001").code == 2


def test_a_city_that_is_too_small_is_a_wrong_call(call: Call, tmp_path: Path) -> None:
    assert call("city", "generate", tmp_path / "c", "--scale", "0.0001").code == 2


def test_nothing_run_is_nothing_to_score(ask: Call, world: World, tmp_path: Path) -> None:
    ask("-q", "city", "generate", tmp_path / "c", "--scale", "0.001")
    assert ask("city", "score", tmp_path / "c").code == 5
