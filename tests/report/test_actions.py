"""Compiling freezes a file and is a step; publishing needs a reviewer; an altered file is noticed."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation
from tests.report.office import size_of, to_pdf
from tests.report.story import CUT_OFF, Story
from tests.world import World

from reperform.errors import IntegrityBroken, Refused
from reperform.ledger.models import Event, Report
from reperform.log import entry
from reperform.report.actions import compile_ledger, compile_rectification, draw_charts, publish
from reperform.report.queries import figures_of, file_of, reports


def compiled(story: Story, **more: object) -> Report:
    return compile_rectification(by=story.world.auditor, at=story.world.now(), as_of=CUT_OFF, **more)  # type: ignore[arg-type]


def ledger(story: Story, **more: object) -> Report:
    return compile_ledger(by=story.world.auditor, at=story.world.now(), as_of=CUT_OFF, **more)  # type: ignore[arg-type]


def facts_of(report: Report) -> dict[str, object]:
    body = entry.parse(bytes(Event.objects.filter(subject=report.subject).order_by("idx")[0].body))
    assert isinstance(body, dict)
    return dict(body["facts"])


def test_a_compiled_report_is_a_file_and_a_step_that_names_it_by_its_hash(story: Story) -> None:
    report = compiled(story)
    path = file_of(report)
    assert path.parent == settings.HOME.out
    assert path.name == "RP-REP-2026-0001.docx"
    assert report.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert facts_of(report) == {
        "audit": "YJ-AUD", "kind": "rectification", "as_of": "2026-11-30", "year": 0, "sha256": report.sha256,
        "figures": hashlib.sha256(figures_of(report).read_bytes()).hexdigest(),
    }  # fmt: skip
    assert (report.state, report.as_of, report.audit_body.number) == ("compiled", CUT_OFF, "YJ-AUD")
    assert report.title == "关于2025年度市级预算执行和其他财政收支审计查出问题整改情况的报告"


def test_the_figures_stand_beside_the_report_with_their_queries(story: Story) -> None:
    document = json.loads(figures_of(compiled(story)).read_bytes())
    told = {one["code"]: one for one in document["figures"]}
    assert told["money.proved"]["rows"] == [{"value": 1_584_567_890}]
    assert told["money.proved"]["text"] == {"zh": "1,584.56万元", "en": "15.84 million yuan"}
    assert document["parameters"]["as_of"] == "2026-11-30"


def test_the_ledger_is_compiled_in_the_same_way(story: Story) -> None:
    report = ledger(story)
    book = openpyxl.load_workbook(file_of(report))
    assert book["台账"].max_row == 3 + 6 + 1
    assert report.title == "审计局审计整改台账 2026年11月30日"
    assert facts_of(report)["kind"] == "ledger"


def test_the_same_rows_as_of_the_same_date_give_the_same_file_again(story: Story) -> None:
    first, second = compiled(story), compiled(story)
    assert first.number != second.number
    assert first.sha256 == second.sha256
    assert ledger(story).sha256 == ledger(story).sha256


def test_the_language_is_that_of_the_reader_unless_it_is_named(story: Story) -> None:
    with translation.override("en"):
        assert compiled(story).title.startswith("Report on the rectification")
        assert ledger(story).title == "Audit Bureau: rectification ledger 30 November 2026"
    assert compiled(story, language="en").title.startswith("Report on the rectification")
    assert docx.Document(str(file_of(compiled(story, language="zh-hans")))).paragraphs[0].text.startswith("关于")


def test_the_year_of_the_engagements_and_that_of_the_budget_can_be_named(story: Story) -> None:
    report = compiled(story, year=2026, budget_year=2024)
    assert report.title.startswith("关于2024年度")
    assert json.loads(figures_of(report).read_bytes())["parameters"]["year"] == 2026


def test_charts_are_drawn_into_a_folder_as_svg_and_as_png(story: Story, tmp_path: Path) -> None:
    files = draw_charts(tmp_path / "charts", by=story.world.auditor, as_of=CUT_OFF, language="zh")
    assert [path.name for path in files] == [
        f"{name}{suffix}"
        for name in ("findings.by_term", "findings.by_topic", "findings.by_unit", "money", "verdicts")
        for suffix in (".svg", ".png")
    ]
    assert "市社会保险基金管理中心" in files[4].read_text(encoding="utf-8")
    assert files[5].read_bytes().startswith(b"\x89PNG")
    assert Report.objects.count() == 0  # a drawing is no step


def test_compiling_changes_no_finding(story: Story) -> None:
    before = list(story.world.engagement.findings.order_by("id").values())
    compiled(story)
    ledger(story)
    assert list(story.world.engagement.findings.order_by("id").values()) == before


@pytest.mark.parametrize("role", ["liaison", "lead", "legislator"])
def test_only_an_audit_body_compiles_and_a_refusal_leaves_no_file(world: World, role: str) -> None:
    with pytest.raises(Refused) as refusal:
        compile_ledger(by=world.people[role], at=world.now(), as_of=CUT_OFF)
    assert refusal.value.rule == "report.compile.role"
    assert not Report.objects.exists()
    assert not list(settings.HOME.out.glob("*"))


def test_a_reviewer_publishes_and_the_legislator_sees_it_from_then_on(story: Story) -> None:
    world, report = story.world, compiled(story)
    assert not reports(world.legislator)
    with pytest.raises(Refused) as refusal:
        publish(report, by=world.auditor, at=world.now())
    assert refusal.value.rule == "report.publish.role"

    publish(report, by=world.reviewer, at=world.now())
    assert [one.number for one in reports(world.legislator)] == [report.number]
    assert not reports(world.liaison)
    assert Report.objects.get().state == "published"


def test_the_newest_report_comes_first(story: Story) -> None:
    numbers = [compiled(story).number, ledger(story).number]
    assert [one.number for one in reports(story.world.auditor)] == numbers[::-1]


def test_a_frozen_file_cannot_be_changed_without_being_noticed(story: Story) -> None:
    report = compiled(story)
    path = file_of(report)
    assert path.stat().st_mode & 0o222 == 0
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o640)
    path.write_bytes(content)
    with pytest.raises(IntegrityBroken, match="was altered"):
        file_of(report)
    path.unlink()
    with pytest.raises(IntegrityBroken, match="is missing"):
        file_of(report)


def test_no_half_written_file_is_left(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        compiled(story)
    assert not list(settings.HOME.out.glob("*"))
    assert not list(settings.HOME.out.glob(".*"))
    assert not Report.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_all_statements_of_a_report_read_one_state_of_the_database(home: object) -> None:
    from tests.world import make_world

    world = make_world()
    report = compile_ledger(by=world.auditor, at=world.now(), as_of=date(2026, 5, 1))
    assert not connection.in_atomic_block
    assert json.loads(figures_of(report).read_bytes())["figures"][2]["rows"] == [{"value": 0}]


def test_libreoffice_opens_the_ledger(story: Story, tmp_path: Path) -> None:
    pdf = to_pdf(file_of(ledger(story)), tmp_path)
    pages, (width, height) = size_of(pdf)
    assert pages >= 4
    assert (width, height) == pytest.approx((1190.6, 841.9), abs=1)  # A3, across
