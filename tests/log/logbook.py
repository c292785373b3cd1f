"""Logs to test with: random walks through the real rules, and the tools of a forger."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reperform.errors import Refused
from reperform.log import checkpoint, entry, layout
from reperform.log.archive import ArchiveReader, ArchiveWriter
from reperform.log.bundle import BundleEntry, Disclosed, write
from reperform.log.checkpoint import Checkpoint
from reperform.log.note import SigningKey
from reperform.log.report import Answer, Report
from reperform.log.tree import Frontier
from reperform.rules.replay import Replay
from reperform.rules.standing import Actor, Role, Standing
from reperform.rules.steps import FINDING_STEPS
from reperform.rules.take import take

ORIGIN = "audit.example/ledger"
SEED = bytes(range(32))
SKEY, VKEY = checkpoint.generate(ORIGIN, SEED)
THIEF_SKEY, THIEF_VKEY = checkpoint.generate(ORIGIN, bytes(32))
START = datetime(2026, 3, 1, 1, 30, tzinfo=UTC)
PEOPLE = (
    Actor("p-aud-1", Role.AUDITOR, "AUD"),
    Actor("p-aud-2", Role.REVIEWER, "AUD"),
    Actor("p-aud-3", Role.REVIEWER, "AUD"),
    Actor("p-unit-1", Role.LIAISON, "UNIT"),
)
FACTS: dict[str, object] = {
    "audit": "AUD", "due": "2026-06-30", "parts_missing": 0, "reason": True, "actions": 1, "result": True,
    "done": 120_00, "ordered": 120_00, "unsettled": 0, "relapsed_into": "finding:YJ-2026-9999", 
    "tags": ["养老", "多发"],
}  # fmt: skip


@dataclass
class Step:
    """One entry of a test log with everything that the ledger would keep of it."""

    envelope: dict[str, object]
    salt: bytes
    fields: dict[str, tuple[bytes, object]] = field(default_factory=dict)
    body: bytes = b""

    def __post_init__(self) -> None:
        self.body = self.body or entry.encode(self.envelope)

    @property
    def leaf(self) -> bytes:
        return entry.seal(self.body, self.salt)


@dataclass
class Logbook:
    """A log in memory; it is the source of its own bundles."""

    steps: list[Step] = field(default_factory=list)
    files: dict[str, Path] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)  # subjects that the audience may not see
    withheld: set[str] = field(default_factory=set)  # evidence files that are not sent along
    further: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    standing: list[dict[str, object]] | None = None  # None: as the steps lead
    origin: str = ORIGIN
    vkey: str = VKEY
    audience: str = "congress"
    note: str = ""

    def root(self) -> bytes:
        frontier = Frontier()
        frontier.append([entry.leaf_hash(step.leaf) for step in self.steps])
        return frontier.root()

    def checkpoint(self) -> Checkpoint:
        return Checkpoint(self.origin, len(self.steps), self.root())

    def signed(self, skey: str = SKEY) -> str:
        return checkpoint.sign(self.checkpoint(), skey)

    def shows(self, step: Step) -> bool:
        return step.envelope["subject"] not in self.hidden

    def entries(self) -> Iterator[BundleEntry]:
        for idx, step in enumerate(self.steps):
            disclosed = Disclosed(step.body, step.salt, step.fields) if self.shows(step) else None
            yield BundleEntry(idx, step.leaf, disclosed)

    def evidence(self) -> Iterator[tuple[str, Path]]:
        named = {file["sha256"] for step in self.steps if self.shows(step) for file in evidence_of(step)}
        return iter([(sha256, path) for sha256, path in self.files.items() if sha256 in named - self.withheld])

    def tables(self) -> Mapping[str, Iterable[dict[str, object]]]:
        tables = {"standing": self.standing if self.standing is not None else self.led_to(), **self.further}
        if self.withheld:
            tables["withheld"] = [{"reason": "personal", "sha256": sha256} for sha256 in sorted(self.withheld)]
        return tables

    def led_to(self) -> list[dict[str, object]]:
        """Return where the disclosed steps lead, taken on their word."""
        last = {str(step.envelope["subject"]): step.envelope for step in self.steps if self.shows(step)}
        return [
            {"seq": last[subject]["seq"], "state": last[subject]["state"], "subject": subject}
            for subject in sorted(last)
        ]

    def write(self, path: Path, *, note: str | None = None, skey: str = SKEY, contents: bool = True) -> Path:
        """Write the bundle, signed by the key unless another note is given."""
        self.note = self.signed(skey) if note is None else note
        write(path, self, sign_contents=SigningKey.parse(skey).sign if contents else None)
        return path

    def copy(self) -> Logbook:
        steps = [Step(dict(step.envelope), step.salt, dict(step.fields)) for step in self.steps]
        return Logbook(steps, dict(self.files), set(self.hidden), set(self.withheld), dict(self.further))


class SealedLog:
    """A log of any size of which nothing is disclosed, made up while it is read."""

    origin, vkey, audience = ORIGIN, VKEY, "public"

    def __init__(self, size: int) -> None:
        frontier = Frontier()
        frontier.append(entry.leaf_hash(self.leaf(idx)) for idx in range(size))
        self.size = size
        self.note = checkpoint.sign(Checkpoint(ORIGIN, size, frontier.root()), SKEY)

    @staticmethod
    def leaf(idx: int) -> bytes:
        return b"\x01" + hashlib.sha256(idx.to_bytes(8, "big")).digest()

    def entries(self) -> Iterator[BundleEntry]:
        return (BundleEntry(idx, self.leaf(idx)) for idx in range(self.size))

    def evidence(self) -> Iterator[tuple[str, Path]]:
        return iter(())

    def tables(self) -> Mapping[str, Iterable[dict[str, object]]]:
        return {}


def evidence_of(step: Step) -> list[dict[str, str]]:
    return step.envelope["evidence"]  # type: ignore[return-value]


def envelope(
    verb: str, subject: str, before: Standing, after_state: str, who: Actor, *, number: int = 0, **parts: object
) -> dict[str, object]:
    """Return the envelope of one step."""
    made: dict[str, object] = {
        "v": 1, "id": hashlib.sha256(f"{subject}/{before.seq}".encode()).hexdigest()[:32],
        "type": verb, "subject": subject, "seq": before.seq + 1,
        "at": (START + timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "actor": who.account, "org": who.body, "role": who.role.value, "ok": True,
        "prev_state": before.state, "state": after_state, "facts": {}, "evidence": [], "fields": {},
    }  # fmt: skip
    return {**made, **parts}


def random_log(seed: int, size: int, *, folder: Path | None = None, hidden: float = 0.0) -> Logbook:
    """Return a log of `size` permitted steps over some findings, chosen by the seed."""
    chance = random.Random(seed)
    log, standings = Logbook(), dict[str, Standing]()
    while len(log.steps) < size:
        subject = chance.choice([*standings, f"finding:YJ-2026-{len(standings):04d}"])
        before = standings.get(subject, Standing())
        taken = _random_step(chance, before)
        if taken is None:
            continue
        verb, who, facts, after = taken
        fields, commitments = _random_fields(chance)
        files = _random_files(chance, log, folder)
        made = envelope(
            f"finding.{verb}", subject, before, after.state, who,
            number=len(log.steps), facts=facts, fields=commitments, evidence=files,
        )  # fmt: skip
        log.steps.append(Step(made, chance.randbytes(16), fields))
        standings[subject] = after
    log.hidden = {subject for subject in standings if chance.random() < hidden}
    return log


def _random_step(chance: random.Random, before: Standing) -> tuple[str, Actor, dict[str, object], Standing] | None:
    choices = [(step, who) for step in FINDING_STEPS if before.state in step.sources for who in PEOPLE]
    for step, who in chance.sample(choices, len(choices)):
        facts = dict(FACTS) if step.verb == "assign" else {**FACTS, "responsible": "UNIT"}
        try:
            return step.verb, who, facts, take("finding", step.verb, before, who, facts)  # type: ignore[arg-type]
        except Refused:
            continue
    return None


def _random_fields(chance: random.Random) -> tuple[dict[str, tuple[bytes, object]], dict[str, object]]:
    values = {"condition": "少缴非税收入 12 万元", "amount": chance.randrange(10**9), "persons": ["甲", "乙"]}
    fields = {name: (chance.randbytes(16), value) for name, value in values.items() if chance.random() < 0.5}
    return fields, {name: {"c": entry.commit(name, value, salt)} for name, (salt, value) in fields.items()}


def _random_files(chance: random.Random, log: Logbook, folder: Path | None) -> list[dict[str, object]]:
    if folder is None or chance.random() < 0.7:
        return []
    return [keep_file(log, folder, chance.randbytes(chance.randrange(1, 300)))]


def keep_file(log: Logbook, folder: Path, content: bytes) -> dict[str, object]:
    """Keep an evidence file and return how an envelope names it."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = folder / sha256
    path.write_bytes(content)
    log.files[sha256] = path
    sm3 = hashlib.new("sm3", content).hexdigest() if "sm3" in hashlib.algorithms_available else ""
    return {"sha256": sha256, "sm3": sm3, "size": len(content)}


# The tools of a forger.


def unpack(path: Path) -> dict[str, bytes]:
    """Return the contents of a bundle by name."""
    with ArchiveReader(path, layout.CHECKPOINT) as archive:
        return {name: b"".join(archive.chunks(name)) for name in archive.members}


def repack(path: Path, contents: Mapping[str, bytes]) -> Path:
    """Write contents as an archive in its exact form, in the order of their places."""
    with path.open("w+b") as file:
        archive = ArchiveWriter(file)
        for name in sorted(contents, key=lambda name: layout.place(name) or (99, 0, 0, 0, name)):
            archive.add(name, iter([contents[name]]))
        archive.finish()
    return path


def failures(report: Report) -> dict[str, str]:
    """Return the rule of each failed check by its name."""
    return {check.name: check.rule for check in report.checks if check.answer is Answer.FAILED}


def index_of(report: Report, name: str) -> int | None:
    """Return the entry that a check names."""
    return next(check.index for check in report.checks if check.name == name)


def answers(report: Report) -> dict[str, str]:
    return {check.name: check.answer.value for check in report.checks}


def replay_all(log: Logbook) -> Replay:
    """Take every step of a log by the rules."""
    replay = Replay()
    for step in log.steps:
        replay.take(step.envelope)
    return replay


def readable(text: str) -> str:
    return re.sub(r"\s+", " ", text)
