"""Workouts as they appear on the watch, before they have a day: easy, long, race, and rest."""

from dataclasses import dataclass

from runcoach.domain.workout import Repeat, Segment, Step, StepKind, WorkoutKind
from runcoach.planning.paces import Paces

STRIDE_S, STRIDE_JOG_S, STRIDES = 20, 60, 6
_M_EASY_END_M = 2000
LONG_FROM_S = 45 * 60
"""A run of less is an easy run, also where it is the longest of its week."""


@dataclass(frozen=True)
class Sketch:
    """A workout without a day. `work_m` by zone is what quality caps count."""

    kind: WorkoutKind
    title: str
    segments: tuple[Segment, ...]
    duration_s: int
    distance_m: int
    reason: str
    zone: str | None = None
    work_m: int = 0


@dataclass(frozen=True)
class Style:
    """How steps are written: by distance and pace, or by time and feel."""

    paces: Paces
    by_effort: bool

    def step(
        self, kind: StepKind, zone: str, *, metres: int | None = None, seconds: int | None = None
    ) -> Step:
        """A step with the zone's pace where the runner trains by pace."""
        pace = None if self.by_effort else self.paces.target(zone)
        return Step(kind=kind, duration_s=seconds, distance_m=metres, pace_label=zone, pace=pace)


REST = Sketch(WorkoutKind.REST, "Rest", (), 0, 0, "rest")


def easy(distance_m: int, style: Style, reason: str = "easy", kind: WorkoutKind = WorkoutKind.EASY) -> Sketch:
    """An easy run, as a distance or (by effort) as whole minutes."""
    name = "Recovery" if kind is WorkoutKind.RECOVERY else "Long" if kind is WorkoutKind.LONG else "Easy"
    if style.by_effort:
        seconds = whole_minutes(style.paces.seconds("E", distance_m))
        metres = style.paces.metres("E", seconds)
        step = style.step(StepKind.STEADY, "E", seconds=seconds)
        return Sketch(kind, f"{name} {seconds // 60}min", (step,), seconds, metres, reason)
    step = style.step(StepKind.STEADY, "E", metres=distance_m)
    seconds = style.paces.seconds("E", distance_m)
    return Sketch(kind, f"{name} {km(distance_m)}", (step,), seconds, distance_m, reason)


def strides(distance_m: int, style: Style) -> Sketch:
    """An easy run with six relaxed accelerations near its end; the distance holds them."""
    stride_m = style.paces.metres("R", STRIDE_S) + style.paces.metres("E", STRIDE_JOG_S)
    easy_m = distance_m - STRIDES * stride_m
    work = Step(StepKind.WORK, duration_s=STRIDE_S, pace_label="strides")
    jog = Step(StepKind.RECOVERY, duration_s=STRIDE_JOG_S, pace_label="E")
    seconds = style.paces.seconds("E", easy_m) + STRIDES * (STRIDE_S + STRIDE_JOG_S)
    return Sketch(
        WorkoutKind.STRIDES,
        f"Easy {km(distance_m)} + {STRIDES}x{STRIDE_S}s",
        (style.step(StepKind.STEADY, "E", metres=easy_m), Repeat(STRIDES, work, jog)),
        seconds,
        distance_m,
        "strides",
    )


def long_run(distance_m: int, style: Style, m_distance_m: int = 0) -> Sketch:
    """A long run; with marathon pace in its second half where `m_distance_m` is given."""
    if style.paces.seconds("E", distance_m) < LONG_FROM_S:
        return easy(distance_m, style)
    if m_distance_m <= 0 or style.by_effort:
        return easy(distance_m, style, "long", WorkoutKind.LONG)
    first_m = distance_m - m_distance_m - _M_EASY_END_M
    segments = (
        style.step(StepKind.WARMUP, "E", metres=first_m),
        style.step(StepKind.WORK, "M", metres=m_distance_m),
        style.step(StepKind.COOLDOWN, "E", metres=_M_EASY_END_M),
    )
    paces = style.paces
    seconds = paces.seconds("E", first_m + _M_EASY_END_M) + paces.seconds("M", m_distance_m)
    title = f"Long {km(distance_m)} w/ {km(m_distance_m)} M"
    return Sketch(
        WorkoutKind.LONG, title, segments, seconds, distance_m, "long_marathon", zone="M", work_m=m_distance_m
    )


def race(distance_m: int, style: Style, target_time_s: int | None, name: str) -> Sketch:
    """The race itself, one step without a pace: racing is not following a watch."""
    seconds = target_time_s or style.paces.seconds("M", distance_m)
    step = Step(StepKind.WORK, distance_m=distance_m, pace_label="race")
    return Sketch(WorkoutKind.RACE, f"Race {name}", (step,), seconds, distance_m, "race")


def km(distance_m: int) -> str:
    """`8km`, `7.5km`: short and ASCII, for the watch."""
    return f"{distance_m / 1000:g}km"


def tidy(distance_m: float) -> int:
    """Rounded down to what a runner would write: half kilometres from 5 km on, below 100 m."""
    step = 500 if distance_m >= 5000 else 100
    return int(distance_m // step) * step


def whole_minutes(seconds: float) -> int:
    """Rounded down to five minutes from half an hour on, below to whole minutes."""
    step = 300 if seconds >= 1800 else 60
    return int(seconds // step) * step
