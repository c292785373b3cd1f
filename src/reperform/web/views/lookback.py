"""Look back: what is due on newer data, what a run proposed, and the conclusion that a person draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from reperform.engine.spec import Procedure
from reperform.engine.verdict import REASONS
from reperform.errors import N_, BadInput
from reperform.ledger.drafting import gap_sentences
from reperform.ledger.models import Check, CheckVerdict, ExceptionRow
from reperform.ledger.models.lookbacks import Conclusion
from reperform.lookback import actions, queries
from reperform.rules.figures import YUAN, in_unit
from reperform.rules.outcomes import Verdict
from reperform.rules.steps import CheckState, FindingState
from reperform.web import shelf, words
from reperform.web.drawing import Part, Rect, bar
from reperform.web.frame import account_of, page
from reperform.web.moment import now
from reperform.web.pager import Key, cut
from reperform.web.rows import FILLS, run_figures
from reperform.web.seen import require_fresh
from reperform.web.words import Chip, Words

CHECKS, VERDICTS = 30, 50
CHECK_ORDER = (Key("waiting", int), Key("pk", int, descending=True))
VERDICT_ORDER = (Key("rank", int), Key("place", int))


@dataclass(frozen=True)
class CheckRow:
    """One check of the list: counts, bar, what is proposed or concluded."""

    check: Check
    rects: Sequence[Rect]
    said: str
    chip: Chip
    decided: bool
    waiting: bool


def lookback(request: HttpRequest) -> HttpResponse:
    account = account_of(request)
    newest = queries.newest()
    cutting = cut(request, queries.checks(account), CHECK_ORDER, CHECKS)
    context = {
        "newest": newest,
        "due": queries.due(account, newest),
        "checks": [_check_row(one) for one in cutting.rows],
        "before": cutting.before,
        "after": cutting.after,
    }
    return page(request, "lookback/lookback.html", context)


def _check_row(check: Check) -> CheckRow:
    counts = {verdict: getattr(check, verdict) for verdict in queries.ORDER}
    parts = [Part(FILLS[one], counts[one], words.verdict(one).label) for one in FILLS if one in counts]
    return CheckRow(
        check=check,
        rects=bar(parts, 88),
        said=", ".join(f"{part.label} {part.size}" for part in parts),
        chip=words.CONCLUSIONS[check.conclusion or check.proposal],
        decided=check.state == CheckState.DECIDED,
        waiting=check.state == CheckState.PROPOSED,
    )


# One check -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class VerdictRow:
    """One item of the check; `group` is the line above it, with the verdict and why, where another group begins."""

    cells: Sequence[tuple[str, str]]
    amount: str
    remedied: str
    trace: str
    chip: Chip
    group: str


@dataclass(frozen=True)
class VerdictTab:
    label: Words
    icon: str
    count: int
    url: str
    current: bool


def check(request: HttpRequest, number: str) -> HttpResponse:
    found = get_object_or_404(queries.one_check(account_of(request)), number=number)
    verdict = request.GET.get("verdict", "")
    cutting = cut(request, queries.verdicts(found, verdict), VERDICT_ORDER, VERDICTS)
    first = found.finding.run
    procedure = shelf.pinned(first.procedure_hash) if first else None
    fresh = queries.new_rows(found) if found.new else []
    names = tuple(cutting.rows[0].item.key) if cutting.rows else tuple(fresh[0].key) if fresh else ()
    columns = shelf.columns(procedure, names)
    context = {
        "check": found,
        "row": _check_row(found),
        "state": words.word(words.CHECK_STATES, found.state),
        "finding": found.finding,
        "finding_state": words.state(found.finding.state),
        "first": run_figures(first) if first else None,
        "again": run_figures(found.run),
        "gaps": gap_sentences(found.gaps),
        "columns": [one.title for one in columns],
        "rows": _verdict_rows(cutting.rows, columns),
        "new_rows": [_new_row(one, columns) for one in fresh],
        "tabs": _tabs(found, verdict),
        "before": cutting.before,
        "after": cutting.after,
        "verdict": verdict,
        "conclusions": _conclusions(found),
    }
    return page(request, "lookback/check.html", context)


def _verdict_rows(rows: Sequence[CheckVerdict], columns: Sequence[shelf.Column]) -> list[VerdictRow]:
    found, last = [], ""
    for one in rows:
        chip, why = words.verdict(one.verdict), _(REASONS[one.reason]) if one.reason in REASONS else one.reason
        group = _("%(verdict)s: %(why)s") % {"verdict": chip.label, "why": why}
        found.append(
            VerdictRow(
                cells=_cells(one.item.key, columns),
                amount=in_unit(one.item.amount, YUAN) if one.item.amount is not None else "—",
                remedied=in_unit(one.remedied, YUAN) if one.remedied is not None else "—",
                trace=one.trace,
                chip=chip,
                group=group if group != last else "",
            )
        )
        last = group
    return found


def _cells(key: dict[str, str], columns: Sequence[shelf.Column]) -> list[tuple[str, str]]:
    return [(one.title, shelf.shown(one, key.get(one.name, ""), in_full=True)) for one in columns]


def _new_row(row: ExceptionRow, columns: Sequence[shelf.Column]) -> tuple[list[tuple[str, str]], str]:
    return _cells(row.key, columns), in_unit(row.amount, YUAN) if row.amount is not None else "—"


def _tabs(found: Check, verdict: str) -> list[VerdictTab]:
    base = reverse("check", args=[found.number])
    counts = {one: getattr(found, one) for one in queries.ORDER}
    tabs = [VerdictTab(_("All"), "", sum(counts.values()), f"{base}#items", not verdict)]
    for one in (Verdict.STILL, Verdict.UNPROVEN, Verdict.PARTLY, Verdict.CLEARED):
        chip = words.verdict(one)
        tabs.append(VerdictTab(chip.label, chip.icon, counts[one], f"{base}?verdict={one}#items", one == verdict))
    return tabs


def _conclusions(found: Check) -> list[tuple[str, Chip, str, bool]]:
    """Return what may be concluded: the word, its chip, what follows, and whether the run proposes it."""
    struck_off = found.finding.state == FindingState.CLOSED
    held = _("It is noted that it held.") if struck_off else _("The items take over the verdicts.")
    relapsed = _("A new finding is drafted and linked to this one, which does not change.")
    found_ = [("held", held), ("not_held", _("Nothing follows by itself.") if struck_off else held)]
    if struck_off:
        found_.append(("relapsed", relapsed))
    return [(word, words.CONCLUSIONS[word], follows, word == found.proposal) for word, follows in found_]


def decide(request: HttpRequest, number: str) -> HttpResponse:
    """Conclude a check."""
    found = get_object_or_404(queries.one_check(account_of(request)), number=number)
    require_fresh(request, found)
    conclusion = request.POST.get("conclusion", "")
    if conclusion not in Conclusion.values:
        raise BadInput(N_("A conclusion must be chosen."), rule="check.conclusion", hint=N_("Go back and choose one."))
    run = found.finding.run
    procedure: Procedure | None = shelf.pinned(run.procedure_hash) if run else None
    decided = actions.decide(
        found, Conclusion(conclusion), reason=request.POST.get("reason", ""), by=account_of(request), at=now(),
        procedure=procedure,
    )  # fmt: skip
    messages.success(request, _("The look-back %(number)s is concluded.") % {"number": number})
    return redirect("finding", decided.opened.number if decided.opened else decided.finding.number)
