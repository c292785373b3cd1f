"""A small procedure, written to a file with whatever a test wants otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from reperform.engine.cases import Work
from reperform.engine.duckdb import Source
from reperform.engine.lint import lint
from reperform.engine.parameters import settle
from reperform.engine.results import Result
from reperform.engine.run import Plan, RunLimits, carry_out, types_of
from reperform.engine.spec import Procedure, load_procedure
from reperform.engine.tables import Field, Table
from reperform.engine.worker import perform

HEAD = {
    "code": "XX-01",
    "version": "1",
    "title": "{en: Late fees, zh: 滞纳金}",
    "domain": "fiscal_funds",
    "seed": "[A1]",
    "question": '{en: "Was a fee late?", zh: "是否逾期？"}',
    "criteria": "[{law: 某法, article: '5', version: 2020-01-01, verified: true}]",
    "tables": "{fee: [fee_no, unit, amount, due_on], payment: [fee_no, paid, voucher]}",
    "key": "[fee_no]",
    "body": "unit",
    "amount": "open",
    "money": "remit_treasury",
    "term": "immediate",
    "refer_to": "finance_bureau",
    "lookback": "absolute",
    "not_testable_when": "due_on IS NULL",
    "parameters": "{days: {type: integer, value: 10, min: 0, source: 某规定, verified: false}}",
    "guard": "{en: Look twice., zh: 复核。}",
}
POPULATION = "SELECT fee_no, unit, due_on\nFROM fee"
EXCEPTIONS = """\
SELECT f.fee_no, f.unit, f.amount - coalesce(sum(p.paid), 0) AS open, f.due_on
FROM fee AS f
LEFT JOIN payment AS p ON p.fee_no = f.fee_no
WHERE date_diff('day', f.due_on, :as_of) > :days
GROUP BY f.fee_no, f.unit, f.amount, f.due_on
HAVING f.amount > coalesce(sum(p.paid), 0)"""
REMEDIES = "SELECT fee_no, sum(paid) AS remedied, max(voucher) AS trace\nFROM payment\nGROUP BY fee_no"
_WORDS = {"en": "-", "zh": "-"}


def text(
    head: Mapping[str, str | None] | None = None,
    *,
    population: str = POPULATION,
    exceptions: str = EXCEPTIONS,
    remedies: str | None = REMEDIES,
) -> str:
    """Return the text of the procedure; a head entry of None is left out."""
    lines = {**HEAD, **(head or {})}
    written = "\n".join(f"{name}: {value}" for name, value in lines.items() if value is not None)
    sections = f"-- @population\n{population}\n\n-- @exceptions\n{exceptions}\n"
    if remedies is not None:
        sections += f"\n-- @remedies\n{remedies}\n"
    return f"/*---\n{written}\n---*/\n{sections}"


def write(folder: Path, content: str | None = None, code: str = "XX-01") -> Path:
    """Write a procedure into `<folder>/fiscal_funds/<code>.sql`."""
    path = folder / "fiscal_funds" / f"{code}.sql"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text() if content is None else content, encoding="utf-8")
    return path


def load(folder: Path, head: Mapping[str, str | None] | None = None, **sections: str | None) -> Procedure:
    """Write a procedure and read it."""
    return load_procedure(write(folder, text(head, **sections)))  # type: ignore[arg-type]


def table(name: str, *key: str, **types: str) -> Table:
    """Return a contract with these columns."""
    fields = tuple(Field(name=column, type=type_, title=_WORDS) for column, type_ in types.items())
    return Table(name=name, title=_WORDS, fields=fields, primary_key=key, rejected_percent=5, hash="")


TABLES = {
    "fee": table("fee", "fee_no", fee_no="string", unit="string", amount="integer", due_on="date"),
    "payment": table("payment", "voucher", fee_no="string", paid="integer", voucher="string"),
}


FEES = (
    ("F1", "B1", 100, "2026-01-01"),
    ("F2", "B1", 200, "2026-03-25"),
    ("F3", "B2", 300, "2026-01-01"),
    ("F4", "B2", 400, None),
    ("F5", "B2", 500, "2026-01-01"),
)
PAYMENTS = (("F3", 300, "V1"), ("F5", 100, "V2"), ("F5", 50, "V3"), ("F9", 9, "V9"))
AS_OF = date(2026, 3, 31)


def plan(
    procedure: Procedure, *, asked: Sequence[Mapping[str, str]] = (), limits: RunLimits | None = None, **rows: object
) -> Plan:
    """Return a plan over rows: `fee=…`, `payment=…`; a table given as None is absent."""
    types = types_of(TABLES)
    given = {"fee": FEES, "payment": PAYMENTS, **rows}
    held = {name: rows for name, rows in given.items() if rows is not None}
    return Plan(
        procedure=procedure,
        snapshot_hash="s" * 64,
        as_of=AS_OF,
        values=settle(procedure.parameters, None, AS_OF),
        queries=lint(procedure, types),
        sources={
            name: Source(
                tuple((column, types[name][column]) for column in procedure.tables[name]), rows=held.get(name, ())
            )  # type: ignore[arg-type]
            for name in procedure.tables
            if name in held or name in procedure.optional
        },
        absent=tuple(name for name in procedure.tables if name not in held),
        breaches=(),
        asked=tuple(asked),
        limits=limits or RunLimits(memory=256 << 20, threads=2, temporary=64 << 20),
    )


def result_of(procedure: Procedure, work: Work = perform, **options: object) -> Result:
    """Run the procedure over rows, in this process."""
    return carry_out(plan(procedure, **options), work)  # type: ignore[arg-type]
