"""Every row of the plan that an audit reveals, and every topic of it, is served by procedures."""

from __future__ import annotations

import pytest

from reperform import catalogue
from reperform.engine.spec import load_catalogue

PROCEDURES = load_catalogue(catalogue.FOLDER)
TOPICS = catalogue.topics()
ROWS = tuple(f"A{number}" for number in range(1, 14))
EACH_TOPIC = [pytest.param(row, topic, id=f"{row}-{topic}") for row, words in TOPICS.items() for topic in words]


def test_the_plan_has_the_rows_that_audits_reveal():
    assert tuple(TOPICS) == ROWS
    assert all(TOPICS.values())


def test_there_are_sixty_procedures_and_more():
    assert len(PROCEDURES) >= 60


@pytest.mark.parametrize("row", ROWS)
def test_a_row_is_served_by_two_procedures_at_least(row: str):
    assert len([code for code, one in PROCEDURES.items() if row in one.seed]) >= 2


@pytest.mark.parametrize(("row", "topic"), EACH_TOPIC)
def test_a_topic_is_served_by_a_procedure(row: str, topic: str):
    assert [code for code, one in PROCEDURES.items() if row in one.seed and topic in one.topics]
