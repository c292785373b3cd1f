"""A worker beside the site: a process of its own that ends with it, so that one command is enough on one machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from reperform.cli.session import Session


@contextmanager
def beside_the_site(call: Session) -> Iterator[None]:
    """Let a worker run as long as the site does, in a process of its own."""
    command = [sys.executable, "-m", "reperform.cli", "--home", str(call.home.root), "--quiet", "worker"]
    with subprocess.Popen([*command, "--beside", str(os.getpid())]) as process:
        try:
            yield
        finally:
            process.terminate()
