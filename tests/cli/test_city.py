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
    assert ask("city", "score", tmp_path / "c", "--kept").code == 5
    assert ask("city", "score", "--kept").code == 2


MEASURES = ["code", "planted", "found", "false", "recall", "precision", "deterministic"]


def test_the_catalogue_is_scored_on_a_city_that_is_made_and_thrown_away(call: Call) -> None:
    words = ["--scale", "0.002", "--sector", "none", "--code", "SI-01", "--code", "NT-01", "--code", "EL-02"]
    answer = call("-q", "city", "score", *words, "--json")
    assert answer.json["schema"] == "reperform/city-score/1"
    assert [list(one) for one in answer.json["procedures"]] == [MEASURES] * 3
    assert {one["code"]: (one["recall"], one["deterministic"]) for one in answer.json["procedures"]} == {
        "EL-02": (1.0, True), "NT-01": (1.0, True), "SI-01": (1.0, True),
    }  # fmt: skip
    assert all(one["planted"] > 0 for one in answer.json["procedures"])
    assert (answer.code, answer.json["not_testable"], answer.json["failed"]) == (0, [], [])


def test_a_city_of_a_folder_is_scored_and_what_was_missed_is_named(call: Call, tmp_path: Path) -> None:
    call("-q", "city", "generate", tmp_path / "c", "--scale", "0.002", "--sectors", "none")
    truth = tmp_path / "c" / "truth.jsonl"
    lines = truth.read_text(encoding="utf-8").splitlines()
    invented = next(line for line in lines if '"SI-01"' in line and '"planted"' in line and '"fate": "still"' in line)
    truth.write_text("\n".join([*lines, invented.replace('"scheme": "', '"scheme": "x')]) + "\n", encoding="utf-8")
    answer = call("-q", "city", "score", tmp_path / "c", "--code", "SI-01", "--code", "XX-99", "--json")
    assert answer.code == 2
    answer = call("-q", "city", "score", tmp_path / "c", "--code", "SI-01", "--json")
    assert answer.code == 1
    (differences,) = answer.json["differences"]
    assert [key["scheme"][0] for key in differences["missed"]] == ["x"]


def test_a_procedure_without_its_tables_is_listed_apart(call: Call, tmp_path: Path) -> None:
    call("-q", "city", "generate", tmp_path / "c", "--scale", "0.001", "--sectors", "none")
    for path in (tmp_path / "c" / "before").glob("nontax_bill*"):
        path.unlink()
    answer = call("-q", "city", "score", tmp_path / "c", "--code", "NT-01", "--json")
    assert answer.code == 5
    assert [one["code"] for one in answer.json["not_testable"]] == ["NT-01"]
    (tmp_path / "c" / "before" / "~lock.csv#").touch()
    assert call("-q", "city", "score", tmp_path / "c", "--code", "NT-01").code == 3


def test_a_folder_without_a_city_has_no_score(call: Call, tmp_path: Path) -> None:
    assert call("city", "score", tmp_path).code == 3
    assert call("city", "generate", tmp_path / "c", "--scale", "0.001", "--sectors", "atlantis").code == 2
