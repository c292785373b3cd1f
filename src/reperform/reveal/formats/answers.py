"""Read the workbook in which a body answers an inquiry: the cells of its first sheet, in a child with limits."""

from __future__ import annotations

from pathlib import Path

from reperform.engine.sheets import sheets


def first_sheet(path: str) -> tuple[str, list[list[str]]]:
    """Return the name of the first sheet and its cells as text."""
    name, rows = next(sheets(Path(path)))
    return name, [[str(cell).strip() for cell in row] for row in rows]
