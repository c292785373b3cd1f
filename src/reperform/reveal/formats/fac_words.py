"""Say in plain words what a finding of the format `fac` says in marks.

Rules kept here:

* Only what the source says is said, and what it does not give (criteria in the auditor's words, an amount, a time limit
  for the auditee) is said to be missing. The sentences and the law stand in `fac.yaml`, in English and Chinese.
* A mark that not every award carries is given with its count; a contradiction is told with both counts.
* Nothing here enters the digest of a finding: better words do not make the source look changed.

Pure: the caller chooses the language through `say`.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from reperform.reveal.formats.fac import AGENCY, BOTH
from reperform.reveal.formats.reading import Say, SourceFinding, Words
from reperform.rules.outcomes import Nature

PROGRAMS_SHOWN = 5
TITLE_LENGTH = 300


@cache
def terms() -> Mapping[str, Any]:
    """Return the words and the law of the format."""
    found: Mapping[str, Any] = yaml.safe_load(Path(__file__).with_name("fac.yaml").read_text(encoding="utf-8"))
    return found


def compose(finding: SourceFinding, say: Say) -> Words:
    """Return the texts of a finding in the language of `say`."""
    sentence = _Sentences(say)
    marks = _marks(finding)
    return Words(
        title=_title(finding, marks, sentence),
        criteria=_criteria(marks, sentence),
        condition=_condition(finding, marks, sentence),
        requirement=_requirement(finding, sentence),
        category=terms()["category"],
        nature=_nature(marks),
    )


def engagement_title(finding: SourceFinding, say: Say) -> str:
    """Return the title of the audit project that a report is."""
    return _Sentences(say)("engagement", auditee=finding.auditee_name, period=finding.period)


def agency_names(code: str) -> dict[str, str]:
    """Return the English and Chinese name of an agency's body."""
    prefix = code.removeprefix(AGENCY)
    names = terms()["agencies"].get(prefix, terms()["agency_unknown"])
    return {language: names[language].format(prefix=prefix) for language in ("en", "zh")}


def decision_due(accepted: date) -> date:
    """Return the last day for the agency's decision: the same day of a later month, or that month's last day."""
    years, month = divmod(accepted.month - 1 + int(terms()["decision"]["months"]), 12)
    year = accepted.year + years
    return date(year, month + 1, min(accepted.day, calendar.monthrange(year, month + 1)[1]))


class _Sentences:
    """The sentences of the format in one language."""

    def __init__(self, say: Say) -> None:
        self.say = say

    def __call__(self, name: str, **places: object) -> str:
        return self.say(terms()["sentences"][name]).format(**places)


def _marks(finding: SourceFinding) -> dict[str, int]:
    """Return the marks that any award carries, with the number of awards, in the order of the terms."""
    counts = {mark: sum("YES" in one.fields[mark].split(BOTH) for one in finding.items) for mark in terms()["marks"]}
    return {mark: count for mark, count in counts.items() if count}


def _nature(marks: Mapping[str, int]) -> Nature:
    """Return the gravest nature among the marks: what breaks a rule outweighs what is badly kept."""
    natures = {terms()["marks"][mark]["nature"] for mark in marks}
    return Nature.VIOLATION if Nature.VIOLATION in natures else Nature.MISMANAGEMENT


def _programs(finding: SourceFinding) -> list[str]:
    return sorted({f"{one.fields['aln']} {one.fields['federal_program_name']}" for one in finding.items})


def _title(finding: SourceFinding, marks: Mapping[str, int], sentence: _Sentences) -> str:
    programs = _programs(finding)
    more = sentence("more_programs", total=len(programs)) if len(programs) > 1 else ""
    short = sentence("marks_list").join(sentence.say(terms()["marks"][mark]["short"]) for mark in marks)
    title = sentence("title", number=finding.number, marks=short, program="{}")
    room = TITLE_LENGTH - len(title) - len(more) + 2
    first = programs[0] if len(programs[0]) <= room else programs[0][: room - 1] + "…"
    return title.replace("{}", first + more)


def _criteria(marks: Mapping[str, int], sentence: _Sentences) -> str:
    lines = []
    for mark in marks:
        term = terms()["marks"][mark]
        unverified = "" if term["verified"] else sentence("unverified")
        lines.append(sentence("criteria", law=term["law"], text=sentence.say(term["text"]), unverified=unverified))
    return "\n".join([*lines, sentence("criteria_missing")])


def _condition(finding: SourceFinding, marks: Mapping[str, int], sentence: _Sentences) -> str:
    total = len(finding.items)
    told = []
    for mark, count in marks.items():
        text = sentence.say(terms()["marks"][mark]["text"])
        told.append(text if count == total else sentence("mark_in_part", mark=text, count=count, total=total))
    programs = _programs(finding)
    shown = sentence("list").join(programs[:PROGRAMS_SHOWN])
    if len(programs) > PROGRAMS_SHOWN:
        shown = sentence("programs_cut", programs=shown, more=len(programs) - PROGRAMS_SHOWN)
    said = [one.fields["is_repeat_finding"].split(BOTH) for one in finding.items]
    yes, no = (sum(word in words for words in said) for word in ("YES", "NO"))
    lines = [
        sentence("report", number=finding.number, report=finding.report, period=finding.period),
        sentence("marked", marks=sentence("list").join(told)),
        sentence("awards", count=total, programs=shown),
        sentence(f"repeat_{finding.repeat}", yes=yes, no=no, total=total),
    ]
    if finding.cites:
        lines.append(sentence("cites", numbers=sentence("marks_list").join(finding.cites)))
    return "\n".join([*lines, sentence("no_amount"), sentence("composed")])


def _requirement(finding: SourceFinding, sentence: _Sentences) -> str:
    decision, by = terms()["decision"], ""
    if finding.accepted:
        accepted = date.fromisoformat(finding.accepted)
        by = sentence("by", due=decision_due(accepted).isoformat(), accepted=accepted.isoformat())
    return sentence("requirement", months=decision["months"], law=decision["law"], by=by)
