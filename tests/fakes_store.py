"""A unit of work in memory, as far as the coach looks at it: it reads what the test puts in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from runcoach.domain.activity import DailyWellness, Lap, RecordedActivity
from runcoach.domain.chat import ChatMessage
from runcoach.domain.errors import NotFound
from runcoach.domain.plan import Goal, Proposal, RunnerProfile
from runcoach.ports.storage import (
    AnalyticsSummary,
    BestEffort,
    CalendarDay,
    DailyLoad,
    MetricRow,
    Period,
    User,
)

OWNER = UUID("00000000-0000-4000-8000-0000000000aa")


@dataclass
class FakeUsers:
    user: User
    runner: RunnerProfile | None = None
    kept_goals: list[Goal] = field(default_factory=list)

    async def get(self) -> User:
        return self.user

    async def profile(self) -> RunnerProfile | None:
        return self.runner

    async def goals(self) -> list[Goal]:
        return self.kept_goals


@dataclass
class FakeActivities:
    rows: list[RecordedActivity] = field(default_factory=list)
    kept_laps: Mapping[UUID, list[Lap]] = field(default_factory=dict)

    async def between(self, first: date, last: date) -> list[RecordedActivity]:
        return [row for row in self.rows if first <= row.local_date <= last]

    async def get(self, activity_id: UUID) -> RecordedActivity:
        found = next((row for row in self.rows if row.id == activity_id), None)
        if found is None:
            raise NotFound()
        return found

    async def laps(self, activity_id: UUID) -> list[Lap]:
        return self.kept_laps.get(activity_id, [])


@dataclass
class FakeMetrics:
    days: list[DailyLoad] = field(default_factory=list)
    level: tuple[date, Mapping[str, Any]] | None = None
    rows: Mapping[UUID, list[MetricRow]] = field(default_factory=dict)
    zones: Mapping[UUID, Mapping[str, Sequence[float]]] = field(default_factory=dict)
    bests: list[BestEffort] = field(default_factory=list)

    async def daily(self, first: date, last: date) -> list[DailyLoad]:
        return [row for row in self.days if first <= row.day <= last]

    async def profile(self) -> tuple[date, Mapping[str, Any]] | None:
        return self.level

    async def profiles(self, first: date, last: date) -> list[tuple[date, Mapping[str, Any]]]:
        return [self.level] if self.level and first <= self.level[0] <= last else []

    async def best_efforts(self, first: date, last: date) -> list[BestEffort]:
        return [best for best in self.bests if best.local_date and first <= best.local_date <= last]

    async def of_activity(self, activity_id: UUID) -> list[MetricRow]:
        return self.rows.get(activity_id, [])

    async def zones_of_activity(self, activity_id: UUID) -> Mapping[str, Sequence[float]]:
        return self.zones.get(activity_id, {})


@dataclass
class FakeWellness:
    days: list[DailyWellness] = field(default_factory=list)

    async def between(self, first: date, last: date) -> list[DailyWellness]:
        return [row for row in self.days if first <= row.day <= last]


@dataclass
class FakePlans:
    newest_approved: Proposal | None = None
    waiting: list[Proposal] = field(default_factory=list)

    async def approved(self) -> Proposal | None:
        return self.newest_approved

    async def open_proposals(self) -> list[Proposal]:
        return self.waiting


@dataclass
class FakeChats:
    kept: list[ChatMessage] = field(default_factory=list)

    async def messages(self, conversation_id: UUID, *, after_seq: int = 0) -> Sequence[ChatMessage]:
        return [message for message in self.kept if message.seq > after_seq]


@dataclass
class FakeOverview:
    days: list[CalendarDay] = field(default_factory=list)

    async def calendar(self, first: date, last: date) -> list[CalendarDay]:
        return [day for day in self.days if first <= day.day <= last]


@dataclass
class FakeAnalytics:
    rows: list[AnalyticsSummary] = field(default_factory=list)

    async def summaries(self, period: Period, first: date, last: date) -> list[AnalyticsSummary]:
        return [row for row in self.rows if row.period is period and first <= row.first_day <= last]


@dataclass
class FakeWork:
    """The repositories that reading tools use; anything else is not there, so a tool that tries it fails."""

    users: FakeUsers
    activities: FakeActivities = field(default_factory=FakeActivities)
    metrics: FakeMetrics = field(default_factory=FakeMetrics)
    wellness: FakeWellness = field(default_factory=FakeWellness)
    plans: FakePlans = field(default_factory=FakePlans)
    chats: FakeChats = field(default_factory=FakeChats)
    overview: FakeOverview = field(default_factory=FakeOverview)
    analytics: FakeAnalytics = field(default_factory=FakeAnalytics)
    user_id: UUID = OWNER


def a_user(**changes: Any) -> User:
    values: dict[str, Any] = {
        "id": OWNER,
        "email": "canary-mail@example.org",
        "display_name": "Canary Name",
        "language": "ko",
        "time_zone": "Asia/Seoul",
        "units": "metric",
        "is_owner": True,
        "is_demo": True,
    }
    return User(**(values | changes))


def an_instant(day: date, hour: int = 7) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
