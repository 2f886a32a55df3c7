"""One machine: `runcoach up` in a folder of its own, on free ports, looked at from outside only."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

PROJECT = Path(__file__).resolve().parents[2]
PORTS = ("api", "ui", "postgres", "temporal", "temporal_ui", "simulators")
READY_S = 180.0


class Machine:
    """Start, look, break, start again."""

    def __init__(self, folder: Path, *, demo: bool = True, **settings: str) -> None:
        self.folder = folder
        self.ports = dict(zip(PORTS, _free_ports(len(PORTS)), strict=True))
        self._settings = settings
        self._arguments = [] if demo else ["--no-demo"]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until `status` says ready."""
        ports = {f"RUNCOACH_{name.upper()}_PORT": str(port) for name, port in self.ports.items()}
        env = {**os.environ, **ports, **self._settings, "RUNCOACH_DATA_DIR": str(self.folder)}
        with (self.folder.parent / f"{self.folder.name}.up.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "runcoach.cli", "up", *self._arguments],
                cwd=PROJECT,
                env=env,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.wait(lambda: self.status()["ready"], READY_S, "the machine is ready")

    def stop(self) -> None:
        """Ctrl-C, and wait until everything is gone."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(60)

    def status(self) -> dict[str, Any]:
        """`runcoach status --json`."""
        found = subprocess.run(
            [sys.executable, "-m", "runcoach.cli", "status", "--json"],
            cwd=PROJECT,
            env={**os.environ, "RUNCOACH_DATA_DIR": str(self.folder)},
            capture_output=True,
            check=False,
        )
        answer: dict[str, Any] = json.loads(found.stdout)
        return answer

    def kill(self, part: str) -> None:
        """SIGKILL to one part, as the supervisor names it."""
        written = json.loads((self.folder / "status.json").read_text())
        pid = next(one["pid"] for one in written["parts"] if one["name"] == part)
        if pid:
            os.kill(pid, signal.SIGKILL)

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['api']}"

    @property
    def ui_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['ui']}"

    @property
    def login(self) -> dict[str, str]:
        """The demo athlete's, as `status --json` tells it."""
        found: dict[str, str] = self.status()["login"]
        return found

    def wait(self, is_so: Callable[[], object], within_s: float, what: str) -> None:
        """Until `is_so`; an answer that cannot be had yet counts as no."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            if self._process is not None and self._process.poll() is not None:
                raise AssertionError(f"the machine stopped before {what}:\n{self.said()}")
            try:
                if is_so():
                    return
            except (httpx.HTTPError, OSError, ValueError):
                pass
            time.sleep(0.25)
        raise AssertionError(f"not within {within_s:.0f} s: {what}\n{self.said()}")

    def said(self) -> str:
        """The end of what the supervisor printed."""
        return (self.folder.parent / f"{self.folder.name}.up.log").read_text()[-3000:]

    def simulators(self) -> "Simulators":
        """The control of the simulated outside world."""
        return Simulators(f"http://127.0.0.1:{self.ports['simulators']}")


class Simulators:
    """What the outside world saw, and how it may misbehave."""

    def __init__(self, base_url: str) -> None:
        self._http = httpx.Client(base_url=f"{base_url}/_control", timeout=30)

    def ledger(self, service: str) -> list[dict[str, Any]]:
        """Accepted effects, oldest first."""
        found: list[dict[str, Any]] = self._http.get("/ledger", params={"service": service}).json()
        return found

    def effects(self, service: str) -> Counter[str]:
        """How often each kind of effect was accepted."""
        return Counter(entry["effect"] for entry in self.ledger(service))

    def downloads(self) -> dict[str, int]:
        """Path of each original → how often it was asked for."""
        answer = self._http.get("/requests", params={"service": "garmin", "contains": "/files/activity/"})
        return {row["path"]: row["count"] for row in answer.json()["paths"]}

    def world(self) -> dict[str, Any]:
        """Facts of the demo athlete's life."""
        found: dict[str, Any] = self._http.get("/world").json()
        return found

    def fault(self, **switch: object) -> None:
        """Turn a switch on."""
        self._http.post("/faults", json=switch).raise_for_status()

    def clear_faults(self) -> None:
        """All switches off."""
        self._http.delete("/faults").raise_for_status()


class Runner:
    """Somebody with a browser session, speaking to the API."""

    def __init__(self, machine: Machine) -> None:
        self._http = httpx.Client(
            base_url=f"{machine.api_url}/api/v1", headers={"X-RC-Request": "1"}, timeout=30
        )

    def log_in(self, email: str, password: str) -> httpx.Response:
        return self._http.post("/auth/login", json={"email": email, "password": password})

    def register(self, email: str, password: str, **more: str) -> httpx.Response:
        body = {"email": email, "password": password, "display_name": "Runner", **more}
        return self._http.post("/auth/register", json=body)

    def get(self, path: str, **query: Any) -> Any:
        """The JSON of a GET that must work."""
        answer = self._http.get(path, params=query)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        return self._http.post(path, json=body, **options)

    def upload(self, *files: Path) -> httpx.Response:
        return self._http.post("/imports", files=[("files", (f.name, f.read_bytes())) for f in files])

    def job(self, kind: str) -> dict[str, Any] | None:
        """The newest job of a kind."""
        items: list[dict[str, Any]] = self.get("/jobs", kind=kind)["items"]
        return items[0] if items else None

    def ask(self, question: str, machine: Machine) -> str:
        """A question to the coach, and the whole answer."""
        accepted = self.post("/ai/chat", {"message": question})
        accepted.raise_for_status()
        told = accepted.json()
        conversation = f"/ai/conversations/{told['conversation_id']}"

        def is_answered() -> bool:
            events = self.get(f"{conversation}/events", after=told["after"])["items"]
            return any(e["kind"] in ("done", "failed") for e in events)

        machine.wait(is_answered, 60, f"the coach answered {question!r}")
        messages = self.get(conversation)["messages"]
        return str([m["content"] for m in messages if m["role"] == "assistant"][-1])


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports
