"""Whatever the file holds: a named answer, never an exception, never without end."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reperform.log import entry
from reperform.log.verify import verify
from tests.log.logbook import SKEY, VKEY, Logbook, answers, failures, random_log, repack, unpack

ANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
DISCLOSURE = "disclosure/congress/000.jsonl"
NAMES = st.sampled_from(["checkpoint", "VERIFY.md", "CONTENTS", DISCLOSURE, "tables/standing.jsonl",
                         "keys/audit.example/ledger", "tile/0/000.p/30", "tile/entries/000.p/30"])  # fmt: skip


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The contents of a sound bundle of 30 steps, with its signed list."""
    folder = tmp_path_factory.mktemp("sound")
    return unpack(random_log(21, 30, folder=folder).write(folder / "bundle.zip"))


@given(name=NAMES, content=st.binary(max_size=200))
@ANY
def test_any_content_in_any_file_gets_an_answer(
    tmp_path: Path, sound: dict[str, bytes], name: str, content: bytes
) -> None:
    report = verify(repack(tmp_path / "bundle.zip", {**sound, name: content}), vkey=VKEY)
    assert report.exit_code == 4


@given(name=NAMES)
@ANY
def test_any_missing_file_gets_an_answer(tmp_path: Path, sound: dict[str, bytes], name: str) -> None:
    report = verify(repack(tmp_path / "bundle.zip", {k: v for k, v in sound.items() if k != name}), vkey=VKEY)
    assert report.exit_code == (0 if name == "CONTENTS" else 3 if name == "checkpoint" else 4)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["v", "idx", "envelope", "fields", "salt", "subject", "evidence"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(rows=st.lists(JSON, min_size=1, max_size=3))
@ANY
def test_any_json_in_place_of_a_disclosed_step_gets_an_answer(
    tmp_path: Path, sound: dict[str, bytes], rows: list[object]
) -> None:
    lines = b"".join(entry.canonical(row) + b"\n" for row in rows)
    report = verify(repack(tmp_path / "bundle.zip", {**sound, DISCLOSURE: lines}), vkey=VKEY)
    assert report.exit_code == 4
    assert "disclosure" in failures(report)


@given(part=st.sampled_from(["facts", "fields", "evidence", "subject", "role", "at", "v", "seq"]), value=JSON)
@ANY
def test_any_json_in_any_part_of_a_signed_step_gets_an_answer(tmp_path: Path, part: str, value: object) -> None:
    log = random_log(21, 5)
    log.steps[2].body = entry.canonical({**log.steps[2].envelope, part: value})
    hidden = Logbook(log.steps, hidden={str(step.envelope["subject"]) for step in log.steps})
    contents = unpack(hidden.write(tmp_path / "hidden.zip", contents=False))
    lines = [
        {"envelope": entry.parse(step.body), "fields": {}, "idx": idx, "salt": step.salt.hex()}
        for idx, step in enumerate(log.steps)
    ]
    contents[DISCLOSURE] = b"".join(entry.canonical(line) + b"\n" for line in lines)
    report = verify(repack(tmp_path / "bundle.zip", contents), vkey=VKEY)
    assert answers(report)["tree"] == answers(report)["signature"] == "ok"
    assert report.exit_code in (4, 5)


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (b"[" * 200_000, "bundle.line"),
        (b'{"envelope":' * 5_000 + b"1" + b"}" * 5_000, "bundle.line"),
        (b'{"idx":1,"idx":2}', "bundle.line"),
        (b'{"idx":1.5}', "bundle.line"),
        (b'{"idx":' + b"9" * 10_000 + b"}", "bundle.line"),
        (b"\xff\xfe", "bundle.line"),
        (b'"' + b"x" * (9 << 20) + b'"', "bundle.line"),
        (b"[]", "bundle.line"),
        (b"{}", "disclosure.form"),
        (b'{"envelope":{},"fields":{},"idx":99,"salt":"00000000000000000000000000000000"}', "disclosure.leaf"),
        (b'{"envelope":{},"fields":{},"idx":70000,"salt":"00000000000000000000000000000000"}', "disclosure.order"),
        (b'{"envelope":{},"fields":{},"idx":-1,"salt":"00000000000000000000000000000000"}', "disclosure.order"),
        (b'{"envelope":{},"fields":{},"idx":true,"salt":"00000000000000000000000000000000"}', "disclosure.form"),
        (b'{"envelope":{},"fields":{"a":{"salt":"zz","value":1}},"idx":1,"salt":""}', "disclosure.form"),
    ],
)
def test_each_bad_line_of_a_disclosure_has_its_rule(
    tmp_path: Path, sound: dict[str, bytes], line: bytes, rule: str
) -> None:
    report = verify(repack(tmp_path / "bundle.zip", {**sound, DISCLOSURE: line + b"\n"}), vkey=VKEY)
    assert failures(report)["disclosure"] == rule


def test_a_line_without_an_end_is_refused(tmp_path: Path, sound: dict[str, bytes]) -> None:
    report = verify(repack(tmp_path / "bundle.zip", {**sound, DISCLOSURE: sound[DISCLOSURE][:-1]}), vkey=VKEY)
    assert failures(report)["disclosure"] == "bundle.line"


@pytest.mark.parametrize(
    "name",
    [
        "notes.txt",
        "../outside",
        "/etc/passwd",
        "tile/0/999999",
        "disclosure/press/000.jsonl",
        "keys/second",
        "CHECKPOINT",
    ],
)
def test_an_unknown_file_is_named(tmp_path: Path, sound: dict[str, bytes], name: str) -> None:
    report = verify(repack(tmp_path / "bundle.zip", {**sound, name: b"x"}), vkey=VKEY)
    assert failures(report) == {"container": "bundle.name"}


@pytest.mark.parametrize("name", ["tile/0/007", "tile/entries/000", "tile/1/000.p/1", "tile/entries/000.p/29"])
def test_a_tile_that_the_log_does_not_have_is_named(tmp_path: Path, sound: dict[str, bytes], name: str) -> None:
    report = verify(repack(tmp_path / "bundle.zip", {**sound, name: b"x" * 32}), vkey=VKEY)
    assert failures(report)["entries"] == "log.extra"


def test_a_table_that_is_not_one_is_named(tmp_path: Path, sound: dict[str, bytes]) -> None:
    for table in ("figures", "withheld"):
        report = verify(repack(tmp_path / "bundle.zip", {**sound, f"tables/{table}.jsonl": b"{nonsense\n"}), vkey=VKEY)
        assert failures(report)["tables"] == "bundle.line"


@pytest.mark.parametrize("size", ["0", "1", "29", "31", "256", "9007199254740991"])
def test_a_checkpoint_that_claims_another_size_is_refused_at_once(
    tmp_path: Path, sound: dict[str, bytes], size: str
) -> None:
    note = sound["checkpoint"].replace(b"\n30\n", f"\n{size}\n".encode())
    report = verify(repack(tmp_path / "bundle.zip", {**sound, "checkpoint": note}), vkey=VKEY)
    assert failures(report)["signature"] == "signature.wrong"
    assert "entries" in failures(report)


def test_a_checkpoint_that_cannot_be_read_leaves_the_rest_open(tmp_path: Path, sound: dict[str, bytes]) -> None:
    report = verify(repack(tmp_path / "bundle.zip", {**sound, "checkpoint": b"nothing\n"}), vkey=VKEY)
    assert failures(report) == {"checkpoint": "note.form"}
    assert answers(report)["tree"] == answers(report)["steps"] == "not_checked"


@pytest.mark.parametrize("key", [b"", b"\xff", b"nonsense\n", VKEY.encode(), f" {VKEY}\n".encode()])
def test_a_key_that_cannot_be_read_is_named(tmp_path: Path, sound: dict[str, bytes], key: bytes) -> None:
    path = repack(tmp_path / "bundle.zip", {**sound, "keys/audit.example/ledger": key})
    with_key, without_key = verify(path, vkey=VKEY), verify(path)
    assert "key" in failures(with_key)
    assert answers(with_key)["signature"] == "ok"
    assert answers(without_key)["signature"] == "not_checked"
    assert with_key.exit_code == without_key.exit_code == 4


def test_a_name_in_the_archive_twice_is_refused(tmp_path: Path, sound: dict[str, bytes]) -> None:
    from reperform.log.archive import ArchiveWriter

    with (tmp_path / "twice.zip").open("w+b") as file:
        archive = ArchiveWriter(file)
        for name, content in [("checkpoint", sound["checkpoint"]), *sound.items()]:
            archive.add(name, iter([content]))
        archive.finish()
    report = verify(tmp_path / "twice.zip", vkey=VKEY)
    assert failures(report) == {"container": "bundle.form"}


def test_files_in_another_order_are_refused(tmp_path: Path, sound: dict[str, bytes]) -> None:
    from reperform.log.archive import ArchiveWriter

    with (tmp_path / "order.zip").open("w+b") as file:
        archive = ArchiveWriter(file)
        first, *rest = sound.items()
        for name, content in [first, *reversed(rest)]:
            archive.add(name, iter([content]))
        archive.finish()
    assert failures(verify(tmp_path / "order.zip")) == {"container": "bundle.name"}


def test_a_compressed_copy_is_refused_unread(tmp_path: Path, sound: dict[str, bytes]) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as plain:
        for name, content in sound.items():
            plain.writestr(name, content if name == "checkpoint" else bytes(20_000_000))
    report = verify(tmp_path / "bomb.zip")
    assert failures(report) == {"container": "bundle.form"}
    assert report.exit_code == 4


@pytest.mark.parametrize("content", [b"", b"PK", b"%PDF-1.7", bytes(5000)])
def test_another_file_is_not_a_bundle(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other").write_bytes(content)
    report = verify(tmp_path / "other")
    assert report.exit_code == 3
    assert failures(report) == {"container": "bundle.file"}


@pytest.mark.parametrize("name", ["nowhere.zip", "."])
def test_no_file_is_not_a_bundle(tmp_path: Path, name: str) -> None:
    assert verify(tmp_path / name).exit_code == 3


def test_a_file_that_cannot_be_opened_is_not_a_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "secret.zip").write_bytes(b"x")
    monkeypatch.setattr(Path, "open", denied)
    report = verify(tmp_path / "secret.zip")
    assert report.exit_code == 3
    assert "Permission denied" in report.checks[0].sentence


@given(cuts=st.integers(0, 2**32))
@ANY
def test_a_bundle_that_is_cut_or_mixed_up_anywhere_gets_an_answer(
    tmp_path: Path, sound: dict[str, bytes], cuts: int
) -> None:
    chance = random.Random(cuts)
    data = bytearray(repack(tmp_path / "bundle.zip", sound).read_bytes())
    for _ in range(chance.randrange(1, 5)):
        at, size = chance.randrange(len(data)), chance.randrange(1, 400)
        if chance.random() < 0.5:
            del data[at : at + size]
        else:
            data[at:at] = chance.randbytes(size)
    (tmp_path / "mixed.zip").write_bytes(data)
    assert verify(tmp_path / "mixed.zip", vkey=VKEY).exit_code in (3, 4)


def test_hostile_words_are_shown_without_their_control_characters(tmp_path: Path) -> None:
    log = random_log(21, 5)
    contents = unpack(log.write(tmp_path / "bundle.zip", contents=False))
    contents["tables/standing.jsonl"] = entry.canonical(
        {"subject": "{x.__class__} \u001b[31m\u202e" + "y" * 5000, "state": "", "seq": 1}
    ) + b"\n"  # fmt: skip
    report = verify(repack(tmp_path / "bundle.zip", contents), vkey=VKEY)
    sentence = next(check.sentence for check in report.checks if check.name == "standing")
    assert sentence.isprintable()
    assert len(sentence) < 600
    assert SKEY not in sentence
