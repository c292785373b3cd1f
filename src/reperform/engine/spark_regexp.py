"""Regular expressions that mean the same to RE2 (DuckDB) and to Java (Spark).

Rules kept here:

* An allow-list: letters, digits, `.`, `|`, groups, classes, greedy and lazy quantifiers, `^`, `$`, and the escapes
  below. Look-around, back references, flags, `\\b`, possessive quantifiers and nested classes are refused.
* What both know but read differently is written out for Java: `$` is the very end (Java's own stops before a last line
  break), `.` is anything but a line feed, `\\s` has no vertical tab.

Sources: https://github.com/google/re2/wiki/Syntax and the documentation of `java.util.regex.Pattern`; measured by
tests/engine/test_spark_expressions.py.
"""

from __future__ import annotations

import re

_PART = re.compile(
    r"(?P<escape>\\.)"
    r"|(?P<group>\((?:\?:)?(?!\?))"
    r"|(?P<repeat>(?:[*+?]|\{[0-9]{1,3}(?:,(?:[0-9]{1,3})?)?\})\??(?![*+?{]))"
    r"|(?P<class>\[\^?(?P<inside>(?:[^][\\&]|\\[^\n])+)\])"
    r"|(?P<plain>[^][\\(){}*+?])",
    re.DOTALL,
)
_SPACE = r"\t\n\f\r "
_IN_CLASS = {r"\s": _SPACE} | {name: name for name in (r"\d", r"\w", r"\t", r"\n", r"\r", r"\f")}
_ALONE = {
    **_IN_CLASS,
    r"\s": f"[{_SPACE}]",
    r"\S": f"[^{_SPACE}]",
    r"\D": r"\D",
    r"\W": r"\W",
}
_PLAIN = {"$": r"\z", ".": r"[^\n]"}


def for_java(pattern: str) -> str | None:
    """Return the pattern as Java must be given it, or nothing where the two would differ."""
    written, at = [], 0
    while at < len(pattern):
        found = _PART.match(pattern, at) if pattern[at] != ")" else None
        part = ")" if pattern[at] == ")" else _part(found) if found else None
        if part is None:
            return None
        written.append(part)
        at = found.end() if found else at + 1
    try:
        re.compile(pattern)
    except re.error:
        return None
    return "".join(written)


def matches_nothing(pattern: str) -> bool:
    """Whether the pattern matches the empty text: a replacement by it differs between engines."""
    return re.search(pattern, "") is not None


def _part(found: re.Match[str]) -> str | None:
    if found["escape"]:
        return _escape(found["escape"], _ALONE)
    if found["class"]:
        inside = found["inside"]
        parts = [_escape(part, _IN_CLASS) if part[0] == "\\" else part for part in re.findall(r"\\.|[^\\]", inside)]
        return None if None in parts else f"[{'^' if found['class'][1] == '^' else ''}{''.join(map(str, parts))}]"
    return _PLAIN.get(found[0], found[0])


def _escape(text: str, known: dict[str, str]) -> str | None:
    """Return what stands for an escape; an escaped sign is that sign."""
    sign = text[1]
    return text if sign.isascii() and not sign.isalnum() and not sign.isspace() else known.get(text)
