import os
import shutil
import subprocess
from pathlib import Path

import pytest

from runcoach.embedded.postgres import bundled_programs
from runcoach.embedded.privilege import _dropped, _short_name, find_privilege

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="about being started as root")


@needs_root
def test_root_never_runs_a_program_as_root() -> None:
    for privilege in (find_privilege(), _dropped()):
        assert privilege is not None
        shown = subprocess.run(privilege.wrap(["id", "-u"]), capture_output=True, text=True, check=True)
        assert int(shown.stdout) > 0


@pytest.mark.skipif(os.geteuid() == 0, reason="about not being root")
def test_an_ordinary_user_needs_no_prefix() -> None:
    assert find_privilege().wrap(["id"]) == ("id",)


@needs_root
def test_programs_in_a_closed_folder_are_copied_to_where_they_run(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    package = bundled_programs().parent
    inside = closed / package.name / bundled_programs().name
    shutil.copytree(bundled_programs(), inside, symlinks=True)
    shutil.copytree(package.with_name(f"{package.name}.libs"), closed / f"{package.name}.libs")
    dropped = _dropped()
    assert dropped is not None
    programs = dropped.binaries(inside)
    copy = Path("/var/lib/runcoach/bin") / _short_name(inside)
    try:
        assert programs.is_relative_to(copy)
        shown = subprocess.run(dropped.wrap([programs / "bin" / "initdb", "--version"]), capture_output=True)
        assert shown.returncode == 0
        assert dropped.binaries(inside) == programs
    finally:
        shutil.rmtree(copy)


@needs_root
def test_a_data_folder_that_nobody_cannot_reach_gets_a_stand_in(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    dropped = _dropped()
    assert dropped is not None
    place = dropped.place_for(closed / "postgres")
    try:
        assert not place.is_relative_to(tmp_path)
        assert place.stat().st_uid > 0
        assert place.stat().st_mode & 0o777 == 0o700
        closed.chmod(0o755)
        assert dropped.place_for(closed / "postgres") == place
    finally:
        shutil.rmtree(place)
