"""Postgres refuses to run as root; here root finds a way to run it as somebody else.

First choice is a user namespace: inside it the process is an ordinary user, outside its files stay root's,
and nothing is copied or chmod'ed. Where namespaces are refused (some containers), `setpriv` drops to
`nobody`, which needs the binaries and the data in a place that `nobody` can reach.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from runcoach.embedded.errors import EngineError

_UNPRIVILEGED_HOME = Path("/var/lib/runcoach")


@dataclass(frozen=True)
class Privilege:
    """How to start a program that must not be root: a prefix, and the user that files must belong to."""

    kind: str
    prefix: tuple[str, ...] = ()
    file_owner: tuple[int, int] | None = None

    def wrap(self, argv: Sequence[str | Path]) -> tuple[str, ...]:
        """The command line that runs `argv` without root's rights."""
        return (*self.prefix, *(str(part) for part in argv))

    def place_for(self, wanted: Path) -> Path:
        """`wanted`, or where that user cannot reach it, a folder of its own that stands for it."""
        wanted.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.own(wanted)
        elsewhere = _UNPRIVILEGED_HOME / "data" / _short_name(wanted)
        reachable = self.file_owner is None or self._works(["test", "-w", str(wanted)])
        if reachable and not elsewhere.exists():
            return wanted
        elsewhere.mkdir(parents=True, exist_ok=True)
        _open_the_way(elsewhere.parent)
        elsewhere.chmod(0o700)
        self.own(elsewhere)
        return elsewhere

    def own(self, path: Path) -> None:
        """Give a file or a whole folder to the user that the programs run as, where root can."""
        owner = self.file_owner or (os.geteuid(), os.getegid())
        if os.geteuid() != 0 or path.stat().st_uid == owner[0]:
            return
        for item in (path, *path.rglob("*")):
            os.chown(item, *owner, follow_symlinks=False)

    def binaries(self, original: Path) -> Path:
        """The folder of programs, copied once to where that user can run them if it must be."""
        if self.file_owner is None or self._works([str(original / "bin" / "initdb"), "--version"]):
            return original
        copy = _UNPRIVILEGED_HOME / "bin" / _short_name(original)
        if not copy.exists():
            _copy_with_libraries(original, copy)
        programs = copy / original.parent.name / original.name
        if not self._works([str(programs / "bin" / "initdb"), "--version"]):
            raise EngineError(f"{copy} holds a copy of Postgres that an unprivileged user cannot run.")
        return programs

    def _works(self, argv: Sequence[str]) -> bool:
        return _succeeds(self.wrap(argv))


def _short_name(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


def _open_the_way(folder: Path) -> None:
    for part in (folder, _UNPRIVILEGED_HOME):
        part.chmod(0o755)


def _copy_with_libraries(original: Path, copy: Path) -> None:
    """The programs find their libraries by a path relative to themselves: both are copied, side by side."""
    package = original.parent
    draft = copy.with_name(f"{copy.name}.{os.getpid()}")
    shutil.copytree(original, draft / package.name / original.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, draft / libraries.name, symlinks=True)
    for folder in (draft, draft / package.name):
        folder.chmod(0o755)
    _open_the_way(copy.parent)
    draft.rename(copy)


def find_privilege() -> Privilege:
    """As we are when we are nobody special; else a user namespace; else `setpriv`."""
    if os.geteuid() != 0:
        return Privilege("same user")
    for candidate in (_namespace(), _dropped()):
        if candidate is not None and _succeeds(candidate.wrap(["true"])):
            return candidate
    raise EngineError(
        "Postgres does not run as root, and this machine allows neither a user namespace nor setpriv: "
        "start RunCoach as an ordinary user, or set DATABASE_URL."
    )


def _namespace() -> Privilege | None:
    if shutil.which("unshare") is None:
        return None
    user = _ordinary_user()
    return Privilege(
        "user namespace",
        ("unshare", "--user", f"--map-user={user.pw_uid}", f"--map-group={user.pw_gid}"),
    )


def _dropped() -> Privilege | None:
    if shutil.which("setpriv") is None:
        return None
    user = _ordinary_user("nobody")
    ids = (f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups")
    return Privilege("setpriv", ("setpriv", *ids, "--pdeathsig", "keep"), (user.pw_uid, user.pw_gid))


def _ordinary_user(name: str | None = None) -> pwd.struct_passwd:
    """An account other than root; initdb wants its user to have a name."""
    users = [user for user in pwd.getpwall() if user.pw_uid != 0]
    wanted = [user for user in users if user.pw_name == name or (name is None and user.pw_uid == 1000)]
    if not users:
        raise EngineError("This machine knows no user but root: set DATABASE_URL.")
    return (wanted or [u for u in users if u.pw_name == "nobody"] or users)[0]


def _succeeds(argv: Sequence[str]) -> bool:
    try:
        return subprocess.run(argv, capture_output=True, timeout=20).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
