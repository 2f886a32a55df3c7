"""What is kept. One transaction per request or step: `async with store.begin(user_id) as work:`.

Every repository of a unit of work sees only its user's rows: the repository filters, and row-level
security filters again. Leaving the block commits; an exception rolls back.
"""

from contextlib import AbstractAsyncContextManager
from typing import Protocol
from uuid import UUID

from runcoach.ports.derived import Derived
from runcoach.ports.figures import (
    Analytics as Analytics,
)
from runcoach.ports.figures import (
    Metrics as Metrics,
)
from runcoach.ports.figures import (
    Overview as Overview,
)
from runcoach.ports.figures import (
    Zones as Zones,
)
from runcoach.ports.history import (
    Activities as Activities,
)
from runcoach.ports.history import (
    RawFiles as RawFiles,
)
from runcoach.ports.history import (
    StravaMap as StravaMap,
)
from runcoach.ports.history import (
    SyncItems as SyncItems,
)
from runcoach.ports.history import (
    SyncStates as SyncStates,
)
from runcoach.ports.history import (
    Uploads as Uploads,
)
from runcoach.ports.history import (
    Wellness as Wellness,
)
from runcoach.ports.people import (
    Accounts as Accounts,
)
from runcoach.ports.people import (
    Connections as Connections,
)
from runcoach.ports.people import (
    Users as Users,
)
from runcoach.ports.people import (
    Vault as Vault,
)
from runcoach.ports.plans import (
    Plans as Plans,
)
from runcoach.ports.rows import (
    ActivityRow as ActivityRow,
)
from runcoach.ports.rows import (
    ActivityRows as ActivityRows,
)
from runcoach.ports.rows import (
    AnalyticsSummary as AnalyticsSummary,
)
from runcoach.ports.rows import (
    BestEffort as BestEffort,
)
from runcoach.ports.rows import (
    CalendarDay as CalendarDay,
)
from runcoach.ports.rows import (
    DailyLoad as DailyLoad,
)
from runcoach.ports.rows import (
    DatedZones as DatedZones,
)
from runcoach.ports.rows import (
    Glance as Glance,
)
from runcoach.ports.rows import (
    MetricRow as MetricRow,
)
from runcoach.ports.rows import (
    Page as Page,
)
from runcoach.ports.rows import (
    Period as Period,
)
from runcoach.ports.rows import (
    PeriodTotals as PeriodTotals,
)
from runcoach.ports.rows import (
    RawFile as RawFile,
)
from runcoach.ports.rows import (
    SportTotals as SportTotals,
)
from runcoach.ports.rows import (
    User as User,
)
from runcoach.ports.talk import (
    Chats as Chats,
)
from runcoach.ports.talk import (
    Jobs as Jobs,
)


class UnitOfWork(Protocol):
    """The repositories of one transaction of one user."""

    user_id: UUID
    users: Users
    vault: Vault
    connections: Connections
    sync_items: SyncItems
    sync_states: SyncStates
    activities: Activities
    metrics: Metrics
    derived: Derived
    wellness: Wellness
    plans: Plans
    chats: Chats
    jobs: Jobs
    uploads: Uploads
    strava_map: StravaMap
    overview: Overview
    analytics: Analytics
    zones: Zones
    raw_files: RawFiles


class Store(Protocol):
    """The door to what is kept."""

    @property
    def accounts(self) -> Accounts: ...

    def begin(self, user_id: UUID) -> AbstractAsyncContextManager[UnitOfWork]:
        """One transaction as that user. Raises StorageUnavailable."""
        ...

    async def is_healthy(self) -> bool: ...
