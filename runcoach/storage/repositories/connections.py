"""A runner's accounts at providers."""

from sqlalchemy import exc, select
from sqlalchemy.dialects.postgresql import insert

from runcoach.domain.connection import ConnectionState, Provider, ProviderConnection
from runcoach.domain.errors import Conflict
from runcoach.storage.repositories.repository import AnyRow, Repository
from runcoach.storage.tables.sync import provider_connections


class PgConnections(Repository):
    """One row per provider; none yet is the same as disconnected."""

    async def get(self, provider: Provider) -> ProviderConnection:
        """Where the connection stands."""
        mine = self._mine(provider_connections, provider=provider.value)
        row = await self._first(select(provider_connections).where(mine))
        if row is None:
            return ProviderConnection(self._user_id, provider, ConnectionState.DISCONNECTED)
        return _to_connection(row)

    async def save(self, connection: ProviderConnection) -> None:
        """Raises Conflict where another runner's connection already stands for that Strava athlete."""
        values = {
            "provider": connection.provider.value,
            "state": connection.state.value,
            "account_id": connection.account_id,
            "account_name": connection.account_name,
            "retry_at": connection.retry_at,
            "error_code": connection.error_code,
            "changed_at": self._clock.now(),
        }
        try:
            async with self._connection.begin_nested():
                await self._upsert(provider_connections, [values])
        except exc.IntegrityError as error:
            raise Conflict(field="account_id") from error

    async def lock(self, provider: Provider) -> None:
        """Holds the row until the transaction ends; it is made where there is none."""
        values = {
            "user_id": self._user_id,
            "provider": provider.value,
            "state": ConnectionState.DISCONNECTED.value,
            "changed_at": self._clock.now(),
        }
        await self._run(insert(provider_connections).values(values).on_conflict_do_nothing())
        mine = self._mine(provider_connections, provider=provider.value)
        await self._first(select(provider_connections.c.state).where(mine).with_for_update())


def _to_connection(row: AnyRow) -> ProviderConnection:
    return ProviderConnection(
        user_id=row.user_id,
        provider=Provider(row.provider),
        state=ConnectionState(row.state),
        account_id=row.account_id,
        account_name=row.account_name,
        retry_at=row.retry_at,
        error_code=row.error_code,
        updated_at=row.changed_at,
    )
