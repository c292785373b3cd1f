"""The chapter on putting right is followed word for word, from the item list to the joint finding."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from reperform.ledger.models import Finding, Joint
from reperform.rectify.organise import enrol
from reperform.rules.standing import Role
from tests.cli.conftest import Call
from tests.web.scene import with_items
from tests.world import START, World

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "put-right-and-verify.md").read_text(encoding="utf-8")
FILLED = "position,claim,amount,reference,text\n1,done,,记-18,\n2,已整改,,记-18,\n3,not_done,,,人员失联\n"


def commands(chapter: str) -> list[list[str]]:
    """Return the commands that a chapter shows, without the name of the program."""
    text = PAGE.split(f"## {chapter}", 1)[1].split("\n## ", 1)[0]
    return [shlex.split(line)[1:] for block in text.split("```")[1::2] for line in block.splitlines() if line.strip()]


def test_items_results_and_parts_go_as_the_chapter_says(
    ask: Call, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, role, body in (
        ("wang", Role.AUDITOR, "YJ-AUD"),
        ("zhao", Role.REVIEWER, "YJ-AUD"),
        ("li", Role.LIAISON, "YJ-SIF"),
    ):
        enrol(username=name, name=name, role=role, body=world.bodies[body], password=None, by=None, at=START)
    first, second = with_items(world, 3), world.draft(ordered=500_000)
    monkeypatch.chdir(tmp_path)
    Path("filled.csv").write_text(FILLED, encoding="utf-8")
    for paper in ("slip.pdf", "rule.pdf", "approval.pdf"):
        Path(paper).write_bytes(paper.encode())
    for words in (*commands("Item by item"), *commands("Results of every kind"), *commands("Joint findings")):
        answer = ask(*words)
        assert answer.code == 0, (words, answer.err)
    first.refresh_from_db()
    assert (first.state, first.submissions.count()) == ("submitted", 2)
    assert list(first.items.order_by("position").values_list("verdict", "remedied")) == [
        ("cleared", 100_000), ("cleared", 100_000), ("still", None),
    ]  # fmt: skip
    kinds = first.submissions.get(version=2).outcomes.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["money", "rule", "person", "service", "paid"]
    assert Path("items.xlsx").stat().st_size > 1000
    assert set(Joint.objects.get().parts.values_list("state", flat=True)) == {"issued"}
    assert Finding.objects.get(pk=second.pk).ordered == 300_000


@pytest.mark.parametrize(
    "wrong",
    [("--person", "甲=hanging"), ("--service", "制卡=25"), ("--paid", "津贴=many"), ("--paid", "津贴=0"),
     ("--items", "no.xlsx")],
)  # fmt: skip
def test_a_result_that_is_half_written_is_a_wrong_call(
    ask: Call, world: World, tmp_path: Path, wrong: tuple[str, str]
) -> None:
    finding = with_items(world, 1, state="rectifying")
    answer = ask("--as", "liaison", "rectify", "submit", finding.number, "--text", "x", *wrong)
    assert answer.code in (2, 3)
    assert not finding.submissions.exists()


def test_the_first_wrong_cell_is_named_and_how_many_more_there_are(ask: Call, world: World, tmp_path: Path) -> None:
    finding, file = with_items(world, 2, state="rectifying"), tmp_path / "items.csv"
    file.write_text("position,claim,amount,reference,text\n1,done,,,\n7,done,,x,\n", encoding="utf-8")
    answer = ask("--as", "liaison", "rectify", "submit", finding.number, "--text", "x", "--items", file, "--json")
    assert answer.code == 3
    told = answer.json["error"]
    assert (told["rule"], told["place"]["row"], told["place"]["column"]) == ("claim.reference", 2, "D")
    assert "1" in told["hint"]
    assert not finding.submissions.exists()


def test_nothing_is_recognised_as_claimed_that_was_not_claimed(ask: Call, world: World) -> None:
    finding = with_items(world, 1, state="submitted")
    answer = ask("verify", "judge", finding.number, "--verdict", "claimed", "--reason", "x")
    assert answer.code == 2
    assert finding.items.get().verdict == "pending"
