"""What the ledger page shows, as a workbook."""

from __future__ import annotations

import io
from datetime import date

from django.conf import settings
from django.db.models import QuerySet

from reperform.ledger.models import Finding
from reperform.report.ledger import write_xlsx


def workbook(findings: QuerySet[Finding], *, as_of: date) -> io.BytesIO:
    """Return the workbook of these findings, ready to be read from its beginning."""
    stream = io.BytesIO()
    write_xlsx(stream, findings, as_of=as_of, bureau=settings.BUREAU)
    stream.seek(0)
    return stream
