"""Taking a Strava permission, and giving it back. The code is used once, by nobody twice."""

import json
from dataclasses import dataclass, replace
from uuid import UUID

from activities.accounts import strava_account
from activities.sessions import STRAVA_TOKENS, strava_session_to_json
from activities.steps import heartbeating, step
from runcoach.domain.connection import ConnectionState, Provider, ProviderConnection
from runcoach.domain.errors import Conflict, InvalidState, NotConnected, OtherAccount, RunCoachError
from runcoach.ports.bundle import Ports
from runcoach.ports.strava import StravaSession


@dataclass(frozen=True)
class GrantRequest:
    """Where the code and the granted scopes lie."""

    user_id: UUID
    code_kind: str


@dataclass(frozen=True)
class GrantResult:
    """`state` is a ConnectionState value."""

    state: str
    error_code: str | None = None


class StravaLoginSteps:
    """Steps of ConnectStrava and DisconnectStrava."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    @step("strava.exchange_code")
    async def exchange_code(self, request: GrantRequest) -> GrantResult:
        """One attempt with the sealed code, which is destroyed before the attempt is made."""
        async with heartbeating():
            async with self._ports.store.begin(request.user_id) as work:
                secret = await work.vault.open(request.code_kind)
                await work.vault.destroy(request.code_kind)
            if secret is None:
                return await self._refused(request.user_id, InvalidState.code)
            grant = json.loads(secret)
            try:
                session = await self._ports.strava.exchange_code(grant["code"], frozenset(grant["scopes"]))
                return await self._connected(request.user_id, session)
            except RunCoachError as err:
                return await self._refused(request.user_id, err.code)

    @step("strava.end_login")
    async def end_login(self, user_id: UUID) -> GrantResult:
        """The attempt broke off; the code may have been used."""
        return await self._refused(user_id, "provider_unavailable")

    @step("strava.deauthorize")
    async def deauthorize(self, user_id: UUID) -> None:
        """Tells Strava; without tokens there is nothing to tell."""
        try:
            async with heartbeating(), strava_account(self._ports, user_id) as account:
                await account.deauthorize()
        except NotConnected:
            return

    @step("strava.forget")
    async def forget(self, user_id: UUID) -> GrantResult:
        """Destroys the tokens here, whatever Strava said."""
        async with self._ports.store.begin(user_id) as work:
            await work.vault.destroy(STRAVA_TOKENS)
            await work.connections.save(
                ProviderConnection(user_id, Provider.STRAVA, ConnectionState.DISCONNECTED)
            )
        return GrantResult(ConnectionState.DISCONNECTED.value)

    async def _connected(self, user_id: UUID, session: StravaSession) -> GrantResult:
        """Raises OtherAccount where the athlete is another runner's, or another one than before."""
        try:
            async with self._ports.store.begin(user_id) as work:
                await work.connections.lock(Provider.STRAVA)
                before = await work.connections.get(Provider.STRAVA)
                if before.account_id not in (None, session.athlete_id):
                    raise OtherAccount(provider=Provider.STRAVA.value)
                await work.connections.save(
                    ProviderConnection(
                        user_id,
                        Provider.STRAVA,
                        ConnectionState.CONNECTED,
                        account_id=session.athlete_id,
                    )
                )
                await work.vault.seal(STRAVA_TOKENS, strava_session_to_json(session))
        except Conflict as taken:
            raise OtherAccount(provider=Provider.STRAVA.value) from taken
        return GrantResult(ConnectionState.CONNECTED.value)

    async def _refused(self, user_id: UUID, error_code: str) -> GrantResult:
        """A connection that worked before goes on working."""
        async with self._ports.store.begin(user_id) as work:
            connection = await work.connections.get(Provider.STRAVA)
            await work.connections.save(replace(connection, error_code=error_code))
        return GrantResult(connection.state.value, error_code)
