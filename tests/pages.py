"""Write the generated pages of the documentation: `make pages`. Tests compare each page with what it is drawn from."""

from __future__ import annotations

import importlib
import os
from pathlib import Path

import django

from reperform.catalogue import manual

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
PAGES = {
    "steps.md": "reperform.rules.diagram",
    "command-line.md": "reperform.cli.reference",
    "figures.md": "reperform.report.reference",
    "api.md": "reperform.web.api.reference",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reperform.settings")
    django.setup()
    for name, module in PAGES.items():
        (REFERENCE / name).write_text(importlib.import_module(module).page(), encoding="utf-8")
    manual.write(REFERENCE)


if __name__ == "__main__":
    main()
