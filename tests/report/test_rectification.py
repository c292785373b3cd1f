"""The report on rectification: the official layout, numbers that link to their queries, the same bytes each time."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st
from tests.report.office import size_of, text_of, to_pdf
from tests.report.story import CUT_OFF, PERSON, Story
from tests.world import World

from reperform.home import Bureau
from reperform.papers.documents import Paper
from reperform.papers.wording import Piece, places, sentences
from reperform.papers.words import LANGUAGES
from reperform.report.figures import Scope, figures
from reperform.report.rectification import WORDING, Sitting, compose, numeral

SCOPE = Scope(CUT_OFF, "YJ/YJ-AUD/", 2026)
BUREAU = Bureau(name_zh="云江市审计局", name_en="Yunjiang Audit Bureau")
SITTING = Sitting("云江市第十六届人民代表大会常务委员会第四十五次会议", date(2026, 12, 30), "云江市副市长　赵某")


def composed(language: str = "zh", day: date = CUT_OFF, sitting: Sitting | None = SITTING) -> bytes:
    scope = Scope(day, SCOPE.bureau, SCOPE.year)
    return compose(scope, bureau=BUREAU, language=language, budget_year=2025, sitting=sitting).document


def opened(content: bytes) -> Document:
    return docx.Document(io.BytesIO(content))


def paragraphs(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in opened(content).paragraphs]


def under(told: list[str], head: str, last: str) -> list[str]:
    """Return the paragraphs between two headings."""
    return told[told.index(head) + 1 : told.index(last)]


def test_the_head_is_that_of_a_report_to_the_standing_committee(story: Story) -> None:
    assert paragraphs(composed())[:5] == [
        "关于2025年度市级预算执行和其他财政收支审计查出问题整改情况的报告",
        "——2026年12月30日在云江市第十六届人民代表大会常务委员会第四十五次会议上",
        "云江市副市长　赵某",
        "",
        "主任、各位副主任、秘书长、各位委员：",
    ]


def test_without_a_sitting_it_is_a_draft_of_the_bureau(story: Story) -> None:
    assert paragraphs(composed(sitting=None))[1:3] == ["（送审稿，数据截至2026年11月30日）", "云江市审计局"]


def test_three_parts_and_two_annexes_follow_in_their_order(story: Story) -> None:
    told = paragraphs(composed())
    heads = [
        "一、审计整改工作部署和成效", "二、审计查出问题的整改情况", "三、尚未完成整改的问题、原因和下一步安排",
        "以上报告，请予审议。", "附件1", "各单位审计查出问题整改情况", "附件2", "数据和取数口径",
    ]  # fmt: skip
    places_of = [told.index(head) for head in heads]
    assert places_of == sorted(places_of)


def test_the_results_are_told_with_claimed_and_proved_apart(story: Story) -> None:
    told = paragraphs(composed())
    assert (
        "截至2026年11月30日，已完成整改并销号2个，整改完成率33%（2/6）。其中立行立改50%（2/4），分阶段整改0%（0/1），持续整改0%（0/1）。"
        in told
    )
    assert any(
        text.startswith("单位申报整改金额1,814.56万元，其中已销号问题1,294.56万元；数据证实整改金额1,584.56万元。")
        for text in told
    )
    assert any("单位申报改善服务2项、补发惠及1230人" in text for text in told)


def test_topics_come_in_the_order_of_the_list_with_their_largest_problems(story: Story) -> None:
    part = under(paragraphs(composed()), "二、审计查出问题的整改情况", "三、尚未完成整改的问题、原因和下一步安排")
    assert [text for text in part if text.startswith("（")] == [
        "（一）财政资金管理使用",
        "（二）社会保险",
        "（三）养老服务",
    ]
    assert part[2] == "其中金额较大的问题：市民政局“非税收入未及时缴库”，未整改。"
    assert part[5].count("“") == 3  # of the four problems of that topic


def test_what_is_not_done_is_told_with_its_reason_or_that_none_is_given(story: Story) -> None:
    part = under(paragraphs(composed()), "三、尚未完成整改的问题、原因和下一步安排", "以上报告，请予审议。")
    assert part[0] == "截至2026年11月30日，4个问题尚未销号，其中持续整改3个，已逾整改时限1个；单位已报送整改情况1个。"
    assert part[2] == (
        "1.市社会保险基金管理中心“重复领取养老金”：持续整改，整改时限2026年10月31日。"
        "未完成原因：1 人已去世，正向继承人追索。下一步措施：逐人核对并追回；按月比对死亡登记。"
    )
    assert part[3].endswith("单位尚未说明未完成原因。单位尚未报送整改措施。")
    assert "（二）下一步工作安排" in part
    assert any(text.startswith("对逾期的1个问题") for text in part)


def test_the_annex_has_one_paragraph_a_problem_in_the_printed_form(story: Story) -> None:
    annex = under(paragraphs(composed()), "各单位审计查出问题整改情况", "附件2")
    place = annex.index("（一）对“向 3 名死亡人员发放养老金”的整改")
    assert annex[place + 1] == (
        "已整改。已全部追回。2026年9月10日销号。回头看结论：整改属实。"
        "（编号RP-2026-0001，查出金额1,234.56万元，单位申报整改1,234.56万元，数据证实1,234.56万元）"
    )
    assert annex[annex.index("（二）对“非税收入未及时缴库”的整改") + 1].startswith(
        "未整改。单位尚未报送整改情况。整改时限2026年7月9日，已逾期。"
    )
    assert sum(text.startswith("（") and "的整改" in text for text in annex) == 6
    assert annex[1].startswith("下达问题2个，已整改0个，整改完成率0%（0/2），逾期1个；查出金额900.34万元")


def test_a_relapse_names_the_closed_finding(story: Story) -> None:
    assert any("系RP-2026-0005销号后反弹。" in text for text in paragraphs(composed()))


def test_it_is_told_as_of_a_date(story: Story) -> None:
    told = paragraphs(composed(day=date(2026, 7, 1)))
    assert "截至2026年7月1日，尚未开展回头看。" in told
    assert not any("反弹" in text and "销号后" in text for text in told)


def test_when_all_is_done_nothing_is_left_to_tell(world: World) -> None:
    story = Story(world)
    story.on(date(2026, 5, 8))
    story.find("a", "闲置资金", "fiscal_funds")
    story.issue("a", due_on=date(2026, 7, 1))
    story.report("a")
    story.strike_off("a")
    part = under(paragraphs(composed()), "三、尚未完成整改的问题、原因和下一步安排", "以上报告，请予审议。")
    assert part == [
        "截至2026年11月30日，已下达的问题全部销号。",
        "对全部未销号问题继续对账销号，对已销号问题持续开展回头看，防止反弹。",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_ledger_without_findings_is_a_report_all_the_same(world: World, language: str) -> None:
    told = paragraphs(composed(language))
    assert sentences(WORDING)["no_findings"][language] in told
    assert len(opened(composed(language)).inline_shapes) == 0


def numbers(text: str) -> list[str]:
    return re.findall(r"\d[\d,]*(?:\.\d+)?%?", text)


def test_every_number_of_the_sentences_links_to_its_query(story: Story) -> None:
    document = opened(composed())
    anchors, bookmarks = set(), {one.get(qn("w:name")) for one in document.element.iter(qn("w:bookmarkStart"))}
    for paragraph in document.paragraphs:
        if paragraph.style is not None and paragraph.style.name == "Normal" and "查询" not in paragraph.text:
            linked = [link.get(qn("w:anchor")) for link in paragraph._p.iter(qn("w:hyperlink"))]
            anchors.update(linked)
            plain = "".join(run.text for run in paragraph.runs)  # runs outside of links
            rest = re.sub(r"\d+年(\d+月\d+日|度)|附件\d|RP-2026-\d+|“[^”]*”|^\d+\.|\d+ 人已去世", "", plain)
            assert not numbers(rest), paragraph.text
    assert anchors
    assert anchors <= bookmarks


def test_each_figure_that_was_used_stands_in_the_annex_with_its_query(story: Story) -> None:
    result = compose(SCOPE, bureau=BUREAU, language="zh", budget_year=2025)
    annex = paragraphs(result.document)
    annex = annex[annex.index("数据和取数口径") :]
    for code, answer in result.answers.items():
        assert any(text.startswith(f"{code}　{answer.figure.title['zh']}") for text in annex), code
        assert answer.figure.own in annex, code
    assert {
        code for sentence in sentences(WORDING).values() for code, _r, _c in places(sentence["zh"]) if "." in code
    } <= {*figures()}
    assert ":as_of = 2026-11-30" in annex[1]


def test_no_sentence_holds_a_number_of_its_own() -> None:
    for name, pair in sentences(WORDING).items():
        for language in LANGUAGES:
            bare = re.sub(r"\{[^}]*\}|附件\d|Annex \d|^\(\d\) |10,000 yuan", "", pair[language])
            assert not re.search(r"\d", bare), name


def test_both_languages_ask_for_the_same_figures_and_words() -> None:
    for name, pair in sentences(WORDING).items():
        chinese, english = ({*places(pair[language])} for language in LANGUAGES)
        assert chinese == english, name


def test_the_english_report_has_the_same_structure(story: Story) -> None:
    chinese, english = opened(composed()), opened(composed("en", sitting=None))
    assert english.paragraphs[0].text.startswith(
        "Report on the rectification of problems found by the audit of the 2025"
    )

    def outline(document: Document) -> list[str]:
        styles = [str(one.style.name) for one in document.paragraphs if one.style is not None]
        return [style for style in styles if style.startswith(("Heading", "Annex", "Figure", "Caption"))]

    assert outline(chinese) == outline(english)
    assert len(chinese.tables) == len(english.tables)
    assert not re.search(r"[一-鿿]", " ".join(one.text for one in english.paragraphs[:20]))


def test_the_page_is_that_of_the_national_standard(story: Story) -> None:
    document = opened(composed())
    section = document.sections[0]
    page = [section.page_width, section.page_height, section.top_margin, section.bottom_margin, section.left_margin,
            section.right_margin]  # fmt: skip
    assert [round(length.mm) for length in page if length is not None] == [210, 297, 37, 35, 28, 26]
    body = document.styles["Normal"]
    assert (body.font.size.pt, body.paragraph_format.line_spacing.pt) == (16, 28.95)
    fonts = {name: document.styles[name].element.rPr.rFonts.get(qn("w:eastAsia")) for name in
             ("Title", "Normal", "Heading 1", "Heading 2")}  # fmt: skip
    assert fonts == {
        "Title": "方正小标宋简体",
        "Normal": "仿宋_GB2312",
        "Heading 1": "黑体",
        "Heading 2": "楷体_GB2312",
    }
    assert body.element.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"
    fields = [one.text for footer in (section.footer, section.even_page_footer) for one in
              footer._element.iter(qn("w:instrText"))]  # fmt: skip
    assert fields == [" PAGE ", " PAGE "]


def test_pictures_have_a_text_for_those_who_cannot_see_them(story: Story) -> None:
    document = opened(composed())
    told = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert len(told) == 4
    assert told[0].startswith("按整改类型的问题：立行立改 50%（2/4）")
    assert all(shape.width.mm <= 156.01 for shape in document.inline_shapes)


def test_the_head_row_of_a_table_is_repeated_on_each_page(story: Story) -> None:
    for table in opened(composed()).tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


def test_the_same_rows_give_the_same_bytes(story: Story) -> None:
    assert composed() == composed()
    with zipfile.ZipFile(io.BytesIO(composed())) as archive:
        assert {member.date_time for member in archive.infolist()} == {(2026, 11, 30, 0, 0, 0)}
        assert "docProps/thumbnail.jpeg" not in archive.namelist()
    core = opened(composed()).core_properties
    assert (core.created, core.modified, core.author) == (core.created, core.created, "")
    assert core.created is not None
    assert core.created.date() == CUT_OFF


def test_no_identity_number_and_no_font_stands_in_the_file(story: Story) -> None:
    with zipfile.ZipFile(io.BytesIO(composed(day=date(2026, 6, 20)))) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
        assert not [
            name for name in archive.namelist() if "font" in name.lower() and not name.endswith("fontTable.xml")
        ]
    assert b"9901**********4127" in content
    assert PERSON.encode() not in content


def test_characters_that_the_format_has_no_place_for_are_left_out() -> None:
    paper = Paper("zh", title="x", as_of=CUT_OFF)
    paper.add([Piece("a\x00\x01b\ufffe"), Piece("1\x02", "findings.total")])
    assert paragraphs(paper.to_bytes()) == ["ab1"]


@given(st.integers(1, 99))
def test_headings_count_as_chinese_does(number: int) -> None:
    digits = {letter: value for value, letter in enumerate("〇一二三四五六七八九")}
    tens, found, ones = numeral(number).rpartition("十")
    value = (digits.get(tens, 1) if found else 0) * 10 + (digits[ones] if ones else 0)
    assert value == number


@pytest.mark.parametrize("language", LANGUAGES)
def test_libreoffice_opens_the_report_and_draws_its_pages(story: Story, tmp_path: Path, language: str) -> None:
    (tmp_path / "report.docx").write_bytes(composed(language))
    pdf = to_pdf(tmp_path / "report.docx", tmp_path)
    pages, (width, height) = size_of(pdf)
    assert pages > 5
    assert (width, height) == pytest.approx((595.3, 841.9), abs=0.5)
    text = text_of(pdf)
    assert {"zh": "以上报告，请予审议", "en": "submitted for deliberation"}[language] in text
    assert re.search(r"— ?1 ?—", text)
    assert "SELECT count(*) AS value FROM cohort" in " ".join(text.split())


def test_a_line_holds_28_characters_and_a_page_22_lines(tmp_path: Path) -> None:
    paper = Paper("zh", title="x", as_of=CUT_OFF)
    for _ in range(3):
        paper.add("整" * (28 * 22), "Normal")
    (tmp_path / "full.docx").write_bytes(paper.to_bytes())
    pages = text_of(to_pdf(tmp_path / "full.docx", tmp_path), "-layout").split("\f")
    lines = [len(line.strip()) for line in pages[0].splitlines() if "整" in line]
    assert len(lines) == 22
    assert lines[1] == 28
