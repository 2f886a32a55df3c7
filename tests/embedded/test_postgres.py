import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from runcoach.embedded.errors import EngineError, PortBusyError
from runcoach.embedded.postgres import EmbeddedPostgres, bundled_programs
from runcoach.embedded.postgres_files import serving_processes
from runcoach.embedded.postgres_setup import ensure_app_role
from runcoach.embedded.privilege import Privilege, _dropped, find_privilege
from runcoach.settings import with_login
from tests.embedded.sql import ask, tell

pytestmark = pytest.mark.engines

AS_ROOT = os.geteuid() == 0


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    engine = EmbeddedPostgres(tmp_path)
    engine.start()
    yield engine
    engine.stop()


def data_folder(tmp_path: Path) -> Path:
    return tmp_path / "postgres" / "data"


def forget_stand_in(privilege: Privilege, tmp_path: Path) -> None:
    place = privilege.place_for(tmp_path / "postgres")
    if not place.is_relative_to(tmp_path):
        shutil.rmtree(place)


async def test_fresh_start_makes_two_plain_roles_the_database_and_vector(postgres: EmbeddedPostgres) -> None:
    for url, role in ((postgres.owner_url, "runcoach_owner"), (postgres.app_url, "runcoach_app")):
        assert await ask(url, "SELECT current_user") == role
        powers = "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
        assert await ask(url, powers) is False
    assert await ask(postgres.app_url, "SELECT '[1,2]'::vector <-> '[1,4]'::vector") == 2.0
    assert str(await ask(postgres.app_url, "SHOW server_version")).startswith("18.")


async def test_app_role_may_not_create_tables(postgres: EmbeddedPostgres) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await tell(postgres.app_url, "CREATE TABLE sneaky (id int)")


async def test_committed_rows_survive_kill_9(postgres: EmbeddedPostgres) -> None:
    await tell(postgres.owner_url, "CREATE TABLE runs (km int); INSERT INTO runs VALUES (10), (21)")
    postgres.kill()
    postgres.start()
    assert await ask(postgres.owner_url, "SELECT sum(km) FROM runs") == 31


async def test_a_stale_lock_file_with_the_pid_of_a_living_stranger_is_no_obstacle(
    postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    postgres.kill()
    lock = data_folder(tmp_path) / "postmaster.pid"
    lines = lock.read_text().splitlines()
    lock.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    postgres.start()
    assert await ask(postgres.owner_url, "SELECT 1") == 1


async def test_second_start_keeps_data_and_passwords(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    await tell(postgres.owner_url, "CREATE TABLE runs (km int); INSERT INTO runs VALUES (42)")
    before = postgres.owner_url.split("@")[0]
    postgres.stop()
    again = EmbeddedPostgres(tmp_path)
    again.start()
    try:
        assert again.owner_url.split("@")[0] == before
        assert await ask(again.owner_url, "SELECT km FROM runs") == 42
    finally:
        again.stop()


async def test_a_server_left_over_from_another_life_is_stopped_first(
    postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    left_over = postgres.process.pid
    again = EmbeddedPostgres(tmp_path)
    again.start()
    try:
        assert not psutil.pid_exists(left_over) or psutil.Process(left_over).status() == "zombie"
        assert await ask(again.owner_url, "SELECT 1") == 1
    finally:
        again.stop()


async def test_strangers_need_the_password_even_on_this_machine(postgres: EmbeddedPostgres) -> None:
    for password in (None, "wrong"):
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(
                host="127.0.0.1", port=postgres.port, user="postgres", password=password, database="postgres"
            )


def test_it_listens_on_loopback_only_and_has_no_socket_file(postgres: EmbeddedPostgres) -> None:
    listening = [c for c in psutil.Process(postgres.process.pid).net_connections() if c.status == "LISTEN"]
    assert {c.laddr.ip for c in listening} == {"127.0.0.1"}
    sockets = psutil.Process(postgres.process.pid).net_connections("unix")
    assert not [socket for socket in sockets if ".s.PGSQL" in str(socket.laddr)]


async def test_the_owner_of_another_postgres_makes_the_app_role_and_may_do_so_again(
    postgres: EmbeddedPostgres,
) -> None:
    admin = f"postgresql://postgres:{postgres.address.password}@127.0.0.1:{postgres.port}/runcoach"
    await tell(admin, "DROP OWNED BY runcoach_app; DROP ROLE runcoach_app")
    await tell(admin, "CREATE ROLE boss LOGIN CREATEROLE PASSWORD 'boss'")
    await tell(admin, "GRANT CONNECT ON DATABASE runcoach TO boss, PUBLIC")
    for password in ("first", "it's the second"):
        boss = f"postgresql+asyncpg://boss:boss@127.0.0.1:{postgres.port}/runcoach"
        await ensure_app_role(boss, password)
        app = with_login(boss, "runcoach_app", password)
        assert await ask(app, "SELECT rolbypassrls FROM pg_roles WHERE rolname = current_user") is False


async def test_an_owner_without_that_right_is_told_what_to_set(postgres: EmbeddedPostgres) -> None:
    with pytest.raises(EngineError, match="RUNCOACH_DATABASE_APP_URL"):
        await ensure_app_role(postgres.owner_url, "x")


def test_secrets_are_for_their_owner_only(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    files = list((tmp_path / "secrets").iterdir())
    assert {file.name for file in files} >= {"postgres.password", "runcoach_app.password"}
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert not (tmp_path / "postgres" / "initdb.password").exists()


@pytest.mark.skipif(not AS_ROOT, reason="about being started as root")
async def test_started_as_root_it_runs_as_an_ordinary_user_inside(postgres: EmbeddedPostgres) -> None:
    if postgres.runs_how != "user namespace":
        pytest.skip("about machines that allow user namespaces; the others drop to nobody")
    inside, outside, count = Path(f"/proc/{postgres.process.pid}/uid_map").read_text().split()
    assert (int(outside), int(count)) == (0, 1)
    assert int(inside) > 0


@pytest.mark.skipif(not AS_ROOT, reason="about being started as root")
async def test_without_namespaces_root_drops_to_nobody_and_kill_9_still_loses_nothing(tmp_path: Path) -> None:
    dropped = _dropped()
    assert dropped is not None
    engine = EmbeddedPostgres(tmp_path, privilege=dropped)
    engine.start()
    try:
        await tell(engine.owner_url, "CREATE TABLE runs (km int); INSERT INTO runs VALUES (5)")
        assert psutil.Process(engine.process.pid).uids().effective > 0
        engine.kill()
        engine.start()
        assert await ask(engine.owner_url, "SELECT km FROM runs") == 5
    finally:
        engine.stop()
        forget_stand_in(dropped, tmp_path)


@pytest.mark.skipif(not AS_ROOT, reason="about being started as root")
async def test_data_made_as_nobody_opens_again_in_a_namespace(tmp_path: Path) -> None:
    for privilege in (_dropped(), find_privilege()):
        assert privilege is not None
        engine = EmbeddedPostgres(tmp_path, privilege=privilege)
        engine.start()
        try:
            assert await ask(engine.owner_url, "SELECT 1") == 1
        finally:
            engine.stop()
    forget_stand_in(find_privilege(), tmp_path)


def test_a_broken_initdb_leaves_no_half_cluster(tmp_path: Path) -> None:
    broken = Privilege("broken", ("false",))
    engine = EmbeddedPostgres(tmp_path, privilege=broken)
    with pytest.raises(EngineError, match="false failed"):
        engine.start()
    assert not data_folder(tmp_path).exists()


def test_data_of_another_major_version_is_refused_in_words(tmp_path: Path) -> None:
    data_folder(tmp_path).mkdir(parents=True)
    (data_folder(tmp_path) / "PG_VERSION").write_text("15\n")
    with pytest.raises(EngineError, match="made by Postgres 15"):
        EmbeddedPostgres(tmp_path).start()


def test_busy_port_is_named_with_what_to_set(tmp_path: Path, postgres: EmbeddedPostgres) -> None:
    other = EmbeddedPostgres(tmp_path / "other", postgres.port)
    with pytest.raises(PortBusyError, match="RUNCOACH_POSTGRES_PORT"):
        other.start()


@pytest.mark.skipif(sys.platform != "linux", reason="about Linux, whose kernel has a death signal")
def test_when_its_starter_is_killed_the_server_goes_too(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path\n"
        "from runcoach.embedded.postgres import EmbeddedPostgres\n"
        "EmbeddedPostgres(Path(sys.argv[1])).start()\n"
        "os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], timeout=60)
    assert data_folder(tmp_path).exists()
    deadline = time.monotonic() + 10
    while serving_processes(data_folder(tmp_path)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not serving_processes(data_folder(tmp_path))


def test_the_bundle_has_the_programs_for_backups_too() -> None:
    assert {"postgres", "initdb", "pg_dump", "pg_restore"} <= {
        file.name for file in (bundled_programs() / "bin").iterdir()
    }
