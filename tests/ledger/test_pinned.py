"""What was run is kept by its hash, its Python too, and is refused when it is no longer what it was."""

from __future__ import annotations

import pytest

from reperform.engine.spec import Procedure
from reperform.errors import IntegrityBroken
from reperform.home import Home
from reperform.ledger import workshop


@pytest.fixture
def derived(home: Home) -> Procedure:
    """A shipped procedure that computes a relation in Python."""
    return next(one for one in workshop.procedures().values() if one.script is not None)


def test_a_procedure_is_read_again_as_it_ran(home: Home, derived: Procedure) -> None:
    workshop.pin(derived)
    kept = workshop.pinned(derived.hash)
    assert (kept.hash, kept.sections, kept.facts) == (derived.hash, derived.sections, derived.facts)
    assert kept.script is not None
    assert derived.script is not None
    assert kept.script.text == derived.script.text
    assert kept.path.is_relative_to(home.pinned)


def test_python_that_was_altered_is_not_what_ran(home: Home, derived: Procedure) -> None:
    workshop.pin(derived)
    (script,) = (home.pinned / derived.hash).glob("*/*.py")
    script.write_text(script.read_text(encoding="utf-8") + "\n# altered\n", encoding="utf-8")
    with pytest.raises(IntegrityBroken, match="altered"):
        workshop.pinned(derived.hash)


def test_a_procedure_that_is_gone_is_named(home: Home) -> None:
    with pytest.raises(IntegrityBroken, match="no longer kept"):
        workshop.pinned("0" * 64)
