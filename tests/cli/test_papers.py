"""Official papers from the command line: as files, in the language of the call, by who may see them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from reperform.home import Home
from reperform.rectify import pressing
from reperform.rules.outcomes import Rung
from tests.cli.conftest import Call
from tests.papers.read import lines
from tests.world import World


def test_a_letter_goes_to_the_file_that_is_named(world: World, ask: Call, tmp_path: Path) -> None:
    finding = world.issued()
    (one,) = pressing.propose(
        [(finding, Rung.PRESS_LETTER, 3)], as_of=date(2026, 7, 3), at=world.now(), by=world.auditor
    )
    out = tmp_path / "督办函.docx"
    words = ("rectify", "letter", "escalation", one.number, "--out", out)
    refused = ask(*words)
    assert (refused.code, out.exists()) == (1, False)
    pressing.issue(one, paper="", reply_due_on=date(2026, 7, 20), by=world.auditor, at=world.now())
    assert ask("--lang", "zh", *words).code == 0
    assert lines(out.read_bytes())[2] == "关于督促整改审计查出问题的督办函"
    assert ask("--as", "stranger", *words).code == 2


def test_a_kind_without_letters_is_a_wrong_call(world: World, ask: Call) -> None:
    assert ask("rectify", "letter", "waiver", "RP-WAI-2026-0001").code == 2
    assert ask("--as", "liaison", "rectify", "letter", "referral", "RP-REF-2026-0001").code == 2


def test_the_lists_go_into_a_folder(world: World, ask: Call, tmp_path: Path) -> None:
    world.issued()
    done = ask("rectify", "lists", "YJ-SIF", "--engagement", "E-2026-01", "--out", tmp_path / "new", "--json")
    assert (done.code, done.json["findings"]) == (0, 1)
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["YJ-SIF-lists.docx", "YJ-SIF-lists.xlsx"]
    nothing = ask("rectify", "lists", "YJ-CA", "--out", tmp_path / "none")
    assert (nothing.code, (tmp_path / "none").exists()) == (2, False)


def test_without_a_place_a_sheet_goes_where_reports_go(world: World, ask: Call, bureau: Home) -> None:
    finding = world.accepted()
    done = ask("verify", "slip", finding.number, "--json")
    assert done.code == 0
    assert Path(done.json["file"]) == bureau.out / f"{finding.number}-slip.docx"
    assert lines(Path(done.json["file"]).read_bytes())[0] == "Reconciliation and striking-off sheet"
    assert ask("verify", "slip", world.issued().number).code == 1
