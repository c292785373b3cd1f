"""What an outsider needs to compute the figures again: a few columns of a few tables, for the proof bundle.

Rules kept here:

* Exactly the columns that the queries read (`reads` in `figures.yaml`), of issued findings; no text of a finding, no
  draft, no key of an item.
* The name of a person held accountable goes out as a hash, and so does what a service or a payment is called: to count
  them it is enough that two names differ.
* Rows come in the order of their keys, values as the log's canonical JSON can hold them: the same rows, the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import QuerySet

from reperform.ledger.models import (
    Body,
    Check,
    CheckVerdict,
    Engagement,
    Evidence,
    Finding,
    Item,
    Outcome,
    Submission,
    Verification,
)
from reperform.report.figures import reads
from reperform.rules.outcomes import OutcomeKind

CHUNK = 2000
HASHED = (OutcomeKind.PERSON, OutcomeKind.SERVICE, OutcomeKind.PAID)


def tables() -> dict[str, Iterator[dict[str, object]]]:
    """Return the rows of each table that figures read, by the name of the table; each is read when it is iterated."""
    issued = Finding.objects.filter(issued_on__isnull=False)
    of_findings = {"finding__in": issued}
    rows: tuple[QuerySet[Any], ...] = (
        Body.objects.all(),
        Engagement.objects.all(),
        issued,
        Submission.objects.filter(**of_findings),
        Outcome.objects.filter(submission__finding__in=issued),
        Evidence.objects.filter(**of_findings),
        Verification.objects.filter(**of_findings),
        Item.objects.filter(**of_findings),
        Check.objects.filter(**of_findings),
        CheckVerdict.objects.filter(check_of__finding__in=issued),
    )
    by_table = {str(one.model._meta.db_table): one for one in rows}
    return {name: _rows(by_table[name], columns) for name, columns in reads().items()}


def _rows(found: QuerySet[Any], columns: Sequence[str]) -> Iterator[dict[str, object]]:
    for row in found.order_by("pk").values(*columns).iterator(CHUNK):
        plain = {name: _plain(value) for name, value in row.items()}
        if plain.get("kind") in HASHED:
            plain["title"] = hashlib.sha256(str(plain["title"]).strip().encode()).hexdigest()
        yield plain


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat() if isinstance(value, date) else value
