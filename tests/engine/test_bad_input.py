"""The corpus of bad input: each file gives the right values or a named refusal, and costs nothing that was there.

Every file goes through the store, hence through the child with its limits: what kills the reader kills nothing else.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from reperform.engine import workbook
from reperform.engine.store import Store
from reperform.errors import BadInput
from tests.engine.sources import (
    HEADER,
    PAYMENTS,
    ROWS,
    contract,
    read,
    rewrite_part,
    write_bytes,
    write_csv,
    write_xlsx,
)

SHEET = "xl/worksheets/sheet1.xml"


def good(folder: Path) -> Path:
    return write_xlsx(folder / "a.xlsx", [HEADER, *ROWS])


def far_cell(folder: Path) -> Path:
    path = write_xlsx(folder / "a.xlsx", [HEADER, ["P1"]])
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return rewrite_part(path, SHEET, b"</sheetData>", far)


def bomb(folder: Path) -> Path:
    path = good(folder)
    return rewrite_part(path, SHEET, b"</sheetData>", b"</sheetData>" + b" " * (40 << 20))


def many_parts(folder: Path) -> Path:
    path = good(folder)
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(workbook.MOST_PARTS):
            archive.writestr(f"xl/media/{number}", b"")
    return path


def entities(folder: Path) -> Path:
    declared = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><worksheet'
    path = good(folder)
    with zipfile.ZipFile(path) as archive:
        start = archive.read(SHEET).split(b"<worksheet")[0]
    return rewrite_part(path, SHEET, start + b"<worksheet", declared)


def entities_in_utf16(folder: Path) -> Path:
    path = good(folder)
    with zipfile.ZipFile(path) as archive:
        whole = archive.read(SHEET)
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]>' + whole.decode().split("?>", 1)[1]
    return rewrite_part(path, SHEET, whole, text.encode("utf-16"))


def encrypted_zip(folder: Path) -> Path:
    path = good(folder)
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(signature, at + 4)
    return write_bytes(path, bytes(content))


def packed(name: str, content: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        with zipfile.ZipFile(folder / "a.xlsx", "w") as archive:
            archive.writestr(name, content)
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        return folder / "a.xlsx"

    return make


def damaged(folder: Path) -> Path:
    path = good(folder)
    return write_bytes(path, path.read_bytes()[:-100])


def damaged_inside(folder: Path) -> Path:
    return rewrite_part(good(folder), "xl/workbook.xml", b"</workbook>", b"")


def without_sheets(folder: Path) -> Path:
    return rewrite_part(good(folder), "xl/workbook.xml", b"<sheet ", b"<other ")


def text(content: bytes, name: str = "a.csv") -> Callable[[Path], Path]:
    return lambda folder: write_bytes(folder / name, content)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
LINES = (",".join(HEADER) + "\nP1,2025-01,1,a\n").encode()

CORPUS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a cell at the far end of the sheet": (far_cell, "reader_"),
    "an archive bomb": (bomb, "archive_bomb"),
    "an archive of too many parts": (many_parts, "archive_bomb"),
    "entities": (entities, "document_type"),
    "entities behind another encoding": (entities_in_utf16, "document_type"),
    "a workbook whose parts are encrypted": (encrypted_zip, "password"),
    "a workbook protected by a password, or an .xls": (text(OLE, "a.xls"), "old_workbook"),
    "a binary workbook": (packed("xl/workbook.bin", b""), "binary_workbook"),
    "an OpenDocument sheet": (packed("content.xml", b""), "open_document"),
    "a CSV inside a zip": (packed("a.csv", LINES), "archive"),
    "a CSV inside a gzip": (text(b"\x1f\x8b\x08" + LINES), "archive"),
    "half a workbook": (damaged, "damaged"),
    "a workbook with broken XML": (damaged_inside, "damaged"),
    "a workbook without sheets": (without_sheets, "damaged"),
    "a PDF": (text(b"%PDF-1.7\n", "a.csv"), "pdf"),
    "a web page named .xls": (text(b"\xef\xbb\xbf\r\n<HTML><table></table>", "a.xls"), "web_page"),
    "one JSON array": (text(b' [{"a": 1}]', "a.json"), "json_array"),
    "an empty file": (text(b""), "empty"),
    "an unclosed quote": (text(LINES + b'P2,2025-01,1,"a\n' + b"P3,2025-01,1,b\n" * 2000), "quote"),
    "a NUL byte": (text(LINES + b"P2,2025-01,1,\0\n"), "nul"),
    "no known encoding": (text(LINES + b"P2,2025-01,1,\x80\xff\n"), "encoding"),
    "100,000 columns": (text(b"," * 100_000 + b"\n" + LINES), "too_many_columns"),
    "no header": (text(b"P1,2025-01,1,a\n"), "missing_column"),
    "two columns of one name": (text(LINES.replace("备注".encode(), "金额".encode())), "duplicate_header"),
}  # fmt: skip


@pytest.mark.parametrize(("make", "rule"), CORPUS.values(), ids=CORPUS.keys())
def test_a_bad_file_is_refused_by_name_and_costs_nothing_that_was_there(
    tmp_path: Path, make: Callable[[Path], Path], rule: str
) -> None:
    (tmp_path / "store" / "tables").mkdir(parents=True)
    kept = write_bytes(tmp_path / "store" / "tables" / "kept.parquet", b"kept")
    source = make(tmp_path)
    with pytest.raises(BadInput) as caught:
        Store(tmp_path / "store").read(source, contract(tmp_path))
    error = caught.value
    assert error.rule.startswith(rule)
    assert error.place.file == source.name
    files = [path for path in (tmp_path / "store").rglob("*") if path.is_file() and path.name != ".lock"]
    assert files == [kept]
    assert kept.read_bytes() == b"kept"


def test_a_workbook_named_csv_is_read_as_a_workbook(tmp_path: Path) -> None:
    path = good(tmp_path).rename(tmp_path / "a.csv")
    assert read(tmp_path, contract(tmp_path), path).told["sources"][0]["sheet"] == "表1"


def test_a_text_named_xlsx_is_read_as_a_text(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.xlsx", [HEADER, *ROWS])
    assert read(tmp_path, contract(tmp_path), path).told["sources"][0]["encoding"] == "utf-8"


def test_a_text_in_another_encoding_that_passes_for_gb18030_is_shown_as_it_was_understood(tmp_path: Path) -> None:
    content = "Número,Mês,Valor\n".encode("cp1252")
    with pytest.raises(BadInput) as caught:
        read(tmp_path, contract(tmp_path), write_bytes(tmp_path / "a.csv", content))
    assert caught.value.rule in ("encoding", "missing_column")


@pytest.mark.parametrize("name", ["发放[1].csv", "a*.csv", "a?.csv", "it's; --.csv", "{a,b}.csv"])
@pytest.mark.parametrize("broken", [False, True])
def test_a_name_that_could_be_a_pattern_names_one_file(tmp_path: Path, name: str, broken: bool) -> None:
    folder = tmp_path / "[home] *"
    folder.mkdir()
    for other in ("发放1.csv", "ab.csv", "a.csv"):
        write_csv(folder / other, [HEADER, ["other", "2025-01", "1", ""]])
    rows = [*ROWS, ["short"]] if broken else ROWS
    outcome = read(folder, contract(folder), write_csv(folder / name, [HEADER, *rows]))
    assert [row[0] for row in outcome.rows] == ["P1", "P2", "P3"]


def test_json_over_several_lines_is_refused(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "a.json", b'{\n  "person_id": "P1",\n  "month": "2025-01"\n}\n')
    with pytest.raises(BadInput, match="No line is a JSON object") as caught:
        read(tmp_path, contract(tmp_path), path)
    assert caught.value.rule == "json"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file") as caught:
        Store(tmp_path / "store").read(tmp_path / "absent.csv", contract(tmp_path))
    assert caught.value.rule == "file.absent"


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from reperform.engine import intake

    path = write_csv(tmp_path / "a.csv", [HEADER, *ROWS])
    original = intake.kind_of

    def meanwhile(*arguments: object) -> str:
        path.write_bytes(path.read_bytes() + b"P9,2025-01,1,\r\n")
        return original(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(intake, "kind_of", meanwhile)
    with pytest.raises(BadInput) as caught:
        read(tmp_path, contract(tmp_path), path)
    assert caught.value.rule == "changed"


def test_numbers_of_a_contract_do_not_make_a_pattern_blow_up(tmp_path: Path) -> None:
    text = PAYMENTS.replace("zh: 备注}}", "zh: 备注}, constraints: {pattern: '(a+)+b'}}")
    path = write_csv(tmp_path / "a.csv", [HEADER, ["P1", "2025-01", "1", "a" * 5000]])
    assert read(tmp_path, contract(tmp_path, text), path).rules == ["pattern"]
