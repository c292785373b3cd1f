"""The reference page says what the files say."""

from __future__ import annotations

from pathlib import Path

from reperform import catalogue
from reperform.catalogue.manual import page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "procedures.md"


def test_the_reference_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "write it again: python -m reperform.catalogue.manual > " + PAGE.name
    )


def test_the_page_shows_every_procedure_with_its_question_threshold_and_cases():
    text = page()
    for procedure in catalogue.procedures().values():
        assert procedure.question["zh"] in text
        assert all(f"`{name}`" in text for name in procedure.parameters)
        assert all(case.name["en"] in text for case in catalogue.cases(procedure))


def test_what_nobody_has_verified_is_marked():
    text = page()
    lines = [line for line in text.splitlines() if "Working assumption" in line]
    assert lines
    assert all("not verified" in line for line in lines)


def test_links_of_the_list_lead_to_headings():
    text = page()
    anchors = {
        "".join(letter for letter in line[3:].lower() if letter.isalnum() or letter in " -").replace(" ", "-")
        for line in text.splitlines()
        if line.startswith("## ")
    }
    links = [line.split("](#")[1].split(")")[0] for line in text.splitlines() if line.startswith("| [")]
    assert set(links) == anchors
    assert len(links) == len(catalogue.procedures())
