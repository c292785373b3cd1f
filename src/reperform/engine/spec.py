"""Procedures: one SQL file each, with its front matter in a comment, so that it opens in any SQL client.

Rules kept here:

* The file is the procedure: its hash covers its text, that of its Python file if it has one (`derived`) and the facts
  that it reads; nothing else decides what it does.
* Everything that an auditor must answer for is declared: question, criteria, key, body, money, thresholds with their
  source, what looks guilty and is not. Words are checked against lists; an unknown key is an error.
* `key` is the natural key of a subject, the same from run to run; never a row number, never a hash of the row.
* A complaint names file, line, key, value and what is allowed.

The form is described in docs/how-to/write-a-procedure.md; `lint` reads the SQL.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reperform.engine.derived import Derived, Script, read_derived, read_script
from reperform.engine.facts import Fact, load_facts
from reperform.engine.front_matter import NAME, Entry, read_text, read_yaml
from reperform.engine.parameters import Parameter, read_parameter
from reperform.errors import N_, BadInput, Place
from reperform.rules.outcomes import MoneyClass, Term

CODE = re.compile(r"[A-Z]{2,4}-[0-9]{2,3}")
SEED = re.compile(r"[RA][0-9]{1,2}")
DOMAINS = (
    "fiscal_funds",
    "employment",
    "social_insurance",
    "medical_insurance",
    "elderly_care",
    "needy_groups",
    "water_sources",
    "sewage",
    "public_investment",
    "state_assets",
    "performance",
)
AUTHORITIES = (
    "finance_bureau",
    "tax_bureau",
    "human_resources_bureau",
    "social_insurance_bureau",
    "medical_insurance_bureau",
    "civil_affairs_bureau",
    "health_bureau",
    "development_reform_bureau",
    "housing_construction_bureau",
    "environment_bureau",
    "water_bureau",
    "market_regulation_bureau",
    "state_assets_bureau",
    "public_security_bureau",
    "discipline_inspection",
)
LOOKBACKS = ("absolute", "group", "relative")
ENGINES = ("duckdb", "spark")
POPULATION, EXCEPTIONS, REMEDIES = "population", "exceptions", "remedies"
REMEDIED, TRACE = "remedied", "trace"
REQUIRED = (
    "code",
    "version",
    "title",
    "domain",
    "question",
    "criteria",
    "tables",
    "key",
    "body",
    "term",
    "lookback",
    "guard",
)
OPTIONAL = (
    *("seed", "topics", "optional", "facts", "amount", "money", "refer_to", "not_testable_when", "parameters"),
    *("derived", "engines", "deterministic"),
)
SHIPPED = Path(__file__).resolve().parents[1]  # the package itself: what lies in it was installed with it
_HEAD = re.compile(r"\s*/\*---\n(?P<yaml>.*?)\n---\*/[ \t]*(?:\n|\Z)", re.DOTALL)
_COMMENT = re.compile(r"^--.*$", re.MULTILINE)
_SECTION = re.compile(r"^--[ \t]*@(\S*)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Criterion:
    """What should be: a law or rule, its article, the date of its text, and whether someone checked that it says so."""

    law: str
    article: str
    version: str  # the date of the text that was read, or nothing
    verified: bool


@dataclass(frozen=True)
class Untestable:
    """When a subject cannot be tested, and the reason in words."""

    condition: str
    reason: Mapping[str, str]
    line: int


@dataclass(frozen=True)
class Section:
    """One query of a procedure and the line on which it begins."""

    sql: str
    line: int


@dataclass(frozen=True)
class Procedure:
    """An executable audit procedure, as its file declares it."""

    code: str
    version: int
    title: Mapping[str, str]
    domain: str
    seed: tuple[str, ...]
    topics: tuple[str, ...]
    question: Mapping[str, str]
    criteria: tuple[Criterion, ...]
    tables: Mapping[str, tuple[str, ...]]
    optional: tuple[str, ...]
    key: tuple[str, ...]
    body: str
    amount: str
    money: str
    term: str
    refer_to: str
    lookback: str
    not_testable_when: tuple[Untestable, ...]
    parameters: Mapping[str, Parameter]
    guard: Mapping[str, str]
    sections: Mapping[str, Section]
    facts: Mapping[str, Fact]
    engines: tuple[str, ...]
    deterministic: bool  # whether its rule alone decides; a learned screen says no
    script: Script | None
    hash: str
    path: Path = field(compare=False)

    @property
    def derived(self) -> tuple[Derived, ...]:
        """The relations that its Python functions compute."""
        return self.script.relations if self.script is not None else ()

    @property
    def verified(self) -> bool:
        """Whether someone checked every criterion, parameter and fact against its source."""
        marks = [
            *(criterion.verified for criterion in self.criteria),
            *(parameter.verified for parameter in self.parameters.values()),
            *(fact.verified for fact in self.facts.values()),
        ]
        return all(marks)

    @property
    def needed(self) -> tuple[str, ...]:
        """The tables without which nothing can be tested."""
        return tuple(name for name in self.tables if name not in self.optional)


def load_procedure(path: Path, facts: Mapping[str, Fact] | None = None, *, installed: bool = False) -> Procedure:
    """Read one procedure file; facts come from the `facts` folder beside its domain's folder unless given.

    Its Python is taken only where it was `installed`: with this package, with a pack, or kept under a hash that the
    caller compares.
    """
    path = Path(path)
    text = read_text(path)
    head, entries = _front_matter(text, path)
    known = load_facts(path.parent.parent / "facts") if facts is None else facts
    used = _facts(entries["facts"], known) if "facts" in entries else {}
    derived = read_derived(entries["derived"]) if "derived" in entries else ()
    script = read_script(
        path.with_suffix(".py"), derived, installed=installed or path.resolve().is_relative_to(SHIPPED)
    )
    tables = _with_sources(_tables(entries["tables"]), derived)
    amount = entries["amount"].text(NAME) if "amount" in entries else ""
    return Procedure(
        code=_code(entries["code"], path),
        version=entries["version"].integer(least=1),
        title=entries["title"].bilingual(),
        domain=entries["domain"].word(DOMAINS),
        seed=entries["seed"].texts(SEED) if "seed" in entries else (),
        topics=entries["topics"].texts(NAME) if "topics" in entries else (),
        question=entries["question"].bilingual(),
        criteria=tuple(_criterion(entry) for entry in entries["criteria"].items()),
        tables=tables,
        optional=_named(entries["optional"], tables) if "optional" in entries else (),
        key=_key(entries["key"]),
        body=entries["body"].text(NAME),
        amount=amount,
        money=_money(entries, amount, head),
        term=entries["term"].word([term.value for term in Term]),
        refer_to=entries["refer_to"].word(AUTHORITIES) if "refer_to" in entries else "",
        lookback=entries["lookback"].word(LOOKBACKS),
        not_testable_when=_untestable(entries["not_testable_when"]) if "not_testable_when" in entries else (),
        parameters=_parameters(entries["parameters"]) if "parameters" in entries else {},
        guard=entries["guard"].bilingual(),
        sections=_sections(text, path),
        facts=used,
        engines=_engines(entries["engines"]) if "engines" in entries else ENGINES,
        deterministic=entries["deterministic"].flag() if "deterministic" in entries else True,
        script=script,
        hash=_hash(text, used, script),
        path=path,
    )


def load_catalogue(*folders: Path, installed: Collection[Path] = ()) -> dict[str, Procedure]:
    """Read every procedure of some folders, `<domain>/<code>.sql`; a fact of a later folder replaces an earlier one."""
    facts = load_facts(*(Path(folder) / "facts" for folder in folders))
    procedures: dict[str, Procedure] = {}
    for path in (path for folder in folders for path in sorted(Path(folder).glob("*/*.sql"))):
        procedure = load_procedure(path, facts, installed=any(path.is_relative_to(folder) for folder in installed))
        twin = procedures.get(procedure.code)
        if twin is not None:
            raise BadInput(
                N_("There are two procedures {code}: the other is {other}."),
                place=Place(file=str(path)),
                rule="procedure.twice",
                hint=N_("Give your own procedure a code of its own."),
                code=procedure.code,
                other=twin.path,
            )
        procedures[procedure.code] = procedure
    return dict(sorted(procedures.items()))


def _front_matter(text: str, path: Path) -> tuple[Entry, dict[str, Entry]]:
    found = _HEAD.match(text)
    if found is None:
        raise BadInput(
            N_("A procedure begins with its front matter."),
            place=Place(file=str(path), row=1),
            rule="procedure.front_matter",
            hint=N_("The first line is /*--- and the front matter ends with a line ---*/."),
        )
    first_line = text[: found.start("yaml")].count("\n") + 1
    head = read_yaml(found["yaml"], str(path), first_line)
    return head, head.mapping(required=REQUIRED, optional=OPTIONAL)


def _code(entry: Entry, path: Path) -> str:
    code = entry.text(CODE)
    if path.stem != code:
        raise entry.wrong(
            N_("The procedure {code} must stand in a file of that name."), rule="procedure.name", code=code
        )
    return code


def _criterion(entry: Entry) -> Criterion:
    entries = entry.mapping(required=("law", "verified"), optional=("article", "version"))
    return Criterion(
        law=entries["law"].text(),
        article=entries["article"].text() if "article" in entries else "",
        version=entries["version"].day().isoformat() if "version" in entries else "",
        verified=entries["verified"].flag(),
    )


def _tables(entry: Entry) -> dict[str, tuple[str, ...]]:
    tables = {}
    for name, columns in entry.mapping(optional=None).items():
        if not NAME.fullmatch(name) or name == POPULATION:
            raise columns.wrong(N_("{name} cannot be the name of a table."), rule="procedure.table", name=name)
        tables[name] = columns.texts(NAME)
    if not tables:
        raise entry.wrong(N_("A procedure reads at least one table."), rule="procedure.table")
    return tables


def _with_sources(tables: dict[str, tuple[str, ...]], derived: tuple[Derived, ...]) -> dict[str, tuple[str, ...]]:
    """Return the columns to be read by table: those of the sections and those of the functions."""
    for relation in derived:
        for name, columns in relation.source.items():
            known = tables.get(name, ())
            tables[name] = (*known, *(column for column in columns if column not in known))
    return tables


def _engines(entry: Entry) -> tuple[str, ...]:
    for item in entry.items():
        item.word(ENGINES)
    return entry.texts()


def _named(entry: Entry, tables: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    for item in entry.items():
        item.word(tables)
    names = entry.texts()
    if len(names) == len(tables):
        raise entry.wrong(N_("At least one table must be needed."), rule="procedure.optional")
    return names


def _key(entry: Entry) -> tuple[str, ...]:
    key = entry.texts(NAME)
    if not key:
        raise entry.wrong(N_("The key needs at least one column."), rule="procedure.key")
    return key


def _money(entries: Mapping[str, Entry], amount: str, head: Entry) -> str:
    if ("money" in entries) != bool(amount):
        raise head.wrong(
            N_("amount and money belong together."),
            rule="procedure.money",
            hint=N_("Give both for a procedure that counts money, neither for one that does not."),
        )
    return entries["money"].word([money.value for money in MoneyClass]) if amount else ""


def _untestable(entry: Entry) -> tuple[Untestable, ...]:
    try:
        condition = entry.text()
    except BadInput:
        return tuple(_reasoned(item) for item in entry.items())
    return (Untestable(condition, {"en": condition, "zh": condition}, entry.line),)


def _reasoned(entry: Entry) -> Untestable:
    entries = entry.mapping(required=("condition", "reason"))
    return Untestable(entries["condition"].text(), entries["reason"].bilingual(), entries["condition"].line)


def _parameters(entry: Entry) -> dict[str, Parameter]:
    return {name: read_parameter(name, value) for name, value in entry.mapping(optional=None).items()}


def _facts(entry: Entry, known: Mapping[str, Fact]) -> dict[str, Fact]:
    return {item.word(known): known[item.text()] for item in entry.items()}


def _sections(text: str, path: Path) -> dict[str, Section]:
    marks = list(_SECTION.finditer(text))
    head = _HEAD.match(text)
    between = text[head.end() if head else 0 : marks[0].start() if marks else len(text)]
    if _COMMENT.sub("", between).strip():
        raise BadInput(
            N_("Between the front matter and the first section stand comments alone."),
            place=Place(file=str(path), row=text[: head.end() if head else 0].count("\n") + 1),
            value=between.strip()[:80],
            rule="procedure.section",
        )
    sections: dict[str, Section] = {}
    for index, mark in enumerate(marks):
        name, line = mark[1], text[: mark.start()].count("\n") + 1
        if name not in (POPULATION, EXCEPTIONS, REMEDIES) or name in sections:
            raise BadInput(
                N_("The section {name} is not known, or is given twice."),
                place=Place(file=str(path), row=line),
                value=f"@{name}",
                rule="procedure.section",
                hint=N_("A procedure has the sections -- @population, -- @exceptions and -- @remedies."),
                name=name,
            )
        end = marks[index + 1].start() if index + 1 < len(marks) else len(text)
        sections[name] = Section(
            text[mark.end() : end].strip("\n") + "\n", line + 1 + _blank_lines(text[mark.end() : end])
        )
    for name in (POPULATION, EXCEPTIONS):
        if name not in sections:
            raise BadInput(
                N_("The section {name} is missing."),
                place=Place(file=str(path)),
                rule="procedure.section",
                hint=N_("Begin it with a line -- @{name}."),
                name=name,
            )
    return sections


def _blank_lines(text: str) -> int:
    """Count the empty lines between a section's mark and its query."""
    return len(text) - len(text.lstrip("\n")) - 1


def _hash(text: str, facts: Mapping[str, Fact], script: Script | None) -> str:
    content: dict[str, object] = {
        "facts": {name: fact.hash for name, fact in sorted(facts.items())},
        "file": hashlib.sha256(text.encode()).hexdigest(),
    }
    if script is not None:
        content["python"] = hashlib.sha256(script.text.encode()).hexdigest()
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
