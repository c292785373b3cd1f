"""The verbs of the verifier, from the command line."""

from __future__ import annotations

from reperform.ledger.models import Finding
from tests.cli.conftest import Call
from tests.world import World

SEEN = "person,matter,object"


def test_the_queue_is_something_to_look_at(ask: Call, world: World) -> None:
    assert ask("verify", "queue").code == 0
    number = world.submitted().number
    answer = ask("verify", "queue", "--json")
    assert answer.code == 1
    assert [one["number"] for one in answer.json["findings"]] == [number]


def test_one_person_accepts_and_another_closes(ask: Call, world: World) -> None:
    number = world.submitted().number
    assert ask("verify", "accept", number, "--standard", SEEN, "--json").json["state"] == "accepted"
    refused = ask("verify", "close", number, "--json")
    assert refused.code == 1
    assert refused.json["error"]["rule"] == "close.second_person"
    assert ask("--as", "reviewer", "verify", "close", number).out == f"{number} closed\n"
    assert Finding.objects.get(number=number).state == "closed"


def test_what_is_returned_needs_a_reason(ask: Call, world: World) -> None:
    number = world.submitted().number
    assert ask("verify", "return", number).code == 2
    assert ask("verify", "return", number, "--reason", "缺少银行回单").code == 0
    assert Finding.objects.get(number=number).verifications.get().reason == "缺少银行回单"


def test_a_finding_is_shown_with_the_steps_that_are_permitted_and_why_not(ask: Call, world: World) -> None:
    number = world.submitted().number
    steps = {one["step"]: one for one in ask("verify", "show", number, "--json").json["steps"]}
    assert steps["accept"]["permitted"]
    assert not steps["judge"]["rule"]
    steps = {one["step"]: one for one in ask("--as", "liaison", "verify", "show", number, "--json").json["steps"]}
    assert steps["accept"]["rule"] == "finding.accept.role"
    assert "not permitted: accept [finding.accept.role]" in ask("--as", "liaison", "verify", "show", number).out


def test_an_unknown_verdict_or_item_is_a_wrong_call(ask: Call, world: World) -> None:
    number = world.submitted().number
    assert ask("verify", "judge", number, "--verdict", "fine", "--reason", "x").code == 2
    assert ask("verify", "judge", number, "--verdict", "cleared", "--reason", "x", "--items", "9").code == 2


def test_the_moment_of_a_step_can_be_said(ask: Call, world: World) -> None:
    number = world.submitted().number
    ask("--at", "2026-07-01T10:00", "verify", "accept", number, "--standard", SEEN)
    ask("--at", "2026-07-02T10:00", "--as", "reviewer", "verify", "close", number)
    assert str(Finding.objects.get(number=number).closed_on) == "2026-07-02"
