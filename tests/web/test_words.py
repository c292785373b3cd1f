"""Every word of the rules has a word for people, with a sign; one word, one meaning."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import translation

from reperform.ledger.models.lookbacks import Conclusion
from reperform.ledger.models.revealing import Sifting
from reperform.papers.words import listed, say
from reperform.rules.outcomes import MoneyClass, Nature, Supervision, Term, Verdict
from reperform.rules.standing import Role
from reperform.rules.steps import FINDING_STEPS, CheckState, FindingState
from reperform.verify.queries import NEVER_ON_A_FORM, OWN_FORMS
from reperform.web import words
from reperform.web.next_step import ICONS, NEXT, ON_PAGE
from reperform.web.rows import FILLS

ICONS_FILE = Path(words.__file__).parent / "static" / "reperform" / "icons.svg"


@pytest.mark.parametrize(
    ("shown", "known"),
    [
        (words.STATES, FindingState),
        (words.VERDICTS, Verdict),
        (words.CONCLUSIONS, Conclusion.values),
        (words.CHECK_STATES, CheckState),
        (words.SIFTING, Sifting.values),
        (words.ROLES, Role),
        (words.TERMS, Term),
        (words.SUPERVISIONS, Supervision),
        (words.NATURES, Nature),
        (words.MONEY, MoneyClass),
        (words.STEPS, {step.verb for step in FINDING_STEPS}),
        (FILLS, Verdict),
    ],
)
def test_every_word_of_the_rules_is_shown_in_words(shown: object, known: object) -> None:
    assert {str(one) for one in shown} == {str(one) for one in known}  # type: ignore[attr-defined]


def test_the_words_of_the_pages_are_those_of_the_report() -> None:
    for vocabulary, shown in (("money_class", words.MONEY), ("term", words.TERMS), ("nature", words.NATURES)):
        for value in filter(None, listed(vocabulary)):
            for language in ("en", "zh-hans"):
                with translation.override(language):
                    assert str(shown[value]) == say(vocabulary, value, language[:2])


def test_every_chip_has_an_icon_that_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([a-z]+)"', ICONS_FILE.read_text(encoding="utf-8")))
    chips = [*words.STATES.values(), *words.VERDICTS.values(), *words.CONCLUSIONS.values(), *words.SIFTING.values()]
    assert {chip.icon for chip in chips} | set(ICONS.values()) <= drawn


def test_no_two_states_share_word_or_sign() -> None:
    signs = {(chip.icon, chip.css) for chip in words.STATES.values()}
    assert len(signs) == len(words.STATES) == len({str(chip.label) for chip in words.STATES.values()})


def test_unproven_is_never_green() -> None:
    assert words.VERDICTS[Verdict.UNPROVEN].css == "open"
    assert words.CONCLUSIONS["unproven"].css == "open"


def test_a_word_that_was_not_agreed_is_shown_as_it_is() -> None:
    assert words.word(words.TERMS, "some day") == "some day"
    assert words.state("unheard of").label == "unheard of"
    assert words.verdict("unheard of").label == "unheard of"


def test_every_step_that_a_page_offers_has_its_page_and_its_icon() -> None:
    offered = {step.verb for step in FINDING_STEPS} - NEVER_ON_A_FORM - OWN_FORMS
    assert offered == set(ICONS) == set(ON_PAGE)
    assert {verb for verbs in NEXT.values() for verb in verbs} <= offered
