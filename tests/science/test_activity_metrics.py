"""All figures of one activity, by hand-computed values and by the rules of its type."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runcoach.domain.activity import Channel, Sport
from runcoach.domain.figures import Figure, Reason
from runcoach.science.activity_metrics import ActivityMetrics, compute
from runcoach.science.definitions import DEFINITIONS
from runcoach.science.load import LoadSource
from runcoach.science.streams import ActivityStreams, AthleteAnchors
from runcoach.science.zones import own_zones
from tests.science.builders import ANCHORS, a_run, thinned, wavering, without


def number(figure: Figure) -> float:
    assert figure.number is not None, figure.reason
    return figure.number


def test_an_hour_at_threshold_speed_is_a_load_of_100() -> None:
    metrics = compute(a_run(speed_m_s=4.0), ANCHORS)
    assert number(metrics.load) == pytest.approx(100, rel=1e-3)
    assert metrics.load_source is LoadSource.PACE
    assert number(metrics.intensity_factor) == pytest.approx(1.0)
    assert metrics.load.inputs["source"] == "pace"


def test_totals_of_an_even_hour() -> None:
    metrics = compute(a_run(speed_m_s=3.0), ANCHORS)
    assert number(metrics.distance) == pytest.approx(10_800)  # 3600 s · 3 m/s
    assert number(metrics.timer_time) == number(metrics.moving_time) == 3600
    assert number(metrics.average_pace) == pytest.approx(1000 / 3)
    assert number(metrics.average_heart_rate) == pytest.approx(150, abs=0.1)


def test_trimp_of_an_even_hour_is_the_formula() -> None:
    x = (150 - 50) / (190 - 50)
    metrics = compute(a_run(), ANCHORS)
    assert number(metrics.trimp) == pytest.approx(60 * x * 0.64 * math.exp(1.92 * x), rel=2e-3)


def test_the_chain_takes_power_then_pace_then_heart_rate_then_rpe() -> None:
    full = a_run(power_w=270, session_rpe=5)
    assert compute(full, ANCHORS).load_source is LoadSource.POWER
    without_power = without(full, Channel.POWER_W)
    assert compute(without_power, ANCHORS).load_source is LoadSource.PACE
    heart_only = without(without_power, Channel.SPEED_M_S, Channel.DISTANCE_M)
    assert compute(heart_only, ANCHORS).load_source is LoadSource.HEART_RATE
    felt_only = without(heart_only, Channel.HEART_RATE_BPM)
    felt = compute(felt_only, ANCHORS)
    assert felt.load_source is LoadSource.SESSION_RPE
    assert number(felt.load) == pytest.approx(100 * 0.80**2)
    nothing = compute(ActivityStreams(Sport.RUN, full.time_s, {}), ANCHORS)
    assert nothing.load.reason is Reason.NO_LOAD_SOURCE
    assert nothing.load_source is None


def test_power_that_a_watch_guessed_is_no_source() -> None:
    metrics = compute(a_run(power_w=270, is_power_estimated=True), ANCHORS)
    assert metrics.load_source is LoadSource.PACE


def test_a_dead_power_meter_is_no_power() -> None:
    metrics = compute(a_run(power_w=0), ANCHORS)
    assert metrics.load_source is LoadSource.PACE
    assert metrics.normalized_power.reason is Reason.NO_POWER


@pytest.mark.parametrize(
    ("sport", "source"),
    [
        (Sport.RUN, LoadSource.PACE),
        (Sport.TRACK, LoadSource.PACE),
        (Sport.TRAIL, LoadSource.HEART_RATE),
        (Sport.TREADMILL, LoadSource.HEART_RATE),
        (Sport.WALK, LoadSource.HEART_RATE),
        (Sport.HIKE, LoadSource.HEART_RATE),
        (Sport.RIDE, LoadSource.HEART_RATE),
        (Sport.STRENGTH, LoadSource.HEART_RATE),
        (Sport.OTHER, LoadSource.HEART_RATE),
    ],
)
def test_each_type_counts_by_its_own_rule(sport: Sport, source: LoadSource) -> None:
    assert compute(a_run(sport=sport), ANCHORS).load_source is source


def test_a_treadmill_has_paces_once_its_distance_is_the_runners_own() -> None:
    guessed = compute(a_run(sport=Sport.TREADMILL), ANCHORS)
    assert guessed.best_efforts == ()
    assert guessed.grade_adjusted_pace.reason is Reason.DISTANCE_NOT_CALIBRATED
    assert guessed.effective_vo2max.reason is Reason.TREADMILL
    typed = a_run(sport=Sport.TREADMILL, is_distance_calibrated=True, treadmill_grade=0.10, grade=None)
    metrics = compute(typed, ANCHORS)
    assert metrics.load_source is LoadSource.PACE
    assert number(metrics.grade_adjusted_pace) == pytest.approx(1000 / 3 / 1.459)  # factor at +10 %
    assert metrics.best_efforts


@pytest.mark.parametrize(
    "sport", [Sport.WALK, Sport.HIKE, Sport.RIDE, Sport.SWIM, Sport.STRENGTH, Sport.OTHER]
)
def test_what_is_no_run_has_no_running_figures(sport: Sport) -> None:
    metrics = compute(a_run(sport=sport, power_w=200), ANCHORS)
    assert metrics.best_efforts == ()
    for figure in (metrics.effective_vo2max, metrics.efficiency_factor, metrics.decoupling):
        assert figure.reason is Reason.NOT_A_RUN


def test_on_a_track_the_ground_is_flat_whatever_the_watch_says() -> None:
    metrics = compute(a_run(sport=Sport.TRACK, grade=0.05), ANCHORS)
    assert number(metrics.grade_adjusted_pace) == pytest.approx(1000 / 3)
    assert metrics.elevation_gain.reason is Reason.NOT_FOR_THIS_TYPE


def test_uphill_counts_as_faster_and_climbs() -> None:
    metrics = compute(a_run(grade=0.10), ANCHORS)
    assert number(metrics.grade_adjusted_pace) == pytest.approx(1000 / (3 * 1.459), rel=0.01)
    assert number(metrics.elevation_gain) == pytest.approx(1080, rel=0.01)
    assert number(metrics.elevation_loss) == 0


def test_without_altitude_there_is_no_graded_pace_but_a_load() -> None:
    metrics = compute(a_run(grade=None), ANCHORS)
    assert metrics.grade_adjusted_pace.reason is Reason.NO_ALTITUDE
    assert metrics.normalized_graded_pace.reason is Reason.NO_ALTITUDE
    assert metrics.load.inputs["graded"] is False


def test_without_heart_rate_every_heart_figure_says_so() -> None:
    metrics = compute(a_run(hr_bpm=None), ANCHORS)
    for figure in (metrics.trimp, metrics.efficiency_factor, metrics.decoupling, metrics.effective_vo2max):
        assert figure.reason is Reason.NO_HEART_RATE
    assert metrics.time_in_hr_zones.reason is Reason.NO_HEART_RATE
    assert metrics.load_source is LoadSource.PACE


def test_without_anchors_the_reasons_name_them() -> None:
    metrics = compute(a_run(), AthleteAnchors())
    assert metrics.trimp.reason is Reason.NO_HR_MAX
    assert compute(a_run(), AthleteAnchors(hr_max_bpm=190)).trimp.reason is Reason.NO_HR_REST
    assert metrics.time_in_hr_zones.reason is Reason.NO_ZONES
    assert metrics.load.reason is Reason.NO_LOAD_SOURCE
    assert metrics.effective_vo2max.reason is Reason.NO_HR_MAX


def test_an_estimated_anchor_is_repeated_by_the_figures_it_made() -> None:
    guess = AthleteAnchors(hr_max_bpm=190, hr_rest_bpm=50, estimated=frozenset({"hr_max_bpm"}))
    metrics = compute(a_run(), guess)
    assert metrics.trimp.inputs["estimated"] == "hr_max_bpm"


def test_a_frozen_sensor_is_not_believed() -> None:
    metrics = compute(a_run(hr_bpm=np.full(3601, 150.0)), ANCHORS)
    assert metrics.trimp.reason is Reason.HEART_RATE_COVERAGE
    assert metrics.average_heart_rate.reason is Reason.NO_HEART_RATE


def test_up_to_30_percent_of_missing_heart_rate_is_scaled_up() -> None:
    hr = wavering(3601, 150)
    hr[600:1500] = np.nan  # 25 % of the hour
    scaled, whole = compute(a_run(hr_bpm=hr), ANCHORS), compute(a_run(), ANCHORS)
    assert number(scaled.trimp) == pytest.approx(number(whole.trimp), rel=2e-3)
    hr[600:2000] = np.nan
    assert compute(a_run(hr_bpm=hr), ANCHORS).trimp.reason is Reason.HEART_RATE_COVERAGE


def test_heart_rate_that_follows_the_steps_is_dropped() -> None:
    run = a_run(hr_bpm=172)
    channels = {**run.channels, Channel.CADENCE_SPM: wavering(3601, 172)}
    metrics = compute(ActivityStreams(Sport.RUN, run.time_s, channels), ANCHORS)
    assert metrics.trimp.reason is Reason.HEART_RATE_COVERAGE


def test_time_in_zones_adds_up_and_bounds_belong_to_the_upper_zone() -> None:
    anchors = AthleteAnchors(hr_max_bpm=190, own_hr_zones=own_zones((100, 149, 151, 170)))
    metrics = compute(a_run(), anchors)  # 149 and 151 bpm, about half each
    times = metrics.zone_times[0]
    assert times.system == "own"
    assert sum(times.seconds) == 3600
    assert times.seconds[0] == times.seconds[3] == 0
    assert times.seconds[1] == pytest.approx(1800, rel=0.05)


def test_decoupling_finds_the_drift_that_is_there() -> None:
    hr = np.linspace(140, 154, 5401)
    metrics = compute(a_run(minutes=90, hr_bpm=hr), ANCHORS)
    # The body runs from 10 min to the last whole km (5333 s): means near 144.3 and 150.6 bpm.
    assert number(metrics.decoupling) == pytest.approx(100 * (1 - 144.3 / 150.5), abs=0.3)
    assert number(compute(a_run(minutes=90), ANCHORS).decoupling) == pytest.approx(0, abs=0.1)


def test_decoupling_and_efficiency_want_a_long_steady_run() -> None:
    assert compute(a_run(minutes=39), ANCHORS).decoupling.reason is Reason.TOO_SHORT
    assert compute(a_run(minutes=19), ANCHORS).efficiency_factor.reason is Reason.TOO_SHORT
    run = a_run(minutes=60)
    speed = np.where(np.arange(3601) // 180 % 2, 4.5, 2.2)
    channels = {**run.channels, Channel.SPEED_M_S: speed, Channel.DISTANCE_M: np.cumsum(speed)}
    intervals = compute(ActivityStreams(Sport.RUN, run.time_s, channels), ANCHORS)
    assert intervals.decoupling.reason is Reason.NOT_STEADY
    assert intervals.efficiency_factor.reason is Reason.NOT_STEADY


def test_efficiency_is_metres_per_minute_per_beat() -> None:
    assert number(compute(a_run(), ANCHORS).efficiency_factor) == pytest.approx(3 * 60 / 150, rel=1e-3)


@pytest.mark.parametrize(
    ("about", "reason"),
    [
        ({"minutes": 9}, Reason.TOO_SHORT),
        ({"hr_bpm": 110}, Reason.HEART_RATE_TOO_LOW),
        ({"swbgt_c": 26.0}, Reason.TOO_HOT),
        ({"is_new_hr_sensor": True}, Reason.NEW_SENSOR),
    ],
)
def test_effective_vo2max_leaves_out_runs_that_say_nothing(about: dict[str, object], reason: Reason) -> None:
    assert compute(a_run(**about), ANCHORS).effective_vo2max.reason is reason  # type: ignore[arg-type]


def test_effective_vo2max_leaves_out_high_ground_and_long_pauses() -> None:
    run = a_run()
    high = {**run.channels, Channel.ALTITUDE_M: np.full(3601, 1800.0)}
    assert (
        compute(ActivityStreams(Sport.RUN, run.time_s, high), ANCHORS).effective_vo2max.reason
        is Reason.TOO_HIGH
    )
    time_s = run.time_s + np.where(run.time_s > 1800, 900.0, 0.0)
    paused = compute(ActivityStreams(Sport.RUN, time_s, run.channels), ANCHORS)
    assert paused.effective_vo2max.reason is Reason.LONG_PAUSES


@pytest.mark.parametrize("every", [2, 3, 5, 8])
def test_smart_recording_gives_the_same_figures_as_every_second(every: int) -> None:
    run = a_run(minutes=60, grade=0.02)
    whole, sparse = compute(run, ANCHORS), compute(thinned(run, every), ANCHORS)
    for key in ("distance", "timer_time", "load", "normalized_graded_pace", "elevation_gain"):
        assert number(getattr(sparse, key)) == pytest.approx(number(getattr(whole, key)), rel=0.005), key


def test_a_pause_adds_elapsed_time_and_no_load() -> None:
    run = a_run()
    time_s = run.time_s + np.where(run.time_s > 1800, 600.0, 0.0)
    metrics = compute(ActivityStreams(Sport.RUN, time_s, run.channels), ANCHORS)
    assert number(metrics.elapsed_time) == 4200
    assert number(metrics.timer_time) == pytest.approx(3600, abs=10)  # a gap counts ten seconds at most
    assert number(metrics.load) == pytest.approx(number(compute(run, ANCHORS).load), rel=0.005)


def test_a_stopped_timer_counts_nothing() -> None:
    metrics = compute(a_run(pauses_s=((600.0, 900.0),)), ANCHORS)
    assert number(metrics.timer_time) == 3300
    assert number(metrics.load) == pytest.approx(100 * 3300 / 3600 * 0.75**2, rel=0.005)


def test_a_leap_of_the_gps_is_no_distance() -> None:
    run = a_run()
    leap = run.channels[Channel.DISTANCE_M] + np.where(run.time_s >= 1000, 5000.0, 0.0)
    metrics = compute(ActivityStreams(Sport.RUN, run.time_s, {Channel.DISTANCE_M: leap}), ANCHORS)
    assert number(metrics.distance) == pytest.approx(10_800, abs=5)
    assert metrics.best_efforts[0].time_s == pytest.approx(400 / 3, abs=1.5)


def test_position_alone_gives_distance_and_pace() -> None:
    count = 601
    north = np.arange(count) * 3.0 / 111_195.08  # degrees of latitude per metre on the mean earth
    channels = {Channel.LATITUDE_DEG: 37.5 + north, Channel.LONGITUDE_DEG: np.full(count, 127.0)}
    metrics = compute(ActivityStreams(Sport.RUN, np.arange(count, dtype=np.float64), channels), ANCHORS)
    assert number(metrics.distance) == pytest.approx(1800, rel=1e-4)


def test_running_dynamics_come_from_the_watch_or_from_cadence() -> None:
    run = a_run(speed_m_s=3.0, power_w=210)
    channels = {
        **run.channels,
        Channel.CADENCE_SPM: np.full(3601, 180.0),
        Channel.VERTICAL_OSCILLATION_MM: np.full(3601, 80.0),
    }
    metrics = compute(ActivityStreams(Sport.RUN, run.time_s, channels), ANCHORS)
    assert number(metrics.step_length) == pytest.approx(1.0)  # 60 · 3 / 180
    assert number(metrics.vertical_ratio) == pytest.approx(8.0)  # 80 mm of 1000 mm
    assert number(metrics.running_effectiveness) == pytest.approx(1.0)  # 3 m/s / (210 W / 70 kg)
    assert metrics.ground_contact.reason is Reason.NO_RUNNING_DYNAMICS


def test_empty_streams_give_reasons_and_no_numbers() -> None:
    metrics = compute(ActivityStreams(Sport.RUN, np.empty(0)), ANCHORS)
    assert all(figure.is_missing for figure in metrics.figures())
    one = compute(ActivityStreams(Sport.RUN, np.zeros(1), {Channel.SPEED_M_S: np.ones(1)}), ANCHORS)
    assert one.load.is_missing


def test_every_figure_has_a_definition_of_its_own() -> None:
    figures = list(compute(a_run(), ANCHORS).figures())
    keys = [figure.definition_key for figure in figures]
    assert len(set(keys)) == len(keys)
    for figure in figures:
        assert figure.unit == DEFINITIONS[figure.definition_key].unit


@given(st.floats(1.0, 5.5), st.floats(1.01, 1.3))
def test_faster_is_more_load(speed_m_s: float, quicker: float) -> None:
    slow = compute(a_run(minutes=10, speed_m_s=speed_m_s, hr_bpm=None), ANCHORS)
    fast = compute(a_run(minutes=10, speed_m_s=speed_m_s * quicker, hr_bpm=None), ANCHORS)
    assert number(fast.load) > number(slow.load)


@given(st.integers(0, 2**32 - 1), st.integers(2, 400), st.sampled_from(list(Sport)))
def test_whatever_the_samples_no_figure_is_nan_or_infinite(seed: int, count: int, sport: Sport) -> None:
    rng = np.random.default_rng(seed)
    time_s = np.cumsum(rng.choice([1.0, 2.0, 5.0, 40.0, 4000.0], count))
    channels = {}
    for channel in Channel:
        if rng.random() < 0.7:
            values = rng.choice([0.0, 1.0, 90.0, 170.0, -5.0, 1e6, np.nan], count)
            channels[channel] = values
    metrics = compute(ActivityStreams(sport, time_s, channels), ANCHORS)
    assert_sound(metrics)


@pytest.mark.parametrize("sport", list(Sport))
def test_heart_rate_alone_is_enough_to_compute_what_it_can(sport: Sport) -> None:
    streams = without(a_run(sport=sport), Channel.SPEED_M_S, Channel.DISTANCE_M, Channel.ALTITUDE_M)
    metrics = compute(streams, ANCHORS)
    assert metrics.average_pace.number is None
    assert number(metrics.trimp) > 0
    assert_sound(metrics)


def assert_sound(metrics: ActivityMetrics) -> None:
    for figure in metrics.figures():  # Figure itself refuses NaN and infinity
        assert (figure.value is None) != (figure.reason is None)
    for curve in (metrics.mean_max_speed_m_s, metrics.mean_max_power_w, metrics.mean_max_hr_bpm):
        assert np.isfinite(curve.values).all()
        assert list(curve.values) == sorted(curve.values, reverse=True)
    for times in metrics.zone_times:
        assert all(seconds >= 0 for seconds in times.seconds)
    for effort in metrics.best_efforts:
        assert effort.time_s > 0


def test_zonal_trimps_of_an_even_hour() -> None:
    metrics = compute(a_run(hr_bpm=160), ANCHORS)  # 84 % of HRmax; between 90 and 100 % of LTHR
    assert number(metrics.trimp_edwards) == pytest.approx(60 * 4)
    assert number(metrics.trimp_lucia) == pytest.approx(60 * 2)
    assert compute(a_run(), AthleteAnchors()).trimp_edwards.reason is Reason.NO_HR_MAX
