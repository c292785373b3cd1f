"""Read what people write in YAML, and say precisely what is wrong with it.

Rules kept here:

* Every complaint names file, line, key, value and what is allowed. A key that nobody reads is an error, not a hope.
* Scalars are texts until the reader asks for a type: `no` stays the word "no", `2023-12-01` becomes a date only where a
  date is wanted. A key given twice is an error (YAML itself silently keeps the last).
* Anchors and aliases are refused: a page of them expands to gigabytes.

Example::

    top = read_yaml(text, "SI-01.sql", first_line=2)
    entries = top.mapping(required=("code",), optional=("seed",))
    code = entries["code"].text(pattern=CODE)
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from reperform.errors import N_, BadInput, Place

Scalar = str | int | bool | date
LANGUAGES = ("en", "zh")
TYPES = ("string", "integer", "boolean", "date")
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST = 1 << 20
_DEEPEST = 64
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where PyYAML was built with it
_OPENING = (yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken, yaml.BlockSequenceStartToken,
            yaml.BlockMappingStartToken)  # fmt: skip
_CLOSING = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken, yaml.BlockEndToken)
_BLANK_IN_CHINESE = re.compile("(?<=[　-鿿＀-￯]) (?=[　-鿿＀-￯])")  # what folding a line leaves between two characters


@dataclass(frozen=True)
class Entry:
    """One node of a YAML page: what stands there, and where."""

    node: yaml.Node
    file: str
    first_line: int
    key: str = ""

    @property
    def line(self) -> int:
        """The line in the file, counted from 1."""
        return int(self.node.start_mark.line) + self.first_line

    @property
    def seen(self) -> str:
        """What stands there, short enough for a message."""
        if isinstance(self.node, yaml.ScalarNode):
            return str(self.node.value)[:80]
        return "[…]" if isinstance(self.node, yaml.SequenceNode) else "{…}"

    def wrong(self, message: str, *, rule: str = "yaml.value", hint: str = "", **params: object) -> BadInput:
        """Return the error that says `message` of this entry."""
        place = Place(file=self.file, row=self.line, column=self.key)
        return BadInput(message, place=place, value=self.seen, rule=rule, hint=hint, key=self.key or "-", **params)

    def mapping(self, *, required: Collection[str] = (), optional: Collection[str] | None = ()) -> dict[str, Entry]:
        """Return the entries by key; `optional=None` allows any key."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.wrong(N_("{key} must be a mapping (name: value)."), rule="yaml.mapping")
        found: dict[str, Entry] = {}
        for name_node, value_node in self.node.value:
            name = str(name_node.value)
            entry = Entry(value_node, self.file, self.first_line, f"{self.key}.{name}" if self.key else name)
            if name in found:
                raise entry.wrong(N_("{key} is given twice."), rule="yaml.twice")
            if optional is not None and name not in required and name not in optional:
                raise entry.wrong(
                    N_("{key} is not a known key."),
                    rule="yaml.unknown_key",
                    hint=N_("Allowed here: {allowed}."),
                    allowed=", ".join([*required, *optional]),
                )
            found[name] = entry
        missing = [name for name in required if name not in found]
        if missing:
            raise self.wrong(N_("{missing} is missing."), rule="yaml.missing_key", missing=", ".join(missing))
        return found

    def items(self) -> list[Entry]:
        """Return the entries of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.wrong(N_("{key} must be a list."), rule="yaml.list")
        return [Entry(node, self.file, self.first_line, self.key) for node in self.node.value]

    def texts(self, pattern: re.Pattern[str] | None = None) -> tuple[str, ...]:
        """Return the texts of a list that names each thing once."""
        entries = self.items()
        texts = tuple(entry.text(pattern) for entry in entries)
        for index, text in enumerate(texts):
            if text in texts[:index]:
                raise entries[index].wrong(N_("{key} names {text} twice."), rule="yaml.twice", text=text)
        return texts

    def text(self, pattern: re.Pattern[str] | None = None) -> str:
        """Return the text, which must match the whole of `pattern`."""
        if not isinstance(self.node, yaml.ScalarNode):
            raise self.wrong(N_("{key} must be a text."), rule="yaml.text")
        text = str(self.node.value)
        if pattern is not None and not pattern.fullmatch(text):
            raise self.wrong(N_("{key} does not have the form {pattern}."), rule="yaml.form", pattern=pattern.pattern)
        return text

    def word(self, allowed: Collection[str]) -> str:
        """Return one of the allowed words."""
        word = self.text()
        if word not in allowed:
            raise self.wrong(
                N_("{key} is not one of the known words."),
                rule="yaml.word",
                hint=N_("Allowed here: {allowed}."),
                allowed=", ".join(allowed),
            )
        return word

    def integer(self, least: int | None = None) -> int:
        """Return the integer."""
        if not _INTEGER.fullmatch(self.text()):
            raise self.wrong(N_("{key} must be a whole number."), rule="yaml.integer")
        number = int(self.text())
        if least is not None and number < least:
            raise self.wrong(N_("{key} must be {least} or more."), rule="yaml.integer", least=least)
        return number

    def flag(self) -> bool:
        """Return true or false."""
        return self.word(("true", "false")) == "true"

    def day(self) -> date:
        """Return the date, which must be written YYYY-MM-DD."""
        text = self.text()
        try:
            if _DATE.fullmatch(text):
                return date.fromisoformat(text)
        except ValueError:
            pass
        raise self.wrong(N_("{key} must be a date, written YYYY-MM-DD."), rule="yaml.date")

    def bilingual(self) -> dict[str, str]:
        """Return a text in both languages; one plain text stands for both."""
        if isinstance(self.node, yaml.ScalarNode):
            return dict.fromkeys(LANGUAGES, _BLANK_IN_CHINESE.sub("", self.text()))
        entries = self.mapping(required=LANGUAGES)
        return {name: _BLANK_IN_CHINESE.sub("", entry.text()) for name, entry in entries.items()}

    def typed(self, type_: str) -> Scalar:
        """Return the value in one of the TYPES."""
        if type_ == "integer":
            return self.integer()
        if type_ == "date":
            return self.day()
        return self.flag() if type_ == "boolean" else self.text()

    @property
    def is_null(self) -> bool:
        """Whether nothing stands there (`~`, `null` or empty, unquoted)."""
        return isinstance(self.node, yaml.ScalarNode) and self.node.tag == "tag:yaml.org,2002:null"


def read_text(path: Path) -> str:
    """Return the text of a small UTF-8 file, with or without a byte order mark, line ends as LF."""
    place = Place(file=str(path))
    try:
        if path.stat().st_size > _LONGEST:
            raise BadInput(N_("The file is too long."), place=place, rule="file.too_long")
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError as error:
        raise BadInput(N_("There is no such file."), place=place, rule="file.absent") from error
    except UnicodeDecodeError as error:
        raise BadInput(N_("The file is not UTF-8 text."), place=place, rule="file.encoding") from error


def read_yaml(text: str, file: str, first_line: int = 1) -> Entry:
    """Return the top of a YAML page whose first line is line `first_line` of `file`."""
    if len(text) > _LONGEST:
        raise BadInput(N_("The file is too long."), place=Place(file=file), rule="yaml.too_long")
    try:
        _look_through(text, file, first_line)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise _not_yaml(error, file, first_line) from error
    except RecursionError as error:
        raise BadInput(N_("The text is nested too deeply."), place=Place(file=file), rule="yaml.depth") from error
    if node is None:
        raise BadInput(N_("Nothing is written there."), place=Place(file=file, row=first_line), rule="yaml.empty")
    return Entry(node, file, first_line)


def _look_through(text: str, file: str, first_line: int) -> None:
    """Refuse, token by token, what must not be composed: aliases, and what is nested deeper than anyone writes."""
    depth = 0
    for token in yaml.scan(text, Loader=_LOADER):
        place = Place(file=file, row=token.start_mark.line + first_line)
        if isinstance(token, yaml.AliasToken | yaml.AnchorToken):
            raise BadInput(N_("Anchors and aliases are not allowed."), place=place, rule="yaml.alias")
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        if depth > _DEEPEST:
            raise BadInput(N_("The text is nested too deeply."), place=place, rule="yaml.depth")


def _not_yaml(error: yaml.YAMLError, file: str, first_line: int) -> BadInput:
    mark = getattr(error, "problem_mark", None)
    row = mark.line + first_line if mark is not None else 0
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    return BadInput(
        N_("This is not YAML: {problem}."),
        place=Place(file=file, row=row),
        rule="yaml.form",
        hint=N_("A text that holds a comma, a colon or another sign needs quotation marks."),
        problem=problem,
    )
