"""`reperform verify`: someone else looks at what was submitted, item by item; returns it, accepts it, closes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from reperform.cli import papers, records
from reperform.cli.answer import Answer, Said, Shown, said
from reperform.cli.exit_codes import ExitCode
from reperform.cli.session import session
from reperform.cli.shown import claim_grid, claim_plain, finding_grid, finding_plain, item_grid, item_plain
from reperform.cli.written import fen, positions
from reperform.errors import N_, Usage

if TYPE_CHECKING:
    from collections.abc import Callable

    from reperform.ledger.models import Finding, Item
    from reperform.rules.take import Offer
    from reperform.verify.actions import Opinion

app = typer.Typer()

Number = Annotated[str, Argument(metavar="NUMBER", help=N_("The finding's number."))]


@app.command(
    "queue",
    help=N_("List what waits for a verifier, and what waits for a second person to close it."),
    epilog="reperform verify queue",
)
def _queue(ctx: typer.Context) -> Answer:
    call = session(ctx)
    account = records.acting(call)
    from reperform.ledger import scope

    day = call.today()
    found = (
        scope.findings(account)
        .filter(state__in=("submitted", "accepted"))
        .select_related("engagement", "audit_body", "responsible", "lead", "relapse_of")
        .order_by("due_on", "number")
    )
    data = {"as_of": day, "findings": [finding_plain(one, day) for one in found]}
    return Answer("verify-queue", data, [finding_grid(found, day)], code=ExitCode.FINDINGS if found else ExitCode.CLEAN)


@app.command(
    "show",
    help=N_("Show a finding with its items and what was submitted, and which steps are permitted to whom acts."),
    epilog="reperform --as wang verify show RP-2026-0001",
)
def _show(ctx: typer.Context, number: Number) -> Answer:
    call = session(ctx)
    account = records.acting(call)
    from reperform.rules.take import offers
    from reperform.verify.queries import ASSUMED, claims_of, known_facts

    finding, day = records.finding(number, account), call.today()
    items, versions = list(finding.items.order_by("position")), list(finding.submissions.order_by("version"))
    claims = claims_of(finding, items)
    claimed = [(one, claims[one.pk]) for one in items if one.pk in claims]
    facts = known_facts(finding, sum(item.verdict != "cleared" for item in items))
    steps = offers("finding", finding.standing(), account.actor(), facts, assume=ASSUMED)
    data = {
        **finding_plain(finding, day), "criteria": finding.criteria, "condition": finding.condition,
        "items": [item_plain(one) for one in items],
        "claims": [claim_plain(item, claim) for item, claim in claimed],
        "submissions": [
            {"version": one.version, "text": one.text, "at": one.at, "evidence": one.evidence.count()}
            for one in versions
        ],
        "steps": [
            {"step": one.verb, "permitted": one.permitted, "rule": one.refusal.rule if one.refusal else None}
            for one in steps
        ],
    }  # fmt: skip
    shown: list[Shown] = [finding_grid([finding], day), "", finding.condition, ""]
    shown += [item_grid(items), *([""] if items else [])]
    shown += [claim_grid(claimed), *([""] if claimed else [])]
    shown += [f"v{one.version}  {one.at.astimezone(call.time_zone):%Y-%m-%d}  {one.text}" for one in versions]
    shown += [_offered(one) for one in steps]
    return Answer("verify-show", data, shown)


def _offered(offer: Offer) -> Said:
    if offer.refusal:
        return said(N_("not permitted: {verb} [{rule}]"), verb=offer.verb, rule=offer.refusal.rule)
    return said(N_("permitted: {verb}"), verb=offer.verb)


@app.command(
    "slip",
    help=N_("Write the sheet against which a finding is struck off: found, claimed, proved, evidence, log entries."),
    epilog="reperform verify slip RP-2026-0001 --out slip.docx",
)
def _slip(ctx: typer.Context, number: Number, out: papers.Out = None) -> Answer:
    call = session(ctx)
    finding = records.finding(number, records.acting(call))
    from reperform.verify.slip import slip

    file = papers.keep(slip(finding, papers.language_of(call)).to_docx(), f"{number}-slip.docx", out)
    return Answer("verify-slip", {"finding": number, "file": file}, [str(file)])


@app.command(
    "judge",
    help=N_("Say of items what the papers show: cleared, partly, still or unproven, each with a reason."),
    epilog="""
    reperform verify judge RP-2026-0001 --items 1-5 --verdict cleared --reason 已见银行回单 --trace 记-18
    reperform verify judge RP-2026-0001 --items 6 --verdict partly --remedied 1200 --reason 只追回一半
    """,
)
def _judge(
    ctx: typer.Context,
    number: Number,
    verdict: Annotated[
        str, Option(help=N_("cleared, partly, still, unproven; or claimed, to take amount and trace from the claims."))
    ],
    reason: Annotated[str, Option(help=N_("What the papers show."))],
    items: Annotated[str, Option(help=N_("Positions such as 1,3,7-9; else all."))] = "",
    remedied: Annotated[str, Option(help=N_("Amount put right in yuan, for each of these items."))] = "",
    trace: Annotated[str, Option(help=N_("Voucher or paper that proves it."))] = "",
) -> Answer:
    call = session(ctx)
    by = records.acting(call)
    from reperform.rules.outcomes import Verdict
    from reperform.verify.actions import AS_CLAIMED, Opinion, judge

    known = [*(one.value for one in Verdict if one is not Verdict.PENDING), AS_CLAIMED]
    if verdict not in known:
        raise Usage(
            N_("Unknown verdict {verdict}."), hint=N_("Known: {known}."), verdict=verdict, known=", ".join(known)
        )
    finding = records.finding(number, by)
    asked = positions(items) if items else None
    rows = [one for one in finding.items.order_by("position") if asked is None or one.position in asked]
    if asked and len(rows) != len(asked):
        absent = sorted(asked - {one.position for one in rows})
        raise Usage(N_("{number} has no item {absent}."), number=number, absent=", ".join(map(str, absent[:10])))
    if verdict == AS_CLAIMED:
        opinions = _as_claimed(finding, rows, reason)
    else:
        opinion = Opinion(Verdict(verdict), reason, fen(remedied) if remedied else None, trace)
        opinions = {one.pk: opinion for one in rows}
    judge(finding, opinions, by=by, at=call.moment())
    data = {"finding": number, "state": finding.state, "items": len(rows), "verdict": verdict}
    told = said(N_("{number}: {count} items {verdict}"), number=number, count=len(rows), verdict=verdict)
    return Answer("verify-judge", data, [told])


def _as_claimed(finding: Finding, rows: Sequence[Item], reason: str) -> dict[int, Opinion]:
    from reperform.verify.actions import as_claimed
    from reperform.verify.queries import claims_of

    claims, found = claims_of(finding, rows), {}
    for item in rows:
        opinion = as_claimed(item, claims.get(item.pk), reason)
        if opinion is None:
            raise Usage(N_("Nothing is claimed as put right of item {position}."), position=item.position)
        found[item.pk] = opinion
    return found


@app.command(
    "accept",
    help=N_("Accept the rectification: every item is cleared. A second person closes."),
    epilog="reperform --as wang verify accept RP-2026-0001 --standard person,matter,object",
)
def _accept(
    ctx: typer.Context,
    number: Number,
    standard: Annotated[
        str,
        Option(help=N_("Points of the closing standard that were seen: person, matter, object, rule, number, effect.")),
    ] = "",
    reason: Annotated[str, Option(help=N_("Why, if it needs words."))] = "",
    waiver: Annotated[str, Option(help=N_("Number of the waiver that sets a rule aside."))] = "",
) -> Answer:
    records.acting(session(ctx))  # opens the ledger; the points are data of its folder
    points = [point.strip() for point in standard.split(",") if point.strip()]
    return _decide(ctx, "accept", number, reason, standard=_known(points), waiver=waiver)


def _known(points: Sequence[str]) -> Sequence[str]:
    from reperform.verify.recognition import recognition

    known = [point.name for point in recognition().standard]
    for point in points:
        if point not in known:
            raise Usage(N_("There is no point {name}."), hint=N_("Known: {known}."), name=point, known=", ".join(known))
    return points


@app.command(
    "return",
    help=N_("Return it to the unit with the reason; the time limit runs on."),
    epilog="reperform verify return RP-2026-0001 --reason 缺少银行回单",
)
def _return(ctx: typer.Context, number: Number, reason: Annotated[str, Option(help=N_("What is missing."))]) -> Answer:
    return _decide(ctx, "return", number, reason)


@app.command(
    "close",
    help=N_("Strike the finding off (销号); not the person who accepted, never the one who submitted."),
    epilog="reperform --as zhao verify close RP-2026-0001",
)
def _close(
    ctx: typer.Context, number: Number, reason: Annotated[str, Option(help=N_("Why, if it needs words."))] = ""
) -> Answer:
    return _decide(ctx, "close", number, reason)


def _decide(ctx: typer.Context, verb: str, number: str, reason: str, **more: object) -> Answer:
    call = session(ctx)
    by = records.acting(call)
    from reperform.verify import actions

    steps: dict[str, Callable[..., Finding]] = {
        "accept": actions.accept,
        "return": actions.return_,
        "close": actions.close,
    }
    step = steps[verb]
    finding = step(records.finding(number, by), reason=reason, by=by, at=call.moment(), **more)
    return Answer(f"verify-{verb}", {"finding": number, "state": finding.state}, [f"{number} {finding.state}"])
