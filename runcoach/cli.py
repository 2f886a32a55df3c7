"""The `runcoach` command: one small function per subcommand, each importing only what it needs.

Sentences here are for the person at the terminal, in English; runners never see them.
"""

import argparse
import contextlib
import json
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from runcoach.embedded.observe import observe
from runcoach.settings import Settings, load_settings

Command = Callable[[Settings, argparse.Namespace], int]

_PORT_FLAGS = ("api_port", "ui_port", "postgres_port", "temporal_port", "temporal_ui_port", "simulators_port")
_ENV_FILE = Path(".env")


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, read the settings, run; the exit code says whether it worked."""
    parser = _parser()
    parsed = parser.parse_args(arguments)
    if parsed.command is None:
        parser.print_help()
        return 2
    try:
        settings = _settings(parsed)
    except ValidationError as wrong:
        return _fail("; ".join(_in_words(error) for error in wrong.errors()))
    command: Command = parsed.command
    if command in PROCESSES:
        observe(settings, command.__name__)
    return command(settings, parsed)


def _settings(parsed: argparse.Namespace) -> Settings:
    """Only the commands that a person types read `.env`; processes get their settings from `up`."""
    overrides = {name: getattr(parsed, name) for name in _PORT_FLAGS if getattr(parsed, name, None)}
    if getattr(parsed, "queues", None):
        overrides["worker_queues"] = parsed.queues
    reads_env_file = parsed.command not in PROCESSES
    settings = load_settings(_ENV_FILE if reads_env_file else None)
    if parsed.command in (up, doctor) and "demo" not in settings.model_fields_set:
        overrides["demo"] = True
    if getattr(parsed, "no_demo", False):
        overrides["demo"] = False
    return load_settings(_ENV_FILE if reads_env_file else None, **overrides) if overrides else settings


def _in_words(error: ErrorDetails) -> str:
    name = str(error["loc"][0]).upper() if error["loc"] else "settings"
    return f"{name if name.startswith('RUNCOACH_') else f'RUNCOACH_{name}'}: {error['msg']}"


def up(settings: Settings, parsed: argparse.Namespace) -> int:
    """Start everything and stay."""
    from runcoach.embedded.errors import EngineError
    from runcoach.embedded.up import run_up

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # until the supervisor takes over
    try:
        run_up(settings, _say)
    except EngineError as reason:
        return _fail(str(reason))
    except KeyboardInterrupt:
        return _fail("stopped before it was ready")
    return 0


def fetch(settings: Settings, parsed: argparse.Namespace) -> int:
    """Get the Temporal server now, so that later starts find it."""
    from runcoach.embedded.errors import EngineError
    from runcoach.embedded.temporal_binary import Places, obtain_binary

    try:
        print(obtain_binary(Places(settings.data_dir, settings.cache_dir), _say))
    except EngineError as reason:
        return _fail(str(reason))
    return 0


def status(settings: Settings, parsed: argparse.Namespace) -> int:
    """What runs; exit code 0 only when everything is ready."""
    from runcoach.embedded.status import read_status

    now = read_status(settings.data_dir)
    if parsed.json:
        _say(json.dumps(asdict(now), indent=2))
    else:
        _say("ready" if now.ready else "not ready")
        for part in now.parts:
            where = part.url or (f"port {part.port}" if part.port else "")
            _say(f"  {part.name:12} {part.health:10} {f'pid {part.pid}' if part.pid else '':11} {where}")
    return 0 if now.ready else 1


def doctor(settings: Settings, parsed: argparse.Namespace) -> int:
    """What was found, what will be used, what is missing."""
    from runcoach.embedded.doctor import examine

    findings = examine(settings)
    for finding in findings:
        _say(str(finding))
    return 1 if any(finding.is_fatal for finding in findings) else 0


def migrate(settings: Settings, parsed: argparse.Namespace) -> int:
    """Bring the database's tables up to date, as their owner."""
    from runcoach import wiring
    from runcoach.embedded.errors import EngineError
    from runcoach.embedded.postgres_setup import ensure_app_role, run_now
    from runcoach.settings import APP_ROLE

    if settings.database_url is not None and settings.database_app_url is None:
        try:
            run_now(ensure_app_role(settings.owner_database_url, settings.role_password(APP_ROLE)))
        except EngineError as reason:
            return _fail(str(reason))
    wiring.run_migrations(settings)
    return 0


def worker(settings: Settings, parsed: argparse.Namespace) -> int:
    """Host workflows and steps."""
    from runcoach import wiring

    wiring.run_worker(settings)
    return 0


def api(settings: Settings, parsed: argparse.Namespace) -> int:
    """Serve the HTTP API."""
    from runcoach import wiring

    wiring.run_api(settings)
    return 0


def ui(settings: Settings, parsed: argparse.Namespace) -> int:
    """Serve the screens."""
    from runcoach import wiring

    wiring.run_ui(settings)
    return 0


def simulators(settings: Settings, parsed: argparse.Namespace) -> int:
    """Serve the simulated outside world."""
    from runcoach import wiring

    wiring.run_simulators(settings)
    return 0


def ping(settings: Settings, parsed: argparse.Namespace) -> int:
    """Whether a part on this host does its work; for the health checks of containers."""
    from runcoach.embedded.health import answers_http, worker_polls

    checks: dict[str, Callable[[], bool]] = {
        "api": lambda: answers_http(f"http://127.0.0.1:{settings.api_port}/healthz"),
        "ui": lambda: answers_http(f"http://127.0.0.1:{settings.ui_port}/"),
        "worker": lambda: worker_polls(settings, None),
    }
    return 0 if checks[parsed.part]() else 1


def advance_demo(settings: Settings, parsed: argparse.Namespace) -> int:
    """Let the demo athlete live on: days pass, runs arrive by sync, a week that ends brings a new plan."""
    from runcoach import wiring
    from runcoach.domain.errors import RunCoachError
    from runcoach.embedded.status import read_status

    now = read_status(settings.data_dir)
    if not now.ready or not any(part.name == "simulators" for part in now.parts):
        return _fail("no demo athlete runs here: start RunCoach with `make run`, then try again")
    ports = {f"{part.name}_port": part.port for part in now.parts if f"{part.name}_port" in _PORT_FLAGS}
    try:
        wiring.advance_demo(settings.model_copy(update={**ports, "demo": True}), parsed.days)
    except (RunCoachError, OSError) as reason:
        return _fail(f"the demo athlete could not live on: {reason}")
    return 0


def check_science(settings: Settings, parsed: argparse.Namespace) -> int:
    """Evaluate a vectors file with the real functions."""
    from runcoach.science.vectors import check

    try:
        text = parsed.file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as unreadable:
        return _fail(f"{parsed.file}: {unreadable}")
    failures, passed, total = check(text)
    for failure in failures:
        print(failure)
    print(f"{passed} of {total} passed")
    return 0 if passed == total and not failures else 1


PROCESSES: tuple[Command, ...] = (migrate, worker, api, ui, simulators)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="runcoach", description="A self-hosted AI running coach.")
    parser.set_defaults(command=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    starting = _add(commands, "up", up)
    starting.add_argument("--no-demo", action="store_true", help="without the demo athlete")
    for name in _PORT_FLAGS:
        starting.add_argument(f"--{name.replace('_', '-')}", type=int, metavar="PORT")
    _add(commands, "status", status).add_argument("--json", action="store_true")
    _add(commands, "doctor", doctor)
    _add(commands, "fetch", fetch)
    _add(commands, "migrate", migrate)
    _add(commands, "worker", worker).add_argument("--queues", help="comma-separated, default all")
    _add(commands, "api", api)
    _add(commands, "ui", ui)
    _add(commands, "simulators", simulators)
    _add(commands, "ping", ping).add_argument("part", choices=("api", "ui", "worker"))
    _add_nested(commands, "demo", "advance", advance_demo).add_argument("days", type=_positive)
    _add_nested(commands, "science", "check", check_science).add_argument("file", type=Path)
    return parser


type _Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def _add(commands: _Commands, name: str, command: Command) -> argparse.ArgumentParser:
    sentence = (command.__doc__ or "").strip()
    parser = commands.add_parser(name, help=sentence, description=sentence)
    parser.set_defaults(command=command)
    return parser


def _add_nested(commands: _Commands, group: str, name: str, command: Command) -> argparse.ArgumentParser:
    groups = commands.add_parser(group, help=(command.__doc__ or "").strip())
    return _add(groups.add_subparsers(metavar="COMMAND", required=True), name, command)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _say(sentence: str) -> None:
    with contextlib.suppress(BrokenPipeError):  # a terminal that went away must not end the work
        print(sentence, flush=True)


def _fail(sentence: str) -> int:
    print(f"runcoach: {sentence}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
