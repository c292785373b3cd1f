"""Read a document back as another program does: with the library, not with our own code."""

from __future__ import annotations

import io

import docx
from docx.document import Document


def opened(content: bytes) -> Document:
    return docx.Document(io.BytesIO(content))


def lines(content: bytes) -> list[str]:
    """Return the paragraphs outside of tables."""
    return [one.text for one in opened(content).paragraphs]


def grids(content: bytes) -> list[list[list[str]]]:
    """Return every table as rows of cells, the head row first."""
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in opened(content).tables]


def grid(content: bytes, head: str) -> list[list[str]]:
    """Return the rows below the head of the one table that has this column."""
    (found,) = [rows for rows in grids(content) if head in rows[0]]
    return found[1:]


def everything(content: bytes) -> str:
    return "\n".join([*lines(content), *(cell for rows in grids(content) for row in rows for cell in row)])
