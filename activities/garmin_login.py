"""Logging in to Garmin: one attempt per asking, the password gone before the attempt is made."""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from activities.sessions import (
    GARMIN_MFA_STATE,
    GARMIN_TOKENS,
    garmin_session_to_json,
)
from activities.steps import heartbeating, step
from runcoach.domain.connection import ConnectionState, Provider, ProviderConnection
from runcoach.domain.errors import (
    LoginRateLimited,
    MfaExpired,
    OtherAccount,
    RunCoachError,
    WrongMfaCode,
)
from runcoach.ports.bundle import Ports
from runcoach.ports.garmin import GarminSession, LoggedIn
from runcoach.ports.storage import UnitOfWork

SHORTEST_COOL_DOWN = timedelta(hours=1)
LONGEST_COOL_DOWN = timedelta(hours=24)
_WITH_TOKENS = frozenset({ConnectionState.CONNECTED, ConnectionState.REAUTH_REQUIRED})


@dataclass(frozen=True)
class LoginRequest:
    """Where the e-mail and password lie, and for how long a code may be given."""

    user_id: UUID
    credentials_kind: str
    mfa_timeout_s: int


@dataclass(frozen=True)
class CodeRequest:
    """Where the code lies; `is_last` ends the login if this one is wrong too."""

    user_id: UUID
    code_kind: str
    is_last: bool


@dataclass(frozen=True)
class LoginResult:
    """`state` is a ConnectionState value."""

    state: str
    error_code: str | None = None
    retry_after_s: float | None = None


@dataclass(frozen=True)
class CloseRequest:
    """Ends an unfinished login with that code."""

    user_id: UUID
    error_code: str


class GarminLoginSteps:
    """Steps of ConnectGarmin. None of them is retried by anybody but the runner."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    @step("garmin.login")
    async def login(self, request: LoginRequest) -> LoginResult:
        """One attempt with the sealed password, which is destroyed before the attempt is made."""
        user_id = request.user_id
        async with heartbeating():
            credentials = await self._take_credentials(request)
            if isinstance(credentials, LoginResult):
                return credentials
            try:
                answer = await self._ports.garmin.login(credentials["email"], credentials["password"])
            except RunCoachError as err:
                return await self._failed(user_id, err)
            if isinstance(answer, LoggedIn):
                return await self._connected(user_id, answer.session)
            pending = {"email": credentials["email"], "client_state": answer.client_state}
            return await self._await_code(user_id, pending, request.mfa_timeout_s)

    @step("garmin.submit_mfa")
    async def submit_mfa(self, request: CodeRequest) -> LoginResult:
        """One attempt with the sealed code, which is destroyed before the attempt is made."""
        async with heartbeating():
            async with self._ports.store.begin(request.user_id) as work:
                code = await work.vault.open(request.code_kind)
                pending = await work.vault.open(GARMIN_MFA_STATE)
                await work.vault.destroy(request.code_kind)
            if pending is None:
                return await self._failed(request.user_id, MfaExpired(provider=Provider.GARMIN.value))
            if code is None:
                return await self._wrong_code(request)
            known = json.loads(pending)
            try:
                answer = await self._ports.garmin.resume_login(
                    known["email"], known["client_state"], code.decode()
                )
            except WrongMfaCode:
                return await self._wrong_code(request)
            except RunCoachError as err:
                return await self._failed(request.user_id, err)
            return await self._connected(request.user_id, answer.session)

    @step("garmin.end_login")
    async def end_login(self, request: CloseRequest) -> LoginResult:
        """Nobody gave a code, or the attempt broke off: nothing of it stays behind."""
        async with self._ports.store.begin(request.user_id) as work:
            return await self._close(work, request.error_code)

    async def _take_credentials(self, request: LoginRequest) -> dict[str, str] | LoginResult:
        now = self._ports.clock.now()
        async with self._ports.store.begin(request.user_id) as work:
            secret = await work.vault.open(request.credentials_kind)
            await work.vault.destroy(request.credentials_kind)
            await work.vault.destroy(GARMIN_MFA_STATE)
            connection = await work.connections.get(Provider.GARMIN)
            if _is_cooling_down(connection, now):
                wait_s = (connection.retry_at - now).total_seconds() if connection.retry_at else None
                return LoginResult(connection.state.value, LoginRateLimited.code, wait_s)
            if secret is None:
                return await self._close(work, "not_found")
            if connection.state in _WITH_TOKENS:
                known = await work.sync_states.get(Provider.GARMIN, "login")
                await _remember(work, {**known, "state_before": connection.state.value})
            await work.connections.save(
                replace(connection, state=ConnectionState.CONNECTING, error_code=None, retry_at=None)
            )
        credentials: dict[str, str] = json.loads(secret)
        return credentials

    async def _await_code(self, user_id: UUID, pending: dict[str, str], timeout_s: int) -> LoginResult:
        expires_at = self._ports.clock.now() + timedelta(seconds=timeout_s)
        async with self._ports.store.begin(user_id) as work:
            await work.vault.seal(GARMIN_MFA_STATE, json.dumps(pending).encode(), expires_at=expires_at)
            connection = await work.connections.get(Provider.GARMIN)
            await work.connections.save(replace(connection, state=ConnectionState.MFA_REQUIRED))
        return LoginResult(ConnectionState.MFA_REQUIRED.value)

    async def _wrong_code(self, request: CodeRequest) -> LoginResult:
        async with self._ports.store.begin(request.user_id) as work:
            if request.is_last:
                return await self._close(work, WrongMfaCode.code)
            connection = await work.connections.get(Provider.GARMIN)
            await work.connections.save(replace(connection, error_code=WrongMfaCode.code))
        return LoginResult(ConnectionState.MFA_REQUIRED.value, WrongMfaCode.code)

    async def _connected(self, user_id: UUID, session: GarminSession) -> LoginResult:
        async with self._ports.store.begin(user_id) as work:
            connection = await work.connections.get(Provider.GARMIN)
            if connection.account_id is not None and connection.account_id != session.account_id:
                return await self._close(work, OtherAccount.code)
            await work.vault.destroy(GARMIN_MFA_STATE)
            await work.vault.seal(GARMIN_TOKENS, garmin_session_to_json(session))
            await _remember(work, {"cool_down_s": None, "state_before": None})
            await work.connections.save(
                replace(
                    connection,
                    state=ConnectionState.CONNECTED,
                    account_id=session.account_id,
                    account_name=session.display_name,
                    retry_at=None,
                    error_code=None,
                )
            )
        return LoginResult(ConnectionState.CONNECTED.value)

    async def _failed(self, user_id: UUID, err: RunCoachError) -> LoginResult:
        async with self._ports.store.begin(user_id) as work:
            if isinstance(err, LoginRateLimited):
                return await self._cool_down(work, err)
            return await self._close(work, err.code)

    async def _cool_down(self, work: UnitOfWork, err: LoginRateLimited) -> LoginResult:
        """At least an hour, doubling with every 429 in a row, at most a day."""
        known = await work.sync_states.get(Provider.GARMIN, "login")
        wait = next_cool_down(known.get("cool_down_s"), _number(err.data.get("retry_after_s")))
        await _remember(work, {**known, "cool_down_s": wait.total_seconds()})
        connection = await work.connections.get(Provider.GARMIN)
        await work.connections.save(
            replace(
                connection,
                state=ConnectionState.COOLING_DOWN,
                retry_at=self._ports.clock.now() + wait,
                error_code=err.code,
            )
        )
        return LoginResult(ConnectionState.COOLING_DOWN.value, err.code, wait.total_seconds())

    async def _close(self, work: UnitOfWork, error_code: str) -> LoginResult:
        """Back to where the account stood: tokens that were there before stay as good as they were."""
        await work.vault.destroy(GARMIN_MFA_STATE)
        connection = await work.connections.get(Provider.GARMIN)
        known = await work.sync_states.get(Provider.GARMIN, "login")
        has_tokens = await work.vault.open(GARMIN_TOKENS) is not None
        before = known.get("state_before") or ConnectionState.REAUTH_REQUIRED.value
        state = ConnectionState(before) if has_tokens else ConnectionState.DISCONNECTED
        await work.connections.save(replace(connection, state=state, error_code=error_code))
        return LoginResult(state.value, error_code)


def next_cool_down(previous_s: float | None, provider_says_s: float | None) -> timedelta:
    """An hour at first, then twice the last wait, never less than the provider asks, a day at most."""
    doubled = timedelta(seconds=2 * previous_s) if previous_s else SHORTEST_COOL_DOWN
    asked = timedelta(seconds=provider_says_s or 0)
    return min(max(doubled, asked, SHORTEST_COOL_DOWN), LONGEST_COOL_DOWN)


def _is_cooling_down(connection: ProviderConnection, now: datetime) -> bool:
    return (
        connection.state is ConnectionState.COOLING_DOWN
        and connection.retry_at is not None
        and connection.retry_at > now
    )


async def _remember(work: UnitOfWork, values: dict[str, Any]) -> None:
    await work.sync_states.save(Provider.GARMIN, "login", values)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
