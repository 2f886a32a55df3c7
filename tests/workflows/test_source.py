"""What the sandbox does not see in the helpers of workflows, their source is read for."""

import ast
from pathlib import Path

import pytest

import workflows

MODULES = sorted(Path(workflows.__file__).parent.glob("*.py"))
FORBIDDEN_MODULES = {"time", "random", "secrets", "os", "logging", "threading", "socket", "subprocess"}
FORBIDDEN_CALLS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "uuid4",
    "uuid1",
    "uuid7",
    "uuid.uuid4",
    "asyncio.wait",
    "asyncio.as_completed",
    "asyncio.to_thread",
    "print",
    "open",
}


def faults(source: str) -> list[str]:
    """Everything in it that would differ from one replay to the next."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name.split(".")[0] in FORBIDDEN_MODULES]
        if isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module] if node.module.split(".")[0] in FORBIDDEN_MODULES else []
        if isinstance(node, ast.Call) and ast.unparse(node.func) in FORBIDDEN_CALLS:
            found.append(ast.unparse(node.func))
        if isinstance(node, ast.For | ast.comprehension) and isinstance(node.iter, ast.Set | ast.SetComp):
            found.append("iterates over a set")
        if isinstance(node, ast.ExceptHandler) and (
            node.type is None or ast.unparse(node.type) == "BaseException"
        ):
            found.append("swallows everything")
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_workflow_modules_take_nothing_that_replay_cannot_repeat(path: Path) -> None:
    assert faults(path.read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        "import random",
        "from time import sleep",
        "started = datetime.now()",
        "key = uuid4()",
        "for name in {1, 2}: pass",
        "try:\n    pass\nexcept:\n    pass",
    ],
)
def test_each_forbidden_thing_is_noticed(source: str) -> None:
    assert faults(source)
