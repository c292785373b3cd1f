"""What waits for each role, asked of the stages' own queries; no message holds an amount or a name."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta

import pytest
from django.utils import translation

from reperform.ledger.models import Account, Body, Extension, Finding, Referral
from reperform.notify.matters import TASKS, Matter, matters
from reperform.rectify import extending, pressing, referring
from reperform.rectify.actions import Measure, plan, submit
from reperform.reveal import inquiring
from reperform.reveal.inquiring import Said
from reperform.rules.outcomes import Purpose, Rung
from reperform.verify.actions import accept, return_
from tests.web.scene import ran, rows
from tests.world import SEEN, World

TODAY = date(2026, 6, 20)


def waiting(person: Account, on: date = TODAY) -> set[str]:
    return {f"{one.kind}#{one.task} {one.reason}".strip() for one in matters(person, on)}


def sent(world: World, finding: Finding) -> Referral:
    referral = referring.draft(
        referring.Letter("涉嫌骗保", "冒领养老金"), purpose=Purpose.CLUE, receiver=world.bodies["YJ-CDI"],
        finding=finding, by=world.auditor, at=world.now(),
    )  # fmt: skip
    referring.approve(referral, by=world.reviewer, at=world.now())
    return referring.send(referral, by=world.auditor, at=world.now())


def test_each_person_is_told_of_his_own_step(world: World) -> None:
    finding = world.issued(due_on=date(2026, 6, 25))
    assert waiting(world.liaison) == {"finding#respond waiting"}
    plan(finding, [Measure("immediate", "追回")], by=world.liaison, at=world.now())
    assert waiting(world.liaison) == {"finding#submit due_soon"}
    assert waiting(world.liaison, date(2026, 7, 1)) == {"finding#submit overdue"}
    submit(finding, text="已追回", by=world.liaison, at=world.now())
    assert waiting(world.liaison) == set()
    assert waiting(world.auditor) == waiting(world.reviewer) == {"finding#verify waiting"}
    return_(finding, reason="缺凭证", by=world.auditor, at=world.now())
    assert waiting(world.liaison) == {"finding#submit returned"}
    submit(finding, text="已补", by=world.liaison, at=world.now())
    accept(finding, standard=SEEN, by=world.auditor, at=world.now())
    assert (waiting(world.auditor), waiting(world.reviewer)) == (set(), {"finding#close waiting"})


def test_a_draft_is_no_matter_to_be_told(world: World) -> None:
    world.draft()
    assert waiting(world.auditor) == set()


def test_requests_and_letters_wait_for_whoever_decides_and_answers(world: World) -> None:
    finding = world.issued(due_on=date(2026, 6, 1))
    plan(finding, [Measure("immediate", "追回")], by=world.liaison, at=world.now())
    extending.request(finding, due_on=date(2026, 8, 1), reason="协查", by=world.liaison, at=world.now())
    assert "extension#decide waiting" in waiting(world.auditor)
    pressing.propose([(finding, Rung.PRESS_LETTER, 3)], as_of=TODAY, at=world.now(), by=world.auditor)
    assert "escalation#decide waiting" in waiting(world.reviewer)
    assert "escalation#decide waiting" not in waiting(world.liaison)
    assert "extension" not in str(waiting(world.lead))
    assert Extension.objects.count() == 1


def test_a_referral_is_told_to_its_two_bodies_and_to_nobody_else(world: World) -> None:
    sent(world, world.issued(due_on=date(2027, 1, 1)))
    referral = Referral.objects.get()
    assert waiting(world.partner) == {"referral#receive waiting"}
    referring.receive(referral, by=world.partner, at=world.now())
    assert waiting(world.partner) == {"referral#handle due_soon"}
    late = date(2027, 6, 1)
    assert waiting(world.partner, late) == {"referral#handle overdue"}
    assert "referral#press overdue" in waiting(world.auditor, late)
    for person in (world.liaison, world.clerk, world.stranger, world.lead, world.police, world.legislator):
        for day in (TODAY, late):
            assert "referral" not in str(waiting(person, day)), person.name


@pytest.mark.parametrize("person", ["legislator", "administrator", "stranger"])
def test_who_has_no_step_is_told_nothing(world: World, person: str) -> None:
    world.submitted()
    world.issued(due_on=date(2026, 6, 1))
    assert matters(world.people[person], TODAY) == []


def test_a_matter_is_known_again_by_its_source(world: World) -> None:
    world.issued()
    (one,) = matters(world.liaison, TODAY)
    assert Matter.of_source(one.source, one.due, one.reason) == one


def random_records(world: World, choose: random.Random) -> None:
    """Leave findings, requests, letters and referrals in random states, with random amounts."""
    for _one in range(choose.randint(2, 6)):
        due = TODAY + timedelta(days=choose.randint(-60, 60))
        finding = world.issued(ordered=choose.randint(100_000, 10**12), due_on=due)
        if choose.random() < 0.3:
            sent(world, finding)
        if choose.random() < 0.8:
            plan(finding, [Measure("immediate", "追回张三多领的款项")], by=world.liaison, at=world.now())
            if choose.random() < 0.4:
                later = due + timedelta(days=30)
                extending.request(finding, due_on=later, reason="王五出国", by=world.liaison, at=world.now())
            if choose.random() < 0.5:
                submit(finding, text="已向李四追回", by=world.liaison, at=world.now())
                if choose.random() < 0.5:
                    return_(finding, reason="缺李四凭证", by=world.auditor, at=world.now())
        elif due < TODAY:
            pressing.propose([(finding, Rung.PRESS_LETTER, 9)], as_of=TODAY, at=world.now(), by=world.auditor)


@pytest.mark.parametrize("seed", range(8))
def test_no_message_holds_an_amount_or_the_name_of_a_person_or_a_body(world: World, seed: int) -> None:
    random_records(world, random.Random(seed))
    names = [
        *(text for body in Body.objects.all() for text in (body.name_zh, body.name_en, body.number) if text),
        *(text for one in Account.objects.all() for text in (one.name, one.username)), "张三", "李四", "王五",
        *Finding.objects.values_list("title", flat=True), *Referral.objects.values_list("title", flat=True),
    ]  # fmt: skip
    count = 0
    for person in world.people.values():
        for one in matters(person, TODAY):
            for done in (False, True):
                message = one.message(person="", done=done)
                said = f"{message.title} {message.link} {message.source}"
                words = said.replace(one.number, "")
                assert not re.search(r"\d", words), said
                assert not [name for name in names if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", words)], said
                count += 1
    assert count > 2


def test_every_task_has_words_and_a_page(world: World) -> None:
    for kind, task in TASKS:
        with translation.override("en"):
            message = Matter(kind, "RP-2026-0001", task, None, "waiting").message(person="x")
        assert "RP-2026-0001" in message.link
        assert message.title.startswith("RP-2026-0001: ")


def test_an_inquiry_waits_for_the_body_that_is_asked_and_then_for_the_bureau_that_asked(world: World) -> None:
    asked = list(ran(world, rows("YJ-SIF", 1)).rows.select_related("run__snapshot"))
    given = {"question": "是否为补发？", "by": world.auditor, "at": world.now()}
    inquiry = inquiring.send(asked, receiver=world.bodies["YJ-SIF"], due_on=date(2026, 6, 22), **given)
    assert waiting(world.liaison) == {"inquiry#answer due_soon"}
    assert waiting(world.liaison, date(2026, 6, 23)) == {"inquiry#answer overdue"}
    others = (world.lead, world.stranger, world.clerk, world.partner, world.legislator, world.auditor)
    assert [waiting(one) for one in others] == [set()] * len(others)
    words = [Said(one, "explained", "系补发") for one in inquiry.rows.select_related("row")]
    inquiring.answer(inquiry, words, by=world.liaison, at=world.now())
    assert (waiting(world.liaison), waiting(world.auditor)) == (set(), {"inquiry#settle waiting"})
    assert [waiting(one) for one in others[:-1]] == [set()] * 5
