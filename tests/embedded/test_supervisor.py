"""The supervisor with tiny Python children, in a process of its own, as `runcoach up` is."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from runcoach.embedded.lock import is_supervised
from runcoach.embedded.status import Status, read_status
from runcoach.settings import load_settings
from tests.embedded.sql import ask, tell

PROJECT = Path(__file__).resolve().parents[2]
SERVES = "import sys,time; open(sys.argv[1],'w').close(); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SERVES
WITH_A_CHILD = "import subprocess; subprocess.Popen(['sleep','600']); " + SERVES
CRASHES_ONCE = (
    "import sys,time,os; first = not os.path.exists(sys.argv[1]); open(sys.argv[1],'w').close(); "
    "time.sleep(0.3); sys.exit(7) if first else time.sleep(600)"
)
NEVER_STARTS = "import sys; print('no such table: runs'); sys.exit(3)"

type Start = Callable[..., "subprocess.Popen[str]"]


def wait_for(what: Callable[[], object], within_s: float = 20) -> None:
    deadline = time.monotonic() + within_s
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    running: list[subprocess.Popen[str]] = []

    def start_it(*parts: str) -> "subprocess.Popen[str]":
        argv = [sys.executable, "-m", "tests.embedded.toy_up", str(tmp_path), *parts]
        running.append(subprocess.Popen(argv, cwd=PROJECT, stdout=subprocess.PIPE, text=True))
        return running[-1]

    yield start_it
    for process in running:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def status(tmp_path: Path) -> Status:
    return read_status(tmp_path)


def alive(*pids: int | None) -> list[int]:
    return [
        pid for pid in pids if pid and psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie"
    ]


def test_parts_start_in_order_and_status_says_ready(start: Start, tmp_path: Path) -> None:
    start("migrations=import sys,time; time.sleep(0.3)", f"api={SERVES}")
    wait_for(lambda: status(tmp_path).ready)
    now = status(tmp_path)
    assert [(part.name, part.health) for part in now.parts] == [("migrations", "done"), ("api", "healthy")]
    assert alive(now.part("api").pid, now.supervisor_pid)
    assert is_supervised(tmp_path)


@pytest.mark.parametrize("way", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_even_grandchildren(
    start: Start, tmp_path: Path, way: signal.Signals
) -> None:
    supervisor = start(f"api={WITH_A_CHILD}", f"worker={SERVES}")
    wait_for(lambda: status(tmp_path).ready)
    pids = [child.pid for child in psutil.Process(supervisor.pid).children(recursive=True)]
    assert len(pids) == 3
    supervisor.send_signal(way)
    assert supervisor.wait(20) == 0
    assert alive(*pids) == []
    assert not status(tmp_path).ready
    assert {part.health for part in status(tmp_path).parts} == {"stopped"}


def test_a_child_that_ignores_the_request_is_killed_after_the_grace(start: Start, tmp_path: Path) -> None:
    supervisor = start(f"api={STUBBORN}")
    wait_for(lambda: status(tmp_path).ready)
    pid = status(tmp_path).part("api").pid
    supervisor.send_signal(signal.SIGINT)
    assert supervisor.wait(30) == 0
    assert alive(pid) == []


def test_a_crashed_child_is_started_again_and_counted(start: Start, tmp_path: Path) -> None:
    start(f"api={SERVES}", f"worker={SERVES}")
    wait_for(lambda: status(tmp_path).ready)
    first = status(tmp_path).part("worker").pid
    untouched = status(tmp_path).part("api").pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: status(tmp_path).part("worker").restarts == 1 and status(tmp_path).ready)
    now = status(tmp_path)
    assert now.part("worker").pid not in (None, first)
    assert now.part("api").pid == untouched


def test_pauses_between_restarts_grow(start: Start) -> None:
    supervisor = start(
        "api=import sys; open(sys.argv[1],'w').close(); import time; time.sleep(0.4); sys.exit(5)"
    )
    assert supervisor.stdout is not None
    pauses: list[str] = []
    for line in iter(supervisor.stdout.readline, ""):
        if "starting it again" in line:
            pauses.append(line.split()[-2])
        if len(pauses) == 3:
            break
    assert pauses == ["0.5", "1", "2"]


@pytest.mark.engines
async def test_a_killed_postgres_comes_back_with_its_data(start: Start, tmp_path: Path) -> None:
    start("postgres", f"api={SERVES}")
    wait_for(lambda: status(tmp_path).ready)
    before = status(tmp_path).part("postgres")
    owner = load_settings(data_dir=tmp_path, postgres_port=before.port, database_url=None).owner_database_url
    await tell(owner, "CREATE TABLE runs (km int); INSERT INTO runs VALUES (12)")
    assert before.pid is not None
    os.kill(before.pid, signal.SIGKILL)
    wait_for(lambda: status(tmp_path).part("postgres").restarts == 1 and status(tmp_path).ready)
    assert await ask(owner, "SELECT km FROM runs") == 12


def test_a_child_that_crashes_during_the_start_gets_another_try(start: Start, tmp_path: Path) -> None:
    supervisor = start(f"worker={CRASHES_ONCE}")
    wait_for(lambda: status(tmp_path).ready and status(tmp_path).part("worker").restarts == 1)
    assert supervisor.poll() is None


def test_a_part_that_never_starts_ends_the_start_with_its_log(start: Start, tmp_path: Path) -> None:
    supervisor = start(f"api={SERVES}", f"migrations={NEVER_STARTS}")
    said, _ = supervisor.communicate(timeout=20)
    assert supervisor.returncode == 1
    assert "migrations did not start (exit 3)" in said
    assert "no such table: runs" in said
    assert alive(*(part.pid for part in status(tmp_path).parts)) == []


def test_a_part_that_never_gets_ready_ends_the_start_in_time(start: Start) -> None:
    supervisor = start("api=import time; time.sleep(600)")
    said, _ = supervisor.communicate(timeout=20)
    assert "api was not ready within 5 s" in said


def test_a_second_one_on_the_same_folder_says_so(start: Start, tmp_path: Path) -> None:
    first = start(f"api={SERVES}")
    wait_for(lambda: status(tmp_path).ready)
    said, _ = start(f"api={SERVES}").communicate(timeout=20)
    assert f"already running on {tmp_path} (pid {first.pid})" in said
    assert first.poll() is None


@pytest.mark.skipif(sys.platform != "linux", reason="about Linux, whose kernel has a death signal")
def test_children_of_a_killed_supervisor_do_not_outlive_it(start: Start, tmp_path: Path) -> None:
    supervisor = start(f"api={SERVES}", f"worker={SERVES}")
    wait_for(lambda: status(tmp_path).ready)
    pids = [part.pid for part in status(tmp_path).parts]
    supervisor.kill()
    wait_for(lambda: not alive(*pids))
    assert not status(tmp_path).ready


def test_what_a_killed_supervisor_left_is_ended_by_the_next_start(start: Start, tmp_path: Path) -> None:
    first = start(f"api={STUBBORN}")
    wait_for(lambda: status(tmp_path).ready)
    left_over = status(tmp_path).part("api").pid
    first.kill()
    first.wait(5)
    assert alive(left_over)
    start(f"worker={SERVES}")
    wait_for(lambda: status(tmp_path).ready, within_s=30)
    assert alive(left_over) == []


def test_status_of_a_folder_that_was_never_used_is_not_ready(tmp_path: Path) -> None:
    assert read_status(tmp_path) == Status(ready=False, data_dir=str(tmp_path))
