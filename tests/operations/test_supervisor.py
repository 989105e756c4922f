"""The supervisor with real processes: restarts, clean ends, and nothing left behind after SIGKILL."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from postpurchase.supervisor import Child, StartError, Supervisor, stop_on_signals
from tests.operations.processes import ROOT, is_running, wait_for

# A child with a child of its own, as a worker with its pool has; both write down who they are.
FAMILY = """
import os, subprocess, sys, time, pathlib
place = pathlib.Path(sys.argv[1])
if len(sys.argv) == 2:
    subprocess.Popen([sys.executable, __file__, str(place), "grandchild"])
(place / str(os.getpid())).touch()
time.sleep(600)
"""

# What the demo does: supervise until told otherwise.
SUPERVISING = """
import os, pathlib, sys
from postpurchase.supervisor import Child, Supervisor, stop_on_signals
program, place = sys.argv[1:]
with stop_on_signals(), Supervisor(environment=os.environ) as supervisor:
    supervisor.start(Child(name="family", command=(sys.executable, program, place)))
    print("started", flush=True)
    supervisor.run()
print("stopped", flush=True)
"""


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    with Supervisor(environment=os.environ, log_directory=tmp_path / "logs") as running:
        yield running


@pytest.fixture
def family(tmp_path: Path) -> tuple[str, Path]:
    """The program of a child with a grandchild, and the directory in which both leave their number."""
    program, place = tmp_path / "family.py", tmp_path / "members"
    program.write_text(FAMILY)
    place.mkdir()
    return str(program), place


def members(place: Path) -> set[int]:
    return {int(path.name) for path in place.iterdir()}


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def test_stop_ends_children_and_their_children(supervisor: Supervisor, family: tuple[str, Path]) -> None:
    program, place = family
    supervisor.start(Child(name="family", command=(sys.executable, program, str(place))))
    wait_for(lambda: len(members(place)) == 2)
    assert supervisor.pids["family"] in members(place)

    supervisor.stop()

    assert supervisor.pids == {}
    wait_for(lambda: not any(is_running(pid) for pid in members(place)), seconds=2)


def test_stop_kills_a_child_that_does_not_listen(supervisor: Supervisor, tmp_path: Path) -> None:
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    supervisor.start(Child(name="deaf", command=python(deaf), stop_within=0.3))
    log = tmp_path / "logs" / "deaf.log"
    wait_for(lambda: log.read_text() == "deaf\n")
    pid = supervisor.pids["deaf"]
    began = time.monotonic()

    supervisor.stop()

    assert not is_running(pid)
    assert 0.3 <= time.monotonic() - began < 3


def test_a_child_that_ends_is_started_again(tmp_path: Path) -> None:
    said: list[str] = []
    restarted: list[dict[str, int]] = []
    with Supervisor(
        environment=os.environ,
        log_directory=tmp_path,
        say=said.append,
        on_restart=lambda supervisor: restarted.append(supervisor.pids),
    ) as supervisor:
        mortal = "import time; print('born', flush=True); time.sleep(600)"
        supervisor.start(Child(name="mortal", command=python(mortal)))
        wait_for(lambda: (tmp_path / "mortal.log").read_text() == "born\n")
        first = supervisor.pids["mortal"]
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: not is_running(first))

        supervisor.check()

        second = supervisor.pids["mortal"]
        assert second != first
        assert restarted == [{"mortal": second}]
        log = tmp_path / "mortal.log"
        assert said == [f"mortal ended (SIGKILL); it is started again in 0 s.\nThe end of {log}:\n    born"]
        assert is_running(second)


def test_waiting_gives_up_on_a_child_that_keeps_dying(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(Child(name="broken", command=python("raise SystemExit('no such setting')")))

    with pytest.raises(StartError) as caught:
        supervisor.wait_until(lambda: False, seconds=30, what="The web server")

    log = tmp_path / "logs" / "broken.log"
    assert str(caught.value) == (
        f"broken cannot be started.\nThe end of {log}:\n    no such setting\n    no such setting\n    no such setting"
    )


def test_waiting_ends_when_the_time_is_over(supervisor: Supervisor) -> None:
    supervisor.start(Child(name="idle", command=python("import time; time.sleep(600)")))

    with pytest.raises(StartError, match=r"^The web server was not ready after 0 seconds\.$"):
        supervisor.wait_until(lambda: False, seconds=0.1, what="The web server")


def test_a_name_belongs_to_one_child(supervisor: Supervisor) -> None:
    supervisor.start(Child(name="web", command=python("import time; time.sleep(600)")))
    before = supervisor.pids

    with pytest.raises(ValueError, match="there already is a child named web"):
        supervisor.start(Child(name="web", command=python("import time; time.sleep(600)")))

    assert supervisor.pids == before


def test_children_get_the_given_environment_and_their_own(tmp_path: Path) -> None:
    with Supervisor(environment={"A": "1", "B": "2"}, log_directory=tmp_path) as supervisor:
        reader = "import os, time; print(os.environ['A'], os.environ['B'], flush=True); time.sleep(600)"
        supervisor.start(Child(name="reader", command=python(reader), environment={"B": "3"}))
        wait_for(lambda: (tmp_path / "reader.log").read_text() == "1 3\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_first_signal_ends_the_block_and_the_handlers_come_back(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    reached = []

    with stop_on_signals():
        try:
            os.kill(os.getpid(), number)
            time.sleep(5)
            reached.append("not interrupted")
        finally:
            os.kill(os.getpid(), number)  # an impatient second one must not disturb the cleaning up
            reached.append("cleaned up")

    assert reached == ["cleaned up"]
    assert signal.getsignal(number) is before


def start_supervising(family: tuple[str, Path]) -> subprocess.Popen[bytes]:
    program, place = family
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISING, program, str(place)], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"started\n"
    wait_for(lambda: len(members(place)) == 2)
    return process


def test_a_signal_to_the_supervising_process_stops_it_cleanly(family: tuple[str, Path]) -> None:
    process = start_supervising(family)
    began = time.monotonic()

    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=20)

    assert (process.returncode, rest) == (0, b"stopped\n")
    assert time.monotonic() - began < 5
    wait_for(lambda: not any(is_running(pid) for pid in members(family[1])), seconds=2)


def test_sigkill_of_the_supervising_process_leaves_no_process(family: tuple[str, Path]) -> None:
    process = start_supervising(family)

    process.kill()
    process.communicate(timeout=20)

    wait_for(lambda: not any(is_running(pid) for pid in members(family[1])))
