"""The workbook of the ledger: the default columns, as of a date, and no cell that becomes a formula."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape
from python_calamine import CalamineWorkbook
from tests.report.story import CUT_OFF, PERSON, WAN, Story
from tests.world import World

from reperform.home import Bureau
from reperform.papers.sheets import CELL_LIMIT, Book, Column, fitting
from reperform.report.figures import Scope, compute
from reperform.report.ledger import form, names, write_xlsx
from reperform.report.queries import issued

SCOPE = Scope(CUT_OFF, "YJ/YJ-AUD/")
BUREAU = Bureau(name_zh="云江市审计局", name_en="Yunjiang Audit Bureau")
# The ledger that bureaus keep by hand has these columns, in this order.
DEFAULT = [
    "序号", "审计项目", "报告文号", "被审计单位", "问题类别", "问题内容", "定性依据", "涉及金额（万元）", "整改类型",
    "整改要求", "牵头单位", "责任单位", "责任领导", "责任人", "整改时限", "整改措施", "整改情况", "已整改金额（万元）",
    "上缴财政", "归还原渠道", "减少拨款", "促进拨付", "调账", "建章立制（文号）", "处理处分（人）", "移送（件）",
    "佐证材料", "认定结果", "销号日期", "备注",
]  # fmt: skip
HOSTILE = (
    "=1+1", "=cmd|'/c calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "＝1+1",
    "＋1", "－1", "＠SUM(A1)",
    "{=1+1}", "=HYPERLINK(\"http://example.invalid\",\"x\")", "http://example.invalid", "mailto:a@example.invalid",
    "%0A=1+1", "|calc", "'=1+1", "1E5", "00123", "TRUE", "_x0041_", "a\x01b", "  padded  ",
)  # fmt: skip


def workbook(day: date = CUT_OFF, language: str = "zh", **more: Any) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(written(day, language, **more)))


def written(day: date = CUT_OFF, language: str = "zh", **more: Any) -> bytes:
    stream = io.BytesIO()
    scope = Scope(day, SCOPE.bureau)
    write_xlsx(stream, issued(scope), as_of=day, bureau=BUREAU, language=language, **more)
    return stream.getvalue()


def table(sheet: Any, form_name: str) -> list[dict[str, object]]:
    """Return the rows of a sheet by the names of their columns; the last one is the total."""
    rows = sheet.iter_rows(min_row=4, values_only=True)
    return [dict(zip(names(form_name), row, strict=True)) for row in rows]


def test_the_first_sheet_has_the_thirty_default_columns(story: Story) -> None:
    book = workbook()
    assert book.sheetnames == ["台账", "申报与证实", "问题明细", "取数口径"]
    assert [cell.value for cell in book["台账"][3]] == DEFAULT
    assert book["台账"]["A1"].value == "云江市审计局审计整改台账"
    assert "截至2026年11月30日" in book["台账"]["A2"].value
    assert "万元" in book["台账"]["A2"].value


def test_a_closed_finding_is_a_whole_line(story: Story) -> None:
    line = table(workbook()["台账"], "ledger")[0]
    assert line == {
        "position": 1, "engagement": "2025 年度市级预算执行审计", "report_no": "—", "auditee": "市社会保险基金管理中心",
        "topic": "社会保险", "problem": "向 3 名死亡人员发放养老金\n向已死亡人员发放养老金",
        "criteria": "《社会保险经办条例》第二十五条", "amount": 1234.56789, "term": "立行立改",
        "requirement": "追回多发资金，完善核验", "lead": "市人力资源和社会保障局",
        "responsible": "市社会保险基金管理中心", "leader": "孙副主任", "handler": "李科长",
        "due_on": datetime(2026, 7, 9),
        "measures": "1. 逐人核对并追回\n2. 按月比对死亡登记\n3. 逐人核对并追回\n4. 按月比对死亡登记",
        "progress": "已全部追回", "claimed": 1234.56789, "remit_treasury": 0, "return_to_channel": 1234.56789,
        "reduce_grant": 0, "expedite": 0, "adjust_books": 0, "persons": 2, "referrals": "—",
        "rules": "养老金资格核验办法（云人社规〔2026〕3号）",
        "evidence": "银行回单.pdf\n核验办法.pdf\nrule.txt\nperson.txt",
        "result": "已整改", "closed_on": datetime(2026, 9, 10),
        "remarks": "RP-2026-0001",
    }  # fmt: skip


def test_what_is_unknown_is_a_dash_and_what_is_nothing_is_zero(story: Story) -> None:
    lines = table(workbook()["台账"], "ledger")
    silent, partly = lines[3], lines[1]
    assert (silent["progress"], silent["claimed"], silent["persons"], silent["closed_on"]) == ("—",) * 4
    assert (partly["persons"], partly["reduce_grant"]) == (0, 0)


def test_the_three_results_and_the_reason_of_what_is_unfinished(story: Story) -> None:
    lines = table(workbook()["台账"], "ledger")
    assert [line["result"] for line in lines[:-1]] == ["已整改", "持续整改", "持续整改", "未整改", "已整改", "持续整改"]
    assert lines[1]["progress"] == "已全部追回\n尚未完成：1 人已去世，正向继承人追索"
    assert lines[5]["remarks"] == "RP-2026-0006；由RP-2026-0005反弹而来"


def test_money_of_a_class_without_a_column_stands_in_the_remarks(world: World) -> None:
    from tests.report.story import money

    story = Story(world)
    story.on(date(2026, 5, 8))
    story.find("a", "闲置资金", "fiscal_funds", amount=2 * WAN)
    story.issue("a", due_on=date(2026, 7, 1))
    story.report("a", money(WAN, "revitalise"))
    line = table(workbook()["台账"], "ledger")[0]
    assert (line["claimed"], line["remarks"]) == (1, "RP-2026-0001；盘活存量资金1.00")


def test_it_is_said_as_of_a_date(story: Story) -> None:
    early = table(workbook(date(2026, 6, 20))["台账"], "ledger")
    assert [(line["claimed"], line["result"], line["closed_on"]) for line in early[:4]] == [
        (700, "持续整改", "—"), ("—", "持续整改", "—"), ("—", "持续整改", "—"), ("—", "持续整改", "—"),
    ]  # fmt: skip


def test_the_last_row_adds_up_what_is_shown(story: Story) -> None:
    *lines, total = table(workbook()["台账"], "ledger")
    assert total["engagement"] == "合计"
    for name in ("amount", "claimed", "return_to_channel", "adjust_books", "remit_treasury"):
        shown = sum(Decimal(str(line[name])) for line in lines if line[name] != "—")
        assert Decimal(str(total[name])) == shown, name
    assert (total["rules"], total["persons"]) == ("1项", 2)  # one rule named twice, one person named twice
    assert (lines[1]["remarks"], total["remarks"]) == (
        "RP-2026-0002；改善服务2项；补发惠及1030人", "改善服务2项；补发惠及1230人",  # one payment named twice
    )  # fmt: skip
    figures = compute(SCOPE, ["money.found", "money.claimed"])
    assert Decimal(str(total["amount"])) * WAN == figures["money.found"].number()
    assert Decimal(str(total["claimed"])) * WAN == figures["money.claimed"].number()


def test_claimed_and_proved_stand_side_by_side_and_apart(story: Story) -> None:
    *lines, total = table(workbook()["申报与证实"], "proof")
    held, partly, later, _late, back, _again = lines
    assert (held["claimed"], held["proved"], held["conclusion"]) == (1234.56789, 1234.56789, "整改属实")
    assert (partly["claimed"], partly["proved"], partly["conclusion"]) == (520, 350, "整改不到位")
    assert (partly["cleared"], partly["partly"], partly["still"], partly["unproven"]) == (1, 1, 1, 1)
    assert (later["claimed"], later["proved"], later["conclusion"]) == ("—", "—", "—")
    assert (back["claimed"], back["proved"], back["conclusion"], back["result"]) == (60, 0, "反弹", "已整改")
    assert (total["claimed"], total["proved"]) == (1814.56789, 1584.56789)


def test_items_are_listed_with_their_verdict_and_masked_persons(story: Story) -> None:
    rows = table(workbook()["问题明细"], "items")
    assert len(rows) == 13
    first, second = rows[3], rows[4]
    assert first["key"] == "人员编号 9901**********4127；待遇月份 2026-01"
    assert (first["amount"], first["verdict"], first["proved"], first["trace"]) == (
        3_000_000,
        "已消除",
        3_000_000,
        "TH-2026-0815",
    )
    assert (second["amount"], second["verdict"], second["proved"]) == (2_000_000, "部分消除", 500_000)
    assert [row["verdict"] for row in rows[5:9]] == ["仍存在", "未能证实", "尚未回头看", "尚未回头看"]


def test_no_identity_number_stands_anywhere_in_the_file(story: Story) -> None:
    with zipfile.ZipFile(io.BytesIO(written(date(2026, 6, 20)))) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    assert "已追回 9901**********4127 多领养老金".encode() in content
    assert PERSON.encode() not in content


def test_every_column_and_every_figure_says_where_it_is_taken_from(story: Story) -> None:
    answers = compute(SCOPE)
    rows = table(workbook(answers=answers, scope=SCOPE)["取数口径"], "queries")
    by_code = {row["code"]: row for row in rows if row["title"]}
    assert {*names("ledger")} <= {*by_code}
    assert {*answers} <= {*by_code}
    assert all(row["from"] for row in by_code.values())
    assert by_code["money.proved"]["value"] == "1,584.56万元"
    assert by_code["money.proved"]["query"] == " ".join(answers["money.proved"].figure.sql.split())
    terms = [(row["row"], row["value"]) for row in rows if row["code"] == "findings.by_term"]
    assert terms[0] == ("立行立改", "问题 4；已整改 2；比例 50%")
    assert ":as_of = 2026-11-30" in str(workbook(answers=answers, scope=SCOPE)["取数口径"]["A2"].value)


def test_the_english_workbook_has_the_same_shape(story: Story) -> None:
    chinese, english = workbook(), workbook(language="en", answers=compute(SCOPE), scope=SCOPE)
    assert english.sheetnames == ["Ledger", "Claimed and proved", "Items", "Queries"]
    assert english["Ledger"]["A1"].value == "Yunjiang Audit Bureau: rectification ledger"
    assert english["Ledger"].max_column == chinese["台账"].max_column == 30
    line = table(english["Ledger"], "ledger")[0]
    assert (line["auditee"], line["topic"], line["result"]) == (
        "Social Insurance Fund Centre",
        "Social insurance",
        "Put right",
    )
    for name in form()["sheets"]:
        assert all(column["title"]["en"] and column["title"]["zh"] for column in form()["sheets"][name]["columns"])


def test_the_page_is_a3_landscape_with_a_repeated_head(story: Story) -> None:
    for sheet in workbook():
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (8, "landscape")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0  # as many pages down as it takes, one across
        assert str(sheet.print_title_rows).endswith("$1:$3")
        assert sheet.freeze_panes == "A4"
        last = f"${get_column_letter(sheet.max_column)}${sheet.max_row}"
        assert str(sheet.print_area).endswith(f"$A$1:{last}")
        assert len(sheet.merged_cells.ranges) == 2


def test_term_and_result_offer_their_words(story: Story) -> None:
    sheet = workbook()["台账"]
    offered = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation}
    assert offered == {"I4:I9": '"立行立改,分阶段整改,持续整改"', "AB4:AB9": '"已整改,持续整改,未整改"'}
    assert sheet.auto_filter.ref == "A3:AD9"


def test_an_empty_ledger_is_a_workbook_with_totals_of_nothing(world: World) -> None:
    (total,) = table(workbook()["台账"], "ledger")
    assert (total["engagement"], total["amount"], total["rules"]) == ("合计", 0, "0项")


def test_the_same_rows_give_the_same_bytes(story: Story) -> None:
    assert written(answers=compute(SCOPE), scope=SCOPE) == written(answers=compute(SCOPE), scope=SCOPE)


def test_a_path_and_a_stream_hold_the_same(story: Story, tmp_path: Path) -> None:
    write_xlsx(tmp_path / "ledger.xlsx", issued(SCOPE), as_of=CUT_OFF, bureau=BUREAU, language="zh")
    assert (tmp_path / "ledger.xlsx").read_bytes() == written()


def test_the_number_of_statements_does_not_grow_with_the_ledger(world: World) -> None:
    story, counts = Story(world), []
    story.on(date(2026, 5, 8))
    for size in (1, 12):
        for place in range(size):
            story.find(f"{size}-{place}", "重复支付", "fiscal_funds", items=(WAN, WAN))
            story.issue(f"{size}-{place}", due_on=date(2026, 7, 1))
            story.report(f"{size}-{place}")
        with CaptureQueriesContext(connection) as queries:
            written()
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 13


def hostile(sheets: bytes) -> Iterator[Any]:
    for sheet in openpyxl.load_workbook(io.BytesIO(sheets)):
        for row in sheet.iter_rows():
            yield from row


@pytest.mark.parametrize("payload", HOSTILE)
def test_no_text_becomes_a_formula_or_a_link(world: World, payload: str) -> None:
    story = Story(world)
    story.on(date(2026, 5, 8))
    story.find("a", payload, payload, amount=1)
    story.issue("a", due_on=date(2026, 7, 1))
    story.report("a", text=payload, unfinished=payload)
    content = written(answers=compute(SCOPE), scope=SCOPE)

    assert not [cell for cell in hostile(content) if cell.data_type == "f" or cell.hyperlink]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if b"<f>" in archive.read(name)]
    title = table(openpyxl.load_workbook(io.BytesIO(content))["申报与证实"], "proof")[0]["problem"]
    assert unescape(str(title)) == payload.replace("\r", "\n")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("申报与证实").to_python()
    assert title in rows[3] or payload in rows[3]


def test_a_text_that_looks_like_a_formula_stays_text_when_it_is_edited(world: World) -> None:
    story = Story(world)
    story.on(date(2026, 5, 8))
    story.find("a", "=1+1", "", amount=1)
    story.find("b", "harmless", "", amount=1)
    story.issue("a", "b", due_on=date(2026, 7, 1))
    sheet = workbook()["申报与证实"]
    assert [sheet.cell(row, 3).quotePrefix for row in (4, 5)] == [True, False]
    assert {sheet.cell(row, 3).number_format for row in (4, 5)} == {"@"}


@settings(deadline=None)  # a workbook is written for each amount
@given(st.integers(-(10**15), 10**15))
def test_an_amount_comes_back_to_the_fen(fen: int) -> None:
    stream = io.BytesIO()
    book = Book(stream, language="zh", title="x", made_on=CUT_OFF)
    book.sheet("x", [Column({"zh": "金额", "en": "Amount"}, 10, "money")] * 2, title="x", note="").row([fen, None])
    book.close()
    cell = openpyxl.load_workbook(stream)["x"]["A4"]
    assert round(Decimal(repr(cell.value)) * WAN) == fen
    assert cell.number_format == "#,##0.00####"  # no program rounds what is shown


def test_a_text_too_long_for_a_cell_is_cut_and_says_so() -> None:
    for letter in ("文", "𠀀"):
        cut = fitting(letter * CELL_LIMIT, "zh") if letter == "𠀀" else fitting(letter * (CELL_LIMIT + 1), "zh")
        assert len(cut.encode("utf-16-le")) // 2 <= CELL_LIMIT
        assert cut.endswith("……（后文未载入单元格，全文见系统）")
    assert fitting("文" * CELL_LIMIT, "zh") == "文" * CELL_LIMIT
