"""Write the generated pages of the documentation: `make pages`. Tests compare each page with what it is drawn from."""

from __future__ import annotations

import importlib
from pathlib import Path

from reperform.catalogue import manual

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
PAGES = {
    "steps.md": "reperform.rules.diagram",
    "command-line.md": "reperform.cli.reference",
    "figures.md": "reperform.report.reference",
}


def main() -> None:
    for name, module in PAGES.items():
        (REFERENCE / name).write_text(importlib.import_module(module).page(), encoding="utf-8")
    manual.write(REFERENCE)


if __name__ == "__main__":
    main()
