"""What a format reads: findings with declared keys, and the counts that the import prints.

Rules kept here:

* A finding's `key` names it for ever; its `digest` changes when, and only when, its content does.
* The same row again, in another sheet or another file, is the same row. A row that is absent says nothing.
* A source may contradict itself: a finding whose rows disagree on being a repeat is `contradictory`, never voted on.
* A citation resolves when an earlier report of the same auditee has a finding of that number; a finding never
  resolves to its own report, whatever it cites.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

Say = Callable[[Mapping[str, str]], str]  # chooses the language of an {en, zh} pair


@dataclass(frozen=True)
class SourceFile:
    """One file that was read: `rows` counts all rows of data, before any is found to be a repetition."""

    name: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class SourceItem:
    """One line of a finding; `identity` is the hash of its declared key."""

    identity: str
    key: Mapping[str, str]
    fields: Mapping[str, str]


@dataclass(frozen=True)
class SourceFinding:
    """One finding as the source gives it; `period` orders reports, `accepted` is empty where it is not known."""

    key: str
    digest: str
    report: str
    number: str
    period: str
    accepted: str
    auditee: str
    auditee_name: str
    lead: str
    repeat: str
    cites: tuple[str, ...]
    items: tuple[SourceItem, ...]


@dataclass(frozen=True)
class Words:
    """The texts and classes of one finding, as the ledger keeps them."""

    title: str
    criteria: str
    condition: str
    requirement: str
    category: str
    nature: str


@dataclass(frozen=True)
class Reading:
    """All that was read; `names` holds the spellings of each auditee in the order in which they appeared."""

    files: tuple[SourceFile, ...]
    rows_distinct: int
    findings: tuple[SourceFinding, ...]
    names: Mapping[str, tuple[str, ...]]

    @property
    def rows_read(self) -> int:
        return sum(file.rows for file in self.files)

    @property
    def reports(self) -> int:
        return len({finding.report for finding in self.findings})

    @property
    def auditees(self) -> int:
        return len({finding.auditee for finding in self.findings})

    @property
    def declared_repeat(self) -> int:
        """Count the findings that at least one of their rows declares a repeat."""
        return sum(finding.repeat in ("yes", "contradictory") for finding in self.findings)

    @property
    def contradictory(self) -> tuple[SourceFinding, ...]:
        return tuple(finding for finding in self.findings if finding.repeat == "contradictory")

    @property
    def prior_references(self) -> int:
        """Count the distinct pairs of a finding and a number that it cites."""
        return sum(len(finding.cites) for finding in self.findings)

    @property
    def prior_resolved(self) -> int:
        """Count the citations that name an earlier finding of the same auditee among these findings."""
        index = Index((finding.auditee, finding.number, finding.period, finding.key) for finding in self.findings)
        return sum(
            index.earlier(finding.auditee, cited, finding.period) is not None
            for finding in self.findings
            for cited in finding.cites
        )

    @property
    def name_variants(self) -> dict[str, tuple[str, ...]]:
        """Return the auditees that the files spell in more than one way."""
        return {auditee: names for auditee, names in self.names.items() if len(names) > 1}


class Index:
    """Finds the finding that a citation means: the latest one of that auditee and number before a period."""

    def __init__(self, findings: Iterable[tuple[str, str, str, str]]) -> None:
        self._known: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for auditee, number, period, key in findings:
            self._known.setdefault((auditee, number), []).append((period, key))

    def earlier(self, auditee: str, cited: str, period: str) -> str | None:
        """Return the key of the finding meant, or nothing where no earlier report has it."""
        before = [one for one in self._known.get((auditee, cited), ()) if one[0] < period]
        return max(before)[1] if before else None
