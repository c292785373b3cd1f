"""LibreOffice and poppler from the system: real programs that open what we write. Tests are skipped without them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

INSTALL = "apt-get install libreoffice-writer libreoffice-calc poppler-utils fonts-noto-cjk"


def require(*programs: str) -> None:
    """Skip the test, with the command that would install them, where the programs are missing."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} not found; {INSTALL}")


def to_pdf(document: Path, folder: Path) -> Path:
    """Convert a document with a LibreOffice that has a profile of its own, and return the PDF."""
    require("soffice")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(document)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder / f"{document.stem}.pdf"


def text_of(pdf: Path, *options: str) -> str:
    """Return the text of a PDF, in the layout of its pages."""
    require("pdftotext")
    return subprocess.run(
        ["pdftotext", *options, str(pdf), "-"], check=True, capture_output=True, text=True, timeout=60
    ).stdout


def size_of(pdf: Path) -> tuple[int, tuple[float, float]]:
    """Return the number of pages and the size of a page in points."""
    require("pdfinfo")
    told = subprocess.run(["pdfinfo", str(pdf)], check=True, capture_output=True, text=True, timeout=60).stdout
    lines = dict(line.split(":", 1) for line in told.splitlines() if ":" in line)
    width, _by, height, *_rest = lines["Page size"].split()
    return int(lines["Pages"]), (float(width), float(height))
