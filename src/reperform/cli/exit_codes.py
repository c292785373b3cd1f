"""What the number means with which the command ends.

The numbers are those of `reperform.errors`; 1 is what diff, grep and pytest end with when there is something to look
at. They are part of the interface: scripts and schedulers depend on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType

from reperform.errors import N_


class ExitCode(IntEnum):
    """The exit codes of every command."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    BAD_INPUT = 3
    BROKEN = 4
    INCONCLUSIVE = 5
    INTERNAL = 70
    INTERRUPTED = 130


MEANINGS: Mapping[ExitCode, str] = MappingProxyType(
    {
        ExitCode.CLEAN: N_("Done, and nothing to look at."),
        ExitCode.FINDINGS: N_("Something was found, a check failed, or a step was refused."),
        ExitCode.USAGE: N_("The call itself is wrong."),
        ExitCode.BAD_INPUT: N_("An outside file cannot be used as it is."),
        ExitCode.BROKEN: N_("Something that must never change has changed."),
        ExitCode.INCONCLUSIVE: N_("Nothing can be said: the data are incomplete, or there was nothing to run."),
        ExitCode.INTERNAL: N_("An error of the program itself."),
        ExitCode.INTERRUPTED: N_("Interrupted from the keyboard."),
    }
)
