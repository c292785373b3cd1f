"""The demonstration from end to end, as a process of its own, on the smallest city."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import docx
import openpyxl
import pytest

from reperform.city import truth
from reperform.log import entry
from reperform.log.verify import verify
from tests.cli.conftest import Outcome, process
from tests.conftest import real_data

pytestmark = pytest.mark.xdist_group("cli-demo")  # one folder for all tests of the module

KEYS = {
    "residents", "tables", "procedures", "exceptions", "findings", "closed", "relapsed", "unproven", "log_entries",
    "log_verified", "tamper_detected", "recall", "precision", "seconds", "files",
}  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    """The folder of a story, and what the command said."""
    folder = tmp_path_factory.mktemp("demo")
    answer = process(
        "demo", "--no-server", "--dir", folder / "d", "--scale", "0.001", "--seed", "7", "--lang", "en", "--json",
        cwd=folder, REPERFORM_DATABASE_URL="",
    )  # fmt: skip
    assert answer.code == 0, answer.err
    return folder / "d", answer


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(folder / "home" / "ledger.sqlite3") as database:
        return database.execute(query).fetchall()


def count(folder: Path, query: str) -> object:
    return rows(folder, query)[0][0]


def test_it_prints_one_object_and_tells_the_story_beside_it(told: tuple[Path, Outcome]) -> None:
    _folder, answer = told
    assert answer.json["schema"] == "reperform/demo/1"
    assert set(answer.json) >= KEYS
    for chapter in ("Yunjiang", "Reveal", "Rectify", "Look back", "Prove"):
        assert chapter in answer.err


def test_everything_planted_is_found(told: tuple[Path, Outcome]) -> None:
    folder, answer = told
    planted = [one for one in truth(folder / "city") if one.kind == "planted" and not one.fate.begins_after]
    assert answer.json["recall"] == 1.0
    assert 0.9 < answer.json["precision"] <= 1.0
    assert answer.json["exceptions"] >= len(planted)


def test_the_figures_are_those_of_the_ledger(told: tuple[Path, Outcome]) -> None:
    folder, answer = told
    found = answer.json
    assert found["residents"] == 1000
    assert (found["tables"], found["procedures"]) == (9, 4)
    assert found["findings"] == count(folder, "SELECT count(*) FROM ledger_finding")
    assert found["closed"] == count(folder, "SELECT count(*) FROM ledger_finding WHERE state = 'closed'")
    assert found["relapsed"] == count(folder, "SELECT count(*) FROM ledger_finding WHERE relapse_of_id IS NOT NULL")
    assert found["log_entries"] == count(folder, "SELECT count(*) FROM ledger_event")
    assert found["unproven"] == count(folder, "SELECT count(*) FROM ledger_checkverdict WHERE verdict = 'unproven'")
    assert min(found["closed"], found["relapsed"], found["unproven"], found["inconclusive"]) > 0


def test_the_story_has_every_turn_that_a_finding_can_take(told: tuple[Path, Outcome]) -> None:
    folder, _answer = told
    results = Counter(row[0] for row in rows(folder, "SELECT result FROM ledger_verification"))
    assert min(results[name] for name in ("accepted", "returned", "closed")) > 0
    twice = (
        "SELECT finding_id FROM ledger_verification WHERE result = 'returned' GROUP BY finding_id HAVING count(*) > 1"
    )
    assert rows(folder, twice)
    assert count(folder, "SELECT count(*) FROM ledger_exclusion") == 3
    late = (
        "SELECT count(*) FROM ledger_finding f JOIN ledger_submission s ON s.finding_id = f.id"
        " WHERE date(s.at) > f.original_due_on AND f.relapse_of_id IS NULL"
    )
    assert count(folder, late) > 0
    copied = "SELECT sha256 FROM ledger_evidence GROUP BY sha256 HAVING count(DISTINCT finding_id) > 1"
    assert rows(folder, copied)
    proposals = Counter(row[0] for row in rows(folder, "SELECT proposal FROM ledger_check"))
    assert min(proposals[name] for name in ("held", "not_held", "relapsed", "inconclusive")) > 0
    assert count(folder, "SELECT count(*) FROM ledger_check WHERE state = 'proposed'") == 1
    assert count(folder, "SELECT count(*) FROM ledger_checkpoint") >= 4


def test_the_steps_are_taken_at_the_moments_of_the_story(told: tuple[Path, Outcome]) -> None:
    folder, _answer = told
    moments = [entry.parse(bytes(body))["at"] for (body,) in rows(folder, "SELECT body FROM ledger_event ORDER BY idx")]
    assert moments == sorted(moments)
    assert (moments[0][:10], moments[-1][:10]) == ("2026-03-02", "2026-11-20")


def test_every_file_opens(told: tuple[Path, Outcome]) -> None:
    _folder, answer = told
    by_suffix = {Path(name).suffix: Path(name) for name in answer.json["files"]}
    assert {".xlsx", ".docx", ".svg", ".png", ".zip", ".vkey"} <= set(by_suffix)
    assert by_suffix[".png"].read_bytes().startswith(b"\x89PNG")
    assert ElementTree.fromstring(by_suffix[".svg"].read_text(encoding="utf-8")).tag.endswith("svg")  # noqa: S314
    book = openpyxl.load_workbook(by_suffix[".xlsx"], read_only=True)
    assert len(book.sheetnames) >= 2
    assert docx.Document(str(by_suffix[".docx"])).paragraphs
    assert all(Path(name).stat().st_size > 0 for name in answer.json["files"])


def test_the_bundle_is_good_and_its_altered_copy_is_not(told: tuple[Path, Outcome]) -> None:
    folder, answer = told
    proof, changed = (Path(name) for name in answer.json["files"] if name.endswith(".zip"))
    key = (folder / "audit-bureau.vkey").read_text(encoding="utf-8").strip()
    assert verify(proof, vkey=key).ok
    assert verify(changed, vkey=key).exit_code == 4
    differing = [a ^ b for a, b in zip(proof.read_bytes(), changed.read_bytes(), strict=True) if a != b]
    assert differing == [1]
    assert answer.json["log_verified"]
    assert answer.json["tamper_detected"]


def test_an_outsider_computes_the_same_figures_from_the_bundle(told: tuple[Path, Outcome]) -> None:
    folder, answer = told
    assert answer.json["figures_recomputed"]
    proof, figures = (next(one for one in answer.json["files"] if one.endswith(end)) for end in ("e.zip", "s.json"))
    again = process("report", "recompute", proof, figures, "--json", cwd=folder)
    assert (again.code, again.json["differing"]) == (0, [])


def test_a_second_time_is_refused_until_it_may_replace_the_first(told: tuple[Path, Outcome]) -> None:
    folder, _answer = told
    again = process("demo", "--no-server", "--dir", folder, "--json", cwd=folder.parent)
    assert again.code == 2
    assert "--fresh" in again.json["error"]["hint"]


def test_what_is_no_story_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "thesis.txt").write_text("years of work", encoding="utf-8")
    answer = process("demo", "--no-server", "--fresh", "--dir", tmp_path / "d", "--json", cwd=tmp_path)
    assert answer.code == 2
    assert (tmp_path / "d" / "thesis.txt").exists()


def test_the_folder_of_the_story_is_an_ordinary_one(told: tuple[Path, Outcome]) -> None:
    folder, answer = told
    home = ("--home", answer.json["home"], "--lang", "en")
    scored = process(*home, "city", "score", folder / "city", "--kept", "--json", cwd=folder)
    found = sum(one["found"] for one in scored.json["procedures"])
    false = sum(one["false"] for one in scored.json["procedures"])
    assert answer.json["precision"] == pytest.approx(found / (found + false))
    assert scored.code == (1 if false else 0)
    queue = process(*home, "verify", "queue", "--json", cwd=folder)
    assert queue.code in {0, 1}
    healthy = process(*home, "doctor", "--deep", "--json", cwd=folder)
    assert {one["name"] for one in healthy.json["checks"] if not one["ok"]} <= {"language"}


def test_the_same_seed_tells_the_same_story(told: tuple[Path, Outcome], tmp_path: Path) -> None:
    folder, answer = told
    again = process(
        "-q", "--json", "demo", "--no-server", "--dir", tmp_path / "d", "--scale", "0.001", "--seed", "7",
        "--lang", "en", cwd=tmp_path, REPERFORM_DATABASE_URL="",
    )  # fmt: skip
    assert again.err == ""
    same = KEYS - {"seconds", "files"}
    assert {name: again.json[name] for name in same} == {name: answer.json[name] for name in same}
    query = "SELECT subject, seq FROM ledger_event WHERE subject NOT LIKE 'account:%' ORDER BY idx"
    assert rows(folder, query) == rows(tmp_path / "d", query)
    shutil.rmtree(tmp_path / "d")


def test_a_folder_without_data_sets_is_a_bad_input(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    answer = process(
        "demo", "--no-server", "--dir", tmp_path / "d", "--data", tmp_path / "data", "--json", cwd=tmp_path
    )
    assert answer.code == 3
    assert answer.json["error"]["rule"] == "demo.data"


@pytest.mark.real_data
def test_the_same_loop_runs_on_real_files(tmp_path: Path) -> None:
    data = real_data("oxford_spend").parent
    (tmp_path / "data" / "fac_findings").mkdir(parents=True)
    (tmp_path / "data" / "oxford_spend").symlink_to(data / "oxford_spend")
    for book in sorted((data / "fac_findings").iterdir())[:2]:
        shutil.copy(book, tmp_path / "data" / "fac_findings" / book.name)
    answer = process(
        "demo", "--no-server", "--dir", tmp_path / "d", "--data", tmp_path / "data", "--lang", "en", "--json",
        cwd=tmp_path, REPERFORM_DATABASE_URL="",
    )  # fmt: skip
    assert answer.code == 0, answer.err
    found = answer.json
    assert (found["residents"], found["recall"], found["precision"]) == (None, None, None)
    assert found["exceptions"] > 1000
    assert found["closed"] > 0
    assert found["log_verified"]
    assert found["tamper_detected"]
    assert "not_held" in answer.err
    proof = next(name for name in found["files"] if name.endswith("proof-bundle.zip"))
    with zipfile.ZipFile(proof) as bundle:
        assert json.loads(bundle.read("tables/standing.jsonl").splitlines()[0])["subject"]
