"""The ending: ledger, report and proof bundle are written; the bundle is verified, altered by one byte, and refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from reperform.cli.story.scene import Scene

if TYPE_CHECKING:
    from reperform.log.report import Report

TOLD = date(2026, 11, 20)
BUNDLE = "proof-bundle.zip"
TAMPERED = "proof-bundle-one-byte-changed.zip"


@dataclass(frozen=True)
class Ending:
    """What was written, and what the verifier says of it."""

    files: list[Path]
    verified: Report
    altered: Report


def end(scene: Scene, as_of: date = TOLD) -> Ending:
    """Write the papers of the bureau, then the proof of it all."""
    from django.conf import settings

    from reperform.ledger.publish import signer
    from reperform.log.verify import verify
    from reperform.report import bundle
    from reperform.report.actions import compile_ledger, compile_rectification

    scene.on(as_of)
    by = scene.people["auditor"]
    documents = [
        compile_ledger(by=by, at=scene.next(), as_of=as_of),
        compile_rectification(by=by, at=scene.next(), as_of=as_of),
    ]
    files = [settings.HOME.out / one.file_name for one in documents]
    proof = bundle.write(settings.HOME.out / BUNDLE, at=scene.next())
    vkey = signer().vkey
    (scene.folder / "audit-bureau.vkey").write_text(vkey + "\n", encoding="utf-8")
    verified = verify(proof, vkey=vkey)
    changed = alter(proof, scene.folder / TAMPERED)
    altered = verify(changed, vkey=vkey)
    return Ending([*files, proof, changed, scene.folder / "audit-bureau.vkey"], verified, altered)


def alter(proof: Path, copy: Path) -> Path:
    """Write a copy of a bundle in which the lowest bit of one byte, in the middle, is another."""
    content = bytearray(proof.read_bytes())
    content[len(content) // 2] ^= 1
    copy.write_bytes(content)
    return copy
