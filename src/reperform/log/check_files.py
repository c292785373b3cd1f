"""Check the files beside the log: evidence, tables, the signed list of files, the guide.

Rules kept here:

* An evidence file must have the SHA-256 that is its name, and the size and SM3 that the step states. A file that a
  step names is in the bundle, or in the table `withheld`; a file that no step names has no business there.
* A table is proved if a disclosed step names its hash as evidence, or if the signed list of files holds it.
* SM3 (GB/T 32905-2016) is compared where the Python at hand has it.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from reperform.errors import N_, Inconclusive, IntegrityBroken
from reperform.log import layout
from reperform.log.bundle import Bundle
from reperform.log.check_steps import Named
from reperform.log.guide import is_guide
from reperform.log.layout import CONTENTS, GUIDE, STANDING, WITHHELD, Section
from reperform.log.note import MAX_NOTE, VerifierKey, open_note, split_note
from reperform.log.pack import contents_text
from reperform.log.report import Check, failed, flaw, not_checked, ok


@dataclass
class Digests:
    """The hashes of all files of a bundle, and the first whose check sum is not the one in the directory."""

    sha256: dict[str, str] = field(default_factory=dict)
    sm3: dict[str, str] = field(default_factory=dict)
    size: dict[str, int] = field(default_factory=dict)
    damaged: IntegrityBroken | None = None


def has_sm3() -> bool:
    return "sm3" in hashlib.algorithms_available


def digest(bundle: Bundle) -> Digests:
    """Read every file of the bundle once."""
    found, with_sm3 = Digests(), has_sm3()
    for name, place in bundle.places.items():
        sha256 = hashlib.sha256()
        sm3 = hashlib.new("sm3") if with_sm3 and place[0] == Section.EVIDENCE else None
        crc = size = 0
        for chunk in bundle.chunks(name):
            crc, size = zlib.crc32(chunk, crc), size + len(chunk)
            sha256.update(chunk)
            if sm3 is not None:
                sm3.update(chunk)
        found.sha256[name], found.size[name] = sha256.hexdigest(), size
        if sm3 is not None:
            found.sm3[name] = sm3.hexdigest()
        if crc != bundle.crc(name) and found.damaged is None:
            found.damaged = flaw("bundle.crc", N_("{name} was altered: its check sum is another."), name=name)
    return found


def check_evidence(bundle: Bundle, digests: Digests, named: Mapping[str, Named], *, complete: bool) -> Check:
    """Answer whether the evidence files are those that the steps name; `complete`: all steps could be read."""
    try:
        withheld = _withheld(bundle)
        for name in bundle.section(Section.EVIDENCE):
            _compare(name, digests, named, complete=complete)
        for sha256, known in sorted(named.items(), key=lambda item: item[1].index):
            if layout.evidence_name(sha256) not in bundle and sha256 not in withheld:
                message = N_("The evidence file {sha256} of entry {index} is missing.")
                raise flaw("evidence.missing", message, known.index, sha256=sha256)
    except IntegrityBroken as error:
        return failed("evidence", error)
    count = len(bundle.section(Section.EVIDENCE))
    message = N_("{count} evidence files fit their steps in SHA-256, SM3 and size; {withheld} are named but withheld.")
    if not has_sm3():
        message = N_(
            "{count} evidence files fit their steps in SHA-256 and size (no SM3 here); {withheld} are withheld."
        )
    return ok("evidence", message, count=count, withheld=len(withheld & named.keys()))


def _compare(name: str, digests: Digests, named: Mapping[str, Named], *, complete: bool) -> None:
    sha256 = name.partition("/")[2]
    known = named.get(sha256)
    index = known.index if known else None
    if digests.sha256[name] != sha256:
        message = N_("The evidence file {sha256} was altered; entry {index} names it.")
        raise flaw("evidence.altered", message, index, sha256=sha256)
    if known is None and complete:
        raise flaw("evidence.unnamed", N_("No disclosed step names the evidence file {sha256}."), sha256=sha256)
    if known is None:
        return
    same_sm3 = not known.sm3 or name not in digests.sm3 or digests.sm3[name] == known.sm3
    if digests.size[name] != known.size or not same_sm3:
        message = N_("The evidence file {sha256} has another size or SM3 than entry {index} states.")
        raise flaw("evidence.altered", message, index, sha256=sha256)


def _withheld(bundle: Bundle) -> set[str]:
    if WITHHELD not in bundle.tables():
        return set()
    return {str(row.get("sha256")) for row in bundle.table(WITHHELD)}


def check_tables(bundle: Bundle, digests: Digests, named: Mapping[str, Named], *, listed: bool) -> Check:
    """Answer whether the tables beside `standing` are bound to the log; `listed`: the signed list holds them."""
    others = [table for table in bundle.tables() if table != STANDING]
    if not others:
        return ok("tables", N_("The bundle has no further tables."))
    try:
        rows = sum(1 for table in others for _ in bundle.table(table))
    except IntegrityBroken as error:
        return failed("tables", error)
    loose = [table for table in others if digests.sha256[layout.table_name(table)] not in named and not listed]
    if loose:
        message = N_("No disclosed step and no signed list names these tables: {tables}")
        return not_checked("tables", message, tables=", ".join(loose))
    return ok(
        "tables", N_("{count} further tables with {rows} rows are bound to the log."), count=len(others), rows=rows
    )


def check_contents(bundle: Bundle, digests: Digests, key: VerifierKey) -> Check:
    """Answer whether the bundle holds exactly the files that its signed list names."""
    if CONTENTS not in bundle:
        return not_checked(
            "contents", N_("The list of files is not signed: files or steps that were left out can't be noticed.")
        )
    try:
        note = bundle.text(CONTENTS, MAX_NOTE)
        lines = split_note(note)[0].split("\n")
        audience = lines[0].rpartition(" ")[2]
        own = {name: sha256 for name, sha256 in digests.sha256.items() if name != CONTENTS}
        expected = contents_text(key.name, bundle.audience or audience, own).split("\n")
        if lines != expected:
            message = N_("The signed list and the files of the bundle differ: {line}")
            raise flaw("contents.differs", message, line=_first_odd(lines, expected))
        open_note(note, key)
    except Inconclusive as error:
        return not_checked("contents", error.message, error.hint)
    except IntegrityBroken as error:
        return failed("contents", error)
    return ok("contents", N_("The bundle holds exactly the {count} files of its signed list."), count=len(own))


def _first_odd(listed: list[str], found: list[str]) -> str:
    """Return the first line that is listed but not found, else the first that is found but not listed."""
    known, present = set(listed), set(found)
    return next((line for line in listed if line not in present), "") or next(
        (line for line in found if line not in known), ""
    )


def check_guide(bundle: Bundle, key: VerifierKey) -> Check:
    """Answer whether VERIFY.md is the text that belongs there."""
    try:
        if not is_guide(bundle.text(GUIDE), key.name, str(key)):
            raise flaw("guide.altered", N_("VERIFY.md is not the text that belongs into a bundle: do not follow it."))
    except IntegrityBroken as error:
        return failed("guide", error)
    return ok("guide", N_("VERIFY.md is the text that belongs there."))
