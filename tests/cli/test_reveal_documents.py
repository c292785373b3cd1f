"""The commands of the pages on inquiries and joint audits, run in the order in which they stand there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings

from reperform.ledger.models import ExceptionRow, Snapshot
from reperform.log.signer import Signer
from tests.cli.conftest import Call
from tests.cli.test_turn import write
from tests.web.scene import make_district, ran, rows
from tests.world import World

DOCS = Path(__file__).parents[2] / "docs" / "how-to"
_BLOCK = re.compile(r"^```\n(.*?)^```", re.MULTILINE | re.DOTALL)
NOBODY: Mapping[str, str] = {}
Places = dict[str, Callable[[], str]]  # what stands in a page for what only a real call knows


def commands(page: str) -> list[list[str]]:
    """Return the calls that a page shows, word by word, without the name of the program."""
    lines = "".join(_BLOCK.findall((DOCS / page).read_text(encoding="utf-8"))).splitlines()
    return [shlex.split(line)[1:] for line in lines if line.startswith("reperform ")]


def follow(
    ask: Call, page: str, places: Places, *, as_: Mapping[str, str] = NOBODY,
    after: Callable[[list[str]], None] = lambda words: None,
) -> list[str]:  # fmt: skip
    """Run every call of a page and return their names; `as_` says who makes which. 1 is as good an end as 0."""
    for words in commands(page):
        given = [places[word]() if word in places else word for word in words]
        person = next((("--as", as_[word]) for word in words if word in as_), ())
        done = ask("--at", "2026-04-02T09:00", *person, *given)
        assert done.code in (0, 1), (given, done.err)
        after(words)
    return [words[words.index("reveal") + 1] for words in commands(page)]


@pytest.fixture
def loaded(ask: Call, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data of SI-01; the calls are made in a folder of their own."""
    monkeypatch.chdir(tmp_path)
    assert ask("data", "add", "--as-of", "2025-03-31", *write(tmp_path / "first", 3, [])).code == 0
    return tmp_path


def test_exceptions_are_sent_answered_and_settled_as_the_page_says(ask: Call, loaded: Path) -> None:
    (loaded / "回单.pdf").write_bytes(b"%PDF proof")

    def fill(words: list[str]) -> None:
        if "--out" in words:  # the body fills the workbook: one is theirs, two are not
            book = openpyxl.load_workbook(loaded / "ask.xlsx")
            for line in (4, 5, 6):
                book.active.cell(line, book.active.max_column - 1).value = "confirmed" if line == 4 else "not_ours"
                book.active.cell(line, book.active.max_column).value = "已核"
            book.save(loaded / "ask.xlsx")

    row = {"ROW": lambda: ExceptionRow.objects.order_by("pk")[0].identity[:12]}
    assert len(follow(ask, "send-to-check.md", row, after=fill)) == 12
    assert sorted(ExceptionRow.objects.values_list("sifting", flat=True)) == ["confirmed", "pending", "pending"]


def test_districts_are_audited_at_once_as_the_page_says(ask: Call, world: World, loaded: Path) -> None:
    key = Signer.create(settings.HOME.keys, "audit.dongping.example/ledger", bytes(range(32))).vkey
    district = make_district(world)
    (settings.HOME.root / "offices.keys").write_text(f"DP-AUD {key}\n", encoding="utf-8")
    ask("data", "add", "--as-of", "2025-03-31", *write(loaded / "second", 3, ["990101A"]))
    parts = ",".join(one.number[:8] for one in Snapshot.objects.order_by("pk"))
    theirs = ran(world, rows("DP-SIF", 2), by=district.auditor, snapshot=Snapshot.objects.order_by("pk")[0])
    ours = ran(world, rows("DP-SIF", 1), snapshot=Snapshot.objects.order_by("pk")[0])

    places: Places = {
        "3f9a,77b0": lambda: parts, "RP-RUN-2026-0001": lambda: theirs.number, "RP-RUN-2026-0002": lambda: ours.number,
    }  # fmt: skip
    done = follow(ask, "joint-audit.md", places, as_={"hand-up": "district_auditor"})
    assert done == ["run", "exceptions", "hand-up", "hand-up", "take-in", "hand-down"]
