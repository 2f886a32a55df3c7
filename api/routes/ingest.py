"""Data coming in: sync now, history, coverage."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import uuid4

from fastapi import APIRouter, Depends

from api.accepting import accepted, launch
from api.deps import Caller, CallerDep
from api.errors import error_note
from api.idempotency import EffectRoute
from api.orchestration import Start
from api.ranges import DayRange, day_range
from api.schemas.common import Accepted
from api.schemas.ingest import CoverageOut, IngestStatusOut, StreamStatusOut
from api.views.jobs import job_out
from api.views.sync import coverage_streams, coverage_summary, item_counts
from runcoach.domain.connection import ConnectionState, Provider
from runcoach.domain.errors import NotConnected, ReauthRequired
from runcoach.ports.storage import UnitOfWork
from workflows.contracts import BackfillInput, SyncInput
from workflows.names import CORE_QUEUE, garmin_backfill_id, garmin_sync_id

router = APIRouter(prefix="/ingest", tags=["ingest"], route_class=EffectRoute)

STREAMS = ("activities", "wellness")
SHOWN_JOBS = 10


@router.post("/run", status_code=202)
async def run(caller: CallerDep) -> Accepted:
    """Looks for what is new since the last success."""
    await require_connected(caller, Provider.GARMIN)
    sync = SyncInput(caller.user.id, reason="button")
    return await launch(
        caller, Start("GarminSync", garmin_sync_id(caller.user.id), CORE_QUEUE, sync, "Sync by hand")
    )


async def require_connected(caller: Caller, provider: Provider) -> None:
    """Raises NotConnected, ReauthRequired."""
    async with caller.begin() as work:
        connection = await work.connections.get(provider)
    if connection.state is ConnectionState.REAUTH_REQUIRED:
        raise ReauthRequired(provider=provider.value)
    if connection.state is not ConnectionState.CONNECTED:
        raise NotConnected(provider=provider.value)


@router.get("/status")
async def status(caller: CallerDep) -> IngestStatusOut:
    """Last success of each stream, and what is running."""
    async with caller.begin() as work:
        streams = await stream_statuses(work, caller.language)
        counts = await work.sync_items.count(Provider.GARMIN)
        jobs = await work.jobs.list(limit=SHOWN_JOBS)
    temporal = caller.runs_url
    return IngestStatusOut(
        streams=streams,
        items=item_counts(counts),
        jobs=[job_out(job, caller.language, temporal) for job in jobs],
    )


async def stream_statuses(work: UnitOfWork, language: str) -> list[StreamStatusOut]:
    """One line per stream of the sync strip."""
    return [
        _stream(stream, await work.sync_states.get(Provider.GARMIN, stream), language) for stream in STREAMS
    ]


def _stream(stream: str, state: Any, language: str) -> StreamStatusOut:
    return StreamStatusOut(
        provider=Provider.GARMIN.value,
        stream=stream,
        last_success_at=_instant(state.get("last_success_at")),
        error=error_note(state.get("last_error"), language, {"provider": Provider.GARMIN.value}),
    )


def _instant(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value  # type: ignore[return-value]


@router.get("/coverage")
async def coverage(caller: CallerDep, span: Annotated[DayRange, Depends(day_range(days=365))]) -> CoverageOut:
    """What is known of each stream on each day."""
    async with caller.begin() as work:
        known = await work.sync_states.coverage(span.first, span.last)
    return CoverageOut(
        first=span.first, last=span.last, streams=coverage_streams(known), summary=coverage_summary(known)
    )


@router.post("/backfill", status_code=202)
async def backfill(caller: CallerDep) -> Accepted:
    """The full history, newest first; it goes on where it stopped."""
    await require_connected(caller, Provider.GARMIN)
    start = Start(
        "GarminBackfill",
        garmin_backfill_id(caller.user.id),
        CORE_QUEUE,
        BackfillInput(caller.user.id),
        "Full history",
    )
    return await launch(caller, start)


@router.post("/backfill/{action}", status_code=202)
async def steer_backfill(action: Literal["pause", "resume", "cancel"], caller: CallerDep) -> Accepted:
    """Pause keeps the place, cancel keeps what is there."""
    workflow_id = garmin_backfill_id(caller.user.id)
    await caller.deps.orchestrator.update(workflow_id, action, None, update_id=str(uuid4()))
    return accepted(caller, workflow_id, started=False)
