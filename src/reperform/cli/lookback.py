"""`reperform lookback`: rerun a finding's own procedure on newer data, and conclude."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from reperform.cli import records
from reperform.cli.answer import Answer, Grid, Shown
from reperform.cli.exit_codes import ExitCode
from reperform.cli.progress import reporting
from reperform.cli.session import Session, session
from reperform.cli.shown import check_grid, check_plain, key_text
from reperform.errors import N_, Inconclusive, Usage
from reperform.rules.figures import wan_yuan

if TYPE_CHECKING:
    from reperform.ledger.models import Account, Check, Finding, Snapshot

app = typer.Typer()


@app.command(
    "rerun",
    help=N_(
        "Rerun the pinned procedure of findings on newer data; a run proposes, a person decides. Exit code 1 if "
        "something has not held, 5 if the data do not allow a verdict."
    ),
    epilog="""
    reperform lookback rerun RP-2026-0001
    reperform lookback rerun --all --snapshot latest
    """,
)
def _rerun(
    ctx: typer.Context,
    numbers: Annotated[list[str] | None, Argument(metavar="NUMBER...", help=N_("Findings."))] = None,
    everything: Annotated[bool, Option("--all", help=N_("Every issued finding that a procedure revealed."))] = False,
    snapshot: Annotated[
        str, Option(help=N_("First letters of its hash; else the newest that is younger."), metavar="HASH")
    ] = "",
) -> Answer:
    call = session(ctx)
    by = records.acting(call)
    from reperform.lookback.running import newest_after, rerun_all

    by_snapshot: dict[Snapshot, list[Finding]] = defaultdict(list)
    for finding in _chosen(numbers or (), everything, by):
        by_snapshot[records.snapshot(snapshot) if snapshot else newest_after(finding)].append(finding)
    checks = []
    with reporting(call) as progress:
        for data_of, many in by_snapshot.items():
            checks += rerun_all(many, snapshot=data_of, by=by, at=call.moment(), progress=progress)
    return Answer(
        "lookback-rerun", {"checks": [check_plain(one) for one in checks]}, [check_grid(checks)], code=_outcome(checks)
    )


def _chosen(numbers: Sequence[str], everything: bool, by: Account) -> list[Finding]:
    if bool(numbers) == everything:
        raise Usage(N_("Which findings?"), hint=N_("Name them, or give --all."))
    if numbers:
        return records.findings(numbers, by)
    from reperform.ledger import scope

    found = scope.findings(by).filter(run__isnull=False, issued_on__isnull=False).order_by("number")
    if not found:
        raise Inconclusive(N_("There is no issued finding that a procedure revealed."))
    return list(found)


def _outcome(checks: Sequence[Check]) -> ExitCode:
    proposals = {str(one.proposal) for one in checks}
    if proposals <= {"held"}:
        return ExitCode.CLEAN
    return ExitCode.INCONCLUSIVE if proposals <= {"held", "inconclusive"} else ExitCode.FINDINGS


@app.command(
    "checks",
    help=N_("List the look-back checks, or show one with the verdict on each item."),
    epilog="""
    reperform lookback checks --open
    reperform lookback checks RP-LB-2026-0001
    """,
)
def _checks(
    ctx: typer.Context,
    number: Annotated[str, Argument(metavar="CHECK", help=N_("Number of a check; else all."))] = "",
    undecided: Annotated[bool, Option("--open", help=N_("Only those that nobody has decided yet."))] = False,
) -> Answer:
    call = session(ctx)
    account = records.acting(call)
    if number:
        return _one(records.check(number, account), call)
    from reperform.ledger import scope

    found = scope.checks(account).select_related("finding", "run", "snapshot", "opened").order_by("pk")
    checks = list(found.filter(state="proposed") if undecided else found)
    return Answer("lookback-checks", {"checks": [check_plain(one) for one in checks]}, [check_grid(checks)])


def _one(check: Check, call: Session) -> Answer:
    from reperform.engine.verdict import REASONS
    from reperform.ledger.drafting import gap_sentences

    verdicts = list(check.verdicts.select_related("item").order_by("item__position"))
    items = [
        {"position": one.item.position, "identity": one.item.identity, "key": one.item.key, "verdict": one.verdict,
         "remedied": one.remedied, "trace": one.trace or None, "reason": one.reason}
        for one in verdicts
    ]  # fmt: skip
    heads = (N_("No."), N_("Verdict"), N_("Remedied (10,000 yuan)"), N_("Trace"), N_("Reason"), N_("Key"))
    rows = [
        [
            one.item.position, one.verdict, wan_yuan(one.remedied), one.trace,
            call.translate(REASONS.get(one.reason, one.reason)), key_text(one.item.key),
        ]
        for one in verdicts
    ]  # fmt: skip
    shown: list[Shown] = [check_grid([check]), *gap_sentences(check.gaps), "", Grid(heads, rows)]
    return Answer("lookback-check", check_plain(check) | {"items": items}, shown)


@app.command(
    "decide",
    help=N_(
        "Conclude a check: held, not_held or relapsed. Items of an open finding take over the verdicts; a relapse of a "
        "closed one opens a new finding that names it."
    ),
    epilog="""
    reperform lookback decide RP-LB-2026-0001 held --reason 抽查凭证一致
    reperform lookback decide RP-LB-2026-0002 relapsed --reason 又出现同类问题
    """,
)
def _decide(
    ctx: typer.Context,
    number: Annotated[str, Argument(metavar="CHECK", help=N_("Number of the check."))],
    conclusion: Annotated[str, Argument(metavar="CONCLUSION", help=N_("held, not_held or relapsed."))],
    reason: Annotated[str, Option(help=N_("What was looked at, and what follows."))],
) -> Answer:
    call = session(ctx)
    by = records.acting(call)
    from reperform.ledger import workshop
    from reperform.ledger.models.lookbacks import Conclusion
    from reperform.lookback.actions import decide

    known = ("held", "not_held", "relapsed")
    if conclusion not in known:
        raise Usage(
            N_("Unknown conclusion {name}."), hint=N_("Known: {known}."), name=conclusion, known=", ".join(known)
        )
    check = records.check(number, by)
    procedure = workshop.pinned(check.run.procedure_hash) if conclusion == "relapsed" else None
    decide(check, Conclusion(conclusion), reason=reason, by=by, at=call.moment(), procedure=procedure)
    return Answer("lookback-decide", check_plain(check), [check_grid([check])])
