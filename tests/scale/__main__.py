"""Measure: `make bench`, or `python -m tests.scale door`. Figures are printed, never asserted."""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
from pathlib import Path

PARTS = ("door", "city", "catalogue", "imports")


def main(names: list[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="reperform-bench-") as folder:
        os.environ["REPERFORM_HOME"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reperform.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        for name in names or PARTS:
            for figure in importlib.import_module(f"tests.scale.{name}").measure():
                print(figure, flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main(sys.argv[1:])
