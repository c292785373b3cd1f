"""Write the reference page of the figures from their definitions, so that it cannot say anything else."""

from __future__ import annotations

from collections.abc import Iterator

from reperform.papers.words import Pair, vocabularies
from reperform.report.figures import Column, Common, Figure, common, figures

_HEAD = """\
# Figures · 指标和取数口径

Generated from `reperform.report.figures`; `make pages` writes it again and a test compares it.

Every number that a report, a ledger or a chart prints is one of these figures. A figure is a query over the tables of
the ledger that runs unchanged on SQLite and on PostgreSQL. It is computed *as of a date*: it asks the dates that stand
in the rows, never the clock, so the same rows and the same date give the same number whenever they are asked.

| parameter | type | meaning |
|---|---|---|
| `:as_of` | date | the date as of which is counted (截止日期) |
| `:before` | moment | when the next local day begins, in UTC: what happened earlier had happened by the date |
| `:bureau` | text | path of the audit body; those below it are counted with it |
| `:year` | number | year of the engagement; 0 is every year |

How to run one by hand: [write the report](../how-to/write-the-report.md#run-a-query-yourself). As JSON: schema
`reperform/figures/1`, beside every compiled report.

Units: `fen` is money in fen (分); a sentence prints it in the largest unit that fits and *truncated*, a table in 万元.
A rate is truncated and printed with its fraction (94%（1691/1786）). A count of a thousand or more is floored to tens
and followed by 多. *Claimed* is what units say in the last version that they submitted; *proved* is what data showed
when the procedure was performed again. The two are never added.
"""


def page() -> str:
    """Return the whole page."""
    return "\n".join([_HEAD, *_index(), *_commons(), *_figures(), *_words()]).rstrip() + "\n"


def _index() -> Iterator[str]:
    yield "| code | figure | columns |"
    yield "|---|---|---|"
    for one in figures().values():
        yield f"| [`{one.code}`](#{_slug(one.code)}) | {_both(one.title)} | {', '.join(map(_column, one.columns))} |"
    yield ""


def _commons() -> Iterator[str]:
    yield "## Common queries · 公用查询\n"
    yield "Figures name these in their `WITH` clause.\n"
    for one in common().values():
        yield from _query(f"### {one.name}", one.title, one)


def _figures() -> Iterator[str]:
    yield "## Each figure · 各项指标\n"
    for one in figures().values():
        yield from _query(f"### {one.code}", one.title, one)


def _query(head: str, title: Pair, one: Common | Figure) -> Iterator[str]:
    yield f"{head}\n"
    yield f"{_both(title)}\n"
    if one.uses:
        yield f"with {', '.join(f'[{name}](#{name})' for name in one.uses)}\n"
    yield f"```sql\n{one.own if isinstance(one, Figure) else one.sql}\n```\n"


def _words() -> Iterator[str]:
    yield "## Words of the rows · 各行用语\n"
    yield "| list | word | English | 中文 |"
    yield "|---|---|---|---|"
    for name, words in vocabularies().items():
        for word, pair in words.items():
            yield f"| {name} | `{word or '(empty)'}` | {pair['en']} | {pair['zh']} |"


def _column(column: Column) -> str:
    if column.rate:
        return f"{column.name} ({column.rate[0]} / {column.rate[1]})"
    return f"{column.name} ({column.words or column.unit})"


def _both(title: Pair) -> str:
    return f"{title['en']} · {title['zh']}"


def _slug(code: str) -> str:
    return code.replace(".", "")
