"""A runner's provider account, opened from sealed tokens; rotated tokens are sealed again at once.

One connection per runner lives in a process, so that parallel steps share its pace and its one refresh.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID

from activities.sessions import (
    GARMIN_TOKENS,
    STRAVA_TOKENS,
    garmin_session_from_json,
    garmin_session_to_json,
    strava_session_from_json,
    strava_session_to_json,
)
from runcoach.domain.connection import ConnectionState, Provider
from runcoach.domain.errors import NotConnected, ProviderUnavailable, ReauthRequired
from runcoach.ports.bundle import Ports
from runcoach.ports.garmin import GarminConnection, GarminSession
from runcoach.ports.storage import UnitOfWork
from runcoach.ports.strava import StravaConnection


class GarminAccounts:
    """Opens Garmin accounts for steps."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._open: dict[UUID, tuple[GarminSession, GarminConnection]] = {}

    @asynccontextmanager
    async def account(self, user_id: UUID) -> AsyncIterator[GarminConnection]:
        """The runner's account. Raises NotConnected, or ReauthRequired without a call to the provider."""
        session = await self._sealed(user_id)
        connection = self._reuse(user_id, session)
        try:
            yield connection
        except ReauthRequired:
            await self._refused(user_id, session)
            raise
        finally:
            await self.keep(user_id, session, connection)

    async def keep(self, user_id: UUID, before: GarminSession, connection: GarminConnection) -> None:
        """Seals the tokens again where a call rotated them."""
        if connection.session == before:
            return
        async with self._ports.store.begin(user_id) as work:
            await work.connections.lock(Provider.GARMIN)
            await work.vault.seal(GARMIN_TOKENS, garmin_session_to_json(connection.session))

    async def _sealed(self, user_id: UUID) -> GarminSession:
        async with self._ports.store.begin(user_id) as work:
            state = (await work.connections.get(Provider.GARMIN)).state
            secret = await work.vault.open(GARMIN_TOKENS)
        if state is ConnectionState.REAUTH_REQUIRED:
            raise ReauthRequired(provider=Provider.GARMIN.value)
        if secret is None:
            raise NotConnected(provider=Provider.GARMIN.value)
        return garmin_session_from_json(secret)

    def _reuse(self, user_id: UUID, session: GarminSession) -> GarminConnection:
        """The open connection, unless the tokens in the vault come from somewhere else (a new login)."""
        opened_with, connection = self._open.get(user_id, (None, None))
        if connection is None or session not in (opened_with, connection.session):
            connection = self._ports.garmin.open(session)
            self._open[user_id] = (session, connection)
        return connection

    async def _refused(self, user_id: UUID, tried: GarminSession) -> None:
        """The tokens were refused. Where another process rotated them meanwhile, the new ones are tried."""
        self._open.pop(user_id, None)
        async with self._ports.store.begin(user_id) as work:
            await work.connections.lock(Provider.GARMIN)
            secret = await work.vault.open(GARMIN_TOKENS)
            if secret is not None and garmin_session_from_json(secret) != tried:
                raise ProviderUnavailable(retry_after_s=1.0, provider=Provider.GARMIN.value)
            await require_reauth(work, Provider.GARMIN)


async def require_reauth(work: UnitOfWork, provider: Provider) -> None:
    """Only the runner can go on: the connection says so."""
    connection = await work.connections.get(provider)
    await work.connections.save(
        replace(connection, state=ConnectionState.REAUTH_REQUIRED, error_code=ReauthRequired.code)
    )


@asynccontextmanager
async def strava_account(ports: Ports, user_id: UUID) -> AsyncIterator[StravaConnection]:
    """The runner's Strava account. Raises NotConnected, ReauthRequired."""
    async with ports.store.begin(user_id) as work:
        state = (await work.connections.get(Provider.STRAVA)).state
        secret = await work.vault.open(STRAVA_TOKENS)
    if state is ConnectionState.REAUTH_REQUIRED:
        raise ReauthRequired(provider=Provider.STRAVA.value)
    if secret is None:
        raise NotConnected(provider=Provider.STRAVA.value)
    before = strava_session_from_json(secret)
    connection = ports.strava.open(before)
    try:
        yield connection
    except ReauthRequired:
        async with ports.store.begin(user_id) as work:
            await require_reauth(work, Provider.STRAVA)
        raise
    finally:
        if connection.session != before:
            async with ports.store.begin(user_id) as work:
                await work.connections.lock(Provider.STRAVA)
                await work.vault.seal(STRAVA_TOKENS, strava_session_to_json(connection.session))
