"""Write the reference pages of the shipped procedures from their own files, so that they cannot say anything else.

The pages hold what an auditor asks of a procedure: the question, the criteria, what it reads, its thresholds with
their source, what looks guilty and is not, and its cases as tables. The index says which rows and topics of the plan
each of them serves. `python -m reperform.catalogue.manual FOLDER` writes them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from reperform import catalogue
from reperform.engine.cases import Case, Drawn
from reperform.engine.derived import Derived
from reperform.engine.facts import Fact
from reperform.engine.parameters import Parameter, as_text
from reperform.engine.spec import DOMAINS, Procedure, load_catalogue

INDEX = "procedures.md"
_MADE = """\
Generated from the files of `reperform.catalogue`; `make pages` writes it again and a test compares it.
"""
_HEAD = f"""\
# Shipped procedures · 内置审计程序

{_MADE}How a file is written: [write a procedure](../how-to/write-a-procedure.md).
"""
_DOMAIN_HEAD = f"""\
{_MADE}Money in the cases is in fen (分). A figure marked *not verified* is a working assumption: set your own before
you rely on it. All procedures: [the list](../procedures.md).
"""
_KINDS = {
    "hit": "exception · 问题",
    "clean": "clean · 正常",
    "guard": "looks guilty and is not · 易误判",
    "not_testable": "not testable · 无法检查",
    "remedied": "remedied · 已整改",
    "threshold": "exactly on the threshold · 临界",
}


def pages() -> dict[str, str]:
    """Return the text of every page by its name below the folder of reference pages."""
    shipped = load_catalogue(catalogue.FOLDER)
    domains = [domain for domain in DOMAINS if any(one.domain == domain for one in shipped.values())]
    return {INDEX: _index(shipped.values())} | {
        f"procedures/{domain}.md": _domain(domain, [one for one in shipped.values() if one.domain == domain])
        for domain in domains
    }


def _index(shipped: Iterable[Procedure]) -> str:
    procedures = list(shipped)
    rows = [
        [_link(one), _both(one.title), one.domain, " ".join(one.seed), ", ".join(f"`{name}`" for name in one.tables)]
        for one in procedures
    ]
    serving = [
        [row, f"{topic} · {name}", ", ".join(_link(one) for one in procedures if _serves(one, row, topic))]
        for row, words in catalogue.topics().items()
        for topic, name in words.items()
    ]
    parts = [
        _HEAD,
        *_table(["code", "title", "domain", "seed", "tables"], rows),
        "",
        "## What they serve · 覆盖情况",
        "",
    ]
    return "\n".join([*parts, *_table(["row", "topic", "procedures"], serving)]) + "\n"


def _serves(one: Procedure, row: str, topic: str) -> bool:
    return row in one.seed and topic in one.topics


def _link(one: Procedure) -> str:
    return f"[{one.code}](procedures/{one.domain}.md#{_anchor(one)})"


def _domain(domain: str, procedures: Sequence[Procedure]) -> str:
    parts = [f"# {domain}\n", _DOMAIN_HEAD]
    for one in procedures:
        parts += [*_procedure(one), ""]
    return "\n".join(parts).rstrip() + "\n"


def _procedure(one: Procedure) -> Iterator[str]:
    yield f"## {_heading(one)}"
    yield f"\n{one.question['en']}\n\n{one.question['zh']}\n"
    yield from _table(["", ""], _properties(one))
    yield "\n**Not an exception · 不属于问题的情形**\n"
    yield f"{one.guard['en'].strip()}\n\n{one.guard['zh'].strip()}\n"
    if one.parameters:
        yield "**Parameters · 参数**\n"
        names = ["name", "meaning", "default", "from", "to", "source"]
        yield from _table(names, [_parameter(item) for item in one.parameters.values()])
        yield ""
    for fact in one.facts.values():
        yield from _fact(fact)
    for relation in one.derived:
        yield from _derived(relation)
    for case in catalogue.cases(one):
        yield from _case(case)


def _properties(one: Procedure) -> Iterator[list[str]]:
    criteria = [
        " ".join(filter(None, [item.law, item.article, item.version])) + ("" if item.verified else " *(not verified)*")
        for item in one.criteria
    ]
    yield ["criteria · 依据", "<br>".join(criteria)]
    if one.seed:
        yield ["serves · 对应", " ".join([*one.seed, *one.topics])]
    yield ["reads · 数据", "<br>".join(f"`{name}`: {', '.join(columns)}" for name, columns in one.tables.items())]
    if one.optional:
        yield ["may be absent · 可缺", ", ".join(f"`{name}`" for name in one.optional)]
    yield ["key · 主键", ", ".join(one.key)]
    yield ["who answers for it · 责任单位", one.body]
    if one.amount:
        yield ["amount, money · 金额", f"{one.amount}, {one.money}"]
    yield ["term · 整改类型", one.term]
    yield ["refer to · 移送", one.refer_to or "-"]
    if one.not_testable_when:
        reasons = [f"{_both(item.reason)}: `{item.condition}`" for item in one.not_testable_when]
        yield ["not testable · 无法检查", "<br>".join(reasons)]
    yield ["runs on · 引擎", ", ".join(one.engines)]
    yield ["file · 文件", f"`catalogue/{one.domain}/{one.code}.sql`, version {one.version}"]


def _parameter(item: Parameter) -> list[str]:
    bounds = ["" if bound is None else as_text(bound) for bound in (item.least, item.most)]
    source = _both(item.source) + ("" if item.verified else " *(not verified)*")
    return [f"`{item.name}`", _both(item.title), f"{as_text(item.value)} {item.unit}".strip(), *bounds, source]


def _fact(fact: Fact) -> Iterator[str]:
    yield f"**Fact `{fact.name}` · {_both(fact.title)}**\n"
    yield f"Source: {_both(fact.source)}" + ("" if fact.verified else " *(not verified)*") + "\n"
    names = [
        f"{_both(column.title)} ({column.unit})" if column.unit else _both(column.title) for column in fact.columns
    ]
    yield from _table(names, [["" if cell is None else as_text(cell) for cell in row] for row in fact.rows])
    yield ""


def _derived(relation: Derived) -> Iterator[str]:
    yield f"**Computed in Python · Python 计算 `{relation.name}`**\n"
    columns = ", ".join(name for name, _ in relation.columns)
    source = "; ".join(f"`{name}`: {', '.join(columns)}" for name, columns in relation.source.items())
    yield f"{_both(relation.text)}. From {source}; gives {columns}.\n"


def _case(case: Case) -> Iterator[str]:
    yield f"### {case.name['en']} · {case.name['zh']}\n"
    settings = [f"{_KINDS[case.kind]}", f"as of {case.as_of}"]
    settings += [f"`{name}` = {value}" for name, value in case.parameters.items()]
    settings += [f"other rows in the fact `{name}`" for name in case.facts]
    yield f"{', '.join(settings)}\n"
    for name, drawn in case.tables.items():
        yield f"`{name}`\n"
        yield from _drawn(drawn)
        yield ""
    yield f"**Result**: {_result(case)}\n"
    for name, expected in (("exceptions", case.expected.exceptions), ("remedies", case.expected.remedies)):
        if expected is not None:
            yield f"{name}\n"
            yield from _drawn(expected)
            yield ""


def _result(case: Case) -> str:
    expected = case.expected
    if expected.reason:
        return f"not testable as a whole (`{expected.reason}`)"
    count = len(expected.exceptions.rows) if expected.exceptions is not None else 0
    clean = expected.population - expected.not_testable - count
    return f"{expected.population} examined, {count} exceptions, {clean} clean, {expected.not_testable} not testable"


def _drawn(drawn: Drawn) -> Iterator[str]:
    return _table(drawn.columns, drawn.rows)


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heading)} |"
    yield f"|{'---|' * len(heading)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"


def _both(text: Mapping[str, str]) -> str:
    return text["en"].strip() if text["en"] == text["zh"] else f"{text['en'].strip()} · {text['zh'].strip()}"


def _heading(one: Procedure) -> str:
    return f"{one.code} {one.title['en']} · {one.title['zh']}"


def _anchor(one: Procedure) -> str:
    kept = "".join(letter for letter in _heading(one).lower() if letter.isalnum() or letter in " -")
    return kept.replace(" ", "-")


def write(folder: Path) -> None:
    """Write all pages into the folder of reference pages, and take away those of domains that are gone."""
    texts = pages()
    (folder / "procedures").mkdir(parents=True, exist_ok=True)
    for path in (folder / "procedures").glob("*.md"):
        if f"procedures/{path.name}" not in texts:
            path.unlink()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
