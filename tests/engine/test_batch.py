"""Many procedures at once: outcomes in order, failures alone, a cancellation that keeps what was finished."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from reperform.engine.batch import Outcome, run_each, shared
from reperform.engine.child import ChildStopped, Limits, in_child
from reperform.engine.run import RunLimits
from reperform.engine.spec import Procedure
from reperform.errors import BadInput
from tests.engine.written import load, result_of


@pytest.fixture
def procedures(tmp_path) -> list[Procedure]:
    return [load(tmp_path / str(number), {"version": str(number)}) for number in range(1, 6)]


def versions(outcomes: list[Outcome]) -> list[int]:
    return [outcome.procedure.version for outcome in outcomes]


def test_outcomes_come_in_the_order_of_the_names_whichever_is_finished_first(procedures):
    def runner(procedure: Procedure, stop: threading.Event):
        time.sleep(0.2 if procedure.version == 1 else 0)
        return result_of(procedure)

    outcomes = list(run_each(procedures, runner))
    assert versions(outcomes) == [1, 2, 3, 4, 5]
    assert all(outcome.result is not None for outcome in outcomes)


def test_two_run_at_once(procedures):
    meeting = threading.Barrier(2, timeout=20)

    def runner(procedure: Procedure, stop: threading.Event):
        meeting.wait()
        return result_of(procedure)

    assert len(list(run_each(procedures[:4], runner))) == 4


def test_what_fails_fails_alone(procedures):
    def runner(procedure: Procedure, stop: threading.Event):
        if procedure.version == 2:
            raise BadInput("broken")
        return result_of(procedure)

    outcomes = list(run_each(procedures, runner))
    assert [str(outcome.error) for outcome in outcomes if outcome.error] == ["broken"]
    assert versions(outcomes) == [1, 2, 3, 4, 5]


def test_an_error_of_the_program_itself_is_not_swallowed(procedures):
    def runner(procedure: Procedure, stop: threading.Event):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(run_each(procedures, runner))


def test_ctrl_c_keeps_what_was_finished_and_ends_what_runs(procedures):
    reached = threading.Event()

    def runner(procedure: Procedure, stop: threading.Event):
        if procedure.version == 2:
            reached.set()
            in_child(time.sleep, 60, stop=stop)
        return result_of(procedure)

    def interrupt() -> None:
        reached.wait(20)
        time.sleep(0.3)
        signal.raise_signal(signal.SIGINT)

    stop = threading.Event()
    threading.Thread(target=interrupt).start()
    outcomes = list(run_each(procedures, runner, workers=1, stop=stop))
    assert versions(outcomes) == [1]
    assert stop.is_set()


def test_work_that_is_no_longer_wanted_is_ended_and_named():
    stop = threading.Event()
    threading.Timer(0.1, stop.set).start()
    with pytest.raises(ChildStopped, match="cancelled") as caught:
        in_child(time.sleep, 60, limits=Limits(seconds=30), stop=stop)
    assert caught.value.reason == "cancelled"


def test_the_processors_are_shared_out():
    assert shared(RunLimits(threads=64), 1000).threads == 1
    assert shared(RunLimits(threads=1), 1).threads == 1
    assert shared(RunLimits(rows=7), 1).rows == 7
