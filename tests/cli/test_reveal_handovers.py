"""A run goes between offices as a signed file: hand-up, hand-down and take-in from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from reperform.ledger.models import Run
from reperform.log.signer import Signer
from tests.cli.conftest import Call
from tests.web.scene import District, make_district, ran, rows
from tests.world import World


@pytest.fixture
def district(ask: Call, world: World) -> District:
    from django.conf import settings

    Signer.create(settings.HOME.keys, "audit.dongping.example/ledger", bytes(range(32)))
    return make_district(world)


def up(ask: Call, world: World, district: District, path: Path) -> dict[str, object]:
    run = ran(world, rows("DP-SIF", 2), by=district.auditor, engagement=district.engagement)
    words = ("reveal", "hand-up", run.number, "--to", "YJ-AUD", "--out", path, "--json")
    answer = ask("--as", "district_auditor", *words)
    assert answer.code == 0, answer.err
    return dict(answer.json)


def test_a_run_goes_up_and_is_taken_in(ask: Call, world: World, district: District, tmp_path: Path) -> None:
    handed = up(ask, world, district, tmp_path / "up.zip")
    assert (handed["rows"], handed["tables"]) == (2, 0)
    told = ask("reveal", "take-in", tmp_path / "up.zip", "--key", handed["key"], "--json").json
    assert (told["from"], told["rows"], told["text"]) == ("DP-AUD", 2, "same")
    assert told["fingerprint"] == handed["fingerprint"]
    listed = ask("reveal", "runs", "--json").json["runs"][0]
    assert (listed["state"], listed["origin"]) == ("received", "DP-AUD")
    assert ask("reveal", "exceptions", told["run"], "--json").json["rows"][0]["told"] == "pending"


def test_a_question_goes_down_with_the_rows(ask: Call, world: World, district: District, tmp_path: Path) -> None:
    run = ran(world, rows("DP-SIF", 1))
    words = ("--to", "DP-AUD", "--question", "请就地核实", "--due", "2026-05-15", "--out", tmp_path / "down.zip")
    handed = ask("reveal", "hand-down", run.number, *words, "--json").json
    taken = ask(
        "--as", "district_auditor", "reveal", "take-in", tmp_path / "down.zip", "--key", handed["key"], "--json"
    )
    assert taken.json["question"] == "请就地核实 2026-05-15"


def test_what_is_altered_unknown_or_repeated_ends_with_four(
    ask: Call, world: World, district: District, tmp_path: Path
) -> None:
    path = tmp_path / "up.zip"
    key = str(up(ask, world, district, path)["key"])
    assert ask("reveal", "take-in", path).code == 4  # whose key is it?
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 1
    (tmp_path / "bad.zip").write_bytes(whole)
    assert ask("reveal", "take-in", tmp_path / "bad.zip", "--key", key).code == 4
    assert ask("reveal", "take-in", path, "--key", key).code == 0
    assert ask("reveal", "take-in", path, "--key", key).code == 4
    assert ask("reveal", "take-in", path, "--key", "nokey").code == 3
    assert ask("reveal", "take-in", tmp_path / "none.zip", "--key", key).code == 3
    assert Run.objects.count() == 2
