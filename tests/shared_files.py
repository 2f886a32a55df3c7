"""Real files and answers that live beside the project, not in it."""

from pathlib import Path

import pytest

_SHARED = Path(__file__).resolve().parents[2] / "shared"


def shared(relative: str) -> Path:
    """The path of a shared test file; skips the test, naming the file, where it is not there."""
    path = _SHARED / relative
    if not path.exists():
        pytest.skip(
            f"about shared test material that is not beside the project: {relative}", allow_module_level=True
        )
    return path
