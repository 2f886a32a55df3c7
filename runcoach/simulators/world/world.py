"""The one seeded world: an athlete in Seoul, two years that end yesterday, and how life goes on.

`World.build(seed, today)` plans every day but samples nothing; samples, figures and FIT files are made when
they are asked for, by activity id. The same seed and day give the same bytes; another day shifts everything.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from runcoach.simulators.world.body import threshold_mps
from runcoach.simulators.world.fit import encode, zipped
from runcoach.simulators.world.health import HealthDay, health_days, nights_between, session_load
from runcoach.simulators.world.living import WatchWorkout, Whim, live_a_day
from runcoach.simulators.world.planted import PlantedTruth
from runcoach.simulators.world.samples import Samples, sample
from runcoach.simulators.world.season import Diary, sessions_of_day
from runcoach.simulators.world.session import Session
from runcoach.simulators.world.summary import Summary, summarise

HISTORY_DAYS = 730
_ID_BASE = 21_000_000_000
_IDS_PER_ACCOUNT = 1_000_000
#: Built activities are numbered upwards from here; those lived later follow them.
_FIRST_ORDINAL = 1

Calendar = Callable[[date], Sequence[WatchWorkout]]


def no_calendar(_day: date) -> Sequence[WatchWorkout]:
    """A watch with nothing on it."""
    return ()


@dataclass(frozen=True)
class LivedDay:
    """A day that the athlete lived after the world was built."""

    day: date
    sessions: tuple[Session, ...]


class World:
    """An athlete's past and present. Deterministic: all randomness comes from the seed."""

    def __init__(
        self, seed: int, built_on: date, owner: int, sessions: list[Session], first_day: date
    ) -> None:
        self.seed = seed
        self.built_on = built_on
        self.owner = owner
        self.first_day = first_day
        self.diary = Diary.of(seed, built_on - timedelta(days=1))
        self.lived: list[LivedDay] = []
        self._sessions = sessions
        self._by_id = {self._id_of(s): s for s in sessions}
        self._summaries: dict[int, Summary] = {}
        self._health: dict[date, HealthDay] = {}

    @staticmethod
    def build(
        seed: int, today: date, *, owner: int = 0, activities: int | None = None, days: int | None = None
    ) -> "World":
        """Plan the history up to yesterday; `activities` keeps only that many of the newest."""
        span = days or max(HISTORY_DAYS, int((activities or 0) * 1.7) + 60)
        last_day = today - timedelta(days=1)
        diary = Diary.of(seed, last_day)
        first_day = last_day - timedelta(days=span - 1)
        planned = [s for day in nights_between(first_day, last_day) for s in sessions_of_day(diary, day)]
        if activities is not None:
            planned = planned[-activities:] if activities else []
        numbered = [replace(s, ordinal=n) for n, s in enumerate(planned, _FIRST_ORDINAL)]
        return World(seed, today, owner, numbered, first_day)

    @property
    def today(self) -> date:
        """The athlete's present day: nothing of it has been recorded yet."""
        return self.built_on + timedelta(days=len(self.lived))

    @property
    def threshold_mps(self) -> float:
        """Speed at lactate threshold today."""
        return self.threshold_on(self.today)

    def threshold_on(self, day: date) -> float:
        """The true speed at lactate threshold on a day [m/s]: what an estimate should come near."""
        return threshold_mps(day, self.diary.last_day, self.planted)

    def activities_on(self, day: date) -> list[int]:
        """Ids of the day's activities in the order they were done."""
        found = [i for i, s in self._by_id.items() if s.day == day]
        return sorted(found, key=lambda i: (self._by_id[i].start_minute, i))

    @property
    def planted(self) -> tuple[PlantedTruth, ...]:
        """What really happened, with dates, for tests of the analytics."""
        return self.diary.planted

    def _id_of(self, session: Session) -> int:
        return _ID_BASE + self.owner * _IDS_PER_ACCOUNT + session.ordinal

    def activity_ids(self) -> list[int]:
        """Ids of what has reached the cloud by today, newest start first."""
        seen = [s for s in self._sessions if s.visible_from is None or s.visible_from <= self.today]
        seen.sort(key=lambda s: (s.day, s.start_minute, s.ordinal), reverse=True)
        return [self._id_of(s) for s in seen]

    def has_activity(self, activity_id: int) -> bool:
        session = self._by_id.get(activity_id)
        return session is not None and (session.visible_from is None or session.visible_from <= self.today)

    def session(self, activity_id: int) -> Session:
        """What was set out to do in the activity."""
        return self._by_id[activity_id]

    def samples(self, activity_id: int) -> Samples:
        """The samples of the activity, made now."""
        return sample(self._by_id[activity_id], self.seed)

    def summary(self, activity_id: int) -> Summary:
        """The figures of the activity, remembered."""
        return self._summarised(activity_id, None)

    def _summarised(self, activity_id: int, samples: Samples | None) -> Summary:
        if activity_id not in self._summaries:
            made = samples or self.samples(activity_id)
            self._summaries[activity_id] = summarise(self._by_id[activity_id], made)
        return self._summaries[activity_id]

    def fit(self, activity_id: int) -> bytes:
        """The activity as the FIT file that the watch wrote."""
        samples = self.samples(activity_id)
        return encode(self._summarised(activity_id, samples), samples)

    def fit_zip(self, activity_id: int) -> bytes:
        """The activity as the vendor hands it out: a zip with one FIT file."""
        return zipped(f"{activity_id}_ACTIVITY.fit", self.fit(activity_id))

    def health(self, day: date) -> HealthDay | None:
        """The health of a day; None before the first and after today, which is only a night old."""
        if not self.first_day <= day <= self.today:
            return None
        if day not in self._health:
            self._compute_health()
        return self._health[day]

    def _compute_health(self) -> None:
        loads: dict[date, float] = {}
        for session in self._sessions:
            loads[session.day] = loads.get(session.day, 0.0) + session_load(session)
        days = nights_between(self.first_day, self.today)
        self._health = {h.day: h for h in health_days(self.diary, days, loads)}

    def advance(
        self, days: int, calendar: Calendar = no_calendar, whim: Whim | None = None
    ) -> list[LivedDay]:
        """Live so many days: run what the calendar offers, miss some, upload some late."""
        return [self._live_on(calendar, whim or Whim()) for _ in range(days)]

    def _live_on(self, calendar: Calendar, whim: Whim) -> LivedDay:
        return self.live(live_a_day(self.diary, self.today, *self._offer(calendar), whim))

    def _offer(self, calendar: Calendar) -> tuple[Sequence[WatchWorkout], bool]:
        near = [self.today + timedelta(days=n) for n in range(-3, 4)]
        return calendar(self.today), any(calendar(day) for day in near)

    def live(self, sessions: Sequence[Session]) -> LivedDay:
        """Append one day with these sessions; also how a stored day is put back."""
        first = max((s.ordinal for s in self._sessions), default=0) + 1
        numbered = tuple(replace(s, ordinal=n) for n, s in enumerate(sessions, first))
        lived = LivedDay(self.today, numbered)
        self._sessions.extend(numbered)
        self._by_id.update({self._id_of(s): s for s in numbered})
        self.lived.append(lived)
        self._health.clear()
        return lived
