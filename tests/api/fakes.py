"""Stand-ins for what the API meets beside Postgres: an orchestrator that remembers, originals in memory."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from api.orchestration import Start
from runcoach.domain.errors import NotFound, NotRunning, OrchestratorUnavailable, RunCoachError
from runcoach.ports.strava import StravaConnection, StravaSession


@dataclass
class FakeOrchestrator:
    """Keeps what it was asked for. `is_away` = no server, `has_workers` False = updates find nobody."""

    is_away: bool = False
    has_workers: bool = True
    refuses_with: RunCoachError | None = None
    running: set[str] = field(default_factory=set)
    starts: list[Start] = field(default_factory=list)
    updates: list[tuple[str, str, Any, str]] = field(default_factory=list)
    signals: list[tuple[str, str, Any]] = field(default_factory=list)
    cancels: list[str] = field(default_factory=list)

    async def start(self, start: Start) -> bool:
        self._answer()
        if start.id in self.running:
            return False
        self.running.add(start.id)
        self.starts.append(start)
        return True

    async def update(self, workflow_id: str, name: str, argument: Any, *, update_id: str) -> None:
        self._answer()
        if workflow_id not in self.running:
            raise NotRunning()
        if not self.has_workers:
            raise OrchestratorUnavailable(retry_after_s=5)
        if self.refuses_with is not None:
            raise self.refuses_with
        self.updates.append((workflow_id, name, argument, update_id))

    async def signal(self, workflow_id: str, name: str, argument: Any) -> None:
        self._answer()
        if workflow_id not in self.running:
            raise NotRunning()
        self.signals.append((workflow_id, name, argument))

    async def update_with_start(self, start: Start, name: str, argument: Any, *, update_id: str) -> None:
        await self.start(start)
        await self.update(start.id, name, argument, update_id=update_id)

    async def cancel(self, workflow_id: str) -> None:
        self._answer()
        self.running.discard(workflow_id)
        self.cancels.append(workflow_id)

    async def is_healthy(self) -> bool:
        return not self.is_away

    def _answer(self) -> None:
        if self.is_away:
            raise OrchestratorUnavailable(retry_after_s=5)

    @property
    def decisions(self) -> set[str]:
        """Update ids of `decide`: what a workflow would act on once each."""
        return {update_id for _, name, _, update_id in self.updates if name == "decide"}


class FakeOriginals:
    """Originals by their hash."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def put(self, data: bytes) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        self.kept[sha256] = data
        return sha256

    async def get(self, sha256: str) -> bytes:
        try:
            return self.kept[sha256]
        except KeyError as gone:
            raise NotFound(what="original") from gone

    async def delete(self, sha256: str) -> None:
        self.kept.pop(sha256, None)


class FakeStrava:
    """Only tells the address; the API may ask for nothing else."""

    def authorize_url(self, state: str, redirect_uri: str) -> str:
        return f"https://strava.test/oauth/authorize?state={state}&redirect_uri={redirect_uri}"

    async def exchange_code(self, code: str, granted_scopes: frozenset[str]) -> StravaSession:
        raise AssertionError("the API calls no provider")

    def open(self, session: StravaSession) -> StravaConnection:
        raise AssertionError("the API calls no provider")
