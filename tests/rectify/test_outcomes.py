"""Results of every kind, each counted once: one yuan in one class, a rule and a person once, measures by their day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.world import World

from reperform.errors import Refused
from reperform.ledger.models import Finding, Outcome, Submission
from reperform.rectify import watching
from reperform.rectify.actions import Measure, Result, plan, progress, submit
from reperform.rectify.answering import delegate
from reperform.rectify.pressing import propose_due
from reperform.rectify.queries import VIEWS, claims
from reperform.rules.outcomes import MoneyClass, OutcomeKind, vouchers
from reperform.verify import actions as verify
from reperform.verify.waiving import grant

DAY = date(2026, 5, 1)


def at_work(world: World, ordered: int = 10**9) -> Finding:
    finding = world.issued(ordered=ordered)
    return plan(finding, [Measure("immediate", "追回", date(2026, 5, 10))], by=world.liaison, at=world.now())


def money(name: str, fen: int, voucher: str, on: date | None = DAY) -> Result:
    return Result(OutcomeKind.MONEY, name, fen, reference=voucher, on=on)


def send(world: World, finding: Finding, *results: Result, waiver: str = "") -> Submission:
    return submit(finding, text="已改", results=results, waiver=waiver, by=world.liaison, at=world.now())


def refusal(world: World, finding: Finding, *results: Result) -> str:
    with pytest.raises(Refused) as refused, transaction.atomic():
        send(world, finding, *results)
    return refused.value.rule


# One yuan in one class -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("记-18", ("记-18",)), (" 记 - 18 ", ("记-18",)), ("记－１８", ("记-18",)), ("", ()), ("；;", ()),
        ("JK-1; jk-1；JK-2、JK-3", ("jk-1", "jk-2", "jk-3")),
    ],
)  # fmt: skip
def test_a_voucher_is_one_however_it_is_written(written: str, read: tuple[str, ...]) -> None:
    assert vouchers(written) == read


@pytest.mark.parametrize("second", ["JK-1", "ＪＫ－１", "jk - 1", "JK-0、JK-1"])
def test_a_voucher_stands_in_one_class_only(world: World, second: str) -> None:
    finding = at_work(world)
    rule = refusal(world, finding, money("remit_treasury", 1, "JK-1"), money("adjust_books", 2, second))
    assert rule == "submit.voucher_once"


@pytest.mark.parametrize("on", [DAY, None])
def test_a_voucher_stands_in_one_finding_only(world: World, on: date | None) -> None:
    send(world, at_work(world), money("remit_treasury", 1, "JK-1"))
    assert refusal(world, at_work(world), money("remit_treasury", 1, "JK-1", on)) == "submit.voucher_once"


def test_the_same_number_of_another_day_is_another_voucher(world: World) -> None:
    send(world, at_work(world), money("remit_treasury", 1, "记-18"))
    send(world, at_work(world), money("remit_treasury", 1, "记-18", DAY + timedelta(days=31)))
    assert Outcome.objects.count() == 2


def test_a_voucher_that_a_later_version_gives_up_is_free(world: World) -> None:
    finding = at_work(world)
    send(world, finding, money("remit_treasury", 1, "JK-1"))
    verify.return_(finding, reason="凭证有误", by=world.auditor, at=world.now())
    send(world, finding, money("remit_treasury", 1, "JK-2"))
    send(world, at_work(world), money("remit_treasury", 1, "JK-1"))


def test_the_next_version_may_name_its_own_voucher_again(world: World) -> None:
    finding = at_work(world)
    send(world, finding, money("remit_treasury", 1, "JK-1"))
    verify.return_(finding, reason="补充", by=world.auditor, at=world.now())
    assert send(world, finding, money("remit_treasury", 1, "JK-1")).version == 2


def test_a_waiver_lets_a_voucher_stand_twice_with_its_reason(world: World) -> None:
    send(world, at_work(world), money("remit_treasury", 1, "JK-1"))
    finding = at_work(world)
    waiver = grant(finding, rule="submit.voucher_once", reason="一张缴款书含两项", by=world.reviewer, at=world.now(),
                   expires_at=world.now() + timedelta(days=1))  # fmt: skip
    send(world, finding, money("remit_treasury", 1, "JK-1"), waiver=waiver.number)
    assert finding.state == "submitted"


CLAIMED = st.lists(
    st.tuples(st.sampled_from(list(MoneyClass)), st.integers(0, 10**7), st.sampled_from("ABCDEF")), max_size=5
)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(versions=st.lists(st.tuples(st.integers(0, 1), CLAIMED), max_size=5))
def test_the_classes_sum_to_the_vouchers_whatever_is_submitted(
    world: World, versions: list[tuple[int, list[tuple[MoneyClass, int, str]]]]
) -> None:
    """Every voucher that stands is worth one amount in one class: by class and by voucher the sum is the same."""
    with transaction.atomic():
        findings = [at_work(world), at_work(world)]
        standing: list[dict[str, tuple[str, int]]] = [{}, {}]
        for which, claimed in versions:
            finding = findings[which]
            if finding.state == "submitted":
                verify.return_(finding, reason="再报", by=world.auditor, at=world.now())
            named, results = [voucher for _name, _fen, voucher in claimed], [money(*one) for one in claimed]
            if len(set(named)) < len(named) or set(named) & set(standing[1 - which]):
                assert refusal(world, finding, *results) == "submit.voucher_once"
                finding.refresh_from_db()
                continue
            send(world, finding, *results)
            standing[which] = {voucher: (name, fen) for name, fen, voucher in claimed}
        by_voucher = {voucher: worth for one in standing for voucher, worth in one.items()}
        assert len(by_voucher) == sum(map(len, standing))
        by_class = claims(findings)
        for name in MoneyClass:
            summed = sum(fen for kind, fen in by_voucher.values() if kind == name)
            assert sum(one.get(name, 0) for one in by_class.values()) == summed
        transaction.set_rollback(True)


# What is counted one by one ------------------------------------------------------------------------------------------


def rule(number: str) -> Result:
    return Result(OutcomeKind.RULE, title="资格核验办法", reference=number)


def person(sanction: str) -> Result:
    return Result(OutcomeKind.PERSON, title="甲", sanction=sanction)


@pytest.mark.parametrize(
    ("one", "other", "refusal_"),
    [
        (rule("1 号"), rule(" 1 号"), "submit.once"), (rule("1 号"), rule("2 号"), ""),
        (person("party"), person("party"), "submit.once"), (person("party"), person("admonition"), ""),
        (Result(OutcomeKind.SERVICE, title="制卡", before="25"), rule("1 号"), "submit.outcome"),
        (Result(OutcomeKind.PAID, title="津贴", amount=100), rule("1 号"), "submit.outcome"),
    ],
)  # fmt: skip
def test_rules_and_persons_count_once_and_no_outcome_is_half(
    world: World, one: Result, other: Result, refusal_: str
) -> None:
    finding = at_work(world)
    if refusal_:
        assert refusal(world, finding, one, other) == refusal_
    else:
        assert send(world, finding, one, other).outcomes.count() == 2


def test_people_paid_and_services_are_no_money_of_a_class(world: World) -> None:
    finding = at_work(world, ordered=0)
    paid = Result(OutcomeKind.PAID, title="补发高龄津贴", count=1200, amount=36_000_000)
    better = Result(OutcomeKind.SERVICE, title="社保卡制卡", before="25", after="12", unit="个工作日")
    version = send(world, finding, paid, better)
    assert claims([finding])[finding.pk] == {}
    kept = version.outcomes.order_by("pk").values_list("count", "amount", "before", "after", "unit")
    assert list(kept) == [(1200, 36_000_000, "", "", ""), (None, None, "25", "12", "个工作日")]


# Measures, delegates, duties -----------------------------------------------------------------------------------------


def test_a_late_measure_is_on_the_daily_list_until_it_is_called_done(world: World) -> None:
    finding = at_work(world)

    def late(on: date) -> int:
        return {one.name: one.count for one in watching.daily_list(world.auditor, on)}["late_measure"]

    assert (late(date(2026, 5, 10)), late(date(2026, 5, 11))) == (0, 1)
    with pytest.raises(Refused) as refused:
        progress(finding, measure=2, done_on=date(2026, 3, 1), by=world.liaison, at=world.now())
    assert refused.value.rule == "progress.measure"
    with pytest.raises(Refused) as refused:
        progress(finding, measure=1, done_on=date(2027, 1, 1), by=world.liaison, at=world.now())
    assert refused.value.rule == "progress.done"
    progress(finding, measure=1, done_on=date(2026, 4, 1), by=world.liaison, at=world.now())
    assert late(date(2026, 5, 11)) == 0


def test_a_late_measure_is_pressed_once_and_the_ladder_of_the_limit_stands_beside_it(world: World) -> None:
    finding = at_work(world)
    audit = world.bodies["YJ-AUD"]

    def press(on: date) -> list[tuple[str, int]]:
        return [(one.rung, one.overdue_days) for one in propose_due(audit, as_of=on, at=world.now(), by=world.auditor)]

    assert press(date(2026, 5, 10)) == []
    assert press(date(2026, 5, 12)) == [("reminder", 2)]
    assert "追回" in finding.escalations.get().reason
    assert press(date(2026, 5, 13)) == []
    assert [rung for rung, _days in press(date(2026, 6, 30))] == ["reminder"]  # that of the limit itself


def test_what_was_handed_down_waits_for_the_delegate_too_until_its_last_day(world: World) -> None:
    finding = at_work(world)
    delegate(finding, to=world.bodies["YJ-SIF-E"], until=date(2026, 5, 31), reason="属地", by=world.liaison,
             at=world.now())  # fmt: skip

    def mine(who: str, on: date) -> bool:
        return Finding.objects.filter(VIEWS["mine"](getattr(world, who), on), pk=finding.pk).exists()

    assert mine("clerk", date(2026, 5, 31))
    assert not mine("clerk", date(2026, 6, 1))
    assert mine("liaison", date(2026, 6, 1))
    assert not mine("stranger", date(2026, 5, 1))


def test_a_duty_without_its_proof_is_on_the_daily_list_when_its_clock_has_run_out(world: World) -> None:
    at_work(world)
    found = {on: {one.name: one.count for one in watching.daily_list(world.auditor, on)}["duty_late"]
             for on in (date(2026, 4, 20), date(2026, 7, 31))}  # fmt: skip
    assert list(found.values()) == [0, 1]
