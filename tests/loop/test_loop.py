"""One whole turn of the loop over data files: reveal, rectify, verify, look back, relapse, and the log of it all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override

from reperform.errors import Refused
from reperform.ledger import workshop
from reperform.ledger.drafting import gap_sentences
from reperform.ledger.models import Check, Event, ExceptionRow, Finding, Snapshot
from reperform.log import entry
from reperform.lookback.actions import decide
from reperform.lookback.running import newest_after, rerun
from reperform.rectify.actions import Measure, plan, submit
from reperform.reveal.actions import confirm, discard, exclude, issue, keep_snapshot, lift
from reperform.reveal.running import run
from reperform.rules.replay import Replay
from reperform.verify.actions import accept, close, return_
from tests.world import SEEN, World

Row = Sequence[object]
PAYMENTS = "人员编号,月份,发放机构,scheme,金额\n"
DEATHS = "person_id,died_on,died_flag,source\n"
REFUNDS = "person_id,month,scheme,refunded,voucher,refunded_on\n"
PEOPLE = {"cleared": "990101A", "partly": "990101B", "still": "990101C", "gone": "990101D"}
LIVING = [f"990102{n:03d}" for n in range(40)]


def months(first: int, last: int) -> list[str]:
    return [f"2025-{month:02d}" for month in range(first, last + 1)]


@pytest.fixture
def bureau(world: World, tmp_path: Path) -> World:
    world.folder = tmp_path / "data"  # type: ignore[attr-defined]
    world.folder.mkdir()  # type: ignore[attr-defined]
    return world


def load(world: World, as_of: date, files: Mapping[str, tuple[str, Sequence[Row]]]) -> Snapshot:
    """Write the files as a bureau would receive them, load them and enter the snapshot."""
    contracts, store = workshop.contracts(), workshop.store()
    loaded = {}
    for name, (header, rows) in files.items():
        path = world.folder / f"{name}-{as_of}.csv"  # type: ignore[attr-defined]
        lines = [",".join("" if value is None else str(value) for value in row) for row in rows]
        path.write_text(header + "\n".join(lines) + "\n", encoding="utf-8")
        loaded[name] = store.read(path, contracts[name])
        assert loaded[name].rows_rejected == 0, loaded[name].rejected_by_rule
    return keep_snapshot(store.snapshot(as_of, loaded), by=world.auditor, at=world.now())


def payments(people: Sequence[str], last: int) -> list[Row]:
    return [(person, month, "YJ-SIF", "basic", 1000) for person in (*people, *LIVING) for month in months(1, last)]


def deaths() -> list[Row]:
    return [(person, "2025-02-10", "true", "civil_affairs") for person in PEOPLE.values()]


def revealed(world: World) -> Finding:
    """Load the first data, run SI-01, confirm everything and issue the finding."""
    return issue([drafted(world)], due_on=date(2025, 6, 30), by=world.auditor, at=world.now())[0]


def drafted(world: World) -> Finding:
    """Load the first data, run SI-01 and confirm everything."""
    first = load(
        world, date(2025, 3, 31),
        {
            "pension_payment": (PAYMENTS, payments([*PEOPLE.values()], 3)),
            "death_register": (DEATHS, deaths()),
            "pension_refund": (REFUNDS, [("990199Z", "2024-12", "basic", 5, "V0", "2025-01-05")]),
        },
    )  # fmt: skip
    (done,) = run(["SI-01"], snapshot=first, engagement=world.engagement, by=world.auditor, at=world.now())
    assert (done.state, done.exceptions, done.population) == ("done", 4, 3 * 44)
    rows = list(ExceptionRow.objects.filter(run=done))
    (finding,) = confirm(
        rows, procedure=workshop.procedures()["SI-01"], engagement=world.engagement, by=world.auditor, at=world.now()
    )
    return finding


def later(world: World, *, without: Sequence[str] = (), refunds: Sequence[Row] = (), last: int = 5) -> Snapshot:
    """Load the data of some months later: the dead are no longer paid, some of it was refunded."""
    rows = payments([], last)
    rows += [(person, month, "YJ-SIF", "basic", 1000) for name, person in PEOPLE.items() if name not in without
             for month in months(1, 3)]  # fmt: skip
    return load(
        world, date(2025, 7, 31),
        {
            "pension_payment": (PAYMENTS, rows),
            "death_register": (DEATHS, deaths()),
            "pension_refund": (REFUNDS, [("990199Z", "2024-12", "basic", 5, "V0", "2025-01-05"), *refunds]),
        },
    )  # fmt: skip


def refund(name: str, yuan: int) -> Row:
    return (PEOPLE[name], "2025-03", "basic", yuan, f"HD-{name}", "2025-05-20")


def replay() -> Replay:
    replayed = Replay()
    for event in Event.objects.order_by("idx"):
        replayed.take(entry.parse(bytes(event.body)))  # type: ignore[arg-type]
    return replayed


def test_each_item_gets_the_verdict_that_the_data_prove(bureau: World) -> None:
    finding = revealed(bureau)
    snapshot = later(bureau, without=["gone"], refunds=[refund("cleared", 1000), refund("partly", 400)])

    check = rerun(finding, snapshot=snapshot, by=bureau.auditor, at=bureau.now())

    found = {one.item.key["person_id"]: one.verdict for one in check.verdicts.select_related("item")}
    assert found == {
        PEOPLE["cleared"]: "cleared", PEOPLE["partly"]: "partly", PEOPLE["still"]: "still", PEOPLE["gone"]: "unproven",
    }  # fmt: skip
    assert (check.proposal, check.new) == ("not_held", 0)


def test_a_run_proposes_and_only_a_person_changes_the_items(bureau: World) -> None:
    finding = revealed(bureau)
    check = rerun(finding, snapshot=later(bureau), by=bureau.auditor, at=bureau.now())
    assert set(finding.items.values_list("verdict", flat=True)) == {"pending"}

    decide(check, "not_held", reason="未退款", by=bureau.auditor, at=bureau.now())
    assert set(finding.items.values_list("verdict", flat=True)) == {"still"}


def test_an_incomplete_snapshot_is_inconclusive_and_says_what_is_missing(bureau: World) -> None:
    finding = revealed(bureau)
    thin = load(
        bureau, date(2025, 7, 31),
        {"pension_payment": (PAYMENTS, payments([], 1)[:5]), "death_register": (DEATHS, deaths())},
    )  # fmt: skip
    check = rerun(finding, snapshot=thin, by=bureau.auditor, at=bureau.now())

    assert (check.state, check.proposal) == ("inconclusive", "inconclusive")
    with override("en"):
        assert any("5 rows were examined" in sentence for sentence in gap_sentences(check.gaps))
    with override("zh-hans"):
        assert any("只检查了 5 行" in sentence for sentence in gap_sentences(check.gaps))
    assert not check.verdicts.exists()
    with pytest.raises(Refused):
        decide(check, "held", reason="x", by=bureau.auditor, at=bureau.now())


def test_the_same_snapshot_proves_nothing(bureau: World) -> None:
    finding = revealed(bureau)
    assert finding.run is not None
    check = rerun(finding, snapshot=finding.run.snapshot, by=bureau.auditor, at=bureau.now())
    assert check.proposal == "inconclusive"


def closed(world: World) -> tuple[Finding, Check]:
    """Play a finding to its end: all refunded, proved by data, accepted and closed by two persons."""
    finding = revealed(world)
    plan(finding, [Measure("immediate", "追回")], by=world.liaison, at=world.now())
    submit(finding, text="已退回", by=world.liaison, at=world.now())
    return_(finding, reason="无凭证", by=world.auditor, at=world.now())
    submit(finding, text="已退回，附回单", by=world.liaison, at=world.now())
    snapshot = later(world, refunds=[refund(name, 1000) for name in PEOPLE])
    check = rerun(finding, snapshot=snapshot, by=world.auditor, at=world.now())
    assert check.proposal == "held"
    finding = Finding.objects.get(pk=finding.pk)
    with pytest.raises(Refused) as refusal:
        accept(finding, standard=SEEN, by=world.auditor, at=world.now())
    assert refusal.value.rule == "verify.all_cleared"
    decide(check, "held", reason="数据证实", by=world.auditor, at=world.now())
    finding = accept(Finding.objects.get(pk=finding.pk), standard=SEEN, by=world.auditor, at=world.now())
    return close(finding, by=world.reviewer, at=world.now()), check


def relapsed(world: World) -> Finding:
    """Close a finding, then show that the dead are paid again; return the closed finding."""
    finding, _check = closed(world)
    rows = payments([PEOPLE["still"]], 9) + [
        (PEOPLE[name], month, "YJ-SIF", "basic", 1000) for name in PEOPLE if name != "still" for month in months(1, 3)
    ]
    again = load(
        world, date(2025, 10, 31),
        {
            "pension_payment": (PAYMENTS, rows),
            "death_register": (DEATHS, deaths()),
            "pension_refund": (REFUNDS, [refund(name, 1000) for name in PEOPLE]),
        },
    )  # fmt: skip
    assert newest_after(finding) == again
    check = rerun(finding, snapshot=again, by=world.auditor, at=world.now())
    assert (check.proposal, check.new, check.cleared) == ("relapsed", 6, 4)
    decide(
        check, "relapsed", reason="又发放", by=world.reviewer, at=world.now(),
        procedure=workshop.pinned(finding.run.procedure_hash),  # type: ignore[union-attr]
    )  # fmt: skip
    return Finding.objects.get(pk=finding.pk)


def test_a_relapse_opens_a_new_linked_finding_and_the_closed_one_keeps_its_rows(bureau: World) -> None:
    finding = relapsed(bureau)
    (opened,) = finding.relapses.all()

    assert (finding.state, opened.state) == ("closed", "draft")
    assert set(finding.items.values_list("verdict", flat=True)) == {"cleared"}
    assert opened.items.count() == 6
    assert {item.key["person_id"] for item in opened.items.all()} == {PEOPLE["still"]}
    assert opened.responsible == finding.responsible


def test_the_log_of_a_whole_turn_replays_to_the_ledger(bureau: World) -> None:
    from reperform.ledger.publish import standings

    relapsed(bureau)
    replayed = {name: (one.state, one.seq) for name, one in replay().standings.items()}
    assert replayed == {str(row["subject"]): (row["state"], row["seq"]) for row in standings()}


def test_a_look_back_runs_what_was_run_even_if_the_catalogue_has_changed(bureau: World) -> None:
    finding = revealed(bureau)
    assert finding.run is not None
    pinned = workshop.pinned(finding.run.procedure_hash)
    assert pinned.hash == finding.run.procedure_hash
    assert settings.HOME.pinned in pinned.path.parents


def test_an_excluded_exception_does_not_return_until_its_content_changes(bureau: World) -> None:
    finding = drafted(bureau)
    discard(finding, reason="重新筛查", by=bureau.auditor, at=bureau.now())
    row = ExceptionRow.objects.filter(key__person_id=PEOPLE["still"]).get()
    assert row.sifting == "pending"
    (exclusion,) = exclude([row], reason="已另案处理", expires_on=date(2027, 1, 1), by=bureau.auditor, at=bureau.now())

    snapshot = later(bureau, refunds=[refund("partly", 400)])
    (second,) = run(["SI-01"], snapshot=snapshot, engagement=bureau.engagement, by=bureau.auditor, at=bureau.now())
    sifting = {one.key["person_id"]: one.sifting for one in second.rows.all()}
    assert sifting == {
        PEOPLE["cleared"]: "pending",
        PEOPLE["partly"]: "pending",
        PEOPLE["still"]: "excluded",
        PEOPLE["gone"]: "pending",
    }

    lift(exclusion, reason="另案已结", by=bureau.auditor, at=bureau.now())
    (third,) = run(["SI-01"], snapshot=snapshot, engagement=bureau.engagement, by=bureau.auditor, at=bureau.now())
    assert set(third.rows.values_list("sifting", flat=True)) == {"pending"}


def test_a_row_is_sifted_once(bureau: World) -> None:
    finding = revealed(bureau)
    rows = list(ExceptionRow.objects.filter(run=finding.run))
    with pytest.raises(Refused) as refusal:
        exclude(rows, reason="x", expires_on=date(2027, 1, 1), by=bureau.auditor, at=bureau.now())
    assert refusal.value.rule == "sift.pending"


def test_the_same_data_give_the_same_result(bureau: World) -> None:
    finding = revealed(bureau)
    assert finding.run is not None
    (again,) = run(
        ["SI-01"], snapshot=finding.run.snapshot, engagement=bureau.engagement, by=bureau.auditor, at=bureau.now()
    )
    assert again.result_hash == finding.run.result_hash


def test_a_missing_table_makes_the_run_not_testable_instead_of_green(bureau: World) -> None:
    lone = load(bureau, date(2025, 3, 31), {"pension_payment": (PAYMENTS, payments([], 1))})
    (done,) = run(["SI-01"], snapshot=lone, engagement=bureau.engagement, by=bureau.auditor, at=bureau.now())
    assert (done.state, done.exceptions) == ("not_testable", 0)
    assert "death_register" in done.reason
