"""Strava: outbound only. The API hands out the address and takes the code; a workflow does the talking."""

import json
from datetime import timedelta
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse, Response

from api.accepting import accepted, launch
from api.deps import Caller, CallerDep
from api.errors import error_note
from api.idempotency import EffectRoute
from api.orchestration import Start
from api.routes.garmin import connection_data
from api.routes.ingest import require_connected
from api.schemas.common import Accepted
from api.schemas.strava import (
    StravaCallbackIn,
    StravaConnectOut,
    StravaStatusOut,
    StravaSyncIn,
    StravaSyncStatusOut,
)
from api.views.jobs import job_out
from api.views.sync import upload_out
from runcoach.domain.activity import Source
from runcoach.domain.connection import Provider
from runcoach.domain.errors import AppInactive, Conflict, InvalidState, NotFound, RunCoachError, ScopeMissing
from runcoach.ports.strava import StravaGateway
from workflows.contracts import ConnectStravaInput, DisconnectStravaInput, StravaUploadInput
from workflows.names import CORE_QUEUE, strava_connect_id, strava_disconnect_id, strava_upload_id

router = APIRouter(prefix="/strava", tags=["strava"], route_class=EffectRoute)

STATE_KIND, CODE_KIND = "strava_state", "strava_code"
STATE_TTL = timedelta(minutes=10)
NEEDED_SCOPE = "activity:write"
SHOWN_UPLOADS = 20
STATUS_URL = "/api/v1/strava/status"


@router.get("/connect", response_model=StravaConnectOut)
async def connect(caller: CallerDep, redirect: bool = False) -> Response | StravaConnectOut:
    """Where to ask Strava for permission. The state is single use, short lived and this session's own."""
    gateway = _gateway(caller)
    state, expires_at = token_urlsafe(32), caller.now + STATE_TTL
    asked = {"state": _digest(state), "session": _digest(caller.token)}
    async with caller.begin() as work:
        await work.vault.destroy(STATE_KIND)
        await work.vault.seal(STATE_KIND, json.dumps(asked).encode(), expires_at=expires_at)
    url = gateway.authorize_url(state, f"{caller.deps.config.public_api_url}/api/v1/strava/callback")
    if redirect:
        return RedirectResponse(url, status_code=303)
    return StravaConnectOut(authorize_url=url, expires_at=expires_at)


def _gateway(caller: Caller) -> StravaGateway:
    if caller.deps.strava is None:
        raise AppInactive(provider=Provider.STRAVA.value)
    return caller.deps.strava


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


@router.get("/callback", response_class=RedirectResponse)
async def callback(
    caller: CallerDep,
    state: Annotated[str, Query(max_length=256)] = "",
    code: Annotated[str, Query(max_length=256)] = "",
    scope: Annotated[str, Query(max_length=256)] = "",
    error: Annotated[str, Query(max_length=60)] = "",
) -> RedirectResponse:
    """Where Strava sends the browser back; it goes on to our own page with the outcome."""
    try:
        if error or not code:
            raise ScopeMissing(provider=Provider.STRAVA.value)
        await _take_code(caller, code, state, scope)
        outcome = "connecting"
    except RunCoachError as refused:
        outcome = refused.code
    target = f"{caller.deps.config.public_ui_url}/?{urlencode({'strava': outcome})}"
    return RedirectResponse(target, status_code=303)


@router.post("/callback", status_code=202)
async def relay_callback(body: StravaCallbackIn, caller: CallerDep) -> Accepted:
    """The same for a client that caught the redirect itself."""
    return await _take_code(caller, body.code, body.state, body.scope)


async def _take_code(caller: Caller, code: str, state: str, scope: str) -> Accepted:
    """Uses the state up, seals the code, starts the exchange. Raises InvalidState, ScopeMissing."""
    _gateway(caller)
    scopes = sorted(part for part in scope.replace(" ", ",").split(",") if part)
    async with caller.begin() as work:
        await work.connections.lock(Provider.STRAVA)
        asked = await work.vault.open(STATE_KIND)
        await work.vault.destroy(STATE_KIND)
    if not _is_ours(asked, state, caller.token):
        raise InvalidState()
    if NEEDED_SCOPE not in scopes:
        raise ScopeMissing(provider=Provider.STRAVA.value)
    async with caller.begin() as work:
        grant = json.dumps({"code": code, "scopes": scopes}).encode()
        await work.vault.seal(CODE_KIND, grant, expires_at=caller.now + STATE_TTL)
    connect_input = ConnectStravaInput(caller.user.id, code_kind=CODE_KIND)
    start = Start(
        "ConnectStrava", strava_connect_id(caller.user.id), CORE_QUEUE, connect_input, "Strava permission"
    )
    begun = await caller.deps.orchestrator.start(start)
    return accepted(caller, start.id, begun, url=STATUS_URL)


def _is_ours(asked: bytes | None, state: str, token: str) -> bool:
    if asked is None:
        return False
    kept = json.loads(asked)
    return compare_digest(kept["state"], _digest(state)) and compare_digest(kept["session"], _digest(token))


@router.get("/status")
async def status(caller: CallerDep) -> StravaStatusOut:
    """Where the connection stands, and the newest upload."""
    async with caller.begin() as work:
        connection = await work.connections.get(Provider.STRAVA)
        rows = await work.strava_map.list(SHOWN_UPLOADS)
    uploads = [upload_out(UUID(str(row["activity_id"])), row, caller.language) for row in rows]
    done = [upload for upload in uploads if upload.strava_activity_id]
    return StravaStatusOut(
        is_available=caller.deps.strava is not None,
        state=connection.state,
        account_name=connection.account_name,
        error=error_note(connection.error_code, caller.language, connection_data(caller, connection)),
        retry_at=connection.retry_at,
        updated_at=connection.updated_at,
        uploaded=len(done),
        newest=uploads[0] if uploads else None,
    )


@router.post("/disconnect", status_code=202)
async def disconnect(caller: CallerDep) -> Accepted:
    """Gives the permission back at Strava, then destroys the tokens here."""
    gone = DisconnectStravaInput(caller.user.id)
    start = Start(
        "DisconnectStrava", strava_disconnect_id(caller.user.id), CORE_QUEUE, gone, "Strava permission back"
    )
    begun = await caller.deps.orchestrator.start(start)
    return accepted(caller, start.id, begun, url=STATUS_URL)


@router.post("/sync/run", status_code=202)
async def upload(body: StravaSyncIn, caller: CallerDep) -> Accepted:
    """Shows one activity at Strava: the one named, else the newest."""
    await require_connected(caller, Provider.STRAVA)
    async with caller.begin() as work:
        if body.activity_id is not None:
            activity = await work.activities.get(body.activity_id)
        else:
            newest = await work.activities.recent(1)
            if not newest:
                raise NotFound()
            activity = newest[0]
    if activity.source is Source.STRAVA:
        raise Conflict()
    argument = StravaUploadInput(caller.user.id, activity.id)
    return await launch(
        caller, Start("StravaUpload", strava_upload_id(activity.id), CORE_QUEUE, argument, "Upload by hand")
    )


@router.get("/sync/status")
async def uploads(caller: CallerDep) -> StravaSyncStatusOut:
    """Uploads, newest first."""
    async with caller.begin() as work:
        rows = await work.strava_map.list(SHOWN_UPLOADS)
        jobs = await work.jobs.list(kind="strava_upload", limit=SHOWN_UPLOADS)
    temporal = caller.runs_url
    return StravaSyncStatusOut(
        items=[upload_out(UUID(str(row["activity_id"])), row, caller.language) for row in rows],
        jobs=[job_out(job, caller.language, temporal) for job in jobs],
    )
