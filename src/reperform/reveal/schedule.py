"""Files that let the machine run the catalogue by itself: a systemd timer with its service, or a crontab.

Rules kept here:

* Files are written, nothing is installed: who runs what, and when, is for the administrator to put in force.
* What runs is `reveal run --changed`: it costs what changed, and goes on where an interruption left off.
* Something to sift (1) and nothing testable (5) are answers, not failures; a failed procedure and a broken record are
  failures, and the timer shows them.
* Times are the bureau's own. Every word of the command is quoted as the file's reader wants it, whatever the folder's
  name holds: systemd.service(5), systemd.time(7), crontab(5).
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time

from reperform.errors import N_, Usage

NAME = "reperform-reveal"
DAYS: Mapping[str, tuple[str, str]] = {  # systemd's and cron's words for the days
    "daily": ("*-*-*", "* * *"),
    "weekly": ("Mon *-*-*", "* * 1"),
    "monthly": ("*-*-01", "1 * *"),
    "quarterly": ("*-01,04,07,10-01", "1 1,4,7,10 *"),
}
KINDS = ("systemd", "cron")


@dataclass(frozen=True)
class Schedule:
    """What runs, how often, at what time of which time zone; `writes` is the folder that the command may write to."""

    command: tuple[str, ...]
    every: str
    at: time
    time_zone: str
    writes: str


def files(kind: str, schedule: Schedule) -> dict[str, str]:
    """Return the text of each file by its name."""
    if kind not in KINDS:
        raise Usage(N_("{value} is not one of {known}."), value=kind, known=", ".join(KINDS))
    if schedule.every not in DAYS:
        raise Usage(N_("{value} is not one of {known}."), value=schedule.every, known=", ".join(DAYS))
    if any(not word.isprintable() for word in (*schedule.command, schedule.writes)):
        raise Usage(N_("A path with a line break cannot stand in a schedule."))
    return _systemd(schedule) if kind == "systemd" else {f"{NAME}.cron": _cron(schedule)}


def _systemd(schedule: Schedule) -> dict[str, str]:
    day, _ = DAYS[schedule.every]
    service = f"""\
# Put into /etc/systemd/system beside {NAME}.timer, set User=, then: systemctl enable --now {NAME}.timer
[Unit]
Description=Reperform: run the audit procedures whose data changed

[Service]
Type=oneshot
ExecStart={" ".join(map(_unit_word, schedule.command))}
SuccessExitStatus=1 5
Nice=10
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict
ReadWritePaths={_unit_word(schedule.writes)}
"""
    timer = f"""\
[Unit]
Description=Reperform: {schedule.every}

[Timer]
OnCalendar={day} {schedule.at:%H:%M}:00 {schedule.time_zone}
Persistent=true

[Install]
WantedBy=timers.target
"""
    return {f"{NAME}.service": service, f"{NAME}.timer": timer}


def _cron(schedule: Schedule) -> str:
    _, days = DAYS[schedule.every]
    line = shlex.join(schedule.command).replace("%", "\\%")
    return f"""\
# A user's crontab, or a part of one: crontab {NAME}.cron
CRON_TZ={schedule.time_zone}
{schedule.at.minute} {schedule.at.hour} {days} {line}
"""


def _unit_word(word: str) -> str:
    """Return one word of a unit file: % and $ mean something there, and so do quotes and backslashes."""
    plain = word.replace("%", "%%").replace("$", "$$").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


def command(python: str, home: str, codes: Sequence[str], domains: Sequence[str]) -> tuple[str, ...]:
    """Return the command that the schedule runs."""
    chosen = [*codes, *(word for domain in domains for word in ("--domain", domain))]
    return (python, "-m", "reperform.cli", "--home", home, "--quiet", "reveal", "run", "--changed", *chosen)
