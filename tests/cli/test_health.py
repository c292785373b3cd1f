"""The doctor's questions, each with something wrong to see."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from reperform.cli import health
from reperform.cli.serve import prepare
from reperform.cli.session import Session
from reperform.errors import Refused
from reperform.home import Home

RISKY = {"sqlite": "PRAGMA synchronous=NORMAL", "postgresql": "SET synchronous_commit=off"}
SAFE = {"sqlite": "PRAGMA synchronous=FULL", "postgresql": "SET synchronous_commit=on"}


@pytest.fixture
def risky(transactional_db: None) -> None:
    """A connection on which an acknowledged step can be lost."""
    with connection.cursor() as cursor:
        cursor.execute(RISKY[connection.vendor])
        yield
        cursor.execute(SAFE[connection.vendor])


@pytest.mark.usefixtures("risky")
def test_a_database_that_may_lose_steps_is_seen() -> None:
    question = health.durability()
    assert not question.ok
    assert question.hint is not None


@pytest.mark.usefixtures("risky")
def test_a_database_that_may_lose_steps_is_not_served(bureau: Home) -> None:
    with pytest.raises(Refused) as refusal:
        prepare(Session(home=bureau, language_named="en"), migrate=False)
    assert refusal.value.rule == "serve.durability"
    assert refusal.value.render_hint()


def test_a_safe_database_is_served(bureau: Home, transactional_db: None) -> None:
    prepare(Session(home=bureau, language_named="en"), migrate=False)
    assert health.durability().ok


@pytest.mark.parametrize(
    ("text", "fetches"),
    [
        ('<script src="https://cdn.example/x.js"></script>', True),
        ("<link rel=stylesheet href='//cdn.example/x.css'>", True),
        ('@import "https://fonts.example/x.css";', True),
        ("a { background: url(https://x.example/a.png) }", True),
        ('<a href="https://www.audit.gov.cn/">', False),
        ('<script src="/static/htmx.js"></script>', False),
    ],
)
def test_a_page_that_fetches_from_elsewhere_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, fetches: bool
) -> None:
    folder = tmp_path / "web" / "templates"
    folder.mkdir(parents=True)
    (folder / "page.html").write_text(text, encoding="utf-8")
    monkeypatch.setattr(health, "PACKAGE", tmp_path)
    (question,) = [one for one in health.of_installation() if one.name == "pages"]
    assert question.ok is not fetches


def test_the_shipped_pages_fetch_nothing() -> None:
    assert all(one.ok for one in health.of_installation() if one.name in {"pages", "engine", "python", "packages"})
