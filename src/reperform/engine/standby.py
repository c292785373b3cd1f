"""A clean process that stands by, has imported what children need, and forks one for each piece of work.

A fresh interpreter takes a third of a second to import the data engine; a fork of one that has done so takes some
milliseconds, and is as clean: the process that stands by was started by itself (`-I`, its own environment), has one
thread, has opened nothing and reads no outside file. What runs in a fork puts the same limits on itself (`child`).

Rules kept here:

* One process for each parent, started when it is first needed, ended when the parent ends: it reads the end of the
  stream. A parent that forks itself (a web server does) starts another one in the copy.
* A fork gets three handles and nothing else: its orders, its answers, its last words. Its environment, working folder
  and search path are those of the moment at which it is asked for.
* A fork stays unreaped until the parent asks for its end, so that its number cannot come to mean another process.
* It is no server for anyone else: its line is an unnamed pair of sockets.
* Where this cannot be (no Linux, more than one thread, a start that fails) the parent gets nothing, and starts a fresh
  interpreter instead.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from typing import IO

IMPORTED = ("reperform.engine.worker", "reperform.engine.intake", "reperform.engine.store")
_START = """\
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from reperform.engine.child import serve
from reperform.engine.standby import stand_by
stand_by(int(sys.argv[2]), serve)
"""
_READY, _END = b"ready", b"end"
_CODE = struct.Struct("!i")
_PATIENCE = 60.0  # seconds for the imports, on a machine that is busy
_LARGEST = 1 << 17


class Fork:
    """One fork as its parent sees it: where orders go in, where answers come out, and its end."""

    def __init__(self, orders: IO[bytes], answers: IO[bytes], line: socket.socket) -> None:
        self.orders, self.answers, self._line = orders, answers, line

    def end(self) -> int:
        """Stop the fork if it still runs, and return its exit code (the negative signal, if one ended it)."""
        with self._line:
            try:
                self._line.sendall(_END)
                told = self._line.recv(_CODE.size, socket.MSG_WAITALL)
            except OSError:
                told = b""
        return int(_CODE.unpack(told)[0]) if len(told) == _CODE.size else -signal.SIGKILL


class _Standby:
    """The parent's end of the line to the process that stands by."""

    def __init__(self, path: list[str]) -> None:
        self.line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-X", "utf8", "-c", _START, json.dumps(path), str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={"OPENBLAS_NUM_THREADS": "1"},
                pass_fds=(theirs.fileno(),),
                cwd="/",
            )
        self.line.settimeout(_PATIENCE)
        self.ready = self._is_ready()

    def _is_ready(self) -> bool:
        with contextlib.suppress(OSError):
            return self.line.recv(len(_READY)) == _READY
        return False

    def fork(self, order: Mapping[str, object], last_words: int) -> Fork:
        line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        orders_out, orders_in = os.pipe()
        answers_out, answers_in = os.pipe()
        given = (orders_out, answers_in, last_words, theirs.fileno())
        try:
            socket.send_fds(self.line, [json.dumps(order).encode()], given)
        except OSError:
            line.close()
            os.close(orders_in)
            os.close(answers_out)
            raise
        finally:
            theirs.close()
            os.close(orders_out)
            os.close(answers_in)
        return Fork(os.fdopen(orders_in, "wb"), os.fdopen(answers_out, "rb"), line)

    def close(self) -> None:
        self.line.close()
        try:
            self.process.wait(2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


_lock = threading.Lock()
_standby: _Standby | None = None
_impossible = sys.platform != "linux"


def fork(limits: Mapping[str, object], path: list[str], environment: Mapping[str, str], last_words: int) -> Fork | None:
    """Return a fork of the process that stands by, or nothing where there can be none."""
    global _standby, _impossible
    order = {"limits": limits, "path": path, "environment": dict(environment), "folder": os.getcwd()}
    with _lock:
        for _ in range(2):  # one that was killed is started again, once
            if _impossible:
                return None
            if _standby is None:
                _standby = _Standby(path)
                _impossible = not _standby.ready
            if not _impossible:
                with contextlib.suppress(OSError):
                    return _standby.fork(order, last_words)
            _standby.close()
            _standby = None
    return None


def dismiss() -> None:
    """End the process that stands by; the next call starts another one."""
    global _standby
    with _lock:
        if _standby is not None:
            _standby.close()
            _standby = None


def _forget() -> None:
    """In a copy of the parent: leave the line to the original."""
    global _standby, _lock
    _lock = threading.Lock()
    if _standby is not None:
        _standby.line.close()
        _standby.process.returncode = 0  # not a child of this process
        _standby = None


atexit.register(dismiss)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


# -- the process that stands by ----------------------------------------------------------------------------------------


def stand_by(descriptor: int, serve: Callable[[str], None]) -> None:
    """Import, say so, and fork `serve` for each order that comes, until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to a whole group; the parent decides whom it ends
    for name in IMPORTED:
        importlib.import_module(name)
    if len(os.listdir("/proc/self/task")) != 1:
        return  # a fork of several threads may inherit a lock that nobody opens again
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=descriptor) as line, selectors.DefaultSelector() as selector:
        line.sendall(_READY)
        selector.register(line, selectors.EVENT_READ)
        _Forks(line, selector, serve).run()


class _Forks:
    """The forks that run: each has a line on which its end is asked for."""

    def __init__(self, line: socket.socket, selector: selectors.BaseSelector, serve: Callable[[str], None]) -> None:
        self.line, self.selector, self.serve = line, selector, serve

    def run(self) -> None:
        while True:
            for key, _ in self.selector.select():
                if key.fileobj is self.line:
                    if not self._begin():
                        return
                else:
                    self._end(key)

    def _begin(self) -> bool:
        """Fork for the order that stands on the line; nothing stands there when the parent is gone."""
        message, given, _, _ = socket.recv_fds(self.line, _LARGEST, 4)
        if not message:
            for key in [key for key in self.selector.get_map().values() if key.fileobj is not self.line]:
                self._end(key)
            return False
        pid = os.fork()
        if not pid:
            self._become(json.loads(message), given)
        orders, answers, last_words, line = given
        for descriptor in (orders, answers, last_words):
            os.close(descriptor)
        self.selector.register(socket.socket(fileno=line), selectors.EVENT_READ, pid)
        return True

    def _become(self, order: Mapping[str, object], given: list[int]) -> None:
        """Be the child: three handles, the environment that was asked for, and the work; it does not return."""
        try:
            for place, descriptor in enumerate(given[:3]):
                os.dup2(descriptor, place)
            os.closerange(3, os.sysconf("SC_OPEN_MAX"))
            sys.path[:] = order["path"]  # type: ignore[call-overload]
            os.environ.clear()
            os.environ.update(order["environment"])  # type: ignore[call-overload]
            tempfile.tempdir = None
            os.chdir(str(order["folder"]))
            self.serve(json.dumps(order["limits"]))
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(1)

    def _end(self, key: selectors.SelectorKey) -> None:
        """End one fork and tell its code."""
        self.selector.unregister(key.fileobj)
        with contextlib.suppress(ProcessLookupError):
            os.kill(key.data, signal.SIGKILL)  # nothing to one that has ended: its code stands
        _, status = os.waitpid(key.data, 0)
        line = key.fileobj
        assert isinstance(line, socket.socket)  # noqa: S101 - tells the type checker what `_begin` registers
        with line, contextlib.suppress(OSError):
            line.sendall(_CODE.pack(os.waitstatus_to_exitcode(status)))
