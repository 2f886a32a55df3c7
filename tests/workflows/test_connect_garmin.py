"""Connecting an account, and each way in which it fails."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from temporalio.client import WorkflowHandle, WorkflowUpdateFailedError

from runcoach.domain.connection import ConnectionState, JobState, JobStatus, Provider, ProviderConnection
from tests.engines import MakeUser
from tests.rigs.durable import Rig
from workflows.connect_garmin import ConnectGarmin
from workflows.contracts import ConnectGarminInput, ConnectOutcome, MfaCode
from workflows.names import CORE_QUEUE, connect_garmin_id

pytestmark = pytest.mark.engines

type Handle = WorkflowHandle[ConnectGarmin, ConnectOutcome]


async def begin(rig: Rig, user_id: UUID, **wishes: object) -> Handle:
    given = ConnectGarminInput(user_id, then_backfill=False, **wishes)  # type: ignore[arg-type]
    return await rig.client.start_workflow(
        ConnectGarmin.run, given, id=connect_garmin_id(user_id), task_queue=CORE_QUEUE
    )


async def connection(rig: Rig, user_id: UUID) -> ProviderConnection:
    async with rig.store.begin(user_id) as work:
        return await work.connections.get(Provider.GARMIN)


async def sealed(rig: Rig, user_id: UUID, kind: str) -> bytes | None:
    async with rig.store.begin(user_id) as work:
        return await work.vault.open(kind)


async def until_state(rig: Rig, user_id: UUID, state: ConnectionState) -> None:
    async with asyncio.timeout(20):
        while (await connection(rig, user_id)).state is not state:
            await asyncio.sleep(0.05)


async def test_right_password_connects_and_leaves_no_password(rig: Rig, a_user: MakeUser) -> None:
    user, account = await a_user(), rig.world.account()
    await rig.give_login(user.id, account["email"], account["password"])
    outcome = await (await begin(rig, user.id)).result()
    assert outcome == ConnectOutcome("connected")
    assert await sealed(rig, user.id, "garmin_login") is None
    assert await sealed(rig, user.id, "garmin_tokens") is not None
    assert (await connection(rig, user.id)).account_name


async def test_wrong_password_disconnects_with_its_code(rig: Rig, a_user: MakeUser) -> None:
    user, account = await a_user(), rig.world.account()
    await rig.give_login(user.id, account["email"], "not this one")
    assert await (await begin(rig, user.id)).result() == ConnectOutcome("disconnected", "wrong_password")
    assert await sealed(rig, user.id, "garmin_login") is None
    job = await rig.job(user.id, connect_garmin_id(user.id))
    assert job is not None
    assert (job.state, job.error_code) == (JobState.FAILED, "wrong_password")


async def test_code_after_a_wrong_one_connects(rig: Rig, a_user: MakeUser) -> None:
    user, account = await a_user(), rig.world.account(mfa=True, mfa_code="135790")
    await rig.give_login(user.id, account["email"], account["password"])
    handle = await begin(rig, user.id)
    await until_state(rig, user.id, ConnectionState.MFA_REQUIRED)
    await rig.give_code(user.id, "000000")
    wrong = await handle.execute_update(ConnectGarmin.submit_mfa, MfaCode())
    assert wrong == ConnectOutcome("mfa_required", "wrong_mfa_code")
    await rig.give_code(user.id, "135790")
    assert await handle.execute_update(ConnectGarmin.submit_mfa, MfaCode()) == ConnectOutcome("connected")
    assert (await handle.result()).state == "connected"
    assert await sealed(rig, user.id, "garmin_mfa_state") is None
    assert await sealed(rig, user.id, "garmin_mfa_code") is None


async def test_fifth_wrong_code_ends_the_login(rig: Rig, a_user: MakeUser) -> None:
    user, account = await a_user(), rig.world.account(mfa=True)
    await rig.give_login(user.id, account["email"], account["password"])
    handle = await begin(rig, user.id)
    await until_state(rig, user.id, ConnectionState.MFA_REQUIRED)
    for _ in range(5):
        await rig.give_code(user.id, "000000")
        last = await handle.execute_update(ConnectGarmin.submit_mfa, MfaCode())
    assert last.state == "disconnected"
    assert await handle.result() == last


async def test_no_code_in_time_disconnects_and_a_late_one_is_refused(rig: Rig, a_user: MakeUser) -> None:
    user, account = await a_user(), rig.world.account(mfa=True)
    await rig.give_login(user.id, account["email"], account["password"])
    handle = await begin(rig, user.id, mfa_timeout_s=1)
    assert await handle.result() == ConnectOutcome("disconnected", "mfa_expired")
    with pytest.raises(Exception) as late:
        await handle.execute_update(ConnectGarmin.submit_mfa, MfaCode())
    assert not isinstance(late.value, AssertionError)


async def test_code_before_it_is_asked_for_is_refused(rig: Rig, a_user: MakeUser) -> None:
    user, account = await a_user(), rig.world.account()
    rig.world.fault("hang", "*", delay_s=1, times=None)
    await rig.give_login(user.id, account["email"], account["password"])
    handle = await begin(rig, user.id)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await handle.execute_update(ConnectGarmin.submit_mfa, MfaCode())
    assert refused.value.cause.type == "mfa_expired"  # type: ignore[union-attr]
    rig.world.clear_faults()
    await handle.result()


async def test_429_at_login_cools_down_without_a_second_attempt(rig: Rig, a_user: MakeUser) -> None:
    user, account = await a_user(), rig.world.account()
    rig.world.fault("rate_limited_429", "*", times=None)
    await rig.give_login(user.id, account["email"], account["password"])
    outcome = await (await begin(rig, user.id)).result()
    assert outcome == ConnectOutcome("cooling_down", "login_rate_limited")
    first = await connection(rig, user.id)
    now = rig.ports.clock.now()
    assert first.retry_at == now + timedelta(hours=1)

    asked = sum(row["count"] for row in rig.world.requests(""))
    await rig.give_login(user.id, account["email"], account["password"])
    assert (await (await begin(rig, user.id)).result()).error_code == "login_rate_limited"
    assert sum(row["count"] for row in rig.world.requests("")) == asked, "no call while cooling down"

    rig.ports.clock.advance(hours=1, seconds=1)  # type: ignore[attr-defined]
    await rig.give_login(user.id, account["email"], account["password"])
    await (await begin(rig, user.id)).result()
    assert (await connection(rig, user.id)).retry_at == rig.ports.clock.now() + timedelta(hours=2)


async def test_another_account_than_before_is_refused_and_the_old_one_stays(
    rig: Rig, a_user: MakeUser
) -> None:
    user, first, second = await a_user(), rig.world.account(), rig.world.account()
    await rig.give_login(user.id, first["email"], first["password"])
    await (await begin(rig, user.id)).result()
    tokens = await sealed(rig, user.id, "garmin_tokens")
    await rig.give_login(user.id, second["email"], second["password"])
    assert await (await begin(rig, user.id)).result() == ConnectOutcome("connected", "other_account")
    assert await sealed(rig, user.id, "garmin_tokens") == tokens


async def test_waiting_run_that_is_gone_does_not_disturb_the_login(rig: Rig, a_user: MakeUser) -> None:
    user, account = await a_user(), rig.world.account()
    gone = JobStatus(
        f"garmin-backfill/{user.id}",
        user.id,
        "garmin_backfill",
        JobState.PARKED,
        error_code="reauth_required",
    )
    async with rig.store.begin(user.id) as work:
        await work.jobs.save(gone)
    await rig.give_login(user.id, account["email"], account["password"])
    assert await (await begin(rig, user.id)).result() == ConnectOutcome("connected")
