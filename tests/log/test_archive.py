"""The one form of the archive: any program reads it, and nothing in it can be another way."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperform.errors import BadInput, IntegrityBroken
from reperform.log import archive
from reperform.log.archive import ArchiveReader, ArchiveWriter

CONTENTS = {"checkpoint": b"one\n", "evidence/ab": bytes(range(256)) * 9, "tables/x.jsonl": b"", "z": b"\x00"}


def write(path: Path, contents: dict[str, bytes]) -> Path:
    with path.open("w+b") as file:
        writer = ArchiveWriter(file)
        for name, content in contents.items():
            writer.add(name, iter([content[:3], content[3:]]))
        writer.finish()
    return path


def read(path: Path) -> dict[str, bytes]:
    with ArchiveReader(path, "checkpoint") as reader:
        return {name: reader.read(name, 1 << 20) for name in reader.members}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "bundle.zip", CONTENTS)


def test_what_is_written_is_read(path: Path) -> None:
    assert read(path) == CONTENTS


def test_the_same_contents_make_the_same_bytes(path: Path, tmp_path: Path) -> None:
    assert write(tmp_path / "again.zip", CONTENTS).read_bytes() == path.read_bytes()


def test_python_reads_it(path: Path) -> None:
    with zipfile.ZipFile(path) as plain:
        assert plain.testzip() is None
        assert {name: plain.read(name) for name in plain.namelist()} == CONTENTS


@pytest.mark.skipif(shutil.which("unzip") is None, reason="unzip is not installed: apt-get install unzip")
def test_unzip_reads_it(path: Path, tmp_path: Path) -> None:
    subprocess.run(["unzip", "-q", str(path), "-d", str(tmp_path / "out")], check=True)
    assert (tmp_path / "out" / "evidence" / "ab").read_bytes() == CONTENTS["evidence/ab"]


def test_every_changed_byte_outside_the_contents_breaks_the_form(path: Path, tmp_path: Path) -> None:
    original = path.read_bytes()
    with ArchiveReader(path, "checkpoint") as reader:
        inside = {at for member in reader.members.values() for at in range(member.start, member.end)}
    changed_path = tmp_path / "changed.zip"
    for at in sorted(set(range(len(original))) - inside):
        changed = bytearray(original)
        changed[at] ^= 0x01
        changed_path.write_bytes(changed)
        with pytest.raises(IntegrityBroken):
            read(changed_path)


def test_a_file_that_is_cut_off_anywhere_is_refused(path: Path, tmp_path: Path) -> None:
    original = path.read_bytes()
    cut = tmp_path / "cut.zip"
    for size in {*range(0, len(original), 5), *range(30, 60), *range(len(original) - 30, len(original))}:
        cut.write_bytes(original[:size])
        with pytest.raises(IntegrityBroken if size >= 40 else BadInput):
            read(cut)


@pytest.mark.parametrize("where", ["before", "after", "comment"])
def test_nothing_stands_before_or_after(path: Path, where: str) -> None:
    data = path.read_bytes()
    if where == "comment":
        data = data[:-2] + struct.pack("<H", 3) + b"abc"
    path.write_bytes(b"x" + data if where == "before" else data + b"x" if where == "after" else data)
    with pytest.raises((IntegrityBroken, BadInput)):
        read(path)


def test_a_repacked_copy_is_refused(path: Path, tmp_path: Path) -> None:
    for compression in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        with zipfile.ZipFile(tmp_path / "repacked.zip", "w", compression) as plain:
            for name, content in CONTENTS.items():
                plain.writestr(name, content)
        with pytest.raises(IntegrityBroken, match="repacked"):
            read(tmp_path / "repacked.zip")


def test_a_name_that_occurs_twice_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "twice.zip").open("w+b") as file:
        writer = ArchiveWriter(file)
        for content in (b"one", b"two"):
            writer.add("checkpoint", iter([content]))
        writer.finish()
    with pytest.raises(IntegrityBroken, match="twice"):
        read(tmp_path / "twice.zip")


def test_a_compression_bomb_is_refused_unread(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as plain:
        plain.writestr("checkpoint", bytes(50_000_000))
    assert bomb.stat().st_size < 100_000
    with pytest.raises(IntegrityBroken):
        read(bomb)


def test_overlapping_files_are_refused(path: Path) -> None:
    # The way of a bomb without compression: many directory records that point to the same bytes.
    with ArchiveReader(path, "checkpoint") as reader:
        (first, *_) = reader.members.values()
    directory = b"".join(
        archive._central(archive.Member(name, first.size, first.crc, first.offset))
        for name in ("checkpoint", "tables/x")
    )
    data = path.read_bytes()[: first.end]
    path.write_bytes(data + directory + archive._end(2, len(directory), len(data)))
    with pytest.raises(IntegrityBroken):
        read(path)


def test_a_directory_that_claims_to_be_huge_is_refused_unread(path: Path) -> None:
    data = path.read_bytes()[:-22]
    path.write_bytes(data + archive._end(1, archive.MAX_DIRECTORY + 1, 0))
    with pytest.raises(IntegrityBroken):
        read(path)


@pytest.mark.parametrize("content", [b"", b"x", b"PK\x05\x06" + bytes(18), b"PK\x03\x04", b"%PDF-1.7" + bytes(500)])
def test_another_file_is_not_a_bundle(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other").write_bytes(content)
    with pytest.raises(BadInput):
        read(tmp_path / "other")


def test_an_archive_of_other_things_is_not_a_bundle(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as plain:
        plain.writestr("photo.jpg", b"x")
    with pytest.raises(BadInput):
        read(tmp_path / "photos.zip")
    write(tmp_path / "exact.zip", {"photo.jpg": b"x"})
    with pytest.raises(BadInput):
        read(tmp_path / "exact.zip")


@pytest.mark.parametrize("name", ["nowhere.zip", "."])
def test_what_is_not_a_file_is_not_a_bundle(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput):
        read(tmp_path / name)


def test_a_content_above_the_limit_is_refused(path: Path) -> None:
    with ArchiveReader(path, "checkpoint") as reader, pytest.raises(IntegrityBroken):
        reader.read("evidence/ab", 100)


def test_a_content_of_4_gib_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_CONTENT", 10)
    with pytest.raises(BadInput, match="4 GiB"):
        write(tmp_path / "big.zip", {"checkpoint": bytes(11)})


def test_a_file_that_shrinks_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "large.zip", {"checkpoint": b"", "evidence/ab": bytes(3 << 20)})
    with ArchiveReader(path, "checkpoint") as reader:
        with path.open("r+b") as file:
            file.truncate(2 << 20)
        with pytest.raises(IntegrityBroken, match="ends within"):
            reader.read("evidence/ab", 1 << 30)


def test_many_files_take_the_wide_end_record(tmp_path: Path) -> None:
    contents = {"checkpoint": b""} | {f"tables/{number}": b"" for number in range(65_540)}
    path = write(tmp_path / "many.zip", contents)
    assert b"PK\x06\x06" in path.read_bytes()[-100:]
    assert len(read(path)) == len(contents)
    with zipfile.ZipFile(path) as plain:
        assert len(plain.namelist()) == len(contents)
    data = bytearray(path.read_bytes())
    for at in range(len(data) - 98, len(data)):
        data[at] ^= 1
        path.write_bytes(data)
        with pytest.raises(IntegrityBroken):
            ArchiveReader(path, "checkpoint")
        data[at] ^= 1


def test_a_file_far_into_the_archive_takes_the_wide_offset() -> None:
    far = archive.Member("z", 1, 2, 1 << 33)
    record = archive._central(far)
    assert archive._parse_central(record, 0) == (far, len(record))
    near = archive.Member("z", 1, 2, 1 << 20)
    assert len(archive._central(near)) + 12 == len(record)


def test_a_sparse_archive_beyond_4_gib_is_read_by_us_and_by_python(tmp_path: Path) -> None:
    path = tmp_path / "far.zip"
    with path.open("w+b") as file:
        writer = ArchiveWriter(file)
        writer.add("checkpoint", iter([b"one"]))
        hole = archive.Member("hole", archive.MAX_CONTENT, 0, writer._at)
        file.seek(hole.offset)
        file.write(archive._local(hole))
        writer._members.append(hole)
        writer._at = hole.end
        writer.add("z", iter([b"far"]))
        writer.finish()
    with ArchiveReader(path, "checkpoint") as reader:
        assert reader.read("z", 10) == b"far"
    with zipfile.ZipFile(path) as plain:
        assert plain.read("z") == b"far"


@given(st.binary(max_size=300))
@settings(max_examples=200)
def test_any_bytes_are_refused_with_a_name(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    for content in (
        data,
        b"PK\x03\x04" + data,
        data + archive._end(1, len(data), 0),
        data + archive._end(0, 0, len(data)),
    ):
        path.write_bytes(content)
        with pytest.raises((BadInput, IntegrityBroken)):
            read(path)


@given(st.dictionaries(st.from_regex(r"[a-z]{1,9}(/[a-z]{1,9})?", fullmatch=True), st.binary(max_size=50), max_size=6))
def test_any_contents_come_back(contents: dict[str, bytes]) -> None:
    contents = {"checkpoint": b""} | contents
    file = io.BytesIO()
    writer = ArchiveWriter(file)
    for name, content in contents.items():
        writer.add(name, iter([content]))
    writer.finish()
    with zipfile.ZipFile(file) as plain:
        assert {name: plain.read(name) for name in plain.namelist()} == contents
