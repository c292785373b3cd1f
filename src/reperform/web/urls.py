"""Routes; each stands in the permission map, or it cannot be built."""

from django.urls import URLPattern, URLResolver

from reperform.web.api.site import addresses
from reperform.web.routing import route
from reperform.web.views import (
    data,
    finding,
    ledger,
    lookback,
    records,
    rectify,
    reveal,
    signing,
    tokens,
    verify,
    workbench,
)

urlpatterns: list[URLPattern | URLResolver] = [
    route("", workbench.workbench, "workbench"),
    route("sign-in", signing.sign_in, "login"),
    route("sign-in/as", signing.role_card, "role_card"),
    route("sign-out", signing.sign_out, "logout"),
    route("language", signing.language, "language"),
    route("large-type", signing.large_type, "large_type"),
    route("tokens", tokens.tokens, "tokens"),
    route("tokens/<str:number>/revoke", tokens.revoke, "token_revoke"),
    addresses(),
    route("data", data.data, "data"),
    route("data/<str:number>", data.snapshot, "snapshot"),
    route("procedures", data.procedures, "procedures"),
    route("procedures/<str:code>", data.procedure, "procedure"),
    route("runs", reveal.runs, "runs"),
    route("runs/now", reveal.run_now, "run_now"),
    route("runs/<str:number>", reveal.run, "run"),
    route("runs/<str:number>/confirm", reveal.confirm, "confirm"),
    route("runs/<str:number>/exclude", reveal.exclude, "exclude"),
    route("exclusions/<str:number>/lift", reveal.lift, "lift"),
    route("ledger", ledger.ledger, "ledger"),
    route("ledger.xlsx", ledger.ledger_xlsx, "ledger_xlsx"),
    route("ledger/issue", ledger.ledger_issue, "ledger_issue"),
    route("f/<str:number>", finding.finding, "finding"),
    route("f/<str:number>/evidence/<int:pk>", finding.evidence, "evidence"),
    route("f/<str:number>/revise", finding.revise, "revise"),
    route("f/<str:number>/issue", finding.issue, "issue"),
    route("f/<str:number>/discard", finding.discard, "discard"),
    route("f/<str:number>/assign", finding.assign, "assign"),
    route("f/<str:number>/fill", rectify.fill, "fill"),
    route("f/<str:number>/plan", rectify.plan, "plan"),
    route("f/<str:number>/keep", rectify.keep_draft, "keep_draft"),
    route("f/<str:number>/submit", rectify.submit, "submit"),
    route("verify", verify.verify_queue, "verify_queue"),
    route("f/<str:number>/verify", verify.verify, "verify"),
    route("f/<str:number>/judge", verify.judge, "judge"),
    route("f/<str:number>/return", verify.return_, "return"),
    route("f/<str:number>/accept", verify.accept, "accept"),
    route("f/<str:number>/close", verify.close, "close"),
    route("f/<str:number>/rerun", verify.rerun, "rerun"),
    route("f/<str:number>/do/<str:verb>", records.finding_step, "finding_step"),
    route("watch", records.watch, "watch"),
    route("watch/<str:reason>", records.watched, "watched"),
    route("records/<str:kind>", records.records, "records"),
    route("records/<str:kind>/new/<str:verb>", records.record_new, "record_new"),
    route("records/<str:kind>/<str:number>", records.record, "record"),
    route("records/<str:kind>/<str:number>/do/<str:verb>", records.record_step, "record_step"),
    route("records/referral/<str:number>/file/<int:pk>", records.enclosure, "enclosure"),
    route("lookback", lookback.lookback, "lookback"),
    route("lookback/<str:number>", lookback.check, "check"),
    route("lookback/<str:number>/decide", lookback.decide, "decide"),
]
handler400 = "reperform.web.error_pages.bad_request"
handler403 = "reperform.web.error_pages.forbidden"
handler404 = "reperform.web.error_pages.not_found"
handler500 = "reperform.web.error_pages.broken"
