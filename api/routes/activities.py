"""What was recorded."""

import re
from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from api.deps import CallerDep
from api.idempotency import EffectRoute
from api.schemas.activities import (
    ActivitiesOut,
    ActivityDetailOut,
    LapsOut,
    SamplesOut,
)
from api.views.activities import (
    activity_fields,
    activity_out,
    best_out,
    lap_out,
    metric_figures,
    samples_out,
    zones_out,
)
from api.views.sync import upload_out
from runcoach.domain.activity import Channel, Sport
from runcoach.domain.errors import Invalid, NotFound

router = APIRouter(prefix="/activities", tags=["activities"], route_class=EffectRoute)

CHUNK_CHARS = 64 * 1024


@router.get("")
async def page(
    caller: CallerDep,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    sport: Sport | None = None,
    first: date | None = None,
    last: date | None = None,
) -> ActivitiesOut:
    """Newest first, by keyset: a page neither repeats nor skips what arrives meanwhile."""
    async with caller.begin() as work:
        found = await work.activities.page(limit=limit, cursor=cursor, sport=sport, first=first, last=last)
    return ActivitiesOut(items=[activity_out(item) for item in found.items], next_cursor=found.next_cursor)


@router.get("/{activity_id}")
async def detail(activity_id: UUID, caller: CallerDep) -> ActivityDetailOut:
    """Totals, figures, laps, zones and best efforts."""
    async with caller.begin() as work:
        activity = await work.activities.get(activity_id)
        laps = await work.activities.laps(activity_id)
        rows = await work.metrics.of_activity(activity_id)
        zones = await work.metrics.zones_of_activity(activity_id)
        bests = await work.metrics.bests_of_activity(activity_id)
        twin = await work.strava_map.get(activity_id)
        done = await work.plans.completions(activity.local_date, activity.local_date)
    strava_url = upload_out(activity_id, twin, caller.language).url if twin else None
    return ActivityDetailOut.model_validate(
        activity_fields(activity)
        | {
            "figures": metric_figures(rows, activity),
            "laps": [lap_out(lap) for lap in laps],
            "zones": zones_out(zones),
            "best_efforts": [best for best in map(best_out, bests) if best is not None],
            "strava_url": strava_url,
            "workout_id": next((c.workout_id for c in done if c.activity_id == activity_id), None),
        }
    )


@router.get("/{activity_id}/laps")
async def laps(activity_id: UUID, caller: CallerDep) -> LapsOut:
    """Laps in order."""
    async with caller.begin() as work:
        await work.activities.get(activity_id)
        found = await work.activities.laps(activity_id)
    return LapsOut(items=[lap_out(lap) for lap in found])


@router.get("/{activity_id}/samples", response_model=SamplesOut)
async def samples(
    activity_id: UUID,
    caller: CallerDep,
    points: Annotated[int, Query(ge=0, le=200_000, description="At most so many; 0 = all")] = 1000,
    channels: Annotated[str | None, Query(max_length=400, description="Comma separated; none = all")] = None,
) -> Response:
    """Columns of samples, streamed. The first and the last sample are always there."""
    wanted = _channels(channels)
    async with caller.begin() as work:
        await work.activities.get(activity_id)
        streams = await work.activities.streams(activity_id, wanted)
    text = await run_in_threadpool(lambda: samples_out(streams, points).model_dump_json())
    return StreamingResponse(_chunks(text), media_type="application/json")


def _channels(names: str | None) -> list[Channel] | None:
    if names is None:
        return None
    try:
        return [Channel(name.strip()) for name in names.split(",") if name.strip()]
    except ValueError as unknown:
        raise Invalid(field="channels") from unknown


async def _chunks(text: str) -> AsyncIterator[bytes]:
    for at in range(0, len(text), CHUNK_CHARS):
        yield text[at : at + CHUNK_CHARS].encode()


@router.get("/{activity_id}/fit", response_class=Response)
async def original(activity_id: UUID, caller: CallerDep) -> Response:
    """The file as it came, as a download. It is found by its hash: no part of a path comes from outside."""
    async with caller.begin() as work:
        activity = await work.activities.get(activity_id)
    if activity.original_sha256 is None:
        raise NotFound()
    data = await caller.deps.originals.get(activity.original_sha256)
    suffix = "zip" if data.startswith(b"PK") else "fit"
    return attachment(data, f"{activity.local_date}-{activity.name}.{suffix}")


def attachment(data: bytes, name: str) -> Response:
    """A download that no browser shows as a page."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "file"
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(data, media_type="application/octet-stream", headers={"Content-Disposition": disposition})
