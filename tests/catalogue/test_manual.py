"""The reference pages say what the files say."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from reperform import catalogue
from reperform.catalogue.manual import INDEX, pages, write
from reperform.engine.spec import Procedure, load_catalogue

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
PROCEDURES = load_catalogue(catalogue.FOLDER)


@cache
def drawn() -> dict[str, str]:
    return pages()


def of(procedure: Procedure) -> str:
    return drawn()[f"procedures/{procedure.domain}.md"]


def test_the_pages_are_current():
    there = {str(path.relative_to(REFERENCE)) for path in REFERENCE.glob("procedures/*.md")} | {INDEX}
    stale = [name for name, text in drawn().items() if name in there and _read(name) != text]
    assert (stale, sorted(there ^ set(drawn()))) == ([], []), "write them again: make pages"


def _read(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("procedure", PROCEDURES.values(), ids=PROCEDURES)
def test_a_procedure_is_shown_with_its_question_thresholds_and_cases(procedure: Procedure):
    text = of(procedure)
    assert procedure.question["zh"] in text
    assert all(f"`{name}`" in text for name in procedure.parameters)
    assert all(f"`{relation.name}`" in text for relation in procedure.derived)
    assert all(case.name["en"] in text for case in catalogue.cases(procedure))


def test_what_nobody_has_verified_is_marked():
    lines = [line for text in drawn().values() for line in text.splitlines() if "Working assumption" in line]
    assert lines
    assert all("not verified" in line for line in lines)


def test_links_of_the_list_lead_to_headings():
    anchors = {
        f"procedures/{procedure.domain}.md#" + heading(procedure.code, of(procedure))
        for procedure in PROCEDURES.values()
    }
    links = [line.split("](")[1].split(")")[0] for line in drawn()[INDEX].splitlines() if line.startswith("| [")]
    assert set(links) == anchors
    assert len(links) == len(PROCEDURES)


def heading(code: str, text: str) -> str:
    (line,) = [line for line in text.splitlines() if line.startswith(f"## {code} ")]
    kept = "".join(letter for letter in line[3:].lower() if letter.isalnum() or letter in " -")
    return kept.replace(" ", "-")


def test_the_index_says_what_serves_each_topic():
    (line,) = [line for line in drawn()[INDEX].splitlines() if line.startswith("| A6 | after_death")]
    assert "[SI-01](" in line


def test_a_page_of_a_domain_that_is_gone_is_taken_away(tmp_path: Path):
    (tmp_path / "procedures").mkdir()
    (tmp_path / "procedures" / "atlantis.md").touch()
    write(tmp_path)
    assert not (tmp_path / "procedures" / "atlantis.md").exists()
    assert (tmp_path / INDEX).read_text(encoding="utf-8") == drawn()[INDEX]
