"""How each style of a paper looks, by language: fonts and sizes of GB/T 9704-2012, and a plainer English page.

Fonts are named, never carried: 方正小标宋简体 and 仿宋_GB2312 are licensed, and an office has them.
"""

from __future__ import annotations

from dataclasses import dataclass

from docx.enum.text import WD_ALIGN_PARAGRAPH

LEFT, CENTRE, RIGHT, BOTH = (
    WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY,
)  # fmt: skip
PITCH = 28.95  # points; 225 mm / 22 lines, rounded down so that 22 lines fit


@dataclass(frozen=True)
class Face:
    """How a style looks: Chinese font, size, alignment, indent in characters, line pitch (0: single), weight."""

    font: str
    size: float
    align: WD_ALIGN_PARAGRAPH = BOTH
    indent: int = 2
    pitch: float = PITCH
    bold: bool = False
    latin: str = "Times New Roman"
    after: float = 0
    before: float = 0
    right: int = 0  # characters left free at the end of the line
    red: bool = False
    ruled: bool = False  # a red rule below


_SONG, _FANG, _HEI, _KAI = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
FACES: dict[str, dict[str, Face]] = {
    "zh": {
        "Normal": Face(_FANG, 16),
        "Masthead": Face(_SONG, 36, CENTRE, 0, 0, red=True, before=6, after=12),
        "Number": Face(_FANG, 16, CENTRE, 0, 0, ruled=True, after=28),
        "Title": Face(_SONG, 22, CENTRE, 0, 33, after=12),
        "Subtitle": Face(_KAI, 16, CENTRE, 0),
        "Salutation": Face(_FANG, 16, LEFT, 0),
        "Heading 1": Face(_HEI, 16),
        "Heading 2": Face(_KAI, 16),
        "Heading 3": Face(_FANG, 16, bold=True),
        "Annex": Face(_HEI, 16, LEFT, 0),
        "Signature": Face(_FANG, 16, RIGHT, 0, right=4),
        "Picture": Face(_FANG, 16, CENTRE, 0, 0, before=8),
        "Caption": Face(_FANG, 12, CENTRE, 0, 20, after=6),
        "Cell": Face(_FANG, 10.5, LEFT, 0, 0),
        "Fine": Face(_FANG, 9, LEFT, 0, 0),
        "Query": Face(_FANG, 8, LEFT, 0, 10.5, latin="Consolas", after=6),
        "Figure": Face(_HEI, 10.5, LEFT, 0, 16),
    },
    "en": {
        "Normal": Face(_FANG, 12, indent=0, pitch=18, after=6),
        "Masthead": Face(_SONG, 26, CENTRE, 0, 0, bold=True, red=True, before=6, after=8),
        "Number": Face(_FANG, 12, CENTRE, 0, 0, ruled=True, after=20),
        "Title": Face(_SONG, 18, CENTRE, 0, 24, bold=True, after=6),
        "Subtitle": Face(_KAI, 12, CENTRE, 0, 18, after=6),
        "Salutation": Face(_FANG, 12, LEFT, 0, 18, after=6),
        "Heading 1": Face(_HEI, 14, LEFT, 0, 22, bold=True, after=4),
        "Heading 2": Face(_KAI, 12, LEFT, 0, 18, bold=True, after=4),
        "Heading 3": Face(_FANG, 12, LEFT, 0, 18, bold=True, after=2),
        "Annex": Face(_HEI, 12, LEFT, 0, 18, bold=True),
        "Signature": Face(_FANG, 12, RIGHT, 0, 18, right=2, after=2),
        "Picture": Face(_FANG, 12, CENTRE, 0, 0, before=8),
        "Caption": Face(_FANG, 10.5, CENTRE, 0, 16, after=6),
        "Cell": Face(_FANG, 10, LEFT, 0, 0),
        "Fine": Face(_FANG, 9, LEFT, 0, 0),
        "Query": Face(_FANG, 8, LEFT, 0, 10.5, latin="Consolas", after=6),
        "Figure": Face(_HEI, 10.5, LEFT, 0, 16, bold=True),
    },
}
