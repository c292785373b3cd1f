"""Writing a bundle: the same bytes every time, and never one that its own verifier would refuse."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from reperform.errors import BadInput, IntegrityBroken
from reperform.log import entry
from reperform.log.bundle import Bundle, BundleEntry, write
from reperform.log.layout import CONTENTS
from tests.log.logbook import ORIGIN, SKEY, THIEF_VKEY, VKEY, Logbook, keep_file, random_log, unpack


@pytest.fixture
def log(tmp_path: Path) -> Logbook:
    return random_log(3, 300, folder=tmp_path, hidden=0.3)


def test_the_same_log_makes_the_same_bytes(log: Logbook, tmp_path: Path) -> None:
    one, other = log.write(tmp_path / "one.zip"), log.copy().write(tmp_path / "other.zip")
    assert hashlib.sha256(one.read_bytes()).digest() == hashlib.sha256(other.read_bytes()).digest()


def test_what_was_put_in_comes_out(log: Logbook, tmp_path: Path) -> None:
    log.further = {"figures": [{"money": 1200, "name": "已归还"}]}
    with Bundle(log.write(tmp_path / "bundle.zip")) as bundle:
        assert bundle.checkpoint == log.checkpoint()
        assert str(bundle.vkey) == VKEY
        assert bundle.audience == "congress"
        opened = {one.idx: one for one in bundle.disclosed()}
        shown = {idx: step for idx, step in enumerate(log.steps) if log.shows(step)}
        assert {idx: (one.body, one.salt, one.fields) for idx, one in opened.items()} == {
            idx: (step.body, step.salt, step.fields) for idx, step in shown.items()
        }
        assert bundle.tables() == ["figures", "standing"]
        assert list(bundle.table("figures")) == log.further["figures"]
        assert list(bundle.table("standing")) == log.led_to()


def test_a_sealed_step_leaves_nothing_but_its_leaf(log: Logbook, tmp_path: Path) -> None:
    data = log.write(tmp_path / "bundle.zip").read_bytes()
    sealed = [step for step in log.steps if not log.shows(step)]
    assert sealed
    for step in sealed:
        assert str(step.envelope["subject"]).encode() not in data
        assert step.salt not in data
        assert step.leaf in data


def test_the_entries_and_tiles_are_those_of_the_standard(log: Logbook, tmp_path: Path) -> None:
    contents = unpack(log.write(tmp_path / "bundle.zip"))
    leaves = [step.leaf for step in log.steps]
    assert contents["tile/entries/000"] == b"".join(b"\x00\x21" + leaf for leaf in leaves[:256])
    assert contents["tile/entries/001.p/44"] == b"".join(b"\x00\x21" + leaf for leaf in leaves[256:])
    assert contents["tile/0/001.p/44"] == b"".join(entry.leaf_hash(leaf) for leaf in leaves[256:])
    assert len(contents["tile/1/000.p/1"]) == 32
    assert contents[f"keys/{ORIGIN}"] == f"{VKEY}\n".encode()


def test_the_list_of_files_is_one_that_sha256sum_reads(log: Logbook, tmp_path: Path) -> None:
    contents = unpack(log.write(tmp_path / "bundle.zip"))
    title, *lines = contents[CONTENTS].decode().rpartition("\n\n")[0].split("\n")
    assert title == f"reperform bundle 1 {ORIGIN} congress"
    listed = dict(line.split("  ")[::-1] for line in lines)
    assert listed == {name: hashlib.sha256(data).hexdigest() for name, data in contents.items() if name != CONTENTS}


def test_without_a_signer_there_is_no_list(log: Logbook, tmp_path: Path) -> None:
    assert CONTENTS not in unpack(log.write(tmp_path / "bundle.zip", contents=False))


def test_an_empty_log_makes_a_bundle(tmp_path: Path) -> None:
    with Bundle(Logbook().write(tmp_path / "bundle.zip")) as bundle:
        assert bundle.checkpoint.size == 0
        assert list(bundle.disclosed()) == []
        assert bundle.audience == ""


def test_disclosed_steps_are_split_by_their_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from reperform.log import bundle as reading
    from reperform.log import pack

    monkeypatch.setattr(pack, "PART", 100)
    monkeypatch.setattr(reading, "PART", 100)
    log = random_log(5, 350)
    path = log.write(tmp_path / "bundle.zip")
    parts = {name: data.count(b"\n") for name, data in unpack(path).items() if name.startswith("disclosure/")}
    assert parts == {f"disclosure/congress/{part:03d}.jsonl": count for part, count in enumerate([100, 100, 100, 50])}
    with Bundle(path) as bundle:
        assert [one.idx for one in bundle.disclosed()] == list(range(350))


def refused(log: Logbook, folder: Path, error: type[Exception]) -> Exception:
    """Write, expect the refusal, and see that nothing is left behind."""
    target = folder / "out"
    target.mkdir()
    with pytest.raises(error) as caught:
        log.write(target / "bundle.zip", note=log.note or None)
    assert list(target.iterdir()) == []
    return caught.value


def test_entries_that_the_checkpoint_does_not_state_are_refused(log: Logbook, tmp_path: Path) -> None:
    log.note = log.signed()
    log.steps.pop()
    error = refused(log, tmp_path, IntegrityBroken)
    assert error.params["rule"] == "log.root"  # type: ignore[attr-defined]


def test_an_envelope_that_does_not_open_its_leaf_is_refused(log: Logbook, tmp_path: Path) -> None:
    class Wrong(Logbook):
        def entries(self) -> Iterator[BundleEntry]:
            for one in super().entries():
                leaf = bytes([1, *bytes(32)]) if one.idx == 7 else one.leaf
                yield BundleEntry(one.idx, leaf, one.disclosed)

    log.hidden = set()
    wrong = Wrong(log.steps, log.files)
    assert refused(wrong, tmp_path, IntegrityBroken).params["index"] == 7  # type: ignore[attr-defined]


def test_a_field_that_does_not_open_its_commitment_is_refused(tmp_path: Path) -> None:
    log = random_log(4, 40)
    index, step = next((index, step) for index, step in enumerate(log.steps) if step.fields)
    name, (salt, _) = next(iter(step.fields.items()))
    step.fields[name] = (salt, "another")
    assert refused(log, tmp_path, IntegrityBroken).params["index"] == index  # type: ignore[attr-defined]


def test_an_entry_out_of_turn_is_refused(log: Logbook, tmp_path: Path) -> None:
    class Skipping(Logbook):
        def entries(self) -> Iterator[BundleEntry]:
            return (one for one in super().entries() if one.idx != 12)

    skipping = Skipping(log.steps, log.files)
    assert refused(skipping, tmp_path, IntegrityBroken).params["index"] == 12  # type: ignore[attr-defined]


def test_an_altered_evidence_file_is_refused(log: Logbook, tmp_path: Path) -> None:
    _, path = next(log.evidence())
    path.write_bytes(b"other")
    assert refused(log, tmp_path, IntegrityBroken).params["rule"] == "evidence.altered"  # type: ignore[attr-defined]


def test_a_named_evidence_file_is_sent_or_listed_as_withheld(log: Logbook, tmp_path: Path) -> None:
    sha256, _ = next(log.evidence())
    path = log.files.pop(sha256)
    refused(log, tmp_path, BadInput)
    log.files[sha256] = path
    log.withheld = {sha256}
    assert f"evidence/{sha256}" not in unpack(log.write(tmp_path / "bundle.zip"))


def test_an_evidence_file_that_no_disclosed_step_names_is_not_sent(log: Logbook, tmp_path: Path) -> None:
    class Generous(Logbook):
        def evidence(self) -> Iterator[tuple[str, Path]]:
            return iter(self.files.items())

    generous = Generous(log.steps, log.files, log.hidden)
    keep_file(generous, tmp_path, b"named by nobody")
    refused(generous, tmp_path, BadInput)


@pytest.mark.parametrize("part", ["origin", "vkey", "audience", "table"])
def test_a_source_that_does_not_agree_with_itself_is_refused(log: Logbook, tmp_path: Path, part: str) -> None:
    log.note = log.signed()
    if part == "origin":
        log.origin = "other.example/ledger"
    elif part == "vkey":
        log.vkey = THIEF_VKEY.replace("audit", "other")
    elif part == "audience":
        log.audience = "../congress"
    else:
        log.further = {"../x": []}
    refused(log, tmp_path, BadInput)


def test_the_rows_of_standing_are_put_in_order(log: Logbook, tmp_path: Path) -> None:
    log.standing = log.led_to()[::-1]
    lines = unpack(log.write(tmp_path / "bundle.zip"))["tables/standing.jsonl"].decode().splitlines()
    subjects = [json.loads(line)["subject"] for line in lines]
    assert subjects == sorted(subjects)
    assert len(subjects) > 1


def test_a_bundle_replaces_an_older_one_whole(log: Logbook, tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(b"old")
    log.write(path)
    assert unpack(path)
    log.steps.pop()
    with pytest.raises(IntegrityBroken):
        log.write(path, note=log.note)
    assert unpack(path)


def test_a_source_is_only_what_it_offers(log: Logbook, tmp_path: Path) -> None:
    class Ledger:
        """The smallest source: another class than the one of these tests."""

        origin, vkey, audience, note = ORIGIN, VKEY, "public", log.signed()

        def entries(self) -> Iterator[BundleEntry]:
            return (BundleEntry(idx, step.leaf) for idx, step in enumerate(log.steps))

        def evidence(self) -> Iterator[tuple[str, Path]]:
            return iter(())

        def tables(self) -> Mapping[str, list[dict[str, object]]]:
            return {}

    write(tmp_path / "bundle.zip", Ledger())
    assert SKEY.encode() not in (tmp_path / "bundle.zip").read_bytes()
