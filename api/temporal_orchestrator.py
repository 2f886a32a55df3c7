"""The orchestrator on Temporal: wire names, bounded waits, and our own errors."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateHandle,
    WorkflowUpdateRPCTimeoutOrCancelledError,
    WorkflowUpdateStage,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from api.orchestration import Start
from runcoach.domain import errors

RPC_TIMEOUT = timedelta(seconds=5)
UPDATE_WAIT_S = 5.0
RESULT_WAIT_S = 2.0
HEALTH_WAIT_S = 2.0

type ClientProvider = Callable[[], Awaitable[Client]]


class TemporalOrchestrator:
    """Connects at the first call; a failed attempt is forgotten, so that the next call tries again."""

    def __init__(self, connect: ClientProvider) -> None:
        self._connect = connect
        self._client: Client | None = None
        self._connecting = asyncio.Lock()

    async def start(self, start: Start) -> bool:
        async with self._calling() as client:
            try:
                await client.start_workflow(
                    start.workflow,
                    start.argument,
                    id=start.id,
                    task_queue=start.queue,
                    id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                    id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                    static_summary=start.summary or None,
                    rpc_timeout=RPC_TIMEOUT,
                )
            except WorkflowAlreadyStartedError:
                return False
        return True

    async def update(self, workflow_id: str, name: str, argument: Any, *, update_id: str) -> None:
        async with self._calling() as client:
            args = [] if argument is None else [argument]
            async with asyncio.timeout(UPDATE_WAIT_S):
                update = await client.get_workflow_handle(workflow_id).start_update(
                    name,
                    args=args,
                    wait_for_stage=WorkflowUpdateStage.ACCEPTED,
                    id=update_id,
                    rpc_timeout=RPC_TIMEOUT,
                )
            await _hear(update)

    async def signal(self, workflow_id: str, name: str, argument: Any) -> None:
        async with self._calling() as client:
            args = [] if argument is None else [argument]
            await client.get_workflow_handle(workflow_id).signal(name, args=args, rpc_timeout=RPC_TIMEOUT)

    async def update_with_start(self, start: Start, name: str, argument: Any, *, update_id: str) -> None:
        async with self._calling() as client:
            operation: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
                start.workflow,
                start.argument,
                id=start.id,
                task_queue=start.queue,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                static_summary=start.summary or None,
            )
            async with asyncio.timeout(UPDATE_WAIT_S):
                update = await client.start_update_with_start_workflow(
                    name,
                    argument,
                    start_workflow_operation=operation,
                    wait_for_stage=WorkflowUpdateStage.ACCEPTED,
                    id=update_id,
                    rpc_timeout=RPC_TIMEOUT,
                )
            await _hear(update)

    async def cancel(self, workflow_id: str) -> None:
        try:
            async with self._calling() as client:
                await client.get_workflow_handle(workflow_id).cancel(rpc_timeout=RPC_TIMEOUT)
        except errors.NotRunning:
            return

    async def is_healthy(self) -> bool:
        try:
            async with asyncio.timeout(HEALTH_WAIT_S), self._calling() as client:
                return await client.service_client.check_health(timeout=timedelta(seconds=HEALTH_WAIT_S))
        except (errors.OrchestratorUnavailable, TimeoutError):
            return False

    @asynccontextmanager
    async def _calling(self) -> AsyncIterator[Client]:
        """A client, and its failures in our words."""
        try:
            yield await self._connected()
        except WorkflowUpdateFailedError as failed:
            raise refusal_of(failed) from failed
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as late:
            raise errors.OrchestratorUnavailable(retry_after_s=5) from late
        except RPCError as failed:
            if failed.status is RPCStatusCode.NOT_FOUND:
                raise errors.NotRunning() from failed
            raise errors.OrchestratorUnavailable(retry_after_s=5) from failed
        except (OSError, RuntimeError) as failed:
            raise errors.OrchestratorUnavailable(retry_after_s=5) from failed

    async def _connected(self) -> Client:
        async with self._connecting:
            if self._client is None:
                async with asyncio.timeout(UPDATE_WAIT_S):
                    self._client = await self._connect()
            return self._client


async def _hear(update: WorkflowUpdateHandle[Any]) -> None:
    """A refusal is known at once; an accepted update may take its time, and is not waited for to the end."""
    with suppress(TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
        async with asyncio.timeout(RESULT_WAIT_S):
            await update.result(rpc_timeout=RPC_TIMEOUT)


_REFUSALS: dict[str, type[errors.RunCoachError]] = {
    kind.code: kind
    for kind in (
        errors.ApprovalExpired,
        errors.ApprovalChanged,
        errors.AlreadyDecided,
        errors.NotOwner,
        errors.NotFound,
        errors.Invalid,
        errors.Conflict,
        errors.WrongMfaCode,
        errors.MfaExpired,
        errors.BudgetExceeded,
        errors.TurnRunning,
        errors.NotRunning,
    )
}


def refusal_of(failed: WorkflowUpdateFailedError) -> errors.RunCoachError:
    """What a validator or handler refused with, by its stable code; anything else is a conflict."""
    cause = failed.cause
    if isinstance(cause, ApplicationError) and cause.type in _REFUSALS:
        return _REFUSALS[cause.type]()
    return errors.Conflict()
