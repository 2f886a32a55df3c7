"""The runner's own numbers, put together from what is kept; and the estimates to ask the runner about."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID, uuid5

from runcoach.domain.activity import RecordedActivity
from runcoach.domain.plan import Goal, RunnerProfile
from runcoach.ports.derived import ComputedActivity
from runcoach.ports.storage import DatedZones, UnitOfWork
from runcoach.science.anchors import Anchor, AnchorBook, PastSession, Told

_SAME_DISTANCE = 0.05
_WORTH_ASKING = {"hr_max": 1.0, "threshold_hr": 2.0, "threshold_pace": 3.0}
"""How far an estimate must be from what is in force before the runner is asked, in its unit."""

_NIGHTS_BEFORE = timedelta(days=92)
_UNITS = {"hr_max": "bpm", "threshold_hr": "bpm", "threshold_pace": "s/km"}


async def load_anchors(work: UnitOfWork, computed: Sequence[ComputedActivity] | None = None) -> AnchorBook:
    """Everything that is known of the runner: settings, dated thresholds, sessions, nights."""
    profile = await work.users.profile()
    sessions = await work.derived.computed() if computed is None else computed
    first = min((one.activity.local_date for one in sessions), default=None)
    nights = await work.wellness.between(first - _NIGHTS_BEFORE, date.max) if first else []
    return AnchorBook(
        told=told_from(await work.zones.history()),
        settings=settings_of(profile),
        sessions=past_sessions(sessions, await work.users.goals()),
        resting_bpm={one.day: one.resting_hr_bpm for one in nights if one.resting_hr_bpm},
        weight_kg={one.day: one.weight_kg for one in nights if one.weight_kg},
        birth_year=profile.birth_year if profile else None,
        sex=profile.sex if profile and profile.sex in ("male", "female") else "unknown",
    )


def told_from(rows: Iterable[DatedZones]) -> tuple[Told, ...]:
    """Confirmed rows only."""
    return tuple(
        Told(row.kind, row.values, row.valid_from, row.source) for row in rows if row.confirmed_at is not None
    )


def settings_of(profile: RunnerProfile | None) -> dict[str, float]:
    """The profile's own values, by the kinds of the zones' table."""
    if profile is None:
        return {}
    own = {
        "hr_max": profile.hr_max_bpm,
        "hr_rest": profile.hr_rest_bpm,
        "threshold_hr": profile.threshold_hr_bpm,
    }
    return {kind: float(value) for kind, value in own.items() if value}


def past_sessions(rows: Iterable[ComputedActivity], goals: Sequence[Goal]) -> tuple[PastSession, ...]:
    """What each activity shows of the runner."""
    races = {(goal.race_date, goal.race_distance_m) for goal in goals if goal.race_distance_m is not None}
    return tuple(
        PastSession(
            day=row.activity.local_date,
            sport=row.activity.sport,
            distance_m=row.activity.distance_m,
            elapsed_s=row.activity.elapsed_s,
            avg_hr_bpm=row.activity.avg_hr_bpm,
            peak_hr_bpm=row.peak_hr_bpm,
            best_20_min_hr_bpm=row.best_20_min_hr_bpm,
            is_declared_race=any(_is_race(row.activity, *race) for race in races),
        )
        for row in rows
    )


def _is_race(activity: RecordedActivity, day: date | None, metres: float) -> bool:
    return (
        day == activity.local_date and abs((activity.distance_m or 0.0) - metres) <= _SAME_DISTANCE * metres
    )


def proposals_for(user_id: UUID, book: AnchorBook, today: date) -> list[DatedZones]:
    """Estimates that differ from what is in force; the same estimate has the same id, so that a "no" holds.

    Nobody is asked about an HRmax below the one in force.
    """
    found = []
    for kind, estimate in _estimates(book, today).items():
        current = _in_force(book, kind, today)
        is_lower_max = kind == "hr_max" and current is not None and estimate.value < current.value
        if is_lower_max or (
            current is not None
            and not current.is_estimated
            and abs(estimate.value - current.value) < _WORTH_ASKING[kind]
        ):
            continue
        found.append(_proposal(user_id, kind, estimate, _since(book, kind, today)))
    return found


def _estimates(book: AnchorBook, today: date) -> dict[str, Anchor]:
    """As if nothing had been told."""
    blind = AnchorBook(
        sessions=book.sessions,
        resting_bpm=book.resting_bpm,
        birth_year=book.birth_year,
        sex=book.sex,
        settings={"hr_max": book.hr_max(today).value},
    )
    found = {"threshold_hr": blind.threshold_hr(today)}
    guess = AnchorBook(sessions=book.sessions, birth_year=book.birth_year).hr_max(today)
    if guess.method != "default":
        found["hr_max"] = guess
    if (speed := blind.threshold_speed(today)) is not None:
        found["threshold_pace"] = Anchor(float(round(1000 / speed.value)), speed.method)
    return found


def _in_force(book: AnchorBook, kind: str, today: date) -> Anchor | None:
    if kind == "threshold_pace":
        speed = book.threshold_speed(today)
        return Anchor(1000 / speed.value, speed.method, speed.is_estimated) if speed else None
    return book.hr_max(today) if kind == "hr_max" else book.threshold_hr(today)


def _since(book: AnchorBook, kind: str, today: date) -> date:
    """A pace holds from the race that shows it; a heart rate for the whole history."""
    if kind == "threshold_pace" and book.races:
        return book.races[-1].day
    return min((one.day for one in book.sessions), default=today)


def _proposal(user_id: UUID, kind: str, estimate: Anchor, valid_from: date) -> DatedZones:
    return DatedZones(
        id=uuid5(user_id, f"zones:{kind}:{estimate.value:.0f}:{estimate.method}"),
        kind=kind,
        system="own",
        values=(estimate.value,),
        unit=_UNITS[kind],
        source=estimate.method,
        valid_from=valid_from,
    )
