"""What a run reads and what it runs: snapshots with their tables, procedures in words and in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language

from reperform.engine.parameters import as_text
from reperform.engine.spec import Procedure
from reperform.ledger.drafting import in_language
from reperform.ledger.models import Run, Snapshot, SnapshotTable
from reperform.papers.words import language_of
from reperform.reveal import queries
from reperform.web import shelf, words
from reperform.web.filters import category_label
from reperform.web.frame import account_of, page
from reperform.web.rows import RunFigures, run_figures
from reperform.web.words import Words

SNAPSHOTS = 30


@dataclass(frozen=True)
class Held:
    """One table of a snapshot, with what the intake counted."""

    table: SnapshotTable
    title: str
    rows: str
    breaches: Sequence[str]


@dataclass(frozen=True)
class Kept:
    snapshot: Snapshot
    tables: Sequence[Held]
    rows: str
    rejected: int
    breached: int


def data(request: HttpRequest) -> HttpResponse:
    """Show the snapshots, the newest data first."""
    return page(request, "reveal/data.html", {"kept": [_kept(one) for one in queries.snapshots()[:SNAPSHOTS]]})


def snapshot(request: HttpRequest, number: str) -> HttpResponse:
    """Show one snapshot, and what was run over it."""
    found = get_object_or_404(queries.snapshots(), number=number)
    ran = queries.runs(account_of(request)).filter(snapshot=found)[:SNAPSHOTS]
    return page(request, "reveal/snapshot.html", {"kept": _kept(found), "runs": _figures(ran)})


def _figures(ran: Iterable[Run]) -> list[tuple[Run, RunFigures]]:
    return [(one, run_figures(one)) for one in ran]


def _kept(snapshot: Snapshot) -> Kept:
    contracts = shelf.contracts()
    tables = [
        Held(
            one,
            in_language(contracts[one.name].title) if one.name in contracts else one.name,
            f"{one.rows:,}",
            one.breaches.splitlines(),
        )
        for one in sorted(snapshot.tables.all(), key=lambda table: table.name)
    ]
    return Kept(
        snapshot=snapshot,
        tables=tables,
        rows=f"{sum(one.table.rows for one in tables):,}",
        rejected=sum(one.table.rows_rejected for one in tables),
        breached=sum(bool(one.breaches) for one in tables),
    )


# Procedures ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class InWords:
    """A procedure as a list shows it, in the reader's language."""

    procedure: Procedure
    title: str
    question: str
    category: str
    tables: Sequence[str]


def _in_words(procedure: Procedure) -> InWords:
    contracts = shelf.contracts()
    return InWords(
        procedure=procedure,
        title=in_language(procedure.title),
        question=in_language(procedure.question),
        category=category_label(procedure.domain, language_of(get_language())),
        tables=[in_language(contracts[name].title) if name in contracts else name for name in procedure.tables],
    )


def procedures(request: HttpRequest) -> HttpResponse:
    """Show every procedure at hand, by domain."""
    listed = [_in_words(one) for _code, one in sorted(shelf.procedures().items())]
    listed.sort(key=lambda one: (one.procedure.domain, one.procedure.code))
    return page(request, "reveal/procedures.html", {"procedures": listed})


@dataclass(frozen=True)
class ParameterRow:
    """A parameter with its declared value and bounds, as the run form of the procedure asks for it."""

    name: str
    title: str
    value: str
    unit: str
    source: str
    verified: bool
    type: str
    least: str
    most: str


def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """Show one procedure in words and in SQL, with its last runs."""
    found = shelf.procedures().get(code)
    if found is None:
        raise Http404
    context = {
        "one": _in_words(found),
        "guard": in_language(found.guard),
        "untestable": [(one.condition, in_language(one.reason)) for one in found.not_testable_when],
        "parameters": [_parameter(name, found) for name in found.parameters],
        "columns": [(table, ", ".join(columns)) for table, columns in found.tables.items()],
        "money": words.word(words.MONEY, found.money) if found.money else "",
        "term": words.word(words.TERMS, found.term),
        "sections": [(name, section.sql.strip()) for name, section in found.sections.items()],
        "runs": _figures(queries.runs(account_of(request)).filter(code=code)[:10]),
        "snapshots": queries.snapshots()[:SNAPSHOTS],
        "engagements": queries.engagements(account_of(request)),
    }
    return page(request, "reveal/procedure.html", context)


def _parameter(name: str, procedure: Procedure) -> ParameterRow:
    one = procedure.parameters[name]
    least, most = ("" if bound is None else as_text(bound) for bound in (one.least, one.most))
    return ParameterRow(
        name, in_language(one.title), as_text(one.value), one.unit, in_language(one.source), one.verified, one.type,
        least, most,
    )  # fmt: skip


def label_of(procedure: Procedure | None, code: str) -> Words:
    """Return the title of a procedure, or its code where it is no longer at hand."""
    return in_language(procedure.title) if procedure else code
