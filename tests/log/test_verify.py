"""What the verifier answers: a sound bundle passes, and each attack is named."""

from __future__ import annotations

import random
import re
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reperform.errors import BadInput
from reperform.log import entry
from reperform.log.bundle import write
from reperform.log.note import SigningKey
from reperform.log.pack import contents_text
from reperform.log.verify import verify
from reperform.rules.standing import Standing
from tests.log.logbook import (
    PEOPLE,
    SKEY,
    THIEF_SKEY,
    THIEF_VKEY,
    VKEY,
    Logbook,
    SealedLog,
    Step,
    answers,
    envelope,
    failures,
    index_of,
    keep_file,
    random_log,
    repack,
    replay_all,
    unpack,
)

MANY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SEEDS = st.integers(0, 2**32)
SIZES = st.integers(1, 40) | st.sampled_from([255, 256, 257, 300])


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def forged(changed: Logbook, original: Logbook, path: Path) -> Path:
    """What a forger makes who recomputes every hash but cannot sign: a new statement over the old signature."""
    signature = original.signed().rpartition("\n\n")[2]
    return changed.write(path, note=f"{changed.checkpoint().text()}\n{signature}", contents=False)


# A sound bundle.


@given(SEEDS, st.integers(0, 40) | st.sampled_from([255, 256, 257, 513]), st.sampled_from([0.0, 0.3, 1.0]))
@MANY
def test_a_sound_bundle_passes_every_check(seed: int, size: int, hidden: float) -> None:
    with folder() as place:
        log = random_log(seed, size, folder=place, hidden=hidden)
        report = verify(log.write(place / "bundle.zip"), vkey=VKEY, expect_checkpoint=log.signed())
    assert report.ok, report.checks
    assert report.exit_code == 0
    assert {name for name, answer in answers(report).items() if answer == "not_checked"} == {"time"}
    assert report.counts["entries"] == size
    assert report.counts["disclosed"] + report.counts["sealed"] == size
    assert report.first_failure is None


def test_the_replay_leads_where_the_log_was_led() -> None:
    log = random_log(11, 200)
    standings = replay_all(log).standings
    assert {row["subject"]: row["state"] for row in log.led_to()} == {
        name: one.state for name, one in standings.items()
    }


def test_without_a_key_from_elsewhere_the_answer_says_so(tmp_path: Path) -> None:
    report = verify(random_log(1, 20).write(tmp_path / "bundle.zip"))
    assert report.ok
    assert answers(report)["key"] == "not_checked"
    assert VKEY in next(check.sentence for check in report.checks if check.name == "key")


def test_without_a_kept_checkpoint_the_answer_says_so(tmp_path: Path) -> None:
    report = verify(random_log(1, 20).write(tmp_path / "bundle.zip"), vkey=VKEY)
    assert answers(report)["expected"] == "not_checked"


def test_a_list_that_is_not_signed_is_not_checked(tmp_path: Path) -> None:
    report = verify(random_log(1, 20).write(tmp_path / "bundle.zip", contents=False), vkey=VKEY)
    assert report.ok
    assert answers(report)["contents"] == "not_checked"


def test_further_signatures_are_named_as_not_checked(tmp_path: Path) -> None:
    log = random_log(1, 20)
    note = log.signed() + log.signed(THIEF_SKEY).rpartition("\n\n")[2].replace("audit.example", "congress.example")
    report = verify(log.write(tmp_path / "bundle.zip", note=note), vkey=VKEY)
    assert report.ok
    assert "congress.example" in next(check.sentence for check in report.checks if check.name == "witnesses")


def test_withheld_evidence_is_counted(tmp_path: Path) -> None:
    log = random_log(5, 60, folder=tmp_path)
    log.withheld = set(list(log.files)[:2])
    report = verify(log.write(tmp_path / "bundle.zip"), vkey=VKEY)
    assert report.ok
    assert "2 are named but withheld" in next(check.sentence for check in report.checks if check.name == "evidence")


def test_a_table_that_a_step_names_is_bound_to_the_log(tmp_path: Path) -> None:
    log = random_log(1, 20)
    log.further = {"figures": [{"closed": 3}]}
    loose = verify(log.write(tmp_path / "loose.zip", contents=False), vkey=VKEY)
    assert loose.ok
    assert answers(loose)["tables"] == "not_checked"
    listed = verify(log.write(tmp_path / "listed.zip"), vkey=VKEY)
    assert answers(listed)["tables"] == "ok"
    named = keep_file(log, tmp_path, b'{"closed":3}\n')
    before = Standing()
    made = envelope(
        "finding.draft", "finding:NEW", before, "draft", PEOPLE[0], facts={"audit": "AUD"}, evidence=[named]
    )
    log.steps.append(Step(made, bytes(16)))
    bound = verify(log.write(tmp_path / "bound.zip", contents=False), vkey=VKEY)
    assert answers(bound)["tables"] == "ok", bound.checks


# Any byte of the file.


@given(SEEDS, SIZES, st.data())
@MANY
def test_any_changed_byte_of_the_file_is_detected(seed: int, size: int, data: st.DataObject) -> None:
    with folder() as place:
        path = random_log(seed, size, folder=place, hidden=0.2).write(place / "bundle.zip")
        changed = bytearray(path.read_bytes())
        at = data.draw(st.integers(0, len(changed) - 1))
        changed[at] ^= data.draw(st.integers(1, 255))
        path.write_bytes(changed)
        report = verify(path, vkey=VKEY)
    assert report.exit_code == 4
    assert all(failures(report).values())


@given(SEEDS, SIZES, st.data())
@MANY
def test_any_changed_byte_of_an_entry_names_that_entry(seed: int, size: int, data: st.DataObject) -> None:
    with folder() as place:
        contents = unpack(random_log(seed, size).write(place / "bundle.zip"))
        index = data.draw(st.integers(0, size - 1))
        name = next(name for name in contents if name.startswith(f"tile/entries/{index // 256:03d}"))
        spoil(contents, name, index % 256 * 35 + data.draw(st.integers(0, 34)))
        report = verify(repack(place / "bundle.zip", contents), vkey=VKEY)
    assert report.exit_code == 4
    assert failures(report)["entries"] == "log.leaf"
    assert index_of(report, "entries") == index
    assert report.first_failure.index == index  # type: ignore[union-attr]


@given(SEEDS, SIZES, st.data())
@MANY
def test_any_changed_byte_of_a_disclosed_step_is_detected(seed: int, size: int, data: st.DataObject) -> None:
    with folder() as place:
        contents = unpack(random_log(seed, size).write(place / "bundle.zip", contents=False))
        name = next(name for name in contents if name.startswith("disclosure/"))
        at = data.draw(st.integers(0, len(contents[name]) - 1))
        index = contents[name][:at].count(b"\n")
        in_number = any(at in range(*found.span(1)) for found in re.finditer(rb'"idx":([0-9]+),"salt"', contents[name]))
        spoil(contents, name, at)
        report = verify(repack(place / "bundle.zip", contents), vkey=VKEY)
    assert report.exit_code == 4
    assert "disclosure" in failures(report)
    line = next(check.params.get("line") for check in report.checks if check.name == "disclosure")
    # A line that gives itself another number is found, but can only be named by what it says.
    assert in_number or index_of(report, "disclosure") == index or line == index + 1


@given(SEEDS, st.data())
@MANY
def test_any_changed_byte_of_an_evidence_file_names_the_step(seed: int, data: st.DataObject) -> None:
    with folder() as place:
        log = random_log(seed, 60, folder=place)
        contents = unpack(log.write(place / "bundle.zip", contents=False))
        names = [name for name in contents if name.startswith("evidence/")]
        if not names:
            return
        name = data.draw(st.sampled_from(names))
        spoil(contents, name, data.draw(st.integers(0, len(contents[name]) - 1)))
        report = verify(repack(place / "bundle.zip", contents), vkey=VKEY)
    sha256 = name.partition("/")[2]
    first = next(i for i, step in enumerate(log.steps) if sha256 in str(step.envelope["evidence"]))
    assert failures(report) == {"evidence": "evidence.altered"}
    assert index_of(report, "evidence") == first


@given(SEEDS, st.data())
@MANY
def test_any_changed_byte_of_the_checkpoint_the_key_or_the_guide_is_detected(seed: int, data: st.DataObject) -> None:
    with folder() as place:
        contents = unpack(random_log(seed, 9).write(place / "bundle.zip", contents=False))
        name = data.draw(st.sampled_from(["checkpoint", "VERIFY.md", "keys/audit.example/ledger"]))
        spoil(contents, name, data.draw(st.integers(0, len(contents[name]) - 1)))
        with_key = verify(repack(place / "bundle.zip", contents), vkey=VKEY)
        without_key = verify(place / "bundle.zip")
    assert with_key.exit_code == 4
    assert without_key.exit_code == 4


@given(SEEDS, st.data())
@MANY
def test_any_changed_byte_of_a_tile_is_detected(seed: int, data: st.DataObject) -> None:
    with folder() as place:
        contents = unpack(random_log(seed, 520).write(place / "bundle.zip", contents=False))
        tiles = [name for name in contents if name.startswith(("tile/0/", "tile/1/"))]
        name = data.draw(st.sampled_from(tiles))
        at = data.draw(st.integers(0, len(contents[name]) - 1))
        spoil(contents, name, at)
        report = verify(repack(place / "bundle.zip", contents), vkey=VKEY)
    assert set(failures(report)) == {"entries"}
    first = int(name[7:10]) * 256 + at // 32 if name.startswith("tile/0/") else at // 32 * 256
    assert index_of(report, "entries") == first


def spoil(contents: dict[str, bytes], name: str, at: int) -> None:
    changed = bytearray(contents[name])
    changed[at] ^= 0x01
    contents[name] = bytes(changed)


# Entries dropped, swapped, hidden.


@given(SEEDS, SIZES)
@MANY
def test_dropping_the_last_entry_is_detected(seed: int, size: int) -> None:
    with folder() as place:
        log = random_log(seed, size)
        contents = unpack(log.write(place / "bundle.zip", contents=False))
        name = next(name for name in reversed(contents) if name.startswith("tile/entries/"))
        contents[name] = contents[name][:-35]
        cut = verify(repack(place / "cut.zip", contents), vkey=VKEY)
        short = log.copy()
        short.steps.pop()
        unsigned = verify(forged(short, log, place / "short.zip"), vkey=VKEY)
    assert failures(cut)["entries"] == "log.missing"
    assert index_of(cut, "entries") == size - 1
    assert failures(unsigned) == {"signature": "signature.wrong"}


def test_dropping_a_whole_row_of_entries_names_the_first(tmp_path: Path) -> None:
    contents = unpack(random_log(2, 600).write(tmp_path / "bundle.zip"))
    del contents["tile/entries/001"]
    report = verify(repack(tmp_path / "bundle.zip", contents), vkey=VKEY)
    assert failures(report)["entries"] == "log.missing"
    assert index_of(report, "entries") == 256
    assert answers(report)["tree"] == "ok"  # the tiles still tell what was there


def test_without_entries_and_tiles_the_root_cannot_be_told(tmp_path: Path) -> None:
    contents = unpack(random_log(2, 600).write(tmp_path / "bundle.zip", contents=False))
    del contents["tile/entries/001"], contents["tile/0/001"]
    report = verify(repack(tmp_path / "bundle.zip", contents), vkey=VKEY, expect_checkpoint=random_log(2, 300).signed())
    assert answers(report)["tree"] == "not_checked"
    assert answers(report)["expected"] == "not_checked"
    assert report.exit_code == 4


def test_entries_renamed_to_a_shorter_row_name_the_missing_one(tmp_path: Path) -> None:
    contents = unpack(random_log(2, 40).write(tmp_path / "bundle.zip", contents=False))
    contents["tile/entries/000.p/39"] = contents.pop("tile/entries/000.p/40")[:-35]
    report = verify(repack(tmp_path / "bundle.zip", contents), vkey=VKEY)
    assert index_of(report, "entries") == 39


@given(SEEDS, st.integers(2, 300), st.data())
@MANY
def test_swapping_two_entries_is_detected(seed: int, size: int, data: st.DataObject) -> None:
    one, other = sorted(data.draw(st.lists(st.integers(0, size - 1), min_size=2, max_size=2, unique=True)))
    with folder() as place:
        log = random_log(seed, size)
        swapped = log.copy()
        swapped.steps[one], swapped.steps[other] = log.steps[other], log.steps[one]
        # Into the old tiles; with all hashes made anew; and signed by the thief of the key, for who kept a checkpoint.
        contents = unpack(log.write(place / "bundle.zip", contents=False))
        remade = unpack(forged(swapped, log, place / "forged.zip"))
        contents |= {name: data for name, data in remade.items() if name.startswith("tile/entries/")}
        naive = verify(repack(place / "naive.zip", contents), vkey=VKEY)
        unsigned = verify(place / "forged.zip", vkey=VKEY)
        stolen = verify(swapped.write(place / "stolen.zip"), vkey=VKEY, expect_checkpoint=log.signed())
    assert index_of(naive, "entries") == one
    assert failures(unsigned)["signature"] == "signature.wrong"
    assert failures(stolen)["expected"] == "expected.forked"
    if log.steps[one].envelope["subject"] == log.steps[other].envelope["subject"]:
        assert one <= (index_of(stolen, "steps") or 0) <= other
        assert failures(stolen)["steps"].startswith("replay.")


def test_a_step_left_out_of_the_disclosure_leaves_a_gap(tmp_path: Path) -> None:
    log = random_log(6, 60)
    subject = next(row["subject"] for row in log.led_to() if row["seq"] > 2)  # type: ignore[operator]
    lines = [step.envelope["subject"] == subject and step.envelope["seq"] == 2 for step in log.steps]
    contents = unpack(log.write(tmp_path / "bundle.zip", contents=False))
    name = "disclosure/congress/000.jsonl"
    kept = [line for line, drop in zip(contents[name].splitlines(keepends=True), lines, strict=True) if not drop]
    contents[name] = b"".join(kept)
    report = verify(repack(tmp_path / "bundle.zip", contents), vkey=VKEY)
    assert failures(report) == {"steps": "replay.seq"}
    third = next(i for i, s in enumerate(log.steps) if (s.envelope["subject"], s.envelope["seq"]) == (subject, 3))
    assert index_of(report, "steps") == third


def test_the_last_step_left_out_of_the_disclosure_contradicts_the_record(tmp_path: Path) -> None:
    log = random_log(6, 60)
    contents = unpack(log.write(tmp_path / "bundle.zip", contents=False))
    name = "disclosure/congress/000.jsonl"
    contents[name] = b"".join(contents[name].splitlines(keepends=True)[:-1])
    report = verify(repack(tmp_path / "bundle.zip", contents), vkey=VKEY)
    assert set(failures(report)) >= {"standing"}


def test_a_step_left_out_together_with_its_record_is_seen_by_the_signed_list(tmp_path: Path) -> None:
    log = random_log(6, 60)
    whole = unpack(log.write(tmp_path / "bundle.zip"))
    log.hidden = {str(log.steps[-1].envelope["subject"])}
    less = unpack(log.write(tmp_path / "less.zip", contents=False))
    report = verify(repack(tmp_path / "less.zip", {**less, "CONTENTS": whole["CONTENTS"]}), vkey=VKEY)
    assert failures(report) == {"contents": "contents.differs"}
    # Whoever leaves the list out as well is told so, and the number of sealed entries shows what is not disclosed.
    bare = verify(repack(tmp_path / "less.zip", less), vkey=VKEY)
    assert bare.ok
    assert answers(bare)["contents"] == "not_checked"
    assert bare.counts["sealed"] > 0


# A forger who recomputes everything.


@given(SEEDS, SIZES, st.data())
@MANY
def test_recomputing_every_hash_without_the_key_is_detected(seed: int, size: int, data: st.DataObject) -> None:
    with folder() as place:
        log = random_log(seed, size)
        changed = log.copy()
        step = changed.steps[data.draw(st.integers(0, size - 1))]
        step.body = entry.canonical({**step.envelope, "actor": "somebody-else"})
        path = forged(changed, log, place / "forged.zip")
        with_key, without_key = verify(path, vkey=VKEY), verify(path)
        kept = changed.write(place / "kept.zip", skey=SKEY)
        contents = unpack(kept)
        contents["checkpoint"] = log.signed().encode()
        old_statement = verify(repack(place / "old.zip", contents), vkey=VKEY)
    assert failures(with_key)["signature"] == failures(without_key)["signature"] == "signature.wrong"
    assert failures(old_statement)["tree"] == "log.root"


def test_signing_with_a_key_of_ones_own_is_detected_by_whoever_has_the_right_one(tmp_path: Path) -> None:
    log = random_log(8, 50)
    log.vkey = THIEF_VKEY
    path = log.write(tmp_path / "bundle.zip", skey=THIEF_SKEY)
    report = verify(path, vkey=VKEY)
    assert failures(report)["key"] == "key.other"
    assert failures(report)["signature"] == "signature.absent"
    assert answers(verify(path))["key"] == "not_checked"


@given(SEEDS, st.integers(2, 300), st.data())
@MANY
def test_a_log_shortened_with_the_stolen_key_is_detected_by_a_kept_checkpoint(
    seed: int, size: int, data: st.DataObject
) -> None:
    with folder() as place:
        log = random_log(seed, size)
        kept = log.signed()
        log.steps = log.steps[: data.draw(st.integers(1, size - 1))]
        path = log.write(place / "bundle.zip")
        assert verify(path, vkey=VKEY).ok
        report = verify(path, vkey=VKEY, expect_checkpoint=kept)
    assert failures(report) == {"expected": "expected.shrunk"}
    assert index_of(report, "expected") == len(log.steps)


@given(SEEDS, st.integers(2, 300), st.data())
@MANY
def test_a_log_rewritten_with_the_stolen_key_is_detected_by_a_kept_checkpoint(
    seed: int, size: int, data: st.DataObject
) -> None:
    size_kept = data.draw(st.integers(1, size))
    with folder() as place:
        log = random_log(seed, size)
        kept = log.copy()
        kept.steps = kept.steps[:size_kept]
        step = log.steps[data.draw(st.integers(0, size_kept - 1))]
        step.salt = bytes(16)
        path = log.write(place / "bundle.zip")
        assert verify(path, vkey=VKEY).ok
        report = verify(path, vkey=VKEY, expect_checkpoint=kept.signed())
    assert failures(report) == {"expected": "expected.forked"}


@given(SEEDS, st.integers(0, 300), st.integers(0, 300))
@MANY
def test_a_log_that_grew_continues_any_checkpoint_that_was_kept(seed: int, one: int, other: int) -> None:
    before, size = sorted([one, other])
    with folder() as place:
        log = random_log(seed, size)
        kept = log.copy()
        kept.steps = kept.steps[:before]
        report = verify(log.write(place / "bundle.zip"), vkey=VKEY, expect_checkpoint=kept.signed())
    assert answers(report)["expected"] == "ok"
    assert report.ok


def test_where_only_the_root_differs_the_kept_checkpoint_tells_what_still_stands(tmp_path: Path) -> None:
    log = random_log(9, 300)
    kept = log.copy()
    kept.steps = kept.steps[:120]
    original = log.signed()
    log.steps[200].salt = bytes(16)
    contents = unpack(log.write(tmp_path / "bundle.zip", contents=False))
    contents["checkpoint"] = original.encode()
    report = verify(repack(tmp_path / "bundle.zip", contents), vkey=VKEY, expect_checkpoint=kept.signed())
    assert failures(report) == {"tree": "log.root"}
    assert index_of(report, "tree") == 120


def test_a_kept_checkpoint_of_another_log_is_told(tmp_path: Path) -> None:
    report = verify(
        random_log(9, 30).write(tmp_path / "bundle.zip"),
        expect_checkpoint=Logbook(origin="other.example/x").checkpoint().text(),
    )
    assert failures(report) == {"expected": "expected.origin"}


def test_a_wrong_call_is_an_error_and_not_an_answer(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        verify(tmp_path / "bundle.zip", vkey="x")
    with pytest.raises(BadInput):
        verify(tmp_path / "bundle.zip", expect_checkpoint="x")


# Steps that the rules refuse, in a log that is signed and whole.


@given(SEEDS, st.integers(5, 80), st.data())
@MANY
def test_a_step_that_the_rules_refuse_is_named_with_its_rule(seed: int, size: int, data: st.DataObject) -> None:
    log = random_log(seed, size)
    at = data.draw(st.integers(0, size))
    standings: dict[str, Standing] = dict(replay_all(Logbook(log.steps[:at])).standings)
    who = random.Random(seed).choice(PEOPLE)
    subject, before = data.draw(st.sampled_from([*sorted(standings.items()), ("finding:NEW", Standing())]))
    made = envelope("finding.close", subject, before, "closed", who, number=at)
    if before.state == "accepted" and who.account not in before.people.values() and who.body == "AUD":
        return  # that one may close
    log.steps.insert(at, Step(made, bytes(16)))
    with folder() as place:
        report = verify(log.write(place / "bundle.zip"), vkey=VKEY)
    assert report.exit_code == 4
    assert failures(report)["steps"]
    assert index_of(report, "steps") == at
    assert answers(report)["tree"] == answers(report)["signature"] == answers(report)["disclosure"] == "ok"


@pytest.mark.parametrize(
    ("parts", "rule"),
    [
        ({"state": "closed"}, "replay.state"),
        ({"prev_state": "issued"}, "replay.prev_state"),
        ({"seq": 2}, "replay.seq"),
        ({"role": "emperor"}, "replay.role"),
        ({"type": "check.propose"}, "replay.type"),
        ({"type": "finding.vanish"}, "step.unknown"),
        ({"facts": {"audit": "AUD2"}}, "draft.own_body"),
        ({"role": "legislator"}, "finding.draft.role"),
    ],
)
def test_each_wrong_part_of_a_step_has_its_rule(tmp_path: Path, parts: dict[str, object], rule: str) -> None:
    log = random_log(3, 10)
    made = envelope("finding.draft", "finding:NEW", Standing(), "draft", PEOPLE[0], facts={"audit": "AUD"})
    log.steps.append(Step({**made, **parts}, bytes(16)))
    report = verify(log.write(tmp_path / "bundle.zip"), vkey=VKEY)
    assert failures(report) == {"steps": rule}
    assert index_of(report, "steps") == 10


def test_a_step_of_a_newer_version_is_left_open(tmp_path: Path) -> None:
    log = random_log(3, 10)
    contents = with_raw_step(log, {**log.steps[0].envelope, "v": 2, "subject": "finding:NEW"}, tmp_path)
    report = verify(repack(tmp_path / "bundle.zip", contents), vkey=VKEY)
    assert answers(report)["steps"] == "not_checked"
    assert answers(report)["standing"] == "not_checked"
    assert report.exit_code == 5
    assert not report.ok


@pytest.mark.parametrize("body", [{}, {"v": 1}, {"v": 1, "fields": 7, "subject": [], "evidence": {"x": 1}}])
def test_a_step_that_is_no_envelope_is_named(tmp_path: Path, body: dict[str, object]) -> None:
    contents = with_raw_step(random_log(3, 10), body, tmp_path)
    report = verify(repack(tmp_path / "bundle.zip", contents), vkey=VKEY)
    assert index_of(report, "steps") == 10 or answers(report)["steps"] == "not_checked"
    assert report.exit_code in (4, 5)


def with_raw_step(log: Logbook, body: dict[str, object], place: Path) -> dict[str, bytes]:
    """Return the contents of a bundle whose last step is any JSON object, sealed and signed as if it were a step."""
    subject = log.steps[0].envelope["subject"]
    log.steps.append(Step({"subject": "hidden:" + str(subject)}, bytes(16), body=entry.canonical(body)))
    log.hidden = {"hidden:" + str(subject)}
    contents = unpack(log.write(place / "raw.zip", contents=False))
    line = {"envelope": body, "fields": {}, "idx": len(log.steps) - 1, "salt": bytes(16).hex()}
    contents["disclosure/congress/000.jsonl"] += entry.canonical(line) + b"\n"
    return contents


def test_facts_that_the_rules_cannot_read_are_a_named_failure(tmp_path: Path) -> None:
    class Stumbling:
        standings: dict[str, Standing] = {}  # noqa: RUF012

        def take(self, envelope: object) -> None:
            raise KeyError("audit")

    report = verify(random_log(3, 10).write(tmp_path / "bundle.zip"), vkey=VKEY, replay=Stumbling)
    assert failures(report)["steps"] == "step.unreadable"
    assert index_of(report, "steps") == 0


# The records beside the log.


def rows_changed(rows: list[dict[str, object]], how: str) -> list[dict[str, object]]:
    first = dict(rows[0])
    if how == "state":
        return [{**first, "state": "closed"}, *rows[1:]]
    if how == "seq":
        return [{**first, "seq": 99}, *rows[1:]]
    if how == "left out":
        return rows[1:]
    if how == "added":
        return [*rows, {"seq": 1, "state": "draft", "subject": "finding:ZZ"}]
    if how == "twice":
        return [first, *rows]
    return [{**first, "more": 1}, *rows[1:]]


@pytest.mark.parametrize(
    ("how", "rule"),
    [
        ("state", "standing.differs"),
        ("seq", "standing.differs"),
        ("left out", "standing.missing"),
        ("added", "standing.unknown"),
        ("twice", "standing.form"),
        ("shape", "standing.form"),
    ],
)
def test_a_record_that_the_steps_do_not_lead_to_is_named(tmp_path: Path, how: str, rule: str) -> None:
    log = random_log(12, 60)
    log.standing = rows_changed(log.led_to(), how)
    report = verify(log.write(tmp_path / "bundle.zip"), vkey=VKEY)
    assert failures(report) == {"standing": rule}


def test_a_changed_record_names_the_last_step_of_its_subject(tmp_path: Path) -> None:
    log = random_log(12, 60)
    log.standing = rows_changed(log.led_to(), "state")
    report = verify(log.write(tmp_path / "bundle.zip"), vkey=VKEY)
    subject = log.led_to()[0]["subject"]
    assert index_of(report, "standing") == max(
        i for i, step in enumerate(log.steps) if step.envelope["subject"] == subject
    )


def test_a_bundle_without_the_records_fails(tmp_path: Path) -> None:
    contents = unpack(random_log(12, 60).write(tmp_path / "bundle.zip", contents=False))
    del contents["tables/standing.jsonl"]
    report = verify(repack(tmp_path / "bundle.zip", contents), vkey=VKEY)
    assert failures(report) == {"standing": "standing.missing"}


# Evidence.


def test_a_missing_evidence_file_names_the_step(tmp_path: Path) -> None:
    log = random_log(5, 60, folder=tmp_path)
    contents = unpack(log.write(tmp_path / "bundle.zip", contents=False))
    name = next(name for name in contents if name.startswith("evidence/"))
    del contents[name]
    report = verify(repack(tmp_path / "bundle.zip", contents), vkey=VKEY)
    assert failures(report) == {"evidence": "evidence.missing"}
    assert index_of(report, "evidence") == next(
        i for i, step in enumerate(log.steps) if name[9:] in str(step.envelope["evidence"])
    )


def test_an_evidence_file_that_nobody_named_is_told(tmp_path: Path) -> None:
    contents = unpack(random_log(5, 20).write(tmp_path / "bundle.zip", contents=False))
    contents["evidence/" + "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"] = b"foo"
    report = verify(repack(tmp_path / "bundle.zip", contents), vkey=VKEY)
    assert failures(report) == {"evidence": "evidence.unnamed"}


@pytest.mark.parametrize("part", ["size", "sm3"])
def test_a_step_that_states_another_size_or_sm3_is_named(tmp_path: Path, part: str) -> None:
    log = random_log(5, 10)
    named = keep_file(log, tmp_path, b"voucher")
    named[part] = 8 if part == "size" else "00" * 32
    made = envelope(
        "finding.draft", "finding:NEW", Standing(), "draft", PEOPLE[0], facts={"audit": "AUD"}, evidence=[named]
    )
    log.steps.append(Step(made, bytes(16)))
    report = verify(log.write(tmp_path / "bundle.zip"), vkey=VKEY)
    assert failures(report) == {"evidence": "evidence.altered"}
    assert index_of(report, "evidence") == 10


def test_two_steps_that_describe_one_file_differently_are_named(tmp_path: Path) -> None:
    log = random_log(5, 10)
    named = keep_file(log, tmp_path, b"voucher")
    for number, size in enumerate((7, 8)):
        made = envelope(
            "finding.draft", f"finding:NEW-{number}", Standing(), "draft", PEOPLE[0],
            facts={"audit": "AUD"}, evidence=[{**named, "size": size}],
        )  # fmt: skip
        log.steps.append(Step(made, bytes(16)))
    report = verify(log.write(tmp_path / "bundle.zip"), vkey=VKEY)
    assert failures(report)["disclosure"] == "evidence.named"
    assert index_of(report, "disclosure") == 11


# The statement and its key.


def test_a_key_that_speaks_for_another_log_is_refused(tmp_path: Path) -> None:
    log = random_log(14, 20)
    contents = unpack(log.write(tmp_path / "bundle.zip", contents=False))
    statement = log.checkpoint().text().replace("audit.example", "finance.example")
    contents["checkpoint"] = SigningKey.parse(SKEY).sign(statement).encode()
    report = verify(repack(tmp_path / "bundle.zip", contents), vkey=VKEY)
    assert failures(report) == {"key": "key.origin", "signature": "checkpoint.origin"}


def test_a_list_of_files_that_the_key_did_not_sign_is_refused(tmp_path: Path) -> None:
    contents = unpack(random_log(14, 20).write(tmp_path / "bundle.zip"))
    contents["CONTENTS"] = contents["CONTENTS"].replace(b"congress", b"everyone", 1)
    report = verify(repack(tmp_path / "bundle.zip", contents), vkey=VKEY)
    assert failures(report) == {"contents": "contents.differs"}
    del contents["CONTENTS"]
    text = contents_text("audit.example/ledger", "congress", {k: sha256(v).hexdigest() for k, v in contents.items()})
    contents["CONTENTS"] = SigningKey("audit.example/ledger", bytes(32)).sign(text).encode()
    report = verify(repack(tmp_path / "bundle.zip", contents), vkey=VKEY)
    assert failures(report) == {"contents": "signature.absent"}


# Memory.


def peak_of(work: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_log(tmp_path: Path) -> None:
    peaks = []
    for size in (6_000, 24_000):
        sealed = SealedLog(size)
        path = tmp_path / f"{size}.zip"
        written = peak_of(lambda: write(path, sealed))  # noqa: B023 - called at once
        read = peak_of(lambda: verify(path, vkey=VKEY))  # noqa: B023 - called at once
        peaks.append((written, read))
    (small_written, small_read), (large_written, large_read) = peaks
    assert large_written < small_written + 500_000
    assert large_read < small_read + 500_000


def test_where_python_has_no_sm3_the_answer_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = random_log(5, 40, folder=tmp_path).write(tmp_path / "bundle.zip")
    monkeypatch.setattr("hashlib.algorithms_available", {"sha256"})
    report = verify(path, vkey=VKEY)
    assert report.ok
    assert "no SM3 here" in next(check.sentence for check in report.checks if check.name == "evidence")
