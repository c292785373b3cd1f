"""Charts, drawn on the server: Vega-Lite specifications, rendered to SVG for pages and to PNG for documents.

Rules kept here (visual guide, section 8):

* Bars that start at zero, labelled directly. A rate is truncated and printed with its fraction; the text is made here,
  never by the chart's own rounding.
* Text stays text. Every mark may be a link to the rows behind it. The drawing holds no script, no inline style and no
  address but the ledger's own, so that it stands under a strict content security policy.
* *Partly* is hatched and *not there* is dotted, so that they can be told apart in black and white.
* The root says in one sentence what there is to see: `role="img"`, or `role="group"` where it holds links.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import vl_convert

from reperform.papers.words import Pair, say
from reperform.report.figures import Answer, rate_text
from reperform.rules.figures import WAN, wan_yuan

Link = Callable[[Mapping[str, str]], str]  # from the filter of a mark to the address of its rows
SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
PLACE = "https://ledger.invalid/"  # stands for an address while the chart is drawn: the renderer would complete it
SCALE = 3.0  # PNG: about 300 dots an inch at the width of a page's text
OK, PART, NONE, BAD, INFO, PALE = "#2f7d54", "url(#part)", "url(#none)", "#c4473a", "#5f91ba", "#e3e6e6"
_PATTERNS = {
    "part": '<pattern id="{id}" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="5" height="5" fill="#9ccbb0"/><rect width="2" height="5" fill="#5fa57e"/></pattern>',
    "none": '<pattern id="{id}" width="4" height="4" patternUnits="userSpaceOnUse">'
    '<rect width="4" height="4" fill="#e3e6e6"/><circle cx="2" cy="2" r="0.9" fill="#7d8891"/></pattern>',
}
_OPEN: Pair = {"en": "Not yet", "zh": "未完成"}
_STEPS: Sequence[tuple[str, Pair, str]] = (
    ("money.found", {"en": "Found", "zh": "查出"}, INFO),
    ("money.ordered", {"en": "Ordered", "zh": "责令"}, INFO),
    ("money.claimed", {"en": "Claimed by units", "zh": "单位申报"}, PART),
    ("money.proved", {"en": "Proved by data", "zh": "数据证实"}, OK),
)
_VERDICT_FILLS = {"cleared": OK, "partly": PART, "still": BAD, "unproven": NONE, "pending": PALE}


@dataclass(frozen=True)
class Chart:
    """A specification, the sentence that says what it shows, and the addresses behind its marks."""

    name: str
    sentence: str
    spec: Mapping[str, Any]
    links: Sequence[str] = ()


@dataclass
class _Bars:
    """The bars of a chart while they are gathered: parts with a size, and a text at the end of each bar."""

    link: Link | None
    parts: list[dict[str, object]] = field(default_factory=list)
    texts: list[dict[str, object]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def part(self, label: str, fill: str, size: float, says: str, rows: Mapping[str, str]) -> None:
        if not size:
            return  # a mark without extent would be a link that nobody can see
        part: dict[str, object] = {"label": label, "fill": fill, "size": size, "says": says, "order": len(self.parts)}
        if self.link is not None:
            part["href"] = f"{PLACE}{len(self.links)}"
            self.links.append(self.link(rows))
        self.parts.append(part)

    def text(self, label: str, size: float, text: str) -> None:
        self.texts.append({"label": label, "size": size, "text": text})

    def chart(
        self, name: str, sentence: str, fills: Mapping[str, str], *, title: str = "", legend: bool = True
    ) -> Chart:
        """Return the chart; `fills` maps a word to its fill. Where each bar has its own, its name is the legend."""
        labels = [text["label"] for text in self.texts]
        axis_y = {"title": None, "labelLimit": 0, "aria": False}
        y = {"field": "label", "type": "nominal", "sort": labels, "axis": axis_y}
        colour = {
            "field": "fill", "type": "nominal", "scale": {"domain": list(fills), "range": list(fills.values())},
            "legend": {"aria": False} if legend else None,
        }  # fmt: skip
        bars: dict[str, Any] = {
            "data": {"values": self.parts}, "mark": {"type": "bar", "size": 16},
            "encoding": {
                "y": y, "x": {"field": "size", "type": "quantitative", "stack": "zero", "axis": None}, "color": colour,
                "order": {"field": "order", "type": "quantitative"}, "description": {"field": "says"},
            },
        }  # fmt: skip
        if self.links:
            bars["encoding"]["href"] = {"field": "href"}
        texts = {
            "data": {"values": self.texts}, "mark": {"type": "text", "align": "left", "dx": 6, "aria": False},
            "encoding": {"y": y, "x": {"field": "size", "type": "quantitative"}, "text": {"field": "text"}},
        }  # fmt: skip
        spec = {"config": config(), "width": 400, "height": {"step": 26}, "layer": [bars, texts]}
        if title:
            spec["title"] = title
        return Chart(name, sentence, spec, tuple(self.links))


@cache
def config() -> Mapping[str, Any]:
    """Return the look that all charts share."""
    found: Mapping[str, Any] = json.loads(Path(__file__).with_name("chart_config.json").read_text(encoding="utf-8"))
    return found


def progress(
    answer: Answer, language: str, *, names: Mapping[str, str] | None = None, link: Link | None = None, by: str = ""
) -> Chart:
    """Draw how many findings are struck off in each row of a figure; `by` is the ledger's filter for its label."""
    label = answer.figure.label
    if label is None:
        raise TypeError(f"{answer.figure.code} has no rows to draw")
    done = answer.figure.column("closed").title[language]
    bars, told = _Bars(link), []
    for row in answer.rows:
        word, total, closed = str(row[label.name]), int(row["total"]), int(row["closed"])
        name = (names or {}).get(word) or say(label.words, word, language)
        rate = rate_text(closed, total, "finding", language)
        of_row = {by: word} if by else {}
        bars.part(name, done, closed, f"{name}: {done} {closed}", {**of_row, "view": "closed"})
        bars.part(name, _OPEN[language], total - closed, f"{name}: {_OPEN[language]} {total - closed}",
                  {**of_row, "view": "open"})  # fmt: skip
        bars.text(name, total, rate)
        told.append(f"{name} {rate}")
    sentence = _sentence(answer.figure.title[language], told, language)
    return bars.chart(answer.figure.code, sentence, {done: OK, _OPEN[language]: NONE})


def money(answers: Mapping[str, Answer], language: str, *, link: Link | None = None) -> Chart:
    """Draw what was found, ordered, claimed and proved: four bars, never added."""
    title = {"en": "Money, in 10,000 yuan", "zh": "金额（万元）"}[language]
    bars, told, fills = _Bars(link), [], {}
    for code, words, fill in _STEPS:
        name, fen = words[language], answers[code].number()
        bars.part(name, name, fen / WAN, f"{name}: {wan_yuan(fen)}", {})
        bars.text(name, fen / WAN, wan_yuan(fen))
        told.append(f"{name} {wan_yuan(fen)}")
        fills[name] = fill
    return bars.chart("money", _sentence(title, told, language), fills, title=title, legend=False)


def verdicts(answer: Answer, language: str, *, link: Link | None = None) -> Chart:
    """Draw what the data say of the items."""
    bars, told, fills = _Bars(link), [], {}
    for row in answer.rows:
        word, count = str(row["verdict"]), int(row["items"])
        name = say("verdict", word, language)
        bars.part(name, name, count, f"{name}: {count}", {})
        bars.text(name, count, str(count))
        told.append(f"{name} {count}")
        fills[name] = _VERDICT_FILLS[word]
    sentence = _sentence(answer.figure.title[language], told, language)
    return bars.chart("verdicts", sentence, fills, legend=False)


def gallery(
    answers: Mapping[str, Answer], language: str, *, names: Mapping[str, str] | None = None, link: Link | None = None
) -> list[Chart]:
    """Return every chart of which the figures are at hand; `names` are those of bodies by their code."""
    drawn = [
        progress(answers[code], language, names=names, link=link, by=by)
        for code, by in (("findings.by_term", "term"), ("findings.by_topic", "category"), ("findings.by_unit", "body"))
        if code in answers and answers[code].rows
    ]
    if all(code in answers for code, _words, _fill in _STEPS):
        drawn.append(money(answers, language, link=link))
    if "items.by_verdict" in answers:
        drawn.append(verdicts(answers["items.by_verdict"], language, link=link))
    return drawn


def _sentence(title: str, told: Sequence[str], language: str) -> str:
    colon, comma = ("：", "，") if language == "zh" else (": ", ", ")
    return f"{title}{colon}{comma.join(told)}"


def svg(chart: Chart) -> str:
    """Return the chart as an SVG element that can stand in a page as it is."""
    drawn = vl_convert.vegalite_to_svg(dict(chart.spec), allowed_base_urls=[])
    root = ElementTree.fromstring(drawn)  # noqa: S314 - it was drawn here, one line above
    for element in root.iter():
        _tidy(element, chart)
    root.attrib.pop("class", None)
    root.set("role", "group" if chart.links else "img")
    root.set("aria-label", chart.sentence)
    used = {name for name in _PATTERNS if f"url(#{_id(chart, name)})" in {one.get("fill") for one in root.iter()}}
    if used:
        shapes = "".join(_PATTERNS[name].format(id=_id(chart, name)) for name in sorted(used))
        root.insert(0, ElementTree.fromstring(f'<defs xmlns="{SVG}">{shapes}</defs>'))  # noqa: S314 - constant text
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    return ElementTree.tostring(root, encoding="unicode")


def _id(chart: Chart, pattern: str) -> str:
    """Return the name of a pattern in one chart: two charts may stand in one page."""
    return f"{chart.name.replace('.', '-')}-{pattern}"


def _tidy(element: ElementTree.Element, chart: Chart) -> None:
    """Name links after their marks, put the true addresses in, and drop what only repeats the text."""
    said = element.get("aria-label", "")
    for name in [name for name in element.attrib if name.startswith("aria-") or name in {"role", "style"}]:
        del element.attrib[name]
    address = element.get(f"{{{XLINK}}}href", "")
    if address.startswith(PLACE):
        element.set(f"{{{XLINK}}}href", chart.links[int(address.removeprefix(PLACE))])
        element.set("aria-label", next((mark.get("aria-label", "") for mark in element), ""))
    elif said and element.tag == f"{{{SVG}}}path" and not chart.links:
        ElementTree.SubElement(element, f"{{{SVG}}}title").text = said
    for name in _PATTERNS:
        if element.get("fill") == f"url(#{name})":
            element.set("fill", f"url(#{_id(chart, name)})")


def png(chart: Chart) -> bytes:
    """Return the chart as a picture for a document."""
    drawn: bytes = vl_convert.svg_to_png(svg(chart), scale=SCALE)
    return drawn
