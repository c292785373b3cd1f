"""A process of its own that imports a folder until it is done or killed, or prints what is in the ledger.

`python -m tests.reveal.importer import FOLDER` prints a line after each batch; `dump` prints the state as JSON.
REPERFORM_HOME (and REPERFORM_DATABASE_URL) name the ledger; `tests.loop.worker prepare` has made it.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reperform.settings")
AT = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


def import_folder(folder: str) -> None:
    """Import in small batches, so that there are many moments at which to die."""
    from reperform.ledger.models import Account
    from reperform.reveal import importing

    importing.ENTRIES = 10
    by = Account.objects.select_related("body").get(username="auditor")
    importing.import_findings(
        [Path(folder)], format="fac", by=by, at=AT, progress=lambda *step: print(*step, flush=True)
    )


def dump() -> None:
    """Print the state, as JSON."""
    from reperform.ledger.models import Import
    from tests.reveal.state import imported

    print(json.dumps({**imported(), "imports": Import.objects.count()}))


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "import":
        import_folder(sys.argv[2])
    else:
        dump()
