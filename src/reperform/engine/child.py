"""Run one function in a child process with limits, and tell plainly what became of it.

Rules kept here:

* Outside files and SQL written by others are opened only in a child: what crashes it costs nothing else.
* The child is never a copy of the parent, hence no inherited locks, handles or secrets of the environment: it is
  forked from a clean process that stands by (`standby`), or is a fresh interpreter where that cannot be. It puts the
  limits on itself before it reads what it is to do: address space, processor time, open files, size of a file. The
  parent keeps the wall clock and kills the child when it runs out. When the parent dies, the child dies too.
* The arguments go in as a pickle, for the parent is trusted. What comes out is JSON, for the child is not: text,
  numbers, true/false, null, lists and mappings with text keys; nothing that could run code in the parent.
* Errors of `reperform.errors` arrive as they were raised. Anything else is `ChildStopped` with a `reason`:
  `memory`, `cpu`, `seconds`, `file_size`, `answer`, `crash`, `error` or `cancelled`.

Example::

    rows = in_child(count_rows, path, limits=Limits(memory=1 << 30, cpu=60, seconds=90), progress=print)

where `count_rows` is a function at the top of a module (the child imports it by name) that returns plain values and
may call `report("reading", done, total)`.
"""

from __future__ import annotations

import contextlib
import errno
import inspect
import json
import os
import pickle
import selectors
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, TypeVar, cast

from reperform import errors
from reperform.engine import standby
from reperform.errors import N_, BadInput, Place, Refused, ReperformError

Progress = Callable[[str, int, int], None]
Answer = TypeVar("Answer")

_START = """\
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from reperform.engine.child import serve
serve(sys.argv[2])
"""
_KEPT_VARIABLES = ("LANG", "LC_ALL", "PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
_HEAD = struct.Struct("!cQ")
_MEMORY_WORDS = ("memory allocation of", "bad_alloc", "MemoryError", "Cannot allocate memory", "Can't allocate memory")
_GLANCE = 0.2  # seconds between two looks at whether the work is still wanted
SIGXCPU = 24  # not in `signal` on every system
_outbox: IO[bytes] | None = None


@dataclass(frozen=True)
class Limits:
    """What a child may use; 0 means no limit. Sizes are bytes, times are seconds."""

    memory: int = 2 << 30
    cpu: int = 60
    seconds: float = 120.0
    files: int = 256
    file_size: int = 4 << 30
    answer: int = 1 << 30


DEFAULT = Limits()


class ChildStopped(ReperformError):
    """The child did not finish; `reason` is the word for why, `detail` its last words."""

    def __init__(self, reason: str, message: str, *, hint: str = "", detail: str = "", **params: object) -> None:
        super().__init__(message, hint=hint, **params)
        self.reason = reason
        self.detail = detail


def in_child(
    function: Callable[..., Answer],
    /,
    *arguments: object,
    limits: Limits = DEFAULT,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> Answer:
    """Call `function(*arguments)` in a child under `limits` and return its plain value; `stop` ends it from outside."""
    order = pickle.dumps((function, arguments))
    with tempfile.TemporaryFile() as last_words:
        process = _started(limits, last_words)
        try:
            with contextlib.suppress(BrokenPipeError):  # a child that died this early is reported below
                process.orders.write(_HEAD.pack(b"O", len(order)) + order)
                process.orders.flush()
            kind, answer = _listen(process.answers, limits, progress, stop)
        finally:
            code = process.end()
            process.answers.close()
            with contextlib.suppress(BrokenPipeError):
                process.orders.close()
        if kind == b"R":
            return cast(Answer, answer)
        if kind == b"E":
            raise _rebuilt(answer, limits)
        last_words.seek(max(0, last_words.seek(0, os.SEEK_END) - 4000))
        raise _died(code, last_words.read().decode("utf-8", "replace").strip(), limits)


def report(phase: str, done: int, total: int) -> None:
    """Tell the parent how far the work is (`total` 0: not known); outside a child it does nothing."""
    if _outbox is not None:
        _write(_outbox, b"P", json.dumps([phase, int(done), int(total)]))


# -- the parent's side -------------------------------------------------------------------------------------------------


class _Fresh:
    """A fresh interpreter."""

    def __init__(self, limits: Limits, environment: Mapping[str, str], last_words: IO[bytes]) -> None:
        told = json.dumps(_search_path()), json.dumps(asdict(limits))
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-c", _START, *told],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=last_words,
            env=environment,
        )
        self.orders, self.answers = cast(IO[bytes], self.process.stdin), cast(IO[bytes], self.process.stdout)

    def end(self) -> int:
        self.process.kill()  # nothing to a process that has ended: its code stands
        return self.process.wait()


def _started(limits: Limits, last_words: IO[bytes]) -> _Fresh | standby.Fork:
    environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    forked = standby.fork(asdict(limits), _search_path(), environment, last_words.fileno())
    return forked or _Fresh(limits, environment, last_words)


def _search_path() -> list[str]:
    return [str(Path(folder).resolve()) for folder in sys.path]


def _listen(
    pipe: IO[bytes], limits: Limits, progress: Progress | None, stop: threading.Event | None
) -> tuple[bytes, Any]:
    """Return the child's last frame: `R`esult, `E`rror, or nothing when the pipe closed."""
    descriptor = pipe.fileno()
    deadline = time.monotonic() + limits.seconds if limits.seconds else None
    buffer = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while True:
            while (frame := _frame(buffer, limits)) is not None:
                kind, body = frame
                if kind != b"P":
                    return kind, body
                if progress is not None:
                    progress(str(body[0]), int(body[1]), int(body[2]))
            if not _comes(selector, deadline, stop):
                raise ChildStopped(
                    "seconds",
                    N_("The work took longer than {seconds} seconds and was stopped."),
                    hint=N_("Give it a smaller input, or raise the limit."),
                    seconds=round(limits.seconds),
                )
            part = os.read(descriptor, 1 << 20)
            if not part:
                return b"", None
            buffer += part


def _comes(selector: selectors.BaseSelector, deadline: float | None, stop: threading.Event | None) -> bool:
    """Wait for the child to say something; false when its time has run out."""
    while True:
        left = None if deadline is None else deadline - time.monotonic()
        if left is not None and left <= 0:
            return False
        wait = left if stop is None else min(_GLANCE, left or _GLANCE)
        if selector.select(wait):
            return True
        if stop is not None and stop.is_set():
            raise ChildStopped("cancelled", N_("The work was cancelled."))


def _frame(buffer: bytearray, limits: Limits) -> tuple[bytes, Any] | None:
    if len(buffer) < _HEAD.size:
        return None
    kind, size = _HEAD.unpack_from(buffer)
    if (limits.answer and size > limits.answer) or kind not in b"PRE":
        raise ChildStopped("answer", N_("The work gave an answer that is too large ({size} bytes)."), size=size)
    if len(buffer) < _HEAD.size + size:
        return None
    body = json.loads(bytes(buffer[_HEAD.size : _HEAD.size + size]))
    del buffer[: _HEAD.size + size]
    return kind, body


def _died(code: int, words: str, limits: Limits) -> ChildStopped:
    if any(word in words for word in _MEMORY_WORDS):
        return _too_much_memory(limits, words)
    if code == -SIGXCPU:
        return ChildStopped(
            "cpu",
            N_("The work used more than {seconds} seconds of processor time and was stopped."),
            hint=N_("Give it a smaller input, or raise the limit."),
            detail=words,
            seconds=limits.cpu,
        )
    name = signal.Signals(-code).name if code < 0 else str(code)
    return ChildStopped("crash", N_("The child process ended without an answer ({signal})."), detail=words, signal=name)


def _too_much_memory(limits: Limits, words: str) -> ChildStopped:
    return ChildStopped(
        "memory",
        N_("The work needed more than {megabytes} MB of memory and was stopped."),
        hint=N_("Give it a smaller input, or raise the limit."),
        detail=words,
        megabytes=limits.memory >> 20,
    )


def _rebuilt(told: Mapping[str, Any], limits: Limits) -> ReperformError:
    """Make the error again that the child raised; only classes of `reperform.errors` are known by name."""
    name, params = str(told["class"]), dict(told.get("params", {}))
    if name == "MemoryError":
        return _too_much_memory(limits, str(told["detail"]))
    if name == "FileTooLarge":
        return ChildStopped(
            "file_size",
            N_("The work wrote a file larger than {megabytes} MB and was stopped."),
            hint=N_("Give it a smaller input, or raise the limit."),
            detail=str(told["detail"]),
            megabytes=limits.file_size >> 20,
        )
    kind = getattr(errors, name, None)
    if not (inspect.isclass(kind) and issubclass(kind, ReperformError)):
        return ChildStopped("error", N_("The work failed: {what}"), detail=str(told["detail"]), what=told["message"])
    message, hint = str(told["message"]), str(told["hint"])
    if issubclass(kind, BadInput):
        place = Place(**told["place"])
        return kind(message, place=place, value=told["value"], rule=told["rule"], hint=hint, **params)
    if issubclass(kind, Refused):
        return kind(told["rule"], message, hint=hint, **params)
    return kind(message, hint=hint, **params)


# -- the child's side --------------------------------------------------------------------------------------------------


def serve(limits: str) -> None:
    """Do the one order that stands on standard input, answer on standard output, and end."""
    global _outbox
    _limit(json.loads(limits))
    _outbox = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # whatever a library prints must not be taken for an answer
    _, size = _HEAD.unpack(sys.stdin.buffer.read(_HEAD.size))
    order = sys.stdin.buffer.read(size)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        function, arguments = pickle.loads(order)  # noqa: S301 - written by our own parent
        kind, answer = b"R", json.dumps(function(*arguments), ensure_ascii=False, allow_nan=False)
    except (Exception, MemoryError) as error:
        kind, answer = b"E", json.dumps(_told(error), default=str)
    _write(_outbox, kind, answer)
    os._exit(0)  # without waiting for the threads of native libraries


def _limit(limits: Mapping[str, Any]) -> None:
    if sys.platform == "win32":  # only the wall clock and the size of the answer hold there
        return
    import resource

    for kind, amount, grace in (
        (resource.RLIMIT_AS, limits["memory"], 0),
        (
            resource.RLIMIT_CPU,
            limits["cpu"],
            5,
        ),  # at the soft limit SIGXCPU, which names itself; at the hard one SIGKILL
        (resource.RLIMIT_NOFILE, limits["files"], 0),
        (resource.RLIMIT_FSIZE, limits["file_size"], 0),
    ):
        if amount:
            _, hard = resource.getrlimit(kind)
            ceiling = amount + grace if hard == resource.RLIM_INFINITY else min(amount + grace, hard)
            resource.setrlimit(kind, (min(amount, ceiling), ceiling))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _end_with_parent() -> None:
    sys.stdin.buffer.read(1)  # returns at the end of the stream only: the parent is gone, or has its answer
    os._exit(1)


def _told(error: Exception) -> dict[str, Any]:
    told: dict[str, Any] = {
        "class": "",
        "message": f"{type(error).__name__}: {error}",
        "detail": traceback.format_exc(),
    }
    if isinstance(error, OSError) and error.errno == errno.EFBIG:
        told["class"] = "FileTooLarge"
    elif _is_memory(error):
        told["class"] = "MemoryError"
    elif isinstance(error, ReperformError):
        told |= {"class": type(error).__name__, "message": error.message, "hint": error.hint, "params": error.params}
        told |= {"rule": error.rule} if isinstance(error, BadInput | Refused) else {}
        told |= {"place": asdict(error.place), "value": error.value} if isinstance(error, BadInput) else {}
    return told


def _is_memory(error: Exception) -> bool:
    named = type(error).__name__ in ("MemoryError", "OutOfMemoryException")
    short = isinstance(error, OSError) and error.errno == errno.ENOMEM
    return named or short or "bad_alloc" in str(error)


def _write(outbox: IO[bytes], kind: bytes, value: str) -> None:
    body = value.encode("utf-8", "surrogatepass")
    left = memoryview(_HEAD.pack(kind, len(body)) + body)
    while left:
        left = left[outbox.write(left) :]
