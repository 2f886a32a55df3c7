"""Daily load into fitness, fatigue and form; monotony; load change."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runcoach.domain.figures import Reason
from runcoach.science import acwr, fitness, monotony, pmc

DAY = date(2026, 3, 1)
loads_of_days = st.lists(st.floats(0, 400), min_size=1, max_size=400)


def test_42_days_of_100_give_a_ctl_of_63_65() -> None:
    ctl, _, _ = pmc.pmc_series(np.full(42, 100.0))
    assert ctl[-1] == pytest.approx(100 * (1 - (1 - 1 / 42) ** 42))  # TrainingPeaks
    assert round(float(ctl[-1]), 2) == 63.65
    assert pmc.ewma([100.0] * 42, 42, "exp") == pytest.approx(63.21, abs=0.005)  # GoldenCheetah
    assert pmc.ewma([100.0] * 42, 42, "span") == pytest.approx(86.47, abs=0.005)  # Runalyze


@given(loads_of_days, st.floats(0, 120), st.floats(0, 150))
def test_blocks_give_what_the_recurrence_gives(days: list[float], ctl0: float, atl0: float) -> None:
    ctl, atl, tsb = pmc.pmc_series(np.array(days), ctl0, atl0)
    fitness_now, fatigue = ctl0, atl0
    for index, load in enumerate(days):
        assert tsb[index] == pytest.approx(fitness_now - fatigue, abs=1e-9)
        fitness_now += (load - fitness_now) / 42
        fatigue += (load - fatigue) / 7
        assert ctl[index] == pytest.approx(fitness_now, abs=1e-9)
        assert atl[index] == pytest.approx(fatigue, abs=1e-9)


@given(loads_of_days, st.data())
def test_recomputing_from_an_edited_day_equals_computing_all(days: list[float], data: st.DataObject) -> None:
    loads = np.array(days)
    cut = data.draw(st.integers(1, len(days))) - 1
    whole = pmc.pmc_series(loads)
    ctl0, atl0 = (float(series[cut - 1]) if cut else 0.0 for series in whole[:2])
    again = pmc.pmc_series(loads[cut:], ctl0, atl0)
    for before, after in zip(whole, again, strict=True):
        np.testing.assert_allclose(after, before[cut:], atol=1e-9)


@given(loads_of_days, st.floats(0.1, 10))
def test_twice_the_load_is_twice_the_fitness(days: list[float], scale: float) -> None:
    ctl, atl, _ = pmc.pmc_series(np.array(days))
    scaled_ctl, scaled_atl, _ = pmc.pmc_series(np.array(days) * scale)
    np.testing.assert_allclose(scaled_ctl, ctl * scale, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(scaled_atl, atl * scale, rtol=1e-9, atol=1e-9)


@given(loads_of_days)
def test_fitness_stays_between_none_and_the_hardest_day(days: list[float]) -> None:
    ctl, atl, _ = pmc.pmc_series(np.array(days))
    for series in (ctl, atl):
        assert (series >= 0).all()
        assert (series <= max(days) + 1e-9).all()


def test_ten_years_of_rest_leave_no_trace_and_no_overflow() -> None:
    ctl, atl, tsb = pmc.pmc_series(np.zeros(3650), 80, 90)
    assert np.isfinite(np.stack([ctl, atl, tsb])).all()
    assert ctl[-1] < 1e-30


@given(st.floats(1, 120), st.floats(1, 200), st.sampled_from(["tp", "exp", "span"]))
def test_after_the_rest_days_form_is_balanced(ctl: float, atl: float, method: str) -> None:
    days = pmc.rest_days_to_balance(ctl, atl, method)
    assert days is not None
    ctl_alpha, atl_alpha = pmc.ewma_alpha(42, method), pmc.ewma_alpha(7, method)
    assert ctl_alpha is not None
    assert atl_alpha is not None
    form = ctl * (1 - ctl_alpha) ** days - atl * (1 - atl_alpha) ** days
    assert form >= -1e-6
    if atl > ctl:
        assert abs(form) < 1e-6


def test_the_balancing_load_leaves_form_at_zero() -> None:
    load = pmc.balancing_load(60, 50)
    assert load is not None
    ctl, atl, _ = pmc.pmc([load], "tp", 60, 50)
    assert ctl == pytest.approx(atl)
    assert pmc.balancing_load(40, 90) is None  # even a day of rest leaves it negative


def test_no_days_leave_the_start_values() -> None:
    assert pmc.pmc([], "tp", 45, 50) == (45, 50, -5)
    assert pmc.ewma([], 42, "tp", 36) == 36
    assert pmc.ewma_alpha(0) is None


def test_a_name_that_is_no_method_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown method"):
        pmc.ewma_alpha(42, "magic")


@pytest.mark.parametrize(
    ("tsb", "word"),
    [
        (26, "detraining"),
        (20, "very_fresh"),
        (0, "neutral"),
        (-10, "neutral"),
        (-20, "productive"),
        (-31, "overload"),
    ],
)
def test_form_has_a_word(tsb: float, word: str) -> None:
    assert pmc.tsb_band(tsb) == word


@given(st.lists(st.floats(0, 300), min_size=7, max_size=7))
def test_monotony_does_not_know_the_order_or_the_unit(days: list[float]) -> None:
    value = monotony.monotony(days)
    assert 0 <= value <= 10
    assert monotony.monotony(sorted(days)) == pytest.approx(value, rel=1e-6)
    assert monotony.monotony([day * 2 for day in days]) == pytest.approx(value, rel=1e-6)


def test_equal_days_are_the_cap_and_rest_is_zero() -> None:
    assert monotony.monotony([50] * 7) == 10
    assert monotony.monotony([0] * 7) == 0
    assert monotony.monotony([]) == 0
    assert monotony.strain([0] * 7) == 0
    assert monotony.monotony([60, 60]) == monotony.monotony([0, 0, 0, 0, 0, 60, 60])  # missing days are rest


@given(st.lists(st.floats(0, 300), min_size=28, max_size=28))
def test_coupled_load_change_is_at_most_four(days: list[float]) -> None:
    value = acwr.acwr_rolling(days)
    assert value is None or 0 <= value <= 4 + 1e-9


def test_load_change_needs_28_days_and_some_load() -> None:
    assert acwr.acwr_rolling([50] * 27) is None
    assert acwr.acwr_ewma([50] * 27) is None
    assert acwr.acwr_ewma([0] * 28) is None
    assert acwr.acwr_rolling([0] * 21 + [50] * 7, coupled=False) is None


def test_daily_loads_sum_sessions_in_any_order_and_fill_rest_days() -> None:
    sessions = [
        (date(2026, 3, 3), 40.0),
        (date(2026, 3, 1), 30.0),
        (date(2026, 3, 3), 20.0),
        (date(2026, 4, 1), 9.0),
    ]
    days = fitness.daily_loads(sessions, DAY, date(2026, 3, 4))
    assert days.tolist() == [30, 0, 60, 0]
    assert fitness.daily_loads(sessions[::-1], DAY, date(2026, 3, 4)).tolist() == days.tolist()
    assert len(fitness.daily_loads(sessions, DAY, date(2026, 2, 1))) == 0


def test_fitness_figures_say_what_is_missing_for_a_newcomer() -> None:
    figures = fitness.fitness_figures(np.array([50.0, 0, 60]), DAY)
    assert figures["ctl"].number is not None
    assert figures["ctl"].inputs["is_building"] is True
    assert figures["ramp_rate"].reason is Reason.NOT_ENOUGH_HISTORY
    assert figures["acwr"].reason is Reason.NOT_ENOUGH_HISTORY


def test_fitness_figures_freeze_while_days_are_unknown() -> None:
    figures = fitness.fitness_figures(np.full(60, 50.0), DAY, days_unknown=2)
    assert {figure.reason for figure in figures.values()} == {Reason.NOT_SYNCHRONISED}
    assert fitness.fitness_figures(np.empty(0), DAY)["ctl"].reason is Reason.NOT_ENOUGH_HISTORY


def test_fitness_figures_carry_unit_version_and_day() -> None:
    figures = fitness.fitness_figures(np.tile([80.0, 0, 60, 40, 0, 100, 0], 10), DAY)
    assert all(figure.value is not None for figure in figures.values())
    assert figures["ctl"].as_dict()["as_of"] == "2026-03-01"
    assert figures["ctl"].formula_version >= 1


def test_a_projection_continues_where_today_ended() -> None:
    loads = np.tile([80.0, 0, 60, 40, 0, 100, 0], 10)
    ctl, atl, tsb = pmc.pmc_series(loads)
    days = fitness.projection(float(ctl[-8]), float(atl[-8]), loads[-7:], date(2026, 2, 22))
    assert days[-1][0] == DAY
    assert days[-1][1:] == pytest.approx((ctl[-1], atl[-1], tsb[-1]))
