"""Every byte of a text is looked at once: encoding, NUL bytes, records."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperform.engine.readers_text import Records, check_encoding, scan
from reperform.errors import BadInput, Place
from tests.engine.sources import write_bytes

TEXT = "人员编号,金额\r\nP1,1\r\nP2,𠮷\r\n"


def scanned(folder: Path, content: bytes, **options: object) -> tuple[str, int, str]:
    seen = scan(write_bytes(folder / "a.csv", content), folder / "copy", Place("a.csv"), **options)  # type: ignore[arg-type]
    return seen.encoding, seen.records, seen.path.read_bytes().decode("utf-8-sig")


@pytest.mark.parametrize(
    ("encoding", "seen"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
    ],
)
def test_the_encoding_is_found_and_the_text_is_the_same(tmp_path: Path, encoding: str, seen: str) -> None:
    text = TEXT if encoding != "utf-16-le" and encoding != "utf-16-be" else "a,b,c\r\n" * 9 + TEXT
    assert scanned(tmp_path, text.encode(encoding)) == (seen, text.count("\r\n"), text)


def test_a_text_in_utf8_is_read_in_place(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "a.csv", TEXT.encode())
    seen = scan(path, tmp_path / "copy", Place("a.csv"))
    assert seen.path == path
    assert not (tmp_path / "copy").exists()
    assert seen.sha256 == hashlib.sha256(TEXT.encode()).hexdigest()


def test_a_text_in_no_known_encoding_is_refused_with_its_row(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="0xff") as caught:
        scanned(tmp_path, b"a,b\n1,2\n\xff\xff,3\n")
    assert (caught.value.rule, caught.value.place.row) == ("encoding", 1)
    assert "Name the encoding" in str(caught.value)


def test_the_caller_may_name_the_encoding(tmp_path: Path) -> None:
    assert scanned(tmp_path, "Café,£5\n".encode("cp1252"), encoding="cp1252") == ("cp1252", 1, "Café,£5\n")
    with pytest.raises(BadInput) as caught:
        scanned(tmp_path, TEXT.encode("gb18030"), encoding="utf-8")
    assert caught.value.rule == "encoding"


def test_an_encoding_that_does_not_exist_is_named() -> None:
    with pytest.raises(BadInput, match="utf-99"):
        check_encoding("utf-99")


@pytest.mark.parametrize("before", [b"a,b\n1,2\n", b'"a",b\n"1\n2",2\n'])
def test_a_nul_byte_is_refused_with_its_row(tmp_path: Path, before: bytes) -> None:
    with pytest.raises(BadInput) as caught:
        scanned(tmp_path, before + b"3,\0\n")
    assert caught.value.rule == "nul"
    assert caught.value.place.row == 3 if b'"' not in before else caught.value.place.row >= 3


def counted(text: str, pieces: list[int], *, quoted: bool = True) -> tuple[int, bool]:
    lines = Records(Place("a"), quoted=quoted)
    content, start = text.encode(), 0
    for size in [*pieces, len(content)]:
        lines.feed(content[start : start + size])
        start += size
    lines.finish()
    return lines.records, lines.plain


@pytest.mark.parametrize(
    ("text", "records", "plain"),
    [
        ("", 0, True),
        ("\n\n", 0, True),
        ("a", 1, True),
        ("a\n", 1, True),
        ("a\r\nb\r\n\r\n\r\n", 2, True),
        ("a\n\nb\n", 0, False),
        ("\na\n", 0, False),
        ("a\r\nb\n", 0, False),
        ("a\rb\rc", 3, True),
        ('"a\nb",c\n', 1, True),
        ('"a\r\n\r\nb",c\r\nd,e\r\n', 2, True),
        ('"a""\nb"\nc\n', 2, True),
        ('a,"b\nc\n', 0, False),
        ('"a"\n\n"b"\n', 0, False),
    ],
)
def test_records_and_plainness(text: str, records: int, plain: bool) -> None:
    for size in range(1, max(2, len(text))):
        found, as_plain = counted(text, [size] * len(text))
        assert as_plain is plain, size
        assert not plain or found == records, size  # of a text that is not plain nobody asks


SIGNS = st.text(st.sampled_from('ab,"\n'), max_size=12)


@settings(deadline=None)
@given(
    st.lists(st.lists(SIGNS, min_size=2, max_size=3), min_size=1, max_size=8), st.lists(st.integers(1, 9), max_size=20)
)
def test_the_count_is_that_of_a_reader_however_the_text_is_cut(rows: list[list[str]], pieces: list[int]) -> None:
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(rows)
    assert counted(file.getvalue(), pieces) == (len(rows), True)


def test_without_quotation_marks_every_line_is_a_record() -> None:
    assert counted('{"a": 1}\n{"b": "\n', [3], quoted=False) == (2, True)
