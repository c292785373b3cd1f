"""`reperform notify`: what is told to whom by which channel, what did not arrive, and the calendar file of a person.

Nothing here names a finding: whoever looks after the machine need not be one who may see it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from reperform.cli import records
from reperform.cli.answer import Answer, Grid, Said, said
from reperform.cli.exit_codes import ExitCode
from reperform.cli.session import session
from reperform.errors import N_

app = typer.Typer()
Channel = Annotated[str, Argument(metavar="CHANNEL", help=N_("Name of the channel: email, webhook, or one of a pack."))]


@app.command(
    "status",
    help=N_("Channels, subscriptions and deliveries by state, with errors. Exit code 1 if something is not delivered."),
    epilog="reperform notify status --json",
)
def _status(ctx: typer.Context) -> Answer:
    call = session(ctx)
    records.open_ledger(call)
    from reperform.ledger import failures
    from reperform.notify.channels import channels
    from reperform.notify.log import summary

    lines = summary()
    data = [
        {"channel": one.channel, "state": one.state, "count": one.count,
         "error": error.render(call.translate) if (error := failures.told(one.error)) else None}
        for one in lines
    ]  # fmt: skip
    names = list(channels())
    rows = [[one["channel"], one["state"], one["count"], one["error"]] for one in data]
    words = (
        [said(N_("Channels: {names}"), names=", ".join(names))] if names else [said(N_("No channel is configured."))]
    )
    failing = any(one.error for one in lines)
    grid = Grid((N_("Channel"), N_("State"), N_("Deliveries"), N_("Error")), rows)
    code = ExitCode.FINDINGS if failing else ExitCode.CLEAN
    return Answer("notify-status", {"channels": names, "deliveries": data}, [grid], words, code)


@app.command(
    "send",
    help=N_("Plan the day and send what is due, now and without a worker. Exit code 1 if something was not taken."),
    epilog="reperform notify send",
)
def _send(ctx: typer.Context) -> Answer:
    call = session(ctx)
    records.open_ledger(call)
    from reperform.notify.sending import tell

    done = tell(at=call.moment())
    words = [said(N_("Planned {planned}, sent {sent}, not taken {failed}."), **done)]
    return Answer("notify-send", done, (), words, ExitCode.FINDINGS if done["failed"] else ExitCode.CLEAN)


@app.command("retry", help=N_("Try what was given up again."), epilog="reperform notify retry")
def _retry(ctx: typer.Context) -> Answer:
    call = session(ctx)
    records.open_ledger(call)
    from reperform.ledger.models import Delivery
    from reperform.notify.sending import again

    count = again(Delivery.objects.all(), at=call.moment())
    return Answer("notify-retry", {"count": count}, (), [said(N_("{count} are tried again."), count=count)])


@app.command(
    "subscribe",
    help=N_("Let the person named by --as be told by a channel, at an address."),
    epilog="reperform --as liaison notify subscribe email liaison@example.org",
)
def _subscribe(
    ctx: typer.Context,
    channel: Channel,
    address: Annotated[str, Argument(help=N_("How the channel knows the person; else his number."))] = "",
) -> Answer:
    call = session(ctx)
    account = records.acting(call)
    from reperform.notify.subscriptions import subscribe

    language = call.home.bureau().language if not call.language_named else call.language
    found = subscribe(account, channel=channel, address=address, language=language)
    words = [said(N_("{person} is told by {channel}."), person=account.username, channel=channel)]
    return Answer("notify-subscribe", {"channel": channel, "address": found.address}, (), words)


@app.command(
    "unsubscribe",
    help=N_("End it for the person named by --as."),
    epilog="reperform --as liaison notify unsubscribe email",
)
def _unsubscribe(ctx: typer.Context, channel: Channel) -> Answer:
    call = session(ctx)
    account = records.acting(call)
    from reperform.notify.subscriptions import unsubscribe

    ended = unsubscribe(account, channel=channel)
    sentence: Said = said(N_("{person} is told nothing by {channel}."), person=account.username, channel=channel)
    return Answer("notify-unsubscribe", {"channel": channel, "ended": ended}, (), [sentence])


@app.command(
    "calendar",
    help=N_("Write what waits for the person named by --as, with its time limits, as a calendar file (.ics)."),
    epilog="reperform --as liaison notify calendar --out limits.ics",
)
def _calendar(ctx: typer.Context, out: Annotated[Path, Option(help=N_("File to write."), metavar="FILE")]) -> Answer:
    call = session(ctx)
    account = records.acting(call)
    from reperform.notify.calendar import calendar_of

    out.write_bytes(calendar_of(account, on=call.today(), at=call.moment()))
    return Answer("notify-calendar", {"file": out}, [str(out)])
