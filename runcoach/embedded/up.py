"""What `runcoach up` does before and around the supervisor: lock, leftovers, ports, the ready line."""

import time
from collections.abc import Callable

from runcoach.embedded.lock import only_supervisor
from runcoach.embedded.parts import build_stages, require_free_ports
from runcoach.embedded.status import end_leftover_children
from runcoach.embedded.supervisor import Supervisor
from runcoach.settings import Settings


def run_up(settings: Settings, say: Callable[[str], None]) -> None:
    """Start everything on this data folder and stay until told to stop."""
    with only_supervisor(settings.data_dir):
        for name in end_leftover_children(settings.data_dir):
            say(f"{name} was still running from before; stopped it.")
        require_free_ports(settings)
        _make_secrets(settings)
        began_s = time.monotonic()
        say(f"Starting RunCoach in {settings.data_dir} (logs: {settings.data_dir / 'logs'}) …")
        supervisor = Supervisor(settings.data_dir, build_stages(settings, say), say, login=_login(settings))
        supervisor.run(on_ready=lambda: say(_ready_lines(settings, time.monotonic() - began_s)))
        say("RunCoach has stopped.")


def _make_secrets(settings: Settings) -> None:
    """Before any child runs, so that no two of them make the same one."""
    _ = settings.vault_keys, settings.codec_keys


def _login(settings: Settings) -> dict[str, str] | None:
    if not settings.demo:
        return None
    return {"email": settings.demo_email, "password": settings.demo_password}


def _ready_lines(settings: Settings, took_s: float) -> str:
    temporal = settings.temporal_ui_url or settings.temporal_target
    lines = [
        f"RunCoach is ready after {took_s:.0f} s: http://127.0.0.1:{settings.ui_port}",
        f"  API       http://127.0.0.1:{settings.api_port}/docs",
        f"  Temporal  {temporal}",
    ]
    login = _login(settings)
    if login is not None:
        lines.append(f"  Demo login: {login['email']} / {login['password']}")
    return "\n".join([*lines, "Ctrl-C stops everything."])
