"""Official documents as DOCX: the page of GB/T 9704-2012, built by code.

Rules kept here:

* A4; margins 37, 35, 28 and 26 mm, so that the type area is 156 x 225 mm; body in size 3 (16 points) with an exact
  pitch of 28.95 points: 22 lines of 28 characters. Title in size 2 (22 points), first level 黑体, second 楷体, the rest
  仿宋.
* Page numbers with dashes in size 4, on the outer side of odd and even pages; a list that needs the width lies on its
  side, its head to the binding edge.
* Personal numbers are masked, unless the paper goes to those alone who must know them.
* A number links to its query inside the document: invisible in print, one click on screen.
* The same content gives the same bytes: no time of writing stands in the file.
"""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Tc
from docx.shared import Emu, Length, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from reperform.papers.faces import CENTRE, FACES, LEFT, PITCH, RIGHT, Face
from reperform.papers.masking import mask
from reperform.papers.wording import Piece

TWENTIETHS = 20
BODY = 16
CLOSER = -0.25  # points: what a character of 16 points gives up so that 28 stand in 156 mm
TEXT_WIDTH, TEXT_HEIGHT = Mm(156), Mm(225)
RED = "C00000"
INSET = 57  # twentieths of a point: 1 mm
_LEFT_OUT = ("/thumbnail", "/stylesWithEffects")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML has no place for them


class Paper:
    """A document being written, in one language."""

    def __init__(self, language: str, *, title: str, as_of: date, masked: bool = True) -> None:
        self.language, self.as_of, self.masked = language, as_of, masked
        self._wide = False
        self._document = Document()
        for name, face in FACES[language].items():
            self._style(name, face)
        self._styles = {name: self._document.styles[name].style_id for name in FACES[language]}
        self._end: Any = self._document.element.body.sectPr
        self._page()
        self._properties(title)
        self._bookmarks = 0
        package = self._document.part.package
        for holder in (package, self._document.part):
            for key in [key for key, one in holder.rels.items() if one.reltype.endswith(_LEFT_OUT)]:
                del holder.rels[key]  # of the library's template: its picture, its styles a second time

    def _style(self, name: str, face: Face) -> None:
        styles = self._document.styles
        style: Any = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        properties = style.element.get_or_add_rPr()
        for child in list(properties):  # the template's own fonts, colours and sizes
            properties.remove(child)
        fonts = OxmlElement("w:rFonts")
        for kind, font in {"ascii": face.latin, "hAnsi": face.latin, "cs": face.latin, "eastAsia": face.font}.items():
            fonts.set(qn(f"w:{kind}"), font)
        properties.append(fonts)
        style.font.size, style.font.bold = Pt(face.size), face.bold
        if face.red:
            style.font.color.rgb = RGBColor.from_string(RED)
        if face.size == BODY:  # a grid of characters would say the same, but not every program draws it alike
            spacing = OxmlElement("w:spacing")
            spacing.set(qn("w:val"), str(round(CLOSER * TWENTIETHS)))
            properties.insert_element_before(spacing, "w:kern", "w:position", "w:sz", "w:szCs", "w:lang")
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), "en-US")
        language.set(qn("w:eastAsia"), "zh-CN")
        properties.append(language)
        style.paragraph_format.alignment = face.align
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(face.before), Pt(face.after)
        style.paragraph_format.widow_control = False
        style.paragraph_format.keep_with_next = name.startswith("Heading") or name in {"Picture", "Figure"}
        if face.pitch:
            style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
            style.paragraph_format.line_spacing = Pt(face.pitch)
        else:
            style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        _indent(style.element.get_or_add_pPr(), face)
        if face.pitch != PITCH:  # the page's grid of lines is for the body alone
            grid = OxmlElement("w:snapToGrid")
            grid.set(qn("w:val"), "0")
            style.element.pPr.insert_element_before(
                grid, "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl"
            )
        border = style.element.pPr.find(qn("w:pBdr"))  # the template underlines its titles
        if border is not None:
            style.element.pPr.remove(border)
        if face.ruled:
            style.element.pPr.insert_element_before(
                _rule(), "w:shd", "w:tabs", "w:snapToGrid", "w:spacing", "w:ind", "w:jc"
            )

    def _page(self) -> None:
        section = self._document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        section.header_distance, section.footer_distance = Mm(15), Mm(24)
        if self.language == "zh":
            grid = section._sectPr.find(qn("w:docGrid"))
            if grid is None:
                grid = OxmlElement("w:docGrid")
                section._sectPr.append(grid)
            grid.set(qn("w:type"), "lines")
            grid.set(qn("w:linePitch"), str(round(PITCH * TWENTIETHS)))
        self._document.settings.odd_and_even_pages_header_footer = True
        _page_number(section.footer.paragraphs[0], RIGHT)
        _page_number(section.even_page_footer.paragraphs[0], LEFT)

    def _properties(self, title: str) -> None:
        core = self._document.core_properties
        core.title, core.author, core.last_modified_by, core.comments = title, "", "", ""
        core.language = "zh-CN" if self.language == "zh" else "en"
        core.created = core.modified = datetime.combine(self.as_of, time())
        core.revision = 1

    def _paragraph(self, style: str) -> Paragraph:
        """Add an empty paragraph. The library's own way searches the whole document for its end, each time."""
        element = OxmlElement("w:p")
        self._end.addprevious(element)
        element.get_or_add_pPr().style = self._styles[style]
        return Paragraph(element, self._document._body)

    def add(self, text: str | Sequence[Piece], style: str = "Normal") -> Paragraph:
        """Add a paragraph; pieces that a figure gives link to it."""
        paragraph = self._paragraph(style)
        for piece in [Piece(text)] if isinstance(text, str) else text:
            if piece.figure:
                _link(paragraph, piece.figure, self._clean(piece.text))
            else:
                paragraph.add_run(self._clean(piece.text))
        return paragraph

    def turn(self, *, wide: bool = False) -> None:
        """Begin a new page, upright or on its side."""
        section = self._document.add_section(WD_SECTION.NEW_PAGE)
        if wide != self._wide:
            self._wide = wide
            section.footer_distance = Mm(14) if wide else Mm(24)
            section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
            section.page_width, section.page_height = section.page_height, section.page_width
            sides = (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
            turned = (*sides[1:], sides[0]) if not wide else (sides[3], *sides[:3])
            section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = turned

    def annex(self, label: str, title: str) -> None:
        """Begin an annex on a new page."""
        self.add(label, "Annex").paragraph_format.page_break_before = True
        self.add(title, "Title")

    def target(self, figure: str, text: str) -> None:
        """Add the line to which the numbers of a figure link."""
        paragraph = self.add(text, "Figure")
        self._bookmarks += 1
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for mark in (start, end):
            mark.set(qn("w:id"), str(self._bookmarks))
        start.set(qn("w:name"), _anchor(figure))
        paragraph._p.insert(1, start)
        paragraph._p.append(end)

    def query(self, sql: str) -> None:
        """Add a query, line by line as it is written."""
        paragraph = self._paragraph("Query")
        for place, line in enumerate(sql.split("\n")):
            run = paragraph.add_run()
            if place:
                run.add_break()
            run.add_text(line)

    def picture(self, png: bytes, caption: str, alternative: str) -> None:
        """Add a picture not wider than the text, its caption, and the sentence that says what it shows."""
        paragraph = self._paragraph("Picture")
        shape = paragraph.add_run().add_picture(io.BytesIO(png))
        if shape.width > TEXT_WIDTH:
            shape.height, shape.width = Emu(shape.height * TEXT_WIDTH // shape.width), TEXT_WIDTH
        shape._inline.docPr.set("descr", alternative)
        self.add(caption, "Caption")

    def table(
        self, head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Sequence[bool],
        widths: Sequence[float] = (), tall: bool = False,
    ) -> None:  # fmt: skip
        """Add a table whose head row is repeated on each page; columns of numbers are aligned to the right.

        A tall one has room in each row to write by hand.
        """
        table = self._document.add_table(rows=0, cols=len(head), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        table._tbl.tblPr.insert_element_before(_inset(), "w:tblLook", "w:tblCaption")
        shares = widths or [2 if number else 3 for number in numbers]
        across = TEXT_HEIGHT if self._wide else TEXT_WIDTH
        wide = [int(across * share / sum(shares)) for share in shares]
        for column, width in zip(table.columns, wide, strict=True):
            column.width = Emu(width)
        heads = [self._cell(width, CENTRE, bold=True) for width in wide]
        plain = [self._cell(width, RIGHT if number else LEFT) for width, number in zip(wide, numbers, strict=True)]
        for place, cells in enumerate([head, *rows]):
            row = OxmlElement("w:tr")
            table._tbl.append(row)
            marks = row.get_or_add_trPr()
            marks.append(OxmlElement("w:cantSplit"))
            if tall:
                row.trHeight_val, row.trHeight_hRule = Pt(PITCH), WD_ROW_HEIGHT_RULE.AT_LEAST
            if place == 0:
                marks.append(OxmlElement("w:tblHeader"))
            for text, like in zip(cells, plain if place else heads, strict=True):
                cell = copy.deepcopy(like)
                _write(cell.p_lst[0].r_lst[0], self._clean(text))
                row.append(cell)

    def _cell(self, width: int, align: WD_ALIGN_PARAGRAPH, *, bold: bool = False) -> Any:  # noqa: ANN401
        """Return an empty cell, of which a column makes copies: to build each one takes ten times as long."""
        cell = CT_Tc.new()
        cell.width = Emu(width)
        cell.get_or_add_tcPr().vAlign_val = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        paragraph = Paragraph(cell.p_lst[0], self._document._body)
        paragraph._p.get_or_add_pPr().style = self._styles["Fine" if self._wide else "Cell"]
        paragraph.alignment = align
        paragraph.add_run().bold = bold
        return cell

    def _clean(self, text: str) -> str:
        return _CONTROL.sub("", mask(text) if self.masked else text)

    def to_bytes(self) -> bytes:
        """Return the file; its own times are the date of its content."""
        written, settled = io.BytesIO(), io.BytesIO()
        self._document.save(written)
        stamp = (self.as_of.year, self.as_of.month, self.as_of.day, 0, 0, 0)
        with zipfile.ZipFile(written) as source, zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as target:
            for name in source.namelist():
                member = zipfile.ZipInfo(name, stamp)
                member.compress_type = zipfile.ZIP_DEFLATED
                target.writestr(member, source.read(name))
        return settled.getvalue()


def _write(run: Any, text: str) -> None:  # noqa: ANN401
    """Put a text into a run; line ends and tabs in it become what a document has for them."""
    if text.isprintable():
        run.add_t(text)
    else:
        run.text = text


def _anchor(figure: str) -> str:
    return "fig_" + figure.replace(".", "_")


def _indent(properties: Any, face: Face) -> None:  # noqa: ANN401 - python-docx has no types for its elements
    indent = properties.get_or_add_ind()
    for name in list(indent.attrib):
        del indent.attrib[name]
    if face.indent:
        indent.set(qn("w:firstLineChars"), str(face.indent * 100))
        indent.set(qn("w:firstLine"), str(round(face.indent * face.size * TWENTIETHS)))
    else:
        indent.set(qn("w:firstLine"), "0")
    if face.right:
        indent.set(qn("w:rightChars"), str(face.right * 100))
        indent.set(qn("w:right"), str(round(face.right * face.size * TWENTIETHS)))


def _inset() -> Any:  # noqa: ANN401
    """Return the room left at the sides of each cell."""
    margins = OxmlElement("w:tblCellMar")
    for name in ("left", "right"):
        side = OxmlElement(f"w:{name}")
        side.set(qn("w:w"), str(INSET))
        side.set(qn("w:type"), "dxa")
        margins.append(side)
    return margins


def _rule() -> Any:  # noqa: ANN401
    """Return a red rule below a paragraph."""
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in {"val": "single", "sz": "12", "space": "6", "color": RED}.items():
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    return borders


def _link(paragraph: Paragraph, figure: str, text: str) -> None:
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), _anchor(figure))
    link.set(qn("w:history"), "1")
    link.append(paragraph.add_run(text)._r)
    paragraph._p.append(link)


def _page_number(paragraph: Paragraph, side: WD_ALIGN_PARAGRAPH) -> None:
    paragraph.alignment = side
    size = Pt(14)
    indent: Length = size
    paragraph.paragraph_format.first_line_indent = Pt(0)
    if side == RIGHT:
        paragraph.paragraph_format.right_indent = indent
    else:
        paragraph.paragraph_format.left_indent = indent
    for kind, text in (
        ("", "— "),
        ("begin", ""),
        ("instr", " PAGE "),
        ("separate", ""),
        ("", "1"),
        ("end", ""),
        ("", " —"),
    ):
        run = paragraph.add_run()
        run.font.size, run.font.name = size, "宋体"
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
        if kind == "instr":
            field = OxmlElement("w:instrText")
            field.set(qn("xml:space"), "preserve")
            field.text = text
            run._r.append(field)
        elif kind:
            character = OxmlElement("w:fldChar")
            character.set(qn("w:fldCharType"), kind)
            run._r.append(character)
        else:
            run.add_text(text)
