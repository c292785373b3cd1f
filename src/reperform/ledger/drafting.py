"""Build what two stages need to put into the ledger: a run with its rows, a draft finding with its items.

Nothing is written here; the stages hand the changes to the door.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from reperform.engine.parameters import as_text
from reperform.engine.results import Result, Status
from reperform.engine.verdict import Gap, GapKind
from reperform.ledger.change import Change
from reperform.ledger.models import Body, Engagement, ExceptionRow, Exclusion, Finding, Item, Run, Snapshot
from reperform.ledger.models.revealing import Sifting
from reperform.log import entry
from reperform.rules.figures import YUAN, in_unit
from reperform.rules.standing import Fact

if TYPE_CHECKING:
    from reperform.engine.spec import Procedure


def digest(value: object) -> str:
    """Return the SHA-256 of a value's canonical JSON."""
    return hashlib.sha256(entry.canonical(value)).hexdigest()


def content_hash(amount: int | None, fields: object) -> str:
    """Return the identity of an exception's content: an exclusion holds only as long as it stays the same."""
    return digest([amount, fields])


def run_change(
    number: str,
    result: Result,
    *,
    snapshot: Snapshot,
    audit_body: Body,
    engagement: Engagement | None,
    at: datetime,
    lookback_of: Finding | None = None,
) -> Change[Run]:
    """Return the step that keeps a run and its rows; what its own bureau excluded is set aside again."""
    tested = result.status == "done"
    run = Run(
        number=number, engagement=engagement, audit_body=audit_body, snapshot=snapshot, code=result.code,
        version=result.version, procedure_hash=result.procedure_hash, parameters=_text(dict(result.parameters)),
        population=result.population, clean_rows=result.clean, not_testable=result.not_testable,
        exceptions=len(result.exceptions), bodies=_text(dict(result.bodies)), reason=result.reason,
        result_hash=result.result_hash, seconds=result.seconds, ran_at=at, lookback_of=lookback_of,
    )  # fmt: skip
    return Change(
        "complete" if tested else "set_aside", run,
        facts={
            "audit": audit_body.number, "procedure": result.code, "version": result.version,
            "procedure_hash": result.procedure_hash, "snapshot": snapshot.number, "parameters": run.parameters,
            "population": result.population, "clean": result.clean, "not_testable": result.not_testable,
            "exceptions": len(result.exceptions), "result_hash": result.result_hash,
            **({} if result.across is None else {"across": len(result.across)}),
        },
        adds=_rows(run, result, as_of=at.date()),
    )  # fmt: skip


def _text(value: object) -> str:
    return entry.canonical(value).decode()


def _rows(run: Run, result: Result, *, as_of: date) -> list[ExceptionRow]:
    own = Exclusion.objects.filter(audit_body=run.audit_body, code=result.code, state="active", expires_on__gte=as_of)
    excluded = set(own.values_list("identity", "content_hash"))
    rows, across = [], set(result.across or ())
    for found in result.exceptions:
        set_aside = (found.identity, content_hash(found.amount, dict(found.fields))) in excluded
        remedy = result.remedied.get(found.identity)
        rows.append(
            ExceptionRow(
                run=run,
                identity=found.identity,
                body_code=found.body,
                amount=found.amount,
                key=dict(found.key),
                fields=dict(found.fields),
                baseline_remedied=(remedy.remedied or 0) if remedy else 0,
                sifting=Sifting.EXCLUDED if set_aside else Sifting.PENDING,
                across=found.identity in across,
            )
        )
    return rows


def in_language(words: Mapping[str, str]) -> str:
    """Return the text of a {en, zh} pair in the language now active, or the only one there is."""
    english = (get_language() or "").startswith("en")
    first, second = ("en", "zh") if english else ("zh", "en")
    return str(words.get(first) or words.get(second) or "")


def draft_change(
    number: str,
    rows: Sequence[ExceptionRow],
    *,
    procedure: Procedure,
    engagement: Engagement,
    responsible: Body | None,
    relapse_of: Finding | None = None,
) -> Change[Finding]:
    """Return the step that drafts a finding of one run and one body from its confirmed rows.

    Its texts are kept, so they are in the bureau's own language, not in that of the person who confirms.
    """
    run = rows[0].run
    amounts = [row.amount for row in rows if row.amount is not None]
    total = sum(amounts) if amounts else None
    with override(settings.LANGUAGE_CODE):
        finding = Finding(
            number=number, engagement=engagement, audit_body=engagement.audit_body, responsible=responsible, run=run,
            code=procedure.code, title=_title(procedure, len(rows), total), category=procedure.domain,
            criteria=_criteria(procedure), condition=_condition(procedure, run, len(rows), total), amount=total,
            ordered=total or 0, money_class=procedure.money or "", term=procedure.term, relapse_of=relapse_of,
        )  # fmt: skip
    items = [_item(finding, position, row) for position, row in enumerate(rows, 1)]
    facts: dict[str, Fact] = {
        "audit": engagement.audit_body.number, "run": run.number, "procedure": procedure.code,
        "items": len(items), "items_digest": digest([[item.identity, item.amount] for item in items]),
        "amount": total or 0,
    }  # fmt: skip
    if responsible:
        facts["responsible"] = responsible.number
    if relapse_of:
        facts["relapse_of"] = relapse_of.number
    return Change(
        "draft", finding, facts=facts, adds=items,
        edits=[(row, {"sifting": Sifting.CONFIRMED, "item": item}) for row, item in zip(rows, items, strict=True)],
        fields={"title": finding.title, "criteria": finding.criteria, "condition": finding.condition},
    )  # fmt: skip


def _item(finding: Finding, position: int, row: ExceptionRow) -> Item:
    return Item(
        finding=finding, position=position, identity=row.identity, body_code=row.body_code, key=row.key,
        fields=row.fields, amount=row.amount, baseline_remedied=row.baseline_remedied,
    )  # fmt: skip


def _title(procedure: Procedure, count: int, total: int | None) -> str:
    name = in_language(procedure.title)
    if total is None:
        return _("%(procedure)s: %(count)d items") % {"procedure": name, "count": count}
    words = {"procedure": name, "count": count, "amount": in_unit(total, YUAN)}
    return _("%(procedure)s: %(count)d items, %(amount)s yuan") % words


def _criteria(procedure: Procedure) -> str:
    lines = []
    for one in procedure.criteria:
        parts = [one.law]
        if one.article:
            parts.append(_("article %(article)s") % {"article": one.article})
        if one.version:
            parts.append(_("version of %(version)s") % {"version": one.version})
        if not one.verified:
            parts.append(_("not verified"))
        lines.append(_(", ").join(parts))
    return "\n".join(lines)


def _condition(procedure: Procedure, run: Run, count: int, total: int | None) -> str:
    words = {
        "code": procedure.code, "version": procedure.version, "as_of": run.snapshot.as_of.isoformat(),
        "population": run.population, "count": count, "amount": in_unit(total or 0, YUAN),
    }  # fmt: skip
    examined = _(
        "Procedure %(code)s version %(version)d examined %(population)d rows of the data as of %(as_of)s; "
        "%(count)d exceptions of this body are confirmed."
    )
    sentences = [examined % words]
    if total is not None:
        sentences.append(_("They amount to %(amount)s yuan.") % words)
    if changed := settings_of(procedure, run):
        told = _(", ").join(f"{name} = {value}" for name, value in changed.items())
        sentences.append(_("It was run with %(settings)s.") % {"settings": told})
    return " ".join(sentences)


def settings_of(procedure: Procedure, run: Run) -> dict[str, str]:
    """Return the parameters of a run whose values are not the declared ones."""
    given: dict[str, str] = json.loads(run.parameters)
    declared = {name: as_text(one.value) for name, one in procedure.parameters.items()}
    return {name: given[name] for name, value in declared.items() if given.get(name, value) != value}


def bodies_by_code(codes: Iterable[str]) -> dict[str, Body]:
    """Return the bodies that the data name, by their code."""
    return {body.number: body for body in Body.objects.filter(Q(number__in=set(codes)))}


def parameters_of(run: Run) -> dict[str, object]:
    """Return the parameters with which a run was made, to make it again with the same; the date is the snapshot's."""
    found: dict[str, object] = json.loads(run.parameters)
    return {name: value for name, value in found.items() if name != "as_of"}


def as_result(run: Run, *, absent: Sequence[str]) -> Result:
    """Return a kept run as the engine compares it: its counts, without the rows."""
    return Result(
        code=run.code, version=run.version, procedure_hash=run.procedure_hash, snapshot_hash=run.snapshot.number,
        as_of=run.snapshot.as_of, parameters=json.loads(run.parameters), status=Status.DONE, population=run.population,
        clean=run.clean_rows, not_testable=run.not_testable, bodies=json.loads(run.bodies), absent=tuple(absent),
    )  # fmt: skip


def gap_lines(gaps: Iterable[Gap]) -> str:
    """Return gaps as they are kept, one a line: the word and its places, so that they can be read in any language."""
    return "\n".join(_text([gap.kind.value, {name: str(value) for name, value in gap.params.items()}]) for gap in gaps)


def gap_sentences(lines: str) -> list[str]:
    """Return kept gaps as sentences in the language now active."""
    kept = [json.loads(line) for line in lines.splitlines()]
    return [Gap(GapKind(kind), params).render(_) for kind, params in kept]
