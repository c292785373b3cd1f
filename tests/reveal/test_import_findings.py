"""Findings from outside in the ledger: what is created, what a second import changes, and what it never touches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from reperform.errors import BadInput, Refused
from reperform.ledger import scope
from reperform.ledger.models import Body, Engagement, Event, Finding, Import, Item, PriorReference
from reperform.rectify.organise import BodyEntry, enrol, register_bodies
from reperform.reveal.actions import discard, issue, revise
from reperform.reveal.importing import ImportResult, import_findings
from reperform.rules.standing import Role
from tests.reveal.state import imported, steps
from tests.reveal.workbooks import Row, alter, made_up, row, write
from tests.world import World

NEXT_YEAR = date(2027, 3, 31)


class Importer:
    """Writes rows into workbooks of one folder and imports them."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.folder = world, folder

    def __call__(self, rows: Iterable[Mapping[str, object]], day: str = "2024-02-01") -> ImportResult:
        return self.take(write(self.folder / f"{day}-findings.xlsx", rows))

    def take(self, *paths: Path) -> ImportResult:
        return import_findings(paths, format="fac", by=self.world.auditor, at=self.world.now())


@pytest.fixture
def importer(world: World, tmp_path: Path) -> Importer:
    return Importer(world, tmp_path)


@pytest.fixture(autouse=True)
def in_english() -> Iterable[None]:
    with translation.override("en"):
        yield


def only(number: str = "2023-001") -> Finding:
    return Finding.objects.get(source_key__endswith=f":{number}")


# -- what is created ---------------------------------------------------------------------------------------------------


def test_a_finding_of_the_files_becomes_a_draft_with_its_parties_and_items(importer: Importer, world: World) -> None:
    result = importer([row(), row(award_reference="AWARD-0002", amount_expended=77)])

    finding = only()
    assert (finding.state, finding.number) == ("draft", "RP-2023-0001")
    assert finding.source_key == "fac:2023-06-GSAFAC-0000000001:2023-001"
    assert (finding.audit_body, finding.responsible.number) == (world.auditor.body, "UEI-ABCDEFGHJ123")
    assert (finding.lead.number, finding.lead.name_en) == ("US-ALN-84", "Department of Education")
    assert (finding.engagement.number, finding.engagement.year) == ("FAC-2023-06-GSAFAC-0000000001", 2023)
    assert finding.engagement.report_no == "2023-06-GSAFAC-0000000001"
    assert [item.key["award_reference"] for item in finding.items.order_by("position")] == ["AWARD-0001", "AWARD-0002"]
    assert (result.created, result.changed, result.unchanged, result.findings) == (1, 0, 0, 1)


def test_dollars_spent_are_no_amount_of_the_finding(importer: Importer) -> None:
    importer([row(amount_expended=4500000)])
    finding, item = only(), Item.objects.get()
    assert (finding.amount, finding.ordered, finding.money_class, item.amount) == (None, 0, "", None)
    assert (item.fields["amount_expended"], item.fields["currency"]) == ("4500000", "USD")
    assert "not what is wrong" in finding.condition


def test_no_limit_is_invented_for_the_auditee(importer: Importer) -> None:
    importer([row()], day="2024-08-31")
    finding = only()
    assert finding.due_on is None
    assert "by 2025-02-28 for the report accepted on 2024-08-31" in finding.requirement
    assert "That limit binds the agency" in finding.requirement


def test_the_log_replays_and_says_where_a_finding_came_from(importer: Importer) -> None:
    importer([row(is_repeat_finding="YES", prior_finding_ref_numbers="2022-001")])
    drafted = next(step for step in steps() if step["type"] == "finding.draft")
    facts = drafted["facts"]
    assert facts["source"] == only().source_key
    assert facts["source_digest"] == only().source_digest
    assert (facts["lines"], facts["repeat"], facts["cites"]) == (1, "yes", ["2022-001"])
    assert (facts["responsible"], facts["lead"]) == ("UEI-ABCDEFGHJ123", "US-ALN-84")


def test_the_record_of_the_import_comes_last_and_holds_the_counts(importer: Importer) -> None:
    result = importer(made_up(6))
    last = steps()[-1]
    assert last["type"] == "import.complete"
    for name in ("rows_read", "rows_distinct", "findings", "reports", "auditees", "prior_resolved", "created"):
        assert last["facts"][name] == getattr(result, name)
    kept = Import.objects.get()
    assert (kept.number, kept.format, kept.files) == (result.number, "fac", 1)
    assert (kept.rows_read, kept.rows_distinct, kept.created) == (
        result.rows_read,
        result.rows_distinct,
        result.created,
    )


def test_the_first_spelling_names_the_body_and_each_report_keeps_its_own(importer: Importer) -> None:
    later = row(auditee_name="SPRINGFIELD S.D.", report_id="2022-06-GSAFAC-0000000009")
    result = importer([row(), later])
    assert Body.objects.get(number="UEI-ABCDEFGHJ123").name_en == "Springfield School District"
    assert "SPRINGFIELD S.D." in Engagement.objects.get(report_no=later["report_id"]).title
    assert result.name_variants == {"UEI-ABCDEFGHJ123": ("Springfield School District", "SPRINGFIELD S.D.")}


def test_a_body_that_is_known_already_keeps_its_name(importer: Importer, world: World) -> None:
    known = BodyEntry("UEI-ABCDEFGHJ123", "斯普林菲尔德学区", "unit", "Springfield", "YJ")
    register_bodies([known], by=world.auditor, at=world.now())
    importer([row()])
    assert (only().responsible.name_zh, only().responsible.path) == ("斯普林菲尔德学区", "YJ/UEI-ABCDEFGHJ123/")


def test_an_agency_without_a_known_name_is_named_by_its_prefix(importer: Importer) -> None:
    importer([row(cog_over="COG-99", aln="99.U01")])
    assert only().lead.name_en == "Federal agency with listing prefix 99"
    assert only().lead.name_zh == "美国联邦机构（援助目录前缀 99）"


def test_a_contradiction_is_shown_not_hidden(importer: Importer) -> None:
    result = importer(
        [row(is_repeat_finding="YES", prior_finding_ref_numbers="2022-001"), row(award_reference="AWARD-0002")]
    )
    assert (result.contradictory, result.contradictions) == (1, (only().source_key,))
    assert only().repeat == "contradictory"
    assert "1 of 2 awards declare a repeat finding, 1 do not" in only().condition


def test_citations_are_kept_and_linked_where_the_ledger_answers_them(importer: Importer) -> None:
    earlier = row(report_id="2022-06-GSAFAC-0000000001", reference_number="2022-001")
    citing = row(is_repeat_finding="YES", prior_finding_ref_numbers="2022-001, 2022-002")
    result = importer([earlier, citing])
    assert dict(PriorReference.objects.values_list("cited", "earlier__source_key")) == {
        "2022-001": only("2022-001").source_key,
        "2022-002": None,
    }
    assert (result.prior_references, result.prior_resolved, result.linked) == (2, 1, 1)


def test_an_earlier_report_that_arrives_later_is_linked_then(importer: Importer) -> None:
    importer([row(is_repeat_finding="YES", prior_finding_ref_numbers="2022-001")], day="2024-02-01")
    result = importer([row(report_id="2022-06-GSAFAC-0000000001", reference_number="2022-001")], day="2024-02-02")
    assert PriorReference.objects.get().earlier == only("2022-001")
    assert (result.prior_resolved, result.linked) == (0, 1)
    assert importer.take(importer.folder).linked == 0


def test_imported_drafts_can_be_issued_and_only_then_leave_the_audit_body(importer: Importer, world: World) -> None:
    importer([row()])
    unit = enrol(
        username="springfield", name="s", role=Role.LIAISON, body=only().responsible, password=None,
        by=world.administrator, at=world.now(),
    )  # fmt: skip
    assert scope.findings(world.auditor).count() == 1
    assert scope.findings(unit).count() == 0
    issue(list(Finding.objects.all()), due_on=NEXT_YEAR, by=world.auditor, at=world.now())
    assert (only().state, only().due_on) == ("issued", NEXT_YEAR)
    assert scope.findings(unit).count() == 1


def test_the_words_follow_the_language_and_the_digest_does_not(importer: Importer) -> None:
    with translation.override("zh-hans"):
        importer([row()])
    assert "内部控制重大缺陷" in only().title
    assert importer([row()]).unchanged == 1


# -- the second import -------------------------------------------------------------------------------------------------


def test_importing_again_changes_nothing_and_writes_one_entry(importer: Importer) -> None:
    first = importer(made_up(20))
    before, entries = imported(), Event.objects.count()
    again = importer.take(importer.folder)
    assert (again.created, again.changed, again.unchanged, again.linked) == (0, 0, first.findings, 0)
    assert imported() == before
    assert Event.objects.count() == entries + 1
    assert steps()[-1]["type"] == "import.complete"


def test_a_copy_under_another_name_is_the_same(importer: Importer) -> None:
    importer(made_up(8), day="2024-02-01")
    before = imported()
    copy = importer.folder / "copy of something.xlsx"
    (importer.folder / "2024-02-01-findings.xlsx").rename(copy)
    assert importer.take(copy).changed == 0
    assert imported() == before
    digests = Import.objects.values_list("source_digest", flat=True)
    assert len(digests) == 2
    assert len(set(digests)) == 1


@pytest.mark.parametrize("kept", [0.0, 0.3])
def test_a_subset_or_an_empty_workbook_changes_nothing(importer: Importer, kept: float) -> None:
    rows = made_up(10)
    importer(rows)
    before = imported()
    result = importer(rows[: int(len(rows) * kept)], day="2024-02-02")
    assert (result.created, result.changed) == (0, 0)
    assert imported() == before


def test_the_sheet_of_one_agency_alone_changes_no_finding_that_has_awards_of_others(importer: Importer) -> None:
    lines = [row(), row(award_reference="AWARD-0002", aln="93.778", is_repeat_finding="YES")]
    importer(lines)
    before = imported()
    assert importer(lines[:1], day="2024-02-02").changed == 0
    assert imported() == before


def test_one_altered_flag_changes_exactly_that_finding(importer: Importer) -> None:
    importer(made_up(12))
    source = importer.folder / "2024-02-01-findings.xlsx"
    chosen = Finding.objects.order_by("number")[5]
    _format, report, number = chosen.source_key.split(":")
    where = {"report_id": report, "reference_number": number, "award_reference": "AWARD-0001"}
    assert alter(source, source, where=where, column="is_questioned_costs", value="YES") == 2

    result = importer.take(source)
    assert (result.created, result.changed) == (0, 1)
    assert list(Finding.objects.exclude(seq=1)) == [chosen]
    now = Finding.objects.get(pk=chosen.pk)
    assert (now.state, now.seq) == ("draft", 2)
    assert "questioned costs" in now.condition
    assert chosen.items.get(position=1).fields["is_questioned_costs"] == "YES"
    assert [step["type"] for step in steps()][-2:] == ["finding.revise", "import.complete"]
    assert importer.take(source).changed == 0


def test_taking_the_alteration_back_restores_what_was(importer: Importer) -> None:
    rows = made_up(3)
    importer(rows)
    before = imported()
    importer([rows[0] | {"is_other_findings": "YES"}, *rows[1:]])
    assert importer(rows).changed == 1
    after = imported()
    for name in ("items", "cited", "engagements", "bodies"):
        assert after[name] == before[name]
    assert [one[3:] for one in after["findings"]] == [one[3:] for one in before["findings"]]


def test_a_new_award_joins_the_finding_after_the_old_ones(importer: Importer) -> None:
    importer([row(award_reference="AWARD-0002")])
    result = importer([row(award_reference="AWARD-0001", prior_finding_ref_numbers="2022-004")], day="2024-02-02")
    assert result.changed == 1
    assert list(only().items.order_by("position").values_list("position", "key__award_reference")) == [
        (1, "AWARD-0002"),
        (2, "AWARD-0001"),
    ]
    assert only().prior_references.get().cited == "2022-004"
    assert "Awards concerned: 2" in only().condition


def test_what_a_person_has_reworded_stays_and_the_rest_is_renewed(importer: Importer, world: World) -> None:
    importer([row()])
    revise(only(), by=world.auditor, at=world.now(), title="Bad books", nature="loss")
    importer([row(is_material_weakness="NO", is_other_matters="YES")])
    finding = only()
    assert (finding.title, finding.nature) == ("Bad books", "loss")
    assert "other noncompliance" in finding.criteria
    assert "other noncompliance" in finding.condition


def test_a_text_composed_in_the_other_language_is_no_persons_wording(importer: Importer) -> None:
    with translation.override("zh-hans"):
        importer([row()])
    importer([row(is_material_weakness="NO", is_other_matters="YES")])
    assert only().title == "2023-001 Other noncompliance: 84.010 TITLE I GRANTS"
    assert only().nature == "violation"


def test_a_corrected_agency_or_auditee_follows_the_source(importer: Importer) -> None:
    importer([row()])
    importer([row(cog_over="COG-93", auditee_uei="ZZZZZZZZZZZ9", auditee_name="Shelbyville")])
    finding = only()
    assert (finding.lead.number, finding.responsible.name_en) == ("US-ALN-93", "Shelbyville")
    facts = next(step["facts"] for step in steps() if step["type"] == "finding.revise")
    assert (facts["lead"], facts["responsible"]) == ("US-ALN-93", "UEI-ZZZZZZZZZZZ9")


def test_a_lead_that_a_person_has_named_stays(importer: Importer, world: World) -> None:
    importer([row()])
    revise(only(), by=world.auditor, at=world.now(), lead=world.bodies["YJ-HRSS"])
    importer([row(cog_over="COG-93")])
    assert only().lead.number == "YJ-HRSS"


@pytest.mark.parametrize("state", ["issued", "discarded"])
def test_a_finding_that_is_no_draft_any_more_is_held_and_told(importer: Importer, world: World, state: str) -> None:
    importer([row()])
    if state == "issued":
        issue([only()], due_on=NEXT_YEAR, by=world.auditor, at=world.now())
    else:
        discard(only(), reason="not ours", by=world.auditor, at=world.now())
    before = imported()
    for _ in range(2):
        entries = Event.objects.count()
        result = importer([row(is_questioned_costs="YES")])
        assert (result.created, result.changed, result.unchanged, result.held) == (0, 0, 0, ("RP-2023-0001",))
        assert Event.objects.count() == entries + 1
        assert steps()[-1]["facts"]["held"] == 1
    assert imported() == before
    assert only().state == state


def test_another_audit_bodys_finding_is_held_not_changed(importer: Importer, world: World) -> None:
    importer([row()])
    entry = BodyEntry("XX-AUD", "另一审计局", "audit")
    other = register_bodies([entry], by=world.auditor, at=world.now())[0]
    stranger = enrol(
        username="other", name="o", role=Role.AUDITOR, body=other, password=None, by=world.administrator, at=world.now()
    )
    path = write(importer.folder / "b.xlsx", [row(is_questioned_costs="YES")])
    result = import_findings([path], format="fac", by=stranger, at=world.now())
    assert result.held == ("RP-2023-0001",)


@pytest.mark.parametrize("backwards", [False, True])
def test_day_by_day_in_any_order_gives_the_links_of_all_at_once(importer: Importer, backwards: bool) -> None:
    rows = made_up(16)
    days: dict[str, list[Row]] = {}
    for one in rows:
        days.setdefault(f"2024-02-{10 + int(str(one['report_id'])[-2:]):02d}", []).append(one)
    for day in sorted(days, reverse=backwards):
        importer(days[day], day)
    links = {tuple(pair) for pair in PriorReference.objects.values_list("finding__source_key", "earlier__source_key")}
    assert len([1 for _citing, earlier in links if earlier]) == 8
    assert importer.take(importer.folder).linked == 0
    assert importer.take(importer.folder).prior_resolved == 8


def test_small_batches_end_where_one_batch_ends(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reperform.reveal.importing.ENTRIES", 7)
    seen: list[tuple[str, int, int]] = []
    path = write(importer.folder / "a.xlsx", made_up(10))
    result = import_findings(
        [path],
        format="fac",
        by=importer.world.auditor,
        at=importer.world.now(),
        progress=lambda *step: seen.append(step),
    )
    assert result.created == result.findings == Finding.objects.count()
    written = [done for phase, done, _total in seen if phase == "writing"]
    assert len(written) > 5
    assert written[-1] == result.findings
    numbers = Finding.objects.order_by("source_key").values_list("number", flat=True)
    for year in ("2022", "2023"):
        ours = [number for number in numbers if f"-{year}-" in number]
        assert ours == [f"RP-{year}-{n:04d}" for n in range(1, len(ours) + 1)]


# -- what is refused ---------------------------------------------------------------------------------------------------


def test_a_bad_file_writes_nothing_and_loses_nothing(importer: Importer) -> None:
    importer(made_up(4))
    before, entries = imported(), Event.objects.count()
    good = write(importer.folder / "2024-02-02-findings.xlsx", made_up(9))
    write(importer.folder / "2024-02-03-findings.xlsx", [row(cog_over="HHS")])
    with pytest.raises(BadInput) as caught:
        importer.take(importer.folder)
    assert (caught.value.place.file, caught.value.place.column) == ("2024-02-03-findings.xlsx", "cog_over")
    assert (imported(), Event.objects.count()) == (before, entries)
    assert importer.take(good).created > 0


@pytest.mark.parametrize("who", ["administrator", "liaison", "legislator"])
@pytest.mark.parametrize("rows", [[], [row()]], ids=["nothing", "a finding"])
def test_who_may_not_draft_may_not_import(importer: Importer, who: str, rows: list[Row]) -> None:
    path, entries = write(importer.folder / "a.xlsx", rows), Event.objects.count()
    with pytest.raises(Refused):
        import_findings([path], format="fac", by=importer.world.people[who], at=importer.world.now())
    assert Event.objects.count() == entries
    assert not Finding.objects.exists()


# -- cost --------------------------------------------------------------------------------------------------------------


def statements(importer: Importer, rows: list[Row], day: str) -> int:
    path = write(importer.folder / f"{day}.xlsx", rows)
    with CaptureQueriesContext(connection) as queries:
        importer.take(path)
    return len(queries)


def lines(count: int, *, report: int, **said: object) -> list[Row]:
    return [
        row(
            report_id=f"2023-06-GSAFAC-{report:05d}{n:05d}", auditee_uei=f"A{report:03d}{n:08d}",
            prior_finding_ref_numbers="2022-001", is_repeat_finding="YES", **said,
        )
        for n in range(count)
    ]  # fmt: skip


@pytest.mark.parametrize("what", ["new", "unchanged", "changed"])
def test_the_number_of_statements_does_not_grow_with_the_batch(importer: Importer, what: str) -> None:
    statements(importer, lines(1, report=0), "warm")  # the log's first tiles and the counters are there afterwards
    counts = []
    for report, size in ((1, 3), (2, 25)):  # Django gives SQLite 999 values a statement: more findings would be split
        if what != "new":
            statements(importer, lines(size, report=report), f"first-{report}")
        said = {"is_questioned_costs": "YES"} if what == "changed" else {}
        counts.append(statements(importer, lines(size, report=report, **said), f"{what}-{report}"))
    assert counts[0] == counts[1]
    assert counts[1] < 60
