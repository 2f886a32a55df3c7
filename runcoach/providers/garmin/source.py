"""The port over the client: one lock per account, each call in a thread."""

import asyncio
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from runcoach.domain.activity import DailyWellness, ListedActivity
from runcoach.domain.errors import (
    ProviderChanged,
    ProviderRejected,
    ProviderUnavailable,
)
from runcoach.domain.workout import PlannedWorkout
from runcoach.ports.garmin import GarminSession, LoggedIn, MfaRequired, ProviderWorkout, ScheduledWorkout
from runcoach.providers.garmin.client import GarminClient
from runcoach.providers.garmin.errors import PROVIDER, is_gone
from runcoach.providers.garmin.mapping import listed_activity
from runcoach.providers.garmin.wellness import CHUNK_DAYS, read_wellness
from runcoach.providers.garmin.wire import (
    ActivityWire,
    CalendarItemWire,
    CalendarWire,
    ScheduleWire,
    WorkoutWire,
    parse,
    parse_list,
)
from runcoach.providers.garmin.workouts import external_id_of, workout_json
from runcoach.providers.http import Pace
from runcoach.providers.threads import Threads

LOGIN_TIMEOUT_S = 180.0
THREADS = 8
WORKOUT_PAGE = 100
MAX_WORKOUT_PAGES = 50


class GarminGatewayImpl:
    """Implements GarminGateway. `base_url` set = a simulator instead of the service."""

    def __init__(
        self, base_url: str | None = None, min_interval_s: float = 0.5, zero_login_delays: bool = False
    ) -> None:
        self._base_url = base_url
        self._pace = Pace(min_interval_s)
        self._threads = Threads("garmin", THREADS)
        self._has_pauses = not zero_login_delays

    async def login(self, email: str, password: str) -> LoggedIn | MfaRequired:
        """One attempt in a thread of its own; never repeated here."""

        def attempt() -> LoggedIn | MfaRequired:
            client = GarminClient(self._base_url, self._pace, has_pauses=self._has_pauses)
            state = client.login(email, password)
            return MfaRequired(state) if state is not None else LoggedIn(client.first_session())

        return await self._login(attempt)

    async def resume_login(self, email: str, client_state: str, code: str) -> LoggedIn:
        """In any process, from the state alone; `email` is not needed by this service."""

        def attempt() -> LoggedIn:
            client = GarminClient(self._base_url, self._pace)
            client.resume_login(client_state, code)
            return LoggedIn(client.first_session())

        return await self._login(attempt)

    def open(self, session: GarminSession) -> "GarminConnectionImpl":
        """An account from its stored tokens. Raises ReauthRequired where they are not tokens at all."""
        client = GarminClient(self._base_url, self._pace)
        client.load(session)
        return GarminConnectionImpl(client, session, self._threads)

    async def _login[T](self, attempt: Callable[[], T]) -> T:
        try:
            return await asyncio.wait_for(self._threads.run(attempt), LOGIN_TIMEOUT_S)
        except TimeoutError:
            raise ProviderUnavailable(provider=PROVIDER) from None


class GarminConnectionImpl:
    """Implements GarminConnection."""

    def __init__(self, client: GarminClient, session: GarminSession, threads: Threads) -> None:
        self._client = client
        self._threads = threads
        self._session = session
        self._lock = asyncio.Lock()

    @property
    def session(self) -> GarminSession:
        """The tokens as they are now."""
        return replace(self._session, tokens=self._client.tokens)

    async def list_activities(self, start: int, limit: int) -> list[ListedActivity]:
        """A page of the list, newest first."""
        rows = await self._call(lambda g: g.get_activities(start, limit))
        return [listed_activity(wire) for wire in parse_list(ActivityWire, rows)]

    async def download_original(self, external_id: str) -> bytes:
        """The original file: a zip with a FIT inside, or the FIT itself."""
        return await self._in_thread(lambda: self._client.download_original(external_id))

    async def daily_wellness(self, first: date, last: date) -> list[DailyWellness]:
        """One entry per day, by ranges of at most four weeks, as the service wants it."""
        found: list[DailyWellness] = []
        while first <= last:
            end = min(first + timedelta(CHUNK_DAYS - 1), last)
            found += await self._in_thread(lambda a=first, b=end: read_wellness(self._client, a, b))  # type: ignore[misc]
            first = end + timedelta(1)
        return found

    async def find_workouts(self, external_ids: frozenset[str]) -> dict[str, ProviderWorkout]:
        """Pages through the library until all are found or it ends."""
        found: dict[str, ProviderWorkout] = {}
        for page in range(MAX_WORKOUT_PAGES):
            rows = await self._call(
                lambda g, at=page * WORKOUT_PAGE: g.get_workouts(  # type: ignore[misc]
                    at, WORKOUT_PAGE, order_by="CREATED_DATE", order_seq="DESC"
                )
            )
            for wire in parse_list(WorkoutWire, rows):
                workout = _workout(await self._described(wire))
                if workout.external_id in external_ids:
                    found.setdefault(workout.external_id or "", workout)
            if len(found) == len(external_ids) or len(rows or []) < WORKOUT_PAGE:
                return found
        return found

    async def create_workout(self, workout: PlannedWorkout, external_id: str) -> ProviderWorkout:
        """Creates it; the answer is checked to name it."""
        payload = workout_json(workout, external_id)
        wire = parse(WorkoutWire, await self._call(lambda g: g.upload_workout(payload)))
        return ProviderWorkout(str(wire.workout_id), external_id, wire.workout_name or workout.title)

    async def update_workout(
        self, workout_id: str, workout: PlannedWorkout, external_id: str
    ) -> ProviderWorkout:
        """Replaces the content under the same id; calendar entries stay."""
        payload = workout_json(workout, external_id)
        await self._call(lambda g: g.update_workout(workout_id, payload))
        return ProviderWorkout(workout_id, external_id, workout.title)

    async def read_workout(self, workout_id: str) -> dict[str, Any]:
        """The workout JSON as the service has it."""
        payload = await self._call(lambda g: g.get_workout_by_id(workout_id))
        if not isinstance(payload, dict) or "workoutId" not in payload:
            raise ProviderChanged(provider=PROVIDER, field="workoutId")
        return payload

    async def scheduled_workouts(self, first: date, last: date) -> list[ScheduledWorkout]:
        """Calendar entries of [first, last]; a month's page also shows days of its neighbours."""
        found: dict[str, ScheduledWorkout] = {}
        for month in _months(first, last):
            payload = await self._in_thread(lambda m=month: self._client.calendar(m))  # type: ignore[misc]
            for entry in _entries(payload):
                if first <= entry.day <= last:
                    found[entry.schedule_id] = entry
        return sorted(found.values(), key=lambda entry: (entry.day, entry.schedule_id))

    async def schedule_workout(self, workout_id: str, day: date) -> ScheduledWorkout:
        """Puts a workout on a day."""
        answer = await self._call(lambda g: g.schedule_workout(workout_id, day.isoformat()))
        wire = parse(ScheduleWire, answer)
        title = (wire.workout.workout_name if wire.workout else None) or ""
        return ScheduledWorkout(str(wire.workout_schedule_id), workout_id, wire.calendar_date or day, title)

    async def unschedule_workout(self, schedule_id: str) -> None:
        """Takes a calendar entry away."""
        await self._remove(lambda g: g.unschedule_workout(schedule_id))

    async def delete_workout(self, workout_id: str) -> None:
        """Deletes a workout."""
        await self._remove(lambda g: g.delete_workout(workout_id))

    async def _described(self, wire: WorkoutWire) -> WorkoutWire:
        """With its description, which some lists leave out."""
        if wire.has_description:
            return wire
        return parse(WorkoutWire, await self.read_workout(str(wire.workout_id)))

    async def _remove(self, use: Callable[[Any], Any]) -> None:
        try:
            await self._call(use)
        except ProviderRejected as error:
            if not is_gone(error):
                raise

    async def _call(self, use: Callable[[Any], Any]) -> Any:
        return await self._in_thread(lambda: self._client.call(use))

    async def _in_thread[T](self, work: Callable[[], T]) -> T:
        async with self._lock:
            return await self._threads.run(work)


def _workout(wire: WorkoutWire) -> ProviderWorkout:
    return ProviderWorkout(str(wire.workout_id), external_id_of(wire.description), wire.workout_name or "")


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month += timedelta(monthrange(month.year, month.month)[1])


def _entries(payload: Any) -> Iterator[ScheduledWorkout]:
    """Workouts among a month's activities, weigh-ins, races and notes."""
    for item in parse(CalendarWire, payload or {}).calendar_items or []:
        if item.get("itemType") != "workout":
            continue
        wire = parse(CalendarItemWire, item)
        if wire.id is None or wire.workout_id is None or wire.date is None:
            raise ProviderChanged(provider=PROVIDER, field="calendarItems")
        yield ScheduledWorkout(str(wire.id), str(wire.workout_id), wire.date, wire.title or "")
