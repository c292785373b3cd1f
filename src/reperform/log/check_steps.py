"""Check what was disclosed: that it is what the log holds, that every step was permitted, and where it all leads.

Rules kept here:

* A disclosed envelope and its salt must give the leaf at its index; a disclosed field must give its commitment.
* The steps are taken again, in the order of the log, by the rules themselves. The first step that they refuse is
  named with the rule that refuses it. A step of a newer version than this verifier knows is left open, not passed.
* Where the steps lead is compared with the table `standing`, which comes from the live records: whoever changed a
  record without a step is found here, and so is a record that is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from reperform.errors import N_, BadInput, IntegrityBroken, Refused, ReperformError
from reperform.log import entry, layout
from reperform.log.bundle import RECORD_BYTES, Bundle, Opened
from reperform.log.report import Check, failed, flaw, not_checked, ok
from reperform.log.tree import WIDTH


class Stands(Protocol):
    """Where one subject stands after its steps."""

    @property
    def state(self) -> str: ...
    @property
    def seq(self) -> int: ...


class Replay(Protocol):
    """The rules, as the verifier uses them."""

    @property
    def standings(self) -> Mapping[str, Stands]: ...
    def take(self, envelope: Mapping[str, object], /) -> object:
        """Take one step; raise `Refused` if the rules do not permit it."""


@dataclass(frozen=True)
class Named:
    """An evidence file as the first step that names it describes it."""

    index: int
    sm3: str
    size: int


@dataclass
class Steps:
    """What came out of reading the disclosed steps."""

    checks: list[Check] = field(default_factory=list)
    evidence: dict[str, Named] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


def check_steps(bundle: Bundle, size: int, replay: Callable[[], Replay]) -> Steps:
    """Answer whether the disclosed steps are those of the log, were permitted, and lead to the stated standing."""
    reading = _Reading(bundle, size, replay())
    reading.run()
    checks = [reading.disclosure(), reading.steps(), reading.standing()]
    counts = {"disclosed": reading.count, "sealed": size - reading.count, "fields": reading.fields,
              "subjects": len(reading.last)}  # fmt: skip
    return Steps(checks, reading.evidence, counts)


class _Reading:
    """One pass over the disclosed steps of a bundle."""

    def __init__(self, bundle: Bundle, size: int, replay: Replay) -> None:
        self._bundle = bundle
        self._size = size
        self._replay = replay
        self._records = (-1, b"")
        self._altered: ReperformError | None = None
        self._refused: ReperformError | None = None
        self._newer: int | None = None
        self._ended = True
        self.count = self.fields = 0
        self.evidence: dict[str, Named] = {}
        self.last: dict[str, int] = {}  # subject: its last entry

    def run(self) -> None:
        try:
            for opened in self._bundle.disclosed():
                self.count += 1
                self._compare(opened)
                self._step(opened)
        except IntegrityBroken as error:
            self._altered = self._altered or error
            self._ended = False

    def disclosure(self) -> Check:
        if self._altered is not None:
            return failed("disclosure", self._altered)
        message = N_(
            "{disclosed} of {size} entries are disclosed to you and are what the log holds; {sealed} are sealed."
        )
        return ok("disclosure", message, disclosed=self.count, size=self._size, sealed=self._size - self.count)

    def steps(self) -> Check:
        if self._refused is not None:
            return failed("steps", self._refused)
        if self._newer is not None:
            return not_checked(
                "steps",
                N_("Entry {index} was written by a newer version of the rules."),
                N_("Take the newer verifier."),
                index=self._newer,
            )
        if not self._ended:
            return not_checked("steps", N_("The disclosed steps can't be read to their end."))
        return ok("steps", N_("Each of the {count} disclosed steps was permitted by the rules."), count=self.count)

    def standing(self) -> Check:
        if self._refused is not None or self._newer is not None or not self._ended:
            return not_checked("standing", N_("The steps could not be replayed to their end."))
        if self.count == 0 and layout.STANDING not in self._bundle.tables():
            return ok("standing", N_("No subject is disclosed, none is stated."))
        try:
            self._compare_standing()
        except IntegrityBroken as error:
            return failed("standing", error)
        return ok("standing", N_("All {count} subjects stand where their steps lead."), count=len(self.last))

    def _compare(self, opened: Opened) -> None:
        index = opened.idx
        try:
            if entry.seal(opened.body, opened.salt) != self._leaf(index):
                raise flaw("disclosure.leaf", N_("The disclosed entry {index} is not the one in the log."), index)
            commitments = opened.envelope.get("fields")
            for name, (salt, value) in opened.fields.items():
                self.fields += 1
                found = commitments.get(name) if isinstance(commitments, dict) else None
                if found != {"c": entry.commit(name, value, salt)}:
                    message = N_("The disclosed field {name} of entry {index} is not the one in the log.")
                    raise flaw("disclosure.field", message, index, name=name)
        except IntegrityBroken as error:
            self._altered = self._altered or error

    def _leaf(self, index: int) -> bytes:
        n, slot = divmod(index, WIDTH)
        if index >= self._size:
            raise flaw("disclosure.leaf", N_("There is no entry {index} in this log."), index)
        if self._records[0] != n:
            try:
                data = self._bundle.tile("entries", n, min(WIDTH, self._size - n * WIDTH))
            except IntegrityBroken as error:
                error.params["index"] = index
                raise
            self._records = (n, data)
        return self._records[1][slot * RECORD_BYTES :][2:RECORD_BYTES]

    def _step(self, opened: Opened) -> None:
        if self._refused is not None or self._newer is not None:
            return
        try:
            entry.check_envelope(opened.envelope)
            self._replay.take(opened.envelope)
        except BadInput as error:
            if error.rule == "entry.version":
                self._newer = opened.idx
            else:
                message = N_("Entry {index} is not an envelope: {reason}")
                self._refused = flaw(error.rule, message, opened.idx, reason=_sentence(error))
        except Refused as error:
            message = N_("Entry {index} was not permitted: {reason}")
            self._refused = flaw(error.rule, message, opened.idx, reason=_sentence(error))
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
            self._refused = flaw("step.unreadable", N_("The rules can make nothing of entry {index}."), opened.idx)
        else:
            self._remember(opened)

    def _remember(self, opened: Opened) -> None:
        self.last[str(opened.envelope["subject"])] = opened.idx
        files = opened.envelope["evidence"]
        for file in files if isinstance(files, list) else ():
            known = self.evidence.setdefault(file["sha256"], Named(opened.idx, file["sm3"], file["size"]))
            if (known.sm3, known.size) != (file["sm3"], file["size"]):
                message = N_("Entry {index} describes the evidence file {name} differently than entry {other}.")
                error = flaw("evidence.named", message, opened.idx, name=file["sha256"], other=known.index)
                self._altered = self._altered or error

    def _compare_standing(self) -> None:
        standings, seen, before = self._replay.standings, 0, ""
        if layout.STANDING not in self._bundle.tables():
            raise flaw("standing.missing", N_("The table of where the subjects stand is missing."))
        for row in self._bundle.table(layout.STANDING):
            subject = row.get("subject")
            if (
                not isinstance(subject, str)
                or row.keys() != {"subject", "state", "seq"}
                or (seen and subject <= before)
            ):
                raise flaw("standing.form", N_("The table of where the subjects stand is not in its form."))
            stands = standings.get(subject)
            if stands is None:
                message = N_("{subject} has a record, but no step of it is disclosed.")
                raise flaw("standing.unknown", message, subject=subject)
            if (row["state"], row["seq"]) != (stands.state, stands.seq):
                message = N_(
                    "{subject}: the record says {found}, step {record_seq}; the steps lead to {state}, step {seq}."
                )
                raise flaw("standing.differs", message, self.last.get(subject), subject=subject, found=row["state"],
                           record_seq=row["seq"], state=stands.state, seq=stands.seq)  # fmt: skip
            seen, before = seen + 1, subject
        if seen != len(standings):
            raise flaw(
                "standing.missing", N_("{count} subjects have steps, but no record."), count=len(standings) - seen
            )


def _sentence(error: ReperformError) -> str:
    try:
        return error.render()
    except (LookupError, ValueError):
        return error.message
