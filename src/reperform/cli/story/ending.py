"""The ending: ledger, report and proof bundle are written; the bundle is verified, altered by one byte, and refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from reperform.cli.report import draw
from reperform.cli.story.scene import Scene
from reperform.errors import N_

if TYPE_CHECKING:
    from reperform.log.report import Report

TOLD = date(2026, 11, 20)
BUNDLE = "proof-bundle.zip"
KEY = "audit-bureau.vkey"
TAMPERED = "proof-bundle-one-byte-changed.zip"


@dataclass(frozen=True)
class Ending:
    """What was written, and what the verifier says of it."""

    files: list[Path]
    verified: Report
    altered: Report
    figures: int
    differing: int


def end(scene: Scene, as_of: date = TOLD) -> Ending:
    """Write the papers of the bureau, then the proof of it all."""
    from django.conf import settings

    from reperform.ledger.publish import signer
    from reperform.log.verify import verify
    from reperform.report import bundle
    from reperform.report.actions import compile_ledger, compile_rectification
    from reperform.report.figures import Scope
    from reperform.report.queries import FIGURES

    scene.on(as_of)
    by = scene.people["auditor"]
    documents = [
        compile_ledger(by=by, at=scene.next(), as_of=as_of),
        compile_rectification(by=by, at=scene.next(), as_of=as_of),
    ]
    files = [settings.HOME.out / one.file_name for one in documents]
    printed = settings.HOME.out / f"{documents[-1].number}{FIGURES}"
    files += draw(settings.HOME.out, Scope(as_of, by.body.path), scene.call.language)
    proof = bundle.write(settings.HOME.out / BUNDLE, at=scene.next())
    vkey = signer().vkey
    (scene.folder / KEY).write_text(vkey + "\n", encoding="utf-8")
    verified = verify(proof, vkey=vkey)
    changed = alter(proof, scene.folder / TAMPERED)
    altered = verify(changed, vkey=vkey)
    figures, differing = compute_again(proof, printed)
    return Ending([*files, printed, proof, changed, scene.folder / KEY], verified, altered, figures, differing)


def compute_again(proof: Path, printed: Path) -> tuple[int, int]:
    """Compute the report's figures from the bundle alone; return how many there are, and how many differ."""
    from reperform.log.bundle import Bundle
    from reperform.report.recompute import load, recompute, require_named

    document = load(printed)
    with Bundle(proof) as bundle:
        require_named(printed, bundle)
        differing = recompute(document, {name: bundle.table(name) for name in bundle.tables()})
    figures = document["figures"]
    return len(figures) if isinstance(figures, list) else 0, len(differing)


def alter(proof: Path, copy: Path) -> Path:
    """Write a copy of a bundle in which the lowest bit of one byte, in the middle, is another."""
    content = bytearray(proof.read_bytes())
    content[len(content) // 2] ^= 1
    copy.write_bytes(content)
    return copy


def tell(scene: Scene, told: Ending) -> None:
    """Say what an outsider finds."""
    verdicts = {True: N_("Prove: all {entries} entries of the log are verified."), False: N_("The bundle is refused.")}
    scene.call.say(verdicts[told.verified.ok], entries=told.verified.counts.get("entries", 0))
    scene.call.say(
        N_("{same} of {count} figures of the report are the same when computed again from the bundle."),
        same=told.figures - told.differing, count=told.figures,
    )  # fmt: skip
    failure = told.altered.first_failure
    if failure:
        refusal = failure.render(scene.call.translate)
        scene.call.say(N_("One byte of a copy was changed; the verifier: {refusal}"), refusal=refusal)
