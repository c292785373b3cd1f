"""Runs handed between offices as signed files: the round trip, and everything that is refused."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as trials
from hypothesis import strategies as st

from reperform.engine.results import Result, Status
from reperform.errors import BadInput, IntegrityBroken, Refused, ReperformError
from reperform.home import Home
from reperform.ledger import workshop
from reperform.ledger.models import Event, Run, Snapshot
from reperform.log.archive import ArchiveWriter
from reperform.log.note import SigningKey
from reperform.log.pack import contents_text
from reperform.log.signer import Signer
from reperform.reveal import coverage, handing_over, handover_file, queries, taking_in
from reperform.reveal.actions import confirm, exclude, keep_runs
from reperform.reveal.handing_over import Question, hand_over
from reperform.reveal.running import run as run_procedures
from reperform.reveal.running import unchanged
from reperform.reveal.taking_in import take_in
from tests.loop.agreement import disagreements
from tests.web.loaded import BEFORE, load
from tests.web.scene import District, make_district, ran, rows, singled, small_snapshot
from tests.world import World

ORIGIN = "audit.dongping.example/ledger"


@pytest.fixture
def district(world: World) -> District:
    """The office of the district, which has the key of this folder's log."""
    Signer.create(settings.HOME.keys, ORIGIN, bytes(range(32)))
    found = make_district(world)
    vkey = SigningKey(ORIGIN, bytes(range(32))).verifier
    (settings.HOME.root / taking_in.KEYS).write_text(f"# 区审计局\nDP-AUD {vkey}  # 已电话核对\n", encoding="utf-8")
    return found


@pytest.fixture
def run(world: World, district: District) -> Run:
    return ran(world, rows("DP-SIF", 3), by=district.auditor, engagement=district.engagement)


@pytest.fixture
def file(world: World, district: District, run: Run, tmp_path: Path) -> Path:
    """The run of the district, handed up to the city."""
    hand_over(run, tmp_path / "up.zip", to=world.bodies["YJ-AUD"], by=district.auditor, at=world.now())
    return tmp_path / "up.zip"


def take(world: World, file: Path) -> taking_in.Taken:
    return take_in(file, by=world.auditor, at=world.now())


def refused(world: World, file: Path, error: type[ReperformError] = IntegrityBroken) -> str:
    before = (Run.objects.count(), Snapshot.objects.count(), Event.objects.count())
    with pytest.raises(error) as caught:
        take(world, file)
    assert (Run.objects.count(), Snapshot.objects.count(), Event.objects.count()) == before
    return str(getattr(caught.value, "rule", "") or caught.value.params.get("rule", ""))


def test_what_was_handed_up_is_what_is_taken_in(world: World, run: Run, file: Path) -> None:
    taken = take(world, file)
    there, here = run, taken.run
    same = ("code", "version", "procedure_hash", "parameters", "population", "clean_rows", "exceptions", "result_hash")
    assert [getattr(here, name) for name in same] == [getattr(there, name) for name in same]
    of_rows = ("identity", "body_code", "amount", "key", "fields", "across", "baseline_remedied")
    assert list(here.rows.order_by("identity").values_list(*of_rows)) == list(
        there.rows.order_by("identity").values_list(*of_rows)
    )
    assert (here.state, here.origin.number, taken.procedure) == ("received", "DP-AUD", "same")  # type: ignore[union-attr]
    assert here.audit_body == world.bodies["YJ-AUD"]
    assert taken.fingerprint == handover_file.fingerprint(SigningKey(ORIGIN, bytes(range(32))).verifier)
    assert disagreements() == []


def test_the_same_run_makes_the_same_bytes(world: World, district: District, run: Run, tmp_path: Path) -> None:
    at = world.now()
    for name in ("a", "b"):
        hand_over(run, tmp_path / name, to=world.bodies["YJ-AUD"], by=district.auditor, at=at)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    with zipfile.ZipFile(tmp_path / "a") as archive:  # any program opens it
        assert archive.testzip() is None
        assert archive.namelist() == ["handover.json", "rows.jsonl", *archive.namelist()[2:-1], "CONTENTS"]


def test_a_received_run_counts_in_no_population_of_the_office(world: World, run: Run, file: Path) -> None:
    here = take(world, file).run
    procedure = workshop.procedures()["SI-01"]
    found = coverage.coverage([procedure], by=world.auditor)
    assert here.number not in {cell.run for cell in found.cells}
    kept = type("Kept", (), {"tables": {}, "as_of": here.snapshot.as_of})()
    assert unchanged(procedure, here.snapshot, kept, by=world.auditor) is None  # type: ignore[arg-type]


def test_a_snapshot_that_is_known_by_hash_alone_cannot_be_run_over(world: World, run: Run, file: Path) -> None:
    manifest = changed(file, lambda told: told["run"].update(snapshot="9" * 64))
    here = take(world, manifest).run
    assert here.snapshot.state == "received"
    assert here.snapshot not in queries.snapshots()


def test_its_exceptions_are_sifted_as_usual(world: World, file: Path) -> None:
    here = take(world, file).run
    found = list(here.rows.select_related("run__snapshot"))
    procedure = workshop.pinned(here.procedure_hash)
    (draft,) = confirm(found, procedure=procedure, engagement=world.engagement, by=world.auditor, at=world.now())
    assert (draft.responsible.number, draft.items.count()) == ("DP-SIF", 3)  # type: ignore[union-attr]
    assert disagreements() == []


def test_what_goes_down_is_what_concerns_the_district(world: World, district: District, tmp_path: Path) -> None:
    people = [singled("DP-SIF", "99010119500101X", "2025-03-01", 100), *rows("YJ-SIF", 2)]
    run = ran(world, people)
    question = Question("请就地核实", None)
    handed = hand_over(
        run, tmp_path / "down.zip", to=district.bodies["DP-AUD"], question=question, by=world.auditor, at=world.now()
    )
    assert handed.rows == 1
    text = (tmp_path / "down.zip").read_bytes()
    assert b"YJ-SIF" not in text
    assert rows("YJ-SIF", 2)[0].key["person_id"].encode() not in text


def changed(file: Path, edit: object) -> Path:
    """Write the file again with another manifest, signed with the right key: what a careless office might do."""
    with zipfile.ZipFile(file) as archive:
        told = json.loads(archive.read("handover.json"))
        lines = [json.loads(line) for line in archive.read("rows.jsonl").splitlines()]
        folder = file.parent / f"{file.stem}-files"
        names = [name for name in archive.namelist() if name.startswith(("procedure/", "tables/"))]
        archive.extractall(folder, names)
    edit(told)  # type: ignore[operator]
    key = SigningKey(ORIGIN, bytes(range(32)))
    files = {name: folder / name for name in names}
    handover_file.write(folder / "again.zip", told, lines, files, origin=ORIGIN, sign=key.sign)
    return folder / "again.zip"


@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        (lambda told: told.update(schema="reperform/handover/9"), "handover.schema"),
        (lambda told: told.update(rows=2), "handover.rows"),
        (lambda told: told["run"].update(code="SI-02"), "handover.identity"),
        (lambda told: told["run"].update(procedure_hash="0" * 64), "handover.procedure"),
        (lambda told: told["run"].update(population=-1), "handover.form"),
        (lambda told: told["run"].update(population="many"), "handover.form"),
        (lambda told: told["run"].update(as_of="soon"), "handover.form"),
        (lambda told: told.pop("run"), "handover.form"),
        (lambda told: told.update({"from": "YJ-CDI"}), ""),
    ],
)
def test_what_a_file_says_must_hold_together(world: World, file: Path, edit: object, rule: str) -> None:
    if rule:
        assert refused(world, changed(file, edit)) == rule
    else:  # the key is that of the district, whoever else is named
        with pytest.raises(IntegrityBroken):
            take_from_other(world, changed(file, edit))


def take_from_other(world: World, file: Path) -> None:
    other = SigningKey("cdi.example/ledger", bytes(32)).verifier
    path = settings.HOME.root / taking_in.KEYS
    path.write_text(path.read_text(encoding="utf-8") + f"YJ-CDI {other}\n", encoding="utf-8")
    take(world, file)


def test_the_same_file_is_taken_in_once(world: World, file: Path) -> None:
    take(world, file)
    assert refused(world, file) == "handover.replay"


def test_a_file_for_another_office_is_not_taken_in(world: World, district: District, file: Path) -> None:
    with pytest.raises(Refused, match="addressed to YJ-AUD"):
        take_in(file, by=district.auditor, at=world.now())
    with pytest.raises(Refused):
        hand_over(Run.objects.get(), file, to=district.bodies["DP-AUD"], by=district.auditor, at=world.now())


def test_whose_run_it_is_hands_it_over_and_nobody_else(world: World, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "theirs.zip"
    with pytest.raises(Refused, match="not the one"):
        hand_over(run, path, to=world.bodies["YJ-CDI"], by=world.auditor, at=world.now())
    assert not path.exists()


def test_a_key_that_is_not_known_is_not_trusted(world: World, file: Path) -> None:
    (settings.HOME.root / taking_in.KEYS).unlink()
    assert refused(world, file) == "signature.unknown"
    given_key = SigningKey(ORIGIN, bytes(range(32))).verifier
    assert take_in(file, key=given_key, by=world.auditor, at=world.now()).rows == 3


@pytest.mark.parametrize("text", ["DP-AUD\n", "DP-AUD x y\n", "DP-AUD notakey\n"])
def test_a_file_of_keys_that_cannot_be_read_is_named(world: World, file: Path, text: str) -> None:
    (settings.HOME.root / taking_in.KEYS).write_text(text, encoding="utf-8")
    refused(world, file, BadInput)


@trials(max_examples=150, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_changed_byte_is_refused(world: World, file: Path, data: st.DataObject) -> None:
    whole = bytearray(file.read_bytes())
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    (broken := file.with_name("broken.zip")).write_bytes(whole)
    refused(world, broken)


@pytest.mark.parametrize("cut", [1, 22, 400, -1])
def test_a_file_that_is_cut_off_or_longer_is_refused(world: World, file: Path, cut: int) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[:-cut] if cut > 0 else whole + b"\0")
    refused(world, file)


def test_a_hostile_archive_is_refused_before_anything_is_unpacked(world: World, file: Path, tmp_path: Path) -> None:
    def packed(names: list[str], compression: int = zipfile.ZIP_STORED) -> Path:
        path = tmp_path / "hostile.zip"
        with zipfile.ZipFile(path, "w", compression) as archive:
            for name in names:
                archive.writestr(name, b"0" * 1_000_000)
        path.write_bytes(path.read_bytes().replace(b"handover.jsom", b"handover.json"))  # the same name twice
        return path

    for names in (
        ["handover.json", "rows.jsonl", "../../evil.sql", "CONTENTS"],
        ["handover.json", "rows.jsonl", "/etc/passwd", "CONTENTS"],
        ["handover.json", "handover.jsom"],
    ):
        refused(world, packed(names))
    refused(world, packed(["handover.json", "rows.jsonl", "CONTENTS"], zipfile.ZIP_DEFLATED))
    assert not (tmp_path.parent / "evil.sql").exists()


def signed_with(file: Path, names: dict[str, bytes], target: Path) -> Path:
    """Write a canonical archive with these files beside the right ones, signed with the right key."""
    with zipfile.ZipFile(file) as archive:
        content = {name: archive.read(name) for name in archive.namelist() if name != "CONTENTS"} | names
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in content.items()}
    note = SigningKey(ORIGIN, bytes(range(32))).sign(contents_text(ORIGIN, "handover:YJ-AUD", hashes))
    with target.open("w+b") as opened:
        writer = ArchiveWriter(opened)
        for name, data in (content | {"CONTENTS": note.encode()}).items():
            writer.add(name, iter([data]))
        writer.finish()
    return target


@pytest.mark.parametrize(
    "name", ["../evil.sql", "procedure/../evil.sql", "procedure/social_insurance/../../e.sql", "/abs", "tables/x.csv",
             "procedure/social_insurance/lower.sql", "extra.txt"],
)  # fmt: skip
def test_a_name_that_a_bundle_does_not_have_is_refused_even_if_signed(
    world: World, file: Path, tmp_path: Path, name: str
) -> None:
    assert refused(world, signed_with(file, {name: b"x"}, tmp_path / "named.zip")) == "handover.name"


def test_python_is_never_taken_from_a_bundle(world: World, file: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        manifest = json.loads(archive.read("handover.json"))
    manifest["run"]["procedure_hash"] = "1" * 64
    names = {
        "handover.json": json.dumps(manifest).encode(), "procedure/social_insurance/SI-01.py": b"import os",
    }  # fmt: skip
    path = signed_with(file, names, tmp_path / "python.zip")
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist()[-2].endswith(".py")
    assert refused(world, path, ReperformError) in {"handover.python", "handover.order"}
    assert not list(settings.HOME.pinned.glob(f"{'1' * 64}/**/*.py"))


def test_a_procedure_that_the_office_lacks_is_kept_by_its_hash(
    world: World, district: District, home: Home, tmp_path: Path
) -> None:
    shipped = workshop.procedures()["SI-01"]
    folder = home.procedures / "social_insurance"
    folder.mkdir(parents=True)
    text = shipped.path.read_text(encoding="utf-8").replace("code: SI-01", "code: OWN-01")
    (folder / "OWN-01.sql").write_text(text, encoding="utf-8")
    own = workshop.procedures()["OWN-01"]
    kept = small_snapshot(world)
    result = Result(
        code="OWN-01", version=1, procedure_hash=own.hash, snapshot_hash=kept.number, as_of=kept.as_of, parameters={},
        status=Status.DONE, population=5, clean=5, result_hash="e" * 64,
    )  # fmt: skip
    workshop.pin(own)
    (run,) = keep_runs([result], snapshot=kept, engagement=None, by=district.auditor, at=world.now())
    path = tmp_path / "own.zip"
    hand_over(run, path, to=world.bodies["YJ-AUD"], by=district.auditor, at=world.now())
    shutil.rmtree(home.pinned)  # as it is at the other office
    (folder / "OWN-01.sql").write_text(text + "-- changed\n", encoding="utf-8")
    assert take(world, path).procedure == "different"
    assert workshop.pinned(own.hash).code == "OWN-01"


def test_data_go_along_for_a_joint_run(world: World, district: District, home: Home, tmp_path: Path) -> None:
    snapshot = load(world, BEFORE)
    (run,) = run_procedures(["SI-01"], snapshot=snapshot, engagement=None, by=district.auditor, at=world.now())
    path = tmp_path / "data.zip"
    handed = hand_over(run, path, to=world.bodies["YJ-AUD"], with_data=True, by=district.auditor, at=world.now())
    assert handed.tables == len(workshop.store().open(snapshot.number).tables)
    shutil.rmtree(home.snapshots)  # as it is at the other office
    kept = take(world, path).snapshot
    assert kept is not None
    assert kept.state == "kept"
    tables = {one.name: one.content_hash for one in snapshot.tables.all()}
    assert {one.name: one.content_hash for one in kept.tables.all()} == tables
    (again,) = run_procedures(["SI-01"], snapshot=kept, engagement=None, by=world.auditor, at=world.now())
    assert set(again.rows.values_list("identity")) == set(run.rows.values_list("identity"))


def test_a_table_that_was_altered_before_it_was_signed_is_found(
    world: World, district: District, tmp_path: Path
) -> None:
    snapshot = load(world, BEFORE)
    (run,) = run_procedures(["SI-01"], snapshot=snapshot, engagement=None, by=district.auditor, at=world.now())
    path = tmp_path / "data.zip"
    hand_over(run, path, to=world.bodies["YJ-AUD"], with_data=True, by=district.auditor, at=world.now())

    def edit(told: dict[str, dict[str, dict[str, str]]]) -> None:
        told["tables"]["death_register"]["hash"] = "0" * 64

    assert refused(world, changed(path, edit)) == "handover.table"
    broken = signed_with(path, {"tables/death_register.parquet": b"PAR1 not really"}, tmp_path / "broken.zip")
    assert refused(world, broken) == "handover.table"


def test_handing_over_is_a_step_of_the_run(world: World, run: Run, file: Path) -> None:
    entry = json.loads(bytes(Event.objects.filter(subject=f"run:{run.number}").order_by("-idx")[0].body))
    assert (entry["type"], entry["facts"]["to"], entry["facts"]["rows"]) == ("run.hand_over", "YJ-AUD", 3)
    assert handing_over.SCHEMA == "reperform/handover/1"


def test_a_question_goes_down_and_what_was_made_of_it_comes_up(
    world: World, district: District, tmp_path: Path
) -> None:
    key = SigningKey(ORIGIN, bytes(range(32))).verifier
    asked = ran(world, rows("DP-SIF", 2))
    down, up = tmp_path / "down.zip", tmp_path / "up.zip"
    hand_over(
        asked, down, to=district.bodies["DP-AUD"], question=Question("请就地核实"), by=world.auditor, at=world.now()
    )
    there = taking_in.take_in(down, key=key, by=district.auditor, at=world.now()).run
    assert there.question == "请就地核实"
    first, second = there.rows.select_related("run__snapshot").order_by("identity")
    exclude([first], reason="系补发", expires_on=date(2030, 1, 1), by=district.auditor, at=world.now())
    procedure = workshop.pinned(there.procedure_hash)
    confirm([second], procedure=procedure, engagement=district.engagement, by=district.auditor, at=world.now())
    hand_over(there, up, to=world.bodies["YJ-AUD"], by=district.auditor, at=world.now())
    back = take(world, up).run
    assert dict(back.rows.values_list("identity", "told")) == {
        first.identity: "excluded", second.identity: "confirmed",
    }  # fmt: skip
    assert disagreements() == []
