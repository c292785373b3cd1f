"""What the unit says of single items, beside what the data say: a page of them, many at once, or a list as a file."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Sum
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reperform.errors import BadInput
from reperform.ledger.models import Finding, Item
from reperform.papers.words import language_of
from reperform.rectify import claim_sheet, claiming
from reperform.rectify.claiming import Fault, Said, at_hand, claims_at_hand
from reperform.rules.figures import YUAN, in_unit
from reperform.verify.queries import may_claim
from reperform.web import shelf, words
from reperform.web.forms.claiming import UNSAID, ClaimForm, Row, SameForm
from reperform.web.frame import account_of, as_of, page
from reperform.web.moment import now
from reperform.web.pager import Key, cut
from reperform.web.seen import require_fresh, seen
from reperform.web.sentences import explain
from reperform.web.upload import limited
from reperform.web.views.finding import one
from reperform.web.words import Chip

ITEMS = 50
ORDER = (Key("position", int),)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class SoFar:
    """How many items were said to be what, with what they sum to; and of how many nothing is said."""

    counts: Sequence[tuple[Chip, int, str]]
    unsaid: int


def said_so_far(found: Finding) -> SoFar:
    """Return what the next version would say of the items."""
    grouped = at_hand(found).values("claim").annotate(n=Count("pk"), fen=Sum("amount"))
    counted = {row["claim"]: (row["n"], row["fen"]) for row in grouped}
    shown = [
        (chip, counted[name][0], in_unit(counted[name][1], YUAN) if counted[name][1] else "")
        for name, chip in words.CLAIMS.items()
        if name in counted
    ]
    return SoFar(shown, found.items.count() - sum(count for count, _fen in counted.values()))


@dataclass(frozen=True)
class _Shown:
    """One row of the page: the item's cells, what the data say, and its fields."""

    row: Row
    cells: Sequence[tuple[str, str]]
    amount: str
    verdict: Chip


def claim(request: HttpRequest, number: str) -> HttpResponse:
    """One page of items, with what was said of them so far."""
    return _page(request, one(request, number))


def keep(request: HttpRequest, number: str) -> HttpResponse:
    """Keep what is said of one page of items, until the next version is submitted."""
    found = one(request, number)
    cutting = cut(request, found.items.all(), ORDER, ITEMS)
    form = ClaimForm(request.POST, items=cutting.rows, said={})
    if not form.is_valid():
        return _page(request, found, form=form)
    if form.said:
        _take(request, found, form.said)
    after = f"?after={cutting.after}" if cutting.after else ""
    return redirect(f"{reverse('claim', args=[number])}{after}" if after else reverse("fill", args=[number]))


def same(request: HttpRequest, number: str) -> HttpResponse:
    """Say the same of all items, or of all of which nothing is said yet."""
    found = one(request, number)
    form = SameForm(request.POST)
    if not form.is_valid():
        return _page(request, found, same=form)
    items = list(found.items.order_by("position"))
    if form.cleaned_data["which"] == UNSAID:
        said = claims_at_hand(found)
        items = [item for item in items if item.pk not in said]
    claims = form.said_of(items)
    if isinstance(claims, Fault):
        form.add_error(claims.part, _(claims.message))
        return _page(request, found, same=form)
    if claims:
        _take(request, found, claims)
    return redirect("claim", number)


def items_xlsx(request: HttpRequest, number: str) -> FileResponse:
    """Hand out the list of items to be filled in."""
    found, stream = one(request, number), io.BytesIO()
    claim_sheet.write(stream, found, language=language_of(get_language()), on=as_of(request))
    stream.seek(0)
    return FileResponse(stream, as_attachment=True, filename=f"{number}.xlsx", content_type=XLSX)


@limited(lambda: settings.EVIDENCE_MAX_BYTES)
def taken_from_file(request: HttpRequest, number: str) -> HttpResponse:
    """Take a filled-in list; one wrong cell, and nothing of it is taken."""
    found = one(request, number)
    require_fresh(request, found)
    file = request.FILES.get("list")
    if file is None:
        return redirect("claim", number)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list"
        with path.open("wb") as target:
            target.writelines(file.chunks())
        try:
            read = claim_sheet.read_claims(path, found, name=file.name or "")
        except BadInput as error:
            return _page(request, found, faults=[error])
    if read.faults:
        return _page(request, found, faults=read.faults)
    if read.said:
        _take(request, found, read.said)
    return redirect("claim", number)


def _take(request: HttpRequest, found: Finding, said: Mapping[int, Said]) -> None:
    claiming.claim(found, said, by=account_of(request), at=now(), seen=seen(request))
    messages.success(request, _("Kept what was said of %(count)d items.") % {"count": len(said)})


def _page(
    request: HttpRequest, found: Finding, *, form: ClaimForm | None = None, same: SameForm | None = None,
    faults: Sequence[BadInput] = (),
) -> HttpResponse:  # fmt: skip
    account = account_of(request)
    cutting = cut(request, found.items.all(), ORDER, ITEMS)
    shown = form or ClaimForm(items=cutting.rows, said=claims_at_hand(found, cutting.rows))
    procedure = shelf.pinned(found.run.procedure_hash) if found.run else None
    columns = shelf.columns(procedure, tuple(cutting.rows[0].key) if cutting.rows else ())
    wrong = form is not None or same is not None or bool(faults)
    context = {
        "finding": found,
        "open": may_claim(found, account),
        "form": shown,
        "columns": [one.title for one in columns],
        "rows": [_shown(row, columns) for row in shown.rows()],
        "same": same or SameForm(auto_id="same_%s"),
        "faults": [explain(fault) for fault in faults],
        "said": said_so_far(found),
        "before": cutting.before,
        "after": cutting.after,
        "here": request.GET.urlencode(),
        "limit": settings.EVIDENCE_MAX_BYTES // (1024 * 1024),
    }
    return page(request, "rectify/claim.html", context, status=422 if wrong else 200)


def _shown(row: Row, columns: Sequence[shelf.Column]) -> _Shown:
    item: Item = row.item
    return _Shown(
        row,
        [(one.title, shelf.shown(one, item.key.get(one.name, ""), in_full=True)) for one in columns],
        in_unit(item.amount, YUAN) if item.amount is not None else "—",
        words.verdict(item.verdict),
    )
