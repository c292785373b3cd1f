"""The notice and the three lists of a body, read back as a document and as a workbook."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.papers.read import grid, grids, lines
from tests.web.scene import make_district
from tests.world import World

from reperform.errors import Refused
from reperform.ledger.change import Change
from reperform.ledger.models import Account, Finding
from reperform.ledger.models.findings import DutyRole
from reperform.ledger.record import record
from reperform.papers.words import LANGUAGES
from reperform.rectify import lists
from reperform.rectify.actions import Measure, assign, plan
from reperform.reveal.actions import issue, open_engagement


@pytest.fixture
def two(world: World) -> list[Finding]:
    return [world.issued(ordered=60_000_01), world.issued(ordered=0, due_on=date(2026, 9, 30))]


def of(world: World, person: Account | None = None, engagement: str = "") -> lists.Lists:
    found = lists.listed(person or world.auditor, world.bodies["YJ-SIF"], engagement)
    assert found is not None
    return found


def document(world: World, language: str = "zh", engagement: str = "") -> bytes:
    return lists.manuscript(of(world, engagement=engagement), language).to_docx()


def test_the_notice_says_who_what_by_when_on_which_ground_and_where_to_answer(world: World, two: list[Finding]) -> None:
    content = document(world)
    told = lines(content)
    assert told[:5] == [
        "云江市审计局", "〔　　　　〕　　　号", "审计查出问题整改通知书", "市社会保险基金管理中心：",
        "我局在“2025 年度市级预算执行审计”项目（编号E-2026-01）中查出你单位2个问题，现予下达，请依法依规整改。",
    ]  # fmt: skip
    assert any(text.startswith("请通过审计整改系统报送，或者书面报送云江市审计局。") for text in told)
    assert grids(content)[0][1:] == [
        ["1", two[0].number, two[0].title, "标准", "2026-06-30"],
        ["2", two[1].number, two[1].title, "标准", "2026-09-30"],
    ]


def test_the_list_of_problems_gives_amounts_in_full(world: World, two: list[Finding]) -> None:
    rows = grid(document(world), "查出事实")
    assert [(row[1], row[4], row[6], row[7], row[10]) for row in rows] == [
        (two[0].number, "事实", "60,000.01", "60,000.01", "2026-06-30"),
        (two[1].number, "事实", "0.00", "0.00", "2026-09-30"),
    ]


def test_the_list_of_responsibilities_names_persons_and_bodies(world: World, two: list[Finding]) -> None:
    assign(
        two[0], body=world.bodies["YJ-SIF"], role=DutyRole.RESPONSIBLE, head="陈某", leader="林某", handler="李某",
        by=world.auditor, at=world.now(),
    )  # fmt: skip
    assign(two[0], body=world.bodies["YJ-HRSS"], role=DutyRole.LEAD, by=world.auditor, at=world.now())
    rows = [row[3:] for row in grid(document(world), "责任类型") if row[1] == two[0].number]
    assert rows == [
        ["责任单位", "市社会保险基金管理中心", "陈某", "林某", "李某"],
        ["牵头单位", "市人力资源和社会保障局", "", "", ""],
        ["督促单位", "云江市审计局", "", "", ""],  # whoever issued it presses it
    ]


def test_a_finding_without_a_measure_has_its_place_on_the_list(world: World, two: list[Finding]) -> None:
    measures = [
        Measure("immediate", "追回多发养老金", due_on=date(2026, 6, 1), handler="李某"),
        Measure("mechanism", "按月比对死亡登记"),
    ]
    plan(two[0], measures, by=world.liaison, at=world.now())
    rows = grid(document(world), "措施类型")
    assert [(row[1], row[3], row[4], row[6], row[7]) for row in rows] == [
        (two[0].number, "立行立改", "追回多发养老金", "2026-06-01", "李某"),
        (two[0].number, "长效机制", "按月比对死亡登记", "2026-06-30", ""),
        (two[1].number, "", "（尚未制定，请填报）", "2026-09-30", ""),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_says_what_the_document_says(world: World, two: list[Finding], language: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(lists.workbook(of(world), language)))
    tables = lists.manuscript(of(world), language).tables()[1:]
    assert len(book.sheetnames) == 3
    for sheet, table in zip(book.worksheets, tables, strict=True):
        rows = [list(row) for row in sheet.iter_rows(min_row=3, values_only=True)]
        assert rows[0] == table.head
        assert len(rows) == len(table.rows) + 1
        assert [row[1] for row in rows[1:]] == [row[1] for row in table.rows]


def test_a_title_that_begins_like_a_formula_stays_text(world: World) -> None:
    finding = world.draft(title="=HYPERLINK(1)")
    issue([finding], due_on=date(2026, 6, 30), by=world.auditor, at=world.now())
    book = openpyxl.load_workbook(io.BytesIO(lists.workbook(of(world), "zh")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(cell.value == "=HYPERLINK(1)" for cell in cells)
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_records_give_the_same_bytes(world: World, two: list[Finding], language: str) -> None:
    assert document(world, language) == document(world, language)
    assert lists.workbook(of(world), language) == lists.workbook(of(world), language)


def test_without_an_engagement_it_is_all_that_is_open(world: World, two: list[Finding]) -> None:
    other = open_engagement(
        number="E-2026-02", title="养老金专项审计", year=2026, audit_body=world.bodies["YJ-AUD"], by=world.auditor,
        at=world.now(),
    )  # fmt: skip
    world.engagement = other
    third = world.issued()
    accepted = world.accepted()
    accepted.refresh_from_db()
    assert [one.number for one in of(world).findings] == [*(one.number for one in two), third.number, accepted.number]
    assert [one.number for one in of(world, engagement="E-2026-02").findings] == [third.number, accepted.number]
    assert any("下列2个项目" in text for text in lines(document(world)))


def test_drafts_and_other_bodies_are_not_listed(world: World) -> None:
    world.draft()
    assert lists.listed(world.auditor, world.bodies["YJ-SIF"]) is None
    world.issued()
    assert lists.listed(world.auditor, world.bodies["YJ-CA"]) is None
    assert lists.listed(world.stranger, world.bodies["YJ-SIF"]) is None
    assert lists.listed(world.administrator, world.bodies["YJ-SIF"]) is None


def test_findings_of_two_audit_bodies_are_not_put_on_one_notice(world: World) -> None:
    own, district = world.issued(), make_district(world)
    foreign = Finding(
        number="RP-2026-9001", engagement=district.engagement, title="区级查出", criteria="标准", condition="事实",
        audit_body=district.bodies["DP-AUD"], responsible=world.bodies["YJ-SIF"],
    )  # fmt: skip
    facts = {"audit": "DP-AUD", "responsible": "YJ-SIF"}
    record([Change("draft", foreign, facts=facts)], actor=district.auditor.actor(), at=world.now())
    issue([foreign], due_on=date(2026, 6, 30), by=district.auditor, at=world.now())
    with pytest.raises(Refused) as refusal:
        lists.listed(world.liaison, world.bodies["YJ-SIF"])
    assert refusal.value.rule == "lists.one_audit_body"
    assert [one.number for one in of(world, world.liaison, "E-2026-DP").findings] == [foreign.number]
    assert [one.number for one in of(world).findings] == [own.number]  # an audit body lists what it keeps itself


def test_the_number_of_statements_does_not_grow_with_the_findings(world: World, two: list[Finding]) -> None:
    with CaptureQueriesContext(connection) as few:
        document(world)
    for _ in range(4):
        world.issued()
    with CaptureQueriesContext(connection) as many:
        document(world)
    assert len(many) == len(few)
