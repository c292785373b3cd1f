"""The exit codes are a table that scripts depend on."""

from __future__ import annotations

from pathlib import Path

import pytest

from reperform import errors
from reperform.cli import procedures
from reperform.cli.exit_codes import MEANINGS, ExitCode
from tests.cli.conftest import Call

TABLE = [
    (errors.Refused("rule.name", "no"), 1),
    (errors.Stale("changed"), 1),
    (errors.Usage("wrong call"), 2),
    (errors.BadInput("bad file"), 3),
    (errors.IntegrityBroken("altered"), 4),
    (errors.Inconclusive("nothing can be said"), 5),
    (errors.ReperformError("of the program"), 70),
    (RuntimeError("not foreseen"), 70),
    (FileNotFoundError(2, "No such file", "x.csv"), 3),
    (PermissionError(13, "Permission denied", "x.csv"), 3),
    (KeyboardInterrupt(), 130),
]


@pytest.mark.parametrize(("error", "code"), TABLE, ids=lambda one: getattr(type(one), "__name__", one))
def test_each_error_ends_with_its_code(
    call: Call, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int
) -> None:
    def broken(_call: object) -> dict[str, object]:
        raise error

    monkeypatch.setattr(procedures, "at_hand", broken)
    assert call("procedures", "list").code == code


def test_every_code_has_a_meaning_and_nothing_else_has() -> None:
    assert list(MEANINGS) == list(ExitCode)
    assert [int(code) for code in ExitCode] == [0, 1, 2, 3, 4, 5, 70, 130]


def test_the_classes_of_error_use_no_other_code() -> None:
    classes = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.ReperformError)]
    assert {one.exit_code for one in classes} <= set(ExitCode)


def test_the_table_stands_in_the_manual() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "command-line.md").read_text(encoding="utf-8")
    assert all(f"| {int(code)} | {meaning} |" in page for code, meaning in MEANINGS.items())
