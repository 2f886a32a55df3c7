"""What the API asks of the orchestrator: start, update, signal. Tests hold a small one in memory."""

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Start:
    """A workflow by its wire name, with the business key that makes starting it twice harmless."""

    workflow: str
    id: str
    queue: str
    argument: Any
    summary: str = ""


class Orchestrator(Protocol):
    """The door to durable work. Every method raises OrchestratorUnavailable."""

    async def start(self, start: Start) -> bool:
        """Starts it; False = a run with that id was open already."""
        ...

    async def update(self, workflow_id: str, name: str, argument: Any, *, update_id: str) -> None:
        """Delivers an update, the same id once. Raises NotRunning, or what the validator refused with."""
        ...

    async def signal(self, workflow_id: str, name: str, argument: Any) -> None:
        """Delivers a signal, also while no worker is there. Raises NotRunning."""
        ...

    async def update_with_start(self, start: Start, name: str, argument: Any, *, update_id: str) -> None:
        """Delivers an update to the open run, or to a fresh one."""
        ...

    async def cancel(self, workflow_id: str) -> None:
        """Asks a run to stop; one that is over is fine."""
        ...

    async def is_healthy(self) -> bool:
        """Whether the server answers."""
        ...
