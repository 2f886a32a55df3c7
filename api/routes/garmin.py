"""The watch account: connect, code, status, disconnect."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from fastapi import APIRouter

from api.accepting import accepted
from api.deps import Caller, CallerDep
from api.errors import error_note
from api.idempotency import EffectRoute
from api.orchestration import Start
from api.schemas.common import Accepted
from api.schemas.garmin import DisconnectOut, GarminConnectIn, GarminStatusOut, MfaIn, MfaOut
from api.schemas.jobs import JobOut
from api.views.jobs import job_out
from api.views.sync import coverage_summary
from runcoach.domain.connection import ConnectionState, Provider, ProviderConnection
from runcoach.domain.errors import LoginRateLimited, MfaExpired, NotRunning, OrchestratorUnavailable
from runcoach.ports.storage import UnitOfWork
from workflows.contracts import ConnectGarminInput, MfaCode
from workflows.names import CORE_QUEUE, connect_garmin_id, garmin_backfill_id, garmin_sync_id

router = APIRouter(prefix="/garmin", tags=["garmin"], route_class=EffectRoute)

LOGIN_KIND, MFA_KIND = "garmin_login", "garmin_mfa_code"
SECRET_KINDS = ("garmin_tokens", LOGIN_KIND, MFA_KIND, "garmin_mfa_state")
SECRET_TTL = timedelta(minutes=10)
COVERAGE_SPAN = timedelta(days=3 * 366)
ME = f"/api/v1{router.prefix}/status"


@router.post("/connect", status_code=202)
async def connect(body: GarminConnectIn, caller: CallerDep) -> Accepted:
    """One login. The password lies sealed for minutes, and only the login step opens it."""
    login = {"email": body.email, "password": body.password.get_secret_value()}
    async with caller.begin() as work:
        connection = await work.connections.get(Provider.GARMIN)
        _refuse_while_cooling(caller, connection)
        await work.connections.save(replace(connection, error_code=None))  # the last attempt's is over
        await work.vault.seal(LOGIN_KIND, json.dumps(login).encode(), expires_at=caller.now + SECRET_TTL)
    start = Start(
        "ConnectGarmin",
        connect_garmin_id(caller.user.id),
        CORE_QUEUE,
        ConnectGarminInput(caller.user.id, credentials_kind=LOGIN_KIND),
        summary="Garmin login",
    )
    try:
        started = await caller.deps.orchestrator.start(start)
    except OrchestratorUnavailable:
        async with caller.begin() as work:
            await work.vault.destroy(LOGIN_KIND)
        raise
    return accepted(caller, start.id, started, url=ME)


def _refuse_while_cooling(caller: Caller, connection: ProviderConnection) -> None:
    """Garmin blocks for longer when asked again too early. Raises LoginRateLimited."""
    retry_at = connection.retry_at
    if connection.state is ConnectionState.COOLING_DOWN and retry_at and retry_at > caller.now:
        wait_s = (retry_at - caller.now).total_seconds()
        raise LoginRateLimited(retry_after_s=wait_s, provider=Provider.GARMIN.value)


@router.post("/mfa", status_code=202)
async def submit_code(body: MfaIn, caller: CallerDep) -> MfaOut:
    """The code goes through the vault too; the update only says that it is there."""
    code = body.code.get_secret_value().encode()
    async with caller.begin() as work:
        await work.vault.seal(MFA_KIND, code, expires_at=caller.now + SECRET_TTL)
    try:
        await caller.deps.orchestrator.update(
            connect_garmin_id(caller.user.id), "submit_mfa", MfaCode(MFA_KIND), update_id=str(uuid4())
        )
    except (NotRunning, MfaExpired) as over:
        async with caller.begin() as work:
            await work.vault.destroy(MFA_KIND)
        raise MfaExpired(provider=Provider.GARMIN.value) from over
    async with caller.begin() as work:
        connection = await work.connections.get(Provider.GARMIN)
    note = error_note(connection.error_code, caller.language, connection_data(caller, connection))
    return MfaOut(state=connection.state, error=note, status_url=ME)


@router.get("/status")
async def status(caller: CallerDep) -> GarminStatusOut:
    """Where the connection stands, in words."""
    async with caller.begin() as work:
        connection = await work.connections.get(Provider.GARMIN)
        coverage = await work.sync_states.coverage(caller.today - COVERAGE_SPAN, caller.today)
        connect_job = await _job(work, caller, connect_garmin_id(caller.user.id))
        backfill_job = await _job(work, caller, garmin_backfill_id(caller.user.id))
    return GarminStatusOut(
        state=connection.state,
        account_name=connection.account_name,
        error=error_note(connection.error_code, caller.language, connection_data(caller, connection)),
        retry_at=connection.retry_at,
        updated_at=connection.updated_at,
        connect_job=connect_job,
        backfill_job=backfill_job,
        coverage=coverage_summary(coverage),
    )


def connection_data(caller: Caller, connection: ProviderConnection) -> dict[str, object]:
    """What the sentences about a connection name."""
    wait_s = (connection.retry_at - caller.now).total_seconds() if connection.retry_at else None
    return {"provider": connection.provider.value, "retry_after_s": wait_s}


async def _job(work: UnitOfWork, caller: Caller, job_id: str) -> JobOut | None:
    job = await work.jobs.get(job_id)
    return job_out(job, caller.language, caller.runs_url) if job else None


@router.post("/disconnect")
async def disconnect(caller: CallerDep) -> DisconnectOut:
    """Destroys the tokens and stops what used them; what was imported stays."""
    async with caller.begin() as work:
        for kind in SECRET_KINDS:
            await work.vault.destroy(kind)
        await work.connections.save(
            ProviderConnection(
                caller.user.id, Provider.GARMIN, ConnectionState.DISCONNECTED, updated_at=caller.now
            )
        )
    orchestrator, user_id = caller.deps.orchestrator, caller.user.id
    with suppress(OrchestratorUnavailable):  # without tokens those runs end by themselves
        for workflow_id in (connect_garmin_id(user_id), garmin_backfill_id(user_id), garmin_sync_id(user_id)):
            await orchestrator.cancel(workflow_id)
    return DisconnectOut(state=ConnectionState.DISCONNECTED)
