"""Replay log entries against the rules: the outsider's half of the door.

Rules kept here:

* An entry's `seq` follows its subject's last entry by one; the first is 1. A gap means an entry is missing or hidden.
* `prev_state` is the state in which the subject was left; `state` is the state to which the table leads.
* The step was permitted to that actor, with those facts, at that standing (`rules.take`).

* A check was set aside only by a waiver that an earlier entry granted to this subject, and that had not ended.

The entries of one subject must come in their order; subjects may interleave.
"""

from __future__ import annotations

from collections.abc import Mapping

from reperform.errors import N_, Refused
from reperform.rules.standing import Actor, Facts, Role, Standing
from reperform.rules.take import take
from reperform.rules.waivers import waived_by


class Replay:
    """The standings of all subjects seen so far."""

    def __init__(self) -> None:
        self.standings: dict[str, Standing] = {}

    def take(self, envelope: Mapping[str, object]) -> Standing:
        """Check one entry and remember where it leads; raise `Refused` naming the rule that it breaks."""
        subject = str(envelope.get("subject", ""))
        kind, verb = self._named(subject, str(envelope.get("type", "")))
        before = self.standings.get(subject, Standing())
        if envelope.get("seq") != before.seq + 1:
            raise Refused(
                "replay.seq",
                N_("{subject}: expected step {expected}, found {found}."),
                subject=subject,
                expected=before.seq + 1,
                found=envelope.get("seq"),
            )
        if envelope.get("prev_state") != before.state:
            raise Refused(
                "replay.prev_state",
                N_("{subject}: the entry starts from {found}, the subject is {expected}."),
                subject=subject,
                expected=before.state or "absent",
                found=envelope.get("prev_state"),
            )
        facts = self._facts(envelope)
        waiver = self.standings.get(f"waiver:{facts.get('waiver')}", Standing())
        waived = waived_by(waiver, subject=subject, at=str(envelope.get("at", "")))
        after = take(kind, verb, before, self._actor(envelope), facts, waived=waived)
        if envelope.get("state") != after.state:
            raise Refused(
                "replay.state",
                N_("{subject}: the entry says {found}, the rules lead to {expected}."),
                subject=subject,
                expected=after.state,
                found=envelope.get("state"),
            )
        self.standings[subject] = after
        return after

    @staticmethod
    def _named(subject: str, name: str) -> tuple[str, str]:
        kind, dot, verb = name.partition(".")
        if not dot or not subject.startswith(f"{kind}:"):
            raise Refused(
                "replay.type", N_("The entry type {name} does not fit {subject}."), name=name, subject=subject
            )
        return kind, verb

    @staticmethod
    def _actor(envelope: Mapping[str, object]) -> Actor:
        try:
            role = Role(str(envelope.get("role")))
        except ValueError as error:
            raise Refused("replay.role", N_("Unknown role {role}."), role=envelope.get("role")) from error
        return Actor(str(envelope.get("actor", "")), role, str(envelope.get("org", "")))

    @staticmethod
    def _facts(envelope: Mapping[str, object]) -> Facts:
        facts = envelope.get("facts")
        if not isinstance(facts, dict):
            raise Refused("replay.facts", N_("The entry has no facts."))
        return facts
