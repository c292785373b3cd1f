"""Verify a bundle with the standard library alone.

Rules kept here:

* A hostile file never raises: whatever it holds becomes a named answer. What raises is a wrong call: a key or an
  earlier checkpoint that can't be read (`BadInput`).
* Each question is answered by itself, as far as it can be: one broken part does not hide the others.
* The key that travels in the bundle proves nothing of itself. Without a key from elsewhere the answer says so.
* Without the library `cryptography` the signatures are reported as not checked; everything else is checked.

Example::

    report = verify(Path("bundle.zip"), vkey="audit.example/ledger+3f9a1c07+AYi3…")
    report.ok, report.first_failure
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from reperform.errors import N_, BadInput, IntegrityBroken, ReperformError
from reperform.log import checkpoint
from reperform.log.bundle import Bundle
from reperform.log.check_files import (
    check_contents,
    check_evidence,
    check_guide,
    check_tables,
    digest,
)
from reperform.log.check_steps import Replay, check_steps
from reperform.log.check_tree import check_tree
from reperform.log.layout import Section
from reperform.log.note import VerifierKey, open_note, split_note
from reperform.log.report import Answer, Check, Report, answered, failed, flaw, not_checked, ok

__all__ = ["Answer", "Check", "Report", "verify"]


def verify(
    path: Path,
    *,
    vkey: str | None = None,
    expect_checkpoint: str | None = None,
    replay: Callable[[], Replay] | None = None,
) -> Report:
    """Check everything that a bundle claims; `expect_checkpoint` is a checkpoint that was kept from earlier."""
    trusted = VerifierKey.parse(vkey) if vkey is not None else None
    kept = _kept(expect_checkpoint) if expect_checkpoint is not None else None
    try:
        with Bundle(path) as bundle:
            return _report(bundle, trusted, kept, replay or _rules)
    except BadInput as error:
        return Report((failed("container", error),), not_a_bundle=True)
    except OSError as error:
        unreadable = BadInput(
            N_("{path} can't be read: {reason}"), rule="bundle.file", path=path, reason=error.strerror
        )
        return Report((failed("container", unreadable),), not_a_bundle=True)
    except IntegrityBroken as error:
        return Report((failed("container", error),))


def _report(
    bundle: Bundle, trusted: VerifierKey | None, kept: checkpoint.Checkpoint | None, replay: Callable[[], Replay]
) -> Report:
    digests = digest(bundle)
    files = len(bundle.places)
    container = ok("container", N_("The bundle has its form; {files} files are whole."), files=files)
    checks = [failed("container", digests.damaged) if digests.damaged else container]
    try:
        stated = bundle.checkpoint
    except IntegrityBroken as error:
        return Report((*checks, failed("checkpoint", error), _unread("tree"), _unread("steps")))
    carried = _carried(bundle)
    key = trusted or (carried if isinstance(carried, VerifierKey) else None)
    checks += [
        _check_statement(stated),
        _check_key(stated, carried, trusted),
        _check_signature(bundle.note, key),
        *check_tree(bundle, stated, kept),
    ]
    steps = check_steps(bundle, stated.size, replay)
    complete = all(check.answer is Answer.OK for check in steps.checks[:2])
    contents = check_contents(bundle, digests, key) if key else _unread("contents")
    listed = contents.answer is Answer.OK
    checks += [
        *steps.checks,
        check_evidence(bundle, digests, steps.evidence, complete=complete),
        check_tables(bundle, digests, steps.evidence, listed=listed),
        contents,
        check_guide(bundle, carried) if isinstance(carried, VerifierKey) else _unread("guide"),
        *_check_others(bundle.note, key),
        _check_time(),
    ]
    counts = {"entries": stated.size, **steps.counts, "evidence": len(bundle.section(Section.EVIDENCE)), "files": files}
    return Report(tuple(checks), counts, stated.origin, stated.root_base64, str(key or ""))


def _kept(note: str) -> checkpoint.Checkpoint:
    try:
        return checkpoint.read(note)
    except IntegrityBroken as error:
        raise BadInput(N_("The checkpoint that you kept can't be read: {reason}"), reason=error.render()) from error


def _rules() -> Replay:
    from reperform.rules.replay import Replay as Rules

    return Rules()


def _carried(bundle: Bundle) -> VerifierKey | IntegrityBroken:
    try:
        return bundle.vkey
    except IntegrityBroken as error:
        return error


def _check_statement(stated: checkpoint.Checkpoint) -> Check:
    return ok(
        "checkpoint",
        N_("{origin} states {size} entries, root {root}."),
        origin=stated.origin,
        size=stated.size,
        root=stated.root_base64,
    )


def _check_key(
    stated: checkpoint.Checkpoint, carried: VerifierKey | IntegrityBroken, trusted: VerifierKey | None
) -> Check:
    if isinstance(carried, IntegrityBroken):
        return failed("key", carried)
    if carried.name != stated.origin:
        message = N_("The key in the bundle is that of {name}, the checkpoint that of {origin}.")
        return failed("key", flaw("key.origin", message, name=carried.name, origin=stated.origin))
    if trusted is None:
        return not_checked(
            "key",
            N_("The key came with the bundle: {key}"),
            N_("Compare it with the key that the audit body has published, or give that one."),
            key=carried,
        )
    if trusted != carried:
        message = N_("The bundle was made with another key than the one that you gave: {key}")
        return failed("key", flaw("key.other", message, key=carried))
    return ok("key", N_("The key in the bundle is the one that you gave."))


def _check_signature(note: str, key: VerifierKey | None) -> Check:
    if key is None:
        return _unread("signature")
    try:
        text = open_note(note, key)
        if checkpoint.Checkpoint.parse(text).origin != key.name:
            raise flaw("checkpoint.origin", N_("The key of {name} may not speak for this log."), name=key.name)
    except ReperformError as error:
        return answered("signature", error)
    return ok("signature", N_("The checkpoint is signed by {key}."), key=key)


def _check_others(note: str, key: VerifierKey | None) -> list[Check]:
    others = [one for one in split_note(note)[1] if key is None or (one.name, one.key_id) != (key.name, key.key_id)]
    if not others:
        return []
    names = ", ".join(one.name for one in others)
    return [not_checked("witnesses", N_("Further signatures on the checkpoint are not checked: {names}"), names=names)]


def _check_time() -> Check:
    return not_checked(
        "time", N_("The times of the steps are what the log's own clock said; no time stamp proves them.")
    )


def _unread(name: str) -> Check:
    return not_checked(name, N_("Another part that is needed for this can't be read."))
