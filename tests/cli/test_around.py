"""Records around findings from the command line: the same forms as on the pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from reperform.ledger.models import Extension, Finding, Waiver
from tests.cli.conftest import Call
from tests.world import World


@pytest.fixture
def finding(world: World) -> Finding:
    return world.issued()


def test_a_unit_asks_and_an_auditor_grants(world: World, ask: Call, finding: Finding, tmp_path: Path) -> None:
    proof = tmp_path / "letter.pdf"
    proof.write_bytes(b"letter")
    asked = ask(
        "--as", "liaison", "rectify", "do", "finding", "request", finding.number, "due_on=2026-08-31", "reason=协查",
        "--file", proof, "--json",
    )  # fmt: skip
    assert (asked.code, asked.json["step"], asked.json["state"]) == (0, "extension.request", "requested")
    number = asked.json["number"]
    granted = ask("--as", "auditor", "rectify", "do", "extension", "grant", number, "reason=属实", "--json")
    assert granted.json["state"] == "granted"
    assert Finding.objects.get(pk=finding.pk).due_on == Extension.objects.get().due_on
    listed = ask("rectify", "records", "extension", "--json").json["records"]
    assert [one["number"] for one in listed] == [number]
    shown = ask("rectify", "record", "extension", number, "--json").json
    assert (shown["requester"], shown["steps"]) == ("liaison", [])


@pytest.mark.parametrize(
    "words",
    [
        ("finding", "fly", "RP-2026-0001"),
        ("finding", "request"),
        ("finding", "request", "RP-2026-0001", "due_on=2026-08-31"),
        ("finding", "request", "RP-2026-0001", "due_on=soon", "reason=x"),
        ("finding", "request", "RP-2026-0001", "colour=red"),
        ("finding", "respond", "RP-2026-0001", "response=perhaps"),
        ("finding", "respond", "RP-2026-0001", "agree"),
        ("extension", "grant", "RP-EXT-2026-0009", "reason=x"),
        ("nothing", "grant", "1"),
    ],
)
def test_what_is_written_wrongly_is_a_usage_error(
    world: World, ask: Call, finding: Finding, words: tuple[str, ...]
) -> None:
    done = ask("--as", "liaison", "rectify", "do", *words)
    assert done.code == 2, done.err


def test_a_kind_that_a_role_has_no_part_in_is_not_there(world: World, ask: Call) -> None:
    for person, code in (("liaison", 2), ("auditor", 0), ("partner", 0)):
        assert ask("--as", person, "rectify", "records", "referral").code == code


def test_the_daily_list_counts_and_the_ladder_is_proposed_once(world: World, ask: Call, finding: Finding) -> None:
    quiet = ask("rectify", "watch", "--as-of", "2026-04-02", "--json")
    assert (quiet.code, quiet.json["reasons"]["overdue"]) == (0, 0)
    late = ask("rectify", "watch", "--as-of", "2026-07-02", "--json")
    assert (late.code, late.json["reasons"]["overdue"]) == (1, 1)
    first = ask("rectify", "press", "--as-of", "2026-07-02", "--json").json["proposed"]
    assert [(one["finding"], one["rung"], one["overdue_days"]) for one in first] == [
        (finding.number, "press_letter", 2)
    ]
    assert ask("rectify", "press", "--as-of", "2026-07-03", "--json").json["proposed"] == []


def test_a_waiver_ends_with_its_day(world: World, ask: Call, finding: Finding) -> None:
    given = ("rule=accept.evidence", "expires_at=2030-01-01", "reason=核对")
    assert ask("--as", "auditor", "rectify", "do", "finding", "waive", finding.number, *given).code == 1
    assert ask("--as", "reviewer", "rectify", "do", "finding", "waive", finding.number, *given).code == 0
    assert Waiver.objects.get().expires_at.isoformat() == "2030-01-01T15:59:59.999999+00:00"


def test_every_form_is_listed_with_what_it_asks(world: World, ask: Call) -> None:
    listed = ask("rectify", "forms", "finding", "--json").json["forms"]
    asked = {one["verb"]: [field["name"] for field in one["fields"]] for one in listed}
    assert asked["request"] == ["due_on", "reason", "attachments"]
    assert "refer" in asked
    assert "respond" in ask("rectify", "forms", "finding").out


def test_the_command_divides_and_shows_the_parts(ask: Call, world: World) -> None:
    draft = world.draft(ordered=500_000)
    done = ask("rectify", "do", "finding", "divide", draft.number, "shares=YJ-CA 2000", "text=数据未共享", "--json")
    assert done.code == 0
    told = ask("rectify", "record", "joint", done.json["number"], "--json").json
    assert told["parts"] == [f"{draft.number} draft YJ-SIF", f"{Finding.objects.latest('pk').number} draft YJ-CA"]
