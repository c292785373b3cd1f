"""One turn of the loop from the command line: data, runs, sifting, findings, look-back, reports, proof."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from reperform.home import Home
from reperform.ledger.models import Check, Event, ExceptionRow, Finding
from reperform.log.signer import Signer
from tests.cli.conftest import Call, Outcome
from tests.world import World

PAID = ["990101A", "990101B", "990101C", *(f"990102{n:03d}" for n in range(40))]
DEAD = PAID[:3]


def write(folder: Path, last: int, refunded: list[str]) -> list[str]:
    """Write the three tables as a bureau would receive them; return what `data add` is told."""
    months = [f"2025-{month:02d}" for month in range(1, 4)]
    paid = [f"{one},{month},YJ-SIF,基本,1000" for one in PAID for month in months]
    paid += [f"{one},2025-{month:02d},YJ-SIF,基本,1000" for one in PAID[3:] for month in range(4, last + 1)]
    refunds = [f"{one},2025-03,基本,1000,HD-{one},2025-05-20" for one in refunded]
    tables = {
        "pension_payment": ("发放.csv", "人员编号,月份,发放机构,险种,金额", paid, "gb18030"),
        "death_register": (
            "死亡.csv", "身份证号,死亡日期,死亡标志,数据来源",
            [f"{one},2025-02-10,是,民政" for one in DEAD], "utf-8-sig",
        ),
        "pension_refund": (
            "追回.csv", "人员编号,待遇月份,险种,追回金额,凭证号,追回日期",
            refunds or ["990199Z,2024-12,基本,5,V0,2025-01-05"], "utf-8",
        ),
    }  # fmt: skip
    folder.mkdir()
    for name, header, lines, encoding in tables.values():
        (folder / name).write_text("\n".join([header, *lines, ""]), encoding=encoding)
    return [f"{table}={folder / name}" for table, (name, *_rest) in tables.items()]


@pytest.fixture
def revealed(ask: Call, world: World, tmp_path: Path) -> Outcome:
    """The first data loaded and SI-01 run over them."""
    added = ask("data", "add", "--as-of", "2025-03-31", "--title", "first", *write(tmp_path / "first", 3, []), "--json")
    assert added.code == 0, added.err
    done = ask("--at", "2026-04-02T09:00", "reveal", "run", "SI-01", "--json")
    assert done.code == 1, done.err
    return done


@pytest.fixture
def issued(ask: Call, revealed: Outcome) -> str:
    """A finding of the three exceptions, issued."""
    (draft,) = ask("reveal", "confirm", "latest", "--all", "--json").json["findings"]
    (finding,) = ask("--at", "2026-04-20", "reveal", "issue", "--all", "--due", "2026-07-31", "--json").json["findings"]
    assert (finding["number"], finding["state"], finding["due_on"]) == (draft["number"], "issued", "2026-07-31")
    return str(finding["number"])


def test_a_run_says_how_many_it_examined_and_what_it_singled_out(revealed: Outcome) -> None:
    (run,) = revealed.json["runs"]
    assert (run["population"], run["exceptions"], run["procedure"], run["state"]) == (129, 3, "SI-01", "done")
    assert run["clean"] == 126


def test_the_exceptions_are_rows_with_their_keys_and_amounts(ask: Call, revealed: Outcome) -> None:
    rows = ask("reveal", "exceptions", "latest", "--json").json["rows"]
    assert {row["key"]["person_id"] for row in rows} == set(DEAD)
    assert {row["amount"] for row in rows} == {100_000}
    shown = ask("reveal", "exceptions", "latest", "--limit", "1")
    assert "1 of 3 rows." in shown.err
    assert "0.10" in shown.out  # 1,000 yuan in units of 10,000


def test_the_same_files_again_are_the_same_snapshot(ask: Call, revealed: Outcome, tmp_path: Path) -> None:
    first = ask("data", "list", "--json").json["snapshots"]
    again = ask("data", "add", "--as-of", "2025-03-31", "--title", "other", *write(tmp_path / "again", 3, []), "--json")
    assert again.json["snapshot"] == first[0]["snapshot"]
    assert len(ask("data", "list", "--json").json["snapshots"]) == 1


def test_rows_that_cannot_be_read_are_findings_with_their_place(ask: Call, world: World, tmp_path: Path) -> None:
    file = tmp_path / "死亡.csv"
    file.write_text("身份证号,死亡日期,数据来源\n1,2025-02-30,民政\n2,2025-02-10,民政\n", encoding="utf-8")
    answer = ask("data", "add", "--as-of", "2025-03-31", f"death_register={file}", "--json")
    assert answer.code == 1
    (table,) = answer.json["tables"]
    assert (table["rows_read"], table["rows"], table["rows_rejected"]) == (2, 1, 1)
    (line,) = ask("data", "rejects", "latest", "--json").json["rejects"]
    assert (line["row"], line["value"]) == ("2", "2025-02-30")


def test_control_totals_that_do_not_agree_are_a_breach(ask: Call, world: World, tmp_path: Path) -> None:
    files = write(tmp_path / "first", 3, [])
    told = ("--expect", "pension_payment.rows=130", "--expect", "pension_payment.amount=129000")
    answer = ask("data", "add", "--as-of", "2025-03-31", *files, *told, "--json")
    assert answer.code == 1
    table = next(one for one in answer.json["tables"] if one["name"] == "pension_payment")
    assert len(table["breaches"]) == 1
    assert "rows" in table["breaches"][0]


@pytest.mark.parametrize(
    "wrong",
    [
        ("nothing=x.csv",),
        ("death_register",),
        ("death_register=x.csv", "--expect", "death_register=5"),
        ("death_register=x.csv", "--expect", "death_register.rows=many"),
        ("death_register=x.csv", "--as-of", "31.3.2025"),
    ],
)
def test_a_wrong_call_of_add_says_so(ask: Call, world: World, wrong: tuple[str, ...]) -> None:
    assert ask("data", "add", "--as-of", "2025-03-31", *wrong).code == 2


def test_a_file_that_is_not_there_is_a_bad_input(ask: Call, world: World, tmp_path: Path) -> None:
    answer = ask("data", "add", "--as-of", "2025-03-31", f"death_register={tmp_path / 'absent.csv'}", "--json")
    assert answer.code == 3
    assert answer.json["error"]["rule"] == "file.absent"


def test_a_snapshot_is_shown_and_verified_and_its_change_is_seen(ask: Call, revealed: Outcome, bureau: Home) -> None:
    shown = ask("data", "show", "latest", "--json").json
    assert {one["name"] for one in shown["tables"]} == {"pension_payment", "death_register", "pension_refund"}
    assert shown["tables"][0]["sources"][0]["sha256"]
    assert ask("data", "verify").code == 0
    stored = next((bureau.snapshots / "tables").iterdir())
    stored.chmod(0o600)
    stored.write_bytes(stored.read_bytes()[:-4] + b"PARX")
    answer = ask("data", "verify", "--json")
    assert answer.code == 4
    assert len(answer.json["broken"]) == 1


def test_an_exception_is_set_aside_with_a_reason_until_a_date(ask: Call, revealed: Outcome) -> None:
    row = ExceptionRow.objects.order_by("pk").first()
    assert row is not None
    wanted = ("reveal", "exclude", "latest", "--row", row.identity[:10], "--reason", "另案处理")
    assert ask(*wanted, "--until", "2020-01-01", "--json").json["error"]["rule"] == "exclude.expiry"
    assert ask(*wanted, "--until", "2099-01-01").code == 0
    assert [one["sifting"] for one in ask("reveal", "exceptions", "latest", "--json").json["rows"]].count(
        "excluded"
    ) == 1
    pending = ask("reveal", "exceptions", "latest", "--pending", "--json").json
    assert pending["total"] == 2


def test_rows_must_be_named(ask: Call, revealed: Outcome) -> None:
    assert ask("reveal", "confirm", "latest").code == 2
    assert ask("reveal", "confirm", "latest", "--row", "zzzz").code == 2
    assert ask("reveal", "confirm", "latest", "--body", "NOBODY").code == 5


def test_a_procedure_without_its_tables_is_inconclusive(ask: Call, revealed: Outcome) -> None:
    answer = ask("reveal", "run", "FF-01", "--json")
    assert answer.code == 5
    assert answer.json["runs"][0]["state"] == "not_testable"


def test_what_did_not_change_has_not_held_and_what_is_refunded_has(ask: Call, issued: str, tmp_path: Path) -> None:
    ask("data", "add", "--as-of", "2025-07-31", *write(tmp_path / "later", 5, DEAD[:1]))
    answer = ask("lookback", "rerun", issued, "--json")
    assert answer.code == 1
    (check,) = answer.json["checks"]
    assert (check["proposal"], check["cleared"], check["still"]) == ("not_held", 1, 2)
    items = ask("lookback", "checks", check["number"], "--json").json["items"]
    assert sorted(one["verdict"] for one in items) == ["cleared", "still", "still"]
    assert ask("lookback", "decide", check["number"], "maybe", "--reason", "x").code == 2
    assert ask("lookback", "decide", check["number"], "not_held", "--reason", "未退款").code == 0
    assert Check.objects.get().conclusion == "not_held"
    assert ask("lookback", "checks", "--open", "--json").json["checks"] == []


def test_thin_data_are_inconclusive(ask: Call, issued: str, tmp_path: Path) -> None:
    files = write(tmp_path / "later", 5, DEAD)
    ask("data", "add", "--as-of", "2025-07-31", *files[1:])
    answer = ask("lookback", "rerun", issued, "--json")
    assert answer.code == 5
    assert answer.json["checks"][0]["gaps"]


def test_without_newer_data_there_is_nothing_to_look_at(ask: Call, issued: str) -> None:
    assert ask("lookback", "rerun", issued).code == 2
    assert ask("lookback", "rerun").code == 2


def test_reports_are_frozen_with_their_hash_and_copied(ask: Call, issued: str, tmp_path: Path, bureau: Home) -> None:
    answer = ask("report", "ledger", "--as-of", "2026-05-01", "--out", tmp_path / "台账.xlsx", "--json")
    assert answer.code == 0, answer.err
    assert (tmp_path / "台账.xlsx").read_bytes() == Path(answer.json["file"]).read_bytes()
    assert Path(answer.json["figures"]).is_file()
    told = ask("report", "rectification", "--as-of", "2026-05-01", "--json").json
    assert zipfile.is_zipfile(told["file"])
    assert [one["kind"] for one in ask("report", "list", "--json").json["reports"]] == ["ledger", "rectification"]
    assert ask("report", "publish", told["number"], "--json").json["error"]["rule"] == "report.publish.role"
    assert ask("--as", "reviewer", "report", "publish", told["number"]).code == 0


def test_figures_bring_their_query(ask: Call, issued: str) -> None:
    told = ask("report", "figures", "money.found", "--as-of", "2026-05-01", "--json").json
    (figure,) = told["figures"]
    assert "SELECT" in figure["sql"]
    shown = ask("report", "figures", "money.found", "--as-of", "2026-05-01", "--sql").out
    assert "money.found" in shown
    assert "SELECT" in shown
    assert ask("report", "figures", "no.such").code == 2


def test_charts_are_drawn_as_svg_and_as_png(ask: Call, issued: str, tmp_path: Path) -> None:
    files = ask("report", "charts", "--as-of", "2026-05-01", "--out", tmp_path / "c", "--json").json["files"]
    assert [Path(name).suffix for name in files] == [".svg", ".png"] * 3
    assert all(Path(name).stat().st_size > 500 for name in files)


@pytest.fixture
def key(bureau: Home) -> str:
    return Signer.create(bureau.keys, bureau.bureau().origin, bytes(range(32))).vkey


def test_the_bundle_is_verified_and_one_changed_byte_is_refused(
    ask: Call, issued: str, key: str, tmp_path: Path
) -> None:
    made = ask("report", "bundle", "--out", tmp_path / "proof.zip", "--json")
    assert made.json["entries"] == Event.objects.count()
    assert made.json["key"] == key
    verified = ask("log", "verify", tmp_path / "proof.zip", "--key", key, "--json")
    assert (verified.code, verified.json["ok"], verified.json["schema"]) == (0, True, "reperform/log-verify/1")
    content = bytearray((tmp_path / "proof.zip").read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "changed.zip").write_bytes(content)
    refused = ask("log", "verify", tmp_path / "changed.zip", "--key", key, "--json")
    assert refused.code == 4
    assert refused.json["first_failure"]["rule"]
    assert ask("log", "verify", tmp_path / "proof.zip", "--key", "nonsense").code == 3


def test_the_figures_of_a_report_are_computed_again_from_the_bundle(
    ask: Call, issued: str, key: str, tmp_path: Path
) -> None:
    told = ask("report", "ledger", "--as-of", "2026-05-01", "--json").json
    ask("report", "bundle", "--out", tmp_path / "proof.zip")
    answer = ask("report", "recompute", tmp_path / "proof.zip", told["figures"], "--json")
    assert (answer.code, answer.json["differing"]) == (0, [])
    assert answer.json["figures"] > 10
    forged = tmp_path / "forged.json"
    forged.write_bytes(Path(told["figures"]).read_bytes() + b"\n")
    assert ask("report", "recompute", tmp_path / "proof.zip", forged).code == 4


def test_a_checkpoint_is_signed_once_for_one_size(ask: Call, issued: str, key: str, tmp_path: Path) -> None:
    note = ask("log", "checkpoint").out
    assert note.startswith("audit.example/ledger\n")
    ask("report", "checkpoint", "--out", tmp_path / "note")
    assert (tmp_path / "note").read_text(encoding="utf-8") == note
    status = ask("log", "status", "--json").json
    assert (status["unsigned"], status["entries"], status["key"]) == (0, Event.objects.count(), key)


def test_findings_are_listed_by_the_views_of_the_site(ask: Call, issued: str) -> None:
    assert [one["number"] for one in ask("rectify", "list", "--json").json["findings"]] == [issued]
    assert ask("rectify", "list", "--view", "overdue", "--as-of", "2026-08-01", "--json").json["total"] == 1
    assert ask("rectify", "list", "--view", "closed", "--json").json["total"] == 0
    assert ask("rectify", "list", "--view", "mood").code == 2
    assert ask("--as", "stranger", "rectify", "list", "--json").json["total"] == 0


def test_an_engagement_is_opened_once(ask: Call, world: World) -> None:
    assert ask("reveal", "open", "E-2", "专项审计", "--year", "2026").code == 0
    assert ask("reveal", "open", "E-2", "专项审计").code == 2
    listed = ask("reveal", "engagements", "--json").json["engagements"]
    assert [one["number"] for one in listed] == ["E-2026-01", "E-2"]


def test_the_ledger_has_what_the_commands_did(ask: Call, issued: str) -> None:
    finding = Finding.objects.get(number=issued)
    assert finding.issued_on is not None
    assert str(finding.issued_on) == "2026-04-20"
    assert finding.items.count() == 3
