"""One step of one subject, before it is taken."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from reperform.ledger.adding import Plain
from reperform.ledger.append import Digest
from reperform.ledger.guard import Guarded
from reperform.ledger.models import Subject
from reperform.rules.standing import Facts

S = TypeVar("S", bound=Subject, covariant=True)


@dataclass
class Change(Generic[S]):
    """One step of one subject.

    `values` are columns of the subject that the step sets; `adds` are new rows, parents before children; `edits` are
    other rows that change with it. `facts` are what the rules consult and stand readable in the entry; `fields` are
    committed one by one. The facts were read at the subject's version in memory, or at `expect_seq` where a person saw
    an older page: if the locked row has another version, the step is stale.
    """

    verb: str
    subject: S
    facts: Facts = field(default_factory=dict)
    values: Mapping[str, object] = field(default_factory=dict)
    adds: Sequence[Guarded | Plain] = ()
    edits: Sequence[tuple[Guarded, Mapping[str, object]]] = ()
    evidence: Sequence[Digest] = ()
    fields: Mapping[str, object] = field(default_factory=dict)
    expect_seq: int | None = None
    event_id: str = field(default_factory=lambda: secrets.token_hex(16))
