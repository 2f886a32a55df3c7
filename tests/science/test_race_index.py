"""Race index, paces, predictions, critical speed: what must hold for every runner."""

from hypothesis import given
from hypothesis import strategies as st

from runcoach.domain.figures import Reason
from runcoach.science import critical_speed, marathon_shape, prediction, race_index
from runcoach.science.prediction import Race, best_race, predict
from runcoach.science.units import MARATHON_M

distances = st.floats(400, 50_000)
speeds = st.floats(2.0, 6.5)
indexes = st.floats(20, 85)


@given(distances, speeds, st.floats(1.001, 1.3))
def test_the_faster_race_has_the_higher_index(distance_m: float, speed: float, quicker: float) -> None:
    time_s = distance_m / speed
    slow, fast = (race_index.vdot_from_race(distance_m, t) for t in (time_s, time_s / quicker))
    assert slow is not None
    assert fast is not None
    assert fast > slow


@given(indexes, distances)
def test_the_time_of_an_index_gives_the_index_back(index: float, distance_m: float) -> None:
    time_s = race_index.race_time_s(index, distance_m)
    assert time_s is not None
    back = race_index.vdot_from_race(distance_m, time_s)
    assert back is not None
    assert abs(back - index) < 1e-6


@given(st.floats(1, 100))
def test_speed_and_oxygen_cost_are_inverse(vo2: float) -> None:
    speed = race_index.velocity_from_vo2(vo2)
    assert speed is not None
    cost = race_index.vo2_cost(speed)
    assert cost is not None
    assert abs(cost - vo2) < 1e-9


@given(indexes)
def test_zones_get_faster_in_their_order(index: float) -> None:
    paces = [race_index.training_pace_s_per_km(index, zone) for zone in ("E_slow", "E", "E_fast", "T", "I")]
    known = [pace for pace in paces if pace is not None]
    assert len(known) == 5
    assert known == sorted(known, reverse=True)


@given(indexes, st.floats(0.5, 5), st.sampled_from(race_index.ZONES))
def test_a_fitter_runner_gets_faster_paces(index: float, more: float, zone: str) -> None:
    before, after = (race_index.training_pace_s_per_km(value, zone) for value in (index, index + more))
    assert before is not None
    assert after is not None
    assert after < before


@given(indexes, st.integers(0, 120), st.booleans())
def test_a_longer_break_costs_more_and_never_all(index: float, days: int, cross_trained: bool) -> None:
    now = race_index.vdot_after_break(index, days, cross_trained)
    later = race_index.vdot_after_break(index, days + 1, cross_trained)
    plain = race_index.vdot_after_break(index, days)
    assert now is not None
    assert later is not None
    assert plain is not None
    assert index >= now >= later >= 0.8 * index
    assert now >= plain


def test_zero_and_nonsense_have_no_index() -> None:
    assert race_index.vdot_from_race(0, 1200) is None
    assert race_index.vdot_from_race(5000, 0) is None
    assert race_index.vdot_from_race(5000, -1) is None
    assert race_index.vdot_from_race(5000, 60) is None  # 5000 m/min: no runner
    assert race_index.race_time_s(0, 5000) is None
    assert race_index.race_time_s(50, 0) is None
    assert race_index.training_pace_s_per_km(0, "E") is None
    assert race_index.vdot_weight_adjust(50, 70, 0) is None


def test_the_novice_offset_closes_towards_index_45() -> None:
    offsets = [race_index.novice_marathon_offset_s_per_km(value) for value in (25, 30, 33, 37, 40, 45, 60)]
    assert offsets == sorted(offsets, reverse=True)
    assert (offsets[0], offsets[2], offsets[-1]) == (11.0, 8.0, 0.0)


@given(st.floats(600, 20_000), st.floats(1000, 42_195), st.floats(0.5, 3))
def test_predictions_scale_with_the_time_run(time_s: float, distance_m: float, scale: float) -> None:
    for method in (prediction.riegel_time_s, prediction.cameron_time_s):
        one, scaled = method(time_s, 5000, distance_m), method(time_s * scale, 5000, distance_m)
        assert one is not None
        assert scaled is not None
        assert abs(scaled / one - scale) < 1e-9


def test_a_prediction_over_the_race_itself_is_the_race() -> None:
    found = predict(Race(10_000, 2400), 10_000, km_per_week=60, longest_run_km=28)
    assert found is not None
    assert abs(found.time_s - 2400) < 1e-3
    assert (round(found.low_s), round(found.high_s)) == (2352, 2448)  # ±2 %


def test_the_marathon_prediction_is_the_cautious_one_and_says_so() -> None:
    index = race_index.vdot_from_race(10_000, 2400)
    assert index is not None
    equivalent_s = race_index.race_time_s(index, MARATHON_M)
    assert equivalent_s is not None
    found = predict(Race(10_000, 2400), MARATHON_M, km_per_week=40, longest_run_km=18)
    assert found is not None
    assert found.method == "vickers_vertosick_1"
    assert found.time_s > equivalent_s
    assert found.reasons == ("marathon_base_thin",)
    assert round(found.high_s / found.time_s, 2) == 1.06


def test_more_weekly_distance_never_slows_the_marathon() -> None:
    times = []
    for km in (20.0, 50.0, 80.0, 120.0):
        found = predict(Race(10_000, 2400), MARATHON_M, km, 30)
        assert found is not None
        times.append(found.time_s)
    assert times == sorted(times, reverse=True)


def test_the_best_race_does_not_depend_on_the_order() -> None:
    races = [Race(10_000, 2400, 30), Race(5000, 1140, 10), Race(21_097.5, 5700, 5), Race(5000, 0)]
    assert best_race(races) == best_race(races[::-1]) == Race(5000, 1140, 10)
    assert best_race([]) is None


@given(
    st.floats(2.5, 6), st.floats(30, 500), st.lists(st.floats(100, 900), min_size=2, max_size=6, unique=True)
)
def test_critical_speed_is_found_again_from_trials_it_made(
    cs: float, d_prime: float, times: list[float]
) -> None:
    if max(times) / min(times) < 1.2:
        return
    fit = critical_speed.critical_speed_2p([(cs * t + d_prime, t) for t in times])
    assert fit is not None
    assert abs(fit[0] - cs) < 1e-5
    assert abs(fit[1] - d_prime) < 1e-2


def test_critical_speed_without_two_different_efforts_says_why() -> None:
    assert critical_speed.critical_speed_2p([(1200, 240)]) is None
    assert critical_speed.critical_speed_2p([(1200, 240), (1300, 240)]) is None
    one, _ = critical_speed.critical_speed_figures([(1200, 240)])
    close, _ = critical_speed.critical_speed_figures([(1200, 240), (1500, 310)])
    wild, _ = critical_speed.critical_speed_figures([(400, 60), (5000, 1100)])
    good, d_prime = critical_speed.critical_speed_figures([(1200, 240), (3600, 775)])
    assert one.reason is Reason.TOO_FEW_EFFORTS
    assert close.reason is Reason.EFFORTS_TOO_SIMILAR
    assert wild.reason is None
    assert good.number is not None
    assert 4.4 < good.number < 4.6
    assert d_prime.unit == "m"


def test_nobody_tires_at_critical_speed() -> None:
    assert critical_speed.tte_2p(4.0, 200, 4.0) is None
    assert critical_speed.tte_3p(4.0, 200, 8.0, 8.0) == 0
    assert critical_speed.tte_3p(4.0, 200, 8.0, 8.1) is None
    assert critical_speed.time_for_distance_2p(4.0, 200, 200) is None


@given(st.floats(25, 70), st.floats(0, 4000), st.floats(0, 30))
def test_more_training_never_lowers_marathon_shape(vo2max: float, km: float, points: float) -> None:
    base = marathon_shape.marathon_shape_pct(vo2max, km, points)
    more = marathon_shape.marathon_shape_pct(vo2max, km + 100, points + 1)
    assert base is not None
    assert more is not None
    assert more >= base


@given(st.floats(1, 60), st.floats(0, 200))
def test_the_shape_discount_stays_between_its_bounds(km: float, shape: float) -> None:
    factor = marathon_shape.marathon_shape_factor(km, shape)
    assert factor is not None
    assert 0.6 <= factor <= 1.0


def test_runs_of_13_km_or_long_ago_are_no_long_runs() -> None:
    assert marathon_shape.marathon_shape_long_points([(13.0, 1), (30.0, 71)], 50) == 0
    assert marathon_shape.history_days(10) == 70
    assert marathon_shape.history_days(1000) == 182
