"""The runner's own numbers on a day: told, shown, or by age; and never without saying which."""

from datetime import date, timedelta

import pytest

from runcoach.domain.activity import Sport
from runcoach.science.anchors import AnchorBook, PastSession, Told
from runcoach.science.race_index import threshold_speed_m_s, vdot_from_race

DAY = date(2026, 3, 2)
AGO = timedelta(days=1)


def a_session(back: int = 10, **more: object) -> PastSession:
    """An easy run unless told otherwise."""
    values: dict[str, object] = {
        "day": DAY - back * AGO,
        "sport": Sport.RUN,
        "distance_m": 8_123.0,
        "elapsed_s": 2_700.0,
        "avg_hr_bpm": 140.0,
    }
    return PastSession(**(values | more))  # type: ignore[arg-type]


def a_race(
    back: int = 10, *, metres: float = 10_040.0, time_s: float = 2_640.0, **more: object
) -> PastSession:
    return a_session(back, distance_m=metres, elapsed_s=time_s, **({"avg_hr_bpm": 172.0} | more))


def with_peaks(*peaks: float) -> tuple[PastSession, ...]:
    return tuple(a_session(n + 1, peak_hr_bpm=peak) for n, peak in enumerate(peaks))


def test_stranger_with_a_watch_has_a_start_that_says_it_is_one() -> None:
    found = AnchorBook().on(DAY)
    assert (found.hr_max_bpm, found.hr_rest_bpm) == (185, 60)  # 211 − 0.64 · 40 = 185.4
    assert found.lthr_bpm == 166  # 60 + 0.85 · 125 = 166.25
    assert found.threshold_speed_m_s is None
    assert found.estimated == {"hr_max_bpm:default", "hr_rest_bpm:default", "lthr_bpm:reserve_85"}


def test_hr_max_is_told_else_seen_twice_else_by_age() -> None:
    sessions = with_peaks(187.0, 188.5, 170.0)
    by_age = AnchorBook(sessions=with_peaks(160.0), birth_year=1990).on(DAY)
    assert by_age.hr_max_bpm == 188  # 211 − 0.64 · 36 = 187.96
    seen = AnchorBook(sessions=sessions, birth_year=1990).on(DAY)
    assert (seen.hr_max_bpm, "hr_max_bpm:observed_twice" in seen.estimated) == (187, True)
    told = AnchorBook(sessions=sessions, settings={"hr_max": 195.0}).on(DAY)
    assert told.hr_max_bpm == 195
    assert not any("hr_max" in name for name in told.estimated)


@pytest.mark.parametrize(
    ("peaks", "expected"),
    [
        ((210.0, 188.0, 187.0), 187),  # one spike of a strap is not seen twice
        ((150.0, 150.0), 188),  # somebody who never ran hard has not shown a low maximum
        ((177.5, 177.5), 178),  # within 11 bpm of the age's
        ((196.0, 197.0), 196),
    ],
)
def test_peaks_count_where_two_sessions_agree_and_effort_is_likely(
    peaks: tuple[float, ...], expected: int
) -> None:
    assert AnchorBook(sessions=with_peaks(*peaks), birth_year=1990).hr_max(DAY).value == expected


def test_dated_numbers_hold_from_their_day_on_and_beat_the_profile() -> None:
    book = AnchorBook(
        told=(
            Told("threshold_hr", (170.0,), DAY - 100 * AGO),
            Told("threshold_hr", (174.0,), DAY - 10 * AGO),
        ),
        settings={"threshold_hr": 160.0},
    )
    days = [DAY - 200 * AGO, DAY - 50 * AGO, DAY - 10 * AGO, DAY]
    assert [book.on(day).lthr_bpm for day in days] == [160, 170, 174, 174]
    assert not any("lthr" in name for name in book.on(DAY).estimated)


def test_resting_rate_is_the_median_of_the_nights_before_the_month_and_moves_with_months_only() -> None:
    nights = {DAY - n * AGO: 50.0 if n < 30 else 46.0 for n in range(200)}
    book = AnchorBook(resting_bpm=nights)
    # 60 nights before 1 March: 28 of February at 50 (n 2–29), 32 before at 46.
    assert book.hr_rest(DAY).value == 46
    assert book.hr_rest(DAY + 20 * AGO).value == 46
    assert book.hr_rest(date(2026, 4, 1)).value == 50
    assert book.hr_rest(date(2020, 1, 1)).value == 46  # before the watch: its first nights


def test_threshold_heart_rate_comes_from_hard_twenty_minutes_else_from_the_reserve() -> None:
    told = {"hr_max": 190.0, "hr_rest": 50.0}
    hard = AnchorBook(settings=told, sessions=(a_session(best_20_min_hr_bpm=175.0),))
    assert (hard.threshold_hr(DAY).value, hard.threshold_hr(DAY).method) == (172, "best_20_min")  # 171.5
    easy = AnchorBook(settings=told, sessions=(a_session(best_20_min_hr_bpm=150.0),))
    assert (easy.threshold_hr(DAY).value, easy.threshold_hr(DAY).method) == (169, "reserve_85")


def test_race_is_an_official_distance_at_a_racing_heart_rate_or_on_the_day_of_the_goal() -> None:
    told = {"hr_max": 190.0}
    raced = AnchorBook(settings=told, sessions=(a_race(),)).races
    assert [(race.distance_m, race.time_s) for race in raced] == [(10_000.0, 2_640.0)]
    no_races = [
        a_race(avg_hr_bpm=150.0),  # an easy ten
        a_race(avg_hr_bpm=None),
        a_race(metres=8_500.0),  # no official distance
        a_race(sport=Sport.TREADMILL),
        a_race(sport=Sport.RIDE),
        a_race(metres=1_500.0),
    ]
    assert AnchorBook(settings=told, sessions=no_races).races == ()
    declared = a_race(avg_hr_bpm=None, is_declared_race=True)
    assert len(AnchorBook(settings=told, sessions=(declared,)).races) == 1


def test_threshold_speed_is_an_hours_speed_by_the_best_race_of_ninety_days() -> None:
    old, new = a_race(back=200, time_s=2_700.0), a_race(back=20, time_s=2_580.0)
    book = AnchorBook(settings={"hr_max": 190.0}, sessions=(old, new))

    def speed_of(time_s: float) -> float:
        index = vdot_from_race(10_000, time_s)
        assert index is not None
        speed = threshold_speed_m_s(index)
        assert speed is not None
        return round(speed, 3)

    assert book.on(DAY).threshold_speed_m_s == speed_of(2_580.0)
    assert book.on(DAY - 30 * AGO).threshold_speed_m_s == speed_of(2_700.0)  # the last one before
    assert book.on(DAY - 400 * AGO).threshold_speed_m_s == speed_of(2_700.0)  # before any: the first
    told = AnchorBook(told=(Told("threshold_pace", (250.0,), DAY - AGO),), sessions=(new,))
    assert told.on(DAY).threshold_speed_m_s == 4.0


def test_own_zones_begin_where_the_runner_says_paces_as_speeds() -> None:
    book = AnchorBook(
        told=(
            Told("hr_zones", (120.0, 140.0, 160.0), DAY),
            Told("pace_zones", (360.0, 300.0, 240.0), DAY),
            Told("critical_power", (280.0,), DAY),
        )
    )
    found = book.on(DAY)
    assert found.hr_zones is not None
    assert found.hr_zones.lower_bounds == (120, 140, 160)
    assert found.own_pace_zones is not None
    assert found.own_pace_zones.lower_bounds == pytest.approx((2.7778, 3.3333, 4.1667), abs=1e-4)
    assert found.critical_power_w == 280
    assert book.on(DAY - AGO).own_hr_zones is None
    assert book.on(DAY - AGO).critical_power_w is None


def test_order_of_sessions_changes_nothing() -> None:
    sessions = (*with_peaks(187.0, 188.5), a_race(back=30), a_race(back=90, time_s=2_700.0))
    forward, backward = AnchorBook(sessions=sessions), AnchorBook(sessions=sessions[::-1])
    assert all(forward.on(DAY - n * AGO) == backward.on(DAY - n * AGO) for n in range(0, 200, 7))


def test_correction_of_vo2max_comes_from_races_and_stays_plausible() -> None:
    assert AnchorBook().vo2max_factor == 1.0
    settings = {"hr_max": 190.0}
    usual = AnchorBook(settings=settings, sessions=(a_race(avg_hr_bpm=176.0),)).vo2max_factor
    assert 0.85 < usual < 1.05
    slow_heart = AnchorBook(settings=settings, sessions=(a_race(avg_hr_bpm=120.0, is_declared_race=True),))
    assert slow_heart.vo2max_factor == 0.75
