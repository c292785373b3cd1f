"""The formats that can be imported, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reperform.errors import N_, Usage
from reperform.reveal.formats import fac, fac_words
from reperform.reveal.formats.reading import Reading, Say, SourceFinding, SourceItem, Words


@dataclass(frozen=True)
class Format:
    """What a format must offer; `parse` runs in a child process and returns plain values, the rest is pure."""

    name: str
    parse: Callable[[Sequence[str]], dict[str, object]]
    gather: Callable[[Mapping[str, Any]], Reading]
    with_lines: Callable[[SourceFinding, Iterable[SourceItem]], SourceFinding]
    period_and_number: Callable[[str], tuple[str, str]]
    compose: Callable[[SourceFinding, Say], Words]
    engagement_title: Callable[[SourceFinding, Say], str]
    lead_names: Callable[[str], dict[str, str]]


FORMATS = {
    "fac": Format(
        name="fac",
        parse=fac.parse,
        gather=fac.gather,
        with_lines=fac.with_lines,
        period_and_number=fac.period_and_number,
        compose=fac_words.compose,
        engagement_title=fac_words.engagement_title,
        lead_names=fac_words.agency_names,
    )
}


def find_format(name: str) -> Format:
    """Return a format by its name; raise `Usage` naming those there are."""
    if name not in FORMATS:
        raise Usage(
            N_("There is no format {name}."),
            hint=N_("The formats are: {known}"),
            name=name,
            known=", ".join(sorted(FORMATS)),
        )
    return FORMATS[name]
