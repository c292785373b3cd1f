"""The door: a step is checked, saved and logged together, or not at all."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from tests.world import SEEN, World

from reperform.errors import Refused, Stale
from reperform.ledger.guard import Bypassed
from reperform.ledger.models import Account, Body, Event, Finding, LogState, Verification
from reperform.log import entry
from reperform.rectify.actions import Measure, plan, submit
from reperform.rules.replay import Replay
from reperform.verify.actions import accept, close, return_


def replayed() -> Replay:
    replay = Replay()
    for event in Event.objects.order_by("idx"):
        replay.take(entry.parse(bytes(event.body)))
    return replay


def test_a_finding_goes_from_draft_to_closed_with_one_entry_a_step(world: World) -> None:
    finding = close(world.accepted(), by=world.reviewer, at=world.now())

    names = [entry.parse(bytes(e.body))["type"] for e in Event.objects.filter(subject=finding.subject).order_by("idx")]
    assert names == [f"finding.{verb}" for verb in ("draft", "issue", "plan", "submit", "accept", "close")]
    assert Finding.objects.get().state == "closed"


def test_the_log_replays_to_the_state_of_the_ledger(world: World) -> None:
    finding = close(world.accepted(), by=world.reviewer, at=world.now())

    standing = replayed().standings[finding.subject]
    row = Finding.objects.get()
    assert (standing.state, standing.seq) == (row.state, row.seq)
    assert dict(standing.parties) == row.parties()
    assert dict(standing.people) == row.people()


def test_indexes_have_no_gap_and_every_leaf_is_that_of_its_body(world: World) -> None:
    world.accepted()

    events = list(Event.objects.order_by("idx"))
    assert [event.idx for event in events] == list(range(LogState.objects.get().size))
    assert all(bytes(e.leaf) == entry.seal(bytes(e.body), bytes(e.salt)) for e in events)


def test_a_refused_step_changes_nothing_and_names_its_rule(world: World) -> None:
    finding = world.submitted()
    before = LogState.objects.get().size

    with pytest.raises(Refused) as refusal:
        return_(finding, reason="  ", by=world.auditor, at=world.now())

    assert refusal.value.rule == "reason.given"
    assert LogState.objects.get().size == before
    assert Finding.objects.get().state == "submitted"
    assert not Verification.objects.exists()


def test_the_person_who_accepted_cannot_close(world: World) -> None:
    with pytest.raises(Refused) as refusal:
        close(world.accepted(), by=world.auditor, at=world.now())
    assert refusal.value.rule == "close.second_person"


def test_the_unit_cannot_verify_its_own_submission(world: World) -> None:
    with pytest.raises(Refused) as refusal:
        accept(world.submitted(), standard=SEEN, by=world.liaison, at=world.now())
    assert refusal.value.rule == "finding.accept.role"


def test_another_unit_cannot_plan(world: World) -> None:
    with pytest.raises(Refused) as refusal:
        plan(world.issued(), [Measure("immediate", "x")], by=world.stranger, at=world.now())
    assert refusal.value.rule == "finding.plan.relation"


def test_a_step_taken_on_an_old_page_is_stale(world: World) -> None:
    finding = world.submitted()
    old = Finding.objects.get()
    return_(finding, reason="缺凭证", by=world.auditor, at=world.now())

    with pytest.raises(Stale):
        accept(old, standard=SEEN, by=world.auditor_two, at=world.now())


def test_more_done_than_ordered_needs_a_reason(world: World) -> None:
    from reperform.rectify.actions import Result
    from reperform.rules.outcomes import OutcomeKind

    finding = world.issued(ordered=100)
    plan(finding, [Measure("immediate", "追回")], by=world.liaison, at=world.now())
    claim = [Result(OutcomeKind.MONEY, "return_to_channel", 101)]

    with pytest.raises(Refused) as refusal:
        submit(finding, text="done", results=claim, by=world.liaison, at=world.now())
    assert refusal.value.rule == "submit.within_ordered"
    submit(Finding.objects.get(), text="done", results=claim, over_reason="利息", by=world.liaison, at=world.now())


@pytest.mark.parametrize(
    "write",
    [
        lambda f: f.save(),
        lambda f: f.delete(),
        lambda f: Finding.objects.create(number="x"),
        lambda f: Finding.objects.update(state="closed"),
        lambda f: Finding.objects.filter(pk=f.pk).delete(),
        lambda f: Finding.objects.get_or_create(number="x"),
        lambda f: Finding.objects.update_or_create(number="x"),
        lambda f: Finding.objects.bulk_create([Finding(number="x")]),
        lambda f: Finding.objects.bulk_update([f], ["state"]),
        lambda f: f.engagement.findings.create(number="x"),
        lambda f: Event.objects.all().delete(),
        lambda f: Account.objects.update(role="reviewer"),
        lambda f: Body.objects.all().update(path="/"),
    ],
)
def test_nothing_is_written_beside_the_door(world: World, write: object) -> None:
    finding = world.issued()
    with pytest.raises(Bypassed):
        write(finding)  # type: ignore[operator]


def test_the_database_itself_refuses_a_verifier_who_submitted(world: World) -> None:
    finding = world.accepted()
    with pytest.raises(IntegrityError), transaction.atomic():
        _raw_set_closer(finding, finding.submitter_id)


def _raw_set_closer(finding: Finding, account: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_finding SET closer_id = %s WHERE id = %s", [account, finding.pk])


def test_the_database_refuses_to_change_an_entry(world: World) -> None:
    from django.db import DatabaseError, connection

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_event SET seq = 9 WHERE idx = 0")


def test_a_repeated_batch_changes_nothing(world: World) -> None:
    from reperform.ledger.change import Change
    from reperform.ledger.record import record

    finding = world.issued()
    change = Change("assign", finding, facts={"duty": "lead"})
    first = record([change], actor=world.auditor.actor(), at=world.now())
    again = record([change], actor=world.auditor.actor(), at=world.now())
    assert list(first) == list(again)
    assert Finding.objects.get().seq == 3
