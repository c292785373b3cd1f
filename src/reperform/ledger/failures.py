"""Keep an error in a column, so that each reader sees it in his own language.

Template, hint and places are kept apart, as in `reperform.errors`. Of an error that nobody foresaw only the class is
kept: its text may hold data.
"""

from __future__ import annotations

from typing import Any

from reperform.errors import N_, ReperformError


def keep(error: Exception) -> dict[str, Any]:
    """Return what is kept of an error."""
    if not isinstance(error, ReperformError):
        error = ReperformError(N_("An error of the program itself: {error}"), error=type(error).__name__)
    places = {name: str(value) for name, value in error.params.items()}
    return {"message": error.message, "hint": error.hint, "params": places}


def told(kept: dict[str, Any] | None) -> ReperformError | None:
    """Return the error that was kept, to be rendered."""
    return ReperformError(kept["message"], hint=kept["hint"], **kept["params"]) if kept else None
