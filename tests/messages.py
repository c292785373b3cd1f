"""Keep the message catalogues: `make messages` takes every marked text into each catalogue and compiles it.

Python texts are found by Babel under the names with which they are marked; template texts are first turned into Python
by Django's own `templatize`. A translation whose text has gone is dropped; nothing is ever guessed ("fuzzy").
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize
from hatch_build import compile_catalogues

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "src" / "reperform"
CATALOGUE = SOURCES / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    "N_": None, "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
}  # fmt: skip
HEADER = r"""msgid ""
msgstr ""
"Language: zh_Hans\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=1; plural=0;\n"

"""
_CALL = re.compile(r"\b(?:_|n?p?gettext(?:_lazy)?)\s*\((?:[^()\"']|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')*\)")

Message = tuple[str | tuple[str, ...], str, str]


def marked() -> Iterator[Message]:
    """Yield every marked text of the sources with its context and its file."""
    for path in sorted(SOURCES.rglob("*.py")):
        yield from _python(path.read_bytes(), path)
    for path in sorted((*SOURCES.rglob("*.html"), *SOURCES.rglob("*.txt"))):
        calls = _CALL.findall(templatize(path.read_text(encoding="utf-8"), origin=str(path)))
        yield from _python("\n".join(calls).encode(), path)


def _python(source: bytes, path: Path) -> Iterator[Message]:
    for _line, text, _comments, context in extract("python", io.BytesIO(source), KEYWORDS):
        if text:
            yield text, context or "", str(path.relative_to(ROOT))


def template() -> Catalog:
    """Return the catalogue of all marked texts, without translations."""
    catalogue = Catalog(project="Reperform", charset="utf-8", fuzzy=False)
    for text, context, file in marked():
        catalogue.add(text, locations=[(file, 0)], context=context or None)
    return catalogue


def current() -> Catalog:
    """Return the kept catalogue, brought up to the sources."""
    wanted = template()
    kept = Catalog(locale="zh_Hans")
    if CATALOGUE.exists():
        kept = read_po(io.BytesIO(CATALOGUE.read_bytes()), locale="zh_Hans")
    fresh = Catalog(locale="zh_Hans", project="Reperform", charset="utf-8", fuzzy=False)
    for message in wanted:
        if message.id:
            known = kept.get(message.id if isinstance(message.id, str) else message.id[0], message.context)
            string = known.string if known else ""
            fresh.add(message.id, string, locations=message.locations, context=message.context)
    return fresh


def written(catalogue: Catalog) -> bytes:
    """Return the catalogue as its file: sorted, without dates and line numbers, so it changes with the texts alone."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, sort_output=True, width=120, include_lineno=False, omit_header=True)
    return HEADER.encode() + buffer.getvalue()


def missing(catalogue: Catalog) -> list[str]:
    """Return the texts that have no translation."""
    return [
        str(one.id)
        for one in catalogue
        if one.id and not (one.string if isinstance(one.string, str) else all(one.string))
    ]


def main() -> int:
    catalogue = current()
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_bytes(written(catalogue))
    compile_catalogues(ROOT)
    without = missing(catalogue)
    print(f"{len(catalogue)} texts, {len(without)} without a translation", file=sys.stderr)
    return 1 if without else 0


if __name__ == "__main__":
    sys.exit(main())
