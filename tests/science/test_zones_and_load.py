"""Zones, time in zone, distribution, TRIMP and the load formulas."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runcoach.domain.figures import Reason
from runcoach.science import distribution, load, thresholds, trimp, zones
from runcoach.science.time_in_zone import sample_seconds, time_in_zones

rates = st.floats(30, 230)


@pytest.mark.parametrize(
    ("hr", "zone"),
    [(135, "1"), (136, "2"), (143.9, "2"), (144, "3"), (152, "4"), (160, "5a"), (164.7, "5a"), (165, "5b"),
     (171, "5b"), (171.2, "5c"), (200, "5c")],
)  # fmt: skip
def test_friel_zones_of_a_threshold_of_160(hr: float, zone: str) -> None:
    assert zones.friel_hr_zone(hr, 160) == zone


@given(rates, rates)
def test_a_higher_heart_rate_is_never_a_lower_zone(one: float, other: float) -> None:
    low, high = sorted((one, other))
    order = zones.FRIEL_NAMES.index
    zone_low, zone_high = zones.friel_hr_zone(low, 160), zones.friel_hr_zone(high, 160)
    assert zone_low is not None
    assert zone_high is not None
    assert order(zone_low) <= order(zone_high)


@given(st.integers(60, 220), st.integers(120, 200))
def test_the_zone_list_and_the_zone_function_agree(hr: int, lthr: int) -> None:
    assert zones.friel_hr_zones(lthr).zone_of(hr) == zones.friel_hr_zone(hr, lthr)


def test_friel_pace_zones_by_share_of_threshold_pace() -> None:
    threshold_s = 240.0
    by_pct = {130: "1", 120: "2", 110: "3", 103: "4", 100: "5a", 98: "5a", 93: "5b", 89: "5c"}
    for pct, zone in by_pct.items():
        pace_s = threshold_s * pct / 100
        assert zones.friel_pace_zone(1000 / pace_s, 1000 / threshold_s) == zone, pct


def test_lower_bounds_must_rise() -> None:
    with pytest.raises(ValueError, match="rise"):
        zones.own_zones((100, 100))
    with pytest.raises(ValueError, match="names"):
        zones.Zones("x", ("1",), (1.0, 2.0))
    assert zones.own_zones((100, 120)).zone_of(99) is None


def test_three_zones_take_the_best_anchor() -> None:
    lactate = zones.three_zones(165, 190, 140, 165)
    friel, by_max = zones.three_zones(160, 190), zones.three_zones(None, 200)
    assert lactate is not None
    assert lactate.lower_bounds == (0, 140, 165)
    assert friel is not None
    assert friel.lower_bounds == (0, 144, 160)
    assert by_max is not None
    assert by_max.lower_bounds == (0, 164, 176)
    assert zones.three_zones() is None


def test_each_sample_counts_until_the_next_at_most_ten_seconds() -> None:
    seconds = sample_seconds(np.array([0.0, 1, 5, 100, 101]))
    assert seconds.tolist() == [1, 4, 10, 1, 0]
    assert sample_seconds(np.empty(0)).tolist() == []
    assert sample_seconds(np.zeros(1)).tolist() == [0]


def test_the_lower_bound_belongs_to_the_zone() -> None:
    times = time_in_zones(np.array([99.0, 100, 119, 120, np.nan]), np.full(5, 2.0), (100, 120))
    assert times == (4.0, 2.0)  # 99 and the missing sample count nowhere


@given(st.lists(rates, min_size=1, max_size=200), st.permutations([1.0, 3.0, 5.0]))
def test_time_in_zones_is_all_the_time_in_any_order(values: list[float], weights: list[float]) -> None:
    seconds = np.array([weights[index % 3] for index in range(len(values))])
    bpm = np.array(values)
    times = time_in_zones(bpm, seconds, (0, 100, 150, 200))
    assert sum(times) == pytest.approx(seconds.sum())
    assert times == pytest.approx(time_in_zones(bpm[::-1], seconds[::-1], (0, 100, 150, 200)))


@given(st.floats(0.01, 1), st.floats(0.01, 1), st.floats(0.01, 1))
def test_the_polarisation_index_grows_with_hard_time_at_the_cost_of_the_middle(
    a: float, b: float, c: float
) -> None:
    total = a + b + c
    z1, z2, z3 = a / total, b / total, c / total
    base = distribution.polarization_index(z1, z2, z3)
    moved = distribution.polarization_index(z1, z2 * 0.9, z3 + z2 * 0.1)
    if base is not None and moved is not None:
        assert moved > base


def test_a_polarised_month_is_called_so_and_a_pyramid_is_not() -> None:
    assert distribution.is_polarised(0.80, 0.05, 0.15)
    assert not distribution.is_polarised(0.75, 0.15, 0.10)
    assert distribution.polarization_index(0.5, 0, 0) == 0
    assert distribution.polarization_index(1, 0, 0.005) is None


def test_the_distribution_wants_eight_hours() -> None:
    share, index = distribution.distribution_figures([3600, 60, 600])
    assert share.reason is index.reason is Reason.NOT_ENOUGH_HISTORY
    share, index = distribution.distribution_figures([8 * 3600, 1800, 5400])
    assert share.number == pytest.approx(0.8)
    assert index.number == pytest.approx(2.380, abs=1e-3)
    assert distribution.distribution_figures([])[0].is_missing


@given(st.floats(60, 185), st.floats(1, 10), st.sampled_from(["male", "female", "unknown"]))
def test_a_harder_minute_is_more_trimp(hr: float, more: float, sex: str) -> None:
    easy, hard = (trimp.trimp_banister(30, bpm, 50, 195, sex) for bpm in (hr, hr + more))
    assert easy is not None
    assert hard is not None
    assert hard > easy


@given(st.lists(st.floats(90, 200), min_size=1, max_size=50))
def test_samples_and_histogram_and_formula_agree(values: list[float]) -> None:
    bpm = np.array(values)
    by_samples = trimp.trimp_samples(bpm, np.full(len(bpm), 60.0), 40, 200, "male")
    by_hist = trimp.trimp_runalyze([(hr, 60) for hr in values], 40, 200, "male")
    assert by_samples == pytest.approx(by_hist)


def test_intervals_weigh_more_than_their_average() -> None:
    steady = trimp.trimp_samples(np.full(60, 150.0), np.full(60, 60.0), 50, 190, "male")
    mixed = trimp.trimp_samples(np.tile([120.0, 180.0], 30), np.full(60, 60.0), 50, 190, "male")
    assert steady is not None
    assert mixed is not None
    assert mixed > steady


def test_trimp_without_a_reserve_or_beyond_belief_is_none() -> None:
    assert trimp.trimp_banister(60, 150, 190, 190) is None
    assert trimp.trimp_banister(-1, 150, 50, 190) is None
    assert trimp.trimp_samples(np.full(2, 150.0), np.full(2, 60.0), 60, 60, "male") is None
    assert trimp.trimp_runalyze([], 50, 190, "male") is None
    assert trimp.trimp_runalyze([(0, 600)], 50, 190, "male") is None
    assert trimp.trimp_banister(30, 0, 50, 190) is None
    assert trimp.trimp_banister(30, float("nan"), 50, 190) is None
    assert trimp.trimp_edwards([1, 2]) is None
    with pytest.raises(ValueError, match="unknown name"):
        trimp.trimp_banister(60, 150, 50, 190, "other")


def test_strolling_hours_do_not_add_up() -> None:
    stroll = np.full(600, 75.0)  # 18 % of the reserve
    assert trimp.trimp_samples(stroll, np.full(600, 60.0), 50, 190, "male") == 0


@given(st.floats(60, 20_000), st.floats(0.5, 1.3))
def test_every_source_gives_the_same_load_at_the_same_intensity(duration_s: float, intensity: float) -> None:
    by_power = load.tss(duration_s, 300 * intensity, 300)
    by_pace = load.rtss(duration_s, 4 * intensity, 4)
    assert by_power == pytest.approx(by_pace)
    assert by_power is not None
    assert load.intensity_of_load(by_power, duration_s) == pytest.approx(intensity)


def test_an_hour_at_threshold_heart_rate_is_100() -> None:
    hour = trimp.trimp_banister(60, 165, 50, 190, "female")
    assert hour is not None
    assert load.hrss(hour, 50, 190, 165, "female") == pytest.approx(100)
    assert load.hrss(100, 50, 190, 50, "male") is None
    assert load.hrss(100, 50, 190, 195, "male") is None


def test_load_of_nothing_is_nothing_and_of_nonsense_none() -> None:
    assert load.tss(0, 200, 300) == 0
    assert load.tss(3600, 200, 0) is None
    assert load.rtss(-1, 3, 4) is None
    assert load.srpe_load(0, 60) == 0
    assert load.srpe_load(13, 60) is None  # Borg's 6–20 is another scale
    assert load.rpe_load(11, 3600) is None
    assert load.normalized_power([200.0] * 29) is None
    assert load.normalized_power([0.0] * 60) == 0
    assert load.normalized_power([200.0, float("nan")] * 30) is None


@given(st.lists(st.floats(0, 900), min_size=30, max_size=200))
def test_normalized_power_lies_between_mean_of_windows_and_peak(samples: list[float]) -> None:
    value = load.normalized_power(samples)
    assert value is not None
    windows = np.convolve(samples, np.ones(30) / 30, "valid")
    assert windows.mean() - 1e-6 <= value <= windows.max() + 1e-6


@given(st.floats(0, 9.9), st.floats(0.01, 0.1))
def test_more_effort_is_never_less_load(rpe: float, more: float) -> None:
    low, high = load.rpe_load(rpe, 3600), load.rpe_load(rpe + more, 3600)
    assert low is not None
    assert high is not None
    assert high >= low


def test_hrmax_is_proposed_only_when_seen_twice_and_never_lower() -> None:
    assert thresholds.propose_hrmax([198, 185], 190) is None
    assert thresholds.propose_hrmax([188, 187], 190) is None
    assert thresholds.propose_hrmax([], None) is None
    found = thresholds.propose_hrmax([185, 197, 196], 190)
    assert found is not None
    assert (found.value, found.method) == (196, "observed_twice")


def test_a_spike_of_two_seconds_is_no_peak() -> None:
    hr = np.full(100, 150.0)
    hr[50:52] = 220
    assert thresholds.peak_hr_5s(hr) == 150
    assert thresholds.peak_hr_5s(np.full(4, 150.0)) is None


def test_threshold_heart_rate_is_proposed_from_a_hard_run() -> None:
    hard = thresholds.propose_lthr(np.full(1800, 172.0), 50, 190)
    easy = thresholds.propose_lthr(np.full(1800, 130.0), 50, 190)
    assert hard is not None
    assert hard.method == "best_20_min"
    assert hard.value == pytest.approx(172 * 0.98)
    assert easy is not None
    assert (easy.method, easy.value) == ("reserve_85", 169)  # 50 + 0.85 · 140
    assert thresholds.propose_lthr(np.full(1800, 172.0), 50, None) is None


def test_a_time_trial_under_30_minutes_has_no_threshold() -> None:
    assert thresholds.lthr_from_tt([170.0] * 1799) is None


def test_hrmax_by_age_comes_with_its_error() -> None:
    found = thresholds.propose_hrmax_by_age(45)
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((182.2, 171.2, 193.2))
    assert thresholds.propose_hrmax_by_age(0) is None
