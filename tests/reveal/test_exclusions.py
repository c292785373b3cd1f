"""An exclusion sets aside the rows of the bureau that made it, and of no other."""

from __future__ import annotations

from datetime import date

from reperform.ledger.models import Run
from reperform.reveal import queries
from reperform.reveal.actions import exclude
from tests.web.scene import make_district, ran, rows
from tests.world import World

LATER = date(2030, 1, 1)


def sifted(run: Run) -> list[str]:
    return list(run.rows.order_by("pk").values_list("sifting", flat=True))


def test_an_exclusion_sets_aside_the_rows_of_its_own_bureau_alone(world: World) -> None:
    district, same = make_district(world), rows("DP-SIF", 1)
    exclude(list(ran(world, same).rows.all()), reason="分期", expires_on=LATER, by=world.auditor, at=world.now())
    assert sifted(ran(world, same)) == ["excluded"]
    assert sifted(ran(world, same, by=district.auditor, engagement=district.engagement)) == ["pending"]


def test_each_row_names_the_exclusion_of_its_own_bureau(world: World) -> None:
    district, same = make_district(world), rows("DP-SIF", 1)
    here = list(ran(world, same).rows.all())
    there = list(ran(world, same, by=district.auditor, engagement=district.engagement).rows.all())
    (ours,) = exclude(here, reason="市级理由", expires_on=LATER, by=world.auditor, at=world.now())
    (theirs,) = exclude(there, reason="区级理由", expires_on=LATER, by=district.auditor, at=world.now())
    assert queries.exclusions([*here, *there]) == {here[0].pk: ours, there[0].pk: theirs}
