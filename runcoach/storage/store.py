"""The door to what is kept."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from runcoach.domain.errors import StorageUnavailable
from runcoach.ports import derived as derived_ports
from runcoach.ports import storage as ports
from runcoach.ports.clock import Clock
from runcoach.settings import KeyRing
from runcoach.storage.accounts import PgAccounts, SessionLimits
from runcoach.storage.engine import create_pool, transaction
from runcoach.storage.repositories.activities import PgActivities
from runcoach.storage.repositories.analytics import PgAnalytics
from runcoach.storage.repositories.chats import PgChats
from runcoach.storage.repositories.connections import PgConnections
from runcoach.storage.repositories.derived import PgDerived
from runcoach.storage.repositories.jobs import PgJobs
from runcoach.storage.repositories.metrics import PgMetrics
from runcoach.storage.repositories.overview import PgOverview
from runcoach.storage.repositories.plans import PgPlans
from runcoach.storage.repositories.raw_files import PgRawFiles
from runcoach.storage.repositories.strava_map import PgStravaMap
from runcoach.storage.repositories.sync_items import PgSyncItems
from runcoach.storage.repositories.sync_states import PgSyncStates
from runcoach.storage.repositories.uploads import PgUploads
from runcoach.storage.repositories.users import PgUsers
from runcoach.storage.repositories.wellness import PgWellness
from runcoach.storage.repositories.zones import PgZones
from runcoach.storage.vault import PgVault


class PgUnitOfWork:
    """The repositories of one transaction of one user."""

    def __init__(
        self, connection: AsyncConnection, user_id: UUID, clock: Clock, keyring: KeyRing | None
    ) -> None:
        self.user_id = user_id
        self.users: ports.Users = PgUsers(connection, user_id, clock)
        self.vault: ports.Vault = PgVault(connection, user_id, clock, keyring)
        self.connections: ports.Connections = PgConnections(connection, user_id, clock)
        self.sync_items: ports.SyncItems = PgSyncItems(connection, user_id, clock)
        self.sync_states: ports.SyncStates = PgSyncStates(connection, user_id, clock)
        self.activities: ports.Activities = PgActivities(connection, user_id, clock)
        self.metrics: ports.Metrics = PgMetrics(connection, user_id, clock)
        self.derived: derived_ports.Derived = PgDerived(connection, user_id, clock)
        self.wellness: ports.Wellness = PgWellness(connection, user_id, clock)
        self.plans: ports.Plans = PgPlans(connection, user_id, clock)
        self.chats: ports.Chats = PgChats(connection, user_id, clock)
        self.jobs: ports.Jobs = PgJobs(connection, user_id, clock)
        self.uploads: ports.Uploads = PgUploads(connection, user_id, clock)
        self.strava_map: ports.StravaMap = PgStravaMap(connection, user_id, clock)
        self.overview: ports.Overview = PgOverview(connection, user_id, clock)
        self.analytics: ports.Analytics = PgAnalytics(connection, user_id, clock)
        self.zones: ports.Zones = PgZones(connection, user_id, clock)
        self.raw_files: ports.RawFiles = PgRawFiles(connection, user_id, clock)


class PgStore:
    """Postgres behind the ports. `keyring` None = this process opens no secrets."""

    def __init__(
        self,
        app_url: str,
        keyring: KeyRing | None,
        clock: Clock,
        *,
        pool_size: int = 10,
        statement_timeout_s: float = 5.0,
        limits: SessionLimits | None = None,
    ) -> None:
        self._engine = create_pool(app_url, size=pool_size, statement_timeout_s=statement_timeout_s)
        self._keyring = keyring
        self._clock = clock
        self._accounts = PgAccounts(self._engine, clock, limits or SessionLimits())

    @property
    def accounts(self) -> PgAccounts:
        """What works before it is known who asks."""
        return self._accounts

    @asynccontextmanager
    async def begin(self, user_id: UUID) -> AsyncIterator[PgUnitOfWork]:
        """One transaction as that user: leaving commits, an exception rolls back. StorageUnavailable."""
        async with transaction(self._engine, user_id) as connection:
            yield PgUnitOfWork(connection, user_id, self._clock, self._keyring)

    async def is_healthy(self) -> bool:
        """Whether Postgres answers us now."""
        try:
            async with transaction(self._engine, None) as connection:
                await connection.execute(text("SELECT 1"))
        except StorageUnavailable:
            return False
        return True

    async def close(self) -> None:
        """Lets go of every connection."""
        await self._engine.dispose()
