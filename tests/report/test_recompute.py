"""An outsider computes every figure again from a few columns in the bundle, with the standard library alone."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from tests.report.story import CUT_OFF, Story

from reperform.errors import BadInput, IntegrityBroken
from reperform.ledger import publish
from reperform.ledger.models import Finding
from reperform.log.bundle import write as write_bundle
from reperform.log.signer import Signer
from reperform.log.verify import verify
from reperform.report import bundle, extract, recompute
from reperform.report.actions import compile_ledger
from reperform.report.figures import Scope, as_json, compute, reads
from reperform.report.queries import figures_of

SCOPE = Scope(CUT_OFF, "YJ/YJ-AUD/")
Tables = dict[str, list[dict[str, object]]]


def extracted() -> Tables:
    return {name: list(rows) for name, rows in extract.tables().items()}


def document(scope: Scope = SCOPE) -> dict[str, object]:
    found: dict[str, object] = json.loads(as_json(compute(scope), scope))
    return found


@pytest.mark.parametrize("day", [date(2026, 4, 1), date(2026, 7, 10), CUT_OFF, date(2027, 1, 1)])
def test_every_figure_comes_out_again(story: Story, day: date) -> None:
    assert recompute.recompute(document(Scope(day, SCOPE.bureau)), extracted()) == []


def test_a_figure_that_was_printed_too_large_is_named(story: Story) -> None:
    told = document()
    closed = next(one for one in told["figures"] if one["code"] == "findings.closed")  # type: ignore[attr-defined]
    closed["rows"][0]["value"] += 1
    differing = recompute.recompute(told, extracted())
    assert [(one.code, one.printed, one.found) for one in differing] == [
        ("findings.closed", [{"value": 3}], [{"value": 2}])
    ]


def test_a_row_that_was_left_out_is_noticed(story: Story) -> None:
    tables = extracted()
    tables["ledger_finding"].pop(0)
    assert "findings.total" in {one.code for one in recompute.recompute(document(), tables)}


def _without(tables: Tables, table: str, column: str) -> Mapping[str, Iterable[Mapping[str, object]]]:
    return {**tables, table: [{name: value for name, value in row.items() if name != column} for row in tables[table]]}


def test_no_column_goes_out_that_no_query_needs(story: Story) -> None:
    told, tables = document(), extracted()
    needless = []
    for table, columns in reads().items():
        for column in columns:
            shorter = {**told, "reads": {**reads(), table: [one for one in columns if one != column] or ["nothing"]}}
            try:
                recompute.recompute(shorter, _without(tables, table, column))
            except BadInput:
                continue
            needless.append(f"{table}.{column}")
    assert needless == []


def test_names_of_persons_texts_and_drafts_do_not_go_out(story: Story) -> None:
    out = json.dumps(extracted(), ensure_ascii=False)
    for hidden in (
        "赵某",
        "钱某",
        "社保卡制卡",
        "补发丧葬补助",
        "990101194803154127",
        "已全部追回",
        "社会保险经办条例",
        "钱主任",
    ):
        assert hidden not in out
    drafts = Finding.objects.filter(issued_on__isnull=True).values_list("number", flat=True)
    assert drafts
    assert not any(number in out for number in drafts)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM ledger_finding",
        "ATTACH DATABASE '/etc/passwd' AS other",
        "PRAGMA writable_schema = 1",
        "CREATE TABLE other (value)",
        "WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n) SELECT count(*) AS value FROM n",
        "SELECT load_extension('x')",
        "SELECT nothing FROM ledger_finding",
    ],
)
def test_a_hostile_query_is_refused(story: Story, sql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recompute, "STEPS_AT_MOST", 100)
    told = document()
    told["figures"] = [{"code": "x", "sql": sql, "rows": []}]
    with pytest.raises(BadInput, match="x can't be computed"):
        recompute.recompute(told, extracted())


@pytest.mark.parametrize("text", ["", "[]", '{"schema": "other/1"}', "{", "\x00"])
def test_another_file_is_not_read_as_figures(tmp_path: Path, text: str) -> None:
    path = tmp_path / "figures.json"
    path.write_text(text)
    with pytest.raises(BadInput, match="Not a file of figures"):
        recompute.load(path)


@pytest.mark.parametrize(
    "spoilt", [{"reads": None}, {"reads": {"a": []}}, {"figures": None}, {"figures": [{"rows": 1}]}]
)
def test_a_document_without_its_parts_is_bad_input(story: Story, spoilt: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        recompute.recompute({**document(), **spoilt}, extracted())


def test_the_outsiders_half_imports_no_framework() -> None:
    tree = ast.parse(Path(recompute.__file__).read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    own = {"reperform.errors", "reperform.log.bundle"}
    assert all(name in own or name.split(".")[0] in sys.stdlib_module_names for name in imported if name)


class Fuller(bundle.LedgerSource):
    """The ledger as the source of a bundle that holds the tables of the figures, too."""

    def tables(self) -> Mapping[str, Iterable[Mapping[str, object]]]:
        return {**super().tables(), **extract.tables()}


@pytest.fixture
def handed_over(story: Story, tmp_path: Path) -> tuple[Path, Path]:
    """A bundle that holds the tables, and the figures of a report that its log names."""
    report = compile_ledger(by=story.world.auditor, at=story.world.now(), as_of=CUT_OFF)
    key = Signer.create(settings.HOME.keys, "audit.test/ledger", b"k" * 32)
    kept = publish.checkpoint(at=story.world.now())
    source = Fuller(key.origin, kept.note, key.vkey, bundle.AUDIENCE, kept.size, list(publish.standings()))
    write_bundle(tmp_path / "proof.zip", source, sign_contents=key.sign_contents)
    return tmp_path / "proof.zip", figures_of(report)


def test_the_tables_of_the_figures_are_bound_to_the_log(handed_over: tuple[Path, Path]) -> None:
    checks = {check.name: check.answer for check in verify(handed_over[0]).checks}
    assert checks["tables"] == "ok"
    assert "failed" not in checks.values()


def test_the_command_computes_a_report_again_from_its_bundle(
    handed_over: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert recompute.main(list(map(str, handed_over))) == 0
    assert "none differs" in capsys.readouterr().out


def test_figures_that_no_step_names_are_refused(
    handed_over: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    proof, figures = handed_over
    changed = tmp_path / "figures.json"
    changed.write_bytes(figures.read_bytes().replace(b'"value": 2', b'"value": 3'))
    assert recompute.main([str(proof), str(changed)]) == IntegrityBroken.exit_code
    assert "No step of the log names the figures" in capsys.readouterr().err
