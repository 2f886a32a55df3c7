"""Every recorded history still replays with the code of today; and a changed story would be noticed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from runcoach.temporal.converter import data_converter
from runcoach.temporal.sandbox import sandbox_runner
from tests.replay.keys import REPLAY_KEYS
from workflows.registry import ALL_WORKFLOWS

FOLDER = Path(__file__).parent / "histories"
HISTORIES = sorted(FOLDER.glob("*.json"))


def replayer(*workflows: type) -> Replayer:
    return Replayer(
        workflows=workflows or ALL_WORKFLOWS,
        data_converter=data_converter(REPLAY_KEYS),
        workflow_runner=sandbox_runner(),
        build_id="replay",
    )


def type_of(path: Path) -> str:
    return path.name.split("-", 1)[0]


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
async def test_history_replays(path: Path) -> None:
    history = WorkflowHistory.from_json(path.stem, path.read_text())
    await replayer().replay_workflow(history)


def test_every_workflow_has_a_history() -> None:
    names = {workflow._Definition.must_from_class(kind).name for kind in ALL_WORKFLOWS}
    assert {type_of(path) for path in HISTORIES} == names


async def test_a_story_that_changed_is_noticed() -> None:
    history = WorkflowHistory.from_json("changed", _one("StravaUpload").read_text())
    with pytest.raises(workflow.NondeterminismError):
        await replayer(ChangedUpload).replay_workflow(history)


def _one(name: str) -> Path:
    return next(path for path in _of(name))


def _of(name: str) -> Iterator[Path]:
    return (path for path in HISTORIES if type_of(path) == name)


@workflow.defn(name="StravaUpload", sandboxed=False)
class ChangedUpload:
    """Does something else than what was recorded."""

    @workflow.run
    async def run(self, given: object) -> bool:
        await workflow.sleep(1)
        return True
