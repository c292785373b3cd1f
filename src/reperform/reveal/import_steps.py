"""The steps of one batch of an import: what the ledger lacks, what changed, and what is left alone.

Rules kept here:

* A finding is looked up by its declared key alone. Equal digests: nothing to do, and its lines are not even read.
* Lines of the ledger that the files lack count as still there; only then is a difference a change.
* In a draft, a text is renewed only where it still reads as it was composed: what a person has reworded stays.
* Auditees become bodies under the code of their register, with the spelling that came first; a report becomes an
  engagement and keeps its own spelling. Existing bodies and engagements are never changed.
* The number of SQL statements does not depend on the number of findings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from operator import itemgetter

from reperform.ledger.change import Change
from reperform.ledger.drafting import in_language
from reperform.ledger.guard import Guarded
from reperform.ledger.models import Body, Engagement, Finding, Item, PriorReference, Subject
from reperform.ledger.models.bodies import BodyKind
from reperform.ledger.numbers import allocate
from reperform.reveal.formats.known import Format
from reperform.reveal.formats.reading import Reading, SourceFinding, SourceItem
from reperform.rules.standing import Fact
from reperform.rules.steps import FindingState

TEXTS = ("title", "criteria", "condition", "nature")
LANGUAGES = ("en", "zh")


class Batch:
    """Some findings of a reading beside what the ledger has of them; must be made inside the transaction."""

    def __init__(self, findings: Sequence[SourceFinding], reading: Reading, kind: Format, *, audit_body: Body) -> None:
        self.kind = kind
        self.names = reading.names
        self.audit_body = audit_body
        self.held: list[str] = []
        self.revisions: list[tuple[Finding, SourceFinding, SourceFinding]] = []  # the row, as it was, as it is
        self._kept: dict[int, dict[str, Item]] = defaultdict(dict)
        self._cited: set[tuple[int, str]] = set()
        known = dict(
            Finding.objects.filter(source_key__in=[one.key for one in findings]).values_list(
                "source_key", "source_digest"
            )
        )
        self.drafts = [one for one in findings if one.key not in known]
        self._compare({one.key: one for one in findings if known.get(one.key, one.digest) != one.digest})
        self._bodies: dict[str, Body] = {}
        self._engagements: dict[str, Engagement] = {}

    def _compare(self, differing: Mapping[str, SourceFinding]) -> None:
        """Sort the findings whose digest differs into unchanged after all, to revise, and held."""
        if not differing:
            return
        rows = list(Finding.objects.filter(source_key__in=differing).select_related(*Finding.bound).order_by("pk"))
        for item in Item.objects.filter(finding__in=rows).order_by("finding", "position"):
            self._kept[item.finding_id][item.identity] = item
        self._cited = set(PriorReference.objects.filter(finding__in=rows).values_list("finding_id", "cited"))
        for row in rows:
            found = differing[str(row.source_key)]
            kept = [SourceItem(one.identity, one.key, one.fields) for one in self._kept[row.pk].values()]
            lines = {one.identity: one for one in (*found.items, *kept)} | {one.identity: one for one in found.items}
            now = self.kind.with_lines(found, lines.values())
            if now.digest == row.source_digest:
                continue
            if row.state != FindingState.DRAFT or row.audit_body_id != self.audit_body.pk:
                self.held.append(row.number)
            else:
                self.revisions.append((row, self.kind.with_lines(found, kept), now))

    def changes(self) -> list[Change[Subject]]:
        """Return the steps: bodies and engagements that are missing, then drafts, then revisions."""
        concerned = [*self.drafts, *(now for _row, _was, now in self.revisions)]
        if not concerned:
            return []
        opened = [*self._register(concerned), *self._open(self.drafts)]
        year = int(concerned[0].period[:4])
        numbers = allocate("", year, len(self.drafts)) if self.drafts else []
        drafted = [self._draft(number, found) for number, found in zip(numbers, self.drafts, strict=True)]
        return [*opened, *drafted, *(self._revise(*revision) for revision in self.revisions)]

    def _register(self, findings: Sequence[SourceFinding]) -> list[Change[Subject]]:
        wanted: dict[str, tuple[BodyKind, dict[str, str]]] = {}
        for found in findings:
            wanted.setdefault(found.lead, (BodyKind.DEPARTMENT, self.kind.lead_names(found.lead)))
            wanted.setdefault(found.auditee, (BodyKind.UNIT, {"en": self.names[found.auditee][0], "zh": ""}))
        self._bodies = {body.number: body for body in Body.objects.filter(number__in=wanted)}
        changes: list[Change[Subject]] = []
        for code, (kind, names) in wanted.items():
            if code in self._bodies:
                continue
            body = self._bodies[code] = Body(
                number=code, name_zh=names["zh"], name_en=names["en"], body_kind=kind, path=f"{code}/"
            )
            fields = {"name_zh": body.name_zh, "name_en": body.name_en}
            changes.append(Change("register", body, facts={"kind": kind.value, "parent": ""}, fields=fields))
        return changes

    def _open(self, findings: Sequence[SourceFinding]) -> list[Change[Subject]]:
        wanted = {f"{self.kind.name.upper()}-{found.report}": found for found in findings}
        self._engagements = {
            one.report_no: one for one in Engagement.objects.filter(number__in=wanted).select_related(*Engagement.bound)
        }
        changes: list[Change[Subject]] = []
        for number, found in wanted.items():
            if found.report in self._engagements:
                continue
            engagement = self._engagements[found.report] = Engagement(
                number=number, title=self.kind.engagement_title(found, in_language), year=int(found.period[:4]),
                report_no=found.report, audit_body=self.audit_body,
            )  # fmt: skip
            facts: dict[str, Fact] = {"audit": self.audit_body.number, "year": engagement.year}
            changes.append(Change("open", engagement, facts=facts, fields={"title": engagement.title}))
        return changes

    def _draft(self, number: str, found: SourceFinding) -> Change[Finding]:
        words, engagement = self.kind.compose(found, in_language), self._engagements[found.report]
        finding = Finding(
            number=number, engagement=engagement, title=words.title, category=words.category, criteria=words.criteria,
            condition=words.condition, requirement=words.requirement, nature=words.nature,
            audit_body=engagement.audit_body, responsible=self._bodies[found.auditee], lead=self._bodies[found.lead],
            source_key=found.key, source_digest=found.digest, repeat=found.repeat,
        )  # fmt: skip
        return Change(
            "draft", finding,
            facts={
                **_facts(found), "audit": finding.audit_body.number, "source": found.key,
                "responsible": found.auditee, "lead": found.lead,
            },
            adds=[*_items(finding, found, found.items), *_citations(finding, found.cites)],
            fields={"title": words.title, "criteria": words.criteria, "condition": words.condition},
        )  # fmt: skip

    def _revise(self, row: Finding, was: SourceFinding, now: SourceFinding) -> Change[Finding]:
        kept = self._kept[row.pk]
        values: dict[str, object] = {"source_digest": now.digest, "repeat": now.repeat, **self._renewed(row, was, now)}
        facts, before = _facts(now), next(iter(kept.values())).body_code
        for relation, code_was, code_now in (("responsible", before, now.auditee), ("lead", was.lead, now.lead)):
            bound = values[relation] = getattr(row, relation)
            if code_was != code_now and bound is not None and bound.number == code_was:
                values[relation], facts[relation] = self._bodies[code_now], code_now
        fresh = [line for line in now.items if line.identity not in kept]
        adds: list[Guarded] = [*_items(row, now, fresh, after=max(one.position for one in kept.values()))]
        adds += _citations(row, [cited for cited in now.cites if (row.pk, cited) not in self._cited])
        altered = [(kept[line.identity], line.fields) for line in now.items if line.identity in kept]
        return Change(
            "revise", row, facts=facts, values=values, adds=adds,
            edits=[(item, {"fields": dict(fields)}) for item, fields in altered if item.fields != fields],
            fields={name: value for name, value in values.items() if name in TEXTS},
        )  # fmt: skip

    def _renewed(self, row: Finding, was: SourceFinding, now: SourceFinding) -> dict[str, str]:
        """Return the texts as they shall be: composed again where they read, in some language, as composed before."""
        former = [self.kind.compose(was, itemgetter(language)) for language in LANGUAGES]
        words, texts = self.kind.compose(now, in_language), {}
        for name in TEXTS:
            kept = getattr(row, name)
            texts[name] = getattr(words, name) if kept in {getattr(text, name) for text in former} else kept
        return texts


def _facts(found: SourceFinding) -> dict[str, Fact]:
    return {
        "source_digest": found.digest,
        "repeat": found.repeat,
        "lines": len(found.items),
        "cites": list(found.cites),
    }


def _items(finding: Finding, found: SourceFinding, lines: Sequence[SourceItem], *, after: int = 0) -> list[Item]:
    return [
        Item(
            finding=finding, position=position, identity=line.identity, body_code=found.auditee, key=dict(line.key),
            fields=dict(line.fields),
        )
        for position, line in enumerate(lines, after + 1)
    ]  # fmt: skip


def _citations(finding: Finding, cites: Sequence[str]) -> list[PriorReference]:
    return [PriorReference(finding=finding, cited=cited) for cited in cites]
