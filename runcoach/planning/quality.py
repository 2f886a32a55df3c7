"""Quality sessions: what a kind of session becomes within the distance that its zone may hold this week."""

from collections.abc import Callable

from runcoach.domain.workout import Repeat, Segment, Step, StepKind, WorkoutKind
from runcoach.planning.methods import Session
from runcoach.planning.sessions import Sketch, Style

WARMUP_S, COOLDOWN_S = 900, 600
MAX_CRUISE_REPS, MAX_INTERVAL_REPS = 8, 8
_MIN_INTERVAL_REPS, _MIN_REPETITIONS, _MIN_INTERVAL_M = 3, 4, 1600
_NEARLY_MOST = 0.85
_LONGEST_INTERVAL_S, _LONGEST_CRUISE_S = 300, 900
_SPRINTS = {
    Session.ACCELERATION: (30, 10, 180, "accel"),
    Session.MAX_VELOCITY: (60, 6, 360, "fly"),
    Session.SPEED_ENDURANCE: (150, 5, 480, "SE"),
}
ZONE_OF = {
    Session.CRUISE: "T",
    Session.TEMPO: "T",
    Session.TEMPO_BLOCKS: "T",
    Session.STEADY_BLOCKS: "M",
    Session.INTERVAL: "I",
    Session.HILLS: "I",
    Session.RUNNING_INTERVAL: "I",
    Session.REPETITION: "R",
    **dict.fromkeys(_SPRINTS, "R"),
}
"""The zone whose weekly cap limits the session."""


def quality_session(session: Session, cap_m: float, style: Style) -> Sketch | None:
    """The session with at most `cap_m` of work; None where that is too little for it to make sense."""
    if session in _SPRINTS:
        return _sprints(session, cap_m, style)
    return _BUILDERS[session](cap_m, style)


def _cruise(cap_m: float, style: Style) -> Sketch | None:
    reps = [(min(MAX_CRUISE_REPS, int(cap_m // rep_m)), rep_m) for rep_m in (1600, 1200, 1000, 800)]
    fitting = [
        (count, m) for count, m in reps if count >= 2 and style.paces.seconds("T", m) <= _LONGEST_CRUISE_S
    ]
    if not fitting:
        return None
    count, rep_m = max(fitting, key=_work)
    rest_s = 60 if style.paces.seconds("T", rep_m) < 400 else 90
    work = style.step(StepKind.WORK, "T", metres=rep_m)
    return _repeats(WorkoutKind.THRESHOLD, f"{count}x{rep_m}m T", count, work, rest_s, "T", style)


def _tempo(cap_m: float, style: Style) -> Sketch | None:
    minutes = min(40, int(style.paces.seconds("T", cap_m) // 300) * 5)
    if minutes < 15:
        return _cruise(cap_m, style)
    work = style.step(StepKind.WORK, "T", seconds=minutes * 60)
    work_m = style.paces.metres("T", minutes * 60)
    return _framed(
        WorkoutKind.THRESHOLD, f"Tempo {minutes}min T", (work,), minutes * 60, work_m, 0, "T", style
    )


def _interval(cap_m: float, style: Style) -> Sketch | None:
    reps = [(min(MAX_INTERVAL_REPS, int(cap_m // rep_m)), rep_m) for rep_m in (1200, 1000, 800, 600, 400)]
    fitting = [
        (count, m)
        for count, m in reps
        if count >= _MIN_INTERVAL_REPS
        and count * m >= _MIN_INTERVAL_M
        and style.paces.seconds("I", m) <= _LONGEST_INTERVAL_S
    ]
    if not fitting:
        return None
    most_m = max(count * m for count, m in fitting)
    count, rep_m = max((rep for rep in fitting if rep[0] * rep[1] >= _NEARLY_MOST * most_m), key=_length)
    rest_s = max(60, min(240, round(style.paces.seconds("I", rep_m) * 0.8 / 15) * 15))
    work = style.step(StepKind.WORK, "I", metres=rep_m)
    return _repeats(WorkoutKind.INTERVAL, f"{count}x{rep_m}m I", count, work, rest_s, "I", style)


def _repetition(cap_m: float, style: Style) -> Sketch | None:
    rep_m = 400 if cap_m >= 6 * 400 else 200
    count = min(12 if rep_m == 400 else 16, int(cap_m // rep_m))
    if count < _MIN_REPETITIONS:
        return None
    work = style.step(StepKind.WORK, "R", metres=rep_m)
    jog = Step(StepKind.RECOVERY, distance_m=rep_m, pace_label="E")
    seconds = count * (style.paces.seconds("R", rep_m) + style.paces.seconds("E", rep_m))
    block = Repeat(count, work, jog)
    return _framed(
        WorkoutKind.REPETITION,
        f"{count}x{rep_m}m R",
        (block,),
        seconds,
        count * rep_m,
        count * rep_m,
        "R",
        style,
    )


def _hills(cap_m: float, style: Style) -> Sketch | None:
    count = min(10, int(cap_m // style.paces.metres("I", 60)))
    if count < _MIN_REPETITIONS:
        return None
    work = Step(StepKind.WORK, duration_s=60, pace_label="I", notes="uphill, RPE 8-9")
    return _repeats(WorkoutKind.INTERVAL, f"{count}x60s hill", count, work, 90, "I", style)


def _blocks(
    kind: WorkoutKind, zone: str, minutes: tuple[int, ...], rest_share: float, rpe: str, fewest: int
) -> Callable[[float, Style], Sketch | None]:
    """Blocks by time and feel: the longest that fit at least `fewest` times."""

    def build(cap_m: float, style: Style) -> Sketch | None:
        for block in minutes:
            count = min(6, int(cap_m // style.paces.metres(zone, block * 60)))
            if count >= fewest:
                work = Step(StepKind.WORK, duration_s=block * 60, pace_label=zone, notes=f"RPE {rpe}")
                rest_s = round(block * 60 * rest_share / 30) * 30
                return _repeats(kind, f"{count}x{block}min RPE {rpe}", count, work, rest_s, zone, style)
        return None

    return build


def _sprints(session: Session, cap_m: float, style: Style) -> Sketch | None:
    rep_m, most, rest_s, name = _SPRINTS[session]
    count = min(most, int(cap_m // rep_m))
    if count < 3:
        return None
    work = Step(StepKind.WORK, distance_m=rep_m, pace_label="R", notes="95-100 %, stop when slower")
    rest = Step(StepKind.REST, duration_s=rest_s)
    seconds = count * (style.paces.seconds("R", rep_m) + rest_s)
    return _framed(
        WorkoutKind.REPETITION,
        f"{count}x{rep_m}m {name}",
        (Repeat(count, work, rest),),
        seconds,
        count * rep_m,
        0,
        "R",
        style,
    )


def _work(reps: tuple[int, int]) -> tuple[int, int]:
    """The most work, and among equals the longer repeats."""
    return reps[0] * reps[1], reps[1]


def _length(reps: tuple[int, int]) -> int:
    """Of nearly the same work the longer repeats: three of 800 m rather than seven of 400 m."""
    return reps[1]


def _repeats(
    kind: WorkoutKind, title: str, count: int, work: Step, rest_s: int, zone: str, style: Style
) -> Sketch:
    """Repeats with jogging between; a jog is estimated at easy pace."""
    jog = Step(StepKind.RECOVERY, duration_s=rest_s, pace_label="E")
    work_m = work.distance_m or style.paces.metres(zone, work.duration_s or 0)
    work_s = work.duration_s or style.paces.seconds(zone, work_m)
    jog_m = style.paces.metres("E", rest_s)
    block = Repeat(count, work, jog)
    return _framed(
        kind, title, (block,), count * (work_s + rest_s), count * work_m, count * jog_m, zone, style
    )


def _framed(
    kind: WorkoutKind,
    title: str,
    core: tuple[Segment, ...],
    core_s: int,
    work_m: int,
    jog_m: int,
    zone: str,
    style: Style,
) -> Sketch:
    """With a warm-up of 15 and a cool-down of 10 easy minutes."""
    warmup = style.step(StepKind.WARMUP, "E", seconds=WARMUP_S)
    cooldown = style.step(StepKind.COOLDOWN, "E", seconds=COOLDOWN_S)
    easy_m = style.paces.metres("E", WARMUP_S + COOLDOWN_S)
    return Sketch(
        kind=kind,
        title=title,
        segments=(warmup, *core, cooldown),
        duration_s=WARMUP_S + core_s + COOLDOWN_S,
        distance_m=easy_m + work_m + jog_m,
        reason=kind.value,
        zone=zone,
        work_m=work_m,
    )


_BUILDERS: dict[Session, Callable[[float, Style], Sketch | None]] = {
    Session.CRUISE: _cruise,
    Session.TEMPO: _tempo,
    Session.INTERVAL: _interval,
    Session.REPETITION: _repetition,
    Session.HILLS: _hills,
    Session.TEMPO_BLOCKS: _blocks(WorkoutKind.THRESHOLD, "T", (12, 10, 8, 6, 5, 4), 0.5, "8-9", 2),
    Session.STEADY_BLOCKS: _blocks(WorkoutKind.MARATHON_PACE, "M", (30, 20, 15, 10), 0.25, "7", 2),
    Session.RUNNING_INTERVAL: _blocks(WorkoutKind.INTERVAL, "I", (3, 2, 1), 1.0, "10", 4),
}
