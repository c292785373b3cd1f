"""Fifty daily workbooks of real audit findings: exact counts, and what a second look at the same files changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from reperform.ledger.models import Body, Engagement, Event, Finding, Item, PriorReference
from reperform.reveal.formats import fac
from reperform.reveal.formats.reading import Reading
from reperform.reveal.importing import import_findings, workbooks
from tests.conftest import real_data
from tests.reveal.state import imported, steps
from tests.reveal.workbooks import alter
from tests.world import World

pytestmark = pytest.mark.real_data
COUNTS = {
    "files": 50, "rows_read": 36894, "rows_distinct": 18447, "findings": 2980, "reports": 1424, "auditees": 1389,
    "declared_repeat": 871, "contradictory": 23, "prior_references": 935, "prior_resolved": 42,
}  # fmt: skip


@pytest.fixture(scope="module")
def reading() -> Reading:
    paths = workbooks([real_data("fac_findings")])
    return fac.gather(fac.parse([str(path) for path in paths]))


def test_every_row_stands_exactly_twice(reading: Reading) -> None:
    assert reading.rows_read == 2 * reading.rows_distinct == COUNTS["rows_read"]
    assert sum(len(finding.items) for finding in reading.findings) == reading.rows_distinct


def test_the_findings_have_the_shape_that_is_known_of_them(reading: Reading) -> None:
    assert max(len(finding.items) for finding in reading.findings) == 3018
    assert len(reading.name_variants) == 5
    assert {len(names) for names in reading.name_variants.values()} == {2}
    assert all(len(names) == 1 for auditee, names in reading.names.items() if auditee not in reading.name_variants)
    kinds = [finding.repeat for finding in reading.findings]
    assert (kinds.count("yes"), kinds.count("no"), kinds.count("contradictory")) == (848, 2109, 23)


def test_every_citation_of_these_files_has_the_usual_form(reading: Reading) -> None:
    cited = {number for finding in reading.findings for number in finding.cites}
    assert all(fac.references(number) == (number,) and len(number) == 8 for number in cited)


def test_the_whole_set_is_imported_twice_with_exact_counts(world: World, tmp_path: Path) -> None:
    folder = real_data("fac_findings")
    first = import_findings([folder], format="fac", by=world.auditor, at=world.now())
    assert {name: getattr(first, name) for name in COUNTS} == COUNTS
    assert (first.created, first.changed, first.unchanged, first.linked) == (2980, 0, 0, 42)
    assert len(first.contradictions) == 23
    assert Finding.objects.filter(state="draft").count() == 2980
    assert Finding.objects.filter(repeat="contradictory").count() == 23
    assert Item.objects.count() == 18447
    assert Engagement.objects.filter(number__startswith="FAC-").count() == 1424
    assert Body.objects.filter(number__startswith="UEI-").count() == 1389
    assert PriorReference.objects.count() == 935
    assert PriorReference.objects.exclude(earlier=None).count() == 42

    before, entries = imported(), Event.objects.count()
    again = import_findings([folder], format="fac", by=world.auditor, at=world.now())
    assert {name: getattr(again, name) for name in COUNTS} == COUNTS
    assert (again.created, again.changed, again.unchanged, again.linked) == (0, 0, 2980, 0)
    assert imported() == before
    assert Event.objects.count() == entries + 1

    _alter_one(world, folder, tmp_path)


def _alter_one(world: World, folder: Path, tmp_path: Path) -> None:
    """Flip one flag of one award in a copy of one day, and import that day alone."""
    day = workbooks([folder])[0]
    source = next(one for one in fac.gather(fac.parse([str(day)])).findings if one.repeat == "no")
    award = source.items[0]
    value = "NO" if award.fields["is_major"] == "YES" else "YES"
    assert alter(day, tmp_path / day.name, where=award.key, column="is_major", value=value) == 2
    result = import_findings([tmp_path / day.name], format="fac", by=world.auditor, at=world.now())
    assert (result.created, result.changed) == (0, 1)
    assert [one.source_key for one in Finding.objects.exclude(seq=1)] == [source.key]
    assert [step["type"] for step in steps()][-2:] == ["finding.revise", "import.complete"]


def test_days_one_by_one_give_the_findings_of_all_at_once(reading: Reading) -> None:
    days = workbooks([real_data("fac_findings")])[:10]
    together = fac.gather(fac.parse([str(path) for path in days]))
    apart = [fac.gather(fac.parse([str(path)])) for path in days]
    assert {one.key: one.digest for one in together.findings} == {
        one.key: one.digest for day in apart for one in day.findings
    }
    assert {one.key: one.digest for one in together.findings}.items() <= {
        one.key: one.digest for one in reading.findings
    }.items()
