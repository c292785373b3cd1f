"""The documents keep to the code: links lead somewhere, commands exist, generated pages are current."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from reperform.cli.reference import commands
from tests.pages import PAGES, REFERENCE

ROOT = Path(__file__).parents[1]
DOCUMENTS = [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
_CALL = re.compile(r"^\s*\$?\s*(?:[\w./-]*bin/)?reperform\s+(.*)$", re.MULTILINE)


def names(document: Path) -> str:
    return str(document.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=names)
def test_every_link_leads_to_a_file(document: Path) -> None:
    targets = [link for link in _LINK.findall(document.read_text(encoding="utf-8")) if "://" not in link]
    missing = [target for target in targets if not (document.parent / target).exists()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=names)
def test_every_command_that_a_document_shows_exists(document: Path) -> None:
    known = {name for name, _command in commands()}
    groups = {name.split()[0] for name in known}
    for call in _CALL.findall(document.read_text(encoding="utf-8")):
        words = call.split("#")[0].split("|")[0].split()
        while words and words[0].startswith("-"):
            words = words[2 if words[0] in {"--home", "--lang", "--as", "--at"} else 1 :]
        if not words or words[0] not in groups:
            assert not words or words[0] in {"…", "...", "COMMAND"}, call
            continue
        assert words[0] in known or " ".join(words[:2]) in known, call


@pytest.mark.parametrize("page", list(PAGES))
def test_generated_pages_are_current(page: str) -> None:
    drawn = importlib.import_module(PAGES[page]).page()
    assert (REFERENCE / page).read_text(encoding="utf-8") == drawn, "run: make pages"


def test_the_readme_fits_its_measure() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 120
    assert "make demo" in text
    assert "make test" in text


@pytest.mark.parametrize("module", sorted((ROOT / "src").rglob("*.py")), ids=names)
def test_a_module_has_one_subject_and_fits_its_measure(module: Path) -> None:
    if "migrations" in module.parts:
        return
    lines = [
        line
        for line in module.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.strip().startswith("#")
    ]
    assert len(lines) <= 400
