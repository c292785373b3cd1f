"""Bodies as a tree and the people who act for them: registered once, revised, and never half."""

from __future__ import annotations

import pytest
from tests.world import BODIES, START, World

from reperform.errors import BadInput, Refused
from reperform.ledger.models import Body, Event
from reperform.log import entry
from reperform.rectify.organise import BodyEntry, enrol, register_bodies, restore, suspend
from reperform.rules.standing import Role


def test_parents_may_come_after_their_children(world: World) -> None:
    entries = [
        BodyEntry("C", "丙", "unit", parent="B"),
        BodyEntry("A", "甲", "department"),
        BodyEntry("B", "乙", "unit", parent="A"),
    ]
    register_bodies(entries, by=world.administrator, at=world.now())
    assert [Body.objects.get(number=code).path for code in "ABC"] == ["A/", "A/B/", "A/B/C/"]


def test_the_same_list_again_writes_nothing(world: World) -> None:
    before = Event.objects.count()
    register_bodies(BODIES, by=world.administrator, at=world.now())
    assert Event.objects.count() == before


def test_a_changed_name_is_a_revision_with_an_entry_of_its_own(world: World) -> None:
    register_bodies(
        [BodyEntry("YJ-SIF", "市社保中心", "unit", parent="YJ-HRSS")], by=world.administrator, at=world.now()
    )
    assert Body.objects.get(number="YJ-SIF").name_zh == "市社保中心"
    last = Event.objects.order_by("-idx").first()
    assert last is not None
    assert b'"body.revise"' in bytes(last.body)


def test_a_body_without_a_known_parent_is_refused_and_nothing_is_written(world: World) -> None:
    count = Body.objects.count()
    with pytest.raises(BadInput) as error:
        register_bodies(
            [BodyEntry("N", "新", "unit"), BodyEntry("X", "某", "unit", parent="nobody")], by=None, at=START
        )
    assert error.value.rule == "body.parent"
    assert Body.objects.count() == count


@pytest.mark.parametrize("code", ["", " A", "A ", "A/B", "A\nB", "A\x00", "x" * 101])
def test_a_code_that_cannot_stand_in_the_log_is_refused(world: World, code: str) -> None:
    with pytest.raises(BadInput) as error:
        register_bodies([BodyEntry(code, "某", "unit")], by=None, at=START)
    assert error.value.rule == "body.code"


def test_a_body_may_be_known_by_its_name(world: World) -> None:
    (body,) = register_bodies([BodyEntry("Oxford City Council", "", "unit", "Oxford City Council")], by=None, at=START)
    assert body.name == "Oxford City Council"


def test_a_liaison_may_not_register_bodies(world: World) -> None:
    with pytest.raises(Refused) as refusal:
        register_bodies([BodyEntry("N", "新", "unit")], by=world.liaison, at=world.now())
    assert refusal.value.rule == "body.register.role"


def test_no_name_of_a_person_stands_readable_in_an_entry(world: World) -> None:
    person = enrol(
        username="zhangsan",
        name="张三",
        role=Role.LIAISON,
        body=world.bodies["YJ-SIF"],
        password="a long one",
        by=None,
        at=START,
    )
    event = Event.objects.get(subject=person.subject)
    envelope = entry.parse(bytes(event.body))
    assert "张三" not in str(envelope)
    assert "zhangsan" not in str(envelope)
    assert {payload.field for payload in event.payloads.all()} == {"name", "username"}


def test_a_suspended_person_cannot_sign_in_until_restored(world: World) -> None:
    from django.contrib.auth import authenticate
    from django.test import RequestFactory

    enrol(
        username="li",
        name="李",
        role=Role.LIAISON,
        body=world.bodies["YJ-SIF"],
        password="correct horse",
        by=None,
        at=START,
    )
    request = RequestFactory().post("/")

    def signs_in() -> bool:
        return authenticate(request, username="li", password="correct horse") is not None

    from reperform.ledger.models import Account

    assert signs_in()
    suspend(Account.objects.get(username="li"), by=world.administrator, at=world.now())
    assert not signs_in()
    restore(Account.objects.get(username="li"), by=world.administrator, at=world.now())
    assert signs_in()
