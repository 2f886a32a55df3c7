"""The server as a whole: its process, many clients at once, who may control it."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from garminconnect import Garmin

from runcoach.simulators.fault_layer import is_local_program
from tests.simulators.conftest import GarminRunner

ORIGINAL = Garmin.ActivityDownloadFormat.ORIGINAL


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def process(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    port = free_port()
    command = [sys.executable, "-m", "runcoach.simulators", "--port", str(port), "--data-dir", str(tmp_path)]
    child = subprocess.Popen(command)
    yield child, f"http://127.0.0.1:{port}"
    child.kill()
    child.wait()


def wait_for(url: str) -> httpx.Response:
    for _ in range(200):
        try:
            return httpx.get(url, timeout=2)
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"nothing answers at {url}")


def test_process_answers_and_ends_on_sigterm(process: tuple[subprocess.Popen[bytes], str]) -> None:
    child, base = process
    told = wait_for(base + "/_control/world").json()
    assert told["runs"] > 400

    child.send_signal(signal.SIGTERM)

    child.wait(timeout=5)
    with pytest.raises(httpx.ConnectError):
        httpx.get(base + "/_control/health", timeout=2)


def test_many_clients_get_each_their_own(base: str, control: httpx.Client, no_login_pauses: None) -> None:
    runners = [GarminRunner(base, control, activities=6) for _ in range(8)]

    def everything(runner: GarminRunner) -> set[int]:
        garmin = runner.logged_in()
        ids = {row["activityId"] for row in garmin.get_activities(0, 20)}
        assert all(garmin.download_activity(str(i), ORIGINAL)[:2] == b"PK" for i in ids)
        return ids

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(everything, runners))

    assert all(len(ids) == 6 for ids in found)
    assert len(set.union(*found)) == 48


def test_web_pages_and_other_machines_may_not_control() -> None:
    def scope(host: str, *headers: tuple[bytes, bytes]) -> dict[str, object]:
        return {"client": (host, 5000), "headers": list(headers)}

    assert is_local_program(scope("127.0.0.1"))
    assert not is_local_program(scope("192.168.0.7"))
    assert not is_local_program(scope("127.0.0.1", (b"origin", b"https://example.org")))


def test_page_in_a_browser_is_refused_over_the_wire(base: str) -> None:
    reply = httpx.post(base + "/_control/reset", headers={"origin": "https://example.org"})

    assert reply.status_code == 403


def test_unknown_route_is_404_not_a_crash(base: str) -> None:
    for path in ("/garmin/no/such", "/strava/api/v3/none", "/llm/v1/none", "/none", "/_control/none"):
        assert httpx.get(base + path).status_code == 404
