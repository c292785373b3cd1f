"""A figure is computed as of a date: what happens later never changes it."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.report.story import CUT_OFF, WAN, Story, tell
from tests.world import World

from reperform.ledger.models import Finding
from reperform.report.figures import Answer, Scope, compute, figures
from reperform.report.queries import Line, Result, issued, lines
from reperform.rules.deadlines import is_overdue
from reperform.rules.outcomes import Verdict

BUREAU = "YJ/YJ-AUD/"


def on(day: date) -> dict[str, Answer]:
    return compute(Scope(day, BUREAU))


def rows(answers: dict[str, Answer]) -> dict[str, object]:
    return {code: answer.rows for code, answer in answers.items()}


def test_what_happens_later_changes_no_figure_of_an_earlier_date(world: World) -> None:
    told_then = {}
    for day in tell(Story(world)):
        told_then[day] = rows(on(day))

    for day, then in told_then.items():
        assert rows(on(day)) == then, day
    assert len({str(then) for then in told_then.values()}) > 10  # the story does move


def test_the_figures_of_the_cut_off_date(story: Story) -> None:
    answers = on(CUT_OFF)
    single = {code: one.number() for code, one in answers.items() if not one.figure.label and not one.figure.main.rate}
    assert single == {
        "engagements.total": 1, "units.total": 2, "findings.total": 6, "findings.closed": 2, "findings.open": 4,
        "findings.overdue": 1, "findings.claimed": 1, "findings.relapsed": 1, "findings.reopened": 1,
        "money.found": 2_910_913_569, "money.ordered": 2_910_913_569, "money.claimed": 1_814_567_890,
        "money.recognised": 1_294_567_890, "money.proved": 1_584_567_890, "items.total": 13,
        "rules.established": 1, "rules.recognised": 1, "persons.accountable": 2, "evidence.total": 4,
        "services.improved": 2, "people.paid": 1230, "lookback.findings": 4,
    }  # fmt: skip


def test_a_rule_named_by_two_findings_counts_once_and_so_does_a_person(story: Story) -> None:
    claims = [line.claim for line in lines(issued(Scope(CUT_OFF, BUREAU)), as_of=CUT_OFF) if line.claim]
    assert sum(len(claim.rules) for claim in claims) == 2
    assert sum(len(claim.persons) for claim in claims) == 3
    assert on(CUT_OFF)["rules.established"].number() == 1
    assert on(CUT_OFF)["persons.accountable"].number() == 2


def test_more_than_the_amount_of_an_item_is_not_proved(story: Story) -> None:
    held = on(date(2026, 8, 15))["findings.rows"].row(story.findings["back"].number)
    assert held["proved"] == 60 * WAN  # 66 came back


def test_what_came_back_is_no_longer_proved(story: Story) -> None:
    assert on(CUT_OFF)["findings.rows"].row(story.findings["back"].number)["proved"] == 0


def test_only_what_was_submitted_last_is_claimed(story: Story) -> None:
    number = story.findings["held"].number
    assert on(date(2026, 7, 10))["findings.rows"].row(number)["claimed"] == 700 * WAN
    assert on(date(2026, 7, 11))["findings.rows"].row(number)["claimed"] == 1_234_567_890


def test_a_submission_in_the_last_hour_of_the_day_counts_and_one_in_the_first_of_the_next_does_not(
    story: Story,
) -> None:
    assert on(date(2026, 6, 19))["money.claimed"].number() == 0
    assert on(date(2026, 6, 20))["money.claimed"].number() == 700 * WAN  # 23:01 local, 15:01 UTC
    assert (
        on(CUT_OFF)["findings.rows"].row(story.findings["late"].number)["claimed"] == 0
    )  # 00:01 local on the next day


def test_a_finding_is_late_after_its_limit_while_the_unit_has_the_work(story: Story) -> None:
    late = {
        day: on(day)["findings.overdue"].number() for day in (date(2026, 7, 9), date(2026, 7, 10), date(2026, 7, 11))
    }
    assert late == {date(2026, 7, 9): 0, date(2026, 7, 10): 2, date(2026, 7, 11): 1}  # one was sent to the verifier


def test_late_as_of_today_is_what_the_rules_call_overdue(world: World) -> None:
    for day in tell(Story(world)):
        ruled = {one.number for one in Finding.objects.all() if is_overdue(one.state, one.due_on, day)}
        told = {row["number"] for row in on(day)["findings.rows"].rows if row["overdue"]}
        assert told == ruled, day


@pytest.mark.parametrize("day", [date(2026, 6, 20), date(2026, 7, 10), date(2026, 10, 1), CUT_OFF, date(2027, 1, 1)])
def test_the_lines_of_the_ledger_add_up_to_the_figures(story: Story, day: date) -> None:
    scope, answers = Scope(day, BUREAU), on(day)
    found = list(lines(issued(scope), as_of=day))
    assert _summed(found) == {
        "findings.total": answers["findings.total"].number(),
        "money.found": answers["money.found"].number(),
        "money.claimed": answers["money.claimed"].number(),
        "money.proved": answers["money.proved"].number(),
        **{result.value: answers["findings.by_result"].number("total", result) for result in Result},
        **{
            verdict.value: answers["items.by_verdict"].number("items", verdict)
            for verdict in Verdict
            if verdict is not Verdict.PENDING
        },
    }


def _summed(found: list[Line]) -> dict[str, int]:
    return {
        "findings.total": len(found),
        "money.found": sum(line.finding.amount or 0 for line in found),
        "money.claimed": sum(line.claim.total for line in found if line.claim),
        "money.proved": sum(line.proof.money for line in found if line.proof),
        **{result.value: sum(line.result is result for line in found) for result in Result},
        **{
            verdict.value: sum(line.proof.verdicts.get(verdict, 0) for line in found if line.proof)
            for verdict in Verdict
            if verdict is not Verdict.PENDING
        },
    }


@pytest.mark.parametrize("day", [date(2026, 7, 11), CUT_OFF])
def test_the_parts_of_a_figure_add_up_to_its_whole(story: Story, day: date) -> None:
    answers = on(day)
    for code in (
        "findings.by_term",
        "findings.by_nature",
        "findings.by_topic",
        "findings.by_unit",
        "findings.by_result",
    ):
        assert sum(int(row["total"]) for row in answers[code].rows) == answers["findings.total"].number(), code
    for code in ("findings.by_topic", "findings.by_unit", "findings.rows"):
        for name in ("found", "claimed", "proved"):
            parts = sum(int(row[name]) for row in answers[code].rows)
            assert parts == answers[f"money.{name}"].number(), (code, name)
    for name in ("ordered", "claimed", "recognised", "proved"):
        parts = sum(int(row[name]) for row in answers["money.by_class"].rows)
        assert parts == answers[f"money.{name}"].number(), name
    assert sum(int(row["items"]) for row in answers["items.by_verdict"].rows) == answers["items.total"].number()
    concluded = answers["lookback.by_conclusion"].rows
    assert sum(int(row["total"]) for row in concluded) == answers["lookback.findings"].number()


def test_each_look_back_is_counted_by_its_last_conclusion(story: Story) -> None:
    def concluded(day: date) -> dict[str, int]:
        found = {str(row["conclusion"]): int(row["total"]) for row in on(day)["lookback.by_conclusion"].rows}
        return {word: count for word, count in found.items() if count}

    assert concluded(date(2026, 8, 14)) == {}
    assert concluded(date(2026, 8, 15)) == {"held": 2}
    assert concluded(date(2026, 10, 1)) == {"held": 2, "not_held": 1}
    assert concluded(date(2026, 10, 20)) == {"held": 1, "not_held": 1, "relapsed": 1}
    assert concluded(date(2026, 10, 21)) == {"held": 1, "not_held": 1, "relapsed": 1, "unproven": 1}
    assert concluded(CUT_OFF) == {"held": 1, "not_held": 1, "relapsed": 1, "inconclusive": 1}
    assert concluded(date(2026, 12, 1)) == {"held": 1, "not_held": 1, "relapsed": 1, "unproven": 1}


def test_the_database_may_be_empty(world: World) -> None:
    for code, answer in on(CUT_OFF).items():
        assert all(
            not value for row in answer.rows for name, value in row.items() if not answer.figure.column(name).words
        )
        if not answer.figure.label:
            assert answer.text("zh") in {"0", "0元", "（无）"}, code


def test_another_audit_body_and_another_year_count_nothing(story: Story) -> None:
    for scope in (Scope(CUT_OFF, "YJ/YJ-CA/"), Scope(CUT_OFF, BUREAU, 2025)):
        assert compute(scope, ["findings.total"])["findings.total"].number() == 0
        assert not issued(scope)
    for scope in (Scope(CUT_OFF, "YJ/"), Scope(CUT_OFF, BUREAU, 2026)):
        assert compute(scope, ["findings.total"])["findings.total"].number() == len(issued(scope)) == 6


def test_every_figure_is_one_statement(story: Story) -> None:
    with CaptureQueriesContext(connection) as queries:
        on(CUT_OFF)
    assert len(queries) == len(figures())


def test_the_printed_query_runs_outside_this_program(story: Story) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("this is about the SQLite file; PostgreSQL runs the same text in every other test here")
    scope = Scope(CUT_OFF, BUREAU)
    plain: sqlite3.Connection = connection.connection
    for code, answer in on(CUT_OFF).items():
        cursor = plain.execute(answer.figure.sql, scope.parameters())
        names = [column[0] for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor]
        kept = [row for row in answer.rows if any(value for name, value in row.items() if name != names[0])]
        assert sorted(map(str, found)) == sorted(map(str, kept or found)), code


def test_the_day_after_begins_at_local_midnight() -> None:
    before = Scope(CUT_OFF, BUREAU).parameters()["before"]
    assert before == "2026-11-30 16:00:00"
    assert Scope(CUT_OFF, BUREAU).before - Scope(CUT_OFF - timedelta(days=1), BUREAU).before == timedelta(days=1)
