"""Print the path of a Python that RunCoach can run on, or say on stderr that there is none and exit 1.

Runs on any Python from 3.9 on, with the standard library only. A program counts only if it starts and says
that it is new enough: pyenv's shims, for one, exist for versions that they refuse to run. The order: names
on PATH, then pyenv's own versions, in its root, in the home, or, where the home is an empty one, beside
the shims on PATH. 3.12 comes before newer ones because that is what the tests run on.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

OLDEST = (3, 12)
TESTED = (3, 12)
NAMES = ("python3.12", "python3.13", "python3.14", "python3", "python")


def version_of(program: str) -> tuple[int, ...] | None:
    """What a program says it is; None when it does not start or is no Python."""
    ask = "import sys; print('%d.%d.%d' % sys.version_info[:3])"
    try:
        answer = subprocess.run([program, "-I", "-c", ask], capture_output=True, text=True, timeout=20)
        return tuple(int(part) for part in answer.stdout.strip().split(".")) if answer.stdout else None
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def candidates(environment: Mapping[str, str]) -> Iterator[str]:
    """Programs worth asking, best first."""
    path = environment.get("PATH", "")
    for name in NAMES:
        for folder in path.split(os.pathsep):
            found = shutil.which(name, path=folder) if folder else None
            if found:
                yield found
    for root in pyenv_roots(environment):
        for program in sorted(root.glob("versions/*/bin/python"), key=_preference):
            yield str(program)


def pyenv_roots(environment: Mapping[str, str]) -> list[Path]:
    """Where pyenv may keep its versions."""
    roots = [Path(environment["PYENV_ROOT"])] if environment.get("PYENV_ROOT") else []
    if environment.get("HOME"):
        roots.append(Path(environment["HOME"]) / ".pyenv")
    for folder in environment.get("PATH", "").split(os.pathsep):
        if Path(folder).name == "shims":
            roots.append(Path(folder).parent)
    return roots


def find(environment: Mapping[str, str]) -> str | None:
    """The first candidate that really is new enough."""
    for program in candidates(environment):
        version = version_of(program)
        if version is not None and version >= OLDEST:
            return program
    return None


def _preference(program: Path) -> tuple[bool, list[int]]:
    """The tested version first, then the oldest that is new enough; newest patch of each."""
    name = program.parents[1].name
    numbers = [int(part) for part in name.split(".") if part.isdigit()]
    return tuple(numbers[:2]) != TESTED, [*numbers[:2], *(-number for number in numbers[2:])]


if __name__ == "__main__":
    chosen = find(os.environ)
    if chosen is None:
        sys.exit(f"No Python {OLDEST[0]}.{OLDEST[1]} or newer was found on PATH or among pyenv's versions.")
    print(chosen)  # noqa: T201
