"""The groups of tied firms: see `reperform.linkage.ties` for what ties and what does not."""

from __future__ import annotations

from collections.abc import Mapping

from reperform.engine.derived import Columns
from reperform.linkage.employers import tied_firms


def firm_tie(tables: Mapping[str, Columns], parameters: Mapping[str, object]) -> Columns:
    """Return every firm that is tied to another, with the name and size of its group and the kinds of ties."""
    most, least = str(parameters["most_sharing"]), str(parameters["min_shared_staff"])
    return tied_firms(tables["firm"], tables["employment_subsidy"], most=int(most), least=int(least))
