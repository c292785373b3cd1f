"""A draft's texts are kept: they do not depend on who confirmed the rows."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils import translation
from tests.web.scene import confirmed
from tests.world import World

from reperform.reveal.actions import issue, revise


def test_a_draft_is_written_in_the_language_of_the_bureau_whoever_confirms_it(world: World) -> None:
    assert settings.LANGUAGE_CODE == "zh-hans"
    with translation.override("en"):
        finding = confirmed(world, 2)
    assert "死亡后继续领取养老金" in finding.title
    assert not any(word in finding.title + finding.condition for word in ("items", "Procedure", "examined"))


def test_without_a_day_of_its_own_each_limit_is_counted_by_the_policy_from_the_day_of_service(world: World) -> None:
    quick, slow = world.draft(), world.draft()
    slow = revise(slow, term="continuous", by=world.auditor, at=world.now())
    issue([quick, slow], served_on=date(2026, 4, 3), by=world.auditor, at=world.now())
    assert (quick.due_on, quick.original_due_on, quick.served_on) == (date(2026, 6, 2), quick.due_on, date(2026, 4, 3))
    assert (slow.due_on, slow.due_estimated, quick.due_estimated) == (date(2029, 4, 3), True, False)
