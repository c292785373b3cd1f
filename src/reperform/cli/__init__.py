"""The command `reperform`: the loop and what it stands on, from a terminal."""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    from reperform.cli.entry import run

    return run(arguments)
