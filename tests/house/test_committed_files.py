"""What may not stand in a committed file: places that exist on one machine only, and secrets."""

import re
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
REGISTRIES = "|".join(
    re.escape(".".join(parts))
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("proxy", "golang", "org"),
        ("registry", "npmjs", "org"),
        ("crates", "io"),
        ("deb", "debian", "org"),
        ("repo1", "maven", "org"),
    )
)
FORBIDDEN = {
    "a registry's address": re.compile(REGISTRIES),
    "a path of one machine": re.compile(r"(?<![\w.$}])/(work|root|home/\w+)/[\w.]"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "an API key": re.compile(r"\bsk-(?!planted|test|fake)[A-Za-z0-9]{20,}"),
}


def committed() -> list[Path]:
    try:
        listed = subprocess.check_output(["git", "ls-files", "-z"], cwd=PROJECT)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("about checkouts with git")
    return [PROJECT / name for name in listed.decode().split("\0") if name and (PROJECT / name).is_file()]


@pytest.mark.parametrize("what", sorted(FORBIDDEN))
def test_no_committed_file_names(what: str) -> None:
    found = []
    for file in committed():
        text = file.read_bytes().decode("utf-8", errors="ignore")
        match = FORBIDDEN[what].search(text)
        if match:
            found.append(f"{file.relative_to(PROJECT)}: {match.group()}")
    assert found == []


def test_nothing_that_is_made_here_is_committed() -> None:
    made = re.compile(r"(^|/)(\.venv|\.runcoach|\.tools|__pycache__|\.env)(/|$)|(^|/)uv\.lock$")
    assert [str(file) for file in committed() if made.search(str(file.relative_to(PROJECT)))] == []
