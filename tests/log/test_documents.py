"""The reference names what the code names."""

from __future__ import annotations

import re
from pathlib import Path

import reperform.log
from reperform.log import layout
from reperform.log.verify import verify
from tests.log.logbook import VKEY, random_log

SOURCES = sorted(Path(reperform.log.__file__).parent.glob("*.py"))
DOCS = Path(__file__).parents[2] / "docs"
REFERENCE = (DOCS / "reference" / "log-formats.md").read_text(encoding="utf-8")


def test_every_rule_that_a_failure_names_is_in_the_reference() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    rules = set(re.findall(r'(?:rule=|flaw\(\s*)"([a-z0-9_]+\.[a-z0-9_]+)"', code))
    assert len(rules) > 30
    missing = {rule for rule in rules if f"`{rule}`" not in REFERENCE and f"`{rule.split('.')[0]}.*`" not in REFERENCE}
    assert missing == set()


def test_every_check_is_in_the_reference(tmp_path: Path) -> None:
    report = verify(random_log(1, 5).write(tmp_path / "bundle.zip"), vkey=VKEY)
    assert [name for check in report.checks if f"`{(name := check.name)}`" not in REFERENCE] == []


def test_every_kind_of_file_in_a_bundle_is_in_the_reference() -> None:
    for name in (layout.CHECKPOINT, layout.GUIDE, layout.CONTENTS, layout.STANDING, layout.WITHHELD):
        assert f"`{name}`" in REFERENCE
    for start in (
        "keys/<origin>",
        "tile/entries/",
        "tile/<level>/",
        "disclosure/<audience>/",
        "evidence/<sha256>",
        "tables/",
    ):
        assert start in REFERENCE
    assert layout.CONTENTS_TITLE in REFERENCE


def test_the_documents_link_only_to_what_exists() -> None:
    for page in (
        DOCS / "explanation" / "log.md",
        DOCS / "reference" / "log-formats.md",
        *(DOCS / "adr").glob("001?-log-*.md"),
    ):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
