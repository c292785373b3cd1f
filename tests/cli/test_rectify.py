"""Bodies, people and the verbs of the unit, from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from reperform.home import Home
from reperform.ledger.models import Account, Body, Event, Finding
from tests.cli.conftest import Call
from tests.world import World

HEADER = "code,name_zh,name_en,kind,parent,uscc\n"


def test_bodies_are_listed_as_a_tree(ask: Call, world: World) -> None:
    answer = ask("rectify", "bodies")
    assert answer.code == 0
    assert "\n· YJ-AUD  " in answer.out
    told = ask("rectify", "bodies", "--json").json["bodies"]
    assert {"code": "YJ-SIF", "parent": "YJ-HRSS"}.items() <= next(b for b in told if b["code"] == "YJ-SIF").items()


def test_bodies_of_a_file_are_registered_and_the_second_time_changes_nothing(
    ask: Call, world: World, tmp_path: Path
) -> None:
    file = tmp_path / "bodies.csv"
    file.write_text("\ufeff" + HEADER + "YJ-WAT,市水务局,Water,department,YJ,\n", encoding="utf-8")
    assert ask("rectify", "register", file, "--json").json["bodies"] == 1
    assert Body.objects.get(number="YJ-WAT").path == "YJ/YJ-WAT/"
    before = Event.objects.count()
    assert ask("rectify", "register", file).code == 0
    assert Event.objects.count() == before


@pytest.mark.parametrize(
    ("text", "rule", "row"),
    [
        ("code,kind\nA,unit\n", "bodies.header", 1),
        (HEADER + "A,,,unit,,\n", "bodies.required", 2),
        (HEADER + "A,甲,,kingdom,,\n", "bodies.kind", 2),
        (HEADER + "A,甲,,unit,,\nA,乙,,unit,,\n", "bodies.twice", 3),
    ],
)
def test_a_list_of_bodies_that_cannot_be_used_says_where(
    ask: Call, world: World, tmp_path: Path, text: str, rule: str, row: int
) -> None:
    file = tmp_path / "bodies.csv"
    file.write_text(text, encoding="utf-8")
    answer = ask("rectify", "register", file, "--json")
    assert answer.code == 3
    assert (answer.json["error"]["rule"], answer.json["error"]["place"]["row"]) == (rule, row)


def test_a_file_in_another_encoding_is_a_bad_input(ask: Call, world: World, tmp_path: Path) -> None:
    file = tmp_path / "bodies.csv"
    file.write_bytes((HEADER + "A,甲,,unit,,\n").encode("gb18030"))
    assert ask("rectify", "register", file, "--json").json["error"]["rule"] == "bodies.file"


def test_the_administrator_enrols_and_the_password_is_shown_once(ask: Call, world: World) -> None:
    answer = ask("rectify", "enrol", "li", "--role", "liaison", "--body", "YJ-SIF", "--json")
    assert answer.code == 0
    account = Account.objects.get(username="li")
    assert account.check_password(answer.json["password"])
    shown = ask("-q", "rectify", "enrol", "wu", "--role", "liaison", "--body", "YJ-SIF").out.split()
    assert shown[:3] == ["wu", "liaison", "YJ-SIF"]
    assert Account.objects.get(username="wu").check_password(shown[3])


def test_a_role_that_does_not_exist_is_a_wrong_call(ask: Call, world: World) -> None:
    answer = ask("rectify", "enrol", "li", "--role", "king", "--body", "YJ-SIF")
    assert answer.code == 2
    assert "liaison" in answer.err


def test_an_auditor_may_not_enrol(ask: Call, world: World) -> None:
    answer = ask("--as", "auditor", "rectify", "enrol", "li", "--role", "liaison", "--body", "YJ-SIF", "--json")
    assert answer.code == 1
    assert answer.json["error"]["rule"] == "account.enrol.role"


def test_who_is_suspended_cannot_act_until_restored(ask: Call, world: World) -> None:
    assert ask("rectify", "suspend", "liaison").code == 0
    assert ask("--as", "liaison", "rectify", "due").code == 2
    assert ask("rectify", "restore", "liaison").code == 0
    assert ask("--as", "liaison", "rectify", "due").code == 0


def test_a_unit_plans_and_submits_with_evidence_and_money(ask: Call, world: World, home: Home, tmp_path: Path) -> None:
    number = world.issued(ordered=100_000).number
    planned = ask(
        "--as", "liaison", "--at", "2026-06-10T09:00", "rectify", "plan", number,
        "--measure", "immediate:追回多发养老金@2026-06-30", "--measure", "mechanism:每月比对死亡信息", "--json",
    )  # fmt: skip
    assert planned.json == {"schema": "reperform/rectify-plan/1", "finding": number, "state": "rectifying"}
    scan = tmp_path / "回单.pdf"
    scan.write_bytes(b"%PDF-1.7 ...")
    done = ask(
        "--as", "liaison", "rectify", "submit", number, "--text", "已追回", "--money", "return_to_channel=1000@记-18",
        "--rule", "稽核办法#3号", "--evidence", f"voucher={scan}", "--json",
    )  # fmt: skip
    assert done.json["version"] == 1
    version = Finding.objects.get(number=number).submissions.get()
    assert list(version.outcomes.order_by("pk").values_list("kind", "amount")) == [("money", 100_000), ("rule", None)]
    kept = version.evidence.get()
    assert (kept.kind, kept.name) == ("voucher", "回单.pdf")
    assert (home.evidence / kept.sha256[:2] / kept.sha256[2:4] / kept.sha256).read_bytes() == scan.read_bytes()


def test_more_done_than_ordered_is_refused_by_its_rule(ask: Call, world: World) -> None:
    number = world.issued(ordered=100).number
    ask("--as", "liaison", "rectify", "plan", number, "--measure", "immediate:x")
    answer = ask(
        "--as", "liaison", "rectify", "submit", number, "--text", "x", "--money", "return_to_channel=2", "--json"
    )
    assert answer.code == 1
    assert answer.json["error"]["rule"] == "submit.within_ordered"


def test_another_unit_does_not_even_see_the_finding(ask: Call, world: World) -> None:
    number = world.issued().number
    answer = ask("--as", "stranger", "rectify", "plan", number, "--measure", "immediate:x")
    assert answer.code == 2


def test_what_is_due_is_listed_as_of_a_date(ask: Call, world: World) -> None:
    number = world.issued().number
    rows = ask("--as", "liaison", "rectify", "due", "--as-of", "2026-07-01", "--json").json["findings"]
    assert [(one["number"], one["overdue"]) for one in rows] == [(number, True)]
    assert " -1 " in ask("--as", "liaison", "rectify", "due", "--as-of", "2026-07-01").out


def test_a_lead_body_is_assigned_with_its_handler(ask: Call, world: World) -> None:
    number = world.issued().number
    answer = ask("rectify", "assign", number, "--role", "lead", "--body", "YJ-HRSS", "--handler", "王芳")
    assert answer.code == 0
    finding = Finding.objects.get(number=number)
    assert finding.lead is not None
    assert finding.lead.number == "YJ-HRSS"
    assert finding.duties.get(role="lead").handler == "王芳"


@pytest.mark.parametrize(
    "wrong",
    [("--role", "owner", "--body", "YJ-HRSS"), ("--role", "lead", "--body", "NOWHERE")],
)
def test_an_unknown_duty_or_body_is_a_wrong_call(ask: Call, world: World, wrong: tuple[str, ...]) -> None:
    assert ask("rectify", "assign", world.issued().number, *wrong).code == 2
