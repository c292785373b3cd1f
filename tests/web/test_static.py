"""What is shipped to the browser works in Chromium 90, and no page carries script or style of its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import reperform.web

WEB = Path(reperform.web.__file__).parent
STYLE = WEB / "static" / "reperform" / "reperform.css"
TEMPLATES = sorted(WEB.glob("templates/**/*.html"))
TOO_NEW = (
    "color-mix",
    "oklch",
    "oklab",
    ":has(",
    "@container",
    "@layer",
    "text-wrap",
    "@scope",
    "subgrid",
    "@property",
)
OURS = sorted(path for path in (WEB / "static").rglob("*") if path.suffix in {".css", ".js"})


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_nothing_is_newer_than_the_floor(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not [word for word in TOO_NEW if word in text]


def test_rules_are_not_nested() -> None:
    text = re.sub(r"/\*.*?\*/", "", STYLE.read_text(encoding="utf-8"), flags=re.DOTALL)
    depth, inside = 0, []
    for sign, before in zip(text, ["", *text], strict=False):
        if sign == "{":
            depth += 1
            assert depth <= 2, before
            inside.append(before)
        if sign == "}":
            depth -= 1
    assert depth == 0
    assert not re.search(r"\{[^{}@]*&", text)


def test_the_style_sheet_stays_small() -> None:
    assert len(STYLE.read_text(encoding="utf-8").splitlines()) < 300


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB / "templates")))
def test_no_template_carries_script_style_or_handler(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=|javascript:|\|safe\b|autoescape off|mark_safe", text)
    for script in re.findall(r"<script[^>]*>.*?</script>", text, flags=re.DOTALL):
        assert re.fullmatch(r"<script src=\"\{% static '[^']+' %\}\" defer></script>", script)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB / "templates")))
def test_every_form_that_posts_carries_its_token(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for form in re.findall(r"<form\b[^>]*>.{0,30}", text, flags=re.DOTALL):
        if 'method="post"' in form:
            start = text.index(form)
            assert "{% csrf_token %}" in text[start : start + len(form) + 400], form


def test_no_module_reaches_past_the_door() -> None:
    for path in WEB.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\.(?:save|create|bulk_create|bulk_update|delete)\(|ledger\.record|mark_safe", text), path


def test_the_templates_have_no_words_outside_of_translation() -> None:
    """Commands are the same in every language: they stand in `code`."""
    tags = re.compile(r"\{#.*?#\}|<code>.*?</code>|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>|&[a-z]+;", flags=re.DOTALL)
    for path in TEMPLATES:
        text = re.sub(
            r"\{% blocktranslate.*?endblocktranslate %\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL
        )
        left = set(re.findall(r"[A-Za-z]{3,}", tags.sub(" ", text)))
        assert left <= {"exceptions", "sha", "class", "landscape"}, (path.name, left)
