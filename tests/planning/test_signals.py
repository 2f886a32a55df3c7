"""What the body and the last days say, and what the plan makes of it."""

from datetime import date, timedelta

import pytest

from runcoach.domain.workout import WorkoutKind
from runcoach.planning import Flag, Signals, flags_of, make_plan, worst_spike
from tests.planning.athletes import MONDAY, a_request

ILL, TIRED, NOTHING = frozenset({Flag.ILLNESS}), frozenset({Flag.FATIGUE}), frozenset[Flag]()


@pytest.mark.parametrize(
    ("signals", "flags"),
    [
        (Signals(), NOTHING),
        (Signals("normal", 1.0, "green", 1, "none"), NOTHING),
        (Signals("below", 1.0, "amber", 1, "small"), NOTHING),
        (Signals("below", 3.0, "amber", 1), TIRED),  # both speak of strain, and the runner runs on
        (Signals("normal", 5.0, "amber", 1), TIRED),
        (Signals("below", 3.0, "amber", 3), ILL),  # strained, and no run since
        (Signals("normal", 6.5, None, 9), ILL),
        (Signals("normal", 0.0, "green", 9), NOTHING),  # off, but well
        (Signals(readiness="red", days_since_run=0), TIRED),
        (Signals(spike="moderate"), TIRED),
        (Signals(spike="large"), TIRED),
    ],
)
def test_signals_become_flags(signals: Signals, flags: frozenset[Flag]) -> None:
    assert flags_of(signals) == flags


def a_month(*runs: tuple[int, float]) -> list[tuple[date, float]]:
    return [(MONDAY - timedelta(days=back), metres) for back, metres in runs]


@pytest.mark.parametrize(
    ("runs", "band"),
    [
        ((), None),
        (((1, 10_000), (9, 10_000)), "none"),
        (((1, 12_000), (9, 10_000)), "small"),  # 120 %
        (((1, 18_000), (9, 10_000)), "moderate"),  # 180 %
        (((1, 21_000), (9, 10_000)), "large"),  # 210 %
        (((1, 21_000),), None),  # nothing to compare with
        (((8, 21_000), (9, 10_000)), None),  # more than a week ago
        (((1, 6_000), (9, 3_000)), None),  # twice as far, and still short
        (((1, 10_000), (40, 5_000)), None),  # the month before holds no run
    ],
)
def test_run_is_held_against_the_longest_of_the_month_before(
    runs: tuple[tuple[int, float], ...], band: str | None
) -> None:
    assert worst_spike(a_month(*runs), MONDAY) == band


def test_tired_runner_gets_a_lighter_first_week_and_reads_why() -> None:
    usual, tired = make_plan(a_request()), make_plan(a_request(flags=TIRED))
    assert tired.weeks[0].is_deload
    assert tired.weeks[0].planned_distance_m < 0.8 * usual.weeks[0].planned_distance_m
    assert {c.cause for c in tired.changes if c.day <= tired.weeks[0].workouts[-1].day} == {"fatigue"}
    assert {c.cause for c in tired.changes if c.day >= tired.weeks[1].monday} == {"first_plan"}


def test_ill_runner_rests_first_and_reads_why() -> None:
    draft = make_plan(a_request(flags=ILL))
    first = min(w.day for w in draft.workouts if w.kind is not WorkoutKind.REST)
    assert first >= MONDAY + timedelta(days=3)
    assert {c.cause for c in draft.changes if c.day < draft.weeks[2].monday} == {"illness"}


def test_break_is_named_as_the_reason_of_a_slow_return() -> None:
    draft = make_plan(a_request(recent_weeks_m=(40_000,) * 6 + (0, 0), days_since_run=15))
    assert {c.cause for c in draft.changes if c.day < draft.weeks[2].monday} == {"return"}
