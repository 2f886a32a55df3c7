import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from runcoach.cli import main
from runcoach.embedded.lock import is_supervised
from runcoach.embedded.ports import free_port

RUNCOACH = [sys.executable, "-m", "runcoach"]
PORTS = ("api", "ui", "postgres", "temporal", "temporal_ui", "simulators")


@pytest.fixture(autouse=True)
def apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its own data folder, its own ports, and a working directory without a `.env`."""
    for name in [
        n for n in os.environ if n.startswith(("RUNCOACH_", "DATABASE_URL", "OPENAI_", "TEMPORAL_"))
    ]:
        if name not in ("RUNCOACH_REQUIRE_ALL", "RUNCOACH_CACHE_DIR"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("RUNCOACH_DATA_DIR", str(tmp_path / "data"))
    for name in PORTS:
        monkeypatch.setenv(f"RUNCOACH_{name.upper()}_PORT", str(free_port()))
    monkeypatch.chdir(tmp_path)


def test_without_a_command_it_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    said = capsys.readouterr().out
    for command in ("up", "status", "doctor", "migrate", "worker", "api", "ui", "demo", "science"):
        assert command in said


def test_a_wrong_setting_is_one_sentence_with_its_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RUNCOACH_API_PORT", "eighty")
    assert main(["status"]) == 1
    assert capsys.readouterr().err.startswith("runcoach: RUNCOACH_API_PORT: ")


def test_status_of_nothing_is_not_ready_in_words_and_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status"]) == 1
    assert capsys.readouterr().out == "not ready\n"
    assert main(["status", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["ready"] is False


def test_up_names_a_busy_port_before_it_starts_anything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        try:
            assert main(["up", "--api-port", str(port)]) == 1
        finally:
            signal.signal(signal.SIGTERM, before)
    assert f"Port {port}, meant for the API, is already in use" in capsys.readouterr().err
    assert not (tmp_path / "data" / "postgres").exists()
    assert not is_supervised(tmp_path / "data")


def test_settings_of_a_dotenv_file_are_read_for_people_and_beaten_by_the_environment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".env").write_text("OPENAI_API_KEY=sk-test\nRUNCOACH_OPENAI_MODEL=my-model\n")
    main(["doctor"])
    assert "my-model at OpenAI" in capsys.readouterr().out


def test_doctor_is_content_where_run_would_work(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    for subject in ("python", "data", "postgres", "temporal", "ports", "coach", "browser"):
        assert f" {subject} " in said
    assert "missing" not in said


def test_doctor_fails_where_run_would_fail(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    closed = free_port()
    monkeypatch.setenv("DATABASE_URL", f"postgresql://a:b@127.0.0.1:{closed}/c")
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{closed}")
    with socket.create_server(("127.0.0.1", 0)) as holder:
        monkeypatch.setenv("RUNCOACH_UI_PORT", str(holder.getsockname()[1]))
        assert main(["doctor"]) == 1
    missing = [line.split()[1] for line in capsys.readouterr().out.splitlines() if line.startswith("missing")]
    assert missing == ["postgres", "temporal", "ports"]


def test_doctor_says_so_when_nobody_can_write_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RUNCOACH_DATA_DIR", "/proc/runcoach")
    assert main(["doctor"]) == 1
    assert "/proc/runcoach cannot be written" in capsys.readouterr().out


@pytest.mark.parametrize("part", ["api", "ui", "worker"])
def test_ping_of_a_silent_part_fails(part: str) -> None:
    assert main(["ping", part]) == 1


def test_science_check_prints_failures_and_a_total(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "vectors.json"
    file.write_text('{"vectors": [{"id": "x", "function": "no_such", "inputs": {}, "expected": 1}]}')
    assert main(["science", "check", str(file)]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "0 of 1 passed"
    assert main(["science", "check", str(tmp_path / "absent.json")]) == 1


def test_without_a_demo_athlete_nobody_lives_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "advance", "3"]) == 1
    said = capsys.readouterr().err
    assert "make run" in said
    assert "Traceback" not in said


def test_days_to_advance_must_be_positive() -> None:
    with pytest.raises(SystemExit):
        main(["demo", "advance", "0"])


def test_commands_that_need_no_screens_do_not_import_them() -> None:
    show = "import sys; from runcoach.cli import main; main(['status']); print('gradio' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True)
    assert shown.stdout.splitlines()[-1] == "False"


@pytest.mark.engines
def test_ctrl_c_during_the_start_leaves_nothing_behind(tmp_path: Path) -> None:
    process = subprocess.Popen([*RUNCOACH, "up"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    running = tmp_path / "data" / "postgres" / "data" / "postmaster.pid"
    deadline = time.monotonic() + 60
    while not running.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    children = psutil.Process(process.pid).children(recursive=True)
    assert "postgres" in [child.name() for child in children]
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    _, alive = psutil.wait_procs(children, timeout=5)
    assert alive == []
    assert not running.exists()
    assert not is_supervised(tmp_path / "data")
