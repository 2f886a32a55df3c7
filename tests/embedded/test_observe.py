import json
import logging
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runcoach.embedded.observe import observe
from runcoach.embedded.ports import free_port
from runcoach.settings import load_settings

PROJECT = Path(__file__).resolve().parents[2]


@contextmanager
def bare_logging() -> Iterator[logging.Logger]:
    """As a new process finds it; pytest's own handlers come back afterwards."""
    root = logging.getLogger()
    before, root.handlers = root.handlers, []
    try:
        yield root
    finally:
        for handler in root.handlers:
            handler.close()
        root.handlers = before


def test_lines_of_json_go_to_a_file_named_by_process(tmp_path: Path) -> None:
    with bare_logging():
        observe(load_settings(log_dir=tmp_path, log_json=True), "worker")
        try:
            raise ValueError("열차")
        except ValueError:
            logging.getLogger("runcoach.test").exception("run %d failed", 7)
    (file,) = tmp_path.glob("worker-*.log")
    line = json.loads(file.read_text(encoding="utf-8"))
    assert (line["level"], line["logger"], line["message"]) == ("ERROR", "runcoach.test", "run 7 failed")
    assert "ValueError: 열차" in line["traceback"]


def test_nothing_is_set_up_unless_asked_for() -> None:
    with bare_logging() as root:
        observe(load_settings(log_dir=None, log_json=False, metrics_port=None), "worker")
        assert root.handlers == []


def test_temporal_s_figures_are_served_for_prometheus() -> None:
    port = free_port()
    serve = (
        "import sys, urllib.request\n"
        "from runcoach.embedded.observe import observe\n"
        "from runcoach.settings import load_settings\n"
        "observe(load_settings(metrics_port=int(sys.argv[1])), 'worker')\n"
        "print('up', flush=True); sys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", serve, str(port)], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            assert answer.status == 200
    finally:
        process.communicate(timeout=10)
