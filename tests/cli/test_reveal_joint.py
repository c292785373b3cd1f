"""One procedure over the snapshots of several districts at once: what only shows across them is marked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reperform.home import Home
from reperform.ledger import workshop
from reperform.ledger.models import Event, Run, Snapshot
from tests.cli.conftest import Call
from tests.loop.agreement import disagreements
from tests.world import World

OWN = """/*---
code: SI-71
version: 1
title: {{en: Paid in two places, zh: 两地领取}}
domain: social_insurance
question: {{en: Was anybody paid for the same month by two offices?, zh: 是否有人同月在两处领取？}}
criteria: [{{law: 社会保险经办条例, article: "46", verified: false}}]
tables: {{pension_payment: [person_id, month, paying_body, amount]}}
key: [person_id, month]
body: paying_body
amount: overpaid
money: return_to_channel
term: immediate
lookback: absolute
guard: {{en: Transfers within a month, zh: 当月转移}}
---*/
-- @population
SELECT person_id, month, min(paying_body) AS paying_body FROM pension_payment GROUP BY person_id, month
-- @exceptions
SELECT person_id, month, min(paying_body) AS paying_body, sum(amount) AS overpaid FROM pension_payment
GROUP BY person_id, month HAVING count(*) > 1
-- @remedies
SELECT person_id, month, 0 AS remedied, '' AS trace FROM pension_payment WHERE amount < 0
"""


def district(ask: Call, folder: Path, name: str, paid: dict[str, list[str]], as_of: str = "2025-03-31") -> str:
    """Load what one office paid in March, scheme by scheme, and return the snapshot."""
    lines = [f"{person},2025-03,{name},{scheme},1000" for person, schemes in paid.items() for scheme in schemes]
    path = folder / f"{name}{as_of}.csv"
    path.write_text("\n".join(["人员编号,月份,发放机构,险种,金额", *lines, ""]), encoding="utf-8")
    answer = ask("data", "add", "--as-of", as_of, f"pension_payment={path}", "--json")
    assert answer.code == 0, answer.err
    return str(Snapshot.objects.order_by("-pk")[0].number)


@pytest.fixture
def parts(ask: Call, world: World, bureau: Home, tmp_path: Path) -> list[str]:
    """Two offices: one person is paid twice by the first, another one by both."""
    folder = bureau.procedures / "social_insurance"
    folder.mkdir(parents=True)
    (folder / "SI-71.sql").write_text(OWN.replace("{{", "{").replace("}}", "}"), encoding="utf-8")
    assert "SI-71" in workshop.procedures()
    first = district(
        ask, tmp_path, "YJ-SIF", {"990101A": ["基本", "职业年金"], "990101B": ["基本"], "990101D": ["基本"]}
    )
    second = district(ask, tmp_path, "YJ-CA", {"990101B": ["职业年金"], "990101C": ["基本"]})
    return [first, second]


def run(ask: Call, parts: list[str], *words: str) -> Run:
    named = ",".join(one[:16] for one in parts)
    answer = ask("reveal", "run", "SI-71", "--snapshots", named, *words, "--json")
    assert answer.code == 1, answer.err
    return Run.objects.get(number=answer.json["runs"][0]["number"])


def test_what_no_district_shows_alone_is_marked(ask: Call, parts: list[str]) -> None:
    done = run(ask, parts)
    assert (done.population, done.exceptions) == (4, 2)
    rows = ask("reveal", "exceptions", done.number, "--json").json["rows"]
    assert {row["key"]["person_id"]: row["across"] for row in rows} == {"990101A": False, "990101B": True}
    assert {row["amount"] for row in rows} == {200_000}  # fen, as they were kept: nothing is converted twice
    only = ask("reveal", "exceptions", done.number, "--across", "--json").json["rows"]
    assert [row["key"]["person_id"] for row in only] == ["990101B"]
    assert json.loads(done.bodies) == {"YJ-CA": 2, "YJ-SIF": 2}
    assert disagreements() == []


def test_it_is_told_in_the_export_and_in_the_log(ask: Call, parts: list[str]) -> None:
    done = run(ask, parts)
    sarif = json.loads(ask("reveal", "export", done.number).out)
    told = [one["properties"].get("onlyAcross", False) for one in sarif["runs"][0]["results"]]
    assert sorted(told) == [False, True]
    entry = json.loads(bytes(Event.objects.get(subject=f"run:{done.number}").body))
    assert entry["facts"]["across"] == 1
    kept = json.loads(bytes(Event.objects.get(subject=f"snapshot:{done.snapshot.number}").body))
    assert kept["facts"]["parts"] == sorted(parts)
    assert [one.part.number for one in done.snapshot.parts.order_by("part__number")] == sorted(parts)


def test_whoever_names_the_parts_in_whatever_order_gets_the_same_run(ask: Call, parts: list[str]) -> None:
    first, second = run(ask, parts), run(ask, parts[::-1])
    assert (first.snapshot_id, first.result_hash) == (second.snapshot_id, second.result_hash)
    assert ask("data", "verify", first.snapshot.number).code == 0
    again = ask("reveal", "run", "SI-71", "--snapshots", ",".join(parts), "--changed", "--json")
    assert again.json["runs"] == []


def test_the_parts_are_part_of_the_identity(ask: Call, parts: list[str], tmp_path: Path) -> None:
    """The same rows, split otherwise between the offices, are other evidence."""
    first = run(ask, parts)
    other = district(ask, tmp_path, "YJ-POL", {"990101E": ["基本"]})
    second = run(ask, [*parts, other])
    assert first.snapshot_id != second.snapshot_id
    assert first.result_hash != second.result_hash


def test_snapshots_that_do_not_belong_together_are_refused(ask: Call, parts: list[str], tmp_path: Path) -> None:
    later = district(ask, tmp_path, "YJ-SIF", {"990101A": ["基本"]}, as_of="2025-06-30")
    whole = run(ask, parts).snapshot.number
    for named in (parts[:1], [parts[0], parts[0]], [parts[0], later], [whole, parts[0]], [parts[0], "ffff"]):
        answer = ask("reveal", "run", "SI-71", "--snapshots", ",".join(named))
        assert answer.code == 2, (named, answer.err)


def test_a_row_that_two_districts_report_stands_once_and_the_other_is_a_reject(
    ask: Call, parts: list[str], tmp_path: Path
) -> None:
    other = district(ask, tmp_path, "YJ-POL", {"990101E": ["基本"]})
    path = tmp_path / "same.csv"
    path.write_text("人员编号,月份,发放机构,险种,金额\n990101E,2025-03,YJ-POL,基本,1000\n", encoding="utf-8")
    path.write_text(path.read_text("utf-8") + "990101A,2025-03,YJ-CDI,基本,7\n", encoding="utf-8")
    ask("data", "add", "--as-of", "2025-03-31", f"pension_payment={path}")
    last = str(Snapshot.objects.order_by("-pk")[0].number)
    whole = run(ask, [*parts, other, last]).snapshot
    table = workshop.store().open(whole.number).tables["pension_payment"]
    assert (table.rows, table.rows_read, table.rows_rejected) == (7, 9, 2)
    text = table.rejects.read_text("utf-8-sig")  # type: ignore[union-attr]
    assert ("duplicate_row" in text, "primary_key" in text) == (True, True)
