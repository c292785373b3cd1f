"""Passwords of new accounts: made here, and shown once or written into a file of one's own.

A password is never an argument: arguments stand in the process list and in the shell's history.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from reperform.cli.answer import Said, said
from reperform.errors import N_

# Without signs that are taken for one another when a password is copied by hand.
_SIGNS = "abcdefghijkmnpqrstuvwxyz23456789"


def new_password() -> str:
    """Return a password of 80 random bits, in four groups."""
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(4))


def write_out(passwords: Mapping[str, str], file: Path) -> Said:
    """Write the passwords into a new file that only its owner reads; return the sentence that says where."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as kept:
        kept.writelines(f"{user} {password}\n" for user, password in passwords.items())
    return said(N_("The passwords are in {file}."), file=file)


ONCE = said(N_("Passwords are shown this once; they are kept nowhere."))
