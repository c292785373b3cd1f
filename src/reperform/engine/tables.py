"""Table contracts: what a table must look like before a procedure may rely on it.

Rules kept here:

* A contract is a Frictionless Table Schema (https://specs.frictionlessdata.io/table-schema/), written in YAML or JSON,
  with what Chinese source files need beside it: titles in two languages, `aliases` of headers, `unit: fen` for money,
  `yearmonth`, and labels of categories. A key that is not known is an error.
* Money is a whole number of fen. `number` is an exact decimal with six places. Nothing is a float.
* A field of the primary key is required. `coverage` (percent) says how much of an optional column must be filled before
  a procedure may rely on it; `rejectedPercent` says how many rows may be lost before nothing may.
* The hash of a contract covers all that it says, so that two loads under the same hash were judged alike.

Example::

    name: death_register
    title: {en: Death register, zh: 死亡登记}
    primaryKey: [person_id]
    fields:
      - {name: person_id, type: string, title: {en: Person ID, zh: 人员编号}, aliases: [身份证号]}
      - {name: died_on, type: date, title: {en: Died on, zh: 死亡日期}, coverage: 90}
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from reperform.engine.front_matter import NAME, Entry, read_text, read_yaml
from reperform.errors import N_, BadInput, Place

SQL_TYPES = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "number": "DECIMAL(18,6)",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "yearmonth": "DATE",
}
TRUE_VALUES = ("true", "t", "1", "yes", "y", "是", "真")
FALSE_VALUES = ("false", "f", "0", "no", "n", "否", "假")
REJECTED_PERCENT = 5  # a table that lost more of its rows than this is no basis for a verdict
_YEARMONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_BACKTRACKS = re.compile(r"\(\?(?:[=!>]|<[=!]|P=)|\\[1-9]")
_TABLE_KEYS = ("description", "primaryKey", "missingValues", "rejectedPercent")
_FIELD_KEYS = (
    "type", "title", "description", "aliases", "unit", "format", "categories", "constraints", "missingValues",
    "trueValues", "falseValues", "coverage",
)  # fmt: skip
_CONSTRAINT_KEYS = ("required", "unique", "enum", "pattern", "minimum", "maximum", "minLength", "maxLength")


@dataclass(frozen=True)
class Category:
    """One allowed value and the words that sources write for it."""

    value: str
    label: Mapping[str, str]
    aliases: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """All words that mean this value."""
        return (self.value, *self.label.values(), *self.aliases)


@dataclass(frozen=True)
class Constraints:
    """What a value must obey; each is a named rule. Bounds are texts in the stored unit (money: fen)."""

    required: bool = False
    unique: bool = False
    enum: tuple[str, ...] = ()
    pattern: str = ""
    minimum: str = ""
    maximum: str = ""
    min_length: int = 0
    max_length: int = 0


@dataclass(frozen=True)
class Field:
    """One column of a contract."""

    name: str
    type: str
    title: Mapping[str, str]
    aliases: tuple[str, ...] = ()
    unit: str = ""
    format: str = ""
    categories: tuple[Category, ...] = ()
    constraints: Constraints = Constraints()
    missing_values: tuple[str, ...] = ("",)
    true_values: tuple[str, ...] = TRUE_VALUES
    false_values: tuple[str, ...] = FALSE_VALUES
    coverage: int = 0

    @property
    def is_money(self) -> bool:
        """Whether the column is an amount in fen."""
        return self.unit == "fen"

    @property
    def sql_type(self) -> str:
        """The type of the stored column."""
        return SQL_TYPES[self.type]


@dataclass(frozen=True)
class Table:
    """The contract of one table."""

    name: str
    title: Mapping[str, str]
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    rejected_percent: int
    hash: str

    def field(self, name: str) -> Field:
        """Return the field of that name."""
        return next(field for field in self.fields if field.name == name)

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Names and stored types, in order: the part of the contract that the content hash covers."""
        return tuple((field.name, field.sql_type) for field in self.fields)


def load_table(path: Path) -> Table:
    """Read one contract."""
    entries = read_yaml(read_text(path), str(path)).mapping(
        required=("name", "title", "fields"), optional=_TABLE_KEYS
    )  # fmt: skip
    name = entries["name"].text(NAME)
    if name != path.stem:
        raise entries["name"].wrong(N_("The table {name} must stand in a file of that name."), name=name)
    missing = entries["missingValues"].texts() if "missingValues" in entries else ("",)
    key = _key(entries.get("primaryKey"))
    fields = tuple(_field(entry, missing, key) for entry in entries["fields"].items())
    _check_names(entries["fields"], fields)
    for part in key:
        if part not in {field.name for field in fields}:
            raise entries["primaryKey"].wrong(N_("The primary key names {part}, which is no field."), part=part)
    title = entries["title"].bilingual()
    percent = entries["rejectedPercent"].integer(0) if "rejectedPercent" in entries else REJECTED_PERCENT
    content = [name, title, [asdict(field) for field in fields], list(key), percent]
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Table(name, title, fields, key, percent, hashlib.sha256(canonical.encode()).hexdigest())


def load_tables(*folders: Path) -> dict[str, Table]:
    """Read every contract of some folders; one in a later folder replaces one of the same name."""
    tables: dict[str, Table] = {}
    for folder in folders:
        if not Path(folder).is_dir():
            raise BadInput(N_("There is no such folder."), place=Place(file=str(folder)), rule="file.absent")
        for path in sorted([*Path(folder).glob("*.yaml"), *Path(folder).glob("*.json")]):
            table = load_table(path)
            tables[table.name] = table
    return tables


def _key(entry: Entry | None) -> tuple[str, ...]:
    if entry is None:
        return ()
    return entry.texts(NAME) if not hasattr(entry.node.value, "casefold") else (entry.text(NAME),)


def _check_names(entry: Entry, fields: tuple[Field, ...]) -> None:
    if not fields:
        raise entry.wrong(N_("A table needs at least one field."))
    names = [field.name for field in fields]
    for name in names:
        if names.count(name) > 1:
            raise entry.wrong(N_("{key} names {text} twice."), rule="yaml.twice", text=name)


def _field(entry: Entry, missing: tuple[str, ...], key: tuple[str, ...]) -> Field:
    entries = entry.mapping(required=("name",), optional=_FIELD_KEYS)
    name = entries["name"].text(NAME)
    type_ = entries["type"].word(SQL_TYPES) if "type" in entries else "string"

    def listed(key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        return entries[key].texts() if key in entries else default

    unit = entries["unit"].text() if "unit" in entries else ""
    if unit == "fen" and type_ != "integer":
        raise entries["unit"].wrong(N_("Money ({unit}) must have the type integer."), unit=unit)
    if "format" in entries and type_ not in ("date", "datetime", "yearmonth"):
        raise entries["format"].wrong(N_("Only dates have a format."))
    if "categories" in entries and type_ != "string":
        raise entries["categories"].wrong(N_("Only texts have categories."))
    return Field(
        name=name,
        type=type_,
        title=entries["title"].bilingual() if "title" in entries else {"en": name, "zh": name},
        aliases=listed("aliases", ()),
        unit=unit,
        format=_format(entries["format"]) if "format" in entries else "",
        categories=_categories(entries["categories"]) if "categories" in entries else (),
        constraints=_constraints(entries.get("constraints"), type_, name in key),
        missing_values=listed("missingValues", missing),
        true_values=listed("trueValues", TRUE_VALUES),
        false_values=listed("falseValues", FALSE_VALUES),
        coverage=_percent(entries["coverage"]) if "coverage" in entries else 0,
    )


def _percent(entry: Entry) -> int:
    percent = entry.integer(0)
    if percent > 100:
        raise entry.wrong(N_("{key} must be between 0 and 100."))
    return percent


def _format(entry: Entry) -> str:
    """Return a date format in the words of C's strptime, as Frictionless has it."""
    text = entry.text()
    if text in ("default", "any"):
        return ""
    if not re.fullmatch(r"(%[YymdHMSbB]|[^%'])+", text) or "%" not in text:
        raise entry.wrong(N_("{key} must be written like %d/%m/%Y."), hint=N_("Allowed: %Y %y %m %d %b %B %H %M %S."))
    return text


def _categories(entry: Entry) -> tuple[Category, ...]:
    found: dict[str, Category] = {}
    meanings: dict[str, str] = {}
    for item in entry.items():
        entries = item.mapping(required=("value",), optional=("label", "aliases"))
        value = entries["value"].text()
        category = Category(
            value,
            entries["label"].bilingual() if "label" in entries else {},
            entries["aliases"].texts() if "aliases" in entries else (),
        )
        for word in {word.casefold() for word in category.words}:
            if meanings.setdefault(word, value) != value or value in found:
                raise item.wrong(N_("{key} gives {word} two meanings."), rule="yaml.twice", word=word)
        found[value] = category
    return tuple(found.values())


def _constraints(entry: Entry | None, type_: str, in_key: bool) -> Constraints:
    if entry is None:
        return Constraints(required=in_key)
    entries = entry.mapping(optional=_CONSTRAINT_KEYS)
    return Constraints(
        required=in_key or ("required" in entries and entries["required"].flag()),
        unique="unique" in entries and entries["unique"].flag(),
        enum=entries["enum"].texts() if "enum" in entries else (),
        pattern=_pattern(entries["pattern"]) if "pattern" in entries else "",
        minimum=_bound(entries["minimum"], type_) if "minimum" in entries else "",
        maximum=_bound(entries["maximum"], type_) if "maximum" in entries else "",
        min_length=entries["minLength"].integer(0) if "minLength" in entries else 0,
        max_length=entries["maxLength"].integer(0) if "maxLength" in entries else 0,
    )


def _pattern(entry: Entry) -> str:
    text = entry.text()
    try:
        re.compile(text)
    except re.error as error:
        raise entry.wrong(N_("This is not a regular expression: {problem}."), problem=str(error)) from error
    if _BACKTRACKS.search(text):
        raise entry.wrong(N_("A pattern may not look around or back; it is checked in linear time."))
    return text


def _bound(entry: Entry, type_: str) -> str:
    """Return a lowest or highest value as canonical text."""
    if type_ == "integer":
        return str(entry.integer())
    if type_ == "date":
        return entry.day().isoformat()
    if type_ == "yearmonth":
        return entry.text(_YEARMONTH) + "-01"
    if type_ == "number":
        try:
            return str(Decimal(entry.text()))
        except InvalidOperation as error:
            raise entry.wrong(N_("{key} must be a number.")) from error
    raise entry.wrong(N_("A {type} has no lowest or highest value."), type=type_)
