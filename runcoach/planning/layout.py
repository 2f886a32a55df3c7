"""Which day of a week is for what: hard days never touch each other."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations

from runcoach.planning.request import PlanRequest

MOST_RUN_DAYS = 6
"""A full rest day every week."""

_RUNS_BY_VOLUME_M = ((18_000, 3), (28_000, 4), (45_000, 5))
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Layout:
    """Days of one week by use; what is in none of them is rest."""

    long: date | None
    quality: tuple[date, ...]
    easy: tuple[date, ...]

    @property
    def run_days(self) -> tuple[date, ...]:
        return tuple(sorted(filter(None, (self.long, *self.quality, *self.easy))))


def lay_out(
    request: PlanRequest,
    open_days: tuple[date, ...],
    *,
    run_days: int,
    quality_days: int,
    wants_long: bool,
    hard: Iterable[date],
    fixed: int,
) -> Layout:
    """Spreads the runs over `open_days` (available, nothing fixed on them).

    `hard`: days that are hard already (locked, race, the week before); `fixed`: how many of this week's run
    days are taken already.
    """
    taken = set(hard)
    long_day = _long_day(request, open_days, taken) if wants_long and run_days > 0 else None
    taken |= {long_day} if long_day else set()
    rest = [day for day in open_days if day != long_day]
    quality = _quality_days(rest, taken, min(quality_days, run_days - (long_day is not None)))
    wanted = min(run_days, MOST_RUN_DAYS - fixed) - (long_day is not None) - len(quality)
    easy = _easy_days([day for day in rest if day not in quality], [*quality, *taken], wanted)
    return Layout(long=long_day, quality=quality, easy=easy)


def run_days_for(target_m: float, open_days: int, shortest_run_m: float) -> int:
    """How many runs: fewer rather than too short."""
    most = next((count for below_m, count in _RUNS_BY_VOLUME_M if target_m < below_m), MOST_RUN_DAYS)
    by_length = int(target_m // shortest_run_m) if shortest_run_m > 0 else 0
    return max(0, min(open_days, most, max(by_length, 1 if target_m >= 1000 else 0)))


def touches(day: date, others: Iterable[date]) -> bool:
    """Whether a day is next to, or on, one of the others."""
    return any(abs((day - other).days) <= 1 for other in others)


def _long_day(request: PlanRequest, open_days: tuple[date, ...], hard: set[date]) -> date | None:
    free = [day for day in open_days if not touches(day, hard)]
    preferred = (request.profile.long_run_weekday, 6, 5)
    for weekday in preferred:
        found = [day for day in free if day.weekday() == weekday]
        if found:
            return found[0]
    return free[-1] if free else None


def _quality_days(days: list[date], hard: set[date], count: int) -> tuple[date, ...]:
    """The `count` free days that lie farthest apart, early ones among equals; fewer where they touch."""
    free = [day for day in days if not touches(day, hard)]
    for size in range(max(0, min(count, len(free))), 0, -1):
        fitting = [chosen for chosen in combinations(free, size) if _is_apart(chosen)]
        if fitting:
            return max(fitting, key=lambda chosen: (_nearest_gap(chosen, hard), -chosen[0].toordinal()))
    return ()


def _easy_days(days: list[date], chosen: list[date], count: int) -> tuple[date, ...]:
    """One after the other, each as far as possible from the days that have a run."""
    picked: list[date] = []
    while len(picked) < count and len(picked) < len(days):
        left = [day for day in days if day not in picked]
        best = max(left, key=lambda day: (_distance(day, [*chosen, *picked]), -day.toordinal()))
        picked.append(best)
    return tuple(sorted(picked))


def _is_apart(days: tuple[date, ...]) -> bool:
    return all(b - a > _ONE_DAY for a, b in combinations(sorted(days), 2))


def _nearest_gap(chosen: tuple[date, ...], hard: set[date]) -> int:
    gaps = [abs((a - b).days) for a, b in combinations(chosen, 2)]
    gaps += [abs((day - other).days) for day in chosen for other in hard]
    return min(gaps, default=7)


def _distance(day: date, others: list[date]) -> int:
    return min((abs((day - other).days) for other in others), default=7)
