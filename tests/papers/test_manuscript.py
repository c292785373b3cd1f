"""A manuscript is one matter drawn in several ways: the same words on paper, on a page and in a workbook."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from docx.enum.section import WD_ORIENT
from docx.shared import Mm
from hypothesis import given
from hypothesis import strategies as st

from reperform import rectify, verify
from reperform.papers.documents import Paper
from reperform.papers.manuscript import COMMON, Line, Manuscript, Table, form
from reperform.papers.words import LANGUAGES, read
from tests.papers.read import everything, grids, lines, opened

FORMS = sorted(
    path for stage in (rectify, verify) for path in Path(str(stage.__file__)).parent.glob("*.yaml")
    if "tables" in read(path)
)  # fmt: skip
LISTS = next(path for path in FORMS if path.name == "lists.yaml")
DAY = date(2026, 7, 1)
ANY_TEXT = st.text(st.characters(codec=None), max_size=300)


def written(text: str, *, masked: bool = True, language: str = "zh") -> Manuscript:
    paper = Manuscript(LISTS, language, dated=DAY, masked=masked)
    paper.masthead("云江市审计局")
    paper.head("title")
    paper.add(text)
    paper.turn(wide=True)
    paper.table("limits", [[1, "RP-2026-0001", text, text, DAY], [2, "RP-2026-0002", text, None, None]])
    return paper


def strings(value: object) -> Iterator[object]:
    """Return the parts of a form that must be pairs of words."""
    if isinstance(value, dict) and set(LANGUAGES) & set(value):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)


@pytest.mark.parametrize("path", [*FORMS, COMMON], ids=lambda path: path.name)
def test_every_word_of_a_form_is_there_in_both_languages(path: Path) -> None:
    pairs = list(strings(read(path)))
    assert pairs
    for pair in pairs:
        assert isinstance(pair, dict)
        assert set(pair) == set(LANGUAGES), pair
        assert all(isinstance(text, str) and text for text in pair.values()), pair


@given(ANY_TEXT)
def test_any_text_of_a_record_gives_a_document_that_opens(text: str) -> None:
    content = written(text).to_docx()
    assert "RP-2026-0001" in everything(content)
    assert written(text).to_docx() == content


@given(st.text(st.characters(codec="utf-8", categories=("L", "N")), max_size=4000))
def test_what_can_be_printed_is_printed_whole(text: str) -> None:
    paper = written(text, masked=False)
    content = paper.to_docx()
    assert grids(content)[0][1][2] == text
    assert text in lines(content)
    assert [block.text for block in paper.leaves()[0][1] if isinstance(block, Line)][3:] == [text]


def test_a_personal_number_is_masked_in_every_drawing() -> None:
    number = "990101195001011234"
    paper = written(f"张某 {number}")
    shown = [
        block.text if isinstance(block, Line) else str(block.cells) for _wide, leaf in paper.leaves() for block in leaf
    ]
    assert number not in everything(paper.to_docx())
    assert number not in "".join(shown)
    assert "9901**********1234" in "".join(shown)
    assert number in everything(written(f"张某 {number}", masked=False).to_docx())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wide_leaf_lies_on_its_side_and_the_next_one_stands(language: str) -> None:
    paper = written("事实", language=language)
    paper.turn()
    paper.add("末页")
    upright, wide, last = opened(paper.to_docx()).sections
    assert (wide.orientation, wide.page_width) == (WD_ORIENT.LANDSCAPE, upright.page_height)
    assert (last.orientation, last.page_width) == (WD_ORIENT.PORTRAIT, upright.page_width)
    margins = (wide.top_margin, wide.right_margin, wide.bottom_margin, wide.left_margin)
    assert [round(one / Mm(1)) for one in margins if one is not None] == [28, 37, 26, 35]  # the head to the binding
    assert last.left_margin == upright.left_margin


def test_turning_twice_to_the_same_side_changes_nothing() -> None:
    """Regression: a page is stored in twentieths of a point, so its width is not quite the one that was set."""
    paper = Paper("zh", title="x", as_of=DAY)
    for wide in (True, True, False, False):
        paper.turn(wide=wide)
    sides = [section.orientation for section in opened(paper.to_bytes()).sections]
    assert sides == [WD_ORIENT.PORTRAIT, *[WD_ORIENT.LANDSCAPE] * 2, *[WD_ORIENT.PORTRAIT] * 2]


def test_nothing_known_nothing_written_and_zero_look_different() -> None:
    columns = form(LISTS).tables["problems"]
    money = next(column for column in columns if column.kind == "yuan")
    table = Table("x", "", [money], [[None], [""], [0], [123_456_789_01]], "zh")
    assert table.cells == [["—"], [""], ["0.00"], ["123,456,789.01"]]


def test_no_time_of_writing_stands_in_the_file() -> None:
    with zipfile.ZipFile(io.BytesIO(written("事实").to_docx())) as archive:
        assert {member.date_time[:3] for member in archive.infolist()} == {(2026, 7, 1)}


def test_a_table_with_blanks_has_room_to_write() -> None:
    paper = Manuscript(LISTS, "zh", dated=DAY)
    paper.facts([("title", "")])
    paper.facts([("title", "已填")])
    assert [table.tall for table in paper.tables()] == [True, False]
