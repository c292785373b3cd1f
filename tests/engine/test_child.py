"""What a child may do, what it may not, and how each end is told."""

from __future__ import annotations

import operator
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reperform.engine import standby
from reperform.engine.child import ChildStopped, Limits, in_child, report
from reperform.errors import BadInput, Place, Refused, Usage

SMALL = Limits(memory=1 << 30, cpu=20, seconds=30)


@pytest.fixture(autouse=True, params=["forked", "fresh"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test holds for both kinds of children."""
    monkeypatch.setattr(standby, "_impossible", request.param == "fresh" or sys.platform != "linux")


def test_the_answer_of_the_function_comes_back() -> None:
    assert in_child(sorted, [3, 1, 2], limits=SMALL) == [1, 2, 3]


def test_the_child_is_another_process_without_this_ones_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPERFORM_SECRET", "hidden")
    assert in_child(os.getpid) != os.getpid()
    assert in_child(os.getenv, "REPERFORM_SECRET") is None


def test_progress_is_passed_on_in_order() -> None:
    seen: list[tuple[str, int, int]] = []
    in_child(report, "reading", 1, 2, progress=lambda *step: seen.append(step))
    assert seen == [("reading", 1, 2)]
    report("outside a child nothing happens", 1, 1)


def test_what_a_library_prints_is_not_taken_for_an_answer() -> None:
    assert in_child(print, "R" + "0" * 100) is None


def test_running_out_of_time_is_named() -> None:
    with pytest.raises(ChildStopped) as caught:
        in_child(time.sleep, 60, limits=Limits(seconds=0.5))
    assert caught.value.reason == "seconds"
    assert "longer than" in str(caught.value)


def test_using_too_much_processor_time_is_named() -> None:
    with pytest.raises(ChildStopped) as caught:
        in_child(sum, range(10**12), limits=Limits(cpu=1, seconds=60))
    assert caught.value.reason == "cpu"


def test_using_too_much_memory_is_named() -> None:
    with pytest.raises(ChildStopped) as caught:
        in_child(operator.mul, "x", 10**12, limits=SMALL)
    assert caught.value.reason == "memory"
    assert "1024 MB" in str(caught.value)


def test_writing_too_large_a_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ChildStopped) as caught:
        in_child(Path.write_bytes, tmp_path / "large", bytes(2 << 20), limits=Limits(file_size=1 << 20))
    assert caught.value.reason == "file_size"


def test_opening_too_many_files_fails(tmp_path: Path) -> None:
    opening = f"files = [open({str(tmp_path / 'one')!r}, 'w') for _ in range(100)]"
    with pytest.raises(ChildStopped, match="Too many open files"):
        in_child(exec, opening, limits=Limits(files=32))


def test_a_crash_of_a_library_is_named_with_its_signal() -> None:
    with pytest.raises(ChildStopped, match="SIGABRT") as caught:
        in_child(os.abort)
    assert caught.value.reason == "crash"


def test_a_child_that_ends_by_itself_without_an_answer_is_named() -> None:
    with pytest.raises(ChildStopped, match=r"ended without an answer \(7\)"):
        in_child(os._exit, 7)


def test_a_child_that_cannot_even_start_is_named() -> None:
    with pytest.raises(ChildStopped):
        in_child(len, "x" * 1_000_000, limits=Limits(memory=8 << 20))


def test_an_unforeseen_error_keeps_its_words_and_its_trace() -> None:
    with pytest.raises(ChildStopped, match="ZeroDivisionError") as caught:
        in_child(operator.truediv, 1, 0)
    assert caught.value.reason == "error"
    assert "Traceback" in caught.value.detail


@pytest.mark.parametrize("value", [{1, 2}, float("nan"), b"bytes"])
def test_only_plain_values_come_out(value: object) -> None:
    with pytest.raises(ChildStopped, match=r"serializable|compliant"):
        in_child(operator.getitem, [value], 0)


def test_an_answer_over_the_limit_is_refused() -> None:
    with pytest.raises(ChildStopped) as caught:
        in_child(operator.mul, "x", 1000, limits=Limits(answer=100))
    assert caught.value.reason == "answer"


def test_our_own_errors_arrive_as_they_were_raised() -> None:
    with pytest.raises(BadInput) as caught:
        in_child(
            exec,
            "from reperform.errors import BadInput, Place\n"
            "raise BadInput('No {what} here.', place=Place('a.xlsx', '表1', 7, '金额'), value='x', rule='type',"
            " hint='Look at {what}.', what='sum')",
        )
    error = caught.value
    assert error.place == Place(file="a.xlsx", sheet="表1", row=7, column="金额")
    assert (error.value, error.rule) == ("x", "type")
    assert error.render() == "No sum here."
    assert error.render_hint() == "Look at sum."


def test_a_refusal_keeps_its_rule_and_a_usage_error_its_words() -> None:
    with pytest.raises(Refused, match="Not you") as refused:
        in_child(exec, "from reperform.errors import Refused\nraise Refused('close.second_person', 'Not you.')")
    assert refused.value.rule == "close.second_person"
    with pytest.raises(Usage, match="unknown table"):
        in_child(exec, "from reperform.errors import Usage\nraise Usage('unknown {thing}', thing='table')")


def test_the_child_dies_with_its_parent(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    forever = f"import os, time; open({str(mark)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    code = f"from reperform.engine.child import in_child; in_child(exec, {forever!r})"
    parent = subprocess.Popen([sys.executable, "-c", code])
    while parent.poll() is None and not (mark.exists() and mark.read_text()):
        time.sleep(0.02)
    parent.kill()
    parent.wait()
    child = int(mark.read_text())
    for _ in range(500):
        if not _alive(child):
            break
        time.sleep(0.02)
    assert not _alive(child)


def _alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().split()[2] != "Z"
