"""The process that stands by: one for each parent, clean, and gone with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from reperform.engine import standby
from reperform.engine.child import ChildStopped, Limits, in_child

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="nothing stands by outside Linux")


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standby, "_impossible", True)


def test_children_are_forks_of_one_process_that_is_a_child_of_this_one() -> None:
    first, second = in_child(os.getppid), in_child(os.getppid)
    assert first == second != os.getpid()
    assert Path(f"/proc/{first}/stat").read_text().split()[3] == str(os.getpid())


def test_a_fork_has_its_three_handles_and_none_of_its_siblings() -> None:
    with ThreadPoolExecutor(4) as pool:
        held = list(pool.map(lambda _: in_child(sorted, ["x"]) and in_child(os.listdir, "/proc/self/fd"), range(8)))
    for names in held:
        assert {int(name) for name in names} <= {0, 1, 2, 3, 4}  # the copy of the answers, and the listing itself


def test_each_fork_sees_the_folder_and_the_variables_of_its_own_moment(monkeypatch, tmp_path) -> None:
    in_child(os.getpid)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("REPERFORM_SECRET", "hidden")
    monkeypatch.chdir(tmp_path)
    assert in_child(os.getcwd) == str(tmp_path)
    assert in_child(os.getenv, "TMPDIR") == str(tmp_path)
    assert in_child(os.getenv, "REPERFORM_SECRET") is None


def test_work_in_several_threads_is_kept_apart() -> None:
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda n: in_child(sum, [n, n]), range(20))) == [2 * n for n in range(20)]


def test_one_that_was_killed_is_started_again() -> None:
    pid = in_child(os.getppid)
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z" and time.monotonic() < deadline:
        time.sleep(0.01)
    assert in_child(os.getppid) not in (pid, os.getpid())


def test_dismissing_it_costs_nothing_but_a_start() -> None:
    pid = in_child(os.getppid)
    standby.dismiss()
    assert not Path(f"/proc/{pid}").exists()
    assert in_child(os.getppid) != pid


def test_without_it_a_fresh_interpreter_does_the_work(fresh: None) -> None:
    assert in_child(os.getppid) == os.getpid()
    with pytest.raises(ChildStopped, match="SIGABRT"):
        in_child(os.abort)


def test_one_that_cannot_start_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    standby.dismiss()
    monkeypatch.setattr(standby, "_START", "raise SystemExit(1)")
    monkeypatch.setattr(standby, "_impossible", False)
    assert in_child(os.getppid) == os.getpid()
    assert standby._impossible


def test_a_copy_of_the_parent_starts_its_own(tmp_path: Path) -> None:
    code = (
        "import os, sys\nfrom reperform.engine.child import in_child\nmine = in_child(os.getppid)\npid = os.fork()\n"
        "other = in_child(os.getppid)\n"
        "if not pid:\n    print(mine != other, flush=True)\n    os._exit(0)\nos.waitpid(pid, 0)\n"
        "print(mine == other == in_child(os.getppid), flush=True)\n"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout.split(), done.stderr) == (["True", "True"], "")


def test_nothing_is_left_of_it_when_its_parent_is_killed(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    code = (
        "import os, time\nfrom reperform.engine.child import in_child\n"
        f"open({str(mark)!r}, 'w').write(str(in_child(os.getppid)))\ntime.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code])
    while parent.poll() is None and not (mark.exists() and mark.read_text()):
        time.sleep(0.02)
    parent.kill()
    parent.wait()
    left = Path(f"/proc/{mark.read_text()}/stat")
    for _ in range(500):
        if not left.exists() or left.read_text().split()[2] == "Z":
            return
        time.sleep(0.02)
    pytest.fail("it still stands by")


def test_ctrl_c_ends_the_work_and_not_what_stands_by() -> None:
    code = (
        "import os, signal, threading\nfrom reperform.engine.child import in_child\nbefore = in_child(os.getppid)\n"
        "threading.Timer(0.3, os.killpg, (os.getpgrp(), signal.SIGINT)).start()\n"
        "import time\ntry:\n    in_child(time.sleep, 60)\nexcept KeyboardInterrupt:\n"
        "    print(in_child(os.getppid) == before)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=50, start_new_session=True, check=True
    )
    assert done.stdout.split() == ["True"]


def test_a_limit_on_processor_time_counts_from_the_fork() -> None:
    for _ in range(3):
        assert in_child(sum, range(2_000_000), limits=Limits(cpu=1)) == 1_999_999_000_000
