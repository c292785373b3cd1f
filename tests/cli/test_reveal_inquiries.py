"""Exceptions sent to another body from the command line, answered there or in a workbook, and settled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from reperform.ledger.models import Exclusion, Finding, Inquiry
from tests.cli.conftest import Call, Outcome
from tests.cli.test_turn import write
from tests.world import World

Edit = Callable[[openpyxl.worksheet.worksheet.Worksheet], None]


@pytest.fixture
def sent(ask: Call, world: World, tmp_path: Path) -> str:
    """The three exceptions of SI-01, sent to the fund centre."""
    assert ask("data", "add", "--as-of", "2025-03-31", *write(tmp_path / "first", 3, [])).code == 0
    assert ask("--at", "2026-04-01", "reveal", "run", "SI-01", "--engagement", "E-2026-01").code == 1
    words = ("--to", "YJ-SIF", "--question", "是否系补发？")
    answer = ask("--at", "2026-04-02", "reveal", "send", "latest", "--all", *words, "--json")
    assert (answer.code, answer.json["rows"], answer.json["due_on"]) == (0, 3, "2026-04-17")
    return str(answer.json["number"])


def rows(ask: Call, number: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = ask("reveal", "inquiry", number, "--json").json["rows"]
    return found


def book(ask: Call, number: str, path: Path, edit: Edit) -> Path:
    """Write the workbook as it goes out, and fill it as the body does."""
    assert ask("reveal", "inquiry", number, "--out", path).code == 0
    opened = openpyxl.load_workbook(path)
    edit(opened.active)
    opened.save(path)
    return path


def test_rows_are_sent_answered_and_settled(ask: Call, sent: str, tmp_path: Path) -> None:
    assert ask("reveal", "exceptions", "latest", "--pending", "--json").json["total"] == 0
    assert ask("reveal", "confirm", "latest", "--all").code == 5
    first, second, third = (str(one["identity"])[:12] for one in rows(ask, sent))
    proof = tmp_path / "回单.pdf"
    proof.write_bytes(b"%PDF proof")
    liaison = ("--as", "liaison", "reveal", "answer", sent)
    assert ask(*liaison, "--row", first, "--word", "confirmed").code == 0
    words = ("--word", "explained", "--text", "系补发", "--file", proof)
    assert ask(*liaison, "--row", second, *words, "--json").json["left"] == 1
    done = ask(*liaison, "--row", third, "--word", "not_ours", "--text", "东屏办理", "--json").json
    assert (done["state"], done["left"]) == ("answered", 0)
    assert rows(ask, sent)[1]["files"] == ["回单.pdf"]
    settled = ask("--at", "2026-04-20", "reveal", "settle", sent, "--json").json
    assert (len(settled["findings"]), settled["excluded"], settled["back"]) == (1, 1, 1)
    assert Exclusion.objects.get().expires_on.isoformat() == "2027-04-20"
    assert Finding.objects.get().items.count() == 1


def test_the_auditor_decides_otherwise(ask: Call, sent: str) -> None:
    every = [word for one in rows(ask, sent) for word in ("--row", str(one["identity"])[:12])]
    ask("--as", "liaison", "reveal", "answer", sent, *every, "--word", "confirmed")
    first = str(rows(ask, sent)[0]["identity"])[:12]
    settled = ask("--at", "2026-04-20", "reveal", "settle", sent, "--back", first, "--json").json
    assert (settled["back"], Finding.objects.get().items.count()) == (1, 2)


def test_it_is_asked_again_and_taken_back(ask: Call, sent: str) -> None:
    every = [word for one in rows(ask, sent) for word in ("--row", str(one["identity"])[:12])]
    ask("--as", "liaison", "reveal", "answer", sent, *every, "--word", "confirmed")
    assert ask("reveal", "ask-again", sent, "--reason", "请附凭证", "--json").json["state"] == "sent"
    assert ask("reveal", "inquiries", "--open", "--json").json["inquiries"][0]["remark"] == "请附凭证"
    assert ask("reveal", "take-back", sent, "--reason", "另案处理", "--json").json["state"] == "taken_back"
    assert ask("reveal", "exceptions", "latest", "--pending", "--json").json["total"] == 3


def test_whoever_is_asked_is_not_told_of_the_run(ask: Call, sent: str) -> None:
    assert ask("reveal", "inquiry", sent, "--json").json["run"] == "RP-RUN-2026-0001"
    told = ask("--as", "liaison", "reveal", "inquiry", sent)
    assert "RUN" not in told.out
    assert ask("--as", "liaison", "reveal", "inquiries", "--json").json["inquiries"][0]["run"] is None


def test_who_was_not_asked_finds_nothing(ask: Call, sent: str) -> None:
    for name in ("stranger", "partner", "legislator"):
        assert ask("--as", name, "reveal", "inquiries", "--json").json["inquiries"] == []
        assert ask("--as", name, "reveal", "inquiry", sent).code == 2


@pytest.mark.parametrize("words", [[], ["--row", "ffffffff", "--word", "confirmed"], ["--row", "", "--word", "x"]])
def test_a_row_that_is_not_named_clearly_is_not_answered(ask: Call, sent: str, words: list[str]) -> None:
    assert ask("--as", "liaison", "reveal", "answer", sent, *words).code == 2


# The workbook --------------------------------------------------------------------------------------------------------


def fill(*answers: tuple[str, str]) -> Edit:
    """Write answers into the lines from the fourth on."""

    def edit(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        for line, (word, text) in enumerate(answers, 4):
            sheet.cell(line, sheet.max_column - 1).value = word
            sheet.cell(line, sheet.max_column).value = text

    return edit


def back(ask: Call, number: str, path: Path) -> Outcome:
    return ask("--as", "liaison", "reveal", "answer", number, "--from", path, "--json")


def test_a_workbook_goes_out_and_comes_back(ask: Call, sent: str, tmp_path: Path) -> None:
    answers = [("It is so", ""), ("explained", "系补发"), ("It is not ours", "东屏办理")]
    path = book(ask, sent, tmp_path / "ask.xlsx", fill(*answers))
    done = back(ask, sent, path)
    assert (done.code, done.json["answered"], done.json["state"]) == (0, 3, "answered")
    assert [one["answer"] for one in rows(ask, sent)] == ["confirmed", "explained", "not_ours"]


def test_the_workbook_holds_the_rows_that_were_sent_and_no_others(ask: Call, sent: str, tmp_path: Path) -> None:
    one = str(rows(ask, sent)[0]["identity"])[:16]
    ask("reveal", "take-back", sent, "--reason", "重发")
    again = ("--to", "YJ-SIF", "--question", "=1+1", "--json")
    number = ask("reveal", "send", "latest", "--row", one, *again).json["number"]
    ask("reveal", "inquiry", number, "--out", tmp_path / "one.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "one.xlsx").active
    assert sheet["B1"].data_type == "s"  # the question is no formula
    assert [cell.value for cell in sheet[3]][2:5] == ["Person ID", "Month", "Scheme"]
    assert [row[0].value for row in sheet.iter_rows(min_row=4)] == [one]
    assert {row[1].value for row in sheet.iter_rows(min_row=4)} == {"YJ-SIF"}


def test_a_half_filled_workbook_leaves_the_rest_open(ask: Call, sent: str, tmp_path: Path) -> None:
    path = book(ask, sent, tmp_path / "ask.xlsx", fill(("confirmed", "")))
    assert back(ask, sent, path).json["left"] == 2
    assert Inquiry.objects.get().state == "sent"


def strange(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
    sheet["A5"].value = "0123456789abcdef"


def twice(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
    sheet["A5"].value = sheet["A4"].value
    fill(("confirmed", ""), ("confirmed", ""))(sheet)


def formula(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
    sheet.cell(4, sheet.max_column).value = "=A1"


def renumbered(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
    sheet["A1"].value = "RP-INQ-2026-0099"


@pytest.mark.parametrize(
    ("edit", "rule", "place"),
    [
        (fill(("confirmed", ""), ("perhaps", "x")), "inquiry.word", "row 5"),
        (fill(("confirmed", ""), ("explained", "")), "inquiry.words", "row 5"),
        (fill(("", "only words")), "inquiry.word", "row 4"),
        (strange, "inquiry.row", "row 5, A"),
        (twice, "inquiry.row", "row 5, A"),
        (formula, "cell.formula", "row 4"),
        (renumbered, "inquiry.book", "row 1, A"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_is_taken(
    ask: Call, sent: str, tmp_path: Path, edit: Edit, rule: str, place: str
) -> None:
    refused = back(ask, sent, book(ask, sent, tmp_path / "ask.xlsx", edit))
    assert (refused.code, refused.json["error"]["rule"]) == (3, rule)
    assert place in refused.err
    assert not Inquiry.objects.get().rows.exclude(answer="").exists()


def test_what_is_no_workbook_is_refused(ask: Call, sent: str, tmp_path: Path) -> None:
    (tmp_path / "ask.xlsx").write_bytes(b"PK\x03\x04 not really")
    assert back(ask, sent, tmp_path / "ask.xlsx").code == 3
