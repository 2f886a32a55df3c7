"""The restore drill: roles by the real script, a dump past row security, sealed, opened again elsewhere."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runcoach.embedded.postgres import EmbeddedPostgres, bundled_programs
from tests.deploy.compose import PROJECT
from tests.deploy.test_secrets import make_secrets
from tests.embedded.sql import ask, tell

pytestmark = [
    pytest.mark.engines,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="about machines with openssl"),
]
OPEN = ["openssl", "enc", "-d", "-aes-256-ctr", "-pbkdf2", "-iter", "600000", "-pass"]
PRIVATE_TABLE = """
CREATE TABLE activities (user_id int, note text);
ALTER TABLE activities ENABLE ROW LEVEL SECURITY;
ALTER TABLE activities FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON activities USING (user_id = NULLIF(current_setting('app.user_id', true), '')::int);
SET app.user_id = '7';
INSERT INTO activities VALUES (7, 'Han River 10 km');
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A bare cluster: the database is dropped, so that the deployment's own script makes it."""
    engine = EmbeddedPostgres(tmp_path / "engine")
    engine.start()
    yield engine
    engine.stop()


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    return make_secrets(tmp_path)


def environment(server: EmbeddedPostgres, secrets: Path, **more: str) -> dict[str, str]:
    folders = [str(bundled_programs() / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]]
    address = {"PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGPASSWORD": server.address.password}
    return {**os.environ, **address, "PATH": os.pathsep.join(folders), "SECRETS_DIR": str(secrets), **more}


def psql(server: EmbeddedPostgres, secrets: Path, sql: str) -> None:
    command = ["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", "postgres", "-c", sql]
    subprocess.run(command, env=environment(server, secrets), check=True, capture_output=True)


async def test_a_backup_opens_again_with_every_row_and_file(
    server: EmbeddedPostgres, secrets: Path, tmp_path: Path
) -> None:
    _make_roles(server, secrets)
    owner = f"postgresql://runcoach_owner:{(secrets / 'runcoach_owner_password').read_text()}"
    await tell(f"{owner}@127.0.0.1:{server.port}/runcoach", PRIVATE_TABLE)
    data = tmp_path / "data"
    (data / "originals" / "ab").mkdir(parents=True)
    (data / "originals" / "ab" / "run.fit").write_bytes(b"\x0e\x10 a FIT file")
    (data / "raw_payloads").mkdir()

    made = _back_up(server, secrets, tmp_path, data)

    for part in ("database.dump", "originals.tar"):
        sealed = (made / f"{part}.enc").read_bytes()
        assert b"Han River" not in sealed
        assert b"FIT file" not in sealed
        opened = subprocess.run(
            [*OPEN, f"file:{secrets / 'backup_key'}"], input=sealed, capture_output=True, check=True
        )
        (tmp_path / part).write_bytes(opened.stdout)
    psql(server, secrets, "CREATE DATABASE restored")
    subprocess.run(
        ["pg_restore", "--no-owner", "-U", "postgres", "-d", "restored", str(tmp_path / "database.dump")],
        env=environment(server, secrets),
        check=True,
        capture_output=True,
    )
    admin = f"postgresql://postgres:{server.address.password}@127.0.0.1:{server.port}/restored"
    assert await ask(admin, "SELECT note FROM activities") == "Han River 10 km"
    subprocess.run(["tar", "-xf", str(tmp_path / "originals.tar"), "-C", str(tmp_path)], check=True)
    assert (tmp_path / "originals" / "ab" / "run.fit").read_bytes().endswith(b"a FIT file")


def test_a_damaged_set_is_seen_by_its_signature(
    server: EmbeddedPostgres, secrets: Path, tmp_path: Path
) -> None:
    _make_roles(server, secrets)
    for folder in ("originals", "raw_payloads"):
        (tmp_path / "data" / folder).mkdir(parents=True)
    made = _back_up(server, secrets, tmp_path, tmp_path / "data")
    lines = [line.split() for line in (made / "HMAC-SHA256").read_text().splitlines()]
    written = {name: signature for signature, name in lines}
    part = made / "database.dump.enc"
    assert _signature(part, secrets) == written["database.dump.enc"]
    part.write_bytes(part.read_bytes()[:-1] + b"?")
    assert _signature(part, secrets) != written["database.dump.enc"]


def test_a_failed_dump_leaves_no_set_and_no_success(
    server: EmbeddedPostgres, secrets: Path, tmp_path: Path
) -> None:
    _make_roles(server, secrets)
    (secrets / "runcoach_backup_password").chmod(0o644)
    (secrets / "runcoach_backup_password").write_text("wrong")
    with pytest.raises(subprocess.CalledProcessError):
        _back_up(server, secrets, tmp_path, tmp_path)
    assert not (tmp_path / "backups" / "last-success").exists()
    assert list((tmp_path / "backups").glob("runcoach-*")) == []


def _make_roles(server: EmbeddedPostgres, secrets: Path) -> None:
    psql(server, secrets, "DROP DATABASE runcoach")
    psql(server, secrets, "DROP ROLE runcoach_owner, runcoach_app")
    script = (PROJECT / "deploy" / "compose" / "postgres" / "10-roles.sh").read_text(encoding="utf-8")
    # btree_gin is Temporal's need; the embedded binaries do not bring it, Debian's and pgvector's image do.
    script = script.replace("CREATE EXTENSION btree_gin;", "")
    subprocess.run(["bash", "-c", script], env=environment(server, secrets), check=True, capture_output=True)


def _back_up(server: EmbeddedPostgres, secrets: Path, tmp_path: Path, data: Path) -> Path:
    backups = tmp_path / "backups"
    backups.mkdir()
    variables = environment(
        server,
        secrets,
        BACKUP_DIR=str(backups),
        RUNCOACH_DATA_DIR=str(data),
        PGUSER="runcoach_backup",
        PGDATABASE="runcoach",
    )
    command = ["sh", "deploy/compose/backup.sh", "once"]
    subprocess.run(command, cwd=PROJECT, env=variables, check=True, capture_output=True)
    assert (backups / "last-success").exists()
    return next(backups.glob("runcoach-*"))


def _signature(file: Path, secrets: Path) -> str:
    key = (secrets / "backup_key").read_text()
    command = ["openssl", "dgst", "-sha256", "-hmac", key, "-r", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[0]
