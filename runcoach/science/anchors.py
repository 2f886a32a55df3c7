"""The runner's own numbers on any day: what was told first, then what sessions and nights showed, then age.

Nothing is unknown for long: a runner with a watch and no settings gets zones and load at once. What nobody
confirmed is named as estimated, with its method, on every figure that used it.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from statistics import median

from runcoach.domain.activity import Sport
from runcoach.science.level import OFFICIAL_M, official_distance_m
from runcoach.science.load import default_lthr
from runcoach.science.prediction import Race, best_race
from runcoach.science.race_index import threshold_speed_m_s, vdot_from_race
from runcoach.science.streams import AthleteAnchors
from runcoach.science.thresholds import HRMAX_ERROR_BPM, SEEN_TWICE_WITHIN_BPM, hrmax
from runcoach.science.units import MARATHON_M
from runcoach.science.vo2max import correction_factor
from runcoach.science.zones import Zones, own_zones

DEFAULT_AGE, DEFAULT_HR_REST_BPM = 40, 60.0
"""Of somebody who told no age, and whose nights nobody measured."""

RESTING_DAYS, FEWEST_NIGHTS = 60, 5
RACE_FROM_M = 3000.0
RACE_HR_SHARE, LONG_RACE_HR_SHARE = 0.88, 0.80
"""Mean heart rate of a race as a share of HRmax: up to the half marathon, and beyond (our own bounds)."""

RACE_WINDOW_DAYS = 90
LTHR_HARD_SHARE, LTHR_OF_BEST_20_MIN, LTHR_OF_RESERVE = 0.85, 0.98, 0.85
LOWEST_FACTOR, HIGHEST_FACTOR = 0.75, 1.10
"""A correction outside says that HRmax is wrong, not that the runner is special."""


@dataclass(frozen=True, slots=True)
class Told:
    """Something that the runner or the watch said, in force from a day on. `kind` as in the zones' table."""

    kind: str
    values: tuple[float, ...]
    valid_from: date
    source: str = "runner"


@dataclass(frozen=True, slots=True)
class PastSession:
    """What one recorded session shows of the runner; None = the device did not say."""

    day: date
    sport: Sport
    distance_m: float | None
    elapsed_s: float
    avg_hr_bpm: float | None = None
    peak_hr_bpm: float | None = None
    best_20_min_hr_bpm: float | None = None
    is_declared_race: bool = False


@dataclass(frozen=True, slots=True)
class Anchor:
    """One number with the method that gave it; `is_estimated`: nobody has confirmed it."""

    value: float
    method: str
    is_estimated: bool = True


@dataclass(frozen=True, slots=True)
class RanRace:
    """A race that was run, by its official distance."""

    day: date
    distance_m: float
    time_s: float
    avg_hr_bpm: float | None

    def on(self, day: date) -> Race:
        """As seen from a day."""
        return Race(self.distance_m, self.time_s, (day - self.day).days)


@dataclass(frozen=True)
class AnchorBook:
    """Everything that is known, and the numbers that follow on each day.

    `told`: dated, any order. `settings`: the profile's own values by the same kinds, in force always.
    `resting_bpm`, `weight_kg`: one value per known day.
    """

    told: Sequence[Told] = ()
    settings: Mapping[str, float] = field(default_factory=dict)
    sessions: Sequence[PastSession] = ()
    resting_bpm: Mapping[date, float] = field(default_factory=dict)
    weight_kg: Mapping[date, float] = field(default_factory=dict)
    birth_year: int | None = None
    sex: str = "unknown"
    _known: dict[tuple[date, ...], AthleteAnchors] = field(default_factory=dict, repr=False, compare=False)

    def on(self, day: date) -> AthleteAnchors:
        """The anchors of a day. Estimates move with months and races only, so that figures stay."""
        key = (
            day.replace(day=1),
            *(one.valid_from for one in self.told if one.valid_from <= day),
            *self._races_by(day),
        )
        if key not in self._known:
            self._known[key] = self._anchors(day)
        return self._known[key]

    def hr_max(self, day: date) -> Anchor:
        """Told; else seen twice in hard sessions, at most 11 bpm under the value by age; else by age."""
        if (told := self._told("hr_max", day)) is not None:
            return told
        return self._estimated_hr_max

    def hr_rest(self, day: date) -> Anchor:
        """Told; else the median of 60 nights before the month; else of the first 60 there are."""
        if (told := self._told("hr_rest", day)) is not None:
            return told
        found = _typical(self.resting_bpm, self._first_nights, day)
        return (
            Anchor(DEFAULT_HR_REST_BPM, "default")
            if found is None
            else Anchor(float(round(found)), "60_nights")
        )

    def threshold_hr(self, day: date) -> Anchor:
        """Told; else 98 % of the best 20 minutes where they were hard; else 85 % of the reserve."""
        if (told := self._told("threshold_hr", day)) is not None:
            return told
        top, rest = self.hr_max(day).value, self.hr_rest(day).value
        best = self._best_20_min_bpm
        if best >= LTHR_HARD_SHARE * top:
            return Anchor(float(round(LTHR_OF_BEST_20_MIN * min(best, top))), "best_20_min")
        return Anchor(float(round(default_lthr(rest, top))), "reserve_85")

    def threshold_speed(self, day: date) -> Anchor | None:
        """Told; else an hour's speed by the best race of 90 days, else the last one before, else the first.

        None without a race: then the heart says more than the pace.
        """
        if (told := self._told("threshold_pace", day)) is not None:
            return Anchor(1000 / told.value, told.method, told.is_estimated)
        race = self._race_for(day)
        index = vdot_from_race(race.distance_m, race.time_s) if race is not None else None
        speed = threshold_speed_m_s(index) if index is not None else None
        return Anchor(round(speed, 3), "race") if speed is not None else None

    @cached_property
    def races(self) -> tuple[RanRace, ...]:
        """Runs over an official distance at a racing heart rate, or on the day of a race; oldest first."""
        found = [race for one in self.sessions if (race := self._as_race(one)) is not None]
        return tuple(sorted(found, key=lambda race: race.day))

    @cached_property
    def vo2max_factor(self) -> float:
        """What effective VO2max is multiplied by, from all races; 1 without one that has a heart rate."""
        known = [
            (r.distance_m, r.time_s, r.avg_hr_bpm, self.hr_max(r.day).value)
            for r in self.races
            if r.avg_hr_bpm
        ]
        found = correction_factor(known)
        return 1.0 if found is None else round(min(HIGHEST_FACTOR, max(LOWEST_FACTOR, found)), 3)

    @cached_property
    def observed_hr_max(self) -> float | None:
        """The lower of the two highest peaks that lie within 2 bpm of each other."""
        peaks = sorted((one.peak_hr_bpm for one in self.sessions if one.peak_hr_bpm), reverse=True)
        pairs = zip(peaks, peaks[1:], strict=False)
        return next((lower for higher, lower in pairs if higher - lower <= SEEN_TWICE_WITHIN_BPM), None)

    @cached_property
    def _best_20_min_bpm(self) -> float:
        return max((one.best_20_min_hr_bpm or 0.0 for one in self.sessions), default=0.0)

    @cached_property
    def _first_nights(self) -> list[float]:
        return _first(self.resting_bpm)

    @cached_property
    def _first_weights(self) -> list[float]:
        return _first(self.weight_kg)

    @cached_property
    def _estimated_hr_max(self) -> Anchor:
        newest = max((one.day for one in self.sessions), default=None)
        age = newest.year - self.birth_year if newest and self.birth_year is not None else None
        prior = (hrmax(age) if age is not None else None) or hrmax(DEFAULT_AGE) or 0.0
        if (seen := self.observed_hr_max) is not None and seen >= prior - HRMAX_ERROR_BPM:
            return Anchor(float(round(seen)), "observed_twice")
        return Anchor(float(round(prior)), "age" if age is not None else "default")

    def _anchors(self, day: date) -> AthleteAnchors:
        found = {
            "hr_max_bpm": self.hr_max(day),
            "hr_rest_bpm": self.hr_rest(day),
            "lthr_bpm": self.threshold_hr(day),
            "threshold_speed_m_s": self.threshold_speed(day),
        }
        power = self._told("critical_power", day)
        weight = _typical(self.weight_kg, self._first_weights, day)
        return AthleteAnchors(
            **{name: anchor.value for name, anchor in found.items() if anchor is not None},
            critical_power_w=power.value if power is not None else None,
            weight_kg=round(weight, 1) if weight is not None else None,
            sex=self.sex,
            vo2max_factor=self.vo2max_factor,
            own_hr_zones=self._bounds("hr_zones", day, "own"),
            own_pace_zones=self._bounds("pace_zones", day, "own_pace"),
            own_power_zones=self._bounds("power_zones", day, "own_power"),
            estimated=frozenset(
                f"{name}:{one.method}" for name, one in found.items() if one is not None and one.is_estimated
            ),
        )

    def _told(self, kind: str, day: date) -> Anchor | None:
        newest = self._newest(kind, day)
        if newest is not None and newest.values and newest.values[0] > 0:
            return Anchor(newest.values[0], newest.source, is_estimated=False)
        own = self.settings.get(kind)
        return Anchor(own, "profile", is_estimated=False) if own is not None and own > 0 else None

    def _bounds(self, kind: str, day: date, system: str) -> Zones | None:
        """Lower bounds as the samples count: paces as speeds."""
        told = self._newest(kind, day)
        if told is None or not told.values or min(told.values) <= 0:
            return None
        bounds = [1000 / value for value in told.values] if kind == "pace_zones" else told.values
        return own_zones(sorted(set(bounds)), system)

    def _newest(self, kind: str, day: date) -> Told | None:
        in_force = [one for one in self.told if one.kind == kind and one.valid_from <= day]
        return max(in_force, key=lambda one: one.valid_from, default=None)

    def _as_race(self, one: PastSession) -> RanRace | None:
        if not one.sport.is_run or one.sport in {Sport.TREADMILL, Sport.TRAIL}:
            return None
        metres = official_distance_m(one.distance_m or 0.0)
        if metres < RACE_FROM_M or metres not in OFFICIAL_M:
            return None
        share = RACE_HR_SHARE if metres < MARATHON_M else LONG_RACE_HR_SHARE
        is_raced = one.avg_hr_bpm is not None and one.avg_hr_bpm >= share * self.hr_max(one.day).value
        if not (is_raced or one.is_declared_race):
            return None
        return RanRace(one.day, metres, one.elapsed_s, one.avg_hr_bpm)

    def _race_for(self, day: date) -> Race | None:
        seen = [race.on(day) for race in self.races]
        recent = best_race([race for race in seen if 0 <= race.days_ago <= RACE_WINDOW_DAYS])
        if recent is not None or not seen:
            return recent
        before = [race for race in seen if race.days_ago >= 0]
        return before[-1] if before else seen[0]

    def _races_by(self, day: date) -> tuple[date, ...]:
        """Which races bear on the day: those before it, and whether they are still recent."""
        days = [race.day for race in self.races]
        oldest = bisect_right(days, day - timedelta(days=RACE_WINDOW_DAYS + 1))
        return tuple(days[oldest : bisect_right(days, day)]) or tuple(days[max(oldest - 1, 0) : oldest])


def _typical(values: Mapping[date, float], first: Sequence[float], day: date) -> float | None:
    """Median of the 60 days before the day's month, else of `first`; None of few."""
    before = (day.replace(day=1) - timedelta(days=back) for back in range(1, RESTING_DAYS + 1))
    recent = [values[known] for known in before if known in values]
    if len(recent) < FEWEST_NIGHTS:
        recent = list(first)
    return median(recent) if len(recent) >= FEWEST_NIGHTS else None


def _first(values: Mapping[date, float]) -> list[float]:
    """The first 60 known ones."""
    return [values[known] for known in sorted(values)[:RESTING_DAYS]]
