"""The report: what follows from the answers, and how they are said."""

from __future__ import annotations

import pytest

from reperform.errors import BadInput, Inconclusive, IntegrityBroken, Refused
from reperform.log.report import Answer, Check, Report, answered, failed, flaw, not_checked, ok


@pytest.mark.parametrize(
    ("checks", "code"),
    [
        ((ok("tree", "fine"),), 0),
        ((ok("tree", "fine"), not_checked("expected", "open")), 0),
        ((ok("tree", "fine"), not_checked("signature", "open")), 0),
        ((not_checked("tree", "open"),), 5),
        ((not_checked("steps", "open"), ok("tree", "fine")), 5),
        ((not_checked("tree", "open"), failed("entries", IntegrityBroken("gone"))), 4),
    ],
)
def test_the_exit_code_follows_from_the_answers(checks: tuple[Check, ...], code: int) -> None:
    report = Report(checks)
    assert report.exit_code == code
    assert report.ok == (code == 0)


def test_another_file_has_its_own_exit_code() -> None:
    assert Report((failed("container", BadInput("no")),), not_a_bundle=True).exit_code == 3


def test_the_first_failure_names_the_first_entry() -> None:
    checks = (
        failed("container", flaw("bundle.crc", "whole file")),
        failed("steps", flaw("replay.seq", "later", 9)),
        failed("entries", flaw("log.leaf", "earlier", 4)),
    )
    assert Report(checks).first_failure == checks[2]
    assert Report(checks[:1]).first_failure == checks[0]
    assert Report((ok("tree", "fine"),)).first_failure is None


def test_an_error_becomes_an_answer_with_its_rule() -> None:
    assert failed("x", Refused("close.second_person", "no")).rule == "close.second_person"
    assert failed("x", BadInput("no", rule="key.form")).rule == "key.form"
    assert failed("x", flaw("log.leaf", "entry {index}", 7)).sentence == "entry 7"
    assert failed("x", flaw("log.leaf", "entry", None)).index is None
    assert answered("x", Inconclusive("open")).answer is Answer.NOT_CHECKED
    assert answered("x", IntegrityBroken("no")).answer is Answer.FAILED


def test_a_sentence_is_said_in_the_language_of_the_reader() -> None:
    chinese = {"entry {index} is missing": "缺第 {index} 条", "ask again": "请重新索取"}
    error = IntegrityBroken("entry {index} is missing", hint="ask again", index=7)
    check = failed("entries", error)
    assert check.render(lambda text: chinese[text]) == "缺第 7 条 请重新索取"
    report = Report((check,)).to_json(lambda text: chinese[text])
    assert report["first_failure"] == report["checks"][0]  # type: ignore[index]
    assert report["first_failure"]["sentence"] == "缺第 7 条 请重新索取"  # type: ignore[index]


def test_a_sentence_never_fails_for_want_of_a_place() -> None:
    assert ok("x", "{absent} and {text}", text="\x1b[0m\n").sentence == "? and �[0m�"
