"""How rows of a run are named on a command line: by the first letters of their identity, by body, or all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from reperform.errors import N_, Inconclusive, Usage

if TYPE_CHECKING:
    from reperform.ledger.models import ExceptionRow, Run

RunNumber = Annotated[str, Argument(metavar="RUN", help=N_("The run's number, or latest."))]
Rows = Annotated[
    list[str] | None, Option("--row", help=N_("A row by the first letters of its identity; can be repeated."))
]
OfBody = Annotated[str, Option(help=N_("Only the rows of this body."), metavar="CODE")]
All = Annotated[bool, Option("--all", help=N_("Every row that has not been sifted yet."))]


def chosen_rows(run: Run, prefixes: Sequence[str], body: str, everything: bool) -> list[ExceptionRow]:
    """Return the rows that a person names; what is named and not there is a wrong call."""
    if not (prefixes or body or everything):
        raise Usage(N_("Which rows?"), hint=N_("Name them with --row, --body or --all."))
    rows = run.rows.select_related("run__snapshot").order_by("pk")
    if prefixes:
        found = []
        for prefix in prefixes:
            matching = list(rows.filter(identity__startswith=prefix)[:2])
            if len(matching) != 1:
                message = N_("{name} could be more than one row.") if matching else N_("There is no row {name}.")
                raise Usage(
                    message, hint=N_("List them with: reperform reveal exceptions {run}"), name=prefix, run=run.number
                )
            found += matching
        return found
    pending = rows.filter(sifting="pending")
    chosen = list(pending.filter(body_code=body) if body else pending)
    if not chosen:
        raise Inconclusive(N_("There is nothing to sift in {run}."), run=run.number)
    return chosen
