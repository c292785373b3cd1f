"""Import findings from outside files: read, compare with the ledger, write what is new, record the import last.

1. The files are read in a child process with limits; one bad cell and nothing is written.
2. The findings go in batches of at most `ENTRIES` log entries, in the order of their keys. Each batch is one
   transaction: it looks up what the ledger has, drafts what is new, revises drafts whose content changed, and leaves
   the rest alone.
3. Citations that an earlier finding of the same auditee answers are linked, and the import is recorded, in one
   transaction that comes last.

Killed at any moment and run again, an import ends where an unbroken one ends: a batch is there whole or not at all, and
the numbers follow the order of the keys. Importing the same files again writes the record of the import and nothing
else. A finding or a row that the files lack is not touched: absence is no proof of anything. An import never issues,
closes or reopens; a finding that has left the draft state is `held`: reported as different, and kept as it was served.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import transaction

from reperform.engine.child import ChildStopped, Limits, Progress, in_child
from reperform.errors import N_, BadInput, Place, Usage
from reperform.ledger.change import Change
from reperform.ledger.drafting import digest
from reperform.ledger.models import Account, Finding, Import, PriorReference
from reperform.ledger.numbers import allocate
from reperform.ledger.record import record
from reperform.reveal.formats.known import Format, find_format
from reperform.reveal.formats.reading import Index, Reading, SourceFinding
from reperform.reveal.import_steps import Batch

ENTRIES = 1000  # log entries in one transaction
SERIES = "IMP"
READING = Limits(memory=3 << 30, cpu=3600, seconds=7200.0)


@dataclass(frozen=True)
class ImportResult:
    """What an import read, and what it changed; `held` are numbers of findings that differ but are no drafts."""

    number: str
    format: str
    files: int
    rows_read: int
    rows_distinct: int
    findings: int
    reports: int
    auditees: int
    declared_repeat: int
    contradictory: int
    prior_references: int
    prior_resolved: int
    created: int
    changed: int
    unchanged: int
    linked: int
    held: tuple[str, ...]
    contradictions: tuple[str, ...]
    name_variants: dict[str, tuple[str, ...]]
    seconds_reading: float
    seconds: float


def import_findings(
    paths: Sequence[Path], *, format: str, by: Account, at: datetime, progress: Progress | None = None
) -> ImportResult:
    """Import the workbooks in files and folders; return the counts of the source and of the changes."""
    kind, started = find_format(format), time.perf_counter()
    files = workbooks(paths)
    reading = read(files, kind, progress=progress)
    seconds_reading = time.perf_counter() - started
    tally, done = _Tally(), 0
    for batch in batches(reading.findings):
        tally.add(_write(batch, reading, kind, by=by, at=at))
        done += len(batch)
        if progress is not None:
            progress("writing", done, len(reading.findings))
    number, linked = _complete(reading, kind, tally, by=by, at=at)
    counts = _counts(reading)
    return ImportResult(
        number=number, format=kind.name, **counts, created=tally.created, changed=tally.changed,
        unchanged=counts["findings"] - tally.created - tally.changed - len(tally.held), linked=linked,
        held=tuple(tally.held), contradictions=tuple(one.key for one in reading.contradictory),
        name_variants=reading.name_variants, seconds_reading=seconds_reading, seconds=time.perf_counter() - started,
    )  # fmt: skip


# -- reading -----------------------------------------------------------------------------------------------------------


def workbooks(paths: Sequence[Path]) -> list[Path]:
    """Return the workbooks that the paths name, each once, in the order of their names: later files decide."""
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            found.update(dict.fromkeys(one for one in path.glob("*.xlsx") if not one.name.startswith(("~$", "."))))
        elif path.is_file():
            found[path] = None
        else:
            raise Usage(N_("There is no file or folder {path}."), path=path)
    if not found:
        raise Usage(N_("There is no .xlsx workbook in {paths}."), paths=", ".join(map(str, paths)) or "—")
    return sorted({path.resolve() for path in found}, key=lambda path: (path.name, path))


def read(files: Sequence[Path], kind: Format, *, limits: Limits = READING, progress: Progress | None = None) -> Reading:
    """Read the files in a child process; a child that stops becomes an error that names the file it was reading."""
    at_hand = 0

    def passed_on(phase: str, done: int, total: int) -> None:
        nonlocal at_hand
        at_hand = min(done, len(files) - 1)
        if progress is not None:
            progress(phase, done, total)

    try:
        plain = in_child(kind.parse, [str(path) for path in files], limits=limits, progress=passed_on)
    except ChildStopped as stopped:
        raise BadInput(
            N_("The workbook can't be read: {error}"),
            hint=N_("Import the other files without it, and have this one checked."),
            place=Place(file=files[at_hand].name),
            rule="workbook.unreadable",
            error=stopped.render(),
        ) from stopped
    return kind.gather(plain)


def batches(findings: Sequence[SourceFinding], limit: int = 0) -> Iterator[list[SourceFinding]]:
    """Yield the findings in batches that need at most `limit` log entries, none of which spans two years."""
    batch: list[SourceFinding] = []
    seen: set[str] = set()
    for finding in sorted(findings, key=lambda one: one.key):
        needed = {finding.key, finding.report, finding.auditee, finding.lead}
        if batch and (len(seen | needed) > (limit or ENTRIES) or finding.period[:4] != batch[0].period[:4]):
            yield batch
            batch, seen = [], set()
        batch.append(finding)
        seen |= needed
    if batch:
        yield batch


# -- writing -----------------------------------------------------------------------------------------------------------


@dataclass
class _Tally:
    """What the batches changed so far."""

    created: int = 0
    changed: int = 0
    held: list[str] = field(default_factory=list)

    def add(self, batch: Batch) -> None:
        self.created += len(batch.drafts)
        self.changed += len(batch.revisions)
        self.held += batch.held


def _write(findings: Sequence[SourceFinding], reading: Reading, kind: Format, *, by: Account, at: datetime) -> Batch:
    with transaction.atomic():
        allocate(SERIES, at.year, 0)  # holds the row of the counter: of two imports at once, the second waits and sees
        batch = Batch(findings, reading, kind, audit_body=by.body)
        record(batch.changes(), actor=by.actor(), at=at)
    return batch


@transaction.atomic
def _complete(reading: Reading, kind: Format, tally: _Tally, *, by: Account, at: datetime) -> tuple[str, int]:
    """Link what can be linked, and record the import: its last step, and on a repeated import its only one."""
    number = allocate(SERIES, at.year, 1)[0]
    counts, links = _counts(reading), _links(kind)
    row = Import(
        number=number, audit_body=by.body, format=kind.name, source_digest=_source_digest(reading), imported_at=at,
        files=counts["files"], rows_read=counts["rows_read"], rows_distinct=counts["rows_distinct"],
        created=tally.created, changed=tally.changed,
    )  # fmt: skip
    change = Change(
        "complete", row,
        facts={
            "audit": by.body.number, "format": kind.name, "source_digest": row.source_digest, **counts,
            "created": tally.created, "changed": tally.changed, "held": len(tally.held), "linked": len(links),
        },
        edits=[(link, {"earlier": earlier}) for link, earlier in links],
        fields={
            "files": [[file.name, file.sha256, file.rows] for file in reading.files],
            "held": tally.held,
            "links": [[link.finding.source_key, link.cited, earlier.source_key] for link, earlier in links],
            "contradictory": [finding.key for finding in reading.contradictory],
            "name_variants": [[auditee, list(names)] for auditee, names in reading.name_variants.items()],
        },
    )  # fmt: skip
    record([change], actor=by.actor(), at=at)
    return number, len(links)


def _links(kind: Format) -> list[tuple[PriorReference, Finding]]:
    """Return the citations that lead nowhere yet and that a finding of the ledger answers, with that finding's row.

    The whole ledger is asked, not the files: the earlier report may have come with another import, before or after.
    """
    ours = f"{kind.name}:"
    open_ones = PriorReference.objects.filter(earlier=None, finding__source_key__startswith=ours)
    known: dict[str, int] = {}
    told = []
    rows = Finding.objects.filter(
        source_key__startswith=ours, responsible__in=open_ones.values("finding__responsible")
    ).values_list("pk", "source_key", "responsible_id")
    for pk, key, responsible in rows:
        period, number = kind.period_and_number(str(key))
        known[str(key)] = pk
        told.append((str(responsible), number, period, str(key)))
    index, links = Index(told), list[tuple[PriorReference, int]]()
    for link in open_ones.select_related("finding").order_by("pk"):
        period, _number = kind.period_and_number(str(link.finding.source_key))
        earlier = index.earlier(str(link.finding.responsible_id), link.cited, period)
        if earlier is not None:
            links.append((link, known[earlier]))
    findings = Finding.objects.only("pk", "source_key").in_bulk({pk for _link, pk in links})
    return [(link, findings[pk]) for link, pk in links]


def _counts(reading: Reading) -> dict[str, int]:
    return {
        "files": len(reading.files),
        "rows_read": reading.rows_read,
        "rows_distinct": reading.rows_distinct,
        "findings": len(reading.findings),
        "reports": reading.reports,
        "auditees": reading.auditees,
        "declared_repeat": reading.declared_repeat,
        "contradictory": len(reading.contradictory),
        "prior_references": reading.prior_references,
        "prior_resolved": reading.prior_resolved,
    }


def _source_digest(reading: Reading) -> str:
    """Return the identity of the files together: their contents, whatever folder they lie in."""
    return digest(sorted(file.sha256 for file in reading.files))
