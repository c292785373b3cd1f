"""Read files of the Open Contracting Data Standard: releases, release packages, records and record packages.

Rules kept here:

* A file is JSON Lines if its first line is a whole JSON object, else one JSON document. Either holds releases
  (compiled or not), release packages, records or record packages; of a record the compiled release is taken, or its
  releases if it has none. Releases that are only linked to are refused by name, for nothing is fetched.
* Nothing is lost silently: each thing that should have been a release is handed on, with its line and JSON Pointer, and
  with the rule that it breaks if it does. Lines are counted without this reader too (`readers_text.scan`).
* Text is UTF-8 (RFC 8259). Numbers keep their digits. A key that stands twice, a NUL, NaN and half of a surrogate pair
  are refused, and so is a line that is nested too deeply.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from reperform.engine.child import report
from reperform.engine.ocds_merge import subset
from reperform.engine.ocds_values import brief
from reperform.engine.readers_text import Scan, scan
from reperform.errors import N_, BadInput, Place

Json = dict[str, Any]
_BOM = b"\xef\xbb\xbf"
_EVERY = 5000


@dataclass(frozen=True)
class Release:
    """One release (what is read of it) where it stands, or what stands in its place and the rule that that breaks."""

    line: int
    pointer: str
    content: Json
    compiled: bool = False
    rule: str = ""
    shown: str = ""


class _Broken(ValueError):
    """JSON that is refused; `rule` is the name of the reason."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


def look(source: Path, work: Path, place: Place) -> Scan:
    """Check a file from end to end: its encoding, its fingerprint, how many lines it has."""
    return scan(source, work / "text", place, encoding="utf-8", quoted=False)


def releases(source: Path, seen: Scan, place: Place) -> Iterator[Release]:
    """Yield every release of a file, in order."""
    with source.open("rb") as file:
        first = next((line for line in file if line.removeprefix(_BOM).strip()), b"")
    try:
        lines = isinstance(parsed(first), dict)
    except _Broken as broken:
        lines = broken.rule != "json"
    if lines:
        yield from _of_lines(source, seen, place)
    else:
        yield from _of_document(source, place)


def parsed(text: bytes) -> Any:  # noqa: ANN401 - any JSON
    """Return the JSON of a text, or raise `_Broken`."""
    try:
        value = json.loads(
            text.removeprefix(_BOM).decode("utf-8"),
            parse_float=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except _Broken:
        raise
    except RecursionError as error:
        raise _Broken("too_deep") from error
    except ValueError as error:
        raise _Broken("json") from error
    if b"\\u" in text:
        _check_signs(value)
    return value


def _of_lines(source: Path, seen: Scan, place: Place) -> Iterator[Release]:
    last = 0
    with source.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.removeprefix(_BOM).strip():
                continue
            last = number
            if number % _EVERY == 0:
                report(f"read {place.file}", number, seen.records)
            try:
                value = parsed(line)
            except _Broken as broken:
                yield _refused(number, "", line, broken.rule)
            else:
                yield from _unpacked(value, number, "")
    if last != seen.records:
        raise BadInput(
            N_("{counted} lines were counted, but {read} could be read."),
            place=place,
            rule="reconcile",
            counted=seen.records,
            read=last,
        )


def _of_document(source: Path, place: Place) -> Iterator[Release]:
    try:
        value = parsed(source.read_bytes())
    except _Broken as broken:
        raise BadInput(
            N_("The file is neither one JSON document nor one JSON object a line."),
            place=place,
            rule=broken.rule,
            hint=N_("OCDS comes as release packages, record packages, or one release a line."),
        ) from broken
    yield from _unpacked(value, 1, "")


def _unpacked(value: Any, line: int, pointer: str) -> Iterator[Release]:  # noqa: ANN401 - any JSON
    """Yield what a document or a line holds."""
    if not isinstance(value, dict):
        yield _refused(line, pointer, value, "shape")
    elif isinstance(value.get("records"), list):
        for place, record in enumerate(value["records"]):
            yield from _of_record(record, line, f"{pointer}/records/{place}")
    elif isinstance(value.get("compiledRelease"), dict):
        yield from _of_record(value, line, pointer)
    elif isinstance(value.get("releases"), list) and "buyer" not in value and "tender" not in value:
        yield from _of_releases(value["releases"], line, f"{pointer}/releases")
    else:
        yield _release(value, line, pointer)


def _of_record(record: Any, line: int, pointer: str) -> Iterator[Release]:  # noqa: ANN401 - any JSON
    if not isinstance(record, dict):
        yield _refused(line, pointer, record, "shape")
    elif isinstance(record.get("compiledRelease"), dict):
        yield _release(record["compiledRelease"], line, f"{pointer}/compiledRelease", compiled=True)
    else:
        yield from _of_releases(record.get("releases"), line, f"{pointer}/releases")


def _of_releases(listed: Any, line: int, pointer: str) -> Iterator[Release]:  # noqa: ANN401 - any JSON
    if not isinstance(listed, list):
        yield _refused(line, pointer, listed, "shape")
        return
    for place, each in enumerate(listed):
        below = f"{pointer}/{place}"
        if isinstance(each, dict) and "url" in each and "ocid" not in each:
            yield _refused(line, below, each, "linked_release")
        elif isinstance(each, dict):
            yield _release(each, line, below)
        else:
            yield _refused(line, below, each, "shape")


def _release(value: Json, line: int, pointer: str, *, compiled: bool = False) -> Release:
    ocid = value.get("ocid")
    if not isinstance(ocid, str) or not ocid.strip():
        return _refused(line, pointer, value, "no_ocid")
    tag = value.get("tag")
    told = tag == "compiled" or (isinstance(tag, list) and "compiled" in tag)
    return Release(line, pointer, subset(value), compiled=compiled or told)


def _refused(line: int, pointer: str, value: object, rule: str) -> Release:
    shown = value.decode("utf-8", "replace") if isinstance(value, bytes) else brief(value)
    return Release(line, pointer, {}, rule=rule, shown=shown.strip()[:200])


def _object(pairs: list[tuple[str, Any]]) -> Json:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Broken("key_twice")
    return found


def _refuse_constant(name: str) -> None:
    raise _Broken("json")


def _check_signs(value: Any) -> None:  # noqa: ANN401 - any JSON
    """Refuse texts that no file can hold: a NUL, and half of a surrogate pair."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    if "\\u0000" in text:
        raise _Broken("nul")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise _Broken("json") from error
