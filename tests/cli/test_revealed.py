"""What has been examined, a run for other programs beside its baseline, schedules, and what was set aside."""

from __future__ import annotations

import csv
import io
import json
import shlex
from datetime import time
from pathlib import Path

import openpyxl
import pytest

from reperform.reveal.schedule import Schedule, command, files
from tests.cli.conftest import Call, Outcome
from tests.cli.test_turn import DEAD, write
from tests.world import World


@pytest.fixture
def revealed(ask: Call, world: World, tmp_path: Path) -> Outcome:
    """SI-01 over the data of March, one row set aside; then over those of June, two rows refunded."""
    assert ask("data", "add", "--as-of", "2025-03-31", *write(tmp_path / "first", 3, [])).code == 0
    ask("--at", "2026-04-02", "reveal", "run", "SI-01", "NT-01")
    first = ask("reveal", "runs", "--code", "SI-01", "--json").json["runs"][0]["number"]
    row = ask("reveal", "exceptions", first, "--json").json["rows"][0]["identity"][:12]
    until = ("--until", "2027-03-31", "--reason", "系补发")
    assert ask("--at", "2026-04-03", "reveal", "exclude", first, "--row", row, *until).code == 0
    assert ask("data", "add", "--as-of", "2025-06-30", *write(tmp_path / "second", 6, list(DEAD[:2]))).code == 0
    return ask("--at", "2026-07-02", "reveal", "run", "SI-01", "--json")


def numbers(ask: Call) -> list[str]:
    """Return the runs of SI-01, the first one first."""
    return [one["number"] for one in ask("reveal", "runs", "--code", "SI-01", "--json").json["runs"]][::-1]


def test_the_coverage_says_what_was_examined_of_whom_and_why_the_rest_was_not(ask: Call, revealed: Outcome) -> None:
    answer = ask("reveal", "coverage", "--json")
    assert answer.json["periods"] == ["2025-03-31", "2025-06-30"]
    cells = [one for one in answer.json["cells"] if one["procedure"] == "SI-01"]
    first = cells[0]
    assert (first["body"], first["examined"], first["exceptions"], first["pending"]) == ("YJ-SIF", 129, 3, 2)
    gaps = {(one["procedure"], one["period"]): one for one in answer.json["gaps"]}
    ran, never = gaps["NT-01", "2025-03-31"], gaps["NT-01", "2025-06-30"]
    assert (ran["reason"], never["reason"]) == ("table_missing:nontax_bill", "table_missing:nontax_bill")
    assert ran["run"]
    assert never["run"] is None
    assert "does not hold the table" in never["sentence"]


def test_what_could_be_run_and_was_not_is_something_to_look_at(ask: Call, revealed: Outcome, tmp_path: Path) -> None:
    assert ask("reveal", "coverage", "--domain", "social_insurance", "--until", "2025-04-01").code in {0, 1}
    ask("data", "add", "--as-of", "2025-09-30", *write(tmp_path / "third", 9, []))
    answer = ask("reveal", "coverage", "--since", "2025-09-01", "--json")
    assert answer.code == 1
    (gap,) = [one for one in answer.json["gaps"] if one["procedure"] == "SI-01"]
    assert (gap["reason"], gap["sentence"]) == ("not_run", "It was not run over these data.")


def test_the_coverage_is_a_workbook_too(ask: Call, revealed: Outcome, tmp_path: Path) -> None:
    assert ask("reveal", "coverage", "--until", "2025-04-01", "--out", tmp_path / "c.xlsx").code in {0, 1}
    book = openpyxl.load_workbook(tmp_path / "c.xlsx")
    matrix = {row[0]: row for row in book.worksheets[0].iter_rows(values_only=True)}
    bodies = matrix[next(iter(matrix))]
    assert matrix["SI-01"][bodies.index("YJ-SIF")] == 129
    assert "nontax_bill" in str(matrix["NT-01"][2])
    assert len(book.worksheets) == 3


def test_a_run_beside_its_baseline_as_sarif(ask: Call, revealed: Outcome) -> None:
    first, second = numbers(ask)
    told = ask("reveal", "export", second, "--baseline", first, "--json").json
    (run,) = json.loads(told["content"])["runs"]
    assert run["tool"]["driver"]["rules"][0]["id"] == "SI-01"
    states = {one["partialFingerprints"]["identity/v1"]: one["baselineState"] for one in run["results"]}
    assert sorted(states.values()) == ["absent", "absent", "unchanged"]
    assert {one["ruleIndex"] for one in run["results"]} == {0}
    assert run["properties"]["population"] > 129


def test_a_row_that_was_set_aside_is_suppressed_and_its_reason_stays_inside(ask: Call, revealed: Outcome) -> None:
    first, _ = numbers(ask)
    plain, full = ask("reveal", "export", first).out, ask("reveal", "export", first, "--full").out
    for text, told in ((plain, False), (full, True)):
        assert '"suppressions"' in text
        assert ("系补发" in text) is told
        assert ("died_on" in text) is told
        assert "baselineState" not in text


def test_a_run_as_json_and_as_csv(ask: Call, revealed: Outcome, tmp_path: Path) -> None:
    first, second = numbers(ask)
    ask("reveal", "export", first, "--format", "csv", "--full", "--out", tmp_path / "run.csv")
    text = (tmp_path / "run.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["person_id"] for row in rows} == set(DEAD)
    assert {row["died_on"] for row in rows} == {"2025-02-10"}
    assert sorted(row["sifting"] for row in rows) == ["excluded", "pending", "pending"]
    told = json.loads(ask("reveal", "export", second, "--format", "json", "--baseline", first).out)
    assert told["schema"] == "reperform/run/1"
    assert sorted(one["baseline_state"] for one in told["rows"]) == ["absent", "absent", "unchanged"]
    assert all("fields" not in one for one in told["rows"])


def test_a_row_whose_content_changed_is_updated_and_one_that_came_is_new(
    ask: Call, revealed: Outcome, tmp_path: Path
) -> None:
    first, second = numbers(ask)
    states = ask("reveal", "export", first, "--baseline", second, "--json").json["states"]
    assert states == {"new": 2, "unchanged": 1}
    loads = write(tmp_path / "third", 9, list(DEAD[:2]))
    refunds = tmp_path / "third" / "追回.csv"
    refunds.write_text(refunds.read_text(encoding="utf-8").replace(",1000,", ",400,"), encoding="utf-8")
    ask("data", "add", "--as-of", "2025-09-30", *loads)
    ask("reveal", "run", "SI-01")
    states = ask("reveal", "export", "latest", "--baseline", first, "--json").json["states"]
    assert states == {"updated": 2, "unchanged": 1}


def test_runs_of_two_procedures_are_not_compared(ask: Call, revealed: Outcome) -> None:
    other = ask("reveal", "runs", "--code", "NT-01", "--json").json["runs"][0]["number"]
    assert ask("reveal", "export", "latest", "--baseline", other).code == 2
    assert ask("reveal", "export", "latest", "--format", "pdf").code == 2


def test_what_was_set_aside_is_listed_and_taken_back(ask: Call, revealed: Outcome) -> None:
    (one,) = ask("reveal", "exclusions", "--code", "SI-01", "--json").json["exclusions"]
    assert (one["reason"], one["expires_on"], one["body"]) == ("系补发", "2027-03-31", "YJ-SIF")
    assert ask("reveal", "lift", one["number"], "--reason", "判决已撤销").code == 0
    assert ask("reveal", "exclusions", "--json").json["exclusions"] == []
    assert ask("reveal", "lift", one["number"], "--reason", "再次").code == 2
    assert len(ask("reveal", "exceptions", numbers(ask)[0], "--pending", "--json").json["rows"]) == 3


def test_a_schedule_is_written_and_nothing_is_installed(ask: Call, world: World, tmp_path: Path) -> None:
    words = ("--every", "weekly", "--time", "03:15", "--domain", "social_insurance")
    told = ask("reveal", "schedule", "--out", tmp_path / "timer", *words, "--json").json
    service, timer = (Path(name).read_text(encoding="utf-8") for name in told["files"])
    assert "OnCalendar=Mon *-*-* 03:15:00 Asia/Shanghai" in timer
    assert '"reveal" "run" "--changed" "--domain" "social_insurance"' in service
    assert "SuccessExitStatus=1 5" in service
    assert ask("reveal", "schedule", "--out", tmp_path / "timer").code == 2
    for wrong in (["--every", "never"], ["--time", "25:00"], ["--kind", "launchd"], ["--domain", "nowhere"]):
        assert ask("reveal", "schedule", "--out", tmp_path / "other", *wrong).code == 2
    assert not (tmp_path / "other").exists()


def test_every_word_of_a_scheduled_command_is_quoted_for_its_reader() -> None:
    words = command("/usr/bin/python3", '/srv/审计 "局" 100% $HOME', ["SI-01"], [])
    plan = Schedule(words, "quarterly", time(2, 5), "Asia/Shanghai", words[4])
    service = files("systemd", plan)["reperform-reveal.service"]
    assert '"/srv/审计 \\"局\\" 100%% $$HOME"' in service
    (line,) = [one for one in files("cron", plan)["reperform-reveal.cron"].splitlines() if one.startswith("5 2 1 1,4")]
    told = shlex.split(line.split(" ", 5)[5].replace("\\%", "%"))
    assert told == list(words)
