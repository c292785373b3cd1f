"""Run the catalogue, a domain, one procedure; only what changed; go on after a cancellation; name what failed."""

from __future__ import annotations

import shutil
import signal
import threading
from pathlib import Path

import pytest

from reperform import catalogue
from reperform.engine import engines
from reperform.engine.child import ChildStopped
from reperform.engine.engines import Engine
from reperform.errors import BadInput
from reperform.home import Home
from reperform.ledger.models import Run
from tests.cli.conftest import Call
from tests.cli.test_turn import write
from tests.world import World

OTHERS = ("SI-91", "SI-92", "SI-93")


@pytest.fixture
def own(bureau: Home) -> Path:
    """Three copies of SI-01 as the bureau's own procedures; SI-93 reads the date."""
    folder = bureau.procedures / "needy_groups"
    folder.mkdir()
    text = (catalogue.FOLDER / "social_insurance" / "SI-01.sql").read_text(encoding="utf-8")
    for code in OTHERS:
        mine = text.replace("SI-01", code).replace("domain: social_insurance", "domain: needy_groups")
        mine = mine.replace("seed: [A6]\n", "").replace("topics: [after_death]\n", "")
        if code == "SI-93":
            mine = mine.replace("-- @exceptions\n", "WHERE :as_of >= DATE '2000-01-01'\n\n-- @exceptions\n")
        (folder / f"{code}.sql").write_text(mine, encoding="utf-8")
    return folder


@pytest.fixture
def loaded(ask: Call, world: World, own: Path, tmp_path: Path) -> Path:
    """The first data, as of the end of March."""
    add(ask, tmp_path / "first", "2025-03-31")
    return tmp_path


def add(ask: Call, folder: Path, day: str, refunded: tuple[str, ...] = ()) -> None:
    added = ask("data", "add", "--as-of", day, *write(folder, 3, list(refunded)), "--json")
    assert added.code == 0, added.err


def codes(told: list[dict[str, object]]) -> list[object]:
    return [one.get("procedure") or one.get("code") for one in told]


def test_a_domain_or_several_procedures_are_run_in_the_order_of_their_names(ask: Call, loaded: Path) -> None:
    of_domain = [one.code for one in catalogue.procedures().values() if one.domain == "needy_groups"]
    told = ask("reveal", "run", "--domain", "needy_groups", "--json").json
    assert codes(told["runs"]) == sorted([*of_domain, *OTHERS])
    told = ask("reveal", "run", "SI-92", "--code", "SI-91", "--json").json
    assert codes(told["runs"]) == ["SI-92", "SI-91"]


def test_what_is_not_known_or_contradicts_itself_is_a_wrong_call(ask: Call, loaded: Path) -> None:
    for words in (["--domain", "nowhere"], ["--all", "SI-91"], ["SI-00"], ["SI-91", "--engine", "abacus"]):
        assert ask("reveal", "run", *words).code == 2
    assert not Run.objects.exists()


def test_a_table_that_is_absent_is_an_answer_with_its_reason_and_no_failure(ask: Call, loaded: Path) -> None:
    answer = ask("reveal", "run", "SI-91", "NT-01", "--json")
    assert answer.code == 1
    assert answer.json["failed"] == []
    assert codes(answer.json["not_testable"]) == ["NT-01"]
    assert "does not hold the table nontax_bill" in answer.json["not_testable"][0]["reason"]
    assert "does not hold the table nontax_bill" in ask("reveal", "run", "NT-01").out


def test_only_what_changed_is_run_again_and_the_earlier_run_is_named(ask: Call, loaded: Path, own: Path) -> None:
    first = ask("reveal", "run", *OTHERS, "--json").json["runs"]
    again = ask("reveal", "run", *OTHERS, "--changed", "--json")
    assert again.json["runs"] == []
    assert [one["number"] for one in again.json["unchanged"]] == [one["number"] for one in first]
    assert again.code == 1  # their exceptions are still to be sifted
    text = (own / "SI-92.sql").read_text(encoding="utf-8")
    (own / "SI-92.sql").write_text(text.replace("version: 1", "version: 2"), encoding="utf-8")
    assert codes(ask("reveal", "run", *OTHERS, "--changed", "--json").json["runs"]) == ["SI-92"]


def test_the_same_tables_on_another_day_concern_only_what_reads_the_day(ask: Call, loaded: Path) -> None:
    ask("reveal", "run", *OTHERS)
    add(ask, loaded / "later", "2025-04-30")
    told = ask("reveal", "run", *OTHERS, "--changed", "--json").json
    assert codes(told["runs"]) == ["SI-93"]


def test_another_table_concerns_whoever_reads_it(ask: Call, loaded: Path) -> None:
    ask("reveal", "run", *OTHERS)
    add(ask, loaded / "later", "2025-04-30", refunded=("990101A",))
    assert codes(ask("reveal", "run", *OTHERS, "--changed", "--json").json["runs"]) == list(OTHERS)


def test_an_exclusion_changes_nothing_in_what_a_run_says(ask: Call, loaded: Path) -> None:
    ask("reveal", "run", "SI-91")
    ask("reveal", "exclude", "latest", "--all", "--reason", "已核实", "--until", "2099-01-01")
    again = ask("reveal", "run", "SI-91", "--changed", "--json")
    assert (again.json["runs"], again.code) == ([], 0)


def broken(monkeypatch: pytest.MonkeyPatch, code: str, happens: object) -> None:
    """Let one procedure end otherwise than the others."""
    plain = engines.EMBEDDED.runner

    def runner(procedure, snapshot, tables, limits, stop, parameters=None):
        if procedure.code == code:
            happens(stop)  # type: ignore[operator]
        return plain(procedure, snapshot, tables, limits, stop, parameters)

    monkeypatch.setattr(engines, "EMBEDDED", Engine("duckdb", runner, workers=1))


def test_a_procedure_that_fails_is_named_and_the_others_are_kept(ask: Call, loaded: Path, monkeypatch) -> None:
    def fails(_stop: threading.Event) -> None:
        raise BadInput("The procedure failed: out of luck", rule="run.failed")

    broken(monkeypatch, "SI-92", fails)
    answer = ask("reveal", "run", *OTHERS, "--json")
    assert (answer.code, codes(answer.json["runs"])) == (3, ["SI-91", "SI-93"])
    assert answer.json["failed"] == [
        {"procedure": "SI-92", "rule": "run.failed", "message": "The procedure failed: out of luck"}
    ]
    alone = ask("reveal", "run", "SI-92", "--json")
    assert (alone.code, alone.json["error"]["rule"]) == (3, "run.failed")


def test_a_cancellation_keeps_what_was_finished_and_the_next_call_goes_on(ask: Call, loaded: Path, monkeypatch) -> None:
    def interrupted(stop: threading.Event) -> None:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        stop.wait(20)
        raise ChildStopped("cancelled", "The work was cancelled.")

    with monkeypatch.context() as patch:
        broken(patch, "SI-92", interrupted)
        answer = ask("reveal", "run", *OTHERS, "--json")
    assert (answer.code, codes(answer.json["runs"]), answer.json["left"]) == (130, ["SI-91"], ["SI-92", "SI-93"])
    assert "2 procedures are left" in answer.err
    told = ask("reveal", "run", *OTHERS, "--changed", "--json").json
    assert (codes(told["runs"]), codes(told["unchanged"])) == (["SI-92", "SI-93"], ["SI-91"])


def test_what_a_run_may_use_is_the_callers_to_say(ask: Call, loaded: Path) -> None:
    answer = ask("reveal", "run", "SI-91", "--limit", "rows=2", "--json")
    assert answer.code == 5
    assert "more than 2 rows" in answer.json["error"]["message"]
    assert codes(ask("reveal", "run", "SI-91", "--limit", "seconds=600", "--json").json["runs"]) == ["SI-91"]
    for wrong in ("rows", "rows=-1", "rows=many", "colour=3", "rows=0"):
        assert ask("reveal", "run", "SI-91", "--limit", wrong).code == 2


def test_what_was_run_can_be_confirmed_when_its_file_is_gone(ask: Call, loaded: Path, bureau: Home) -> None:
    ask("reveal", "run", "SI-91")
    shutil.rmtree(bureau.procedures)
    assert ask("reveal", "confirm", "latest", "--all").code == 0
