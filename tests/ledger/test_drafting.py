"""A draft's texts are kept: they do not depend on who confirmed the rows."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
from tests.web.scene import confirmed
from tests.world import World


def test_a_draft_is_written_in_the_language_of_the_bureau_whoever_confirms_it(world: World) -> None:
    assert settings.LANGUAGE_CODE == "zh-hans"
    with translation.override("en"):
        finding = confirmed(world, 2)
    assert "死亡后继续领取养老金" in finding.title
    assert not any(word in finding.title + finding.condition for word in ("items", "Procedure", "examined"))
