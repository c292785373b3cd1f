"""The ledger as a workbook (审计整改台账): what a bureau sends to units, and files.

Rules kept here:

* The first sheet has the thirty default columns (`ledger.yaml`), so that it can be merged and split with the ledgers
  that bureaus keep by hand. 已整改金额 is what the unit claims; what data prove stands on the sheet beside it.
* It is said as of a date. The number of SQL statements is the same for any number of findings.
* Identity numbers are masked; referrals are never in it, because it goes to the units.
* Every column says where it is taken from, every figure brings its query (sheet 取数口径).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import get_language

from reperform.engine.tables import Field
from reperform.home import Bureau
from reperform.ledger.models import Body, Finding
from reperform.ledger.models.findings import DutyRole
from reperform.ledger.workshop import known_fields
from reperform.papers.masking import as_text
from reperform.papers.sheets import Book, Column, Sheet
from reperform.papers.words import language_of, listed, printed_date, read, say
from reperform.report.figures import Answer, Scope, cell_text, column_title, common
from reperform.report.queries import ItemLine, Line, body_name, item_lines, lines
from reperform.rules.figures import wan_yuan
from reperform.rules.outcomes import MoneyClass, Verdict

OWN_COLUMNS = ("remit_treasury", "return_to_channel", "reduce_grant", "expedite", "adjust_books")


def write_xlsx(
    target: Path | BinaryIO, findings: QuerySet[Finding], *, as_of: date, bureau: Bureau | None = None,
    language: str | None = None, answers: Mapping[str, Answer] | None = None, scope: Scope | None = None,
) -> None:  # fmt: skip
    """Write the findings as a workbook; `answers` are figures of a scope that shall stand in it with their queries."""
    spoken = language_of(language or get_language())
    title = ledger_title(bureau or settings.BUREAU, spoken)
    paper = _Paper(Book(target, language=spoken, title=title, made_on=as_of), title, as_of)
    _write_findings(paper, findings)
    _write_items(paper, findings)
    _write_queries(paper, answers or {}, scope)
    paper.book.close()


def ledger_title(bureau: Bureau, language: str) -> str:
    """Return the title over every sheet."""
    name = bureau.name_en if language == "en" else bureau.name_zh
    return str(form()["title"][language]).format(bureau=name)


@cache
def form() -> Mapping[str, Any]:
    """Return the sheets and words of the workbook as the data file has them."""
    found: Mapping[str, Any] = read(Path(__file__).with_name("ledger.yaml"))
    return found


def _word(phrase: str, language: str, **values: object) -> str:
    return str(form()["words"][phrase][language]).format(**values)


@dataclass(frozen=True)
class _Paper:
    """The workbook being written, and what all its sheets say."""

    book: Book
    title: str
    as_of: date

    @property
    def language(self) -> str:
        return self.book.language

    def sheet(self, name: str, *, place: int = 1, **words: str) -> Sheet:
        shape = form()["sheets"][name]
        called = str(shape["title"][self.language])
        if place > 1:
            called = _word("continued", self.language, name=called, place=place)
        note = str(shape["note"][self.language]).format(as_of=printed_date(self.as_of, self.language), **words)
        columns = [Column(one["title"], one["width"], one.get("kind", "text")) for one in shape["columns"]]
        return self.book.sheet(called, columns, title=self.title, note=note)


def names(sheet: str) -> list[str]:
    """Return the names of a sheet's columns in their order."""
    return [str(one["name"]) for one in form()["sheets"][sheet]["columns"]]


@dataclass
class _Totals:
    """What the rows written so far add up to."""

    amounts: dict[str, int] = field(default_factory=dict)
    rules: set[tuple[str, str]] = field(default_factory=set)
    persons: set[tuple[str, int | None]] = field(default_factory=set)
    services: set[tuple[str, int | None]] = field(default_factory=set)
    paid: dict[tuple[str, int | None], int] = field(default_factory=dict)

    def add(self, line: Line) -> None:
        found = {"amount": line.finding.amount or 0, "ordered": line.finding.ordered}
        if line.claim:
            found |= {"claimed": line.claim.total, **line.claim.money}
            self.rules.update(line.claim.rules)
            unit = line.finding.responsible_id
            self.persons.update((name, unit) for name in line.claim.persons)
            self.services.update((name, unit) for name in line.claim.services)
            for name, people in line.claim.paid.items():
                self.paid[name, unit] = max(self.paid.get((name, unit), 0), people)
        if line.proof:
            found |= {"proved": line.proof.money, **line.proof.verdicts}
        for name, value in found.items():
            self.amounts[name] = self.amounts.get(name, 0) + value


def _write_findings(paper: _Paper, findings: QuerySet[Finding]) -> None:
    language, of_ledger, of_proof = paper.language, names("ledger"), names("proof")
    main, beside, totals = paper.sheet("ledger"), paper.sheet("proof"), _Totals()
    for position, line in enumerate(lines(findings, as_of=paper.as_of), 1):
        totals.add(line)
        main.row(_in_order(of_ledger, _ledger_cells(line, position, language)))
        beside.row(_in_order(of_proof, _proof_cells(line, language)))
    for column in ("term", "result"):
        main.choices(of_ledger.index(column), [say(column, word, language) for word in listed(column)])
    main.filter()
    beside.filter()
    summed = {name: totals.amounts.get(name, 0) for name in (*_MONEY, *Verdict)}
    rules = _word("rules", language, count=len(totals.rules))
    served = _separated(_served(len(totals.services), sum(totals.paid.values()), language), language)
    last = {
        "engagement": _word("total", language), "rules": rules, "persons": len(totals.persons), "remarks": served,
    }  # fmt: skip
    main.row([{**summed, **last}.get(name, "") for name in of_ledger])
    beside.row([{**summed, "unit": _word("total", language)}.get(name, "") for name in of_proof])
    main.end()
    beside.end()


_MONEY = ("amount", "ordered", "claimed", "proved", *MoneyClass)


def _in_order(columns: Sequence[str], cells: Mapping[str, object]) -> list[object]:
    """Return the cells in the order of the columns; an empty text is unknown."""
    return [None if cells[name] == "" else cells[name] for name in columns]


def _ledger_cells(line: Line, position: int, language: str) -> dict[str, object]:
    """Return what the default columns say of one finding."""
    finding = line.finding
    carriers = [duty for duty in line.duties if duty.role in {DutyRole.RESPONSIBLE, DutyRole.CO_RESPONSIBLE}]
    return {
        "position": position, "engagement": finding.engagement.title, "report_no": finding.engagement.report_no,
        "auditee": body_name(finding.responsible, language), "topic": say("topic", finding.category, language),
        "problem": _stacked(finding.title, finding.condition), "criteria": finding.criteria, "amount": finding.amount,
        "term": say("term", finding.term, language), "requirement": finding.requirement,
        "lead": body_name(finding.lead, language), "due_on": finding.due_on,
        "responsible": _joined((body_name(duty.body, language) for duty in carriers), language),
        "leader": _joined((duty.leader or duty.head for duty in carriers), language),
        "handler": _joined((duty.handler for duty in carriers), language),
        "measures": _stacked(*(f"{place}. {text}" for place, text in enumerate(line.measures, 1))),
        "referrals": None, "result": say("result", line.result, language), "closed_on": line.closed_on,
        "remarks": _remarks(line, language), **_claim_cells(line, language),
    }  # fmt: skip


def _claim_cells(line: Line, language: str) -> dict[str, object]:
    claim = line.claim
    if claim is None:
        return dict.fromkeys(("progress", "claimed", "rules", "persons", "evidence", *OWN_COLUMNS))
    unfinished = _word("unfinished", language, text=claim.unfinished) if claim.unfinished else ""
    return {
        "progress": _stacked(claim.text, unfinished),
        "claimed": claim.total,
        "rules": _stacked(*(f"{title}（{number}）" if number else title for title, number in claim.rules)),
        "persons": len(set(claim.persons)),
        "evidence": _stacked(*claim.evidence),
        **{name: claim.money.get(name, 0) for name in OWN_COLUMNS},
    }


def _stacked(*texts: str) -> str:
    return "\n".join(text for text in texts if text)


def _joined(texts: Iterable[str], language: str) -> str:
    return ("、" if language == "zh" else ", ").join(dict.fromkeys(text for text in texts if text))


def _remarks(line: Line, language: str) -> str:
    """Return the number, the finding of which it is a relapse, and claims that have no column."""
    parts = [line.finding.number]
    if line.finding.relapse_of:
        parts.append(_word("relapse", language, number=line.finding.relapse_of.number))
    for name, fen in (line.claim.money if line.claim else {}).items():
        if name not in OWN_COLUMNS:
            parts.append(_word("other", language, name=say("money_class", name, language), amount=wan_yuan(fen)))
    if line.claim:
        parts += _served(len(set(line.claim.services)), sum(line.claim.paid.values()), language)
    return _separated(parts, language)


def _served(services: int, people: int, language: str) -> list[str]:
    """Return how many services were improved and how many people paid, where there are any."""
    counts = {"services": services, "paid": people}
    return [_word(name, language, count=count) for name, count in counts.items() if count]


def _separated(parts: Iterable[str], language: str) -> str:
    return ("；" if language == "zh" else "; ").join(parts)


def _proof_cells(line: Line, language: str) -> dict[str, object]:
    finding, claim, proof = line.finding, line.claim, line.proof
    return {
        "number": finding.number, "unit": body_name(finding.responsible, language), "problem": finding.title,
        "amount": finding.amount, "ordered": finding.ordered, "claimed": claim.total if claim else None,
        "proved": proof.money if proof else None, "result": say("result", line.result, language),
        "conclusion": say("conclusion", proof.conclusion, language) if proof else None,
        **{name: claim.money.get(name, 0) if claim else None for name in MoneyClass},
        **{name: proof.verdicts.get(name, 0) if proof else None for name in Verdict},
    }  # fmt: skip


def _write_items(paper: _Paper, findings: QuerySet[Finding]) -> None:
    known, columns, place = known_fields(), names("items"), 1
    sheet = paper.sheet("items")
    for item in item_lines(findings, as_of=paper.as_of):
        if sheet.full:
            sheet.filter()
            sheet.end()
            place += 1
            sheet = paper.sheet("items", place=place)
        sheet.row(_in_order(columns, _item_cells(item, known.get(item.code, {}), paper.language)))
    sheet.filter()
    sheet.end()


def _item_cells(item: ItemLine, known: Mapping[str, Field], language: str) -> dict[str, object]:
    return {
        "finding": item.finding, "position": item.position, "unit": body_name(item.unit, language),
        "key": as_text(item.key, known, language), "fields": as_text(item.fields, known, language),
        "amount": item.amount, "proved": item.proved, "trace": item.trace,
        "verdict": say("verdict", item.verdict, language),
    }  # fmt: skip


def _write_queries(paper: _Paper, answers: Mapping[str, Answer], scope: Scope | None) -> None:
    language = paper.language
    given = scope.parameters() if scope else {"as_of": paper.as_of.isoformat()}
    sheet = paper.sheet("queries", parameters=", ".join(f":{name} = {value}" for name, value in given.items()))
    for one in form()["sheets"]["ledger"]["columns"]:
        sheet.row([one["title"][language], one["name"], "", "", one["from"], ""])
    for name in [name for name in common() if any(name in answer.figure.uses for answer in answers.values())]:
        sheet.row([common()[name].title[language], name, "", "", common()[name].sql, ""])
    for code, answer in answers.items():
        told = (answer.figure.title[language], answer.figure.own, " ".join(answer.figure.sql.split()))
        for row, value in _values(answer, language):
            sheet.row([told[0], code, row, value, *told[1:]])
            told = ("", "", "")
    sheet.end()


def _values(answer: Answer, language: str) -> Iterator[tuple[str, str]]:
    """Return the name and the printed numbers of each row of a figure."""
    label = answer.figure.label
    if label is None:
        yield "", answer.text(language)
    elif label.words == "number":  # these rows are the ledger itself
        yield "", _word("see", language, sheet=form()["sheets"]["proof"]["title"][language])
    else:
        known = {body.number: body_name(body, language) for body in Body.objects.all()} if label.words == "body" else {}
        for row in answer.rows:
            cells = [
                (column_title(one, language), cell_text(row, one, language, known)) for one in answer.figure.columns[1:]
            ]
            yield cell_text(row, label, language, known), "；".join(f"{title} {text}" for title, text in cells)
