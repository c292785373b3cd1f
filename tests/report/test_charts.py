"""Charts are drawings that a strict page can hold: text stays text, marks are links, nothing runs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest

from reperform.report import charts
from reperform.report.figures import Answer, Cell, figure

XLINK = "{http://www.w3.org/1999/xlink}href"
SVG = "{http://www.w3.org/2000/svg}"
PNG = b"\x89PNG\r\n\x1a\n"


def answer(code: str, *rows: Mapping[str, Cell]) -> Answer:
    return Answer(figure(code), rows)


TERMS = answer(
    "findings.by_term",
    {"term": "immediate", "total": 1786, "closed": 1691},
    {"term": "staged", "total": 817, "closed": 513},
    {"term": "continuous", "total": 3, "closed": 0},
)
VERDICTS = answer(
    "items.by_verdict",
    *({"verdict": word, "items": count, "proved": 0} for count, word in enumerate(charts._VERDICT_FILLS, 1)),
)
MONEY = {
    code: answer(code, {"value": fen})
    for code, fen in {
        "money.found": 9_577_699_999, "money.ordered": 9_000_000_000, "money.claimed": 8_000_000_000, "money.proved": 1,
    }.items()
}  # fmt: skip


def link(rows: Mapping[str, str]) -> str:
    return f"/ledger/?{urlencode(rows)}"


def drawn(chart: charts.Chart) -> ElementTree.Element:
    return ElementTree.fromstring(charts.svg(chart))  # noqa: S314 - drawn one call away


def texts(chart: charts.Chart) -> list[str]:
    return [str(element.text) for element in drawn(chart).iter(f"{SVG}text")]


def every() -> dict[str, charts.Chart]:
    return {
        "progress": charts.progress(TERMS, "zh", link=link, by="term"),
        "money": charts.money(MONEY, "zh"),
        "verdicts": charts.verdicts(VERDICTS, "zh", link=link),
    }


EVERY = pytest.mark.parametrize("name", every())


def test_rates_are_truncated_and_carry_their_fraction() -> None:
    assert texts(charts.progress(TERMS, "zh")) == [
        "立行立改", "分阶段整改", "持续整改", "94%（1691/1786）", "62%（513/817）", "0%（0/3）", "已整改", "未完成",
    ]  # fmt: skip
    assert "94% (1691/1786)" in texts(charts.progress(TERMS, "en"))


def test_sums_are_truncated_and_name_their_unit() -> None:
    shown = texts(charts.money(MONEY, "zh"))
    assert {"9,577.69", "9,000.00", "8,000.00", "0.00"} <= {*shown}
    assert any("万元" in text for text in shown)


def test_every_mark_leads_to_its_rows_and_says_what_it_is() -> None:
    links = {one.get("aria-label"): one.get(XLINK) for one in drawn(every()["progress"]).iter(f"{SVG}a")}
    assert links == {
        "立行立改: 已整改 1691": "/ledger/?term=immediate&view=closed",
        "立行立改: 未完成 95": "/ledger/?term=immediate&view=open",
        "分阶段整改: 已整改 513": "/ledger/?term=staged&view=closed",
        "分阶段整改: 未完成 304": "/ledger/?term=staged&view=open",
        "持续整改: 未完成 3": "/ledger/?term=continuous&view=open",  # nothing is closed: no mark, no link
    }


@EVERY
def test_the_root_says_in_a_sentence_what_there_is_to_see(name: str) -> None:
    chart = every()[name]
    root = drawn(chart)
    assert root.get("role") == ("group" if chart.links else "img")
    assert root.get("aria-label") == chart.sentence
    assert all(text in chart.sentence for text in texts(chart) if "（" in text)


@EVERY
def test_nothing_runs_and_nothing_is_fetched(name: str) -> None:
    text = charts.svg(every()[name])
    assert not re.search(r"<script|<style|<image|<foreignObject|\sstyle=|\son\w+=|javascript:|data:|@import", text)
    addresses = set(re.findall(r"https?://[^\"'<>\s]+", text))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def test_an_address_cannot_break_out_of_the_drawing() -> None:
    chart = charts.progress(TERMS, "zh", link=lambda rows: '"><script>alert(1)</script>', by="term")
    text = charts.svg(chart)
    assert "<script" not in text
    assert {one.get(XLINK) for one in drawn(chart).iter(f"{SVG}a")} == {'"><script>alert(1)</script>'}


def test_a_name_stays_a_name() -> None:
    rows = answer(
        "findings.by_unit", {"unit": "U", "total": 2, "closed": 1, "overdue": 0, "found": 0, "claimed": 0, "proved": 0}
    )
    chart = charts.progress(rows, "zh", names={"U": "<b>市“某”局</b> & Co. " + "很长" * 30})
    assert "<b>市“某”局</b> & Co. " + "很长" * 30 in texts(chart)  # and it is not cut off with dots


def test_what_is_partly_and_what_is_not_there_can_be_told_apart_without_colour() -> None:
    root = drawn(charts.verdicts(VERDICTS, "zh"))
    fills = [one.get("fill") for one in root.iter(f"{SVG}path") if (one.get("fill") or "none") != "none"]
    assert fills == ["#2f7d54", "url(#verdicts-part)", "#c4473a", "url(#verdicts-none)", "#e3e6e6"]
    assert [one.get("id") for one in root.iter(f"{SVG}pattern")] == ["verdicts-none", "verdicts-part"]


def test_two_charts_of_one_page_do_not_share_the_names_of_their_patterns() -> None:
    first, second = (drawn(every()[name]) for name in ("progress", "verdicts"))
    ids = [{one.get("id") for one in root.iter(f"{SVG}pattern")} for root in (first, second)]
    assert all(ids)
    assert not ids[0] & ids[1]


@EVERY
def test_a_picture_is_the_same_bytes_each_time(name: str) -> None:
    chart = every()[name]
    first = charts.png(chart)
    assert first.startswith(PNG)
    assert first == charts.png(replace(chart))
    assert charts.svg(chart) == charts.svg(chart)


def test_a_bar_starts_at_zero_and_its_length_is_its_number() -> None:
    paths = [one.get("d") or "" for one in drawn(charts.verdicts(VERDICTS, "zh")).iter(f"{SVG}path")]
    lengths = [float(found[1]) for found in (re.match(r"M0,[\d.]+h([\d.]+)v16", path) for path in paths) if found]
    assert lengths == pytest.approx([80, 160, 240, 320, 400])


def test_the_gallery_draws_what_is_at_hand() -> None:
    answers = {"findings.by_term": TERMS, "findings.by_unit": answer("findings.by_unit"), **MONEY}
    assert [chart.name for chart in charts.gallery(answers, "zh")] == ["findings.by_term", "money"]
    assert [chart.name for chart in charts.gallery({"items.by_verdict": VERDICTS}, "zh")] == ["verdicts"]


def test_a_figure_of_one_value_is_nothing_to_draw() -> None:
    with pytest.raises(TypeError, match="has no rows to draw"):
        charts.progress(MONEY["money.found"], "zh")


def test_the_look_is_that_of_the_pages() -> None:
    config = charts.config()
    assert json.loads(json.dumps(config)) == config
    assert config["range"]["category"][:4] == ["#2f7d54", "#5f91ba", "#c9cecf", "#c4473a"]
    assert config["font"].startswith("Noto Sans CJK SC")
