"""The verbs of telling: compile the ledger or the report into a frozen file, and publish it.

Rules kept here:

* All statements of a report read one state of the database, so that its parts add up.
* A file is whole or absent: written beside its place, synced, made read-only, renamed; only then does a step name it by
  its hash. Its figures and their queries stand beside it as JSON (`reperform/figures/1`), hashed in the same step.
* Compiling changes no finding; it is a step of its own, so that what was told, and when, stands in the log.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import get_language

from reperform.ledger.change import Change
from reperform.ledger.models import Account, Body, Report
from reperform.ledger.models.lookbacks import ReportKind
from reperform.ledger.numbers import allocate
from reperform.ledger.record import record
from reperform.papers.words import language_of, printed_date
from reperform.report import charts
from reperform.report.figures import Answer, Scope, as_json, compute
from reperform.report.ledger import ledger_title, write_xlsx
from reperform.report.queries import FIGURES, body_name, issued
from reperform.report.rectification import Sitting, compose


@dataclass(frozen=True)
class _Draft:
    """A document before it is given a number."""

    kind: ReportKind
    title: str
    content: bytes
    suffix: str
    scope: Scope
    answers: Mapping[str, Answer]


def compile_ledger(*, by: Account, at: datetime, as_of: date, year: int = 0, language: str | None = None) -> Report:
    """Compile the ledger of the person's audit body, with those below it, as a workbook; year 0 is every year."""
    spoken = language_of(language or get_language())
    scope = Scope(as_of=as_of, bureau=by.body.path, year=year)
    stream = io.BytesIO()
    with _steady_reading():
        answers = compute(scope)
        write_xlsx(
            stream, issued(scope), as_of=as_of, bureau=settings.BUREAU, language=spoken, answers=answers, scope=scope
        )
    title = f"{ledger_title(settings.BUREAU, spoken)} {printed_date(as_of, spoken)}"
    return _freeze(_Draft(ReportKind.LEDGER, title, stream.getvalue(), ".xlsx", scope, answers), by=by, at=at)


def compile_rectification(
    *, by: Account, at: datetime, as_of: date, year: int = 0, budget_year: int | None = None,
    sitting: Sitting | None = None, language: str | None = None,
) -> Report:  # fmt: skip
    """Compile the report on the engagements of a year (0: all); the budget that they audited is of the year before."""
    scope = Scope(as_of=as_of, bureau=by.body.path, year=year)
    with _steady_reading():
        composed = compose(
            scope, bureau=settings.BUREAU, language=language_of(language or get_language()), sitting=sitting,
            budget_year=budget_year if budget_year is not None else (year or as_of.year) - 1,
        )  # fmt: skip
    draft = _Draft(ReportKind.RECTIFICATION, composed.title, composed.document, ".docx", scope, composed.answers)
    return _freeze(draft, by=by, at=at)


def draw_charts(folder: Path, *, by: Account, as_of: date, year: int = 0, language: str | None = None) -> list[Path]:
    """Draw the charts of the person's audit body into a folder, each as SVG and as PNG; return the files."""
    spoken = language_of(language or get_language())
    with _steady_reading():
        answers = compute(Scope(as_of=as_of, bureau=by.body.path, year=year))
        names = {body.number: body_name(body, spoken) for body in Body.objects.all()}
    written = []
    for chart in charts.gallery(answers, spoken, names=names):
        for suffix, content in ((".svg", charts.svg(chart).encode()), (".png", charts.png(chart))):
            written.append(folder / f"{chart.name}{suffix}")
            _put(written[-1], content)
    return written


def publish(report: Report, *, by: Account, at: datetime) -> Report:
    """Publish a compiled report: from now on the legislature sees it. A reviewer does it, not who compiled."""
    record([Change("publish", report, facts={"sha256": report.sha256})], actor=by.actor(), at=at)
    return report


@contextmanager
def _steady_reading() -> Iterator[None]:
    """Let all statements inside see one state of the database."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _freeze(draft: _Draft, *, by: Account, at: datetime) -> Report:
    figures = as_json(draft.answers, draft.scope)
    written: list[Path] = []
    try:
        with transaction.atomic():
            number = allocate("REP", at.year, 1)[0]
            out: Path = settings.HOME.out
            written = [out / f"{number}{draft.suffix}", out / f"{number}{FIGURES}"]
            _put(written[0], draft.content)
            _put(written[1], figures)
            report = Report(
                number=number, audit_body=by.body, report_kind=draft.kind, title=draft.title, as_of=draft.scope.as_of,
                file_name=written[0].name, sha256=_sha256(draft.content), compiled_at=at,
            )  # fmt: skip
            facts: dict[str, str | int | bool | list[str]] = {
                "audit": by.body.number, "kind": draft.kind.value, "as_of": draft.scope.as_of.isoformat(),
                "year": draft.scope.year, "sha256": report.sha256, "figures": _sha256(figures),
            }  # fmt: skip
            change = Change("compile", report, facts=facts, fields={"title": draft.title})
            record([change], actor=by.actor(), at=at)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise
    return report


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _put(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".incoming-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o440)
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
