"""Long-running work: list, watch, and get going again."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from api.deps import Caller, CallerDep
from api.idempotency import EffectRoute
from api.schemas.jobs import JobOut, JobsOut, OperateIn
from api.sse import event, event_stream, kept_alive
from api.views.jobs import OVER, job_out
from runcoach.domain.connection import JobStatus
from runcoach.domain.errors import NotFound, NotRunning
from workflows.contracts import OperatorNote

router = APIRouter(prefix="/jobs", tags=["jobs"], route_class=EffectRoute)

POLL_S = 0.5
SESSION_POLLS = 40


@router.get("")
async def jobs(
    caller: CallerDep,
    kind: Annotated[str | None, Query(max_length=60, pattern=r"^[\w-]+$")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> JobsOut:
    """Newest first."""
    async with caller.begin() as work:
        found = await work.jobs.list(kind=kind, limit=limit)
    return JobsOut(items=[_shown(caller, job) for job in found])


@router.get("/{job_id:path}/events", response_class=StreamingResponse)
async def watch(job_id: str, request: Request, caller: CallerDep) -> StreamingResponse:
    """`event: job` at every change, until the job is over."""
    await _job(caller, job_id)
    return event_stream(kept_alive(request, _changes(caller, job_id)))


async def _changes(caller: Caller, job_id: str) -> AsyncIterator[bytes | None]:
    before: JobStatus | None = None
    for poll in count(1):
        if poll % SESSION_POLLS == 0 and not await caller.is_still_in():
            return
        async with caller.begin() as work:
            job = await work.jobs.get(job_id)
        if job is None:
            return
        if job != before:
            before = job
            yield event("job", _shown(caller, job).model_dump(mode="json"))
        else:
            yield None
        if job.state in OVER:
            return
        await asyncio.sleep(POLL_S)


@router.post("/{job_id:path}/operate")
async def operate(job_id: str, body: OperateIn, caller: CallerDep) -> JobOut:
    """retry, skip or abort of what is parked."""
    job = await _job(caller, job_id)
    if job.state in OVER:
        raise NotRunning()
    note = OperatorNote(action=body.action, actor="runner", item=body.item)
    await caller.deps.orchestrator.update(job_id, "operate", note, update_id=str(uuid4()))
    return _shown(caller, await _job(caller, job_id))


@router.get("/{job_id:path}")
async def one(job_id: str, caller: CallerDep) -> JobOut:
    """One job; its id holds slashes."""
    return _shown(caller, await _job(caller, job_id))


async def _job(caller: Caller, job_id: str) -> JobStatus:
    """The caller's own job. Raises NotFound."""
    if "\x00" in job_id:
        raise NotFound()
    async with caller.begin() as work:
        job = await work.jobs.get(job_id)
    if job is None:
        raise NotFound()
    return job


def _shown(caller: Caller, job: JobStatus) -> JobOut:
    return job_out(job, caller.language, caller.runs_url)
